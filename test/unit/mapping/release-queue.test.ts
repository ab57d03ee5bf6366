/**
 * The release queue: slices of any size, and counts that stay exact in between.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { mappingParts, pointTrack, violationsOf } from '../../support/mapping-parts.ts';

describe('ReleaseQueue', () => {
  it.each([1, 7, 128, 1_000_000])('drains a tree in slices of %d slots', (slots) => {
    const { subsystem, parts, devices } = mappingParts('3390-1', 1);
    const index = devices[0] as number;
    for (let track = 0; track < 300; track += 1) pointTrack(parts, index, track * 50);
    parts.directory.clear(index);
    expect(parts.instances.liveCount).toBe(300);
    let last = parts.instances.liveCount;
    for (let slice = 0; !parts.queue.isEmpty(); slice += 1) {
      expect(parts.queue.drain(slots)).toBeLessThanOrEqual(slots);
      expect(parts.instances.liveCount).toBeLessThanOrEqual(last);
      last = parts.instances.liveCount;
      if (slice % 97 === 0) expect(violationsOf(subsystem)).toEqual([]);
    }
    expect(parts.instances.liveCount).toBe(0);
    expect(parts.pages.leaves.usedCount + parts.pages.interiors.usedCount).toBe(0);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('only lets go of what somebody else holds', () => {
    const { parts, devices } = mappingParts('3390-1', 2);
    const [one = 0, other = 0]: readonly number[] = devices;
    const id = pointTrack(parts, one, 5);
    parts.directory.shareRoot(one, other);
    parts.directory.clear(one);
    expect(parts.queue.isEmpty()).toBe(true);
    expect(parts.directory.find(other, 5)).toBe(id);
    expect(parts.directory.isPathShared(other, 5)).toBe(false);
  });

  it('keeps the order of trees and drains them all', () => {
    const { subsystem, parts, devices } = mappingParts('3390-1', 1);
    const index = devices[0] as number;
    for (let tree = 0; tree < 50; tree += 1) {
      pointTrack(parts, index, tree * 100);
      parts.directory.clear(index);
      if (tree % 3 === 0) parts.queue.drain(200);
    }
    expect(violationsOf(subsystem)).toEqual([]);
    while (parts.queue.drain(100) > 0);
    expect(parts.instances.liveCount).toBe(0);
    expect([...parts.queue.held()]).toEqual([]);
  });
});
