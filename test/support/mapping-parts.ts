/**
 * The mapping alone, in signature content, for tests of its parts.
 *
 * @module
 */

import { type DeviceIndex, deviceNumber } from '../../src/base/units.ts';
import { extendedModel, findModel } from '../../src/geometry/device-model.ts';
import { HOST_RIGHT, UPDATE } from '../../src/media/placement.ts';
import type { SubsystemParts } from '../../src/subsystem/parts.ts';
import { Subsystem } from '../../src/subsystem/subsystem.ts';
import { RESERVED_ENTRY_COUNT } from '../../src/track/null-track.ts';

/** A subsystem and its parts with so many devices of a model. */
export function mappingParts(
  modelName: string,
  deviceCount: number,
): {
  readonly subsystem: Subsystem;
  readonly parts: SubsystemParts;
  readonly devices: readonly DeviceIndex[];
} {
  const model = modelName === '3390-A' ? extendedModel(1_182_006) : findModel(modelName);
  if (model === undefined) throw new Error(`no model ${modelName}`);
  const subsystem = Subsystem.create({
    name: 'TEST',
    content: 'signature',
    capacityBytes: 2 ** 42,
  });
  const devices = Array.from({ length: deviceCount }, (_, at) => {
    const outcome = subsystem.defineDevice({ number: deviceNumber(0xa80 + at), model });
    if (outcome.kind === 'refused') throw new Error(outcome.what);
    return outcome.value.index;
  });
  return { subsystem, parts: subsystem.parts, devices };
}

/** Makes an instance and points a track at it, as a write does. */
export function pointTrack(parts: SubsystemParts, device: number, track: number): number {
  if (!parts.store.take(1_000, 0, UPDATE, HOST_RIGHT)) throw new Error('no space');
  const id = parts.instances.create(1_000, false, track, device, parts.commits.next());
  const former = parts.directory.replace(device, track, id);
  if (former >= RESERVED_ENTRY_COUNT) parts.instances.release(former);
  return id;
}

/** All counts agree with a recount from the roots. */
export function violationsOf(subsystem: Subsystem): readonly string[] {
  return subsystem.check().violations.map(({ invariant, detail }) => `${invariant}: ${detail}`);
}
