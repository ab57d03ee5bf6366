/**
 * The plan of a snapshot: the request brought into one form, and every rule by which it may be refused.
 *
 * Nothing here changes anything. The same rules run when a source definition is accepted and again
 * when it is executed, because devices and relations may have changed in between.
 *
 * @module
 */
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import { type DeviceIndex, formatDeviceNumber, trackIndex } from '../base/units.ts';
import { type Device, type DeviceTable, refuseReadOnly } from '../mapping/device-table.ts';
import type { CopyExtent, WholeDeviceCopy } from './extent.ts';
import { findOverlap } from './extent-overlap.ts';
import type { RelationTable } from './relation-table.ts';
import type { SnapshotRequest } from './snapshot-request.ts';

/** One extent to be copied. */
export interface PlannedCopy {
  readonly extent: CopyExtent;
  /** A whole device: the target takes over the size of the source's image where it is smaller. */
  readonly isWhole: boolean;
}

/** All extents of a request in order: whole devices first, then the others. Devices and shapes are right. */
export function planSnapshot(
  request: SnapshotRequest,
  devices: DeviceTable,
): Outcome<readonly PlannedCopy[]> {
  const plan: PlannedCopy[] = [];
  for (const whole of request.wholeDevices ?? []) {
    const planned = planWhole(whole, devices);
    if (planned.kind === 'refused') return planned;
    plan.push({ extent: planned.value, isWhole: true });
  }
  for (const extent of request.extents ?? []) {
    const refusal = refuseExtent(extent, devices);
    if (refusal !== undefined) return refusal;
    plan.push({ extent, isWhole: false });
  }
  if (plan.length === 0) {
    return refuse('EXTENT_EMPTY', {
      what: 'snapshot of nothing',
      limit: 'a snapshot names at least one device or extent',
      fix: 'name what is to be copied',
    });
  }
  return done(plan);
}

/** Why a plan may not be executed now, if so. */
export function refusePlan(
  request: SnapshotRequest,
  plan: readonly PlannedCopy[],
  devices: DeviceTable,
  relations: RelationTable,
): Refusal | undefined {
  return (
    refuseOverlap(plan, devices) ??
    (request.supersede === true ? undefined : refusePending(plan, devices, relations)) ??
    (request.separation === 'redundancyGroup' ? refuseHomeGroups(plan, devices) : undefined) ??
    (request.series === undefined ? undefined : relations.windows.validate(request.series)) ??
    refuseTableFull(plan, relations)
  );
}

/** Pairs of source and target device in a plan, in the order of first use. */
export function pairExtents(plan: readonly PlannedCopy[]): readonly (readonly CopyExtent[])[] {
  if (plan.length === 1) return [plan.map(({ extent }) => extent)];
  const pairs = new Map<number, CopyExtent[]>();
  for (const { extent } of plan) {
    const key = extent.source * 65_536 + extent.target;
    const pair = pairs.get(key);
    if (pair === undefined) pairs.set(key, [extent]);
    else pair.push(extent);
  }
  return [...pairs.values()];
}

function planWhole(whole: WholeDeviceCopy, devices: DeviceTable): Outcome<CopyExtent> {
  const source = devices.get(whole.source);
  const target = devices.get(whole.target);
  if (source === undefined) return refuseUnknown(whole.source);
  if (target === undefined) return refuseUnknown(whole.target);
  const refusal = refuseReadOnly(target) ?? refuseGeometry(source, target);
  if (refusal !== undefined) return refusal;
  if (source.index === target.index) return refuseIdentical(`device ${nameOf(source)}`);
  if (source.trackCount > target.trackCapacity) {
    return refuse('TARGET_TOO_SMALL', {
      what: `device ${nameOf(target)} as target of device ${nameOf(source)}`,
      limit: `it holds at most ${target.trackCapacity} tracks, the source has ${source.trackCount}`,
      fix: 'choose a target that covers the image of the source',
    });
  }
  return done({
    source: source.index,
    sourceFirst: trackIndex(0),
    sourceCount: source.trackCount,
    target: target.index,
    targetFirst: trackIndex(0),
    targetCount: source.trackCount,
  });
}

function refuseExtent(extent: CopyExtent, devices: DeviceTable): Refusal | undefined {
  const source = devices.get(extent.source);
  const target = devices.get(extent.target);
  if (source === undefined) return refuseUnknown(extent.source);
  if (target === undefined) return refuseUnknown(extent.target);
  const sourceText = describe(source, extent.sourceFirst, extent.sourceCount);
  const targetText = describe(target, extent.targetFirst, extent.targetCount);
  if (extent.sourceCount !== extent.targetCount) {
    return refuse('EXTENT_LENGTHS_DIFFER', {
      what: `${sourceText} onto ${targetText}`,
      limit: `source and target extent have the same length, got ${extent.sourceCount} and ${extent.targetCount}`,
      fix: 'give both extents the same number of tracks',
    });
  }
  if (!Number.isSafeInteger(extent.sourceCount) || extent.sourceCount < 1) {
    return refuse('EXTENT_EMPTY', {
      what: sourceText,
      limit: 'an extent has at least one track',
      fix: 'leave empty extents out',
    });
  }
  return (
    refuseReadOnly(target) ??
    refuseGeometry(source, target) ??
    refuseOutside(source, sourceText, extent.sourceFirst, extent.sourceCount) ??
    refuseOutside(target, targetText, extent.targetFirst, extent.targetCount) ??
    (source.index === target.index && extent.sourceFirst === extent.targetFirst
      ? refuseIdentical(sourceText)
      : undefined)
  );
}

function refuseGeometry(source: Device, target: Device): Refusal | undefined {
  const from = source.model.type;
  const to = target.model.type;
  if (
    from.code === to.code &&
    from.headCount === to.headCount &&
    from.trackLength === to.trackLength
  ) {
    return undefined;
  }
  return refuse('GEOMETRY_MISMATCH', {
    what: `${target.model.name} at ${nameOf(target)} as target of ${source.model.name} at ${nameOf(source)}`,
    limit: 'source and target have the same track geometry',
    fix: `choose a target of type ${from.name}`,
  });
}

function refuseOutside(
  device: Device,
  text: string,
  first: number,
  count: number,
): Refusal | undefined {
  if (Number.isSafeInteger(first) && first >= 0 && first + count <= device.trackCount) {
    return undefined;
  }
  return refuse('EXTENT_OUT_OF_DEVICE', {
    what: text,
    limit: `the device has tracks 0 to ${device.trackCount - 1}`,
    fix: 'keep the extent inside the device',
  });
}

function refuseIdentical(text: string): Refusal {
  return refuse('EXTENT_IDENTICAL', {
    what: `${text} onto itself`,
    limit: 'source and target are different tracks',
    fix: 'choose another target',
  });
}

function refuseUnknown(device: DeviceIndex): Refusal {
  return refuse('DEVICE_UNKNOWN', {
    what: `device index ${device}`,
    limit: 'source and target are defined devices',
    fix: 'define the device first',
  });
}

function refuseOverlap(plan: readonly PlannedCopy[], devices: DeviceTable): Refusal | undefined {
  const overlap = findOverlap(plan.map(({ extent }) => extent));
  if (overlap === undefined) return undefined;
  const [one, other] = overlap.map(({ kind, ordinal, device, first, count }) => {
    return `${kind} extent ${ordinal} (${describe(devices.require(device), first, count)})`;
  });
  return refuse('EXTENT_OVERLAP', {
    what: `${one} and ${other}`,
    limit: 'a target extent overlaps no source or target extent of the request',
    fix: 'move or shorten one of the two extents',
  });
}

function refusePending(
  plan: readonly PlannedCopy[],
  devices: DeviceTable,
  relations: RelationTable,
): Refusal | undefined {
  if (relations.pendingCount === 0) return undefined;
  for (const { extent } of plan) {
    const first = extent.targetFirst;
    const end = first + extent.targetCount;
    for (const claim of relations.claims.overlapping(extent.target, first, end)) {
      if (!relations.isOwed(claim)) continue;
      const target = devices.require(extent.target);
      return refuse('TARGET_STILL_PENDING', {
        what: describe(target, first, extent.targetCount),
        limit: `relation ${claim.relation} still owes a background copy to tracks ${claim.first} to ${claim.end - 1}`,
        fix: 'wait until it is physically complete, withdraw it, or supersede it',
      });
    }
  }
  return undefined;
}

function refuseHomeGroups(plan: readonly PlannedCopy[], devices: DeviceTable): Refusal | undefined {
  for (const { extent } of plan) {
    const source = devices.require(extent.source);
    const target = devices.require(extent.target);
    // A device that may lie anywhere may lie in the other's group.
    const isApart =
      source.homeGroup !== null &&
      target.homeGroup !== null &&
      source.homeGroup !== target.homeGroup;
    if (isApart) continue;
    return refuse('SAME_HOME_GROUP', {
      what: `separation by redundancy group of ${nameOf(source)} and ${nameOf(target)}`,
      limit: `the two devices need different home groups, they have ${homeOf(source)} and ${homeOf(target)}`,
      fix: 'choose a target with another home group, or separation by instance',
    });
  }
  return undefined;
}

function refuseTableFull(
  plan: readonly PlannedCopy[],
  relations: RelationTable,
): Refusal | undefined {
  if (relations.hasRoom(plan.length) || relations.hasRoom(pairExtents(plan).length)) {
    return undefined;
  }
  return refuse('BUSY_RETRY', {
    what: `snapshot with ${plan.length} extents`,
    limit: `${relations.pendingCount} relations with background duty fill the table`,
    fix: 'try again when some are complete, or withdraw some',
  });
}

function nameOf(device: Device): string {
  return formatDeviceNumber(device.number);
}

function homeOf({ homeGroup }: Device): string {
  return homeGroup === null ? 'none' : `group ${homeGroup}`;
}

function describe(device: Device, first: number, count: number): string {
  return `tracks ${first} to ${first + count - 1} of device ${nameOf(device)}`;
}
