/**
 * Which request of a trace waited for which: a request depends on the one whose measured completion
 * was the last before its arrival, and comes as long after that completion here as it did there.
 *
 * On a slower subsystem dependent requests come later instead of piling up, on a faster one earlier
 * (the idea of hfplayer's replay, with one parent for each request). Needs response times.
 *
 * @module
 */

const NONE = -1;

/** Finds the parent of each request. Requests come in the order of their arrivals. */
export class TraceDependencies {
  /** What {@link next} found: number of the parent, or -1, and nanoseconds after its completion. */
  parent = NONE;
  thinkNanos = 0;
  // Requests under way in the trace, the one that completes first on top: a binary heap.
  #completions: number[] = [];
  #numbers: number[] = [];
  #lastDone = NONE;
  #lastDoneAt = 0;

  /** Takes the next request. Without a response time it was done at once. */
  next(number: number, arrival: number, response: number): void {
    while (this.#numbers.length > 0 && (this.#completions[0] as number) <= arrival) {
      this.#lastDoneAt = this.#completions[0] as number;
      this.#lastDone = this.#pop();
    }
    this.parent = this.#lastDone;
    this.thinkNanos = this.#lastDone === NONE ? 0 : arrival - this.#lastDoneAt;
    this.#push(arrival + Math.max(0, response), number);
  }

  #push(completion: number, number: number): void {
    let place = this.#numbers.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if ((this.#completions[parent] as number) <= completion) break;
      this.#completions[place] = this.#completions[parent] as number;
      this.#numbers[place] = this.#numbers[parent] as number;
      place = parent;
    }
    this.#completions[place] = completion;
    this.#numbers[place] = number;
  }

  #pop(): number {
    const top = this.#numbers[0] as number;
    const completion = this.#completions.pop() as number;
    const number = this.#numbers.pop() as number;
    const { length } = this.#numbers;
    if (length === 0) return top;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= length) break;
      const right = child + 1;
      if (
        right < length &&
        (this.#completions[right] as number) < (this.#completions[child] as number)
      ) {
        child = right;
      }
      if ((this.#completions[child] as number) >= completion) break;
      this.#completions[place] = this.#completions[child] as number;
      this.#numbers[place] = this.#numbers[child] as number;
      place = child;
    }
    this.#completions[place] = completion;
    this.#numbers[place] = number;
    return top;
  }
}
