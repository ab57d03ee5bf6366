/**
 * What `--out` gets: `summary.json` says what happened, `manifest.json` from what it can be repeated.
 *
 * Both are byte-identical for the same scenario, inputs, seed and version.
 *
 * @module
 */
import type { RunRecord } from '../scenario/run-record.ts';

/** Versions that decide about the result. */
export interface RunVersions {
  readonly vdasd: string;
}

/** The JSON of `vdasd run --json`, and of `summary.json`. */
export function runJson(run: RunRecord): object {
  return { schema: 'vdasd.run/2', ...run };
}

/** The JSON of `manifest.json`. */
export function manifestJson(run: RunRecord, versions: RunVersions): object {
  return {
    schema: 'vdasd.manifest/1',
    versions,
    seed: run.seed,
    scenario: { file: run.scenario.file, sha256: run.scenario.sha256 },
    inputs: run.inputs,
    outputs: run.outputs,
  };
}
