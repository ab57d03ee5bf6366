/**
 * Status inquiry (steps 208 and 209) and withdrawal: how far a copy is, and giving it up.
 *
 * An inquiry changes nothing. Without detail it costs the same whatever the copy covers; with detail
 * both sides of every relation are compared.
 *
 * @module
 */
import type { Refusal } from '../base/refusal.ts';
import type { RelationId, RelationState } from '../copy/relation.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import { isDevice, type Job } from './jobs.ts';
import type {
  JobState,
  Status,
  StatusDetail,
  StatusInquiry,
  Withdraw,
  Withdrawn,
} from './messages.ts';
import type { PathGroupId } from './path-group-id.ts';
import { findJob, type ResponderState } from './responder-state.ts';
import { seriesKey } from './serial-series.ts';
import { tokenKey } from './token.ts';

/** Least finished first: a job of several relations stands where the first of these stands. */
const STATES: readonly JobState[] = [
  'copying',
  'partial',
  'superseded',
  'discarded',
  'withdrawn',
  'shared',
  'complete',
  'forgotten',
];

/** Answers how far the job of a polling token is. */
export function reportStatus(
  state: ResponderState,
  pathGroup: PathGroupId,
  inquiry: StatusInquiry,
): Status | Refusal {
  const job = findJob(state, pathGroup, tokenKey(inquiry.pollingToken));
  if ('code' in job) return job;
  const { jobs, series, subsystem } = state;
  const relations = job.relations.map((relation) => standingOf(subsystem, relation));
  const total = (of: (relation: Standing) => number): number =>
    relations.reduce((sum, relation) => sum + of(relation), 0);
  const standing = jobState(relations);
  const isOver = job.series === null || series.isOver(job.pathGroup, job.series);
  if (standing !== 'copying' && isOver) jobs.noteReported(job.token);
  return {
    kind: 'status',
    state: standing,
    waitsForSpace: relations.some(({ waitsForSpace }) => waitsForSpace),
    logicallyComplete: true,
    physicallyComplete: relations.every(({ physicallyComplete }) => physicallyComplete),
    tracksTotal: total(({ tracksTotal }) => tracksTotal),
    tracksCopied: total(({ tracksCopied }) => tracksCopied),
    tracksRemaining: total(({ tracksRemaining }) => tracksRemaining),
    tracksFailed: total(({ tracksFailed }) => tracksFailed),
    targetWrites: total(({ targetWrites }) => targetWrites),
    relations: relations.length,
    ...seriesStatus(state, job),
    ...(inquiry.detail === true && { detail: detailOf(state, job) }),
  };
}

/** Drops the background duty of a job, or with `discard` the copy itself. */
export function withdrawJob(
  state: ResponderState,
  pathGroup: PathGroupId,
  request: Withdraw,
): Withdrawn | Refusal {
  const job = findJob(state, pathGroup, tokenKey(request.pollingToken));
  if ('code' in job) return job;
  const { jobs, series, subsystem } = state;
  const reserved = request.discard === true ? checkTargets(state, pathGroup, job) : undefined;
  if (reserved !== undefined) return reserved;
  let withdrawn = 0;
  for (const relation of job.relations) {
    const { state: standing } = standingOf(subsystem, relation);
    if (standing === 'forgotten') continue;
    if (request.discard === true) {
      if (standing === 'discarded') continue;
      const discarded = subsystem.discard(relation);
      if (discarded.kind === 'refused') return discarded;
      withdrawn += 1;
    } else if (standing === 'copying') {
      const dropped = subsystem.withdraw(relation);
      if (dropped.kind === 'refused') return dropped;
      withdrawn += dropped.value.withdrawn > 0 ? 1 : 0;
    }
  }
  if (job.series !== null && !series.isOver(job.pathGroup, job.series)) {
    const key = seriesKey(job.pathGroup, job.series.id);
    series.abandon(job.pathGroup, job.series, subsystem.seriesConflict(key));
    subsystem.forgetSeries(key);
    jobs.abandonSeries(job.token);
  }
  // Nothing is left to happen to the job, and this answer says so.
  jobs.noteReported(job.token);
  return { kind: 'withdrawn', withdrawn };
}

/** Discarding clears tracks, which a reservation keeps from everybody but its holder. */
function checkTargets(
  { subsystem, reservations }: ResponderState,
  pathGroup: PathGroupId,
  job: Job,
): Refusal | undefined {
  for (const { target } of job.parts) {
    const device = subsystem.findDevice(target.number);
    if (device === undefined || !isDevice(target, device)) continue;
    const refusal = reservations.refusal(device, pathGroup);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** The figures of a relation, or of one that the subsystem no longer knows. */
export type Standing = Omit<RelationState, 'state' | 'conflict'> & { readonly state: JobState };

const FORGOTTEN: Standing = Object.freeze({
  state: 'forgotten',
  waitsForSpace: false,
  logicallyComplete: true,
  physicallyComplete: false,
  tracksTotal: 0,
  tracksCopied: 0,
  tracksRemaining: 0,
  tracksFailed: 0,
  targetWrites: 0,
});

/** Where a relation stands. The subsystem may have forgotten one that had ended. */
export function standingOf(subsystem: Subsystem, relation: RelationId): Standing {
  return subsystem.relation(relation) === undefined ? FORGOTTEN : subsystem.relationState(relation);
}

/** Where relations stand together. */
function jobState(relations: readonly Standing[]): JobState {
  const standing = STATES.find((state) => relations.some((relation) => relation.state === state));
  return standing ?? 'forgotten';
}

function seriesStatus(
  { subsystem, series }: ResponderState,
  job: Job,
): Pick<Status, 'series' | 'conflict'> {
  if (job.series === null) return {};
  const executed = series.executed(job.pathGroup, job.series);
  const { first } =
    series.abandonedWith(job.pathGroup, job.series) ??
    subsystem.seriesConflict(seriesKey(job.pathGroup, job.series.id));
  const status = { series: { ...job.series, executed } };
  if (first === undefined) return status;
  const device = series.deviceNumber(job.pathGroup, job.series, first.device);
  return { ...status, conflict: { device, track: first.track, side: first.side } };
}

function detailOf({ subsystem }: ResponderState, job: Job): StatusDetail {
  const detail = {
    shared: 0,
    separatedByBackground: 0,
    separatedBySourceWrite: 0,
    separatedByTargetWrite: 0,
    empty: 0,
  };
  for (const relation of job.relations) {
    if (subsystem.relation(relation) === undefined) continue;
    const tracks = subsystem.relationTracks(relation);
    detail.shared += tracks.shared;
    detail.separatedByBackground += tracks.separatedByBackground;
    detail.separatedBySourceWrite += tracks.separatedBySourceWrite;
    detail.separatedByTargetWrite += tracks.separatedByTargetWrite;
    detail.empty += tracks.empty;
  }
  return detail;
}
