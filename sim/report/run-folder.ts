/**
 * What lies where in the folder of a timed run, and what its manifest says.
 *
 * @module
 */
import type { Plain } from '../record/plain.ts';

/** Schema of the manifest of a timed run. */
export const TIMED_MANIFEST = 'vdasd.timed-manifest/1';

/** Names of the files at the top of a run folder. */
export const RUN_FILES = Object.freeze({
  manifest: 'manifest.json',
  summary: 'summary.json',
  report: 'report.html',
  units: 'units',
  plots: 'plots',
});

/** Names of the files of a unit. */
export const UNIT_FILES = Object.freeze({
  record: 'unit.json',
  histograms: 'histograms.hlog',
  seriesParquet: 'timeseries.parquet',
  seriesCsv: 'timeseries.csv',
  requestsParquet: 'requests.parquet',
  requestsCsv: 'requests.csv',
  events: 'events.msgpack',
});

/** A file with its bytes; the name may hold `/`. */
export interface OutputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A file that was read. */
interface InputDigest {
  readonly file: string;
  readonly sha256: string;
}

/**
 * The manifest of a timed run: from what it can be repeated. The only file of a run folder with
 * clock time and machine; everything else is the same bytes for the same scenario, seed and version.
 */
export interface TimedManifest {
  readonly schema: typeof TIMED_MANIFEST;
  /** The command line, as it can be typed again. */
  readonly command: string;
  readonly scenario: {
    readonly name: string;
    readonly description: string;
    readonly file: string;
    readonly sha256: string;
  };
  /** Traces and volume images that were read. */
  readonly inputs: readonly InputDigest[];
  readonly seed: number;
  readonly replications: number;
  /** Ids of the units, in the order of the tables. */
  readonly units: readonly string[];
  readonly versions: { readonly vdasd: string; readonly node: string };
  readonly platform: { readonly [name: string]: Plain };
  /** Clock time, ISO 8601 in UTC. */
  readonly started: string;
  readonly ended: string;
}
