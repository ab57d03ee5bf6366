import { describe, expect, it } from 'vitest';
import { SideFile } from '../../../../sim/strategy/side-file.ts';
import type { TrackImage } from '../../../../sim/strategy/track-image.ts';

function image(low: number, bytes = 100): TrackImage {
  return { kind: 'signature', bytes, low, high: 0 };
}

describe('a side file', () => {
  it('gives every image back once, from wherever it is', () => {
    const side = new SideFile(1000, 1000);
    for (let track = 0; track < 5; track += 1) expect(side.keep(track, image(track))).toBe(true);
    const first = side.takeMoving(2);
    expect(first).toEqual({ tracks: [0, 1], bytes: 200 });
    side.moved(first.tracks);
    const second = side.takeMoving(1);
    expect(second.tracks).toEqual([2]);
    expect(side.isInHost(1)).toBe(true);
    expect(side.isInHost(2)).toBe(false);
    for (let track = 0; track < 5; track += 1) expect(side.drop(track)).toEqual(image(track));
    side.moved(second.tracks);
    expect(side.drop(2)).toBeUndefined();
    expect(side.bytes).toBe(0);
    expect(side.peakBytes).toBe(500);
  });

  it('says no when its part of the cache is full, and changes nothing', () => {
    const side = new SideFile(250, 1000);
    expect(side.keep(1, image(1))).toBe(true);
    expect(side.keep(2, image(2))).toBe(true);
    expect(side.keep(3, image(3))).toBe(false);
    expect(side.has(3)).toBe(false);
    expect(side.cacheFill).toBe(0.8);
    side.moved(side.takeMoving(1).tracks);
    expect(side.keep(3, image(3))).toBe(true);
  });

  it('moves nothing to a host that has no room', () => {
    const side = new SideFile(1000, 150);
    side.keep(1, image(1));
    side.keep(2, image(2));
    expect(side.takeMoving(9).tracks).toEqual([1]);
    expect(side.takeMoving(9).tracks).toEqual([]);
    side.moved([1]);
    side.drop(1);
    expect(side.takeMoving(9).tracks).toEqual([2]);
  });

  it('passes over images that the copy took before they were moved', () => {
    const side = new SideFile(1000, 1000);
    side.keep(1, image(1));
    side.keep(2, image(2));
    side.drop(1);
    expect(side.takeMoving(9)).toEqual({ tracks: [2], bytes: 100 });
  });
});
