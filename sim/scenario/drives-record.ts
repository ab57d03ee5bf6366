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

/** A subsystem whose meter can look away. */
interface MeteredSubsystem {
  readonly subsystem: Subsystem;
  readonly meter: { unseen<Value>(look: () => Value): Value };
}

/** Looks at the drives of a subsystem; the meter does not count it. */
export function recordDrives({ subsystem, meter }: MeteredSubsystem): DrivesRecord {
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
