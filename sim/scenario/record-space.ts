/**
 * Looking at the space of a subsystem for the record of a run.
 *
 * @module
 */
import {
  type Device,
  formatDeviceNumber,
  type PointSpaceReport,
  type Subsystem,
} from '../../src/index.ts';
import type { Laboratory } from './laboratory.ts';
import type { LaboratorySubsystem } from './laboratory-subsystem.ts';
import type { SpaceRecord } from './space-record.ts';

/** Looks at the space of a subsystem; looking is not counted. */
export function recordSpace(laboratory: Laboratory, owner: LaboratorySubsystem): SpaceRecord {
  return owner.meter.unseen(() =>
    describeSpace(owner.subsystem, (device) => laboratory.volserOf({ owner, device })),
  );
}

/** The space of a subsystem as it stands. */
export function describeSpace(
  subsystem: Subsystem,
  volserOf: (device: Device) => string | undefined,
): SpaceRecord {
  const { space } = subsystem;
  const numberOf = (index: PointSpaceReport['device']): string => {
    const device = subsystem.devices().find((one) => one.index === index);
    // A point may outlive its device.
    return device === undefined ? 'removed' : formatDeviceNumber(device.number);
  };
  const made = new Map(Array.from(subsystem.points(), (point) => [point.id, point]));
  return {
    capacity: space.capacity(),
    groups: space.groups(),
    devices: subsystem.devices().flatMap((device) => {
      const report = space.device(device.index);
      if (report.mapped === 0) return [];
      const volser = volserOf(device) ?? null;
      return [{ device: formatDeviceNumber(device.number), volser, ...report }];
    }),
    points: space.points().map((point) => {
      const { sequence = 0, since = 0 } = made.get(point.point) ?? {};
      return { ...point, device: numberOf(point.device), sequence, since };
    }),
    forecast: space.forecast(),
  };
}
