/**
 * A back end that outlives its process: after any operations, the one made from what was kept is the
 * same, word for word, and goes on the same way.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../src/base/random.ts';
import { nvsBytesOf } from '../../../src/media/group-shape.ts';
import {
  COLLECTION_RIGHT,
  HOST_RIGHT,
  METADATA,
  METADATA_RIGHT,
  type PlacementKind,
} from '../../../src/media/placement.ts';
import type { RedundancyGroup } from '../../../src/media/redundancy-group.ts';
import type { StateChange } from '../../../src/store/state-keeper.ts';
import { groupShape } from '../../support/back-end.ts';
import { contentAt, contentOf, KeptBackEnd, type KeptPlan } from '../../support/kept-back-end.ts';
import { compareKept } from '../../support/kept-state.ts';

/** One operation, drawn before it is done, so that two machines can do the same. */
type Operation = (machine: KeptBackEnd) => unknown;

const KINDS = 5;

function drawOperation(random: SeededRandom, groups: number): Operation {
  const [one, two, three] = [0, 0, 0].map(() => random.below(2 ** 31)) as [number, number, number];
  const group = one % groups;
  const sectors = 1 + (two % 129);
  const kind = (three % KINDS) as PlacementKind;
  const right = kind === METADATA ? METADATA_RIGHT : HOST_RIGHT;
  const step = random.below(100);
  if (step < 40) return (machine) => machine.take(sectors, group, kind, right);
  if (step < 46) return (machine) => machine.take(sectors, -1, kind, right);
  if (step < 66) return (machine) => machine.give(one);
  if (step < 74) {
    return (machine) => machine.out.length > 0 && machine.move(one, kind, COLLECTION_RIGHT);
  }
  if (step < 77) return ({ backEnd }) => backEnd.destage();
  if (step < 79) return ({ backEnd }) => backEnd.closeOpen();
  if (step < 84) return (machine) => machine.settle();
  if (step < 86) return ({ commits }) => commits.next();
  if (step < 88) return ({ backEnd }) => backEnd.groupNumbered(group).warnAt(two % 4_000);
  return drawDamage(step, { group, one, two, three });
}

function drawDamage(
  step: number,
  { group, one, two, three }: { group: number; one: number; two: number; three: number },
): Operation {
  const memberOf = ({ backEnd }: KeptBackEnd) => {
    const { members } = backEnd.groupNumbered(group);
    return members[one % members.length] as (typeof members)[number];
  };
  if (step < 90) {
    return (machine) => {
      const { state, number } = memberOf(machine);
      return state === 'online' && machine.backEnd.failDrive(group, number);
    };
  }
  if (step < 92) return (machine) => machine.backEnd.returnDrive(group, memberOf(machine).number);
  if (step < 93) return (machine) => machine.backEnd.replaceDrive(group, memberOf(machine).number);
  if (step < 94) return ({ backEnd }) => backEnd.placeSpare();
  if (step < 97) return (machine) => rebuildOne(machine, machine.backEnd.groupNumbered(group));
  return (machine) => {
    const owner = machine.backEnd.groupNumbered(group);
    const destaged = [...owner.destagedCylinders()];
    const cylinder = destaged[two % Math.max(1, destaged.length)];
    const member = memberOf(machine);
    if (cylinder === undefined || member.state === 'failed') return false;
    const kind = (['unreadable', 'torn', 'misdirected', 'flipped'] as const)[three % 4] ?? 'torn';
    member.corrupt(cylinder, 1 + (three % 200), 1 + (two % 9), kind);
    return true;
  };
}

/** Rebuilds something that a working drive misses. */
function rebuildOne({ backEnd }: KeptBackEnd, group: RedundancyGroup): number {
  for (const { state, number, missing } of group.members) {
    if (state === 'failed') continue;
    for (const cylinder of missing.bits()) {
      return backEnd.repair.reconstructCylinder(group, cylinder, number);
    }
  }
  return -1;
}

/** What both are asked besides what is kept. */
function figuresOf({ backEnd, keeper }: KeptBackEnd): unknown {
  return {
    settled: keeper.settled,
    nvs: backEnd.nvs.usedBytes,
    full: backEnd.fullCount,
    spares: backEnd.spareCount,
    faults: backEnd.hasFaults,
    preferred: backEnd.preferredGroup(),
    groups: backEnd.groups.map((group) => ({
      live: group.liveSectors,
      dead: group.deadSectors,
      unwritten: group.unwrittenSectors,
      free: group.freeCylinderCount,
      quarantined: group.quarantinedCount,
      failed: group.failedCount,
      faults: group.hasFaults,
      ids: Array.from({ length: group.cylinders.openedCount }, (_, at) => [
        ...group.instanceIds(at),
      ]),
    })),
  };
}

function expectSame(one: KeptBackEnd, other: KeptBackEnd): number {
  const { differences, looked } = compareKept(one.keeper, other.keeper);
  expect(differences).toEqual([]);
  expect(figuresOf(other)).toEqual(figuresOf(one));
  expect(other.out).toEqual(one.out);
  return looked;
}

/** @returns Instances whose bytes were compared. */
function expectBytes({ backEnd, out }: KeptBackEnd): number {
  let compared = 0;
  for (const taken of out) {
    const found = contentAt(backEnd, taken);
    if (found === undefined) continue;
    compared += 1;
    const expected = contentOf(taken.id, taken.cylinder, taken.sectors);
    expect(Buffer.compare(found, expected)).toBe(0);
  }
  return compared;
}

interface Course {
  readonly seed: number;
  readonly operations: number;
  /** Operations between two times that changes are collected. */
  readonly batch: number;
  /** Operations that both machines do afterwards. */
  readonly onward: number;
}

/** Runs operations, reopens after every batch, and lets both go on now and then. */
function runCourse(plan: KeptPlan, course: Course): { looked: number; bytes: number } {
  const random = new SeededRandom(course.seed, 'operations');
  const machine = new KeptBackEnd(plan);
  const changes: StateChange[] = [machine.keeper.collect()];
  const total = { looked: 0, bytes: 0 };
  for (let done = 0; done < course.operations; done += course.batch) {
    for (let at = 0; at < course.batch; at += 1) {
      drawOperation(random, plan.shapes.length)(machine);
    }
    changes.push(machine.keeper.collect());
    const reopened = machine.reopen(changes);
    total.looked += expectSame(machine, reopened);
    if (plan.hasBytes) total.bytes += expectBytes(reopened);
    if (random.below(4) > 0) continue;
    for (let at = 0; at < course.onward; at += 1) {
      const operation = drawOperation(random, plan.shapes.length);
      expect(operation(reopened)).toEqual(operation(machine));
    }
    changes.push(machine.keeper.collect());
    reopened.keeper.collect();
    total.looked += expectSame(machine, reopened);
    if (plan.hasBytes) total.bytes += expectBytes(reopened);
  }
  return total;
}

const SHAPE = groupShape(12_000, { dataDrives: 3, redundancyDrives: 2 }, 100);
/** Some hundred cylinders, so that every table grows. */
const WIDE = groupShape(60_000, { dataDrives: 1, redundancyDrives: 1 });
const SINGLE = groupShape(6_000, { dataDrives: 2, redundancyDrives: 1 });

const PLANS: readonly (readonly [string, KeptPlan])[] = [
  [
    'without bytes, destaged at once',
    { shapes: [SHAPE, SINGLE], hasBytes: false, destage: 'atOnce', keepsStorage: false },
  ],
  [
    'with many cylinders',
    { shapes: [WIDE], hasBytes: false, destage: 'atOnce', keepsStorage: true },
  ],
  [
    'without bytes, destaged in the background',
    { shapes: [SHAPE], hasBytes: false, destage: 'scheduled', keepsStorage: true },
  ],
  [
    'with bytes, destaged in the background',
    { shapes: [SINGLE, SHAPE], hasBytes: true, destage: 'scheduled', keepsStorage: true },
  ],
  [
    'with bytes and hardly any storage',
    {
      shapes: [SHAPE],
      hasBytes: true,
      destage: 'scheduled',
      keepsStorage: false,
      nvsBytes: 3 * nvsBytesOf(SHAPE),
    },
  ],
];

describe('a back end that is kept', () => {
  it.each(PLANS)('is the same when it is opened again: %s', (_, plan) => {
    const total = { looked: 0, bytes: 0 };
    const courses: readonly Course[] = [
      { seed: 1, operations: 90, batch: 1, onward: 4 },
      { seed: 2, operations: 600, batch: 20, onward: 30 },
      { seed: 3, operations: 3_000, batch: 150, onward: 60 },
    ];
    for (const course of courses) {
      const { looked, bytes } = runCourse(plan, course);
      total.looked += looked;
      total.bytes += bytes;
    }
    expect(total.looked).toBeGreaterThan(20_000);
    expect(total.bytes > 1_000).toBe(plan.hasBytes);
  });
});
