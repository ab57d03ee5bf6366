/** Emptying a cylinder step by step, whatever becomes of it meanwhile. */
import { describe, expect, it } from 'vitest';
import { MEMORY_JOURNAL } from '../../../src/base/default-ports.ts';
import type { Journal } from '../../../src/base/ports.ts';
import { type CommitSequence, commitSequence } from '../../../src/base/units.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import type { RedundancyGroup } from '../../../src/media/redundancy-group.ts';
import { CylinderEvacuation } from '../../../src/reclaim/cylinder-evacuation.ts';
import { SmallGroups } from '../../support/small-groups.ts';
import { value } from '../../support/small-subsystem.ts';

/** The first cylinder that the load has filled. */
const CYLINDER = 1;
/** Tracks in it. */
const TRACKS = 48;

/** A journal that can be told to fall behind. */
class LateJournal implements Journal {
  keep(): void {}

  isLate = false;

  append(): void {}

  durable(): CommitSequence {
    return this.isLate ? commitSequence(1) : MEMORY_JOURNAL.durable();
  }
}

function begun(): {
  readonly groups: SmallGroups;
  readonly group: RedundancyGroup;
  readonly evacuation: CylinderEvacuation;
} {
  const groups = new SmallGroups();
  groups.load(120);
  groups.subsystem.drives.closeOpen();
  const { backEnd, instances, store } = groups.parts;
  const group = backEnd.groupNumbered(0);
  const evacuation = new CylinderEvacuation(instances, store);
  evacuation.begin(group, CYLINDER);
  return { groups, group, evacuation };
}

describe('emptying a cylinder', () => {
  it('moves one track a step if asked to, and ends with a free cylinder', () => {
    const { groups, group, evacuation } = begun();
    const entries = groups.entries();
    for (let count = 1; count < TRACKS; count += 1) {
      expect(evacuation.step(1)).toBe('again');
      expect(evacuation.movedCount).toBe(1);
    }
    expect(evacuation.step(1)).toBe('emptied');
    expect(evacuation.isActive).toBe(false);
    expect(group.cylinders.live(CYLINDER)).toBe(0);
    expect(group.isDestaged(CYLINDER)).toBe(false);
    expect(groups.entries()).toEqual(entries);
    expect(groups.faults()).toEqual([]);
  });

  it('passes over tracks that were overwritten meanwhile, and keeps what was written', () => {
    const { groups, evacuation } = begun();
    evacuation.step(10);
    for (let at = 1; at < 40; at += 1) groups.write(at);
    expect(evacuation.step(1_000)).toBe('emptied');
    expect(evacuation.movedCount).toBe(9);
    expect(groups.faults()).toEqual([]);
  });

  it('leaves a cylinder alone that was emptied by itself and filled anew', () => {
    const { groups, group, evacuation } = begun();
    evacuation.step(10);
    const closedAt = group.cylinders.closedAt(CYLINDER);
    for (let at = 0; group.cylinders.closedAt(CYLINDER) === closedAt; at = (at + 1) % 120) {
      groups.write(at);
    }
    while (!group.isDestaged(CYLINDER)) {
      groups.load(20);
      groups.subsystem.drives.closeOpen();
    }
    const live = group.cylinders.live(CYLINDER);
    expect(live).toBeGreaterThan(0);
    expect(evacuation.step(1_000)).toBe('emptied');
    expect(evacuation.movedCount).toBe(0);
    expect(group.cylinders.live(CYLINDER)).toBe(live);
    expect(groups.faults()).toEqual([]);
  });

  it('moves what can be read and says that the rest is held', () => {
    const { groups, group, evacuation } = begun();
    const { drives } = groups.subsystem;
    for (const [member, kind] of [
      [0, 'flipped'],
      [1, 'torn'],
      [5, 'misdirected'],
    ] as const) {
      value(drives.corrupt({ group: 0, member, cylinder: CYLINDER, sector: 1, sectors: 2, kind }));
    }
    expect(evacuation.step(1_000)).toBe('held');
    expect(evacuation.movedCount).toBe(TRACKS - 2);
    expect(group.isDestaged(CYLINDER)).toBe(true);
    expect(drives.lostTracks()).toHaveLength(2);
    expect(
      groups.subsystem.check().violations.every(({ invariant }) => invariant === 'content-intact'),
    ).toBe(true);
  });

  it.each(['stays', 'goes'])(
    'waits for space, and goes on with a track that %s meanwhile',
    (fate) => {
      const journal = new LateJournal();
      const shape = { dataDrives: 4, redundancyDrives: 2, cylinderSectors: 256 };
      const groups = new SmallGroups({ groups: [{ ...shape, reserveCylinders: 12 }] }, { journal });
      const [one, other] = groups.devices as [Device, Device];
      for (let at = 0; at < 360; at += 1) {
        groups.write(at, one);
        groups.write(at, other);
      }
      groups.subsystem.drives.closeOpen();
      const { backEnd, instances, store } = groups.parts;
      const group = backEnd.groupNumbered(0);
      const evacuation = new CylinderEvacuation(instances, store);
      // What is emptied cannot be used again as long as the journal is late: space runs out in the end.
      journal.isLate = true;
      const cylinders = [...group.destagedCylinders()];
      for (let ended = ''; ended !== 'noSpace'; ) {
        evacuation.begin(group, cylinders.shift() ?? -1);
        ended = evacuation.step(1_000);
      }
      const { cylinder } = evacuation;
      const before = group.cylinders.live(cylinder);
      expect(before).toBeGreaterThan(20);
      expect(evacuation.step(1)).toBe('noSpace');
      expect(group.cylinders.live(cylinder)).toBe(before);
      if (fate === 'goes') {
        const waiting = group
          .instanceIds(cylinder)
          .find((id) => instances.count(id) > 0 && instances.cylinder(id) === cylinder);
        const isOfOne = Array.from({ length: 360 }).some(
          (_, at) => groups.parts.directory.find(one.index, at) === waiting,
        );
        const gone = isOfOne ? one : other;
        groups.subsystem.clearDevice(gone.index);
        groups.noteClear(gone);
        groups.parts.queue.drain(100_000);
        expect(instances.count(waiting ?? 0)).toBe(0);
      }
      journal.isLate = false;
      expect(evacuation.step(1_000)).toBe('emptied');
      expect(group.isDestaged(cylinder)).toBe(false);
      expect(groups.faults()).toEqual([]);
    },
  );

  it('can be given up at any point', () => {
    const { groups, group, evacuation } = begun();
    evacuation.step(10);
    evacuation.abandon();
    expect(evacuation.isActive).toBe(false);
    expect(group.cylinders.live(CYLINDER)).toBe((TRACKS - 10) * 20);
    expect(groups.faults()).toEqual([]);
  });
});
