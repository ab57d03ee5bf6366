/**
 * One unit as a task for a thread, and what comes back: plain data both ways.
 *
 * @module
 */
import type { MessagePort } from 'node:worker_threads';
import type { FileRecord, RunFailure } from '../scenario/run-record.ts';
import type { Unit } from '../scenario/units.ts';

/** What a thread needs to run a unit. */
export interface UnitTask {
  /** Path of the scenario file: inputs are named from its folder. */
  readonly file: string;
  /** Its text, as it was when the run began. */
  readonly text: string;
  readonly unit: Unit;
  readonly seed: number;
  /** Folder in which the unit's own is made. */
  readonly units: string;
  /** Where the thread tells how far it is. */
  readonly port?: MessagePort;
}

/** How far a unit is. */
export interface UnitProgress {
  /** Simulated nanoseconds so far, and about how many there will be. */
  readonly now: number;
  readonly until: number;
  readonly events: number;
}

/** How a unit ended. Its record is in its folder, unless it failed. */
export interface UnitOutcome {
  readonly failure: RunFailure | null;
  readonly inputs: readonly FileRecord[];
  readonly simulatedNanos: number;
  readonly eventCount: number;
}
