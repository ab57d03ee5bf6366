/**
 * The files of a run on Node: inputs beside the scenario, outputs below the output folder.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../src/index.ts';
import {
  createStore,
  digestVolume,
  openImageFile,
  outputFiles,
  saveImageFile,
  withFile,
  ZstdCompress,
} from '../../src/store.ts';
import type { ScenarioFiles } from '../scenario/files.ts';
import { suggest } from '../scenario/suggestion.ts';
import { readTextFile } from './text-file.ts';
import { readTraceFile } from './trace-files.ts';

const CHUNK_BYTES = 1_048_576;

/** Where a run reads and writes. */
export interface RunFolders {
  /** Folder of the scenario: inputs are named from there. */
  readonly inputs: string;
  /** Folder of the outputs. */
  readonly outputs: string;
  /** Whether outputs that are there may be replaced. */
  readonly mayReplace: boolean;
  /** Told before a file is written. */
  readonly writes: (path: string) => void;
}

/** Files of a run. */
export function nodeFiles(folders: RunFolders): ScenarioFiles {
  return {
    openImage: async (file) => {
      const opened = await openImageFile(resolve(folders.inputs, file));
      const { image, warnings } = opened;
      return {
        image,
        warnings,
        sha256: digestFiles(opened.files),
        close: () => {
          opened.close();
        },
      };
    },
    saveImage: async (file, format, source, progress) => {
      const path = resolve(folders.outputs, file);
      const folder = dirname(path);
      withFile(folder, 'making the folder', () => mkdirSync(folder, { recursive: true }));
      for (const one of outputFiles(path, format, source.geometry)) folders.writes(one);
      const options = { overwrite: folders.mayReplace, progress };
      const saved = await saveImageFile(path, format, source, options);
      return saved.files.map((one) => relative(folders.outputs, one));
    },
    readTrace: async (file, feed, between) => {
      await readTraceFile(resolve(folders.inputs, file), feed, () => undefined, between);
    },
    digestInput: (file) => ({ file, sha256: digestFiles([resolve(folders.inputs, file)]) }),
    readParameters: (name) => readParameters(name, folders.inputs),
    makeStore: (folder, input, ports) => {
      const opened = createStore(resolve(folders.outputs, folder), input, ports);
      const { stored } = opened;
      return {
        subsystem: stored.subsystem,
        journal: stored.journal,
        commit: () => {
          stored.commit();
        },
        close: () => {
          opened.close();
        },
      };
    },
    compress: new ZstdCompress(),
    digest: (source) => digestVolume(source).digest,
  };
}

/** Folder of the parameter sets that are shipped. */
const PARAMETERS = new URL('../device/parameters/', import.meta.url);

/** A set is shipped when its name has no ending; anything else is a file of the scenario. */
export function readParameters(
  name: string,
  inputs: string,
): { readonly name: string; readonly text: string } {
  if (/\.ya?ml$/.test(name)) return { name, text: readTextFile(resolve(inputs, name)) };
  const known = readdirSync(PARAMETERS)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length));
  if (known.includes(name)) {
    const text = readTextFile(fileURLToPath(new URL(`${name}.yaml`, PARAMETERS)));
    return { name: `${name}.yaml`, text };
  }
  throw new InputError('SCENARIO_INVALID', {
    what: `unknown parameter set '${name}'`,
    limit: 'it is neither shipped nor a file with the ending .yaml',
    fix: suggest(name, known),
  });
}

/** SHA-256 over the bytes of files, one after the other. */
function digestFiles(paths: readonly string[]): string {
  const hash = createHash('sha256');
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (const path of paths) {
    const file = openSync(path, 'r');
    try {
      for (;;) {
        const count = readSync(file, chunk);
        if (count === 0) break;
        hash.update(chunk.subarray(0, count));
      }
    } finally {
      closeSync(file);
    }
  }
  return hash.digest('hex');
}
