/**
 * Requests of a trace that are under way: one place each in typed arrays, used again when it is done.
 *
 * A request may have several pieces, one for each track; it is done when its last piece is.
 *
 * @module
 */

const FIRST_ROOM = 1_024;

/** The table. */
export class OpenRequests {
  /** Requests under way, and the most there ever were. */
  count = 0;
  peak = 0;
  arrival = new Float64Array(FIRST_ROOM);
  pieces = new Int32Array(FIRST_ROOM);
  operation = new Uint8Array(FIRST_ROOM);
  /** 1 when the request counts, 0 in the warm-up. */
  isCounted = new Uint8Array(FIRST_ROOM);
  /** Number of the request in the trace. */
  number = new Float64Array(FIRST_ROOM);
  #free = new Int32Array(FIRST_ROOM);
  #freeCount = 0;
  #used = 0;

  /** Takes a place. */
  take(): number {
    this.count += 1;
    if (this.count > this.peak) this.peak = this.count;
    if (this.#freeCount > 0) {
      this.#freeCount -= 1;
      return this.#free[this.#freeCount] as number;
    }
    if (this.#used === this.arrival.length) this.#grow();
    this.#used += 1;
    return this.#used - 1;
  }

  /** Gives a place back. */
  release(place: number): void {
    this.count -= 1;
    this.#free[this.#freeCount] = place;
    this.#freeCount += 1;
  }

  #grow(): void {
    const room = this.arrival.length * 2;
    this.arrival = grown(this.arrival, new Float64Array(room));
    this.number = grown(this.number, new Float64Array(room));
    this.pieces = grown(this.pieces, new Int32Array(room));
    this.operation = grown(this.operation, new Uint8Array(room));
    this.isCounted = grown(this.isCounted, new Uint8Array(room));
    this.#free = grown(this.#free, new Int32Array(room));
  }
}

function grown<Column extends Float64Array | Int32Array | Uint8Array>(
  from: Column,
  to: Column,
): Column {
  to.set(from);
  return to;
}
