/**
 * Runs the command line as a user does: a process of its own, through the launcher.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { TOP } from './tree.ts';

/** What a finished process left. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs `vdasd` with these arguments. */
export function runVdasd(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): CommandResult {
  const run = spawnSync(process.execPath, [join(TOP, 'bin/vdasd.mjs'), ...args], {
    cwd: options.cwd ?? TOP,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
  });
  return { exitCode: run.status, output: run.stdout, errors: run.stderr };
}
