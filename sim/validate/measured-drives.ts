/**
 * All measured drives of a folder, each compared with the model, beside what DiskSim reaches on them.
 *
 * Every drive is treated by the same rule, whether it is known here or not: its `.parv` file says what
 * it is, the `.trace` file of the same name what was measured.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import type { DriveParameters } from '../device/drive/drive-parameters.ts';
import { compareTimes, type DriveComparison, serveTrace } from './compare-drive.ts';
import { type DescriptionFiles, readDescribedDrive } from './disksim-drive.ts';
import { readMeasuredTrace } from './measured-trace.ts';

/** A drive of the folder. */
export interface MeasuredDrive {
  readonly file: string;
  /** Name that its description gives it; the file's where that cannot be read. */
  readonly name: string;
  readonly parameters: DriveParameters | null;
  readonly comparison: DriveComparison | null;
  /** Highest demerit that passes, as a part of the measured mean. */
  readonly bar: number;
  /** What DiskSim 4.0 reaches on the same trace, where that is published. */
  readonly published: PublishedDemerit | null;
  /** Why there is no comparison. */
  readonly problem: string | null;
  readonly used: readonly string[];
  /** What the files say and the model does not use. */
  readonly notes: readonly string[];
  readonly passes: boolean;
}

/** DiskSim's own result: mean of its times in milliseconds, demerit as a part of the measured mean. */
interface PublishedDemerit {
  readonly meanMillis: number;
  readonly demerit: number;
}

/** The drives of a folder, and its files that nothing was read from. */
export interface MeasuredDrives {
  readonly drives: readonly MeasuredDrive[];
  readonly unused: readonly string[];
}

const BAR = 0.1;
/** Drives on which more is asked of the model. */
const STRICT_BAR = 0.05;
const STRICT = /DNES-?309170W|C2247A/i;

/** By name of drive or file; from runs of DiskSim 4.0 on the measured traces (S-31). */
const PUBLISHED: readonly (readonly [name: RegExp, mean: number, demeritPercent: number])[] = [
  [/C2247A/i, 15.315, 0.6],
  [/C3323A/i, 15.575, 1.9],
  [/C2490A/i, 12.563, 2.0],
  [/RZ26/i, 15.691, 2.2],
  [/ST39102LW|CHEETAH_?9LP/i, 4.231, 2.5],
  [/DNES-?309170W|IBM18ES/i, 5.236, 2.6],
  [/ST32171W|BARRACUDA/i, 6.426, 5.2],
  [/ST34501N|CHEETAH_?4LP/i, 5.07, 6.0],
  [/ATLAS_?III/i, 6.139, 6.0],
  [/TORNADO|ATLAS_?10K/i, 3.971, 6.9],
];

/**
 * Compares every drive of a folder.
 *
 * @throws InputError (FILE_NOT_FOUND) when the folder describes no drive.
 */
export function compareMeasuredDrives(files: DescriptionFiles): MeasuredDrives {
  const descriptions = files.names.filter((name) => /\.parv$/i.test(name)).toSorted();
  if (descriptions.length === 0) {
    throw new InputError('FILE_NOT_FOUND', {
      what: 'no drive is described',
      limit: 'a folder of measured drives has a .parv and a .trace file for each',
      fix: 'name the folder that holds them',
    });
  }
  const drives = descriptions.map((file) => compareOne(files, file));
  const used = new Set(drives.flatMap((drive) => drive.used));
  return { drives, unused: files.names.filter((name) => !used.has(name)) };
}

function compareOne(files: DescriptionFiles, file: string): MeasuredDrive {
  const used = [file];
  const found = { file, used, notes: [] as string[], parameters: null, comparison: null };
  try {
    const described = readDescribedDrive(files, file);
    const { parameters } = described;
    used.push(...described.used.filter((name) => name !== file));
    found.notes.push(...described.notes);
    const traceName = traceOf(files, file);
    used.push(traceName);
    const trace = readMeasuredTrace(files.text(traceName), traceName);
    const { serviceNanos, movedCount } = serveTrace(parameters, trace);
    if (movedCount > 0) {
      found.notes.push(`${movedCount} requests lie behind the last sector and were served there`);
    }
    const comparison = compareTimes(trace.serviceNanos, serviceNanos);
    const bar = STRICT.test(parameters.name) ? STRICT_BAR : BAR;
    return {
      ...found,
      name: parameters.name,
      parameters,
      comparison,
      bar,
      published: publishedFor(parameters.name, file),
      problem: null,
      passes: comparison.demerit < bar,
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const published = publishedFor(file, file);
    const name = file.replace(/\.parv$/i, '');
    return { ...found, name, bar: BAR, published, problem: error.message, passes: false };
  }
}

/** The trace with the name of a description; letters' case, and signs between, do not matter. */
function traceOf(files: DescriptionFiles, file: string): string {
  const stem = stemOf(file);
  const name = files.names.find((other) => /\.trace$/i.test(other) && stemOf(other) === stem);
  if (name !== undefined) return name;
  throw new InputError('FILE_NOT_FOUND', {
    what: `no trace for ${file}`,
    limit: 'the measured trace has the name of the description and ends in .trace',
    fix: 'put the trace beside it',
  });
}

function stemOf(name: string): string {
  return name
    .replace(/\.[a-z]+$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

function publishedFor(name: string, file: string): PublishedDemerit | null {
  const known = PUBLISHED.find(([pattern]) => pattern.test(name) || pattern.test(file));
  if (known === undefined) return null;
  const [, meanMillis, percent] = known;
  return { meanMillis, demerit: percent / 100 };
}
