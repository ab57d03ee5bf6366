/**
 * Retention and going back: when rules make points and give them up, what points hold, and read-only
 * devices that show them.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/default-ports.ts';
import {
  type CommitSequence,
  commitSequence,
  type DeviceNumber,
  deviceNumber,
  nanos,
} from '../../../src/base/units.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import { pointId } from '../../../src/mapping/retained-point.ts';
import type { PointChoice } from '../../../src/subsystem/retention.ts';
import type { RetentionRule } from '../../../src/subsystem/retention-rule.ts';
import type { Subsystem } from '../../../src/subsystem/subsystem.ts';
import {
  codeOf,
  extent,
  fillOf,
  finish,
  smallSubsystem,
  snap,
  track,
  trackOf,
  value,
  violationsOf,
  whole,
  write,
} from '../../support/small-subsystem.ts';

const POINT_DEVICE = { number: deviceNumber(0xf00) };

interface Bench {
  readonly subsystem: Subsystem;
  readonly clock: ManualClock;
  readonly a: Device;
  readonly b: Device;
  /** Moves the clock on and writes. @returns The sequence of the write. */
  readonly writeLater: (duration: number, at: number, fill: number) => CommitSequence;
}

function bench(rule?: RetentionRule): Bench {
  const clock = new ManualClock();
  const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1'], {}, { clock });
  const [a, b] = devices as readonly [Device, Device];
  if (rule !== undefined) value(subsystem.retention.setRule(a.index, rule));
  const writeLater = (duration: number, at: number, fill: number): CommitSequence => {
    clock.advance(nanos(duration));
    const step = write(subsystem, a, at, fill);
    if (step.kind !== 'done') throw new Error(step.kind);
    return step.value;
  };
  return { subsystem, clock, a, b, writeLater };
}

/** Fill of track 0 at each point of a device. */
function fillsOf(subsystem: Subsystem, device: Device): readonly number[] {
  return subsystem.retention.points(device.index).map(({ id }) => {
    const image = value(subsystem.readTrackAt(id, track(0)));
    return image.length > 37 ? (image[29] as number) : -1;
  });
}

/** Opens a device as it was, reads its track 0 and removes what was opened. */
function openedFill(subsystem: Subsystem, device: Device, choice: PointChoice): number {
  const opened = value(subsystem.retention.openAt(device.index, choice, POINT_DEVICE));
  const fill = fillOf(subsystem, opened, 0);
  value(subsystem.removeDevice(opened.number));
  return fill;
}

describe('rules', () => {
  it('make a point after every so many writes, each as the device was at an instant', () => {
    const { subsystem, a, writeLater } = bench({ everyWrites: 3 });
    for (let fill = 1; fill <= 10; fill += 1) writeLater(1, 0, fill);
    // One at the start, then before the writes 4, 7 and 10.
    expect(fillsOf(subsystem, a)).toEqual([-1, 3, 6, 9]);
    expect(subsystem.retention.points(a.index).map(({ since }) => since)).toEqual([0, 3, 6, 9]);
    finish(subsystem);
    expect(fillsOf(subsystem, a)).toEqual([-1, 3, 6, 9]);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('make a point when time has passed and something has changed, by writes or background work', () => {
    const { subsystem, clock, a, writeLater } = bench({ every: nanos(100) });
    writeLater(30, 0, 1);
    writeLater(60, 0, 2);
    expect(fillsOf(subsystem, a)).toEqual([-1]);
    writeLater(20, 0, 3);
    expect(fillsOf(subsystem, a)).toEqual([-1, 2]);
    clock.advance(nanos(99));
    finish(subsystem);
    expect(fillsOf(subsystem, a)).toEqual([-1, 2]);
    clock.advance(nanos(1));
    expect(subsystem.retention.step(clock.now())).toEqual({ taken: 1, expired: 0 });
    clock.advance(nanos(500));
    expect(subsystem.retention.step(clock.now())).toEqual({ taken: 0, expired: 0 });
    expect(fillsOf(subsystem, a)).toEqual([-1, 2, 3]);
  });

  it('keep so many points at most, and none for writes of other devices', () => {
    const { subsystem, a, b, writeLater } = bench({ everyWrites: 1, keep: 2 });
    for (let fill = 1; fill <= 9; fill += 1) {
      writeLater(1, 0, fill);
      write(subsystem, b, 0, fill);
    }
    expect(fillsOf(subsystem, a)).toEqual([7, 8]);
    expect(subsystem.retention.points(b.index)).toEqual([]);
    finish(subsystem);
    // Three contents of the one, one of the other, and the point that is due by then.
    expect(fillsOf(subsystem, a)).toEqual([8, 9]);
    expect(subsystem.parts.instances.liveCount).toBe(3);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('keep going back possible for as long as they say, and no longer', () => {
    const { subsystem, clock, a, writeLater } = bench({ everyWrites: 1, keepFor: nanos(50) });
    for (let fill = 1; fill <= 20; fill += 1) writeLater(10, 0, fill);
    finish(subsystem);
    // The write at 150 is the newest that is 50 old or older.
    expect(fillsOf(subsystem, a)).toEqual([15, 16, 17, 18, 19, 20]);
    for (const ago of [0, 5, 10, 45, 50]) {
      const fill = Math.floor((200 - ago) / 10);
      expect(openedFill(subsystem, a, { ago: nanos(ago) })).toBe(fill);
    }
    clock.advance(nanos(1_000));
    expect(subsystem.retention.step(clock.now())).toEqual({ taken: 0, expired: 5 });
    expect(openedFill(subsystem, a, { ago: nanos(1_000) })).toBe(20);
  });

  it('cut no copy of several extents in two', () => {
    const { subsystem, a, b } = bench({ everyWrites: 1 });
    for (let at = 0; at < 20; at += 1) write(subsystem, b, at, 100);
    write(subsystem, a, 0, 1);
    const { sequence } = snap(subsystem, {
      extents: [extent(b, 0, a, 0, 2), extent(b, 5, a, 10, 2)],
    });
    write(subsystem, a, 0, 2);
    const opened = value(subsystem.retention.openAt(a.index, { sequence }, POINT_DEVICE));
    expect([0, 1, 10, 11].map((at) => fillOf(subsystem, opened, at))).toEqual([100, 100, 100, 100]);
    expect(fillsOf(subsystem, a)).toEqual([-1, 1, 100]);
  });

  it('see cleared tracks as a change', () => {
    const { subsystem, clock, a } = bench({ every: nanos(10) });
    write(subsystem, a, 0, 1);
    clock.advance(nanos(10));
    finish(subsystem);
    subsystem.clearDevice(a.index);
    clock.advance(nanos(10));
    finish(subsystem);
    expect(fillsOf(subsystem, a)).toEqual([-1, 1, -1]);
  });

  it('cost devices without one nothing, and end with what they leave behind', () => {
    const { subsystem, a, b, writeLater } = bench({ everyWrites: 1 });
    const { watches } = subsystem.parts.devices;
    expect([watches[a.index] === 0, watches[b.index] === 0]).toEqual([false, true]);
    writeLater(1, 0, 1);
    writeLater(1, 0, 2);
    expect(subsystem.retention.clearRule(a.index)).toBe(true);
    expect(subsystem.retention.clearRule(a.index)).toBe(false);
    expect(subsystem.retention.rule(a.index)).toBeUndefined();
    expect(watches[a.index]).toBe(0);
    writeLater(1, 0, 3);
    expect(fillsOf(subsystem, a)).toEqual([-1, 1]);
    // A later rule takes them over, with a first point of its own.
    value(subsystem.retention.setRule(a.index, { everyWrites: 5, keep: 2 }));
    expect(subsystem.retention.rule(a.index)).toEqual({ everyWrites: 5, keep: 2 });
    expect(fillsOf(subsystem, a)).toEqual([1, 3]);
  });

  it('go with their device, and their points with them', () => {
    const { subsystem, a, writeLater } = bench({ everyWrites: 1 });
    for (let fill = 1; fill <= 5; fill += 1) writeLater(1, 0, fill);
    subsystem.retain(a.index, 'kept');
    value(subsystem.removeDevice(a.number));
    expect([...subsystem.points()].map(({ name }) => name)).toEqual(['kept']);
    finish(subsystem);
    expect(subsystem.parts.instances.liveCount).toBe(1);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it.each([
    {},
    { keep: 3 },
    { everyWrites: 0 },
    { everyWrites: 1.5 },
    { every: -1 as never },
    { everyWrites: 1, keep: 0 },
    { everyWrites: 1, keepFor: Number.NaN as never },
  ])('are refused when they say nothing: %j', (rule) => {
    const { subsystem, a } = bench();
    const last = subsystem.commits.last();
    expect(codeOf(subsystem.retention.setRule(a.index, rule))).toBe('RETENTION_RULE_INVALID');
    expect(subsystem.commits.last()).toBe(last);
  });
});

describe('opening a device as it was', () => {
  it('finds the newest content at or before a change, exactly where the rule made a point of each', () => {
    const { subsystem, a, writeLater } = bench({ everyWrites: 1 });
    const sequences = Array.from({ length: 6 }, (_, at) => writeLater(10, 0, at + 1));
    for (const [at, sequence] of sequences.entries()) {
      expect(openedFill(subsystem, a, { sequence })).toBe(at + 1);
    }
    const [first] = sequences as [CommitSequence];
    expect(openedFill(subsystem, a, { sequence: commitSequence(first - 1) })).toBe(-1);
    const before = { sequence: commitSequence(0) };
    expect(codeOf(subsystem.retention.openAt(a.index, before, POINT_DEVICE))).toBe('POINT_UNKNOWN');
  });

  it('finds named points without a rule, as old as they are', () => {
    const { subsystem, clock, a, writeLater } = bench();
    writeLater(10, 0, 1);
    const one = subsystem.retention.retain(a.index, 'one');
    writeLater(10, 0, 2);
    const two = subsystem.retention.retain(a.index, 'two');
    writeLater(10, 0, 3);
    clock.advance(nanos(10));
    const at = (ago: number): string | number => {
      const choice = { ago: nanos(ago) };
      const outcome = subsystem.retention.openAt(a.index, choice, POINT_DEVICE);
      if (outcome.kind === 'refused') return outcome.code;
      const fill = fillOf(subsystem, outcome.value, 0);
      value(subsystem.removeDevice(outcome.value.number));
      return fill;
    };
    expect([0, 20, 21, 30, 31].map(at)).toEqual([2, 2, 1, 1, 'POINT_UNKNOWN']);
    expect([one, two].map(({ id }) => openedFill(subsystem, a, { point: id }))).toEqual([1, 2]);
  });

  it('gives a device that is read and copied from, and takes no change of any kind', () => {
    const { subsystem, a, b, writeLater } = bench();
    writeLater(1, 0, 1);
    writeLater(1, 7, 2);
    const { id } = subsystem.retention.retain(a.index, 'point');
    writeLater(1, 0, 3);
    const opened = value(subsystem.retention.openAt(a.index, { point: id }, POINT_DEVICE));
    expect(opened).toMatchObject({ readOnly: true, cylinders: a.cylinders, model: a.model });
    expect([0, 7].map((at) => fillOf(subsystem, opened, at))).toEqual([1, 2]);
    const last = subsystem.commits.last();
    const protectedCodes = [
      write(subsystem, opened, 0, 9),
      subsystem.writeTrack(opened.index, track(1), trackOf(a, 1, 1)),
      subsystem.loadNullTrack(opened.index, track(0), 1),
      subsystem.setCylinders(opened.index, 5),
      subsystem.snapshot({ background: 'none', wholeDevices: [whole(b, opened)] }),
      subsystem.snapshot({ background: 'none', extents: [extent(a, 0, opened, 0, 1)] }),
      subsystem.snapshot({ background: 'none', extents: [extent(opened, 0, opened, 9, 1)] }),
    ].map(codeOf);
    expect(new Set(protectedCodes)).toEqual(new Set(['DEVICE_WRITE_PROTECTED']));
    const release = subsystem.deletedSpace.release(opened.index, [{ first: track(0), count: 1 }]);
    expect(codeOf(release)).toBe('RELEASE_EXCLUDED');
    expect(() => subsystem.clearDevice(opened.index)).toThrow('device-cleared-writable');
    expect(subsystem.commits.last()).toBe(last);
    // Back onto the volume: one track of it, as a scratched data set would come back.
    snap(subsystem, { extents: [extent(opened, 0, a, 0, 1)], background: 'copy' });
    expect(fillOf(subsystem, a, 0)).toBe(1);
    expect(codeOf(subsystem.removeDevice(opened.number))).toBe('DEVICE_IN_USE');
    finish(subsystem);
    value(subsystem.removeDevice(opened.number));
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('outlives its point, and holds what it shows until it is removed', () => {
    const { subsystem, a, writeLater } = bench();
    writeLater(1, 0, 1);
    const { id } = subsystem.retention.retain(a.index, 'point');
    writeLater(1, 0, 2);
    const opened = value(subsystem.retention.openAt(a.index, { point: id }, POINT_DEVICE));
    value(subsystem.retention.drop(id));
    finish(subsystem);
    expect(fillOf(subsystem, opened, 0)).toBe(1);
    expect(violationsOf(subsystem)).toEqual([]);
    value(subsystem.removeDevice(opened.number));
    finish(subsystem);
    expect(subsystem.parts.instances.liveCount).toBe(1);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('shows a volume at the size that it had', () => {
    const { subsystem, a } = bench();
    value(subsystem.setCylinders(a.index, 3));
    write(subsystem, a, 44, 1);
    const { id } = subsystem.retention.retain(a.index, 'small');
    value(subsystem.setCylinders(a.index, 2));
    const opened = value(subsystem.retention.openAt(a.index, { point: id }, POINT_DEVICE));
    expect([opened.cylinders, fillOf(subsystem, opened, 44)]).toEqual([3, 1]);
  });

  it('is refused for points of other devices, holds, and numbers that are taken', () => {
    const { subsystem, a, b } = bench();
    write(subsystem, a, 0, 1);
    const { id } = subsystem.retention.retain(a.index, 'point');
    const released = value(
      subsystem.deletedSpace.release(a.index, [{ first: track(0), count: 1 }], { hold: nanos(9) }),
    );
    const open = (device: Device, choice: PointChoice, number: DeviceNumber): string =>
      codeOf(subsystem.retention.openAt(device.index, choice, { number }));
    expect(open(b, { point: id }, POINT_DEVICE.number)).toBe('POINT_UNKNOWN');
    expect(open(a, { point: pointId(77) }, POINT_DEVICE.number)).toBe('POINT_UNKNOWN');
    expect(open(a, { point: released.hold as never }, POINT_DEVICE.number)).toBe('POINT_UNKNOWN');
    expect(open(a, { point: id }, a.number)).toBe('DEVICE_EXISTS');
    expect(open(b, { ago: nanos(0) }, POINT_DEVICE.number)).toBe('POINT_UNKNOWN');
  });
});

describe('the space of points', () => {
  it('is what has changed since, and comes back exactly when they go', () => {
    const { subsystem, a } = bench();
    for (let at = 0; at < 200; at += 1) write(subsystem, a, at, 1);
    const first = subsystem.retention.retain(a.index, 'first').id;
    expect(subsystem.retention.held(first)).toMatchObject({ uniqueTracks: 0, sharedTracks: 200 });
    for (let at = 0; at < 30; at += 1) write(subsystem, a, at, 2);
    const second = subsystem.retention.retain(a.index, 'second').id;
    for (let at = 20; at < 60; at += 1) write(subsystem, a, at, 3);
    // 0 to 29 were changed after the first; 20 to 59 after the second, 30 to 59 held by both.
    const held = [first, second].map((id) => subsystem.retention.held(id));
    expect(held.map(({ uniqueTracks }) => uniqueTracks)).toEqual([30, 10]);
    for (const [at, id] of [second, first].entries()) {
      const live = subsystem.capacity().liveBytes;
      const { uniqueBytes } = subsystem.retention.held(id);
      value(subsystem.retention.drop(id));
      finish(subsystem);
      expect(live - subsystem.capacity().liveBytes).toBe(uniqueBytes);
      expect(uniqueBytes).toBe([10, 60][at] === undefined ? 0 : ([10, 60][at] as number) * 512);
    }
    expect(codeOf(subsystem.retention.drop(first))).toBe('POINT_UNKNOWN');
    expect(subsystem.parts.instances.liveCount).toBe(200);
  });

  it('follows the released tracks of a scratched data set, which can be brought back', () => {
    const { subsystem, a, writeLater } = bench({ every: nanos(100) });
    for (let at = 0; at < 15; at += 1) writeLater(10, at, 40 + at);
    const sequence = subsystem.commits.last();
    value(subsystem.deletedSpace.release(a.index, [{ first: track(3), count: 5 }]));
    writeLater(500, 3, 9);
    finish(subsystem);
    const opened = value(subsystem.retention.openAt(a.index, { sequence }, POINT_DEVICE));
    snap(subsystem, { extents: [extent(opened, 3, a, 3, 5)] });
    expect([2, 3, 4, 7, 8].map((at) => fillOf(subsystem, a, at))).toEqual([42, 43, 44, 47, 48]);
    expect(violationsOf(subsystem)).toEqual([]);
  });
});

const LOOKED = 300;

type Command =
  | { kind: 'write'; at: number; fill: number }
  | { kind: 'clear' }
  | { kind: 'retain' }
  | { kind: 'work' }
  | { kind: 'drop'; which: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      at: fc.nat(LOOKED - 1),
      fill: fc.nat(250),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Command>(
      { kind: 'clear' },
      { kind: 'retain' },
      { kind: 'retain' },
      { kind: 'work' },
    ),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('drop' as const), which: fc.nat(9) }) },
);

/** A device under a rule, and what it held after each of its changes. */
class Chronicle {
  readonly #bench = bench({ everyWrites: 7, keep: 4 });
  readonly #now = new Map<number, number>();
  readonly #history = new Map<number, ReadonlyMap<number, number>>([[0, new Map()]]);

  run(one: Command): void {
    const { subsystem, clock, a } = this.#bench;
    clock.advance(nanos(1));
    if (one.kind === 'write') {
      const step = write(subsystem, a, one.at, one.fill);
      this.#now.set(one.at, one.fill);
      if (step.kind === 'done') this.#history.set(step.value, new Map(this.#now));
    } else if (one.kind === 'clear') {
      this.#now.clear();
      this.#history.set(subsystem.clearDevice(a.index), new Map());
    } else if (one.kind === 'retain') {
      subsystem.retention.retain(a.index, 'named');
    } else if (one.kind === 'work') {
      subsystem.backgroundStep({ tracks: 10 });
    } else {
      const points = subsystem.retention.points(a.index);
      const point = points[one.which % Math.max(1, points.length)];
      if (point !== undefined) value(subsystem.retention.drop(point.id));
    }
  }

  /** @returns Points compared. */
  compare(): number {
    const { subsystem, a } = this.#bench;
    const points = subsystem.retention.points(a.index);
    for (const { id, sequence } of points) {
      const last = [...this.#history.keys()].findLast((key) => key <= sequence) ?? 0;
      const opened = value(subsystem.retention.openAt(a.index, { point: id }, POINT_DEVICE));
      for (let at = 0; at < LOOKED; at += 1) {
        const fill = fillOf(subsystem, opened, at);
        if (fill !== (this.#history.get(last)?.get(at) ?? -1)) {
          throw new Error(`point ${id} shows ${fill} on track ${at}`);
        }
      }
      value(subsystem.removeDevice(opened.number));
    }
    expect(violationsOf(subsystem)).toEqual([]);
    for (const { id } of points) value(subsystem.retention.drop(id));
    finish(subsystem);
    // The step may have made one more point of what the device holds now.
    expect(violationsOf(subsystem)).toEqual([]);
    expect(subsystem.parts.instances.liveCount).toBe(this.#now.size);
    return points.length;
  }
}

describe('any sequence of writes, points and drops', () => {
  it('shows at each point what a map said when it was made', () => {
    let compared = 0;
    const commands = fc.array(command, { maxLength: 80, size: 'max' });
    const property = fc.property(commands, (sequence) => {
      const chronicle = new Chronicle();
      for (const one of sequence) chronicle.run(one);
      compared += chronicle.compare();
    });
    fc.assert(property, { numRuns: 150 });
    expect(compared).toBeGreaterThan(300);
  });
});
