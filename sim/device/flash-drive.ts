/**
 * A drive without moving parts: a fixed time for each command and one for its bytes.
 *
 * Its chips work on several commands at once, but the bytes of all of them go over one interface: a
 * command ends when its own time is over and the interface has carried everything that was asked for up
 * to then.
 *
 * Garbage collection inside such a drive is not modelled: a log-structured subsystem writes it in whole
 * cylinders, which leaves little to collect (our choice).
 *
 * @module
 */
import type { FlashParameters } from './subsystem-parameters.ts';

const SECTOR_BYTES = 512;

/** Service times of a drive without moving parts. */
export class FlashDrive {
  readonly sectorCount: number;
  readonly #readNanos: number;
  readonly #writeNanos: number;
  readonly #sectorNanos: number;
  /** When the interface has carried everything that was asked for. */
  #carriedAt = 0;

  constructor(parameters: FlashParameters) {
    this.sectorCount = parameters.sectorCount;
    this.#readNanos = parameters.readNanos;
    this.#writeNanos = parameters.writeNanos;
    this.#sectorNanos = (SECTOR_BYTES * 1e9) / parameters.bytesPerSecond;
  }

  /** Whole nanoseconds of a command. */
  serviceNanos(now: number, operation: 0 | 1, _lbn: number, sectors: number): number {
    const command = operation === 0 ? this.#readNanos : this.#writeNanos;
    const bytes = Math.round(sectors * this.#sectorNanos);
    this.#carriedAt = Math.max(this.#carriedAt, now) + bytes;
    return Math.max(command + bytes, this.#carriedAt - now);
  }

  save(): Float64Array {
    return Float64Array.of(this.#carriedAt);
  }

  restore([carriedAt = 0]: Float64Array): void {
    this.#carriedAt = carriedAt;
  }
}
