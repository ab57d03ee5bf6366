/**
 * Steps 208 and 209: status inquiries with the polling tokens until the copy is as complete as the
 * job was told to wait for.
 *
 * Each inquiry is one step. When a round of inquiries found the data still on its way, the job waits
 * for the background, and whoever drives it gives the subsystem time before the next round.
 *
 * @module
 */
import { refuse } from '../../base/refusal.ts';
import { AGAIN, waiting } from '../../base/step.ts';
import { deviceNumber, trackIndex } from '../../base/units.ts';
import type { Status } from '../../ecam/messages.ts';
import { type CopyRun, go, type PhaseAnswer, type PollingEntry } from '../copy-run.ts';
import { unexpected } from '../target-inspection.ts';

/** Makes the next inquiry; when every answer was good enough, goes on. */
export function inquireStatus(run: CopyRun): PhaseAnswer {
  const entry = run.polling.find((one) => !one.isSatisfied);
  if (entry === undefined) return go('updateMetadata');
  const answer = run.exchange(
    entry.subsystem,
    { kind: 'statusInquiry', pollingToken: entry.token },
    { sent: 208, received: 209 },
  );
  if (answer.kind !== 'done') return answer;
  const status = answer.value;
  if (status.kind !== 'status') return unexpected(status.kind);
  noteStatus(run, entry, status);
  return run.options.wait === 'logical'
    ? afterLogical(entry, status)
    : afterPhysical(run, entry, status);
}

function afterLogical(entry: PollingEntry, status: Status): PhaseAnswer {
  if (!status.logicallyComplete) return waiting('background', 'the pointers are being copied');
  entry.isSatisfied = true;
  return AGAIN;
}

function afterPhysical(run: CopyRun, entry: PollingEntry, status: Status): PhaseAnswer {
  switch (status.state) {
    case 'copying': {
      const detail = `${status.tracksRemaining} of ${status.tracksTotal} tracks to copy`;
      return waiting('background', detail);
    }
    case 'complete':
      entry.isSatisfied = true;
      return AGAIN;
    case 'partial':
      run.log.note(209, `${status.tracksFailed} tracks could not be read and stay shared`);
      entry.isSatisfied = true;
      return AGAIN;
    default:
      return refuse('WAIT_NEVER_ENDS', {
        what: 'physical completion of the copy',
        limit: `the copy is ${status.state}: nobody copies it any more`,
        fix: 'ask for another backup, or wait for logical completion',
      });
  }
}

/** Keeps what the record of the job says about completion and conflicts. */
function noteStatus(run: CopyRun, entry: PollingEntry, status: Status): void {
  entry.isPhysicallyComplete = status.physicallyComplete;
  const { conflict } = status;
  if (conflict === undefined || run.conflict !== undefined) return;
  const { device, track, side } = conflict;
  run.conflict = { device: deviceNumber(device), track: trackIndex(track), side };
  run.log.note(209, `the ${side} was written during the series, first at track ${track}`);
}
