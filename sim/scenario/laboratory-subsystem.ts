/**
 * One subsystem of the laboratory, what hangs on it, and the meter that counts for it.
 *
 * @module
 */
import {
  type ControlUnit,
  CountingMeter,
  type Device,
  type MeterCounter,
  type Subsystem,
} from '../../src/index.ts';
import type { DriveWorkLog } from '../device/drive-work-log.ts';
import type { ScenarioStore } from './files.ts';
import type { SubsystemForm } from './schema.ts';

/** A meter that can look away: what the laboratory itself reads is nobody's work. */
export class LaboratoryMeter extends CountingMeter {
  #isLookingAway = false;

  override add(counter: MeterCounter, amount: number): void {
    if (!this.#isLookingAway) super.add(counter, amount);
  }

  /** Does something that is not counted. */
  unseen<Result>(work: () => Result): Result {
    const before = this.#isLookingAway;
    this.#isLookingAway = true;
    try {
      return work();
    } finally {
      this.#isLookingAway = before;
    }
  }

  /** Does something that is not counted and takes its time; nothing else may go on meanwhile. */
  async unseenWhile<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = this.#isLookingAway;
    this.#isLookingAway = true;
    try {
      return await work();
    } finally {
      this.#isLookingAway = before;
    }
  }
}

/** One subsystem with what hangs on it. */
export interface LaboratorySubsystem {
  readonly name: string;
  readonly form: SubsystemForm;
  readonly subsystem: Subsystem;
  readonly meter: LaboratoryMeter;
  readonly controlUnit: ControlUnit;
  /** What its drives have to do, where work takes time. */
  readonly driveWork: DriveWorkLog;
  /** The store that it lives in, where that is one. */
  readonly store?: ScenarioStore;
}

/** A device and the subsystem that it belongs to. */
export interface PlacedDevice {
  readonly owner: LaboratorySubsystem;
  readonly device: Device;
}
