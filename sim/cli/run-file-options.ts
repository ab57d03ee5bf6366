/**
 * How a scenario file is run, and who hears of it.
 *
 * @module
 */

/** How to run a scenario file. Every field has a default. */
export interface RunFileOptions {
  /**
   * Folder for exports, `summary.json` and `manifest.json`, and with a clock for the whole run folder;
   * without, exports go to the working folder, and nothing else is kept.
   */
  readonly out?: string;
  /** Seed to use instead of the one in the file. */
  readonly seed?: number;
  /** Threads for the units of a scenario with a clock; as many as there are processors when left out. */
  readonly workers?: number;
  /** Whether finished units in the folder are thrown away instead of kept. */
  readonly restart?: boolean;
}

/** What hears of a run while it goes on. */
export interface RunEars {
  readonly progress?: (done: number, total: number, what: string) => void;
  /** A file will be written there. */
  readonly writes?: (path: string) => void;
}
