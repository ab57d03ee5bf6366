/**
 * Laws of place and mixes of requests.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { Substream } from '../../../../sim/engine/substream.ts';
import { createPlaces, type PlaceLaw } from '../../../../sim/load/places.ts';
import { createMix, type MixLaw } from '../../../../sim/load/request-mix.ts';
import { TrackSpace } from '../../../../sim/load/track-space.ts';

const stream = (): Substream => new Substream(6, 0, 'places');

/** How often each of so many places comes. */
function countsOf(law: PlaceLaw, count: number, draws: number): Float64Array {
  const places = createPlaces(law, count, stream());
  const counts = new Float64Array(count);
  for (let draw = 0; draw < draws; draw += 1) {
    const place = places.next();
    counts[place] = (counts[place] ?? Number.NaN) + 1;
  }
  return counts;
}

describe('places', () => {
  it('are uniform', () => {
    const counts = countsOf({ kind: 'uniform' }, 50, 100_000);
    const distance = counts.reduce((sum, count) => sum + (count - 2_000) ** 2 / 2_000, 0);
    expect(distance).toBeLessThan(49 + 5 * Math.sqrt(98));
  });

  it('run on in sequence, and every stream in its own part', () => {
    const one = createPlaces({ kind: 'sequential', streams: 1 }, 4, stream());
    expect(Array.from({ length: 6 }, () => one.next())).toEqual([0, 1, 2, 3, 0, 1]);
    const three = createPlaces({ kind: 'sequential', streams: 3 }, 10, stream());
    expect(Array.from({ length: 12 }, () => three.next())).toEqual([
      0, 3, 6, 1, 4, 7, 2, 5, 8, 0, 3, 9,
    ]);
  });

  it('are skewed by rank, and the popular ones lie apart', () => {
    const counts = countsOf({ kind: 'zipf', theta: 1 }, 1_000, 200_000);
    const ranked = [...counts].toSorted((one, other) => other - one);
    const harmonic = Array.from({ length: 1_000 }, (_, at) => 1 / (at + 1)).reduce((a, b) => a + b);
    for (const rank of [0, 1, 9]) {
      const expected = 200_000 / harmonic / (rank + 1);
      expect(Math.abs((ranked[rank] ?? 0) / expected - 1)).toBeLessThan(0.06);
    }
    const top = ranked.slice(0, 5).map((count) => counts.indexOf(count));
    const sorted = top.toSorted((one, other) => one - other);
    expect(sorted.slice(1).every((place, at) => place - (sorted[at] ?? 0) > 1)).toBe(true);
  });

  it('are hot and cold by their shares', () => {
    const counts = countsOf({ kind: 'hotCold', hotTracks: 0.1, hotRequests: 0.8 }, 500, 200_000);
    const ranked = [...counts].toSorted((one, other) => other - one);
    const hot = ranked.slice(0, 50).reduce((sum, count) => sum + count, 0);
    expect(hot / 200_000).toBeCloseTo(0.8, 2);
    expect(ranked.at(-1)).toBeGreaterThan(0);
  });

  it.each<[PlaceLaw, string]>([
    [{ kind: 'sequential', streams: 0 }, 'streams-fit'],
    [{ kind: 'hotCold', hotTracks: 0, hotRequests: 0.5 }, 'hot-shares-between-0-and-1'],
    [{ kind: 'zipf', theta: -1 }, 'zipf-theta'],
  ])('refuse %o', (law, name) => {
    expect(() => createPlaces(law, 10, stream())).toThrow(name);
  });
});

describe('mixes', () => {
  it('draw operations and sizes by their shares', () => {
    const law: MixLaw = {
      kind: 'plain',
      places: { kind: 'uniform' },
      reads: 0.7,
      sizes: [
        { bytes: 4_096, weight: 3 },
        { bytes: 56_664, weight: 1 },
      ],
    };
    const mix = createMix(law, 100, stream());
    const bytes = new Map<number, number>();
    let reads = 0;
    for (let draw = 0; draw < 100_000; draw += 1) {
      mix.draw();
      if (mix.operation === 0) reads += 1;
      bytes.set(mix.bytes, (bytes.get(mix.bytes) ?? 0) + 1);
    }
    expect(reads / 100_000).toBeCloseTo(0.7, 2);
    expect((bytes.get(4_096) ?? 0) / 100_000).toBeCloseTo(0.75, 2);
    expect((bytes.get(56_664) ?? 0) / 100_000).toBeCloseTo(0.25, 2);
    expect(bytes.size).toBe(2);
  });

  it('draw like a transaction system: reads, updates of what was read, a log in sequence', () => {
    const law: MixLaw = { kind: 'oltp', reads: 0.6, bytes: 4_096, theta: 0.9, logWrites: 0.1 };
    const mix = createMix(law, 10_000, stream());
    const seen = new Set<number>();
    const log: number[] = [];
    let [reads, updates] = [0, 0];
    for (let draw = 0; draw < 50_000; draw += 1) {
      mix.draw();
      if (mix.operation === 0) {
        reads += 1;
        seen.add(mix.place);
        expect(mix.place).toBeLessThan(9_800);
      } else if (mix.place >= 9_800) {
        log.push(mix.place);
      } else {
        updates += 1;
        expect(seen.has(mix.place)).toBe(true);
      }
    }
    expect(reads / 50_000).toBeCloseTo(0.6, 2);
    expect(log.length / 50_000).toBeCloseTo(0.1, 2);
    expect(updates / 50_000).toBeCloseTo(0.3, 2);
    expect(log.every((place, at) => place === 9_800 + (at % 200))).toBe(true);
  });

  it('refuse shares that are none', () => {
    const law: MixLaw = { kind: 'oltp', reads: 0.95, bytes: 1, theta: 1, logWrites: 0.1 };
    expect(() => createMix(law, 100, stream())).toThrow('log-within-writes');
    const plain: MixLaw = { kind: 'plain', places: { kind: 'uniform' }, reads: 2, sizes: [] };
    expect(() => createMix(plain, 100, stream())).toThrow('reads-share');
    expect(() => createMix({ ...plain, reads: 1 }, 100, stream())).toThrow('sizes-weigh');
  });
});

describe('TrackSpace', () => {
  it('is a row of extents', () => {
    const space = new TrackSpace([
      { device: 3, firstTrack: 15, trackCount: 5 },
      { device: 1, firstTrack: 0, trackCount: 0 },
      { device: 3, firstTrack: 100, trackCount: 2 },
      { device: 7, firstTrack: 0, trackCount: 3 },
    ]);
    expect(space.count).toBe(10);
    const at = (place: number): string => {
      space.locate(place);
      return `${space.device}:${space.track}`;
    };
    const row = ['3:15', '3:16', '3:17', '3:18', '3:19', '3:100', '3:101', '7:0', '7:1', '7:2'];
    for (const place of [9, 0, 4, 5, 6, 7, 1, 8, 2, 3]) expect(at(place)).toBe(row[place]);
    expect(() => new TrackSpace([])).toThrow('space-has-tracks');
  });
});
