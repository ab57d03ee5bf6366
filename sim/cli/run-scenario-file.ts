/**
 * Running a scenario file: reads it and its inputs, runs it, leaves the files that `--out` asks for.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { manifestJson, runJson } from '../report/run-files.ts';
import { loadScenario } from '../scenario/loading.ts';
import type { RunRecord } from '../scenario/run-record.ts';
import { runScenario } from '../scenario/running.ts';
import { nodeFiles } from '../sweep/node-files.ts';
import { readTextFile, writeWholeFile } from '../sweep/text-file.ts';
import { formatJson } from './terminal.ts';
import { VERSION } from './version.ts';

/** How to run a scenario file. Every field has a default. */
export interface RunFileOptions {
  /** Folder for exports, `summary.json` and `manifest.json`; without, exports go to the working folder. */
  readonly out?: string;
  /** Seed to use instead of the one in the file. */
  readonly seed?: number;
}

/** What hears of a run while it goes on. */
export interface RunEars {
  readonly progress?: (done: number, total: number, what: string) => void;
  /** A file will be written there. */
  readonly writes?: (path: string) => void;
}

/**
 * Runs a scenario file.
 *
 * @throws ScenarioInvalid, InputError; every other trouble is in the record.
 */
export async function runScenarioFile(
  file: string,
  options: RunFileOptions = {},
  ears: RunEars = {},
): Promise<RunRecord> {
  const text = readTextFile(file);
  const scenario = loadScenario(text, file);
  const outputs = resolve(options.out ?? '.');
  const writes = (path: string): void => ears.writes?.(path);
  const files = nodeFiles({
    inputs: dirname(resolve(file)),
    outputs,
    mayReplace: options.out !== undefined,
    writes,
  });
  const run = await runScenario(scenario, files, {
    sha256: createHash('sha256').update(text).digest('hex'),
    fileName: basename(file),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(ears.progress === undefined ? {} : { progress: ears.progress }),
  });
  if (options.out !== undefined) {
    const versions = { vdasd: VERSION };
    for (const [name, content] of [
      ['summary.json', runJson(run)],
      ['manifest.json', manifestJson(run, versions)],
    ] as const) {
      const path = join(outputs, name);
      writes(path);
      writeWholeFile(path, `${formatJson(content)}\n`);
    }
  }
  return run;
}
