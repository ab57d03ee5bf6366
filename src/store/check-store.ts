/**
 * The check of a store: superblock, checkpoints and journal record by record, then the subsystem that
 * they make, invariant by invariant, and everything that lies on its drives. Reads and changes nothing.
 *
 * The repair opens the store to write, so that whatever recovery can heal is healed, verifies everything
 * on the drives, moves away what redundancy gives back, and makes a checkpoint.
 *
 * @module
 */
import type { Subsystem } from '../subsystem/subsystem.ts';
import { checkDrives, type DriveLook } from './check-drives.ts';
import { checkFiles, type FileLook } from './check-files.ts';
import type { Medium } from './medium.ts';
import { READ_ATTEMPTS_MAX, refuseHaste, StoreFault, storeFault } from './store-fault.ts';
import { CHECKPOINT_FOLDER, driveFile } from './store-layout.ts';
import type { StoreProblem } from './store-problem.ts';
import { StoredSubsystem, type StorePorts } from './stored-subsystem.ts';

/** What was found, and how much was looked at. */
export interface CheckOfStore {
  /** Nothing is wrong when there are none. */
  readonly problems: readonly StoreProblem[];
  /** What is as it may be, and still worth knowing: a torn end of the journal, failed drives. */
  readonly notes: readonly string[];
  readonly looked: FileLook &
    DriveLook & {
      readonly devices: number;
      readonly pages: number;
      readonly instances: number;
    };
}

/** What a repair did. */
export interface RepairOfStore {
  /** For people, one thing each. */
  readonly done: readonly string[];
  /** What is still wrong, or is not for a repair to decide. */
  readonly remaining: readonly StoreProblem[];
  /** What is as it may be now, and still worth knowing. */
  readonly notes: readonly string[];
}

/** Invariants that {@link checkDrives} looks at with more care. */
const TOLD_BY_DRIVES: readonly string[] = ['content-intact', 'parity-consistent'];

/** With these, a store opens only if something is given up. */
const GIVEN_UP: readonly string[] = ['STORE_DAMAGED', 'STORE_FAILED'];

/** Tracks worth of work between two commits of a repair. */
const REPAIR_STEP_TRACKS = 256;
/** Steps of a repair in which nothing happens before it ends. */
const VAIN_STEPS_MAX = 3;

/**
 * Checks a store, whether somebody writes to it or not; a writer may be told of a torn end where it is
 * just writing.
 *
 * @throws StoreFault STORE_ABSENT, STORE_VERSION, STORE_BUSY where a writer is too quick, and STORE_DAMAGED
 * where not even the superblock can be read; those of a medium that gives errors
 */
export function checkStore(medium: Medium, ports: StorePorts = {}): CheckOfStore {
  try {
    return check(medium, ports);
  } catch (error) {
    throw storeFault(error);
  }
}

function check(medium: Medium, ports: StorePorts): CheckOfStore {
  const { problems, notes, files, stored } = loadForCheck(medium, ports);
  if (stored === undefined) return { problems, notes, looked: { ...NOTHING_LOOKED, ...files } };
  const report = (problem: StoreProblem): void => {
    problems.push(problem);
  };
  try {
    const { subsystem } = stored;
    reportRecovery(stored, problems, report);
    if (stored.recovery.isSalvaged) notes.push(`--salvage goes back to ${describeState(stored)}`);
    noteDrives(subsystem, stored, notes);
    const drives = checkDrives(subsystem, report);
    const isToldByDrives = problems.some(({ area }) => area === 'drive' || area === 'track');
    const { violations, looked } = subsystem.check();
    for (const { invariant, detail } of violations) {
      if (isToldByDrives && TOLD_BY_DRIVES.includes(invariant)) continue;
      report({ area: 'state', place: {}, what: `${invariant}: ${detail}`, remedy: 'none' });
    }
    const { devices, pages, instances } = looked;
    return { problems, notes, looked: { ...files, ...drives, devices, pages, instances } };
  } finally {
    stored.close();
  }
}

/**
 * Repairs what can be repaired without giving anything up that was acknowledged.
 *
 * @param salvage - Also gives up what damage of the journal has made unreadable, and everything after it.
 * @throws StoreFault, STORE_DAMAGED when the store cannot be opened without `salvage`
 */
export function repairStore(
  medium: Medium,
  options: { readonly salvage?: boolean; readonly ports?: StorePorts } = {},
): RepairOfStore {
  const { salvage = false, ports = {} } = options;
  const before = checkStore(medium, ports);
  if (before.problems.length === 0) return { done: [], remaining: [], notes: before.notes };
  const done: string[] = [];
  const stored = StoredSubsystem.open(medium, { mode: 'write', ports, salvage });
  try {
    for (const { what, outcome } of stored.recovery.damage) done.push(`${what}: ${outcome}`);
    if (stored.recovery.isSalvaged) done.push(`back to ${describeState(stored)}`);
    verifyDrives(stored, done);
    stored.rewrite();
    done.push('everything that is kept was written anew');
    stored.close();
  } finally {
    // After it was closed, nothing is left to be let go of.
    stored.abandon();
  }
  const { problems, notes } = checkStore(medium, ports);
  return { done, remaining: problems, notes };
}

const NOTHING_LOOKED = {
  cylinders: 0,
  memberCylinders: 0,
  tracks: 0,
  devices: 0,
  pages: 0,
  instances: 0,
} as const;

/** What was found in the files, and the store as it can be had. */
interface LoadedForCheck {
  readonly problems: StoreProblem[];
  readonly notes: string[];
  readonly files: FileLook;
  readonly stored: StoredSubsystem | undefined;
}

/**
 * Looks at the files and loads the state while a writer may go on. It throws nothing away but after a
 * checkpoint: what was found while one was made is looked at again.
 */
function loadForCheck(medium: Medium, ports: StorePorts): LoadedForCheck {
  for (let attempt = 1; ; attempt += 1) {
    const before = medium.list(CHECKPOINT_FOLDER).join();
    const problems: StoreProblem[] = [];
    const notes: string[] = [];
    const report = (problem: StoreProblem): void => {
      problems.push(problem);
    };
    const files = checkFiles(medium, report, (note) => notes.push(note));
    const stored = openForCheck(medium, ports, problems);
    const isSame = medium.list(CHECKPOINT_FOLDER).join() === before;
    if (isSame) return { problems, notes, files, stored };
    stored?.close();
    if (attempt === READ_ATTEMPTS_MAX) throw refuseHaste(medium, attempt);
  }
}

/** The store as it can be had, even if something has to be left out; that is a problem then. */
function openForCheck(
  medium: Medium,
  ports: StorePorts,
  problems: StoreProblem[],
): StoredSubsystem | undefined {
  try {
    return StoredSubsystem.open(medium, { mode: 'read', ports });
  } catch (error) {
    if (!(error instanceof StoreFault && GIVEN_UP.includes(error.code))) throw error;
    const { place, what } = error;
    const isKnown = problems.some((known) => known.place.file === place.file);
    if (!isKnown) problems.push({ area: 'state', place, what, remedy: 'none' });
  }
  try {
    return StoredSubsystem.open(medium, { mode: 'read', ports, salvage: true });
  } catch (error) {
    if (error instanceof StoreFault && GIVEN_UP.includes(error.code)) return undefined;
    throw error;
  }
}

/** What recovery found that was not found in the files before. */
function reportRecovery(
  { recovery }: StoredSubsystem,
  problems: readonly StoreProblem[],
  report: (problem: StoreProblem) => void,
): void {
  const known = new Set(problems.map(({ place }) => place.file));
  for (const { what, outcome, file, offset } of recovery.damage) {
    if (known.has(file)) continue;
    const place = {
      ...(file === undefined ? {} : { file }),
      ...(offset === undefined ? {} : { offset }),
    };
    report({ area: 'state', place, what, remedy: outcome === 'healed' ? 'repair' : 'none' });
  }
  for (const { group, member } of recovery.missingDrives) {
    report({
      area: 'drive',
      place: { file: driveFile(group, member) },
      what: `the file of member ${member} of group ${group} is not there, or not as long as it should be`,
      remedy: 'repair',
    });
  }
}

/** What a store has, for those who are to give up the rest. */
function describeState({ committed, subsystem }: StoredSubsystem): string {
  const devices = [...subsystem.devices()];
  const written = devices.filter(({ index }) => subsystem.deviceSpace(index).mapped > 0);
  return `change ${committed}, with ${devices.length} devices, ${written.length} of them written to`;
}

/** Drives that failed and are known to have: nothing is wrong with the store, but with a drive. */
function noteDrives({ drives }: Subsystem, { recovery }: StoredSubsystem, notes: string[]): void {
  const missing = new Set(recovery.missingDrives.map(({ group, member }) => `${group}/${member}`));
  for (const { group, members } of drives.report().groups) {
    for (const { member, state, missingCylinders } of members) {
      if (missing.has(`${group}/${member}`)) continue;
      if (state === 'failed')
        notes.push(`the drive of member ${member} of group ${group} has failed: replace it`);
      else if (missingCylinders > 0) {
        notes.push(`member ${member} of group ${group} misses ${missingCylinders} cylinders`);
      }
    }
  }
}

/** Scrubs and rebuilds until nothing more comes of it. */
function verifyDrives(stored: StoredSubsystem, done: string[]): void {
  const { subsystem } = stored;
  const before = subsystem.drives.report();
  subsystem.drives.requestScrub();
  for (let vain = 0; vain < VAIN_STEPS_MAX; ) {
    const report = subsystem.backgroundStep({ tracks: REPAIR_STEP_TRACKS });
    stored.commit();
    const isOver = report.idle && subsystem.drives.scrubState().state !== 'requested';
    if (isOver) break;
    vain = report.scrubbed + report.rebuilt + report.moved + report.copied > 0 ? 0 : vain + 1;
  }
  const after = subsystem.drives.report();
  const figures = [
    ['cylinders verified', after.scrub.verified - before.scrub.verified],
    ['damaged cylinders emptied', after.evacuatedCylinders - before.evacuatedCylinders],
    ['cylinders rebuilt', after.rebuiltCylinders - before.rebuiltCylinders],
    ['tracks healed', after.healedTracks - before.healedTracks],
  ] as const;
  for (const [name, count] of figures) if (count > 0) done.push(`${count} ${name}`);
}
