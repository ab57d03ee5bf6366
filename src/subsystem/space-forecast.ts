/**
 * When space will be full, from what the load was at earlier moments of model time.
 *
 * A straight line is fitted to the samples by least squares, and followed from the load as it is now.
 * That is all: it knows nothing of the day of the week, and says so by giving the window it looked at.
 *
 * Samples are thinned as time goes on. At most {@link SAMPLES_MAX} are kept; when there would be more,
 * every second one goes and the spacing doubles, so that they always reach back to the beginning and
 * memory stays the same. Source: our choice.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { KeptArray, type Plain, type StateKeeping } from '../base/kept-state.ts';
import { NANOS_MAX, type Nanos, nanos } from '../base/units.ts';

/** Samples kept at most. Even. */
export const SAMPLES_MAX = 64;
/** Fewer say nothing about a trend. */
const SAMPLES_MIN = 3;
/** Least model time between two samples at first: a second. */
const SPACING_NANOS = 1_000_000_000;
const NANOS_PER_HOUR = 3_600_000_000_000;

/** When space will be full, if the load goes on as it did. */
export type SpaceForecast =
  | {
      readonly kind: 'notEnoughSamples';
      readonly samples: number;
    }
  | {
      readonly kind: 'notGrowing';
      readonly samples: number;
      /** Model time from the first sample to now. */
      readonly windowNanos: number;
      /** Rounded to whole bytes. */
      readonly bytesPerHour: number;
    }
  | {
      readonly kind: 'growing';
      readonly samples: number;
      readonly windowNanos: number;
      readonly bytesPerHour: number;
      /** Model time at which hosts will find no space. */
      readonly fullAt: Nanos;
    };

/** Loads over model time, oldest first. */
export class LoadSamples {
  /** Times, and behind them loads. */
  readonly #samples = new Float64Array(2 * SAMPLES_MAX);
  readonly #times = this.#samples.subarray(0, SAMPLES_MAX);
  readonly #loads = this.#samples.subarray(SAMPLES_MAX);
  #kept: KeptArray | undefined;
  #count = 0;
  #spacing = SPACING_NANOS;

  get count(): number {
    return this.#count;
  }

  /** The samples outlive the process under this name. */
  keep(keeping: StateKeeping, name: string): void {
    this.#kept = new KeptArray(
      `${name}.samples`,
      () => this.#samples,
      () => invariant(false, 'samples-have-one-size'),
    );
    keeping.keep(this.#kept);
    keeping.keep({
      kind: 'figures',
      name,
      save: () => [this.#count, this.#spacing],
      restore: (saved) => this.#restore(saved),
    });
  }

  /**
   * Notes the load of a moment, no earlier than the one before. The newest sample follows the present
   * until it is far enough from the one before it.
   */
  note(now: Nanos, loadBytes: number): void {
    if (this.#isProvisional(now)) this.#count -= 1;
    else if (this.#count === SAMPLES_MAX) this.#thin();
    this.#times[this.#count] = now;
    this.#loads[this.#count] = loadBytes;
    this.#touch(this.#count, 1);
    this.#count += 1;
  }

  /** Follows the line from the newest sample to the load at which space is full. */
  forecast(fullBytes: number): SpaceForecast {
    const samples = this.#count;
    const from = this.#times[0] as number;
    const now = this.#times[samples - 1] as number;
    if (samples < SAMPLES_MIN) return { kind: 'notEnoughSamples', samples };
    const windowNanos = now - from;
    const slope = this.#slope();
    const bytesPerHour = Math.round(slope * NANOS_PER_HOUR);
    const loadBytes = this.#loads[samples - 1] as number;
    const left = Math.max(0, fullBytes - loadBytes) / slope;
    // A line that is full only after the end of model time does not grow.
    if (slope <= 0 || now + left > NANOS_MAX) {
      return { kind: 'notGrowing', samples, windowNanos, bytesPerHour };
    }
    const fullAt = nanos(Math.ceil(now + left));
    return { kind: 'growing', samples, windowNanos, bytesPerHour, fullAt };
  }

  /** Whether the newest sample is too near to the one before it, or of this very moment. */
  #isProvisional(now: number): boolean {
    const count = this.#count;
    if (count === 0) return false;
    if (this.#times[count - 1] === now) return true;
    return count > 1 && (this.#times[count - 1] as number) - this.#before() < this.#spacing;
  }

  #before(): number {
    return this.#times[this.#count - 2] as number;
  }

  #thin(): void {
    for (let at = 0; at < SAMPLES_MAX; at += 2) {
      this.#times[at / 2] = this.#times[at] as number;
      this.#loads[at / 2] = this.#loads[at] as number;
    }
    this.#touch(0, SAMPLES_MAX / 2);
    this.#count = SAMPLES_MAX / 2;
    this.#spacing *= 2;
  }

  #touch(first: number, count: number): void {
    this.#kept?.touch(first, count);
    this.#kept?.touch(SAMPLES_MAX + first, count);
  }

  #restore(saved: Plain | undefined): void {
    if (saved !== undefined) [this.#count, this.#spacing] = saved as [number, number];
  }

  /** Bytes per nanosecond of the line fitted; times are taken from their mean to keep them exact. */
  #slope(): number {
    const count = this.#count;
    let timeSum = 0;
    let loadSum = 0;
    for (let at = 0; at < count; at += 1) {
      timeSum += this.#times[at] as number;
      loadSum += this.#loads[at] as number;
    }
    let both = 0;
    let square = 0;
    for (let at = 0; at < count; at += 1) {
      const time = (this.#times[at] as number) - timeSum / count;
      both += time * ((this.#loads[at] as number) - loadSum / count);
      square += time * time;
    }
    return both / square;
  }
}
