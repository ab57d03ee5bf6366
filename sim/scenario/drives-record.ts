/**
 * Drives as a run records them: how they stand, what was done to keep tracks whole, what is lost.
 *
 * @module
 */
import {
  type DrivesReport,
  formatDeviceNumber,
  type LostTrack,
  type Subsystem,
} from '../../src/index.ts';
import type { LaboratorySubsystem } from './laboratory-subsystem.ts';

/** A lost track with everybody who shows it. */
export interface LostTrackRecord extends Omit<LostTrack, 'owners'> {
  readonly owners: readonly {
    /** Four hexadecimal digits. */
    readonly device: string;
    /** Name of the retained point; absent when the device itself shows the track. */
    readonly point?: string;
    readonly track: number;
    readonly cylinder: number;
    readonly head: number;
  }[];
}

/** Drives of a subsystem. */
export interface DrivesRecord extends DrivesReport {
  readonly lost: readonly LostTrackRecord[];
}

/** Looks at the drives of a subsystem. */
export function recordDrives({ subsystem, meter }: LaboratorySubsystem): DrivesRecord {
  return meter.unseen(() => describeDrives(subsystem));
}

/** The drives of a subsystem as they stand. */
export function describeDrives({ drives }: Subsystem): DrivesRecord {
  return {
    ...drives.report(),
    lost: drives.lostTracks().map(({ owners, ...place }) => ({
      ...place,
      owners: owners.map((owner) => ({ ...owner, device: formatDeviceNumber(owner.device) })),
    })),
  };
}
