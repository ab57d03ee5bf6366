/**
 * The queue gives events in the order (time, sequence), whatever the delays look like: held against a
 * sorted list.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../../../sim/engine/event-queue.ts';

/** Enters and takes by turns; what comes out has to be what a sorted list gives. */
function compare(steps: readonly { readonly delay: number; readonly takes: number }[]): number {
  const queue = new EventQueue();
  const list: { time: number; sequence: number }[] = [];
  let compared = 0;
  const takeOne = (): void => {
    list.sort((one, other) => one.time - other.time || one.sequence - other.sequence);
    const expected = list.shift();
    expect(queue.take(Number.POSITIVE_INFINITY)).toBe(expected !== undefined);
    if (expected === undefined) return;
    expect([queue.time, queue.a]).toEqual([expected.time, expected.sequence]);
    compared += 1;
  };
  for (const [sequence, { delay, takes }] of steps.entries()) {
    list.push({ time: queue.time + delay, sequence });
    queue.enter(delay, 0, sequence, 0);
    for (let left = takes; left > 0; left -= 1) takeOne();
  }
  while (list.length > 0) takeOne();
  expect(queue.count).toBe(0);
  return compared;
}

/** Delays as they come in practice and as they hurt: ties, tiny beside huge, far ahead. */
const delay = fc.oneof(
  fc.constantFrom(0, 0, 1, 1_000),
  fc.integer({ min: 0, max: 50 }),
  fc.integer({ min: 0, max: 10_000_000 }),
  fc.integer({ min: 3_600e9, max: 86_400e9 }),
);

describe('EventQueue', () => {
  it('agrees with a sorted list', () => {
    let compared = 0;
    const step = fc.record({ delay, takes: fc.integer({ min: 0, max: 2 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
        compared += compare(steps);
      }),
      { numRuns: 150 },
    );
    expect(compared).toBeGreaterThan(5_000);
  });

  it.each([
    [
      'exponential delays',
      (at: number) => Math.floor(-1e6 * Math.log(((at * 7919) % 9973) / 9974 + 1e-5)),
    ],
    ['all at one instant', () => 1_000],
    ['two instants by turns', (at: number) => (at % 2 === 0 ? 1_000 : 900)],
    ['falling delays', (at: number) => 6_000 - at],
    ['timers an hour ahead', (at: number) => (at % 3 === 0 ? 3_600e9 : (at * 31) % 977)],
  ])('keeps the order over 5,000 events: %s', (_, delayOf) => {
    const steps = Array.from({ length: 5_000 }, (__, at) => ({
      delay: delayOf(at),
      takes: at % 5 === 4 ? 4 : 0,
    }));
    expect(compare(steps)).toBe(5_000);
  });

  it('takes nothing that is due later, and finds what is entered before that', () => {
    const queue = new EventQueue();
    queue.enter(3_600e9, 0, 1, 0);
    expect(queue.take(1_000)).toBe(false);
    queue.skipTo(1_000);
    for (let at = 0; at < 3_000; at += 1) queue.enter(3_000 - at, 0, at, 0);
    const taken: number[] = [];
    while (queue.take(3_600e9 - 1)) taken.push(queue.a);
    expect(taken).toEqual(Array.from({ length: 3_000 }, (_, at) => 2_999 - at));
    expect(queue.count).toBe(1);
    expect(queue.take(3_600e9)).toBe(true);
    expect(queue.time).toBe(3_600e9);
  });

  it('goes on in the same order from what it saved', () => {
    const queue = new EventQueue();
    for (let at = 0; at < 4_000; at += 1) queue.enter((at * 7919) % 1_000, 3, at, -at);
    for (let left = 1_000; left > 0; left -= 1) queue.take(Number.POSITIVE_INFINITY);
    const other = new EventQueue();
    other.enter(1, 1, 1, 1);
    other.restore(queue.save(), queue.time);
    expect(other.count).toBe(3_000);
    while (queue.take(Number.POSITIVE_INFINITY)) {
      expect(other.take(Number.POSITIVE_INFINITY)).toBe(true);
      expect([other.time, other.handler, other.a, other.b]).toEqual([
        queue.time,
        queue.handler,
        queue.a,
        queue.b,
      ]);
    }
    expect(other.count).toBe(0);
  });
});
