/** Rebuild: resumable at any point, most exposed first, and it never hands damage on. */
import { describe, expect, it } from 'vitest';
import type { RedundancyGroup } from '../../../src/media/redundancy-group.ts';
import { SmallGroups } from '../../support/small-groups.ts';
import { track, value, violationsOf } from '../../support/small-subsystem.ts';

function groupOf(groups: SmallGroups, number = 0): RedundancyGroup {
  return groups.parts.backEnd.groupNumbered(number);
}

/** A loaded subsystem whose cylinders are all on the drives. */
function loaded(input: ConstructorParameters<typeof SmallGroups>[0] = {}): SmallGroups {
  const groups = new SmallGroups(input);
  groups.load();
  groups.subsystem.drives.closeOpen();
  return groups;
}

/** Cylinders that the drive of a member misses. */
function missing(groups: SmallGroups, member: number): number {
  return groupOf(groups).members[member]?.missing.count ?? -1;
}

/** Steps of one track until rebuild has rebuilt so many cylinders more. */
function stepUntil(groups: SmallGroups, rebuilt: number): void {
  const { rebuild } = groups.parts;
  const until = rebuild.rebuiltCount + rebuilt;
  for (let step = 0; rebuild.rebuiltCount < until; step += 1) {
    if (step > 10_000) throw new Error('rebuild does not get on');
    groups.subsystem.backgroundStep({ tracks: 1 });
  }
}

describe.each(['bytes', 'signature'] as const)('rebuild with content %s', (content) => {
  it('brings two replaced drives back, so that any other two may fail', () => {
    const groups = loaded({ content });
    const { drives } = groups.subsystem;
    const entries = groups.entries();
    for (const member of [1, 4]) value(drives.fail(0, member));
    expect(drives.report().groups[0]?.redundancy).toBe('degraded');
    for (const member of [1, 4]) value(drives.replace(0, member));
    const cylinders = [...groupOf(groups).destagedCylinders()].length;
    expect(cylinders).toBeGreaterThan(5);
    expect(missing(groups, 1)).toBe(cylinders);
    groups.finish(50);
    expect(drives.report()).toMatchObject({
      rebuiltCylinders: cylinders,
      evacuatedCylinders: 0,
      healedTracks: 0,
    });
    expect(drives.report().groups[0]?.redundancy).toBe('full');
    for (const member of [0, 5]) value(drives.fail(0, member));
    expect(groups.entries()).toEqual(entries);
    expect(groups.wrongTracks()).toEqual([]);
  });

  it('goes on with a budget of one track, through a failure, a return and a replacement', () => {
    const groups = loaded({ content });
    const { drives } = groups.subsystem;
    value(drives.fail(0, 2));
    value(drives.replace(0, 2));
    stepUntil(groups, 2);
    // A second drive fails in the middle: what is not rebuilt yet misses two members now.
    value(drives.fail(0, 3));
    expect(drives.report().groups[0]).toMatchObject({ redundancy: 'degraded', missingMembers: 2 });
    stepUntil(groups, 1);
    // A third, and the tracks of cylinders that miss three are named until it returns.
    value(drives.fail(0, 0));
    expect(drives.report().groups[0]?.redundancy).toBe('beyond');
    expect(drives.lostTracks().length).toBeGreaterThan(0);
    value(drives.return(0, 0));
    expect(drives.lostTracks()).toEqual([]);
    value(drives.replace(0, 3));
    groups.finish(1);
    expect(drives.report().groups[0]?.redundancy).toBe('full');
    expect(groups.faults()).toEqual([]);
    for (const member of [1, 5]) value(drives.fail(0, member));
    expect(groups.wrongTracks()).toEqual([]);
  });

  it('begins anew when the drive that is rebuilt fails as well', () => {
    const groups = loaded({ content });
    const { drives } = groups.subsystem;
    value(drives.fail(0, 1));
    value(drives.replace(0, 1));
    stepUntil(groups, 3);
    value(drives.fail(0, 1));
    expect(groups.parts.rebuild.hasWork()).toBe(false);
    expect(groups.subsystem.backgroundStep({ tracks: 100 }).idle).toBe(true);
    value(drives.replace(0, 1));
    groups.finish(7);
    expect(missing(groups, 1)).toBe(0);
    expect(groups.faults()).toEqual([]);
  });

  it('saves what can still be read where nothing can be rebuilt any more', () => {
    const groups = loaded({ content });
    const { drives } = groups.subsystem;
    const group = groupOf(groups);
    for (const member of [0, 4, 5]) value(drives.fail(0, member));
    const lost = drives.lostTracks();
    expect(lost.length).toBeGreaterThan(0);
    for (const member of [0, 4, 5]) value(drives.replace(0, member));
    groups.finish();
    // Cylinders that nothing can rebuild hold nothing but what is lost.
    expect(drives.lostTracks()).toHaveLength(lost.length);
    const left = [...(group.members[0]?.missing.bits() ?? [])];
    const live = left.reduce((sum, cylinder) => sum + group.cylinders.live(cylinder), 0);
    expect(live).toBe(20 * lost.length);
    for (const member of [1, 2]) value(drives.fail(0, member));
    expect(drives.lostTracks()).toHaveLength(lost.length);
    expect(groups.wrongTracks()).toHaveLength(lost.length);
  });

  it('rebuilds only what was written while a drive that returns was away', () => {
    const groups = loaded({ content });
    const { drives } = groups.subsystem;
    const before = [...groupOf(groups).destagedCylinders()].length;
    value(drives.fail(0, 0));
    for (let at = 300; at < 400; at += 1) groups.write(at);
    drives.closeOpen();
    const written = [...groupOf(groups).destagedCylinders()].length - before;
    expect(written).toBeGreaterThan(1);
    value(drives.return(0, 0));
    expect(missing(groups, 0)).toBe(written);
    groups.finish();
    expect(drives.report().rebuiltCylinders).toBe(written);
    expect(groups.faults()).toEqual([]);
  });

  it('has a spare at once, and refills the spares', () => {
    const groups = loaded({ content, spareDrives: 1 });
    const { drives } = groups.subsystem;
    expect(value(drives.fail(0, 3))).toEqual({ spare: true });
    expect(drives.report().spares).toBe(0);
    groups.finish();
    expect(drives.report().groups[0]?.redundancy).toBe('full');
    expect(value(drives.replace(0, 3))).toEqual({ spare: true });
    expect(drives.report().spares).toBe(1);
    expect(groups.faults()).toEqual([]);
  });

  it('loses nothing to unreadable sectors on the way: what the rows allow is healed', () => {
    const groups = loaded({ content });
    const { drives } = groups.subsystem;
    const at = drives.locate(groups.device.index, track(5));
    if (at === undefined) throw new Error('track 5 is not on the drives');
    const other = (at.member + 1) % 4;
    value(drives.corrupt({ ...at, member: other, kind: 'unreadable' }));
    const third = (at.member + 2) % 4;
    value(drives.fail(0, third));
    value(drives.replace(0, third));
    groups.finish();
    expect(drives.report()).toMatchObject({ evacuatedCylinders: 1 });
    expect(drives.report().healedTracks).toBeGreaterThan(0);
    expect(groups.faults()).toEqual([]);
  });
});

describe('rebuild', () => {
  it('knows what silent damage has spoiled until it is healed, and so does the check', () => {
    const groups = loaded();
    const { drives } = groups.subsystem;
    const at = drives.locate(groups.device.index, track(5));
    if (at === undefined) throw new Error('track 5 is not on the drives');
    value(drives.corrupt({ ...at, member: 4, kind: 'flipped' }));
    value(drives.fail(0, at.member));
    value(drives.replace(0, at.member));
    const { members } = groupOf(groups);
    while (members[at.member]?.missing.has(at.cylinder)) {
      groups.subsystem.backgroundStep({ tracks: 1 });
    }
    // Reconstructed from a wrong P, and not emptied yet.
    expect(groupOf(groups).isDestaged(at.cylinder)).toBe(true);
    expect(violationsOf(groups.subsystem)).toEqual([]);
    groups.finish();
    expect(drives.report()).toMatchObject({ evacuatedCylinders: 1 });
    expect(groups.faults()).toEqual([]);
  });

  it('takes the cylinders that miss most members first, whatever their group', () => {
    const shape = { dataDrives: 4, redundancyDrives: 2, cylinderSectors: 256 } as const;
    const groups = new SmallGroups({ capacityBytes: 16_777_216, groups: [shape, shape] });
    for (const device of groups.devices) groups.load(400, device);
    const { drives } = groups.subsystem;
    drives.closeOpen();
    for (const number of [0, 1])
      expect([...groupOf(groups, number).destagedCylinders()].length).toBeGreaterThan(3);
    value(drives.fail(0, 0));
    value(drives.replace(0, 0));
    for (const member of [2, 3]) {
      value(drives.fail(1, member));
      value(drives.replace(1, member));
    }
    const exposed = groupOf(groups, 1).members[2]?.missing;
    const other = groupOf(groups, 0).members[0]?.missing;
    const untouched = other?.count;
    expect(exposed?.count).toBeGreaterThan(3);
    for (let left = exposed?.count ?? 0; left > 0; left -= 1) {
      expect(exposed?.count).toBe(left);
      expect(other?.count).toBe(untouched);
      expect(groups.parts.rebuild.work(1)).toBeGreaterThan(0);
    }
    expect(groups.parts.rebuild.work(1)).toBeGreaterThan(0);
    expect(other?.count).toBe((untouched ?? 0) - 1);
    groups.finish();
    expect(groups.faults()).toEqual([]);
  });

  it('never touches cylinders without live tracks, nor those that lost them meanwhile', () => {
    const groups = loaded();
    const { drives } = groups.subsystem;
    value(drives.fail(0, 1));
    value(drives.replace(0, 1));
    stepUntil(groups, 1);
    const before = missing(groups, 1);
    for (let at = 0; at < 200; at += 1) groups.write(at);
    drives.closeOpen();
    const left = missing(groups, 1);
    expect(left).toBeLessThan(before);
    groups.finish();
    expect(drives.report().rebuiltCylinders).toBe(1 + left);
    expect(groups.faults()).toEqual([]);
  });

  it.each(['flipped', 'torn', 'misdirected'] as const)(
    'empties a cylinder in which silent damage (%s) has spoiled what it reconstructed',
    (kind) => {
      const groups = loaded();
      const { drives } = groups.subsystem;
      const at = drives.locate(groups.device.index, track(5));
      if (at === undefined) throw new Error('track 5 is not on the drives');
      const other = (at.member + 1) % 4;
      value(drives.corrupt({ ...at, member: other, kind }));
      value(drives.fail(0, at.member));
      value(drives.replace(0, at.member));
      groups.finish();
      expect(drives.report()).toMatchObject({ evacuatedCylinders: 1 });
      expect(drives.report().healedTracks).toBeGreaterThan(0);
      expect(groups.faults()).toEqual([]);
      expect(drives.lostTracks()).toEqual([]);
    },
  );

  it('is not owed where more is missing than redundancy makes up for', () => {
    const groups = loaded();
    const { drives } = groups.subsystem;
    for (const member of [0, 1, 2]) value(drives.fail(0, member));
    value(drives.replace(0, 1));
    expect(groups.subsystem.backgroundStep({ tracks: 1_000 })).toMatchObject({
      rebuilt: 0,
      idle: true,
    });
    expect(missing(groups, 1)).toBeGreaterThan(0);
    value(drives.return(0, 2));
    groups.finish();
    expect(missing(groups, 1)).toBe(0);
    expect(groups.faults()).toEqual([]);
  });
});
