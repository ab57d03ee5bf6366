/**
 * Pending events in the order (time, sequence): a calendar of buckets with a heap in front.
 *
 * Every bucket covers `width` nanoseconds of the years `bucket count x width`, and holds its events
 * unsorted; entering one there is a store at the head of a list. Only the events of the bucket at the
 * cursor, and whatever is entered before its end, are kept in order, in a binary heap. When delays are
 * even, the heap holds one or two events and everything is O(1); when they are not, or when thousands
 * fall on one instant, the worst that happens is a heap. The width follows the mean distance of the
 * events that were taken, looked at once in as many events as there are buckets.
 *
 * A calendar queue is R. Brown's (Communications of the ACM 31, 1988); the heap in place of sorted
 * lists, and the rule for the width, are our choice (`docs/timing.md` has the measurements).
 *
 * One event is 32 bytes of one buffer: time and sequence as doubles, then a, b, handler and the next of
 * its list as words.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';

const DOUBLES = 4;
const WORDS = 8;
const SEQUENCE = 1;
const A = 4;
const B = 5;
const HANDLER = 6;
const NEXT = 7;

const NONE = -1;
const FIRST_EVENTS = 1024;
const BUCKETS_MIN = 1024;
/** Events that may wait in the heap before the calendar is laid out anew at the next look. */
const FRONT_MAX = 64;
/** Width of a bucket in mean distances between events; a power of two near it is taken. */
const WIDTH_GAPS = 2;

/** The queue. The event that was taken last stands in {@link time}, {@link handler}, {@link a}, {@link b}. */
export class EventQueue {
  time = 0;
  handler = 0;
  a = 0;
  b = 0;
  #count = 0;
  #sequence = 0;
  #doubles = new Float64Array(FIRST_EVENTS * DOUBLES);
  #words = new Int32Array(this.#doubles.buffer);
  #free = NONE;
  #used = 0;
  #heads = new Int32Array(BUCKETS_MIN).fill(NONE);
  #mask = BUCKETS_MIN - 1;
  #width = 1;
  #inverse = 1;
  /** Number of the bucket, counted from time 0 without end, whose events are in the heap. */
  #cursor = 0;
  /** Events before this time belong in the heap. */
  #frontEnd = 1;
  #frontTimes = new Float64Array(FIRST_EVENTS);
  #frontEvents = new Int32Array(FIRST_EVENTS);
  #frontCount = 0;
  #untilLook = BUCKETS_MIN;
  #lookedAt = 0;

  /** Events that wait. */
  get count(): number {
    return this.#count;
  }

  /** Enters an event. `time` is a whole number not before that of the event taken last. */
  enter(time: number, handler: number, a: number, b: number): void {
    let event = this.#free;
    if (event === NONE) event = this.#newEvent();
    else this.#free = this.#words[event * WORDS + NEXT] as number;
    const words = this.#words;
    const base = event * WORDS;
    this.#doubles[event * DOUBLES] = time;
    this.#doubles[event * DOUBLES + SEQUENCE] = this.#sequence;
    words[base + A] = a;
    words[base + B] = b;
    words[base + HANDLER] = handler;
    this.#sequence += 1;
    this.#count += 1;
    if (time < this.#frontEnd) {
      this.#enterFront(event, time);
    } else {
      const bucket = (time * this.#inverse) & this.#mask;
      words[base + NEXT] = this.#heads[bucket] as number;
      this.#heads[bucket] = event;
      if (this.#count > 2 * this.#heads.length) this.#layOut(2 * this.#heads.length, this.#width);
    }
  }

  /** Takes the first event if it is due at `until` or before; false when there is none. */
  take(until: number): boolean {
    if (this.#frontCount === 0) {
      if (this.#count === 0) return false;
      this.#advance();
    }
    const time = this.#frontTimes[0] as number;
    if (time > until) return false;
    const event = this.#frontEvents[0] as number;
    this.#frontCount -= 1;
    if (this.#frontCount > 0) this.#siftDown();
    const words = this.#words;
    const base = event * WORDS;
    this.time = time;
    this.a = words[base + A] as number;
    this.b = words[base + B] as number;
    this.handler = words[base + HANDLER] as number;
    words[base + NEXT] = this.#free;
    this.#free = event;
    this.#count -= 1;
    this.#untilLook -= 1;
    if (this.#untilLook === 0) this.#look();
    return true;
  }

  /** Everything that waits, in order. */
  save(): QueueState {
    const events = this.#inOrder();
    const of = (word: number): Int32Array =>
      Int32Array.from(events, (event) => this.#words[event * WORDS + word] as number);
    return {
      times: Float64Array.from(events, (event) => this.#doubles[event * DOUBLES] as number),
      handlers: of(HANDLER),
      a: of(A),
      b: of(B),
    };
  }

  /** Forgets everything and takes over what was saved; `now` is the time of the event taken last. */
  restore(state: QueueState, now: number): void {
    this.#count = 0;
    this.#sequence = 0;
    this.#free = NONE;
    this.#used = 0;
    this.#frontCount = 0;
    this.#heads.fill(NONE);
    this.#setCursor(now);
    this.#lookedAt = now;
    state.times.forEach((time, at) => {
      invariant(time >= now, 'event-not-in-the-past', `${time} before ${now}`);
      this.enter(time, state.handlers[at] as number, state.a[at] as number, state.b[at] as number);
    });
  }

  #newEvent(): number {
    const event = this.#used;
    if ((event + 1) * WORDS > this.#words.length) {
      const doubles = new Float64Array(2 * this.#doubles.length);
      doubles.set(this.#doubles);
      this.#doubles = doubles;
      this.#words = new Int32Array(doubles.buffer);
    }
    this.#used = event + 1;
    return event;
  }

  /** Brings the events of the next bucket that has any into the heap. */
  #advance(): void {
    const mask = this.#mask;
    const words = this.#words;
    const doubles = this.#doubles;
    let left = this.#heads.length;
    for (;;) {
      // A whole year without an event: look where the first one is instead of walking there.
      if (left === 0) this.#setCursor(this.#firstTime());
      else this.#cursor += 1;
      left -= 1;
      const bucket = this.#cursor & mask;
      let event = this.#heads[bucket] as number;
      if (event === NONE) continue;
      const end = (this.#cursor + 1) * this.#width;
      let kept = NONE;
      while (event !== NONE) {
        const next = words[event * WORDS + NEXT] as number;
        const time = doubles[event * DOUBLES] as number;
        if (time < end) {
          this.#enterFront(event, time);
        } else {
          words[event * WORDS + NEXT] = kept;
          kept = event;
        }
        event = next;
      }
      this.#heads[bucket] = kept;
      if (this.#frontCount === 0) continue;
      this.#frontEnd = end;
      return;
    }
  }

  #enterFront(event: number, time: number): void {
    let at = this.#frontCount;
    this.#frontCount = at + 1;
    if (at === this.#frontTimes.length) this.#growFront();
    const times = this.#frontTimes;
    const events = this.#frontEvents;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = times[parent] as number;
      if (other < time) break;
      const otherEvent = events[parent] as number;
      if (other === time && this.#isBefore(otherEvent, event)) break;
      times[at] = other;
      events[at] = otherEvent;
      at = parent;
    }
    times[at] = time;
    events[at] = event;
  }

  /** Puts the last event of the heap where the first one was taken, and lets it sink. */
  #siftDown(): void {
    const times = this.#frontTimes;
    const events = this.#frontEvents;
    const count = this.#frontCount;
    const time = times[count] as number;
    const event = events[count] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      let childTime = times[child] as number;
      const right = child + 1;
      if (right < count) {
        const rightTime = times[right] as number;
        if (
          rightTime < childTime ||
          (rightTime === childTime &&
            this.#isBefore(events[right] as number, events[child] as number))
        ) {
          child = right;
          childTime = rightTime;
        }
      }
      const childEvent = events[child] as number;
      if (time < childTime || (time === childTime && this.#isBefore(event, childEvent))) break;
      times[at] = childTime;
      events[at] = childEvent;
      at = child;
    }
    times[at] = time;
    events[at] = event;
  }

  #isBefore(one: number, other: number): boolean {
    const doubles = this.#doubles;
    return (
      (doubles[one * DOUBLES + SEQUENCE] as number) <
      (doubles[other * DOUBLES + SEQUENCE] as number)
    );
  }

  #growFront(): void {
    const times = new Float64Array(2 * this.#frontTimes.length);
    times.set(this.#frontTimes);
    this.#frontTimes = times;
    const events = new Int32Array(2 * this.#frontEvents.length);
    events.set(this.#frontEvents);
    this.#frontEvents = events;
  }

  #firstTime(): number {
    let first = Number.POSITIVE_INFINITY;
    for (let bucket = 0; bucket < this.#heads.length; bucket += 1) {
      let event = this.#heads[bucket] as number;
      while (event !== NONE) {
        first = Math.min(first, this.#doubles[event * DOUBLES] as number);
        event = this.#words[event * WORDS + NEXT] as number;
      }
    }
    return first;
  }

  #setCursor(time: number): void {
    this.#cursor = Math.floor(time * this.#inverse);
    this.#frontEnd = (this.#cursor + 1) * this.#width;
  }

  /** Compares the layout with the events of late, and changes it when it does not suit them. */
  #look(): void {
    const gap = (this.time - this.#lookedAt) / Math.max(BUCKETS_MIN, this.#heads.length);
    let width = this.#width;
    if (gap > 0) {
      const wanted = WIDTH_GAPS * gap;
      // Twice too wide or too narrow is no reason to move everything.
      while (width > 2 * wanted && width > 1) width /= 2;
      while (width < wanted / 2) width *= 2;
    }
    let buckets = this.#heads.length;
    while (buckets > BUCKETS_MIN && this.#count < buckets / 8) buckets /= 2;
    if (width !== this.#width || buckets !== this.#heads.length || this.#frontCount > FRONT_MAX) {
      this.#layOut(buckets, width);
    }
    this.#lookedAt = this.time;
    this.#untilLook = Math.max(BUCKETS_MIN, this.#heads.length);
  }

  /** Puts every event into its place of a new layout. */
  #layOut(buckets: number, width: number): void {
    const events = this.#everyEvent();
    if (buckets !== this.#heads.length) this.#heads = new Int32Array(buckets);
    this.#heads.fill(NONE);
    this.#mask = buckets - 1;
    this.#width = width;
    this.#inverse = 1 / width;
    this.#frontCount = 0;
    this.#setCursor(this.time);
    for (const event of events) {
      const time = this.#doubles[event * DOUBLES] as number;
      if (time < this.#frontEnd) {
        this.#enterFront(event, time);
        continue;
      }
      const bucket = (time * this.#inverse) & this.#mask;
      this.#words[event * WORDS + NEXT] = this.#heads[bucket] as number;
      this.#heads[bucket] = event;
    }
  }

  #everyEvent(): Int32Array {
    const events = new Int32Array(this.#count);
    let found = 0;
    for (; found < this.#frontCount; found += 1) events[found] = this.#frontEvents[found] as number;
    for (let bucket = 0; bucket < this.#heads.length; bucket += 1) {
      let event = this.#heads[bucket] as number;
      while (event !== NONE) {
        events[found] = event;
        found += 1;
        event = this.#words[event * WORDS + NEXT] as number;
      }
    }
    invariant(found === this.#count, 'every-event-found', `${found} of ${this.#count}`);
    return events;
  }

  #inOrder(): Int32Array {
    const doubles = this.#doubles;
    return this.#everyEvent().toSorted((one, other) => {
      const distance = (doubles[one * DOUBLES] as number) - (doubles[other * DOUBLES] as number);
      if (distance !== 0) return distance;
      return this.#isBefore(one, other) ? -1 : 1;
    });
  }
}

/** Pending events in the order in which they will run, one element each. */
export interface QueueState {
  /** Nanoseconds. */
  readonly times: Float64Array;
  readonly handlers: Int32Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
}
