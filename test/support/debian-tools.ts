/**
 * The tools of Debian's `hercules` package, for tests that ask whether our files and Hercules agree.
 *
 * A test that needs one is skipped with a message when it is not installed, and fails when
 * `VDASD_REQUIRE_TOOLS=1` says that it must be.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';

/** What a finished tool left. Exit codes mean little: `dasdls` always answers 0. */
interface ToolResult {
  readonly exitCode: number | null;
  /** Standard output and standard error, in this order. */
  readonly text: string;
}

/** An installed tool. */
export interface DebianTool {
  readonly name: string;
  /** Runs it to its end. */
  run(args: readonly string[], options?: { readonly cwd?: string }): ToolResult;
}

/**
 * The tool of that name, or `undefined` with a printed message when it is not installed.
 *
 * Use: `const dasdls = debianTool('dasdls'); describe.skipIf(dasdls === undefined)(…)`.
 *
 * @throws Error when it is missing and `VDASD_REQUIRE_TOOLS` is 1.
 */
export function debianTool(name: string): DebianTool | undefined {
  const found = spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
  if (found) return { name, run: (args, options) => runTool(name, args, options) };
  const message = `${name} of Debian's hercules package is not installed`;
  if (process.env['VDASD_REQUIRE_TOOLS'] === '1') throw new Error(`${message}, and is required`);
  console.log(`skipped: ${message}`);
  return undefined;
}

/** Runs of a tool that dies by a signal before that counts as its answer. */
const TRIES = 5;

/**
 * The tools work in several threads and now and then die of it (about one run in fifty). That says
 * nothing about our files, so they are run again; what a crashed run began to write is removed.
 */
function runTool(
  name: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): ToolResult {
  const last = resolve(options.cwd ?? '.', args.at(-1) ?? '.');
  const wasThere = existsSync(last);
  for (let tries = 1; ; tries += 1) {
    const run = spawnSync(name, args, {
      encoding: 'latin1',
      maxBuffer: 64 * 1024 * 1024,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    if (run.signal === null || tries === TRIES) {
      return { exitCode: run.status, text: run.stdout + run.stderr };
    }
    console.log(`${name} died of ${run.signal}, try ${tries} of ${TRIES}`);
    if (!wasThere) rmSync(last, { force: true });
  }
}
