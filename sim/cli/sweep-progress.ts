/**
 * How far the units of a run are, in simulated time: how much of it is done, how fast it goes, how long
 * the rest will take.
 *
 * @module
 */
import { formatDuration } from '../scenario/quantity.ts';
import type { Unit } from '../scenario/units.ts';
import type { UnitsEars } from '../sweep/run-units.ts';
import type { UnitOutcome, UnitProgress } from '../sweep/unit-task.ts';
import type { TaskProgress } from './task-progress.ts';

const NANOS_PER_MS = 1e6;
/** Time of running before a rate is told. */
const RATE_AFTER_MS = 500;

/** Adds up the progress of units. */
export class SweepProgress implements UnitsEars {
  /** Units that were run to their ends, and units that were there. */
  ran = 0;
  kept = 0;
  readonly #unitCount: number;
  readonly #tell: TaskProgress | undefined;
  readonly #running = new Map<Unit, UnitProgress>();
  readonly #begun = performance.now();
  /** Simulated time of units that were run to their ends. */
  #nanosDone = 0;

  constructor(unitCount: number, tell: TaskProgress | undefined) {
    this.#unitCount = unitCount;
    this.#tell = tell;
  }

  readonly progress = (unit: Unit, progress: UnitProgress): void => {
    this.#running.set(unit, progress);
    this.#show();
  };

  readonly ended = (unit: Unit, outcome: UnitOutcome | 'there'): void => {
    this.#running.delete(unit);
    if (outcome === 'there') this.kept += 1;
    else {
      this.ran += 1;
      this.#nanosDone += outcome.simulatedNanos;
    }
    this.#show();
  };

  /** All units are there; their report is made. */
  reporting(): void {
    this.#tell?.(this.#unitCount, this.#unitCount, 'making the report');
  }

  #show(): void {
    const tell = this.#tell;
    if (tell === undefined) return;
    const running = [...this.#running.values()];
    const share = running.reduce((sum, { now, until }) => sum + Math.min(1, now / until), 0);
    const done = this.ran + this.kept + share;
    const parts: string[] = [];
    const [first] = [...this.#running];
    if (first !== undefined) {
      const [{ id }, { now, until }] = first;
      parts.push(`${id} at ${formatDuration(now)} of ${formatDuration(until)}`);
    }
    if (this.#unitCount > 1) parts.push(`${this.ran + this.kept} of ${this.#unitCount} runs`);
    const elapsedMs = performance.now() - this.#begun;
    if (elapsedMs >= RATE_AFTER_MS && done > this.kept) {
      const nanos = this.#nanosDone + running.reduce((sum, { now }) => sum + now, 0);
      const leftMs = (elapsedMs / (done - this.kept)) * (this.#unitCount - done);
      parts.push(
        `${timesText(nanos / NANOS_PER_MS / elapsedMs)} × real time`,
        `${formatDuration(leftMs * NANOS_PER_MS)} left`,
      );
    }
    tell(done, this.#unitCount, parts.join(', '));
  }
}

function timesText(times: number): string {
  return times >= 10 ? Math.round(times).toLocaleString('en-US') : times.toFixed(1);
}
