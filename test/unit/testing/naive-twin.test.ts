/**
 * The twin itself, by example: the few rules that it has must be right, because everything else is
 * measured by them.
 *
 * @module
 */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type DeviceShape,
  NaiveTwin,
  refusalCodes,
  type SnapshotExtent,
  type SnapshotOrder,
  type WrittenContent,
} from '../../../src/testing.ts';

const SHAPE: DeviceShape = { name: 'disk', trackCount: 10, trackCapacity: 12, geometry: 'a' };
const bytes = (...values: number[]): WrittenContent => ({
  kind: 'bytes',
  bytes: Uint8Array.from(values),
});
const order = (more: Partial<SnapshotOrder>): SnapshotOrder => ({
  extents: [],
  wholeDevices: [],
  background: false,
  supersede: false,
  ...more,
});
/** Tracks `first` and on of one device, to `to` and on of another. */
const extent = (
  source: number,
  first: number,
  target: number,
  to: number,
  count: number,
): SnapshotExtent => ({
  source,
  sourceFirst: first,
  sourceCount: count,
  target,
  targetFirst: to,
  targetCount: count,
});

let twin: NaiveTwin;

beforeEach(() => {
  twin = new NaiveTwin();
  twin.defineDevice(1, SHAPE);
  twin.defineDevice(2, SHAPE);
  twin.defineDevice(3, { ...SHAPE, trackCount: 12 });
  twin.defineDevice(4, { ...SHAPE, geometry: 'b' });
});

const shown = (device: number): string =>
  (twin.device(device)?.contents ?? [])
    .map((content) => (content.kind === 'bytes' ? String(content.bytes[0]) : '.'))
    .join('');

describe('snapshot', () => {
  beforeEach(() => {
    for (let track = 0; track < 10; track += 1) twin.write(1, track, bytes(track));
  });

  it('copies what the source shows at that instant, never-written tracks included', () => {
    twin.write(2, 0, bytes(9));
    twin.discard(0);
    twin.snapshot(5, order({ extents: [extent(1, 2, 2, 5, 3)] }));
    twin.write(1, 3, bytes(8));
    expect(shown(2)).toBe('9....234..');
    twin.snapshot(6, order({ extents: [extent(2, 1, 1, 0, 2)] }));
    expect(shown(1)).toBe('..28456789');
  });

  it('reads all sources before it puts anything down', () => {
    twin.snapshot(5, order({ extents: [extent(1, 0, 2, 0, 2), extent(1, 0, 3, 0, 2)] }));
    expect([shown(2), shown(3)]).toEqual(['01........', '01..........']);
  });

  it('of a whole device grows the target', () => {
    twin.write(3, 11, bytes(7));
    twin.snapshot(5, order({ wholeDevices: [{ source: 3, target: 2 }] }));
    expect(shown(2)).toBe('...........7');
  });

  it('takes effect on discard only where no later copy lies', () => {
    twin.snapshot(5, order({ extents: [extent(1, 0, 2, 0, 4)] }));
    twin.snapshot(6, order({ extents: [extent(1, 8, 2, 2, 1)] }));
    twin.discard(5);
    expect(shown(2)).toBe('..8.......');
  });
});

describe('refusals', () => {
  const codes = (request: Partial<SnapshotOrder>): readonly string[] =>
    refusalCodes(twin.snapshot(twin.copies().length + 20, order(request))).toSorted();

  it.each<[string, Partial<SnapshotOrder>, string[]]>([
    [
      'an unknown device',
      { extents: [extent(1, 0, 9, 0, 1)] },
      ['DEVICE_UNKNOWN', 'EXTENT_OUT_OF_DEVICE'],
    ],
    ['nothing', {}, ['EXTENT_EMPTY']],
    ['an empty extent', { extents: [extent(1, 0, 2, 0, 0)] }, ['EXTENT_EMPTY']],
    ['another geometry', { extents: [extent(1, 0, 4, 0, 1)] }, ['GEOMETRY_MISMATCH']],
    ['an end behind the source', { extents: [extent(1, 9, 3, 0, 2)] }, ['EXTENT_OUT_OF_DEVICE']],
    ['an end behind the target', { extents: [extent(3, 0, 1, 9, 2)] }, ['EXTENT_OUT_OF_DEVICE']],
    [
      'identical extents',
      { extents: [extent(1, 3, 1, 3, 2)] },
      ['EXTENT_IDENTICAL', 'EXTENT_OVERLAP'],
    ],
    ['a target over its source', { extents: [extent(1, 3, 1, 4, 2)] }, ['EXTENT_OVERLAP']],
    [
      'two targets over each other',
      { extents: [extent(1, 0, 2, 0, 3), extent(1, 5, 2, 2, 3)] },
      ['EXTENT_OVERLAP'],
    ],
    [
      'a target over the source of another extent',
      { extents: [extent(1, 0, 2, 0, 3), extent(2, 2, 3, 0, 3)] },
      ['EXTENT_OVERLAP'],
    ],
    [
      'unequal counts',
      { extents: [{ ...extent(1, 0, 2, 0, 3), targetCount: 4 }] },
      ['EXTENT_LENGTHS_DIFFER'],
    ],
    [
      'a device onto itself',
      { wholeDevices: [{ source: 1, target: 1 }] },
      ['EXTENT_IDENTICAL', 'EXTENT_OVERLAP'],
    ],
  ])('of %s', (_what, request, expected) => {
    expect(codes(request)).toEqual(expected);
    expect(twin.copies()).toEqual([]);
  });

  it('allow what only looks wrong: overlapping sources, one device, touching extents', () => {
    expect(codes({ extents: [extent(1, 0, 2, 0, 3), extent(1, 1, 3, 0, 3)] })).toEqual([]);
    expect(codes({ extents: [extent(3, 0, 3, 3, 3)], supersede: true })).toEqual([]);
  });

  it('of a target too small for a device', () => {
    twin.defineDevice(6, { ...SHAPE, trackCount: 2, trackCapacity: 9 });
    expect(codes({ wholeDevices: [{ source: 1, target: 6 }] })).toEqual(['TARGET_TOO_SMALL']);
  });

  it('of a pending target end with superseding, withdrawing, writing or settling', () => {
    const pending = order({ extents: [extent(1, 0, 2, 0, 4)], background: true });
    const again = { extents: [extent(1, 0, 2, 3, 4)] };
    twin.snapshot(7, pending);
    expect(codes(again)).toEqual(['TARGET_STILL_PENDING']);
    expect(twin.brokenRules(order({ ...again, supersede: true }))).toEqual([]);
    expect(codes({ extents: [extent(2, 0, 1, 0, 4)] })).toEqual([]);
    twin.settle(7);
    expect(codes(again)).toEqual([]);
  });
});

describe('removal', () => {
  it('is refused while a pending copy touches the device on either side', () => {
    twin.snapshot(5, order({ extents: [extent(1, 0, 2, 0, 1)], background: true }));
    expect(refusalCodes(twin.removeDevice(1))).toEqual(['DEVICE_IN_USE']);
    expect(refusalCodes(twin.removeDevice(2))).toEqual(['DEVICE_IN_USE']);
    expect(refusalCodes(twin.removeDevice(3))).toEqual([]);
    twin.settle(5);
    expect(refusalCodes(twin.removeDevice(1))).toEqual([]);
    expect(refusalCodes(twin.removeDevice(1))).toEqual(['DEVICE_UNKNOWN']);
  });
});

describe('a series', () => {
  const parts = [[extent(1, 0, 2, 0, 2)], [extent(1, 4, 2, 4, 2)]];
  const execute = (copy: number): void => {
    const part = twin.nextInSeries(9);
    if (part !== undefined) twin.snapshot(copy, order(part));
  };

  beforeEach(() => {
    twin.announceSeries(9, parts);
  });

  it('has its window open between the first part and the last', () => {
    const windows = [twin.seriesReport(9).open];
    execute(5);
    windows.push(twin.seriesReport(9).open);
    execute(6);
    windows.push(twin.seriesReport(9).open);
    expect(windows).toEqual([false, true, false]);
    expect(twin.nextInSeries(9)).toBeUndefined();
  });

  it('notes the first write in the window only, to any of its extents, with the side', () => {
    twin.write(1, 4, bytes(1));
    execute(5);
    twin.write(1, 3, bytes(1));
    expect(twin.seriesReport(9)).toEqual({ open: true });
    twin.write(2, 5, bytes(1));
    twin.write(1, 0, bytes(1));
    execute(6);
    twin.write(1, 0, bytes(1));
    const conflict = { device: 2, track: 5, side: 'target' };
    expect(twin.seriesReport(9)).toEqual({ open: false, conflict });
  });
});

describe('what changed', () => {
  it('is at least what differs and at most what was touched', () => {
    twin.write(1, 0, bytes(1));
    twin.retain(5, 1);
    twin.write(1, 3, bytes(2));
    twin.write(1, 4, bytes(2));
    twin.write(1, 0, bytes(1));
    expect(twin.changedTracks(5)).toEqual([{ first: 3, count: 2 }]);
    expect(twin.touchedTracks(5)).toEqual([
      { first: 0, count: 1 },
      { first: 3, count: 2 },
      { first: 10, count: 2 },
    ]);
    twin.retain(6, 1);
    twin.write(1, 9, bytes(3));
    expect(twin.changedTracks(5, 6)).toEqual([{ first: 3, count: 2 }]);
  });
});

describe('scratching', () => {
  it('is undone for tracks that nothing has happened to since', () => {
    for (let track = 0; track < 4; track += 1) twin.write(1, track, bytes(track + 1));
    twin.scratch(
      1,
      [
        { first: 1, count: 3 },
        { first: 2, count: 3 },
      ],
      9,
    );
    expect(shown(1)).toBe('1.........');
    twin.write(1, 2, bytes(7));
    expect(twin.undoScratch(9).kind).toBe('done');
    expect(shown(1)).toBe('1274......');
    expect(refusalCodes(twin.undoScratch(9))).toEqual(['HOLD_UNKNOWN']);
  });

  it('does not come back over what was cleared, cut off or copied since', () => {
    for (let track = 7; track < 10; track += 1) twin.write(1, track, bytes(track));
    twin.scratch(1, [{ first: 7, count: 3 }], 9);
    twin.resizeDevice(1, 9);
    twin.resizeDevice(1, 10);
    twin.snapshot(1, order({ extents: [extent(2, 0, 1, 7, 1)] }));
    twin.undoScratch(9);
    expect(shown(1)).toBe('........8.');
  });

  it('leaves copies what they have, and ends what is owed to a scratched track', () => {
    const told = new NaiveTwin(true);
    for (const device of [1, 2]) told.defineDevice(device, SHAPE);
    told.write(1, 0, bytes(5));
    told.snapshot(1, order({ wholeDevices: [{ source: 1, target: 2 }], background: true }));
    told.scratch(1, [{ first: 0, count: 1 }]);
    expect(told.device(2)?.contents[0]).toEqual(bytes(5));
    told.scratch(2, [{ first: 0, count: 1 }]);
    expect(told.device(2)?.owedBy[0]).toBe(0);
    expect(told.device(2)?.owedBy[1]).toBe(1);
  });

  it('is refused for tracks that are not there, and of none', () => {
    expect(refusalCodes(twin.scratch(1, []))).toEqual(['EXTENT_EMPTY']);
    expect(refusalCodes(twin.scratch(1, [{ first: 9, count: 2 }]))).toEqual([
      'EXTENT_OUT_OF_DEVICE',
    ]);
  });
});

describe('a device that shows a point', () => {
  it('shows it whatever becomes of the point, and cannot be changed', () => {
    twin.write(1, 3, bytes(3));
    twin.retain(5, 1);
    twin.write(1, 3, bytes(4));
    twin.openPoint(9, 5);
    twin.releasePoint(5);
    expect(shown(9)).toBe('...3......');
    for (const answer of [
      twin.write(9, 3, bytes(1)),
      twin.resizeDevice(9, 5),
      twin.scratch(9, [{ first: 0, count: 1 }]),
      twin.snapshot(1, order({ extents: [extent(1, 0, 9, 0, 1)] })),
    ]) {
      expect(refusalCodes(answer)).toContain('DEVICE_WRITE_PROTECTED');
    }
    expect(twin.snapshot(2, order({ extents: [extent(9, 3, 1, 0, 1)] })).kind).toBe('done');
    expect(shown(1)).toBe('3..4......');
  });
});

describe('separation by redundancy group', () => {
  it('needs home groups that differ', () => {
    const home = (device: number, homeGroup?: number) =>
      twin.defineDevice(device, { ...SHAPE, ...(homeGroup === undefined ? {} : { homeGroup }) });
    home(11, 0);
    home(12, 1);
    home(13);
    const separate = (source: number, target: number) =>
      twin.brokenRules(
        order({ extents: [extent(source, 0, target, 0, 1)], separation: 'redundancyGroup' }),
      );
    expect(separate(11, 12)).toEqual([]);
    expect(separate(11, 11)).toContain('SAME_HOME_GROUP');
    expect(separate(11, 13)).toEqual(['SAME_HOME_GROUP']);
    expect(separate(13, 12)).toEqual(['SAME_HOME_GROUP']);
  });
});
