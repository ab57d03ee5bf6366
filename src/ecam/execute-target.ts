/**
 * Target execution (steps 206 and 207): one definition, or several as one instant, becomes a copy.
 *
 * Everything is checked again, because a definition freezes nothing. A token is consumed by success
 * alone: after a refusal it is as good as before.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { formatDeviceNumber } from '../base/units.ts';
import type { RelationId } from '../copy/relation.ts';
import type { SnapshotResult } from '../copy/snapshot-request.ts';
import { snapshotOf } from './define-source.ts';
import type { DefinedDevice, Definition } from './definitions.ts';
import type { Job, JobPart } from './jobs.ts';
import type { Executed, Refused } from './messages.ts';
import type { PathGroupId } from './path-group-id.ts';
import { findDefinition, type ResponderState } from './responder-state.ts';
import { seriesKey } from './serial-series.ts';
import { drawToken, type TokenKey, tokenBytes, tokenKey } from './token.ts';

/** Makes the copy that the tokens stand for, or refuses. */
export function executeTarget(
  state: ResponderState,
  pathGroup: PathGroupId,
  tokens: readonly Uint8Array[],
): Executed | Refused {
  const { subsystem, definitions, jobs, series } = state;
  const group = findGroup(state, pathGroup, tokens.map(tokenKey));
  if ('kind' in group) return group;
  const part = group.length === 1 ? group[0]?.request.series : undefined;
  const refusal =
    checkAgreement(group) ??
    checkDevices(state, pathGroup, group) ??
    (part && series.checkExecute(pathGroup, part)) ??
    makeRoom(state, group);
  if (refusal !== undefined) return refusal;

  const copied = subsystem.snapshot({
    ...snapshotOf(group),
    ...(part && { series: { ...part, id: seriesKey(pathGroup, part.id) } }),
  });
  if (copied.kind === 'refused') return copied;

  const job = makeJob(state, group, copied.value);
  for (const { token } of group) definitions.consume(token);
  if (part !== undefined) series.execute(pathGroup, part);
  jobs.add(job);
  return {
    kind: 'executed',
    pollingToken: tokenBytes(job.token),
    sequence: copied.value.sequence,
    logicallyComplete: true,
    tracks: copied.value.tracks,
  };
}

function findGroup(
  state: ResponderState,
  pathGroup: PathGroupId,
  tokens: readonly TokenKey[],
): readonly Definition[] | Refused {
  const group: Definition[] = [];
  const seen = new Set<TokenKey>();
  for (const token of tokens) {
    const found = findDefinition(state, pathGroup, token);
    if ('code' in found) return found;
    if (seen.has(token)) return mismatch('a token that stands twice', 'each token once');
    seen.add(token);
    group.push(found);
  }
  return group;
}

/** A group is one copy: its definitions may differ in devices, extents and data sets alone. */
function checkAgreement(group: readonly Definition[]): Refusal | undefined {
  if (group.length === 1) return undefined;
  const first = (group[0] as Definition).request;
  for (const { request } of group) {
    if (request.series !== undefined) {
      const { id, ordinal } = request.series;
      return mismatch(`part ${ordinal} of serial series "${id}"`, 'parts are executed one by one');
    }
    if (
      request.copy !== first.copy ||
      request.separation !== first.separation ||
      request.supersede !== first.supersede
    ) {
      return mismatch(
        'definitions with different copy, separation or supersede',
        'the same for the whole group',
      );
    }
  }
  return undefined;
}

function checkDevices(
  { subsystem, reservations }: ResponderState,
  pathGroup: PathGroupId,
  group: readonly Definition[],
): Refusal | undefined {
  const check = (defined: DefinedDevice): Refusal | undefined => {
    const device = subsystem.findDevice(defined.number);
    if (device?.index !== defined.index || device.generation !== defined.generation) {
      return refuse('DEVICE_CHANGED', {
        what: `device ${formatDeviceNumber(defined.number)}`,
        limit: 'a definition is good for the devices that it was made for',
        fix: 'send the source definition again',
      });
    }
    return reservations.refusal(device, pathGroup);
  };
  for (const { source, target } of group) {
    const refusal = check(source) ?? check(target);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Forgets jobs whose final state was reported, when slots are needed for a copy that is allowed. */
function makeRoom(state: ResponderState, group: readonly Definition[]): Refusal | undefined {
  const { jobs, series, subsystem } = state;
  const going = jobs.findRoom(group.length);
  if (going === undefined) {
    return refuse('BUSY_RETRY', {
      what: `${group.length} more job slots; ${jobs.slots} are taken`,
      limit: `at most ${subsystem.configuration.jobCountMax}`,
      fix: 'inquire until copies are final, or execute again later',
    });
  }
  if (going.length === 0) return undefined;
  const refusal = subsystem.validateSnapshot(snapshotOf(group));
  if (refusal !== undefined) return refusal;
  for (const job of going) {
    jobs.forget(job.token);
    if (job.series !== null && series.forget(job.pathGroup, job.series)) {
      subsystem.forgetSeries(seriesKey(job.pathGroup, job.series.id));
    }
    for (const relation of job.relations) {
      if (subsystem.relation(relation) === undefined) continue;
      const forgotten = subsystem.forgetRelation(relation);
      invariant(forgotten.kind === 'done', 'final-relation-forgettable', String(relation));
    }
  }
  return undefined;
}

function makeJob(
  { subsystem }: ResponderState,
  group: readonly Definition[],
  { relations, sequence }: SnapshotResult,
): Job {
  const { clock, random } = subsystem.ports;
  const { pathGroup, request } = group[0] as Definition;
  const relationOf = relationsByPair(group, relations);
  return {
    token: drawToken(random),
    pathGroup,
    sequence,
    executedAt: clock.now(),
    parts: group.map((definition) => partOf(definition, relationOf(definition), subsystem)),
    relations,
    series: request.series ?? null,
    seriesAbandoned: false,
  };
}

/** Relations come one for each pair of devices, in the order in which the snapshot meets the pairs. */
function relationsByPair(
  group: readonly Definition[],
  relations: readonly RelationId[],
): (definition: Definition) => RelationId {
  const pairOf = ({ source, target }: Definition): string => `${source.index}>${target.index}`;
  // A snapshot takes whole devices before extents, wherever they stand in the group.
  const inOrder = [
    ...group.filter(({ request }) => request.wholeDevice),
    ...group.filter(({ request }) => !request.wholeDevice),
  ];
  const pairs = [...new Set(inOrder.map(pairOf))];
  invariant(pairs.length === relations.length, 'one-relation-for-each-pair');
  const byPair = new Map(pairs.map((pair, at) => [pair, relations[at] as RelationId]));
  return (definition) => byPair.get(pairOf(definition)) as RelationId;
}

function partOf(
  { token, source, target, request, bytes }: Definition,
  relation: RelationId,
  subsystem: ResponderState['subsystem'],
): JobPart {
  return {
    sourceToken: token,
    source,
    target,
    relation,
    volser: request.source.volser ?? null,
    label: request.label,
    wholeDevice: request.wholeDevice,
    tracks: request.wholeDevice
      ? subsystem.device(source.index).trackCount
      : request.extents.reduce((sum, { trackCount }) => sum + trackCount, 0),
    dataSets: request.dataSets,
    bytes,
  };
}

function mismatch(what: string, limit: string): Refusal {
  return refuse('GROUP_MISMATCH', {
    what,
    limit,
    fix: 'execute them in separate messages, or define them alike',
  });
}
