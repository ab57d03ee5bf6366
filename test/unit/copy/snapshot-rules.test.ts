/**
 * Every rule by which a snapshot is refused, and what is allowed. A refused request changes nothing.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { deviceIndex } from '../../../src/base/units.ts';
import type { SnapshotRequest } from '../../../src/copy/snapshot-request.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import {
  codeOf,
  extent,
  fillOf,
  finish,
  smallSubsystem,
  snap,
  value,
  violationsOf,
  whole,
  write,
} from '../../support/small-subsystem.ts';

type Request = Partial<SnapshotRequest>;
type Devices = readonly [one: Device, other: Device, large: Device, alien: Device];

const REFUSED: readonly [string, string, (devices: Devices) => Request][] = [
  ['nothing at all', 'EXTENT_EMPTY', () => ({})],
  ['an empty extent', 'EXTENT_EMPTY', ([a, b]) => ({ extents: [extent(a, 0, b, 0, 0)] })],
  [
    'unequal lengths',
    'EXTENT_LENGTHS_DIFFER',
    ([a, b]) => ({ extents: [{ ...extent(a, 0, b, 0, 5), targetCount: 6 }] }),
  ],
  [
    'a source outside its device',
    'EXTENT_OUT_OF_DEVICE',
    ([a, b]) => ({ extents: [extent(a, a.trackCount - 1, b, 0, 2)] }),
  ],
  [
    'a target outside its device',
    'EXTENT_OUT_OF_DEVICE',
    ([a, b]) => ({ extents: [extent(a, 0, b, b.trackCount - 1, 2)] }),
  ],
  ['the same extent twice', 'EXTENT_IDENTICAL', ([a]) => ({ extents: [extent(a, 3, a, 3, 2)] })],
  ['a device onto itself', 'EXTENT_IDENTICAL', ([a]) => ({ wholeDevices: [whole(a, a)] })],
  [
    'another geometry',
    'GEOMETRY_MISMATCH',
    ([a, , , alien]) => ({ wholeDevices: [whole(a, alien)] }),
  ],
  [
    'another geometry by extent',
    'GEOMETRY_MISMATCH',
    ([a, , , alien]) => ({ extents: [extent(a, 0, alien, 0, 1)] }),
  ],
  [
    'two targets over each other',
    'EXTENT_OVERLAP',
    ([a, b]) => ({ extents: [extent(a, 0, b, 0, 5), extent(a, 10, b, 4, 5)] }),
  ],
  [
    'a target over a source',
    'EXTENT_OVERLAP',
    ([a, b]) => ({ extents: [extent(a, 0, b, 0, 5), extent(b, 4, a, 50, 5)] }),
  ],
  [
    'a shift by less than its length',
    'EXTENT_OVERLAP',
    ([a]) => ({ extents: [extent(a, 0, a, 4, 5)] }),
  ],
  [
    'an unknown device',
    'DEVICE_UNKNOWN',
    ([a]) => ({ wholeDevices: [{ source: a.index, target: deviceIndex(200) }] }),
  ],
  [
    'separation by group in one group',
    'SAME_HOME_GROUP',
    ([a, b]) => ({
      wholeDevices: [whole(a, b)],
      separation: 'redundancyGroup',
      background: 'copy',
    }),
  ],
  [
    'part 3 of 2',
    'SERIES_MISMATCH',
    ([a, b]) => ({ wholeDevices: [whole(a, b)], series: { id: 'S', ordinal: 3, of: 2 } }),
  ],
];

const setup = () => {
  const { subsystem, devices } = smallSubsystem(['2314-1', '2314-1', '3390-3', '3380-1']);
  const [a, b, , d] = devices as unknown as Devices;
  const large = value(
    subsystem.defineDevice({ number: 0xb00 as never, model: a.model, cylinders: 203 }),
  );
  for (const track of [0, 5, 100]) write(subsystem, a, track, track + 1);
  write(subsystem, b, 0, 99);
  return { subsystem, devices: [a, b, large, d] as Devices };
};

describe('a snapshot is refused for', () => {
  it.each(REFUSED)('%s: %s', (_name, code, request) => {
    const { subsystem, devices } = setup();
    const asked: SnapshotRequest = { background: 'none', ...request(devices) };
    const shown = JSON.stringify([subsystem.capacity(), fillOf(subsystem, devices[1], 0)]);
    const last = subsystem.commits.last();
    expect(codeOf(subsystem.snapshot(asked))).toBe(code);
    expect(codeOf(subsystem.validateSnapshot(asked) ?? { kind: 'done' })).toBe(code);
    expect(subsystem.commits.last()).toBe(last);
    expect([...subsystem.relations()]).toEqual([]);
    expect(JSON.stringify([subsystem.capacity(), fillOf(subsystem, devices[1], 0)])).toBe(shown);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('a target that does not cover the image of the source', () => {
    const { subsystem, devices } = smallSubsystem(['3390-3', '3390-1']);
    const [large, small] = devices as unknown as Devices;
    const request = { background: 'none' as const, wholeDevices: [whole(large, small)] };
    expect(codeOf(subsystem.snapshot(request))).toBe('TARGET_TOO_SMALL');
    // The image counts, not the model: cut to the size of the small one, the large one fits.
    value(subsystem.setCylinders(large.index, 1_114));
    expect(codeOf(subsystem.snapshot(request))).toBe('done');
    expect(subsystem.device(small.index).cylinders).toBe(1_114);
  });

  it('tracks that another relation still owes a copy, unless superseded', () => {
    const { subsystem, devices } = setup();
    const [a, b] = devices;
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    const again = { extents: [extent(a, 0, b, 90, 20)], background: 'none' as const };
    expect(codeOf(subsystem.snapshot(again))).toBe('TARGET_STILL_PENDING');
    // A track that a host has written since is owed nothing any more.
    write(subsystem, b, 0, 7);
    expect(codeOf(subsystem.snapshot({ ...again, extents: [extent(a, 5, b, 0, 1)] }))).toBe('done');
    expect(codeOf(subsystem.snapshot({ ...again, supersede: true }))).toBe('done');
    expect(subsystem.relationState(relation).state).toBe('copying');
    finish(subsystem);
    expect(subsystem.relationState(relation)).toMatchObject({
      state: 'withdrawn',
      physicallyComplete: false,
    });
    expect(codeOf(subsystem.snapshot(again))).toBe('done');
    expect(violationsOf(subsystem)).toEqual([]);
  });
});

describe('a snapshot names', () => {
  it('both extents of an overlap, by type and ordinal', () => {
    const { subsystem, devices } = setup();
    const [a, b] = devices;
    const answer = subsystem.snapshot({
      background: 'none',
      extents: [extent(a, 0, b, 0, 5), extent(a, 10, b, 4, 5)],
    });
    expect(answer).toMatchObject({
      what: 'target extent 1 (tracks 0 to 4 of device 0A81) and target extent 2 (tracks 4 to 8 of device 0A81)',
    });
  });
});

describe('a snapshot may', () => {
  it('take overlapping sources, several targets, and disjoint parts of one device', () => {
    const { subsystem, devices } = setup();
    const [a, b] = devices;
    const { relations, tracks } = snap(subsystem, {
      extents: [
        extent(a, 0, b, 0, 101),
        extent(a, 5, b, 200, 50),
        extent(a, 0, a, 1_000, 101),
        extent(a, 0, b, 300, 1),
      ],
    });
    expect(relations).toHaveLength(2);
    expect(tracks).toBe(101 + 50 + 101 + 1);
    const shown = [
      [b, 0, 1],
      [b, 5, 6],
      [b, 100, 101],
      [b, 200, 6],
      [b, 300, 1],
      [a, 1_005, 6],
      [a, 1_100, 101],
    ] as const;
    for (const [device, track, fill] of shown) expect(fillOf(subsystem, device, track)).toBe(fill);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('copy a copy, and copy back while the copy is pending', () => {
    const { subsystem, devices } = setup();
    const [a, b, large] = devices;
    const first = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    snap(subsystem, { wholeDevices: [whole(b, large)] });
    write(subsystem, a, 5, 77);
    snap(subsystem, { wholeDevices: [whole(b, a)] });
    expect([a, b, large].map((device) => fillOf(subsystem, device, 5))).toEqual([6, 6, 6]);
    finish(subsystem);
    expect(subsystem.relationState(first.relation).physicallyComplete).toBe(true);
    expect([a, b, large].map((device) => fillOf(subsystem, device, 100))).toEqual([101, 101, 101]);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('grow a target to the image of its source, and leave what lies beyond alone', () => {
    const { subsystem, devices } = setup();
    const [a, b, large] = devices;
    write(subsystem, large, 4_050, 9);
    snap(subsystem, { wholeDevices: [whole(a, large)] });
    expect(fillOf(subsystem, large, 4_050)).toBe(9);
    expect(subsystem.device(large.index).cylinders).toBe(203);
    snap(subsystem, { wholeDevices: [whole(large, b)] });
    expect(subsystem.device(b.index).cylinders).toBe(203);
    expect(fillOf(subsystem, b, 4_050)).toBe(9);
    expect(fillOf(subsystem, b, 100)).toBe(101);
    expect(violationsOf(subsystem)).toEqual([]);
  });
});
