/**
 * Release of deleted space: what is freed and when, what copies under way see of it, and undoing it.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/default-ports.ts';
import { nanos } from '../../../src/base/units.ts';
import type { TrackRange } from '../../../src/copy/extent.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import type { PointId } from '../../../src/mapping/retained-point.ts';
import { pointId } from '../../../src/mapping/retained-point.ts';
import type { Subsystem } from '../../../src/subsystem/subsystem.ts';
import {
  codeOf,
  extent,
  fillOf,
  finish,
  smallSubsystem,
  snap,
  track,
  value,
  violationsOf,
  whole,
  write,
} from '../../support/small-subsystem.ts';

const HOLD = { hold: nanos(1_000) };

interface Bench {
  readonly subsystem: Subsystem;
  readonly clock: ManualClock;
  readonly a: Device;
  readonly b: Device;
}

/** Two devices; `written` tracks of the first hold their number modulo 251. */
function bench(written: number, model = '3390-1'): Bench {
  const clock = new ManualClock();
  const { subsystem, devices } = smallSubsystem([model, model], {}, { clock });
  const [a, b] = devices as readonly [Device, Device];
  for (let at = 0; at < written; at += 1) write(subsystem, a, at, at % 251);
  return { subsystem, clock, a, b };
}

const range = (first: number, count: number): TrackRange => ({ first: track(first), count });
const digestOf = (subsystem: Subsystem, device: Device): readonly string[] =>
  Array.from({ length: 600 }, (_, at) =>
    Buffer.from(value(subsystem.readTrack(device.index, track(at)))).toString('base64'),
  );

describe('release', () => {
  it('frees tracks at once: they read formatted and empty, and their space is there', () => {
    const { subsystem, a } = bench(20);
    const before = subsystem.capacity().liveBytes;
    const released = value(subsystem.deletedSpace.release(a.index, [range(5, 10)]));
    expect(released).toMatchObject({ tracks: 10, uniqueTracks: 10, sharedTracks: 0 });
    expect(released.sequence).toBe(subsystem.commits.last());
    expect(released.hold).toBeUndefined();
    expect(fillOf(subsystem, a, 4)).toBe(4);
    for (let at = 5; at < 15; at += 1) {
      expect(subsystem.trackEntry(a.index, track(at))).toEqual({ kind: 'neverWritten' });
      expect(value(subsystem.readTrack(a.index, track(at)))).toHaveLength(29);
    }
    expect(fillOf(subsystem, a, 15)).toBe(15);
    finish(subsystem);
    expect(before - subsystem.capacity().liveBytes).toBe(released.bytes);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('drops whole subtrees of a large stretch in slices, and counts the same', () => {
    const { subsystem, a } = bench(1_500);
    const released = value(subsystem.deletedSpace.release(a.index, [range(0, a.trackCount)]));
    expect(released.tracks).toBe(1_500);
    expect(fillOf(subsystem, a, 700)).toBe(-1);
    expect(subsystem.capacity().liveBytes).toBeGreaterThan(0);
    finish(subsystem);
    expect(subsystem.capacity().liveBytes).toBe(0);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('says the same in a dry run, and does nothing', () => {
    const { subsystem, a } = bench(300);
    const last = subsystem.commits.last();
    const ranges = [range(250, 100), range(0, 3), range(2, 5)];
    const told = value(subsystem.deletedSpace.release(a.index, ranges, { dryRun: true, ...HOLD }));
    expect(subsystem.commits.last()).toBe(last);
    expect(subsystem.deletedSpace.holds()).toEqual([]);
    expect(fillOf(subsystem, a, 2)).toBe(2);
    const done = value(subsystem.deletedSpace.release(a.index, ranges));
    expect(told).toMatchObject({ tracks: 57, uniqueTracks: 57 });
    expect(done).toEqual({ ...told, sequence: done.sequence });
  });

  it('tells shared from unique, also when the tracks share with each other alone', () => {
    const { subsystem, a, b } = bench(10);
    snap(subsystem, { extents: [extent(a, 0, b, 0, 4), extent(a, 5, a, 100, 2)] });
    const release = (ranges: readonly TrackRange[]): unknown =>
      subsystem.deletedSpace.release(a.index, ranges, { dryRun: true });
    expect(release([range(0, 10)])).toMatchObject({
      value: { tracks: 10, uniqueTracks: 4, sharedTracks: 6 },
    });
    expect(release([range(5, 2), range(100, 2)])).toMatchObject({
      value: { tracks: 4, uniqueTracks: 4, sharedTracks: 0, bytes: 2 * 512 },
    });
  });

  it('has nothing to free in null tracks and never-written ones', () => {
    const { subsystem, a } = bench(0);
    for (const format of [0, 1, 2] as const) {
      subsystem.loadNullTrack(a.index, track(format), format);
    }
    const released = value(subsystem.deletedSpace.release(a.index, [range(0, 15)]));
    expect(released).toMatchObject({ tracks: 0, bytes: 0, nullTracks: 3 });
    expect(subsystem.trackEntry(a.index, track(2))).toEqual({ kind: 'neverWritten' });
    const last = subsystem.commits.last();
    const again = value(subsystem.deletedSpace.release(a.index, [range(0, 15)], HOLD));
    expect(again).toMatchObject({ tracks: 0, nullTracks: 0, sequence: last });
    expect(again.hold).toBeUndefined();
  });

  it('is a write for copies: of the target it separates, of the source it leaves the copy alone', () => {
    const { subsystem, a, b } = bench(10);
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    value(subsystem.deletedSpace.release(b.index, [range(0, 3)]));
    value(subsystem.deletedSpace.release(a.index, [range(2, 3)]));
    expect(subsystem.relationState(relation).targetWrites).toBe(3);
    expect(subsystem.relationTracks(relation)).toMatchObject({
      separatedByTargetWrite: 3,
      separatedBySourceWrite: 2,
      shared: 5,
    });
    finish(subsystem);
    expect(subsystem.relationState(relation).physicallyComplete).toBe(true);
    expect([0, 2, 3, 4, 9].map((at) => fillOf(subsystem, b, at))).toEqual([-1, -1, 3, 4, 9]);
    expect([0, 2, 4, 5].map((at) => fillOf(subsystem, a, at))).toEqual([0, -1, -1, 5]);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('falls into the conflict window of a serial series', () => {
    const { subsystem, a, b } = bench(10);
    const part = (ordinal: number, first: number): void => {
      snap(subsystem, {
        extents: [extent(a, first, b, first, 5)],
        series: { id: 'S', ordinal, of: 2 },
      });
    };
    expect(
      subsystem.defineSeriesPart({ id: 'S', ordinal: 2, of: 2 }, [extent(a, 5, b, 5, 5)]),
    ).toBeUndefined();
    part(1, 0);
    // Nothing is written there: nothing changes.
    value(subsystem.deletedSpace.release(b.index, [range(5, 5)]));
    expect(subsystem.seriesConflict('S').conflict).toBe(false);
    value(subsystem.deletedSpace.release(a.index, [range(7, 1)]));
    part(2, 5);
    expect(subsystem.seriesConflict('S')).toMatchObject({
      conflict: true,
      first: { device: a.index, track: 7, side: 'source' },
    });
  });

  it('is refused for excluded devices, which may be copied all the same', () => {
    const { subsystem, a, b } = bench(3);
    expect(subsystem.deletedSpace.setExcluded(a.index, true).releaseExcluded).toBe(true);
    for (const dryRun of [true, false]) {
      const outcome = subsystem.deletedSpace.release(a.index, [range(0, 1)], { dryRun });
      expect(codeOf(outcome)).toBe('RELEASE_EXCLUDED');
    }
    snap(subsystem, { wholeDevices: [whole(a, b)] });
    expect(fillOf(subsystem, b, 2)).toBe(2);
    subsystem.deletedSpace.setExcluded(a.index, false);
    expect(value(subsystem.deletedSpace.release(a.index, [range(0, 1)])).tracks).toBe(1);
  });

  it.each([
    ['EXTENT_EMPTY', []],
    ['EXTENT_EMPTY', [{ first: 0, count: 0 }]],
    ['EXTENT_EMPTY', [{ first: 0, count: Number.NaN }]],
    ['EXTENT_OUT_OF_DEVICE', [{ first: 16_695, count: 1 }]],
    ['EXTENT_OUT_OF_DEVICE', [{ first: -1, count: 1 }]],
    ['EXTENT_OUT_OF_DEVICE', [{ first: 1, count: 1.5 }]],
  ])('is refused %s for %j, and changes nothing', (code, ranges) => {
    const { subsystem, a } = bench(3);
    const last = subsystem.commits.last();
    const outcome = subsystem.deletedSpace.release(a.index, [range(0, 1), ...(ranges as [])]);
    const alone = subsystem.deletedSpace.release(a.index, ranges as never);
    expect(codeOf(alone)).toBe(code);
    if (ranges.length > 0) expect(codeOf(outcome)).toBe(code);
    else value(outcome);
    expect(subsystem.commits.last() === last).toBe(ranges.length > 0);
  });
});

describe('undoing a release', () => {
  it('gives every byte back, however large the release was', () => {
    const { subsystem, a, b } = bench(500);
    subsystem.loadNullTrack(a.index, track(550), 2);
    snap(subsystem, { extents: [extent(a, 100, b, 7, 300)] });
    const before = digestOf(subsystem, a);
    const live = subsystem.capacity().liveBytes;
    const { hold } = value(subsystem.deletedSpace.release(a.index, [range(0, a.trackCount)], HOLD));
    finish(subsystem);
    expect(fillOf(subsystem, a, 3)).toBe(-1);
    expect(subsystem.capacity().liveBytes).toBe(live);
    expect(violationsOf(subsystem)).toEqual([]);
    const undone = value(subsystem.deletedSpace.undo(hold as PointId));
    expect(undone).toMatchObject({ tracks: 501, changedSince: [] });
    expect(digestOf(subsystem, a)).toEqual(before);
    finish(subsystem);
    expect(subsystem.capacity().liveBytes).toBe(live);
    expect(violationsOf(subsystem)).toEqual([]);
    expect(codeOf(subsystem.deletedSpace.undo(hold as PointId))).toBe('HOLD_UNKNOWN');
  });

  it('holds the released tracks and nothing else of the device', () => {
    const { subsystem, a } = bench(300);
    const released = value(subsystem.deletedSpace.release(a.index, [range(10, 5)], HOLD));
    for (let at = 20; at < 300; at += 1) write(subsystem, a, at, 0);
    finish(subsystem);
    expect(subsystem.parts.instances.liveCount).toBe(300);
    expect(subsystem.retention.held(released.hold as PointId)).toMatchObject({
      uniqueTracks: 5,
      uniqueBytes: released.bytes,
    });
    expect(subsystem.deletedSpace.end(released.hold as PointId)).toBe(true);
    finish(subsystem);
    expect(subsystem.parts.instances.liveCount).toBe(295);
  });

  it('leaves tracks alone that were changed since, and says which', () => {
    const { subsystem, a, b } = bench(60);
    const { hold } = value(subsystem.deletedSpace.release(a.index, [range(0, 60)], HOLD));
    write(subsystem, a, 3, 103);
    // Written and released again: empty, but not what the release left.
    write(subsystem, a, 10, 110);
    value(subsystem.deletedSpace.release(a.index, [range(10, 1)]));
    // Copied over, with tracks that hold nothing.
    snap(subsystem, { extents: [extent(b, 0, a, 20, 5)] });
    const undone = value(subsystem.deletedSpace.undo(hold as PointId));
    expect(undone.changedSince).toEqual([range(3, 1), range(10, 1), range(20, 5)]);
    expect(undone.tracks).toBe(53);
    expect([2, 3, 10, 19, 20, 24, 25].map((at) => fillOf(subsystem, a, at))).toEqual([
      2, 103, -1, 19, -1, -1, 25,
    ]);
    finish(subsystem);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('can be done for each of several releases, in any order', () => {
    const { subsystem, a } = bench(30);
    const release = (first: number): PointId =>
      value(subsystem.deletedSpace.release(a.index, [range(first, 10)], HOLD)).hold as PointId;
    const holds = [release(0), release(5), release(20)];
    expect(subsystem.deletedSpace.holds().map(({ hold }) => hold)).toEqual(holds);
    const undo = (at: number): number =>
      value(subsystem.deletedSpace.undo(holds[at] as PointId)).tracks;
    expect([undo(1), undo(2), undo(0)]).toEqual([5, 10, 10]);
    for (let at = 0; at < 30; at += 1) expect(fillOf(subsystem, a, at)).toBe(at);
    expect(subsystem.deletedSpace.holds()).toEqual([]);
    expect(subsystem.parts.devices.watches[a.index]).toBe(0);
  });

  it('is a write for copies, as the release was', () => {
    const { subsystem, a, b } = bench(10);
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    const { hold } = value(subsystem.deletedSpace.release(b.index, [range(0, 2)], HOLD));
    value(subsystem.deletedSpace.undo(hold as PointId));
    expect(subsystem.relationState(relation).targetWrites).toBe(2);
    finish(subsystem);
    expect([0, 1, 2].map((at) => fillOf(subsystem, b, at))).toEqual([0, 1, 2]);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('ends with model time, whether or not background work comes by', () => {
    const { subsystem, clock, a } = bench(4);
    const release = (): PointId =>
      value(subsystem.deletedSpace.release(a.index, [range(0, 4)], HOLD)).hold as PointId;
    const first = release();
    clock.advance(nanos(999));
    value(subsystem.deletedSpace.undo(first));
    const second = release();
    clock.advance(nanos(1_000));
    expect(codeOf(subsystem.deletedSpace.undo(second))).toBe('HOLD_UNKNOWN');
    expect(subsystem.deletedSpace.holds()).toEqual([]);
    for (let at = 0; at < 4; at += 1) write(subsystem, a, at, at);
    release();
    clock.advance(nanos(1_000));
    finish(subsystem);
    expect(subsystem.deletedSpace.holds()).toEqual([]);
    expect(subsystem.capacity().liveBytes).toBe(0);
    expect(codeOf(subsystem.deletedSpace.undo(pointId(99)))).toBe('HOLD_UNKNOWN');
  });

  it('is no business of those who list or drop points, and goes with its device', () => {
    const { subsystem, a } = bench(4);
    const { hold } = value(subsystem.deletedSpace.release(a.index, [range(0, 4)], HOLD));
    expect(subsystem.retention.points(a.index)).toEqual([]);
    expect(codeOf(subsystem.releasePoint(hold as PointId))).toBe('POINT_UNKNOWN');
    value(subsystem.removeDevice(a.number));
    expect(subsystem.deletedSpace.holds()).toEqual([]);
    finish(subsystem);
    expect(subsystem.capacity().liveBytes).toBe(0);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('cuts off what fell off the image since', () => {
    const { subsystem, a } = bench(40);
    const { hold } = value(subsystem.deletedSpace.release(a.index, [range(0, 40)], HOLD));
    value(subsystem.setCylinders(a.index, 2));
    value(subsystem.setCylinders(a.index, 3));
    const undone = value(subsystem.deletedSpace.undo(hold as PointId));
    expect(undone).toMatchObject({ tracks: 30, changedSince: [range(30, 10)] });
    expect(fillOf(subsystem, a, 35)).toBe(-1);
    expect(violationsOf(subsystem)).toEqual([]);
  });
});

describe('any sequence of writes, releases, undoings and copies', () => {
  const TRACKS = 400;
  const stretch = fc
    .tuple(fc.nat(TRACKS - 1), fc.integer({ min: 1, max: 200 }))
    .map(([first, count]) => ({
      first,
      end: Math.min(TRACKS, first + count),
    }));
  const device = fc.nat(1);
  const command = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), device, stretch, fill: fc.nat(250) }),
    fc.record({
      kind: fc.constant('release' as const),
      device,
      stretches: fc.array(stretch, { minLength: 1, maxLength: 3 }),
      held: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('undo' as const), which: fc.nat(5) }),
    fc.record({ kind: fc.constant('snap' as const), stretch, background: fc.boolean() }),
    fc.record({ kind: fc.constant('work' as const), tracks: fc.integer({ min: 1, max: 50 }) }),
  );
  interface TwinHold {
    readonly device: number;
    readonly contents: Map<number, number>;
    readonly changed: Set<number>;
  }

  it('reads as a map of tracks says, and leaves the counts right', () => {
    let undone = 0;
    const run = (
      commands: readonly (typeof command extends fc.Arbitrary<infer T> ? T : never)[],
    ) => {
      const { subsystem, a, b } = bench(0);
      const devices = [a, b];
      const twin = [new Map<number, number>(), new Map<number, number>()] as const;
      const holds = new Map<PointId, TwinHold>();
      const contents = (which: number): Map<number, number> => twin[which] as Map<number, number>;
      const change = (which: number, track: number, fill: number | undefined): void => {
        if (fill === undefined) contents(which).delete(track);
        else contents(which).set(track, fill);
        for (const hold of holds.values()) if (hold.device === which) hold.changed.add(track);
      };
      for (const one of commands) {
        if (one.kind === 'write') {
          // Every third track, so that neighbours are not alike.
          for (let track = one.stretch.first; track < one.stretch.end; track += 3) {
            write(subsystem, devices[one.device] as Device, track, one.fill);
            change(one.device, track, one.fill);
          }
        } else if (one.kind === 'release') {
          const ranges = one.stretches.map(({ first, end }) => range(first, end - first));
          const tracks = new Set(
            one.stretches.flatMap(({ first, end }) =>
              Array.from({ length: end - first }, (_, step) => first + step),
            ),
          );
          const held = new Map([...contents(one.device)].filter(([track]) => tracks.has(track)));
          const released = value(
            subsystem.deletedSpace.release(
              (devices[one.device] as Device).index,
              ranges,
              one.held ? HOLD : {},
            ),
          );
          expect(released.tracks).toBe(held.size);
          for (const track of held.keys()) change(one.device, track, undefined);
          expect(released.hold !== undefined).toBe(one.held && held.size > 0);
          if (released.hold !== undefined) {
            holds.set(released.hold, { device: one.device, contents: held, changed: new Set() });
          }
        } else if (one.kind === 'undo') {
          const [id, hold] = [...holds][one.which % Math.max(1, holds.size)] ?? [];
          if (id === undefined || hold === undefined) continue;
          holds.delete(id);
          const result = value(subsystem.deletedSpace.undo(id));
          const back = [...hold.contents].filter(([track]) => !hold.changed.has(track));
          expect(result.tracks).toBe(back.length);
          const since = result.changedSince.reduce((sum, { count }) => sum + count, 0);
          expect(since).toBe(hold.contents.size - back.length);
          for (const [track, fill] of back) change(hold.device, track, fill);
          undone += back.length;
        } else if (one.kind === 'snap') {
          const { first, end } = one.stretch;
          snap(subsystem, {
            extents: [extent(a, first, b, first, end - first)],
            background: one.background ? 'copy' : 'none',
            supersede: true,
          });
          for (let track = first; track < end; track += 1) change(1, track, twin[0].get(track));
        } else {
          subsystem.backgroundStep({ tracks: one.tracks });
        }
      }
      for (const [which, device] of devices.entries()) {
        for (let track = 0; track < TRACKS; track += 1) {
          const fill = fillOf(subsystem, device, track);
          if (fill !== (contents(which).get(track) ?? -1)) {
            throw new Error(`device ${which} track ${track} holds ${fill}`);
          }
        }
      }
      expect(violationsOf(subsystem)).toEqual([]);
      for (const id of holds.keys()) subsystem.deletedSpace.end(id);
      finish(subsystem);
      expect(violationsOf(subsystem)).toEqual([]);
    };
    fc.assert(fc.property(fc.array(command, { maxLength: 40, size: 'max' }), run), {
      numRuns: 300,
    });
    expect(undone).toBeGreaterThan(1_000);
  });
});
