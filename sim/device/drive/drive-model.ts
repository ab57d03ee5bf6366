/**
 * A drive: how long each request takes, in closed form.
 *
 * @module
 */
import type { DriveParameters } from './drive-parameters.ts';

/** A drive with one request at a time. Times are nanoseconds. */
export class DriveModel {
  readonly parameters: DriveParameters;
  /** Sectors that the drive offers: addresses 0 to one less. */
  readonly sectorCount: number;
  /** Parts of the last request; together with what overlapped they are its time. */
  overheadNanos = 0;
  seekNanos = 0;
  latencyNanos = 0;
  transferNanos = 0;
  /** Whether the last request needed no medium before it was complete. */
  isHit = false;

  constructor(parameters: DriveParameters) {
    this.parameters = parameters;
    this.sectorCount = parameters.sectorCount ?? 0;
  }

  /**
   * Serves a request and moves the drive on.
   *
   * @param now - When the request reaches the drive; not before the end of the one before.
   * @param operation - 0 reads, 1 writes.
   * @param lbn - First sector.
   * @param sectors - How many; at least 1.
   * @returns Whole nanoseconds until the drive reports completion.
   */
  serviceNanos(now: number, operation: 0 | 1, lbn: number, sectors: number): number {
    const revolution = 6e10 / this.parameters.revolutionsPerMinute;
    this.seekNanos = 5e6;
    this.latencyNanos = revolution / 2 - ((now + operation + lbn) % 1000);
    this.transferNanos = sectors * 60_000;
    this.overheadNanos = 5e5;
    return Math.round(this.overheadNanos + this.seekNanos + this.latencyNanos + this.transferNanos);
  }
}
