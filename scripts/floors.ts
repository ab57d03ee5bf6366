/**
 * The floors of the house: a file imports from lower floors and its own folder, never upward or
 * sideways. One list for the linter (`oxlint.config.ts`), the tidy tests and the architecture page.
 *
 * @module
 */

/** One folder of `src` or `sim`. */
export interface Floor {
  /** Path of the folder from the top, for instance `src/base`. */
  readonly folder: string;
  /** Height inside its tree: imports go to lower numbers. */
  readonly height: number;
  /** Which `node:` modules its files may import: none, a list, or all. */
  readonly node: readonly string[] | 'all';
  /** Folders of the same height that it may import from, where one deserves an exception. */
  readonly beside?: readonly string[];
}

const NO_NODE: readonly string[] = [];

/** Every folder of the model, lowest first. The doors (`src/*.ts`) stand above all. */
export const MODEL_FLOORS: readonly Floor[] = [
  { folder: 'src/base', height: 0, node: NO_NODE },
  { folder: 'src/geometry', height: 1, node: NO_NODE },
  // A track shows its address, and addresses are geometry.
  { folder: 'src/track', height: 1, node: NO_NODE, beside: ['src/geometry'] },
  { folder: 'src/image', height: 2, node: ['zlib'] },
  { folder: 'src/media', height: 2, node: NO_NODE },
  { folder: 'src/mapping', height: 3, node: NO_NODE },
  { folder: 'src/copy', height: 4, node: NO_NODE },
  { folder: 'src/reclaim', height: 4, node: NO_NODE },
  { folder: 'src/subsystem', height: 5, node: NO_NODE },
  { folder: 'src/ecam', height: 6, node: NO_NODE },
  { folder: 'src/store', height: 6, node: 'all' },
  // A medium for tests is a medium: it keeps what src/store/medium.ts says.
  { folder: 'src/testing', height: 6, node: NO_NODE, beside: ['src/store'] },
  { folder: 'src/channel', height: 7, node: NO_NODE },
  { folder: 'src/host', height: 8, node: NO_NODE },
  { folder: 'src/backup', height: 9, node: NO_NODE },
  { folder: 'src/installation', height: 10, node: NO_NODE },
];

/** Every folder of the laboratory, lowest first. It reaches the model through its doors only. */
export const LABORATORY_FLOORS: readonly Floor[] = [
  { folder: 'sim/engine', height: 0, node: NO_NODE },
  { folder: 'sim/device', height: 1, node: NO_NODE },
  { folder: 'sim/load', height: 1, node: NO_NODE },
  { folder: 'sim/record', height: 1, node: NO_NODE },
  { folder: 'sim/replay', height: 2, node: NO_NODE },
  { folder: 'sim/strategy', height: 2, node: NO_NODE },
  { folder: 'sim/validate', height: 2, node: NO_NODE },
  { folder: 'sim/scenario', height: 3, node: NO_NODE },
  { folder: 'sim/report', height: 4, node: NO_NODE },
  { folder: 'sim/sweep', height: 5, node: 'all' },
  { folder: 'sim/cli', height: 6, node: 'all' },
];

/** The doors of the model: the only files of `src` that the laboratory may import. */
export const DOORS: readonly string[] = [
  'src/index.ts',
  'src/inspect.ts',
  'src/testing.ts',
  'src/image.ts',
  'src/store.ts',
];

/** The folders that `floor` must not import from, out of `all`. */
export function forbiddenFolders(floor: Floor, all: readonly Floor[]): readonly string[] {
  return all
    .filter((other) => other.folder !== floor.folder && other.height >= floor.height)
    .filter((other) => !(floor.beside ?? []).includes(other.folder))
    .map((other) => other.folder);
}
