/**
 * Space as a run records it: of the subsystem, by group, by device, by retained point, and when it
 * will be full.
 *
 * @module
 */
import {
  type CapacityReport,
  type DeviceSpaceReport,
  formatDeviceNumber,
  type GroupSpaceReport,
  type PointSpaceReport,
  type SpaceForecast,
} from '../../src/index.ts';
import type { Laboratory } from './laboratory.ts';
import type { LaboratorySubsystem } from './laboratory-subsystem.ts';

/** Space of one device with what it is called. */
interface DeviceSpaceRecord extends DeviceSpaceReport {
  /** Four hexadecimal digits. */
  readonly device: string;
  readonly volser: string | null;
}

/** Space that a point or a hold keeps. */
interface PointSpaceRecord extends Omit<PointSpaceReport, 'device'> {
  readonly device: string;
  /** Last change of the device that the point shows. */
  readonly sequence: number;
  /** Model time of that change. */
  readonly since: number;
}

/** Space of a subsystem. */
export interface SpaceRecord {
  readonly capacity: CapacityReport;
  readonly groups: readonly GroupSpaceReport[];
  /** Devices that hold a track. */
  readonly devices: readonly DeviceSpaceRecord[];
  readonly points: readonly PointSpaceRecord[];
  readonly forecast: SpaceForecast;
}

/** Looks at the space of a subsystem; looking is not counted. */
export function recordSpace(laboratory: Laboratory, owner: LaboratorySubsystem): SpaceRecord {
  const { space } = owner.subsystem;
  const numberOf = (index: PointSpaceReport['device']): string => {
    const device = owner.subsystem.devices().find((one) => one.index === index);
    // A point may outlive its device.
    return device === undefined ? 'removed' : formatDeviceNumber(device.number);
  };
  const made = new Map(Array.from(owner.subsystem.points(), (point) => [point.id, point]));
  return owner.meter.unseen(() => ({
    capacity: space.capacity(),
    groups: space.groups(),
    devices: owner.subsystem.devices().flatMap((device) => {
      const report = space.device(device.index);
      if (report.mapped === 0) return [];
      const volser = laboratory.volserOf({ owner, device }) ?? null;
      return [{ device: formatDeviceNumber(device.number), volser, ...report }];
    }),
    points: space.points().map((point) => {
      const { sequence = 0, since = 0 } = made.get(point.point) ?? {};
      return { ...point, device: numberOf(point.device), sequence, since };
    }),
    forecast: space.forecast(),
  }));
}
