/**
 * Reports about space and about the whole-state check.
 *
 * @module
 */
import type { LoadThreshold } from '../media/net-capacity-load.ts';

/** Space of the subsystem. Live, dead and unwritten bytes add up to the capacity. */
export interface CapacityReport {
  readonly capacityBytes: number;
  /** Bytes of sectors that live instances hold. */
  readonly liveBytes: number;
  /** Bytes of sectors that were freed, or passed over at the end of a member; reusable. */
  readonly deadBytes: number;
  /** Bytes of sectors never used since their cylinder was last empty. */
  readonly unwrittenBytes: number;
  /** Free bytes that only the metadata of running backups may take. */
  readonly reserveBytes: number;
  /** Live bytes in percent of the capacity. */
  readonly netCapacityLoadPercent: number;
  /** Live and dead bytes in percent of the capacity. */
  readonly grossCapacityLoadPercent: number;
  readonly threshold: LoadThreshold;
}

/** Space of one device, found by a walk over its directory. */
export interface DeviceSpaceReport {
  /** Tracks that hold an instance. */
  readonly mapped: number;
  /** Of these: tracks that somebody else reaches, too. */
  readonly shared: number;
  /** Stored bytes of all mapped tracks. */
  readonly referencedBytes: number;
  /** Stored bytes of the tracks that only this device reaches. */
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
  };
}

/** Tells of something that does not hold. */
export type ReportViolation = (invariant: string, detail: string) => void;
