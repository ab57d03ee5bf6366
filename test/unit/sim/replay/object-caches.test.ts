/**
 * Misses beside an implementation that shares nothing with ours: arrays searched from end to end.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ObjectTrace } from '../../../../sim/replay/object-caches.ts';
import { batchOf } from '../../../support/traces.ts';

/** Misses of a cache as a list; `rank` says which entry leaves: the one with the largest. */
function misses(
  trace: readonly number[],
  size: number,
  rank: (entry: { object: number; brought: number; used: number }, now: number) => number,
): number {
  const cache: { object: number; brought: number; used: number }[] = [];
  let count = 0;
  for (const [now, object] of trace.entries()) {
    const found = cache.find((entry) => entry.object === object);
    if (found !== undefined) {
      found.used = now;
      continue;
    }
    count += 1;
    if (cache.length === size) {
      const ranks = cache.map((entry) => rank(entry, now));
      cache.splice(ranks.indexOf(Math.max(...ranks)), 1);
    }
    cache.push({ object, brought: now, used: now });
  }
  return count;
}

/** Fewest misses by trying every choice: Belady has to reach it. */
function fewestMisses(trace: readonly number[], size: number): number {
  let states = new Map<string, number>([['', 0]]);
  for (const object of trace) {
    const next = new Map<string, number>();
    const offer = (cache: readonly number[], count: number): void => {
      const key = [...cache].toSorted((a, b) => a - b).join();
      next.set(key, Math.min(count, next.get(key) ?? Number.POSITIVE_INFINITY));
    };
    for (const [key, count] of states) {
      const cache = key === '' ? [] : key.split(',').map(Number);
      if (cache.includes(object)) offer(cache, count);
      else if (cache.length < size) offer([...cache, object], count + 1);
      else {
        for (const gone of cache) {
          offer([...cache.filter((one) => one !== gone), object], count + 1);
        }
      }
    }
    states = next;
  }
  return Math.min(...states.values());
}

const measured = (trace: readonly number[], sizes: readonly number[]) => {
  const objects = new ObjectTrace();
  objects.take(batchOf(trace.map((object) => [0, object % 3, 0, Math.floor(object / 3), 512])));
  return objects.misses(sizes);
};

describe('misses of plain caches', () => {
  it('are those of lists that are searched', () => {
    const traces = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(traces, fc.integer({ min: 1, max: 45 }), (trace, size) => {
        const nextUse = (object: number, now: number): number => {
          const at = trace.indexOf(object, now + 1);
          return at < 0 ? Number.MAX_SAFE_INTEGER : at;
        };
        expect(measured(trace, [size])).toEqual([
          {
            objects: size,
            requests: trace.length,
            lru: misses(trace, size, ({ used }) => -used),
            fifo: misses(trace, size, ({ brought }) => -brought),
            belady: misses(trace, size, ({ object }, now) => nextUse(object, now)),
          },
        ]);
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  it('are the fewest possible for Belady', () => {
    const traces = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(traces, fc.integer({ min: 1, max: 4 }), (trace, size) => {
        expect(measured(trace, [size])[0]?.belady).toBe(fewestMisses(trace, size));
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it('count reads and writes of any volume, and nothing else', () => {
    const objects = new ObjectTrace();
    objects.take(
      batchOf([
        [0, 0, 0, 512, 1],
        [0, 1, 1, 512, 1],
        [0, 1, 2, 512, 1],
        [0, 0, 3, 0, 0],
        [0, 0, 1, 512, 9],
      ]),
    );
    expect(objects.misses([2])).toEqual([{ objects: 2, requests: 3, lru: 2, fifo: 2, belady: 2 }]);
  });
});
