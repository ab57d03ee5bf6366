/**
 * What an installation tells of its volumes.
 *
 * @module
 */
import type { DeviceNumber } from '../base/units.ts';
import type { CopyLineage } from '../host/host-records.ts';
import type { Vtoc } from '../host/vtoc.ts';
import type { Device } from '../mapping/device-table.ts';
import type { DeviceSpaceReport } from '../subsystem/capacity-report.ts';

/** One device and the volume on it, in short. */
export interface VolumeSummary {
  readonly device: Device;
  /** Serial on the label; absent when there is no label that can be read. */
  readonly volser?: string;
  /** Whether the host has the volume in use. */
  readonly online: boolean;
}

/** A backup that a device holds. */
export interface HeldBackup {
  /** Name of the job. */
  readonly name: string;
  readonly copy: CopyLineage;
}

/** One device and the volume on it. */
export interface VolumeReport extends VolumeSummary {
  /** Space of its tracks. */
  readonly space: DeviceSpaceReport;
  /** What the volume says about itself; absent when it cannot be read, then `trouble` says why. */
  readonly vtoc?: Vtoc;
  readonly trouble?: string;
  readonly backup?: HeldBackup;
}

/** A volume that was imported. */
export interface ImportedVolume {
  readonly device: DeviceNumber;
  readonly volser?: string;
  readonly tracks: number;
  /** Of these: tracks that hold something. */
  readonly byteTracks: number;
  /** Why no host has it in use, where that is so. */
  readonly offline?: string;
}
