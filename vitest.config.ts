import { defineConfig } from 'vitest/config';

/** One project per question asked of the code; `docs/testing.md` says which question each asks. */
const project = (name: string, testTimeout: number) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout },
});

export default defineConfig({
  test: {
    // Every core: the default keeps one free, which is half of a small machine.
    maxWorkers: '100%',
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    projects: [
      project('unit', 20_000),
      project('model', 240_000),
      project('conformance', 240_000),
      project('crash', 240_000),
      project('fault', 60_000),
      project('golden', 60_000),
      project('planted', 240_000),
      project('docs', 60_000),
      project('tidy', 60_000),
    ],
  },
});
