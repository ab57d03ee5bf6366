/**
 * The entries `inquire`, `withdraw` and `discard`: what can be done about a copy once it is made.
 *
 * @module
 */
import {
  type BackupStatus,
  discardBackup,
  inquireBackup,
  refuse,
  type Step,
  waiting,
  withdrawBackup,
} from '../../src/index.ts';
import { hostOfBackup } from './copy-entry.ts';
import { type EntryMachine, type EntryStep, ended, failed, oneStep } from './entry-machine.ts';
import type { Laboratory } from './laboratory.ts';
import { formatCount } from './quantity.ts';
import type { EntryOf } from './scenario.ts';
import type { SnapshotNames } from './snapshot-entry.ts';

/** The machine of an `inquire`: asks, gives the background its budget, asks again. */
export function inquireEntry(laboratory: Laboratory, entry: EntryOf<'inquire'>): EntryMachine {
  const { backup, until, limit } = entry.fields;
  const tracks = entry.fields.tracksPerInquiry ?? laboratory.scenario.tracksPerInquiry;
  let inquiries = 0;
  const finish = (status: BackupStatus): EntryStep => {
    const { tracksTotal, tracksCopied, tracksRemaining } = status;
    const state = status.physicallyComplete ? 'physically complete' : 'logically complete';
    return ended(
      {
        backup,
        inquiries,
        logicallyComplete: status.logicallyComplete,
        physicallyComplete: status.physicallyComplete,
        tracksTotal,
        tracksCopied,
        tracksRemaining,
      },
      [
        `${backup} is ${state} after ${inquiries === 1 ? 'one inquiry' : `${inquiries} inquiries`}, ` +
          `${formatCount(tracksCopied, 'track')} copied`,
      ],
    );
  };
  const step = (): EntryStep => {
    if (limit !== undefined && inquiries >= limit) {
      return failed('timeout', {
        what: `${backup} is not ${until} after ${inquiries} inquiries`,
        limit: `the entry gives up after ${limit}`,
        fix: 'raise limit or tracksPerInquiry',
      });
    }
    const answer = inquireBackup(hostOfBackup(laboratory, backup), backup);
    if (answer.kind !== 'done') return answer;
    inquiries += 1;
    const isEnough = isSatisfied(answer.value, until);
    if (isEnough) {
      if (until === 'once') laboratory.pump(tracks);
      return finish(answer.value);
    }
    const endless = neverEnds(backup, answer.value);
    if (endless !== undefined) return endless;
    return laboratory.pump(tracks)
      ? { kind: 'again' }
      : waiting('space', `the background copy of ${backup} stands still`);
  };
  return { title: `inquire ${backup}${until === 'once' ? '' : ` until ${until}`}`, step };
}

/** The machine of a `withdraw`. */
export function withdrawEntry(
  laboratory: Laboratory,
  entry: EntryOf<'withdraw'>,
  snapshots: SnapshotNames,
): EntryMachine {
  const { backup, snapshot } = entry.fields;
  return oneStep(`withdraw ${backup ?? snapshot ?? ''}`, () => {
    if (backup !== undefined) {
      return afterDropping(withdrawBackup(hostOfBackup(laboratory, backup), backup), 'withdrawn');
    }
    let withdrawn = 0;
    for (const { owner, id } of snapshots.of(snapshot ?? '')) {
      const answer = owner.subsystem.withdraw(id);
      if (answer.kind === 'refused') return answer;
      withdrawn += answer.value.withdrawn;
    }
    return ended({ withdrawn });
  });
}

/** The machine of a `discard`. */
export function discardEntry(
  laboratory: Laboratory,
  entry: EntryOf<'discard'>,
  snapshots: SnapshotNames,
): EntryMachine {
  const { backup, snapshot } = entry.fields;
  return oneStep(`discard ${backup ?? snapshot ?? ''}`, () => {
    if (backup !== undefined) {
      return afterDropping(discardBackup(hostOfBackup(laboratory, backup), backup), 'discarded');
    }
    let discarded = 0;
    for (const { owner, id } of snapshots.of(snapshot ?? '')) {
      const answer = owner.subsystem.discard(id);
      if (answer.kind === 'refused') return answer;
      discarded += 1;
    }
    return ended({ discarded });
  });
}

function afterDropping(answer: Step<number>, what: string): EntryStep {
  return answer.kind === 'done' ? ended({ [what]: answer.value }) : answer;
}

function isSatisfied(status: BackupStatus, until: EntryOf<'inquire'>['fields']['until']): boolean {
  switch (until) {
    case 'once':
      return true;
    case 'logicallyComplete':
      return status.logicallyComplete;
    default:
      // Tracks whose content is lost are never separated; nothing more will come.
      return status.physicallyComplete || status.answers.every((one) => one.state === 'partial');
  }
}

/** A background copy that nobody does any more never completes. */
function neverEnds(backup: string, status: BackupStatus): EntryStep | undefined {
  const over = status.answers.find(
    ({ state }) => state !== 'copying' && state !== 'complete' && state !== 'partial',
  );
  if (over === undefined) return undefined;
  return refuse('WAIT_NEVER_ENDS', {
    what: `physical completion of ${backup}`,
    limit: `its copy is ${over.state}, nothing is copied in the background`,
    fix: 'ask for copy: background, or do not wait for physical completion',
  });
}
