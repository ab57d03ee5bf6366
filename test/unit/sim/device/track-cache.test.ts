import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOT_CACHED, TrackCache } from '../../../../sim/device/track-cache.ts';

/** The same cache as a list, newest first. */
class ListCache {
  readonly #room: number;
  tracks: { key: string; stage: number }[] = [];

  constructor(room: number) {
    this.#room = room;
  }

  has(key: string): boolean {
    return this.tracks.some((track) => track.key === key);
  }

  insert(key: string, stage: number): boolean {
    if (this.tracks.length === this.#room) {
      const oldest = this.tracks.findLastIndex((track) => track.stage === 0);
      if (oldest < 0) return false;
      this.tracks.splice(oldest, 1);
    }
    this.tracks.unshift({ key, stage });
    return true;
  }

  toFront(key: string): void {
    const at = this.tracks.findIndex((track) => track.key === key);
    const [track] = this.tracks.splice(at, 1);
    if (track !== undefined) this.tracks.unshift({ key: track.key, stage: 0 });
  }

  drop(key: string): void {
    this.tracks = this.tracks.filter((track) => track.key !== key);
  }
}

const DEVICES = 3;
const TRACKS = 40;

function compare(cache: TrackCache, list: ListCache): void {
  expect(cache.usedCount).toBe(list.tracks.length);
  for (let device = 0; device < DEVICES; device += 1) {
    for (let track = 0; track < TRACKS; track += 1) {
      const isThere = cache.find(device, track) !== NOT_CACHED;
      expect(isThere, `${device}.${track}`).toBe(list.has(`${device}.${track}`));
    }
  }
}

describe('TrackCache', () => {
  it('holds what a list of use holds, whatever happens to it', () => {
    const step = fc.record({
      what: fc.constantFrom('use', 'use', 'use', 'stage', 'arrive', 'drop', 'range', 'save'),
      device: fc.nat(DEVICES - 1),
      track: fc.nat(TRACKS - 1),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 24 }),
        fc.array(step, { maxLength: 200 }),
        (room, steps) => {
          let cache = new TrackCache(room, 1);
          const list = new ListCache(room);
          for (const { what, device, track } of steps) {
            const key = `${device}.${track}`;
            const slot = cache.find(device, track);
            if (what === 'range') {
              cache.dropRange(device, track, track + 5);
              for (let at = track; at < track + 5; at += 1) list.drop(`${device}.${at}`);
            } else if (what === 'save') {
              const other = new TrackCache(room, 1);
              other.restore(cache.save());
              cache = other;
            } else if (slot === NOT_CACHED) {
              const stage = what === 'stage' ? 7 : 0;
              if (what === 'use' || what === 'stage') {
                const isIn = cache.insert(device, track, stage) !== NOT_CACHED;
                expect(isIn).toBe(list.insert(key, stage));
              }
            } else if (what === 'drop') {
              cache.drop(slot);
              list.drop(key);
            } else if (cache.stageOf(slot) === 0) {
              cache.touch(slot);
              list.toFront(key);
            } else if (what === 'arrive') {
              cache.arrive(slot);
              list.toFront(key);
            }
          }
          compare(cache, list);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses to be too small to hold anything', () => {
    expect(() => new TrackCache(100, 50)).toThrow(RangeError);
  });

  it('never throws out a track that is on its way', () => {
    const cache = new TrackCache(4, 1);
    for (let track = 0; track < 4; track += 1) cache.insert(0, track, track + 1);
    expect(cache.insert(0, 9, 0)).toBe(NOT_CACHED);
    cache.arrive(cache.find(0, 2));
    expect(cache.insert(0, 9, 0)).not.toBe(NOT_CACHED);
    expect(cache.find(0, 2)).toBe(NOT_CACHED);
  });
});
