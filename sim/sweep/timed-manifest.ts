/**
 * The manifest of a timed run on disk: written when the run begins, so that the folder says what it is
 * of and a later run goes on where this one stopped; and again at the end.
 *
 * @module
 */
import { existsSync, rmSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { InputError } from '../../src/index.ts';
import { withFile } from '../../src/store.ts';
import { RUN_FILES, TIMED_MANIFEST, type TimedManifest } from '../report/run-folder.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Unit } from '../scenario/units.ts';
import { readTextFile, writeWholeFile } from './text-file.ts';

/** What a manifest is made from. */
export interface ManifestInput {
  readonly command: string;
  readonly scenario: Scenario;
  /** Name of the scenario file. */
  readonly fileName: string;
  readonly sha256: string;
  readonly seed: number;
  readonly units: readonly Unit[];
  readonly version: string;
}

/** The manifest of a run that begins now. */
export function beginManifest(input: ManifestInput): TimedManifest {
  const { command, scenario, fileName, sha256, seed, units, version } = input;
  return {
    schema: TIMED_MANIFEST,
    command,
    scenario: {
      name: scenario.name,
      description: scenario.description ?? '',
      file: fileName,
      sha256,
    },
    inputs: [],
    seed,
    replications: scenario.replications,
    units: units.map(({ id }) => id),
    versions: { vdasd: version, node: process.version },
    platform: {
      system: platform(),
      machine: arch(),
      processors: cpus().length,
      memoryBytes: totalmem(),
    },
    started: clockTime(),
    ended: '',
  };
}

/** The same at the end of the run. */
export function endManifest(
  manifest: TimedManifest,
  inputs: TimedManifest['inputs'],
): TimedManifest {
  const all = new Map([...manifest.inputs, ...inputs].map((one) => [one.file, one]));
  return { ...manifest, inputs: [...all.values()], ended: clockTime() };
}

/**
 * Takes a folder for a run: an empty one, or that of the same run, which goes on there.
 *
 * @param restart - Whether finished units are thrown away.
 * @returns The manifest to go on with.
 * @throws InputError FILE_REFUSED for a folder of another run, and for one with the manifest of
 *   something else.
 */
export function takeFolder(
  folder: string,
  manifest: TimedManifest,
  restart: boolean,
): TimedManifest {
  const path = join(folder, RUN_FILES.manifest);
  if (existsSync(path)) {
    const before = readManifest(path);
    // Nothing is thrown away, and nothing replaced, that no run of ours has left.
    if (before.schema !== manifest.schema) throw notARun(folder);
    if (restart) {
      const units = join(folder, RUN_FILES.units);
      withFile(units, 'removing', () => {
        rmSync(units, { recursive: true, force: true });
      });
    } else {
      if (!isSameRun(before, manifest)) throw otherRun(folder);
      const { inputs = manifest.inputs, started = manifest.started } = before;
      return writeManifest(folder, { ...manifest, inputs, started });
    }
  }
  return writeManifest(folder, manifest);
}

/** Writes a manifest into its folder. */
export function writeManifest(folder: string, manifest: TimedManifest): TimedManifest {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  writeWholeFile(join(folder, RUN_FILES.manifest), text);
  return manifest;
}

/** What a manifest says; of one that cannot be read, nothing. */
function readManifest(path: string): Partial<TimedManifest> {
  try {
    return JSON.parse(readTextFile(path)) as Partial<TimedManifest>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function isSameRun(before: Partial<TimedManifest>, now: TimedManifest): boolean {
  return (
    before.scenario?.sha256 === now.scenario.sha256 &&
    before.seed === now.seed &&
    before.versions?.vdasd === now.versions.vdasd
  );
}

function otherRun(folder: string): InputError {
  return new InputError('FILE_REFUSED', {
    what: 'the folder holds another run',
    place: { file: resolve(folder) },
    limit: 'a run goes on only with the same scenario, seed and version',
    fix: 'choose another --out, or --restart to throw away what is there',
  });
}

function notARun(folder: string): InputError {
  return new InputError('FILE_REFUSED', {
    what: `the folder holds a ${RUN_FILES.manifest} that is of no run with a clock, or damaged`,
    place: { file: resolve(folder) },
    limit: 'such a folder is left as it is, with --restart too',
    fix: 'choose another --out, or remove the folder if nothing in it is needed',
  });
}

/** Clock time: the only place of a run folder that has any is its manifest. */
function clockTime(): string {
  return new Date().toISOString();
}
