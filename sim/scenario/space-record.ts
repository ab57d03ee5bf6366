/**
 * Space as a run records it: of the subsystem, by group, by device, by retained point, and when it
 * will be full.
 *
 * @module
 */
import type {
  CapacityReport,
  DeviceSpaceReport,
  GroupSpaceReport,
  PointSpaceReport,
  SpaceForecast,
} from '../../src/index.ts';

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
