/**
 * Pending events in the order (time, sequence): a calendar of buckets with a sorted front.
 *
 * Every bucket covers `width` nanoseconds of the years `bucket count x width`, and holds its events
 * unsorted; entering one there is a store at the head of a list. Only the events of the bucket at the
 * cursor, and whatever is entered before its end, are kept in order, in the front. When delays are
 * even, the front holds a handful and everything is O(1); when they are not, or when thousands fall on
 * one instant, the worst that happens is a heap. The width follows the mean distance of the events
 * that were taken, looked at once in as many events as there are buckets.
 *
 * While only a few events wait, all of them stand in the front, and there is no calendar.
 *
 * The calendar queue is R. Brown's (Communications of the ACM 31, 1988); the front in place of sorted
 * lists, and the rule for the width, are our choice (`docs/timing.md` has the measurements).
 *
 * One event is 32 bytes of one buffer: time and sequence as doubles, then a, b, handler and the next of
 * its list as words.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import { EventFront, RECORD_DOUBLES, RECORD_SEQUENCE } from './event-front.ts';

const WORDS = 2 * RECORD_DOUBLES;
const A = 4;
const B = 5;
const HANDLER = 6;
const NEXT = 7;

const NONE = -1;
const FIRST_EVENTS = 1024;
const BUCKETS_MIN = 1024;
/** Events that need no calendar; half as many bring one back to the front alone. */
const FEW = 16;
/** Events that may wait in the front before the calendar is laid out anew at the next look. */
const FRONT_MAX = 64;
/** Width of a bucket in mean distances between events; a power of two near it is taken. */
const WIDTH_GAPS = 6;

/**
 * The queue. The event that was taken last stands in {@link handler}, {@link a}, {@link b}.
 *
 * Times of day do not go through arguments on the hot path: a number above 2^31 would be put into a
 * box for that. Delays are small as a rule, and times stand in fields and arrays.
 */
export class EventQueue {
  /** Time of the event that was taken last, or the later one that {@link skipTo} set; nanoseconds. */
  time = 0;
  handler = 0;
  a = 0;
  b = 0;
  #count = 0;
  #sequence = 0;
  #doubles = new Float64Array(FIRST_EVENTS * RECORD_DOUBLES);
  #words = new Int32Array(this.#doubles.buffer);
  #free = NONE;
  #used = 0;
  #heads = new Int32Array(BUCKETS_MIN).fill(NONE);
  #mask = BUCKETS_MIN - 1;
  #width = 1;
  #inverse = 1;
  readonly #front = new EventFront(this.#doubles);
  /** Number of the bucket, counted from time 0 without end, whose events are in the front. */
  #cursor = 0;
  /** Events before this time belong in the front: all of them while they are few. */
  #frontEnd = Number.POSITIVE_INFINITY;
  #areFew = true;
  #untilLook = BUCKETS_MIN;
  #lookedAt = 0;

  /** Events that wait. */
  get count(): number {
    return this.#count;
  }

  /** Events that were taken since the start, or since the state that was restored. */
  get takenCount(): number {
    return this.#sequence - this.#count;
  }

  /** Enters an event that is due after `delay` whole nanoseconds. */
  enter(delay: number, handler: number, a: number, b: number): void {
    const time = this.time + delay;
    let event = this.#free;
    if (event === NONE) event = this.#newEvent();
    else this.#free = this.#words[event * WORDS + NEXT] as number;
    const words = this.#words;
    const base = event * WORDS;
    this.#doubles[event * RECORD_DOUBLES] = time;
    this.#doubles[event * RECORD_DOUBLES + RECORD_SEQUENCE] = this.#sequence;
    words[base + A] = a;
    words[base + B] = b;
    words[base + HANDLER] = handler;
    this.#sequence += 1;
    this.#count += 1;
    if (time < this.#frontEnd) {
      this.#front.enter(event);
      if (this.#areFew && this.#count > FEW) this.#layOut(this.#heads.length, this.#width);
    } else {
      const bucket = (time * this.#inverse) & this.#mask;
      words[base + NEXT] = this.#heads[bucket] as number;
      this.#heads[bucket] = event;
      if (this.#count > this.#heads.length) this.#layOut(2 * this.#heads.length, this.#width);
    }
  }

  /** Takes the first event if it is due at `until` or before; false when there is none. */
  take(until: number): boolean {
    if (this.#front.count === 0) {
      if (this.#count === 0) return false;
      this.#advance();
    }
    const front = this.#front;
    const time = front.firstTime;
    if (time > until) return false;
    const event = front.take();
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

  /** Lets it be `time`; no event that waits is due before. */
  skipTo(time: number): void {
    this.time = time;
  }

  /** Everything that waits, in order. */
  save(): QueueState {
    const events = this.#inOrder();
    const of = (word: number): Int32Array =>
      Int32Array.from(events, (event) => this.#words[event * WORDS + word] as number);
    return {
      times: Float64Array.from(events, (event) => this.#doubles[event * RECORD_DOUBLES] as number),
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
    this.#front.clear();
    this.#heads.fill(NONE);
    this.time = now;
    this.#areFew = true;
    this.#setCursor(now);
    this.#lookedAt = now;
    state.times.forEach((time, at) => {
      invariant(time >= now, 'event-not-in-the-past', `${time} before ${now}`);
      this.enter(
        time - now,
        state.handlers[at] as number,
        state.a[at] as number,
        state.b[at] as number,
      );
    });
  }

  #newEvent(): number {
    const event = this.#used;
    if ((event + 1) * WORDS > this.#words.length) {
      const doubles = new Float64Array(2 * this.#doubles.length);
      doubles.set(this.#doubles);
      this.#doubles = doubles;
      this.#front.records = doubles;
      this.#words = new Int32Array(doubles.buffer);
    }
    this.#used = event + 1;
    return event;
  }

  /** Brings the events of the next bucket that has any into the front. */
  #advance(): void {
    const heads = this.#heads;
    let left = heads.length;
    for (;;) {
      // A whole year without an event: look where the first one is instead of walking there.
      if (left === 0) this.#setCursor(this.#firstTime());
      else this.#cursor += 1;
      left -= 1;
      const bucket = this.#cursor & this.#mask;
      const head = heads[bucket] as number;
      if (head === NONE) continue;
      const end = (this.#cursor + 1) * this.#width;
      const due = this.#detachDue(bucket, head, end);
      if (due === NONE) continue;
      this.#frontEnd = end;
      this.#bringForward(due);
      return;
    }
  }

  /** Takes the events before `end` out of a bucket; they come as a list turned round: oldest first. */
  #detachDue(bucket: number, head: number, end: number): number {
    const words = this.#words;
    const doubles = this.#doubles;
    let due = NONE;
    let kept = NONE;
    let event = head;
    while (event !== NONE) {
      const next = words[event * WORDS + NEXT] as number;
      if ((doubles[event * RECORD_DOUBLES] as number) < end) {
        words[event * WORDS + NEXT] = due;
        due = event;
      } else {
        words[event * WORDS + NEXT] = kept;
        kept = event;
      }
      event = next;
    }
    this.#heads[bucket] = kept;
    return due;
  }

  #bringForward(due: number): void {
    let event = due;
    while (event !== NONE) {
      this.#front.enter(event);
      event = this.#words[event * WORDS + NEXT] as number;
    }
  }

  #firstTime(): number {
    let first = Number.POSITIVE_INFINITY;
    for (let bucket = 0; bucket < this.#heads.length; bucket += 1) {
      let event = this.#heads[bucket] as number;
      while (event !== NONE) {
        first = Math.min(first, this.#doubles[event * RECORD_DOUBLES] as number);
        event = this.#words[event * WORDS + NEXT] as number;
      }
    }
    return first;
  }

  #setCursor(time: number): void {
    this.#cursor = Math.floor(time * this.#inverse);
    this.#frontEnd = this.#areFew ? Number.POSITIVE_INFINITY : (this.#cursor + 1) * this.#width;
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
    // The front grows wide when somebody looked far ahead and then entered events before that.
    const isFrontWide = this.#front.count > FRONT_MAX && this.#frontEnd - this.time > 2 * width;
    if (this.#areFew) {
      // Nothing stands in a bucket: the width is only noted for the time when there are more.
      this.#width = width;
      this.#inverse = 1 / width;
    } else if (
      width !== this.#width ||
      buckets !== this.#heads.length ||
      isFrontWide ||
      this.#count <= FEW / 2
    ) {
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
    this.#front.clear();
    this.#areFew = this.#count <= FEW;
    this.#setCursor(this.time);
    // From the last to the first, so that the newest of a bucket is at its head again.
    for (let at = events.length - 1; at >= 0; at -= 1) {
      const event = events[at] as number;
      const time = this.#doubles[event * RECORD_DOUBLES] as number;
      if (time < this.#frontEnd) {
        this.#front.enter(event);
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
    for (; found < this.#front.count; found += 1) events[found] = this.#front.eventAt(found);
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
    const distance = (one: number, other: number, field: number): number =>
      (doubles[one * RECORD_DOUBLES + field] as number) -
      (doubles[other * RECORD_DOUBLES + field] as number);
    return this.#everyEvent().toSorted(
      (one, other) => distance(one, other, 0) || distance(one, other, RECORD_SEQUENCE),
    );
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
