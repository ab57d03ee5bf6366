/**
 * `npm run check`: everything that a change must pass before it is committed, quickest first.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const top = join(import.meta.dirname, '..');

const STAGES: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: 'format', command: ['@biomejs/biome/bin/biome', 'check', '.'] },
  { name: 'lint', command: ['oxlint/bin/oxlint', '--deny-warnings'] },
  { name: 'types', command: ['typescript/bin/tsc', '-p', 'tsconfig.json'] },
  { name: 'dead code', command: ['knip/bin/knip.js', '--treat-config-hints-as-errors'] },
  {
    name: 'tests',
    command: [
      'vitest/vitest.mjs',
      'run',
      '--project',
      'unit',
      '--project',
      'model',
      '--project',
      'tidy',
      '--project',
      'docs',
      '--exclude',
      'test/model/large-device.test.ts',
    ],
  },
];

for (const { name, command } of STAGES) {
  const [tool = '', ...args] = command;
  process.stdout.write(`== ${name}\n`);
  const run = spawnSync(process.execPath, [join(top, 'node_modules', tool), ...args], {
    cwd: top,
    stdio: 'inherit',
    // A small part of the model campaign: the whole of it runs in `npm test`.
    env: { VDASD_MODEL_RUNS: '30', ...process.env },
  });
  if (run.status !== 0) {
    process.stderr.write(`check: ${name} failed\n`);
    process.exit(run.status ?? 1);
  }
}
process.stdout.write('check: all stages passed\n');
