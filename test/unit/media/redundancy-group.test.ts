/**
 * Space: against a plain list of taken ranges, under any order of taking and giving back.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CYLINDER_SECTORS,
  encodePlace,
  MEMBER_SECTORS,
  placeGroup,
  placeMember,
  placeSector,
  sectorsOf,
} from '../../../src/media/logical-cylinder.ts';
import { RedundancyGroup } from '../../../src/media/redundancy-group.ts';

interface Taken {
  readonly cylinder: number;
  readonly place: number;
  readonly sectors: number;
}

function take(group: RedundancyGroup, sectors: number, reserve = false): Taken | undefined {
  if (!group.take(sectors, reserve)) return undefined;
  return { cylinder: group.cylinder, place: group.place, sectors };
}

function giveBack(group: RedundancyGroup, { cylinder, place, sectors }: Taken): void {
  group.giveBack(cylinder, place, sectors);
}

/** Every sector of every range, as one number. */
function* sectorsIn(ranges: Iterable<Taken>): Generator<number> {
  for (const { cylinder, place, sectors } of ranges) {
    const first =
      cylinder * CYLINDER_SECTORS + placeMember(place) * MEMBER_SECTORS + placeSector(place);
    for (let at = 0; at < sectors; at += 1) yield first + at;
  }
}

/** What must hold at every moment, found again from the ranges that are out. */
function expectAccounts(group: RedundancyGroup, out: readonly Taken[]): void {
  group.settle();
  const live = [...sectorsIn(out)];
  const free = [...sectorsIn(group.ranges.ranges())];
  expect(new Set([...live, ...free]).size).toBe(live.length + free.length);
  expect(group.liveSectors).toBe(live.length);
  expect(group.deadSectors).toBe(free.length);
  expect(group.liveSectors + group.deadSectors + group.unwrittenSectors).toBe(
    group.capacitySectors,
  );
  const { cylinders } = group;
  for (let at = 0; at < cylinders.openedCount; at += 1) {
    const inside = (sector: number): boolean => Math.floor(sector / CYLINDER_SECTORS) === at;
    expect(cylinders.live(at)).toBe(live.filter(inside).length);
    expect(cylinders.dead(at)).toBe(free.filter(inside).length);
    expect(cylinders.live(at) + cylinders.dead(at) + cylinders.unwritten(at)).toBe(
      cylinders.size(at),
    );
  }
}

describe('RedundancyGroup', () => {
  it('gives no sector twice and accounts for every one', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('take'), sectors: fc.integer({ min: 1, max: 128 }) }),
      fc.record({ kind: fc.constant('give'), at: fc.nat() }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 120 }),
        fc.integer({ min: 300, max: 3_000 }),
        (steps, capacity) => {
          const group = new RedundancyGroup(0, capacity, 100);
          const out: Taken[] = [];
          for (const next of steps) {
            if ('sectors' in next) {
              const taken = take(group, next.sectors);
              if (taken !== undefined) out.push(taken);
              else expect(group.liveSectors + next.sectors).toBeGreaterThan(capacity - 100 - 128);
            } else if (out.length > 0) {
              giveBack(group, out.splice(next.at % out.length, 1)[0] as Taken);
            }
          }
          expectAccounts(group, out);
          for (const taken of out.splice(0)) giveBack(group, taken);
          expectAccounts(group, []);
          expect(group.liveSectors).toBe(0);
        },
      ),
    );
  });

  it('uses a freed range of the same length first, last in, first out', () => {
    const group = new RedundancyGroup(0, 100_000, 0);
    const [one, two] = [take(group, 100), take(group, 100), take(group, 100)];
    giveBack(group, one as Taken);
    giveBack(group, two as Taken);
    expect([take(group, 100), take(group, 100)]).toEqual([two, one]);
  });

  it('keeps an instance inside one member', () => {
    const group = new RedundancyGroup(0, 100_000, 0);
    for (let at = 0; at < 200; at += 1) {
      const taken = take(group, 111) as Taken;
      expect(placeSector(taken.place) + 111).toBeLessThanOrEqual(MEMBER_SECTORS);
    }
    // Nine full tracks fit a member; what is left over serves shorter tracks.
    expect(group.deadSectors).toBe(Math.floor(200 / 9) * (MEMBER_SECTORS - 9 * 111));
    const short = take(group, MEMBER_SECTORS - 9 * 111) as Taken;
    expect(placeSector(short.place)).toBe(9 * 111);
  });

  it('opens a cylinder again when its last live sector goes', () => {
    const group = new RedundancyGroup(0, 3 * CYLINDER_SECTORS, 0);
    const first = Array.from({ length: 13 }, () => take(group, MEMBER_SECTORS) as Taken);
    const next = take(group, MEMBER_SECTORS) as Taken;
    expect(next.cylinder).toBe(1);
    for (const taken of first) giveBack(group, taken);
    group.settle();
    expect(group.freeCylinders).toEqual([0]);
    expect(group.cylinders.unwritten(0)).toBe(CYLINDER_SECTORS);
    // The freed ranges belong to the cylinder's earlier life and are not used again.
    expect([...group.ranges.ranges()]).toEqual([]);
    expect((take(group, MEMBER_SECTORS) as Taken).cylinder).toBe(1);
  });

  it('splits a longer range only when nothing else is left, and joins neighbours after that', () => {
    const group = new RedundancyGroup(0, 300, 0);
    const [one, two, three] = [take(group, 100), take(group, 100), take(group, 100)];
    expect(take(group, 1)).toBeUndefined();
    giveBack(group, one as Taken);
    expect(take(group, 60)).toEqual({ ...(one as Taken), sectors: 60 });
    giveBack(group, two as Taken);
    const joined = take(group, 130) as Taken;
    expect(placeSector(joined.place)).toBe(60);
    expectAccounts(group, [{ ...(one as Taken), sectors: 60 }, joined, three as Taken]);
  });

  it('keeps the reserve for those who may use it', () => {
    const group = new RedundancyGroup(0, 1_000, 100);
    expect(take(group, 900)).toBeDefined();
    expect(take(group, 1)).toBeUndefined();
    expect(take(group, 100, true)).toBeDefined();
    expect(take(group, 1, true)).toBeUndefined();
  });

  it('stops when space is given back twice', () => {
    const group = new RedundancyGroup(0, 1_000, 0);
    const [one] = [take(group, 10), take(group, 5)];
    giveBack(group, one as Taken);
    giveBack(group, one as Taken);
    expect(() => group.settle()).toThrow('cylinder-has-live-sectors');
  });
});

describe('places', () => {
  it('keep group, member and sector apart', () => {
    const place = encodePlace(200, 12, 1_023);
    expect([placeGroup(place), placeMember(place), placeSector(place)]).toEqual([200, 12, 1_023]);
  });

  it.each([
    [1, 1],
    [512, 1],
    [513, 2],
    [56_832, 111],
  ])('%d bytes take %d sectors', (bytes, sectors) => {
    expect(sectorsOf(bytes)).toBe(sectors);
  });
});
