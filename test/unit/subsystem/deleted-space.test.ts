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
    const released = value(subsystem.deletedSpace.release(a.index, ranges));
    expect(told).toMatchObject({ tracks: 57, uniqueTracks: 57 });
    expect(released).toEqual({ ...told, sequence: released.sequence });
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

/** Tracks of the devices that the property looks at. */
const LOOKED = 400;

interface TwinHold {
  readonly device: number;
  readonly contents: ReadonlyMap<number, number>;
  readonly changed: Set<number>;
}

interface Stretch {
  readonly first: number;
  readonly end: number;
}

type Command =
  | { kind: 'write'; device: number; stretch: Stretch; fill: number }
  | { kind: 'release'; device: number; stretches: Stretch[]; held: boolean }
  | { kind: 'undo'; which: number }
  | { kind: 'snap'; stretch: Stretch; background: boolean }
  | { kind: 'work'; tracks: number };

const stretch = fc
  .tuple(fc.nat(LOOKED - 1), fc.integer({ min: 1, max: 200 }))
  .map(([first, count]): Stretch => ({ first, end: Math.min(LOOKED, first + count) }));
const which = fc.nat(1);
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), device: which, stretch, fill: fc.nat(250) }),
  fc.record({
    kind: fc.constant('release' as const),
    device: which,
    stretches: fc.array(stretch, { minLength: 1, maxLength: 3 }),
    held: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('undo' as const), which: fc.nat(5) }),
  fc.record({ kind: fc.constant('snap' as const), stretch, background: fc.boolean() }),
  fc.record({ kind: fc.constant('work' as const), tracks: fc.integer({ min: 1, max: 50 }) }),
);

/** Two devices and maps of what they hold; every command is done to both. */
class Twins {
  readonly subsystem: Subsystem;
  readonly #devices: readonly Device[];
  readonly #contents = [new Map<number, number>(), new Map<number, number>()] as const;
  readonly #holds = new Map<PointId, TwinHold>();

  constructor() {
    const { subsystem, a, b } = bench(0);
    this.subsystem = subsystem;
    this.#devices = [a, b];
  }

  /** @returns Tracks that an undoing brought back. */
  run(one: Command): number {
    switch (one.kind) {
      case 'write':
        this.#write(one);
        return 0;
      case 'release':
        this.#release(one);
        return 0;
      case 'undo':
        return this.#undo(one.which);
      case 'snap':
        this.#snap(one);
        return 0;
      default:
        this.subsystem.backgroundStep({ tracks: one.tracks });
        return 0;
    }
  }

  compare(): void {
    for (const [at, device] of this.#devices.entries()) {
      for (let on = 0; on < LOOKED; on += 1) {
        const fill = fillOf(this.subsystem, device, on);
        if (fill !== (this.#of(at).get(on) ?? -1)) {
          throw new Error(`device ${at} track ${on} holds ${fill}`);
        }
      }
    }
    expect(violationsOf(this.subsystem)).toEqual([]);
    for (const id of this.#holds.keys()) this.subsystem.deletedSpace.end(id);
    finish(this.subsystem);
    expect(violationsOf(this.subsystem)).toEqual([]);
  }

  #write({ device, stretch: { first, end }, fill }: Command & { kind: 'write' }): void {
    // Every third track, so that neighbours are not alike.
    for (let on = first; on < end; on += 3) {
      write(this.subsystem, this.#device(device), on, fill);
      this.#change(device, on, fill);
    }
  }

  #release({ device, stretches, held }: Command & { kind: 'release' }): void {
    const isReleased = (on: number): boolean =>
      stretches.some(({ first, end }) => first <= on && on < end);
    const contents = new Map([...this.#of(device)].filter(([on]) => isReleased(on)));
    const ranges = stretches.map(({ first, end }) => range(first, end - first));
    const { index } = this.#device(device);
    const options = held ? HOLD : {};
    const { tracks, hold } = value(this.subsystem.deletedSpace.release(index, ranges, options));
    expect(tracks).toBe(contents.size);
    for (const on of contents.keys()) this.#change(device, on, undefined);
    expect(hold !== undefined).toBe(held && contents.size > 0);
    if (hold !== undefined) this.#holds.set(hold, { device, contents, changed: new Set() });
  }

  #undo(at: number): number {
    const [id, hold] = [...this.#holds][at % Math.max(1, this.#holds.size)] ?? [];
    if (id === undefined || hold === undefined) return 0;
    this.#holds.delete(id);
    const { tracks, changedSince } = value(this.subsystem.deletedSpace.undo(id));
    const back = [...hold.contents].filter(([on]) => !hold.changed.has(on));
    expect(tracks).toBe(back.length);
    const since = changedSince.reduce((sum, { count }) => sum + count, 0);
    expect(since).toBe(hold.contents.size - back.length);
    for (const [on, fill] of back) this.#change(hold.device, on, fill);
    return back.length;
  }

  #snap({ stretch: { first, end }, background }: Command & { kind: 'snap' }): void {
    const copied = extent(this.#device(0), first, this.#device(1), first, end - first);
    snap(this.subsystem, {
      extents: [copied],
      background: background ? 'copy' : 'none',
      supersede: true,
    });
    for (let on = first; on < end; on += 1) this.#change(1, on, this.#of(0).get(on));
  }

  #change(device: number, on: number, fill: number | undefined): void {
    if (fill === undefined) this.#of(device).delete(on);
    else this.#of(device).set(on, fill);
    for (const hold of this.#holds.values()) if (hold.device === device) hold.changed.add(on);
  }

  #of(device: number): Map<number, number> {
    return this.#contents[device] as Map<number, number>;
  }

  #device(at: number): Device {
    return this.#devices[at] as Device;
  }
}

describe('any sequence of writes, releases, undoings and copies', () => {
  it('reads as a map of tracks says, and leaves the counts right', () => {
    let undone = 0;
    const commands = fc.array(command, { maxLength: 40, size: 'max' });
    const property = fc.property(commands, (sequence) => {
      const twins = new Twins();
      for (const one of sequence) undone += twins.run(one);
      twins.compare();
    });
    fc.assert(property, { numRuns: 300 });
    expect(undone).toBeGreaterThan(1_000);
  });
});
