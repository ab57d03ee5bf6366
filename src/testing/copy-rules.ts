/**
 * The rules that a snapshot request must keep, said one by one over plain arrays: the twin's half of
 * the refusals. Nothing here is clever; every pair of extents is compared.
 *
 * @module
 */
import type { SnapshotExtent, SnapshotOrder } from './copy-engine.ts';
import type { TrackRange } from './device-range.ts';
import { NO_COPY, type RuledDevice } from './twin-device.ts';

/** A run of tracks on a device, with its role in the request. */
interface Place {
  readonly device: number;
  readonly first: number;
  readonly count: number;
}

/** Codes of all broken rules, in no particular order; none when the request is good. */
export function brokenRules(
  order: SnapshotOrder,
  devices: ReadonlyMap<number, RuledDevice>,
): readonly string[] {
  const codes = new Set<string>();
  const { extents, wholeDevices } = order;
  if (extents.length + wholeDevices.length === 0) codes.add('EXTENT_EMPTY');
  for (const { source, target } of [...extents, ...wholeDevices]) {
    if (!devices.has(source) || !devices.has(target)) codes.add('DEVICE_UNKNOWN');
    else if (geometry(devices, source) !== geometry(devices, target)) {
      codes.add('GEOMETRY_MISMATCH');
    }
    if (devices.get(target)?.isReadOnly === true) codes.add('DEVICE_WRITE_PROTECTED');
    if (order.separation === 'redundancyGroup' && !areApart(source, target, devices)) {
      codes.add('SAME_HOME_GROUP');
    }
  }
  for (const extent of extents) extentRules(extent, devices, codes);
  for (const { source, target } of wholeDevices) {
    if (source === target) codes.add('EXTENT_IDENTICAL');
    if (trackCount(devices, source) > (devices.get(target)?.shape.trackCapacity ?? 0)) {
      codes.add('TARGET_TOO_SMALL');
    }
  }
  overlapRules(order, devices, codes);
  return [...codes];
}

/** Codes of all rules that scratching stretches of a device breaks. */
export function brokenScratchRules(
  device: RuledDevice,
  ranges: readonly TrackRange[],
): readonly string[] {
  const codes: string[] = [];
  if (device.isReadOnly === true) codes.push('DEVICE_WRITE_PROTECTED', 'RELEASE_EXCLUDED');
  if (ranges.length === 0 || ranges.some(({ count }) => count === 0)) codes.push('EXTENT_EMPTY');
  if (ranges.some(({ first, count }) => first + count > device.trackCount)) {
    codes.push('EXTENT_OUT_OF_DEVICE');
  }
  return codes;
}

/** Whether two devices have home groups, and different ones. */
function areApart(
  source: number,
  target: number,
  devices: ReadonlyMap<number, RuledDevice>,
): boolean {
  const one = devices.get(source)?.shape.homeGroup;
  const other = devices.get(target)?.shape.homeGroup;
  return one !== undefined && other !== undefined && one !== other;
}

function extentRules(
  extent: SnapshotExtent,
  devices: ReadonlyMap<number, RuledDevice>,
  codes: Set<string>,
): void {
  const { source, sourceFirst, sourceCount, target, targetFirst, targetCount } = extent;
  if (sourceCount !== targetCount) codes.add('EXTENT_LENGTHS_DIFFER');
  if (sourceCount === 0 || targetCount === 0) codes.add('EXTENT_EMPTY');
  if (
    sourceFirst + sourceCount > trackCount(devices, source) ||
    targetFirst + targetCount > trackCount(devices, target)
  ) {
    codes.add('EXTENT_OUT_OF_DEVICE');
  }
  if (source === target && sourceFirst === targetFirst && sourceCount === targetCount) {
    codes.add('EXTENT_IDENTICAL');
  }
}

function overlapRules(
  order: SnapshotOrder,
  devices: ReadonlyMap<number, RuledDevice>,
  codes: Set<string>,
): void {
  const sources: Place[] = [];
  const targets: Place[] = [];
  for (const extent of order.extents) {
    const { source, sourceFirst, sourceCount, target, targetFirst, targetCount } = extent;
    sources.push({ device: source, first: sourceFirst, count: sourceCount });
    targets.push({ device: target, first: targetFirst, count: targetCount });
  }
  for (const { source, target } of order.wholeDevices) {
    const count = trackCount(devices, source);
    sources.push({ device: source, first: 0, count });
    targets.push({ device: target, first: 0, count });
  }
  for (const [at, target] of targets.entries()) {
    const others = [...sources, ...targets.filter((_, other) => other !== at)];
    if (others.some((place) => overlaps(place, target))) codes.add('EXTENT_OVERLAP');
    if (!order.supersede && owes(devices, target)) codes.add('TARGET_STILL_PENDING');
  }
}

function overlaps(one: Place, other: Place): boolean {
  return (
    one.device === other.device &&
    one.first < other.first + other.count &&
    other.first < one.first + one.count
  );
}

function owes(devices: ReadonlyMap<number, RuledDevice>, place: Place): boolean {
  const owed = devices.get(place.device)?.owedBy ?? [];
  return owed.slice(place.first, place.first + place.count).some((copy) => copy !== NO_COPY);
}

function trackCount(devices: ReadonlyMap<number, RuledDevice>, device: number): number {
  return devices.get(device)?.trackCount ?? 0;
}

function geometry(devices: ReadonlyMap<number, RuledDevice>, device: number): string | undefined {
  return devices.get(device)?.shape.geometry;
}
