/**
 * Small subsystems with real tracks, for tests of copy and subsystem.
 *
 * @module
 */
import type { Outcome } from '../../src/base/refusal.ts';
import type { Step } from '../../src/base/step.ts';
import {
  type CommitSequence,
  type DeviceIndex,
  deviceNumber,
  type TrackIndex,
  trackIndex,
} from '../../src/base/units.ts';
import type { CopyExtent } from '../../src/copy/extent.ts';
import type { SnapshotRequest, SnapshotResult } from '../../src/copy/snapshot-request.ts';
import { toTrackAddress } from '../../src/geometry/address.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import type { Device } from '../../src/mapping/device-table.ts';
import type { SubsystemInput, SubsystemPorts } from '../../src/subsystem/configuration.ts';
import { Subsystem, type WriteOptions } from '../../src/subsystem/subsystem.ts';
import { buildTrack } from '../../src/track/track-image.ts';

/** The value of an outcome that must not be a refusal. */
export function value<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'refused') throw new Error(`${outcome.code}: ${outcome.what}`);
  return outcome.value;
}

/** Code of a refusal; `done` otherwise. */
export function codeOf(outcome: { readonly kind: string; readonly code?: string }): string {
  return outcome.kind === 'refused' ? (outcome.code ?? '') : outcome.kind;
}

/** A subsystem of 1 GiB with so many devices of a model, numbered 0A80 up. */
export function smallSubsystem(
  modelNames: readonly string[],
  input: Partial<SubsystemInput> = {},
  ports: Partial<SubsystemPorts> = {},
): { readonly subsystem: Subsystem; readonly devices: readonly Device[] } {
  const subsystem = Subsystem.create(
    { name: 'TEST', capacityBytes: 1_073_741_824, ...input },
    ports,
  );
  const devices = modelNames.map((name, at) => {
    const model = findModel(name);
    if (model === undefined) throw new Error(`no model ${name}`);
    return value(subsystem.defineDevice({ number: deviceNumber(0xa80 + at), model }));
  });
  return { subsystem, devices };
}

/** A valid track with one record of so many bytes, each of them `fill`. */
export function trackOf(device: Device, at: number, fill: number, dataBytes = 100): Uint8Array {
  const address = toTrackAddress(trackIndex(at), device.model.type.headCount);
  return buildTrack(address, [{ number: 1, data: new Uint8Array(dataBytes).fill(fill) }]);
}

/** Writes such a track. */
export function write(
  subsystem: Subsystem,
  device: Device,
  at: number,
  fill: number,
  dataBytes = 100,
  options: WriteOptions = {},
): Step<CommitSequence> {
  const image = trackOf(subsystem.device(device.index), at, fill, dataBytes);
  return subsystem.writeTrack(device.index, trackIndex(at), image, options);
}

/** First data byte of record 1 of a track; -1 for a track without one. */
export function fillOf(subsystem: Subsystem, device: Device, at: number): number {
  const image = value(subsystem.readTrack(device.index, trackIndex(at)));
  return image.length > 37 ? (image[29] as number) : -1;
}

/** An extent with equal counts. */
export function extent(
  source: Device,
  sourceFirst: number,
  target: Device,
  targetFirst: number,
  count: number,
): CopyExtent {
  return {
    source: source.index,
    sourceFirst: track(sourceFirst),
    sourceCount: count,
    target: target.index,
    targetFirst: track(targetFirst),
    targetCount: count,
  };
}

/** A snapshot that must succeed. */
export function snap(
  subsystem: Subsystem,
  request: Partial<SnapshotRequest>,
): SnapshotResult & { readonly relation: SnapshotResult['relations'][number] } {
  const result = value(subsystem.snapshot({ background: 'none', ...request }));
  return { ...result, relation: result.relations[0] as SnapshotResult['relations'][number] };
}

/** A whole-device pair. */
export function whole(
  source: Device,
  target: Device,
): { readonly source: DeviceIndex; readonly target: DeviceIndex } {
  return { source: source.index, target: target.index };
}

/** Background work until nothing is left. */
export function finish(subsystem: Subsystem): void {
  for (let step = 0; step < 10_000; step += 1) {
    const { idle, waitsForSpace } = subsystem.backgroundStep({ tracks: 1_000 });
    if (idle || waitsForSpace) return;
  }
  throw new Error('background work does not end');
}

/** Brands a track number. */
export function track(number: number): TrackIndex {
  return trackIndex(number);
}

/** Violations of the whole-state check, as text. */
export function violationsOf(subsystem: Subsystem): readonly string[] {
  return subsystem.check().violations.map(({ invariant, detail }) => `${invariant}: ${detail}`);
}
