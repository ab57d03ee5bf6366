/**
 * Step 203: the target, named or chosen, with the serial that the copy will bear.
 *
 * A chosen target is looked at twice: once to choose it, and once more when it is locked, because
 * jobs interleave and somebody else may have been quicker. Then the target is taken offline on all
 * hosts and reserved, and stays so until step 210 has made it right.
 *
 * @module
 */
import { invariant } from '../../base/invariant.ts';
import { done, type Outcome, type Refusal, refuse } from '../../base/refusal.ts';
import { AGAIN, type Step } from '../../base/step.ts';
import type { DeviceNumber } from '../../base/units.ts';
import type { CapacityAnswer } from '../../ecam/messages.ts';
import type { ResourceNeed } from '../../host/serialization.ts';
import { describeDevice, type UnitControlBlock } from '../../host/unit-control-block.ts';
import type { VolumeName } from '../backup-request.ts';
import {
  type CopyPair,
  type CopyRun,
  go,
  type PhaseAnswer,
  sourceOf,
  targetOf,
} from '../copy-run.ts';
import { inspectTarget, queryStanding, unexpected } from '../target-inspection.ts';
import {
  checkNamedTarget,
  selectTarget,
  type TargetCandidate,
  type TargetNeed,
} from '../target-selection.ts';
import { isWholeDevice } from './define-source.ts';
import { findTarget, sourceIsTarget, targetName, targetNeeds } from './serialize-source.ts';

/** Settles the target of one pair; when all are settled, goes on. */
export function locateTarget(run: CopyRun): PhaseAnswer {
  const pair = run.pairs.find((one) => one.target === undefined);
  if (pair === undefined) return go('prepareTarget');
  if (pair.isSelectable === undefined) return checkSelectable(run, pair);
  const name = targetName(pair);
  return name.kind === 'auto' ? chooseTarget(run, pair) : takeNamedTarget(run, pair, name);
}

/**
 * Takes one target out of use: offline on every host, reserved to this one. Devices are reserved in
 * the order of their numbers, so that hosts which share no serialization cannot block each other.
 */
export function prepareTarget(run: CopyRun): PhaseAnswer {
  const [pair] = run.pairs
    .filter((one) => !one.isReserved)
    .toSorted((one, other) => targetOf(one).block.device - targetOf(other).block.device);
  if (pair === undefined) return go(run.pairsBy('pointer').length > 0 ? 'define' : 'hostCopy');
  const { block } = targetOf(pair);
  const reserved = run.host.reserve(block);
  if (reserved.kind !== 'done') return reserved;
  pair.isReserved = true;
  pair.onlineAt = run.host.complex.varyOffline(block);
  pair.state = { kind: 'offline' };
  return AGAIN;
}

/** Asks whether the subsystem of a source lets hosts select its snapshot copy. */
function checkSelectable(run: CopyRun, pair: CopyPair): PhaseAnswer {
  const { subsystem } = sourceOf(pair).block;
  const steps = { sent: 203, received: 203 } as const;
  const answer = run.exchange(subsystem, { kind: 'queryCapacity' }, steps);
  if (answer.kind !== 'done') return answer;
  if (answer.value.kind !== 'capacity') return unexpected(answer.value.kind);
  if (pair.plan.kind === 'backup') {
    if (answer.value.threshold === 'critical') return refuseCritical(answer.value);
    const critical = answer.value.groups.filter(({ threshold }) => threshold === 'critical');
    pair.criticalGroups = new Set(critical.map(({ group }) => group));
  }
  pair.isSelectable = answer.value.hostSelectable;
  if (!pair.isSelectable) useHostCopy(pair, `${subsystem} is not hostSelectable`);
  return AGAIN;
}

/** Pointers need no space, but whoever writes on afterwards does; what is left is for running jobs. */
function refuseCritical(answer: CapacityAnswer): Refusal {
  const { subsystem, netCapacityLoadPercent, criticalPercent } = answer;
  return refuse('SPACE_CRITICAL', {
    what: `a new backup on subsystem ${subsystem} at ${netCapacityLoadPercent.toFixed(1)} % load`,
    limit: `new backups are refused from ${criticalPercent} % net capacity load on`,
    fix: 'discard copies that are no longer needed, or add capacity',
  });
}

function useHostCopy(pair: CopyPair, reason: string): void {
  pair.method = 'hostCopy';
  pair.methodReason ??= reason;
}

function takeNamedTarget(run: CopyRun, pair: CopyPair, name: VolumeName): PhaseAnswer {
  const found = findTarget(run, name);
  if (found.kind === 'refused') return found;
  if (spokenFor(run).has(found.value.device)) return sourceIsTarget(found.value);
  const blocked = run.hold(targetNeeds(found.value));
  if (blocked !== undefined) return blocked;
  const candidate = inspectWithStanding(run, pair, found.value);
  if (candidate.kind !== 'done') return candidate;
  const refusal = checkTarget(run, pair, candidate.value);
  return refusal ?? settleTarget(run, pair, candidate.value);
}

/** A named target must be fit for a backup; the original of a restore must still be the original. */
function checkTarget(
  run: CopyRun,
  pair: CopyPair,
  candidate: TargetCandidate,
): Refusal | undefined {
  const { plan } = pair;
  const refusal = checkNamedTarget(targetNeed(run, pair), candidate);
  if (plan.kind === 'backup') return refusal;
  const isOriginal =
    candidate.content.kind !== 'unlabelled' && candidate.content.volser === plan.copy.sourceVolser;
  return isOriginal && refusal?.code === 'TARGET_HAS_DATA' ? undefined : refusal;
}

function chooseTarget(run: CopyRun, pair: CopyPair): PhaseAnswer {
  pair.search ??= { blocks: eligibleBlocks(run, pair), candidates: [], chosen: undefined };
  const { search } = pair;
  if (search.chosen !== undefined) return confirmChoice(run, pair, search.chosen);
  const next = search.blocks[search.candidates.length];
  if (next !== undefined) {
    const candidate = inspectTarget(run, next);
    if (candidate.kind === 'refused' || candidate.kind === 'again') return candidate;
    // A device that another host has reserved is in use; a choice does not wait for it.
    search.candidates.push(
      candidate.kind === 'done' ? candidate.value : reservedCandidate(next, candidate.detail),
    );
    return AGAIN;
  }
  const selected = selectTarget(targetNeed(run, pair), search.candidates, spokenFor(run));
  if (selected.kind === 'refused') return selected;
  return lockChoice(run, pair, selected.value);
}

function lockChoice(run: CopyRun, pair: CopyPair, choice: TargetCandidate): PhaseAnswer {
  const { enqueue } = run;
  const block = run.host.findDevice(choice.device);
  invariant(enqueue !== undefined && block !== undefined, 'backup-choice-known', run.owner);
  const blocker = enqueue.extend(targetNeeds(block));
  if (blocker === undefined) searchOf(pair).chosen = block;
  else markBusy(pair, choice.device, blocker);
  return AGAIN;
}

/** Looks at the locked choice again; when it is no longer what it was, the search goes on. */
function confirmChoice(run: CopyRun, pair: CopyPair, block: UnitControlBlock): PhaseAnswer {
  const candidate = inspectWithStanding(run, pair, block);
  if (candidate.kind !== 'done') return candidate;
  const selected = selectTarget(targetNeed(run, pair), [candidate.value], spokenFor(run));
  if (selected.kind === 'done') return settleTarget(run, pair, candidate.value);
  const given = targetNeeds(block).map(({ major, minor }) => `${major} ${minor}`);
  run.enqueue?.releaseSome(({ major, minor }) => given.includes(`${major} ${minor}`));
  const search = searchOf(pair);
  search.chosen = undefined;
  const at = search.candidates.findIndex((one) => one.device === block.device);
  search.candidates[at] = candidate.value;
  return AGAIN;
}

function settleTarget(run: CopyRun, pair: CopyPair, candidate: TargetCandidate): PhaseAnswer {
  const block = run.host.findDevice(candidate.device);
  invariant(block !== undefined, 'backup-target-known', run.owner);
  const { content } = candidate;
  const previousVolser = content.kind === 'unlabelled' ? undefined : content.volser;
  const volser = copyVolser(run, pair, { device: block.device, previousVolser });
  if (volser.kind === 'refused') return volser;
  const blocked = run.hold(volserNeeds(pair, volser.value));
  if (blocked !== undefined) return blocked;
  const { subsystem } = sourceOf(pair).block;
  if (block.subsystem !== subsystem) {
    useHostCopy(pair, `the target is in ${block.subsystem}, the source in ${subsystem}`);
  }
  const tooSmall = checkImageRoom(run, pair, block);
  if (tooSmall !== undefined) return tooSmall;
  pair.target = { block, previousVolser, volser: volser.value };
  run.log.note(203, `target ${describeDevice(block)}, the copy will be ${volser.value}`);
  return AGAIN;
}

/** The serial of the copy: the source's, the one given, or the one that the target has. */
function copyVolser(run: CopyRun, pair: CopyPair, own: OwnPlace): Outcome<string> {
  const { plan } = pair;
  const source = sourceOf(pair);
  if (plan.kind === 'restore') return freeVolser(run, pair, plan.copy.sourceVolser, own);
  invariant(run.plan.kind === 'backup', 'backup-plan', run.owner);
  const { identity } = run.plan.options;
  if (identity === 'clone') return done(source.label.volser);
  const volser = plan.request.volser ?? own.previousVolser;
  if (volser === undefined) {
    return refuse('VOLSER_INVALID', {
      what: `${identity} of ${source.label.volser} to a target without label`,
      limit: 'the copy needs a serial, and the target has none of its own',
      fix: 'give a volser',
    });
  }
  return freeVolser(run, pair, volser, own);
}

/** A serial that no other volume has online, and no other pair of the job is to get. */
function freeVolser(run: CopyRun, pair: CopyPair, volser: string, own: OwnPlace): Outcome<string> {
  const other = run.host.findVolume(volser);
  const isElsewhere = other !== undefined && other.device !== own.device;
  const isPromised = run.pairs.some((one) => one !== pair && one.target?.volser === volser);
  if (!isElsewhere && !isPromised) return done(volser);
  return refuse('DUPLICATE_VOLSER', {
    what: `serial ${volser} for a copy`,
    limit: isElsewhere
      ? `volume ${volser} is online on ${describeDevice(other)}`
      : 'another copy of the job gets it',
    fix: 'choose another serial',
  });
}

/** The target as it was: where it is, and what its label said. */
interface OwnPlace {
  readonly device: DeviceNumber;
  readonly previousVolser: string | undefined;
}

function volserNeeds(pair: CopyPair, volser: string): readonly ResourceNeed[] {
  // A clone bears the serial of its source, which the job shares already.
  if (volser === sourceOf(pair).label.volser) return [];
  return [{ major: 'VOLUME', minor: volser, mode: 'exclusive' }];
}

/**
 * Only a pointer copy of a whole device makes a smaller image on the target grow. Whatever names
 * tracks, channel programs or extents, needs them to be there.
 */
function checkImageRoom(
  run: CopyRun,
  pair: CopyPair,
  block: UnitControlBlock,
): Refusal | undefined {
  const { cylinders } = targetNeed(run, pair);
  const grows = pair.method === 'pointer' && isWholeDevice(run, pair);
  if (grows || block.cylinders >= cylinders) return undefined;
  return refuse('TARGET_TOO_SMALL', {
    what: `the image on target ${describeDevice(block)}`,
    limit: `it has ${block.cylinders} cylinders, the source's ${cylinders}, and only a pointer copy of a whole device makes it grow`,
    fix: 'choose a target whose image is at least as large',
  });
}

function targetNeed(run: CopyRun, pair: CopyPair): TargetNeed {
  const { block } = sourceOf(pair);
  const { plan } = run;
  return {
    subsystem: block.subsystem,
    type: block.type,
    cylinders: pair.plan.kind === 'restore' ? pair.plan.copy.sourceCylinders : block.cylinders,
    reuse: plan.kind === 'backup' && plan.options.reuse,
    supersede: plan.options.supersede,
    overwrite: plan.options.overwrite,
  };
}

/** Devices worth the channel programs of an inspection. */
function eligibleBlocks(run: CopyRun, pair: CopyPair): readonly UnitControlBlock[] {
  const need = targetNeed(run, pair);
  return run.host
    .devices()
    .filter(({ subsystem, type }) => subsystem === need.subsystem && type === need.type);
}

function spokenFor(run: CopyRun): ReadonlySet<DeviceNumber> {
  const devices = run.pairs.flatMap(({ source, target }) => [
    ...(source === undefined ? [] : [source.block.device]),
    ...(target === undefined ? [] : [target.block.device]),
  ]);
  return new Set(devices);
}

function inspectWithStanding(
  run: CopyRun,
  pair: CopyPair,
  block: UnitControlBlock,
): Step<TargetCandidate> {
  const candidate = inspectTarget(run, block);
  if (candidate.kind !== 'done') return candidate;
  const standing = queryStanding(run, block);
  if (standing.kind !== 'done') return standing;
  const { copyPending, homeGroup } = standing.value;
  // The loads that are known are those of the source's subsystem.
  const isKnown = block.subsystem === sourceOf(pair).block.subsystem && homeGroup !== undefined;
  const isGroupCritical = isKnown && pair.criticalGroups.has(homeGroup);
  return done({ ...candidate.value, copyPending, isGroupCritical });
}

function reservedCandidate(block: UnitControlBlock, holder: string): TargetCandidate {
  return {
    device: block.device,
    subsystem: block.subsystem,
    type: block.type,
    cylinders: block.cylinders,
    capacityCylinders: block.capacityCylinders,
    readOnly: block.readOnly,
    online: false,
    content: { kind: 'unlabelled' },
    busyWith: holder,
    copyPending: false,
    isGroupCritical: false,
  };
}

function markBusy(pair: CopyPair, device: DeviceNumber, holder: string): void {
  const { candidates } = searchOf(pair);
  const at = candidates.findIndex((one) => one.device === device);
  const candidate = candidates[at];
  invariant(candidate !== undefined, 'backup-choice-known');
  candidates[at] = { ...candidate, busyWith: holder };
}

function searchOf(pair: CopyPair): NonNullable<CopyPair['search']> {
  invariant(pair.search !== undefined, 'backup-target-search');
  return pair.search;
}
