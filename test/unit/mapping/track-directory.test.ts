/**
 * The directory against a plain map of tracks per device, under writes, whole and partial copies,
 * clears and slices of release.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mappingParts, pointTrack, violationsOf } from '../../support/mapping-parts.ts';

const DEVICE_COUNT = 3;
/** A 2314 has 4,060 tracks: two levels of pages, a ragged last leaf, quick walks. */
const TRACK_COUNT = 4_000;

const device = fc.nat(DEVICE_COUNT - 1);
/** Tracks near page bounds matter most. */
const track = fc.oneof(
  fc.nat(TRACK_COUNT - 1),
  fc.constantFrom(0, 1, 127, 128, 129, 255, 256, 3_839, 3_840, TRACK_COUNT - 1),
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), device, track }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('copy' as const),
      device,
      to: device,
      from: track,
      track,
      count: fc.oneof(fc.integer({ min: 1, max: TRACK_COUNT }), fc.constantFrom(1, 128, 256)),
      isAligned: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('whole' as const), device, to: device }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('clear' as const),
      device,
      track,
      count: fc.integer({ min: 1, max: TRACK_COUNT }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('drain' as const),
      slots: fc.integer({ min: 1, max: 700 }),
    }),
  },
);

describe('TrackDirectory', () => {
  it('behaves like a map of tracks, and every count like a recount', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { subsystem, parts, devices } = mappingParts('2314-1', DEVICE_COUNT);
        const twins = devices.map(() => new Map<number, number>());
        const twin = (at: number): Map<number, number> => twins[at] as Map<number, number>;
        for (const next of steps) {
          if (next.kind === 'write') {
            const index = devices[next.device] as number;
            twin(next.device).set(next.track, pointTrack(parts, index, next.track));
          } else if (next.kind === 'drain') {
            parts.queue.drain(next.slots);
          } else if (next.kind === 'clear') {
            const count = Math.min(next.count, TRACK_COUNT - next.track);
            parts.ranges.clear(devices[next.device] as never, next.track, count);
            for (let at = 0; at < count; at += 1) twin(next.device).delete(next.track + at);
          } else if (next.kind === 'whole') {
            if (next.device === next.to) continue;
            parts.directory.shareRoot(devices[next.device] as number, devices[next.to] as number);
            twins[next.to] = new Map(twin(next.device));
          } else {
            const from = next.isAligned ? next.track : next.from;
            const count = Math.min(next.count, TRACK_COUNT - next.track, TRACK_COUNT - from);
            const isOverlap = Math.abs(from - next.track) < count;
            if (next.device === next.to && isOverlap) continue;
            parts.ranges.copy({
              source: devices[next.device] as never,
              sourceFirst: from,
              target: devices[next.to] as never,
              targetFirst: next.track,
              count,
            });
            const source = new Map(twin(next.device));
            for (let at = 0; at < count; at += 1) {
              const entry = source.get(from + at);
              if (entry === undefined) twin(next.to).delete(next.track + at);
              else twin(next.to).set(next.track + at, entry);
            }
          }
        }
        for (const [at, index] of devices.entries()) {
          for (let number = 0; number < TRACK_COUNT; number += 1) {
            const entry = parts.directory.find(index, number);
            if (entry !== (twin(at).get(number) ?? 0)) expect([at, number, entry]).toBe('the twin');
          }
        }
        expect(violationsOf(subsystem)).toEqual([]);
        while (parts.queue.drain(1_000) > 0);
        expect(violationsOf(subsystem)).toEqual([]);
        const live = new Set(twins.flatMap((map) => [...map.values()]));
        expect(parts.instances.liveCount).toBe(live.size);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['2305-1', 1],
    ['3390-1', 1],
    ['3390-9', 2],
    ['3390-A', 2],
  ])('gives a %s %d interior levels', (model, levels) => {
    const { parts, devices } = mappingParts(model, 1);
    expect(parts.devices.levels[devices[0] as number]).toBe(levels);
  });

  it('reaches the last track of the largest device', () => {
    const { parts, devices, subsystem } = mappingParts('3390-A', 1);
    const index = devices[0] as number;
    const last = subsystem.device(devices[0] as never).trackCount - 1;
    const id = pointTrack(parts, index, last);
    expect(parts.directory.find(index, last)).toBe(id);
    expect(parts.directory.find(index, last - 1)).toBe(0);
    expect(parts.directory.emptySpan(index, 0)).toBe(65_536);
    expect(parts.directory.emptySpan(index, last)).toBe(0);
  });

  it('shares a whole device without touching what lies below its root', () => {
    const { parts, devices } = mappingParts('3390-3', 2);
    const [one = 0, other = 0]: readonly number[] = devices;
    for (let number = 0; number < 2_000; number += 1) pointTrack(parts, one, number);
    const pages = parts.pages.leaves.usedCount + parts.pages.interiors.usedCount;
    const id = parts.directory.find(one, 1_000);
    parts.directory.shareRoot(one, other);
    expect(parts.pages.leaves.usedCount + parts.pages.interiors.usedCount).toBe(pages);
    expect(parts.instances.count(id)).toBe(1);
    expect(parts.directory.isPathShared(one, 1_000)).toBe(true);
    // The first write copies its path: one interior page and one leaf, whose instances count twice.
    pointTrack(parts, one, 1_000);
    expect(parts.pages.copiedCount).toBe(2);
    expect(parts.instances.count(id)).toBe(1);
    expect(parts.instances.count(parts.directory.find(one, 1_001))).toBe(2);
    expect(parts.instances.count(parts.directory.find(one, 5))).toBe(1);
  });
});
