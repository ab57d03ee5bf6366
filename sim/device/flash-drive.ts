/**
 * A drive without moving parts: a fixed time for each command and one for its bytes.
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

  constructor(parameters: FlashParameters) {
    this.sectorCount = parameters.sectorCount;
    this.#readNanos = parameters.readNanos;
    this.#writeNanos = parameters.writeNanos;
    this.#sectorNanos = (SECTOR_BYTES * 1e9) / parameters.bytesPerSecond;
  }

  /** Whole nanoseconds of a command. */
  serviceNanos(_now: number, operation: 0 | 1, _lbn: number, sectors: number): number {
    const command = operation === 0 ? this.#readNanos : this.#writeNanos;
    return command + Math.round(sectors * this.#sectorNanos);
  }

  /** It remembers nothing. */
  save(): Float64Array {
    return new Float64Array(0);
  }

  restore(_values: Float64Array): void {}
}
