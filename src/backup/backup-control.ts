/**
 * What can be done about a backup after its job has ended: asking how far it is, giving up its
 * background copy, dropping it. Single ECAM messages with the polling tokens of the records.
 *
 * @module
 */
import { done, type Outcome, refuse } from '../base/refusal.ts';
import type { Step } from '../base/step.ts';
import type { EcamRequest, Status } from '../ecam/messages.ts';
import type { DataProcessor } from '../host/data-processor.ts';
import type { JobRecord } from '../host/host-records.ts';
import { checkStillThere } from './lineage.ts';
import { findFinishedBackup } from './restore-job.ts';
import { deviceNeed } from './steps/serialize-source.ts';
import { unexpected } from './target-inspection.ts';

/** How far a backup is, over all its copies. */
export interface BackupStatus {
  readonly logicallyComplete: boolean;
  readonly physicallyComplete: boolean;
  readonly tracksTotal: number;
  readonly tracksCopied: number;
  readonly tracksRemaining: number;
  /** The answers, one for each execution, and the tokens that were asked with. */
  readonly answers: readonly Status[];
  readonly pollingTokens: readonly Uint8Array[];
}

/**
 * The record of the latest job of a name. One that failed before it executed anything has made nothing that
 * could be asked about: it counts only where there is no other. Refused BACKUP_UNKNOWN.
 */
function findJob(host: DataProcessor, name: string): Outcome<JobRecord> {
  const jobs = host.records.generations(name);
  const hasMade = (job: JobRecord): boolean => job.state !== 'failed' || tokensOf(job).length > 0;
  const job = jobs.findLast(hasMade) ?? jobs.at(-1);
  if (job !== undefined) return done(job);
  return refuse('BACKUP_UNKNOWN', {
    what: `job ${name}`,
    limit: 'the records of the host have no job of that name',
    fix: 'check the name',
  });
}

/**
 * Makes one status inquiry for each execution of the latest job of a name, and brings the record up to
 * date.
 *
 * @param detail - Ask what became of each track, which compares both devices.
 */
export function inquireBackup(
  host: DataProcessor,
  name: string,
  detail = false,
): Step<BackupStatus> {
  const job = findJob(host, name);
  return job.kind === 'refused' ? job : inquireJob(host, job.value, detail);
}

/** The same for one job. */
export function inquireJob(
  host: DataProcessor,
  job: JobRecord,
  detail = false,
): Step<BackupStatus> {
  const answers: Status[] = [];
  const tokens = tokensOf(job);
  for (const { subsystem, token } of tokens) {
    const answer = host.exchange(subsystem, { kind: 'statusInquiry', pollingToken: token, detail });
    if (answer.kind !== 'done') return answer;
    if (answer.value.kind !== 'status') return unexpected(answer.value.kind);
    answers.push(answer.value);
  }
  const sum = (of: (status: Status) => number): number =>
    answers.reduce((total, status) => total + of(status), 0);
  const isHostCopied = job.copies.some(({ method }) => method === 'hostCopy');
  const physicallyComplete =
    answers.every((status) => status.physicallyComplete) && (answers.length > 0 || isHostCopied);
  host.records.update(job.id, (draft) => {
    draft.physicallyComplete ||= physicallyComplete;
  });
  return done({
    logicallyComplete: true,
    physicallyComplete,
    tracksTotal: sum((status) => status.tracksTotal),
    tracksCopied: sum((status) => status.tracksCopied),
    tracksRemaining: sum((status) => status.tracksRemaining),
    answers,
    pollingTokens: tokens.map(({ token }) => token),
  });
}

/** Drops the background duty of a backup; the copies stay whole. Answers how many had one. */
export function withdrawBackup(host: DataProcessor, name: string): Step<number> {
  const job = findJob(host, name);
  return job.kind === 'refused' ? job : withdraw(host, job.value, false);
}

/**
 * Drops the copies of the latest finished backup of a name: their tracks become never-written, their
 * devices go offline and are unlabelled. Refused VOLUME_BUSY while a job uses one of the devices: a
 * restore that has read the copy's label would bring back nothing.
 */
export function discardBackup(host: DataProcessor, name: string): Step<number> {
  const job = findFinishedBackup(host, name);
  if (job.kind === 'refused') return job;
  const needs = job.value.copies.map(({ target }) => deviceNeed(target, 'exclusive'));
  const owner = `discard of ${name} of ${host.name}`;
  const enqueue = host.serialization.request(owner, needs, 'refuse');
  if (enqueue.kind === 'refused') return enqueue;
  const discarded = discardCopies(host, job.value);
  enqueue.value.release();
  return discarded;
}

function discardCopies(host: DataProcessor, job: JobRecord): Step<number> {
  for (const { target } of job.copies) {
    const gone = checkStillThere(job, target);
    if (gone !== undefined) return gone;
  }
  const discarded = withdraw(host, job, true);
  if (discarded.kind !== 'done') return discarded;
  for (const copy of job.copies) {
    if (copy.method === 'hostCopy') continue;
    host.complex.varyOffline(copy.target);
    host.records.markOverwritten(copy.target, `discard of ${job.name}`);
  }
  return discarded;
}

function withdraw(host: DataProcessor, job: JobRecord, discard: boolean): Step<number> {
  let withdrawn = 0;
  for (const { subsystem, token } of tokensOf(job)) {
    const request: EcamRequest = { kind: 'withdraw', pollingToken: token, discard };
    const answer = host.exchange(subsystem, request);
    if (answer.kind !== 'done') return answer;
    if (answer.value.kind !== 'withdrawn') return unexpected(answer.value.kind);
    withdrawn += answer.value.withdrawn;
  }
  return done(withdrawn);
}

/** Each polling token of a job once; a group execution gave one token to several copies. */
function tokensOf(job: JobRecord): readonly { subsystem: string; token: Uint8Array }[] {
  const tokens = new Map<string, { subsystem: string; token: Uint8Array }>();
  for (const copy of job.copies) {
    for (const token of copy.pollingTokens) {
      tokens.set(token.join(), { subsystem: copy.target.subsystem, token });
    }
  }
  return [...tokens.values()];
}
