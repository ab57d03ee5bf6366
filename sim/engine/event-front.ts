/**
 * The few events that are due next, in the order (time, sequence).
 *
 * They stand in a sorted array, first at its head, and a new one moves those behind it by one place: as
 * a rule there are a handful. After one that had to move more than some dozens the array is taken for a
 * binary heap, which a sorted array is already, until the front is empty again; so the worst case is
 * that of a heap. Events of one instant come in the order of their sequence and move nobody.
 *
 * @module
 */

/** Doubles of one event in the records, and where its sequence stands among them. */
export const RECORD_DOUBLES = 4;
export const RECORD_SEQUENCE = 1;

const FIRST_ROOM = 64;
/** Places that a new event may move without the array becoming a heap. */
const MOVES_MAX = 48;

/** The front. */
export class EventFront {
  /** Records of all events; whoever replaces them sets this anew. */
  records: Float64Array;
  #times = new Float64Array(FIRST_ROOM);
  #events = new Int32Array(FIRST_ROOM);
  /** Places from first up to, not including, last hold the events; a heap begins at 0. */
  #first = 0;
  #last = 0;
  #isHeap = false;

  constructor(records: Float64Array) {
    this.records = records;
  }

  get count(): number {
    return this.#last - this.#first;
  }

  /** Time of the first event; there must be one. */
  get firstTime(): number {
    return this.#times[this.#first] as number;
  }

  /** An event by its place in no particular order, 0 to count - 1. */
  eventAt(place: number): number {
    return this.#events[this.#first + place] as number;
  }

  clear(): void {
    this.#first = 0;
    this.#last = 0;
    this.#isHeap = false;
  }

  enter(event: number): void {
    const last = this.#last;
    if (last === this.#times.length || this.#isHeap) {
      this.#enterSlowly(event);
      return;
    }
    const times = this.#times;
    const events = this.#events;
    const time = this.records[event * RECORD_DOUBLES] as number;
    const first = this.#first;
    let at = last;
    while (at > first) {
      const before = times[at - 1] as number;
      if (before < time) break;
      const other = events[at - 1] as number;
      if (before === time && this.#isBefore(other, event)) break;
      times[at] = before;
      events[at] = other;
      at -= 1;
    }
    times[at] = time;
    events[at] = event;
    this.#last = last + 1;
    // Sorted is a heap already; from now on new ones cost what they cost there.
    if (last - at > MOVES_MAX) this.#becomeHeap();
  }

  /** Takes the first event off; there must be one. */
  take(): number {
    const event = this.#events[this.#first] as number;
    if (this.#isHeap) {
      this.#last -= 1;
      if (this.#last > 0) this.#siftDown();
      else this.#isHeap = false;
    } else {
      this.#first += 1;
      if (this.#first === this.#last) {
        this.#first = 0;
        this.#last = 0;
      }
    }
    return event;
  }

  #isBefore(one: number, other: number): boolean {
    return (
      (this.records[one * RECORD_DOUBLES + RECORD_SEQUENCE] as number) <
      (this.records[other * RECORD_DOUBLES + RECORD_SEQUENCE] as number)
    );
  }

  #becomeHeap(): void {
    this.#compact();
    this.#isHeap = true;
  }

  #enterSlowly(event: number): void {
    if (this.#last === this.#times.length) this.#makeRoom();
    if (!this.#isHeap) {
      this.enter(event);
      return;
    }
    const at = this.#last;
    this.#times[at] = this.records[event * RECORD_DOUBLES] as number;
    this.#events[at] = event;
    this.#last = at + 1;
    this.#siftUp(at);
  }

  #siftUp(place: number): void {
    const times = this.#times;
    const events = this.#events;
    const time = times[place] as number;
    const event = events[place] as number;
    let at = place;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = times[parent] as number;
      const otherEvent = events[parent] as number;
      if (other < time || (other === time && this.#isBefore(otherEvent, event))) break;
      times[at] = other;
      events[at] = otherEvent;
      at = parent;
    }
    times[at] = time;
    events[at] = event;
  }

  /** Puts the event behind the last where the first one was taken, and lets it sink. */
  #siftDown(): void {
    const times = this.#times;
    const events = this.#events;
    const count = this.#last;
    const time = times[count] as number;
    const event = events[count] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      if (child + 1 < count && this.#isPlaceBefore(child + 1, child)) child += 1;
      const childTime = times[child] as number;
      const childEvent = events[child] as number;
      if (time < childTime || (time === childTime && this.#isBefore(event, childEvent))) break;
      times[at] = childTime;
      events[at] = childEvent;
      at = child;
    }
    times[at] = time;
    events[at] = event;
  }

  #isPlaceBefore(one: number, other: number): boolean {
    const distance = (this.#times[one] as number) - (this.#times[other] as number);
    if (distance !== 0) return distance < 0;
    return this.#isBefore(this.#events[one] as number, this.#events[other] as number);
  }

  #compact(): void {
    if (this.#first === 0) return;
    this.#times.copyWithin(0, this.#first, this.#last);
    this.#events.copyWithin(0, this.#first, this.#last);
    this.#last -= this.#first;
    this.#first = 0;
  }

  #makeRoom(): void {
    this.#compact();
    if (2 * this.#last < this.#times.length) return;
    const times = new Float64Array(2 * this.#times.length);
    times.set(this.#times);
    this.#times = times;
    const events = new Int32Array(2 * this.#events.length);
    events.set(this.#events);
    this.#events = events;
  }
}
