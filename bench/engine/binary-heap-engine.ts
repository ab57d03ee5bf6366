/**
 * A peer for the engine: the same events and handlers over a binary heap in typed arrays, ordered by
 * (time, sequence), without witness and watchdog.
 *
 * @module
 */

const FIRST_ROOM = 1_024;

/** Runs events; time is a number of nanoseconds. */
export class BinaryHeapEngine {
  now = 0;
  readonly #handlers: ((a: number, b: number) => void)[] = [];
  #times = new Float64Array(FIRST_ROOM);
  #sequences = new Float64Array(FIRST_ROOM);
  /** Handler, a and b of each place. */
  #payloads = new Int32Array(3 * FIRST_ROOM);
  #count = 0;
  #sequence = 0;

  handler(_name: string, run: (a: number, b: number) => void): number {
    return this.#handlers.push(run) - 1;
  }

  schedule(delayNanos: number, handler: number, a: number, b: number): void {
    if (this.#count === this.#times.length) this.#grow();
    const time = this.now + delayNanos;
    const sequence = this.#sequence;
    this.#sequence += 1;
    let at = this.#count;
    this.#count = at + 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      // A new event has the greatest sequence, so that it stays behind its equals.
      if ((this.#times[parent] as number) <= time) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, time, sequence, handler, a, b);
  }

  run(maxEvents: number): number {
    let done = 0;
    while (done < maxEvents && this.#count > 0) {
      const [handler, a, b] = [this.#payloads[0], this.#payloads[1], this.#payloads[2]] as const;
      this.now = this.#times[0] as number;
      this.#removeFirst();
      done += 1;
      this.#handlers[handler as number]?.(a as number, b as number);
    }
    return done;
  }

  #removeFirst(): void {
    const count = this.#count - 1;
    this.#count = count;
    if (count === 0) return;
    const time = this.#times[count] as number;
    const sequence = this.#sequences[count] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      if (child + 1 < count && this.#isBefore(child + 1, child)) child += 1;
      const childTime = this.#times[child] as number;
      if (time < childTime) break;
      if (time === childTime && sequence < (this.#sequences[child] as number)) break;
      this.#move(child, at);
      at = child;
    }
    if (at !== count) this.#move(count, at);
  }

  #isBefore(one: number, other: number): boolean {
    const distance = (this.#times[one] as number) - (this.#times[other] as number);
    if (distance !== 0) return distance < 0;
    return (this.#sequences[one] as number) < (this.#sequences[other] as number);
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] as number;
    this.#sequences[to] = this.#sequences[from] as number;
    this.#payloads[3 * to] = this.#payloads[3 * from] as number;
    this.#payloads[3 * to + 1] = this.#payloads[3 * from + 1] as number;
    this.#payloads[3 * to + 2] = this.#payloads[3 * from + 2] as number;
  }

  #put(at: number, time: number, sequence: number, handler: number, a: number, b: number): void {
    this.#times[at] = time;
    this.#sequences[at] = sequence;
    this.#payloads[3 * at] = handler;
    this.#payloads[3 * at + 1] = a;
    this.#payloads[3 * at + 2] = b;
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#times.length);
    times.set(this.#times);
    this.#times = times;
    const sequences = new Float64Array(2 * this.#sequences.length);
    sequences.set(this.#sequences);
    this.#sequences = sequences;
    const payloads = new Int32Array(2 * this.#payloads.length);
    payloads.set(this.#payloads);
    this.#payloads = payloads;
  }
}
