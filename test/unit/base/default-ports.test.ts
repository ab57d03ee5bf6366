/**
 * The ports of a subsystem in memory, and the one order of changes.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { XxHash64 } from '../../../src/base/checksum.ts';
import { CommitOrder } from '../../../src/base/commit-order.ts';
import { CountingMeter, ManualClock, MEMORY_JOURNAL } from '../../../src/base/default-ports.ts';
import { commitSequence, NANOS_MAX, nanos } from '../../../src/base/units.ts';

describe('ManualClock', () => {
  it('stands where it is put and moves forward only', () => {
    const clock = new ManualClock();
    expect(clock.now()).toBe(0);
    clock.advance(nanos(600));
    clock.advance(nanos(1));
    expect(clock.now()).toBe(601);
    expect(() => clock.advance(nanos(NANOS_MAX))).toThrow(RangeError);
  });
});

describe('CountingMeter', () => {
  it('adds up each counter by itself and keeps the order of first use', () => {
    const meter = new CountingMeter();
    meter.add('trackWrites', 2);
    meter.add('trackReads', 1);
    meter.add('trackWrites', 3);
    expect(meter.total('trackWrites')).toBe(5);
    expect(meter.total('ecamMessages')).toBe(0);
    expect(Object.entries(meter.totals())).toEqual([
      ['trackWrites', 5],
      ['trackReads', 1],
    ]);
  });
});

describe('the journal in memory', () => {
  it('says that every sequence is durable', () => {
    MEMORY_JOURNAL.append({ sequence: commitSequence(9), subject: 'job', payload: null });
    expect(MEMORY_JOURNAL.durable()).toBeGreaterThanOrEqual(9);
  });
});

describe('CommitOrder', () => {
  it('counts from 1 and remembers the last', () => {
    const order = new CommitOrder();
    expect(order.last()).toBe(0);
    expect([order.next(), order.next(), order.next()]).toEqual([1, 2, 3]);
    expect(order.last()).toBe(3);
  });
});

describe('XxHash64', () => {
  // Vectors of the algorithm's own specification, seed 0.
  it.each([
    ['', 'ef46db3751d8e999'],
    ['a', 'd24ec4f1a98c6e5b'],
    ['abc', '44bc2cf5ad770999'],
    ['Nobody inspects the spammish repetition', 'fbcea83c8a378bf1'],
  ])('gives the published value of "%s"', (text, expected) => {
    const checksum = new XxHash64();
    checksum.compute(new TextEncoder().encode(text));
    const halves = [checksum.high, checksum.low].map((half) => half.toString(16).padStart(8, '0'));
    expect(halves.join('')).toBe(expected);
  });

  it('looks at the bytes of a view, not of the buffer behind it', () => {
    const checksum = new XxHash64();
    checksum.compute(new TextEncoder().encode('xabcx').subarray(1, 4));
    expect(checksum.low.toString(16)).toBe('ad770999');
  });
});
