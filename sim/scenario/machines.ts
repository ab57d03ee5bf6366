/**
 * Which machine runs which kind of entry.
 *
 * @module
 */
import { InvariantViolation, unreachable } from '../../src/index.ts';
import { backgroundEntry, collectEntry, destageEntry, scrubEntry } from './background-entries.ts';
import type { Observed } from './comparison.ts';
import { backupEntry, restoreEntry } from './copy-entry.ts';
import { corruptEntry, driveEntry } from './drive-entries.ts';
import type { EntryMachine } from './entry-machine.ts';
import { expectEntry } from './expect-entry.ts';
import { advanceEntry, checkEntry, exportEntry } from './plain-entries.ts';
import {
  type ReleaseNames,
  releaseEntry,
  scratchEntry,
  undoReleaseEntry,
} from './release-entries.ts';
import { rememberEntry } from './remember-entry.ts';
import { reportEntry } from './report-entry.ts';
import {
  dropPointEntry,
  openAtEntry,
  type PointNames,
  restoreDataSetEntry,
  retainEntry,
} from './retention-entries.ts';
import type { InnerEntry } from './scenario.ts';
import { snapshotEntry } from './snapshot-entry.ts';
import { discardEntry, inquireEntry, withdrawEntry } from './status-entry.ts';
import type { ValueSources } from './values.ts';
import { verifyEntry } from './verify-entry.ts';
import { writeEntry } from './write-entry.ts';

/** What entries know of each other: the names that earlier ones have given. */
export interface MachineContext extends ValueSources {
  readonly points: PointNames;
  readonly releases: ReleaseNames;
  readonly remembered: Map<string, Observed>;
  /** Told how many tracks of a file are written. */
  readonly writing: (file: string, done: number) => void;
}

/** The machine of an entry. */
export function makeMachine(context: MachineContext, entry: InnerEntry): EntryMachine {
  const { laboratory, witnesses, snapshots, points, releases } = context;
  switch (entry.kind) {
    case 'backup':
      return backupEntry(laboratory, entry);
    case 'copy':
      // A scenario without a clock has none, and with a clock it runs by itself.
      throw new InvariantViolation('copy-runs-in-time', entry.fields.as);
    case 'restore':
      return restoreEntry(laboratory, entry);
    case 'write':
      return writeEntry(laboratory, entry);
    case 'inquire':
      return inquireEntry(laboratory, entry);
    case 'verify':
      return verifyEntry(laboratory, entry, witnesses);
    case 'export':
      return exportEntry(laboratory, entry, (done) => {
        context.writing(entry.fields.file, done);
      });
    case 'snapshot':
      return snapshotEntry(laboratory, entry, snapshots);
    case 'withdraw':
      return withdrawEntry(laboratory, entry, snapshots);
    case 'discard':
      return discardEntry(laboratory, entry, snapshots);
    case 'check':
      return checkEntry(laboratory, entry);
    case 'advance':
      return advanceEntry(laboratory, entry);
    case 'expect':
      return expectEntry(context, entry);
    case 'remember':
      return rememberEntry(context, entry, context.remembered);
    case 'failDrive':
    case 'returnDrive':
    case 'replaceDrive':
      return driveEntry(laboratory, entry);
    case 'corrupt':
      return corruptEntry(laboratory, entry);
    case 'scrub':
      return scrubEntry(laboratory, entry);
    case 'collect':
      return collectEntry(laboratory, entry);
    case 'background':
      return backgroundEntry(laboratory, entry);
    case 'destage':
      return destageEntry(laboratory, entry);
    case 'scratch':
      return scratchEntry(laboratory, entry);
    case 'release':
      return releaseEntry(laboratory, entry, releases);
    case 'undoRelease':
      return undoReleaseEntry(entry, releases);
    case 'retain':
      return retainEntry(laboratory, entry, points);
    case 'dropPoint':
      return dropPointEntry(entry, points);
    case 'openAt':
      return openAtEntry(laboratory, entry, points);
    case 'restoreDataSet':
      return restoreDataSetEntry(laboratory, entry);
    case 'report':
      return reportEntry(laboratory, entry);
    default:
      return unreachable(entry, 'scenario-entry-kind');
  }
}
