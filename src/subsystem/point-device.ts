/**
 * Read-only devices that show a retained point: a volume as it was.
 *
 * Such a device shares the point's tree, so opening it costs O(1); what it shows stays as long as it
 * is defined, even when the point goes.
 *
 * @module
 */
import type { Outcome } from '../base/refusal.ts';
import type { DeviceNumber } from '../base/units.ts';
import type { Device } from '../mapping/device-table.ts';
import type { RetainedPoint } from '../mapping/retained-points.ts';
import { defineDevice } from './device-definition.ts';
import type { SubsystemParts } from './parts.ts';

/**
 * Defines the device.
 *
 * @param source - The device of the point.
 */
export function definePointDevice(
  parts: SubsystemParts,
  source: Device,
  point: RetainedPoint,
  number: DeviceNumber,
): Outcome<Device> {
  const { model, homeGroup, outOfSpace } = source;
  const defined = defineDevice(
    parts,
    {
      number,
      model,
      cylinders: point.trackCount / model.type.headCount,
      ...(homeGroup !== null && { homeGroup }),
      releaseExcluded: true,
    },
    outOfSpace,
    true,
  );
  if (defined.kind === 'done') parts.directory.show(defined.value.index, point.tree);
  return defined;
}
