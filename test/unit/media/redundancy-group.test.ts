/**
 * Space of a group: against a plain list of taken ranges, under any order of taking, giving back and
 * moving, with every destage mode and with changes that become durable late.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BackEnd } from '../../../src/media/back-end.ts';
import {
  CYLINDER_FREE,
  CYLINDER_FULL,
  CYLINDER_OPEN,
  CYLINDER_QUARANTINED,
} from '../../../src/media/cylinder-table.ts';
import { nvsBytesOf } from '../../../src/media/group-shape.ts';
import { placeMember, placeSector } from '../../../src/media/logical-cylinder.ts';
import {
  COLLECTION_RIGHT,
  HEALING_RIGHT,
  HOST_RIGHT,
  METADATA,
  METADATA_RIGHT,
  type PlacementKind,
  SEQUENTIAL,
  SURVIVOR,
  type TakeRight,
  UPDATE,
} from '../../../src/media/placement.ts';
import type { RedundancyGroup } from '../../../src/media/redundancy-group.ts';
import { backEndOf, groupShape } from '../../support/back-end.ts';

interface Taken {
  readonly cylinder: number;
  readonly place: number;
  readonly sectors: number;
}

function take(
  backEnd: BackEnd,
  sectors: number,
  kind: PlacementKind = UPDATE,
  right: TakeRight = HOST_RIGHT,
): Taken | undefined {
  if (!backEnd.take(sectors, 0, kind, right)) return undefined;
  return { cylinder: backEnd.cylinder, place: backEnd.place, sectors };
}

function giveBack(backEnd: BackEnd, { cylinder, place, sectors }: Taken): void {
  backEnd.giveBack(cylinder, place, sectors);
}

function groupOf(backEnd: BackEnd): RedundancyGroup {
  return backEnd.groupNumbered(0);
}

/** What must hold at every moment, found again from the ranges that are out. */
function expectAccounts(group: RedundancyGroup, out: readonly Taken[]): void {
  const { cylinders, shape } = group;
  const used = new Set<number>();
  let sectors = 0;
  const live = Array.from({ length: cylinders.openedCount }, () => 0);
  for (const taken of out) {
    const sector = placeSector(taken.place);
    expect(sector).toBeGreaterThan(0);
    expect(sector + taken.sectors).toBeLessThanOrEqual(shape.cylinderSectors);
    const first =
      (taken.cylinder * shape.dataDrives + placeMember(taken.place)) * shape.cylinderSectors;
    for (let at = 0; at < taken.sectors; at += 1) used.add(first + sector + at);
    sectors += taken.sectors;
    live[taken.cylinder] = (live[taken.cylinder] ?? 0) + taken.sectors;
  }
  expect(used.size).toBe(sectors);
  expect(group.liveSectors).toBe(sectors);
  const open = new Map([...group.openCylinders()].map((at) => [at.cylinder, at.unwritten]));
  let dead = 0;
  let free = shape.cylinderCount - cylinders.openedCount;
  live.forEach((count, at) => {
    expect(cylinders.live(at)).toBe(count);
    const state = cylinders.state(at);
    const isFree = state === CYLINDER_FREE || state === CYLINDER_QUARANTINED;
    expect(state === CYLINDER_OPEN).toBe(open.has(at));
    if (isFree) free += 1;
    else dead += shape.usableSectors - (open.get(at) ?? 0) - count;
    // A cylinder that was left and holds nothing is free.
    expect(isFree || state === CYLINDER_OPEN || count > 0).toBe(true);
  });
  expect(group.deadSectors).toBe(dead);
  expect(group.freeCylinderCount + group.quarantinedCount).toBe(free);
  expect(group.liveSectors + group.deadSectors + group.unwrittenSectors).toBe(
    shape.cylinderCount * shape.usableSectors,
  );
}

describe('RedundancyGroup', () => {
  it('gives no sector twice and accounts for every one', () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ take: fc.integer({ min: 1, max: 129 }), kind: fc.nat(4) }),
      },
      { weight: 3, arbitrary: fc.record({ give: fc.nat() }) },
      { weight: 1, arbitrary: fc.constant('close') },
      { weight: 1, arbitrary: fc.constant('destage') },
      { weight: 1, arbitrary: fc.constant('durable') },
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200 }),
        fc.integer({ min: 300, max: 12_000 }),
        fc.constantFrom('atOnce', 'scheduled'),
        fc.boolean(),
        (steps, capacity, destage, isDurable) => {
          let sequence = 0;
          let durable = isDurable ? Number.MAX_SAFE_INTEGER : 0;
          const changes = {
            last: () => sequence,
            next: () => (sequence += 1),
            durable: () => durable,
          };
          const shape = groupShape(capacity, { dataDrives: 2 }, 100);
          const backEnd = backEndOf([shape], { destage, changes, hasBytes: false });
          const out: Taken[] = [];
          for (const next of steps) {
            sequence += 1;
            if (next === 'close') backEnd.closeOpen();
            else if (next === 'destage') backEnd.destage();
            else if (next === 'durable') durable = Math.max(durable, sequence);
            else if ('take' in next) {
              const right = next.kind === METADATA ? METADATA_RIGHT : HOST_RIGHT;
              const taken = take(backEnd, next.take, next.kind as PlacementKind, right);
              if (taken !== undefined) out.push(taken);
            } else if (out.length > 0) {
              giveBack(backEnd, out.splice(next.give % out.length, 1)[0] as Taken);
            }
          }
          expectAccounts(groupOf(backEnd), out);
          for (const taken of out.splice(0)) giveBack(backEnd, taken);
          backEnd.closeOpen();
          expectAccounts(groupOf(backEnd), []);
          expect(groupOf(backEnd).deadSectors).toBe(0);
        },
      ),
    );
  });

  it('keeps kinds apart', () => {
    const backEnd = backEndOf([groupShape(100_000)]);
    const taken = [UPDATE, SEQUENTIAL, SURVIVOR, METADATA].map((kind) =>
      take(backEnd, 10, kind as PlacementKind, METADATA_RIGHT),
    );
    expect(new Set(taken.map((at) => at?.cylinder)).size).toBe(4);
  });

  it('never uses sectors of a cylinder again before all of it is free', () => {
    const backEnd = backEndOf([groupShape(100_000, { dataDrives: 2 })]);
    const tracks = Array.from({ length: 5 }, () => take(backEnd, 120) as Taken);
    const { cylinders } = groupOf(backEnd);
    expect(tracks.map(({ cylinder }) => cylinder)).toEqual([0, 0, 0, 0, 1]);
    for (const track of tracks.slice(0, 3)) giveBack(backEnd, track);
    expect((take(backEnd, 120) as Taken).cylinder).toBe(1);
    expect(groupOf(backEnd).isDestaged(0)).toBe(true);
    giveBack(backEnd, tracks[3] as Taken);
    expect(cylinders.state(0)).toBe(CYLINDER_FREE);
    take(backEnd, 120);
    take(backEnd, 120);
    expect((take(backEnd, 120) as Taken).cylinder).toBe(0);
  });

  it('keeps the reserve of sectors for metadata, and lets collection pass the capacity', () => {
    const backEnd = backEndOf([groupShape(1_000, {}, 100)]);
    for (let at = 0; at < 9; at += 1) expect(take(backEnd, 100)).toBeDefined();
    expect(take(backEnd, 1)).toBeUndefined();
    expect(backEnd.shortage).toBe('space');
    expect(take(backEnd, 100, METADATA, METADATA_RIGHT)).toBeDefined();
    expect(take(backEnd, 1, METADATA, METADATA_RIGHT)).toBeUndefined();
    expect(take(backEnd, 50, SURVIVOR, COLLECTION_RIGHT)).toBeDefined();
  });

  it('keeps the last cylinders for metadata and for collection', () => {
    const shape = groupShape(100_000, { dataDrives: 1, reserveCylinders: 8 }, 100);
    const backEnd = backEndOf([shape]);
    const group = groupOf(backEnd);
    const fill = (kind: PlacementKind, right: TakeRight): number => {
      while (take(backEnd, 129, kind, right) !== undefined);
      return group.freeCylinderCount;
    };
    expect(fill(UPDATE, HOST_RIGHT)).toBe(shape.hostReserve);
    expect(fill(SURVIVOR, HEALING_RIGHT)).toBe(shape.collectionReserve);
    expect(fill(SURVIVOR, COLLECTION_RIGHT)).toBe(0);
  });

  it('quarantines what was freed until the freeing is durable', () => {
    let last = 5;
    let durable = 4;
    const changes = { next: () => (last += 1), durable: () => durable };
    const backEnd = backEndOf([groupShape(100_000, { dataDrives: 1 })], { changes });
    const [one, two, three] = [1, 2, 3].map(() => take(backEnd, 129) as Taken);
    const { cylinders } = groupOf(backEnd);
    backEnd.giveBack(one?.cylinder ?? 0, one?.place ?? 0, 129);
    backEnd.moveOut(two?.cylinder ?? 0, two?.place ?? 0, 129);
    expect([0, 1].map((at) => cylinders.state(at))).toEqual([
      CYLINDER_QUARANTINED,
      CYLINDER_QUARANTINED,
    ]);
    expect(take(backEnd, 129)?.cylinder).toBe(3);
    durable = 6;
    expect(take(backEnd, 129)?.cylinder).toBe(0);
    expect(take(backEnd, 129)?.cylinder).toBe(4);
    durable = 7;
    expect(take(backEnd, 129)?.cylinder).toBe(1);
    expect(three?.cylinder).toBe(2);
  });

  it('quarantines what is freed without a sequence of its own when all sequences are durable', () => {
    let last = 5;
    let durable = 5;
    const changes = { next: () => (last += 1), durable: () => durable };
    const backEnd = backEndOf([groupShape(100_000, { dataDrives: 1 })], { changes });
    const taken = take(backEnd, 100) as Taken;
    backEnd.closeOpen();
    giveBack(backEnd, taken);
    expect(groupOf(backEnd).cylinders.state(0)).toBe(CYLINDER_QUARANTINED);
    expect(take(backEnd, 129)?.cylinder).toBe(1);
    durable = 6;
    backEnd.closeOpen();
    expect(take(backEnd, 129)?.cylinder).toBe(0);
  });

  it('waits for destage when nonvolatile storage is full', () => {
    const shape = groupShape(100_000, { dataDrives: 1 });
    const nvsBytes = 3 * nvsBytesOf(shape);
    const backEnd = backEndOf([shape], { destage: 'scheduled', nvsBytes });
    for (let at = 0; at < 3; at += 1) expect(take(backEnd, 129)).toBeDefined();
    expect(take(backEnd, 129)).toBeUndefined();
    expect(backEnd.shortage).toBe('nvs');
    expect(groupOf(backEnd).cylinders.state(0)).toBe(CYLINDER_FULL);
    // Collection helps itself.
    expect(take(backEnd, 129, SURVIVOR, COLLECTION_RIGHT)).toBeDefined();
    expect(groupOf(backEnd).isDestaged(0)).toBe(true);
    expect(take(backEnd, 129)).toBeUndefined();
    // So does healing.
    expect(take(backEnd, 129, SURVIVOR, HEALING_RIGHT)).toBeDefined();
    expect(groupOf(backEnd).fullCount).toBe(2);
    expect(backEnd.destage()).toBe(true);
    expect(take(backEnd, 129)).toBeDefined();
    expect(backEnd.nvs.usedBytes).toBe(nvsBytes);
    backEnd.closeOpen();
    expect(backEnd.nvs.usedBytes).toBe(0);
    expect(backEnd.destage()).toBe(false);
  });

  it('opens nothing when more drives have failed than redundancy makes up for', () => {
    const backEnd = backEndOf([groupShape(100_000, { dataDrives: 1 })]);
    const group = groupOf(backEnd);
    backEnd.failDrive(0, 0);
    backEnd.failDrive(0, 2);
    expect(take(backEnd, 129)).toBeDefined();
    backEnd.failDrive(0, 1);
    expect(group.failedCount).toBe(3);
    expect(take(backEnd, 129)).toBeUndefined();
    backEnd.returnDrive(0, 1);
    expect(take(backEnd, 129)).toBeDefined();
  });

  it('stops when space is given back twice', () => {
    const backEnd = backEndOf([groupShape(1_000)]);
    const [one] = [take(backEnd, 10) as Taken, take(backEnd, 5)];
    backEnd.closeOpen();
    giveBack(backEnd, one);
    giveBack(backEnd, one);
    expect(() => groupOf(backEnd).liveSectors).toThrow('cylinder-has-live-sectors');
  });
});

describe('BackEnd', () => {
  it('puts tracks that may lie anywhere into the emptiest group', () => {
    const shapes = [groupShape(60_000, { dataDrives: 1 }), groupShape(20_000, { dataDrives: 1 })];
    const backEnd = backEndOf(shapes, { hasBytes: false });
    for (let at = 0; at < 400; at += 1)
      expect(backEnd.take(129, -1, UPDATE, HOST_RIGHT)).toBe(true);
    const [large, small] = backEnd.groups as [RedundancyGroup, RedundancyGroup];
    expect(large.liveSectors + small.liveSectors).toBe(backEnd.liveSectors);
    expect(large.liveSectors / small.liveSectors).toBeCloseTo(3, 0);
    expect(backEnd.take(129, 1, UPDATE, HOST_RIGHT)).toBe(true);
    expect(backEnd.lastGroup).toBe(small);
  });

  it('goes to another group when one is full', () => {
    const shapes = [groupShape(60_000, { dataDrives: 1 }), groupShape(20_000, { dataDrives: 1 })];
    const backEnd = backEndOf(shapes, { hasBytes: false });
    let count = 0;
    while (backEnd.take(100, -1, UPDATE, HOST_RIGHT)) count += 1;
    expect(count).toBe(800);
    expect(backEnd.shortage).toBe('space');
  });
});
