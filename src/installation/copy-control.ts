/**
 * Asking about copies and giving them up, by the name of a job or by a polling token.
 *
 * @module
 */
import { discardBackup, inquireBackup, withdrawBackup } from '../backup/backup-control.ts';
import { unexpected } from '../backup/target-inspection.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import type { Step } from '../base/step.ts';
import { fromHexadecimal, toHexadecimal } from '../ecam/hexadecimal.ts';
import type { EcamAnswer, EcamRequest, Status } from '../ecam/messages.ts';
import type { DataProcessor } from '../host/data-processor.ts';
import type { MachineRoom } from './machine-room.ts';

/** What is to be given up. */
export interface WithdrawRequest {
  /** Name of a job, or a polling token. */
  readonly name: string;
  /** Drop the copy itself, not only the background copy that it is owed; default false. */
  readonly discard?: boolean;
}

/** How far one execution of a copy is. */
export interface CopyStatus {
  /** 32 hexadecimal digits. */
  readonly pollingToken: string;
  readonly status: Status;
}

/** Asks about every execution of a job, or about the one of a token. */
export function inquire(
  room: MachineRoom,
  host: DataProcessor,
  name: string,
  detail: boolean,
): Outcome<readonly CopyStatus[]> {
  const token = tokenOf(name);
  if (token === undefined) {
    const asked = settled(inquireBackup(host, name, detail));
    if (asked.kind === 'refused') return asked;
    const { answers, pollingTokens } = asked.value;
    return done(
      answers.map((status, at) => ({
        pollingToken: toHexadecimal(pollingTokens[at] ?? new Uint8Array(0)),
        status,
      })),
    );
  }
  const answer = exchange(room, host, {
    kind: 'statusInquiry',
    pollingToken: token,
    detail,
  });
  if (answer.kind === 'refused') return answer;
  if (answer.value.kind !== 'status') return unexpected(answer.value.kind);
  return done([{ pollingToken: name.toUpperCase(), status: answer.value }]);
}

/** Gives up, and makes that durable. Answers how many relations had something to give up. */
export function withdraw(
  room: MachineRoom,
  host: DataProcessor,
  { name, discard = false }: WithdrawRequest,
): Outcome<number> {
  const withdrawn = withdrawNow(room, host, name, discard);
  if (withdrawn.kind === 'done') room.commit();
  return withdrawn;
}

function withdrawNow(
  room: MachineRoom,
  host: DataProcessor,
  name: string,
  discard: boolean,
): Outcome<number> {
  const token = tokenOf(name);
  if (token === undefined) {
    return settled(discard ? discardBackup(host, name) : withdrawBackup(host, name));
  }
  const answer = exchange(room, host, { kind: 'withdraw', pollingToken: token, discard });
  if (answer.kind === 'refused') return answer;
  if (answer.value.kind !== 'withdrawn') return unexpected(answer.value.kind);
  if (discard) noteDiscarded(room, token);
  return done(answer.value.withdrawn);
}

/** Copies that are gone are no backups any more, and their volumes are in nobody's use. */
function noteDiscarded(room: MachineRoom, token: Uint8Array): void {
  const wanted = token.join();
  for (const job of room.records.all()) {
    for (const { target, pollingTokens } of job.copies) {
      if (!pollingTokens.some((one) => one.join() === wanted)) continue;
      room.records.markOverwritten(target, `discard of a copy of ${job.name}`);
    }
  }
  room.lookAgain();
}

/** The bytes of a token, where a name is one. */
function tokenOf(name: string): Uint8Array | undefined {
  return /^[0-9A-Fa-f]{32}$/.test(name) ? fromHexadecimal(name) : undefined;
}

function exchange(
  { subsystem }: MachineRoom,
  host: DataProcessor,
  request: EcamRequest,
): Outcome<Exclude<EcamAnswer, Refusal>> {
  return settled(host.exchange(subsystem.configuration.name, request));
}

/** ECAM messages wait for nothing; only the channel to a device does. */
export function settled<Value>(step: Step<Value>): Outcome<Value> {
  if (step.kind === 'done' || step.kind === 'refused') return step;
  return refuse('VOLUME_BUSY', {
    what: 'a message to the subsystem',
    limit: step.kind === 'waiting' ? step.detail : 'it is to be sent again',
    fix: 'try again when it is free',
  });
}
