/**
 * Runs the benches: `npm run bench`, or `npm run bench -- mapping/pointer-copy ecam/exchange`.
 *
 * Each suite runs in a process of its own, so that no suite inherits the heap of another. With
 * `--huge-pages` the C library asks for huge pages, which spares large subsystems a third of the
 * waiting for memory on machines where that is allowed.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { judge } from './goals.ts';
import { appendHistory, type BenchRow, printGoals, printRows } from './report.ts';

const ONE = '--one';
const HUGE_PAGES = '--huge-pages';

function findSuites(): string[] {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'history')
    .flatMap(({ name }) => readdirSync(`${folder}${name}`).map((file) => `${name}/${file}`))
    .filter((path) => path.endsWith('.ts'))
    .map((path) => path.slice(0, -'.ts'.length))
    .toSorted();
}

async function runOne(suite: string): Promise<void> {
  const module: unknown = await import(`./${suite}.ts`);
  const { run } = module as { readonly run?: () => Promise<readonly BenchRow[]> };
  if (run === undefined) return;
  const rows = await run();
  const outcomes = judge(suite, rows);
  printRows(suite, rows);
  printGoals(outcomes);
  appendHistory(suite, rows, outcomes);
}

const [first, second] = process.argv.slice(2);
if (first === ONE && second !== undefined) {
  await runOne(second);
} else {
  const hasHugePages = process.argv.includes(HUGE_PAGES);
  const wanted = process.argv.slice(2).filter((word) => word !== HUGE_PAGES);
  const env = hasHugePages
    ? { ...process.env, GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' }
    : process.env;
  const suites = wanted.length > 0 ? wanted : findSuites();
  const script = fileURLToPath(import.meta.url);
  for (const suite of suites) {
    const options = { stdio: 'inherit', env } as const;
    const { status } = spawnSync(process.execPath, ['--expose-gc', script, ONE, suite], options);
    if (status !== 0) process.exitCode = 1;
  }
}
