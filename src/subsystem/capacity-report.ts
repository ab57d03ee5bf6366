/**
 * Reports about space and about the whole-state check.
 *
 * @module
 */
import type { DeviceIndex } from '../base/units.ts';
import type { PointId } from '../mapping/retained-point.ts';
import type { PointKind } from '../mapping/retained-points.ts';
import type { LoadThreshold, LoadThresholds } from '../media/net-capacity-load.ts';
import type { RedundancyState } from '../media/redundancy-state.ts';

/** Space of the subsystem, or of one group. Live, dead and unwritten bytes add up to the physical. */
export interface CapacityFigures {
  /** What instances may fill. */
  readonly capacityBytes: number;
  /** All sectors of all logical cylinders: the capacity and what collection needs to work. */
  readonly physicalBytes: number;
  /** Bytes of sectors that live instances hold. */
  readonly liveBytes: number;
  /** Bytes of sectors that were freed or passed over; collection brings them back. */
  readonly deadBytes: number;
  /** Bytes of sectors never used since their cylinder was last empty. */
  readonly unwrittenBytes: number;
  /** Bytes of the capacity that only the metadata of running backups may take. */
  readonly reserveBytes: number;
  /** Logical cylinders that can be opened now. */
  readonly freeCylinders: number;
  /** Live bytes in percent of the capacity. */
  readonly netCapacityLoadPercent: number;
  /** Live and dead bytes in percent of the physical. */
  readonly grossCapacityLoadPercent: number;
  /** Highest threshold that the net load has reached. */
  readonly threshold: LoadThreshold;
  /** The same of the gross load. */
  readonly grossThreshold: LoadThreshold;
}

/** Space of the whole subsystem. */
export interface CapacityReport extends CapacityFigures {
  readonly thresholds: LoadThresholds;
}

/** Space of one redundancy group. */
export interface GroupSpaceReport extends CapacityFigures {
  readonly group: number;
  readonly dataDrives: number;
  readonly redundancyDrives: number;
  /** All logical cylinders. */
  readonly cylinders: number;
  /** Free cylinders that hosts may not open. */
  readonly hostReserveCylinders: number;
  /** Of these, cylinders that only collection, rebuild and healing may open. */
  readonly collectionReserveCylinders: number;
  /** Freed cylinders that wait until the change which freed them is durable. */
  readonly quarantinedCylinders: number;
  /** Open and full cylinders whose tracks are in nonvolatile storage and on no drive yet. */
  readonly nvsCylinders: number;
  readonly nvsBytes: number;
  readonly redundancy: RedundancyState;
  /** Most members that any cylinder with tracks is missing. */
  readonly missingMembers: number;
}

/** Space of one device, found by a walk over its directory. */
export interface DeviceSpaceReport {
  /** Tracks that hold an instance. */
  readonly mapped: number;
  /** Of these: tracks whose instance no other track or holder reaches. */
  readonly unique: number;
  /** Of these: the others. */
  readonly shared: number;
  /** Of these: tracks that do not lie in the device's home group; 0 without one. */
  readonly outsideHome: number;
  /** Bytes of all mapped tracks as hosts see them. */
  readonly rawBytes: number;
  /** Bytes of the sectors that they take, compressed where the group compresses. */
  readonly storedBytes: number;
  /** Raw bytes for each stored byte; 1 for an empty device. */
  readonly compressionRatio: number;
  /** Stored bytes of the tracks that one slot of this device alone reaches: clearing it frees them. */
  readonly uniqueBytes: number;
  /** Stored bytes of the others. */
  readonly sharedBytes: number;
}

/** Space that one retained point, or one hold on released tracks, keeps from being freed. */
export interface PointSpaceReport {
  readonly point: PointId;
  readonly device: DeviceIndex;
  readonly name: string;
  readonly kind: PointKind;
  /** Tracks that hold an instance at the point. */
  readonly mapped: number;
  /** Of these: tracks whose instance nobody else reaches. */
  readonly unique: number;
  /** Stored bytes of these: what releasing this point alone would free. */
  readonly uniqueBytes: number;
}

/** Something that does not hold. */
export interface CheckViolation {
  /** Name of the invariant, as in `docs/invariants.md`. */
  readonly invariant: string;
  readonly detail: string;
}

/** What the whole-state check found, and how much it looked at. */
export interface CheckReport {
  readonly violations: readonly CheckViolation[];
  readonly looked: {
    readonly devices: number;
    readonly pages: number;
    readonly slots: number;
    readonly instances: number;
    readonly cylinders: number;
    readonly relations: number;
    readonly checksums: number;
    /** Destaged cylinders whose redundancy was compared. */
    readonly parities: number;
  };
}

/** Tells of something that does not hold. */
export type ReportViolation = (invariant: string, detail: string) => void;
