/** Free-space collection: it changes places and nothing else, makes room, and always ends. */
import { describe, expect, it } from 'vitest';
import { MEMORY_JOURNAL } from '../../../src/base/default-ports.ts';
import { TRACK_BYTES_MAX } from '../../../src/base/limits.ts';
import { SeededRandom } from '../../../src/base/random.ts';
import { type CommitSequence, commitSequence, trackIndex } from '../../../src/base/units.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import {
  HOST_RIGHT,
  LOW_ACCESS,
  METADATA_RIGHT,
  SURVIVOR,
  UPDATE,
} from '../../../src/media/placement.ts';
import type { RedundancyGroup } from '../../../src/media/redundancy-group.ts';
import { VICTIM_POLICIES } from '../../../src/reclaim/victim-score.ts';
import { SmallGroups } from '../../support/small-groups.ts';
import { snap, track, value, whole } from '../../support/small-subsystem.ts';

/** A group with no more cylinders behind its capacity than it needs. */
const TIGHT = [
  { dataDrives: 4, redundancyDrives: 2, cylinderSectors: 256, reserveCylinders: 12 },
] as const;

/** Destaged cylinders of the first group. */
function destaged(groups: SmallGroups): number {
  return [...groupOf(groups).destagedCylinders()].length;
}

function groupOf(groups: SmallGroups): RedundancyGroup {
  return groups.parts.backEnd.groupNumbered(0);
}

/** Every third track written anew, so that every cylinder of the load has dead sectors. */
function overwriteThird(groups: SmallGroups, count: number): void {
  for (let at = 0; at < count; at += 3) groups.write(at);
}

/** Kind of the cylinder in which a track of the first device lies. */
function kindOf(groups: SmallGroups, at: number): number {
  const { directory, instances } = groups.parts;
  const id = directory.find(groups.device.index, at);
  return groupOf(groups).cylinders.kind(instances.cylinder(id));
}

/** Writes random tracks of the first device. @returns Writes for which there was space. */
function churn(groups: SmallGroups, tracks: number, writes: number, seed = 1): number {
  const random = new SeededRandom(seed, 'churn');
  let written = 0;
  for (let count = 0; count < writes; count += 1) {
    if (groups.write(random.below(tracks))) written += 1;
  }
  return written;
}

describe.each(['bytes', 'signature'] as const)('collection with content %s', (content) => {
  it('moves what is live, frees whole cylinders and leaves every directory as it was', () => {
    const groups = new SmallGroups({ content });
    groups.load();
    const [source, target] = groups.devices as [Device, Device];
    snap(groups.subsystem, { wholeDevices: [whole(source, target)] });
    groups.noteCopy(source, target);
    overwriteThird(groups, 300);
    // The copy holds what was overwritten; without it the space is dead.
    groups.subsystem.clearDevice(target.index);
    groups.noteClear(target);
    groups.finish();
    groups.subsystem.drives.closeOpen();
    const before = { entries: groups.entries(), destaged: destaged(groups) };
    const { cylinders, tracks } = value(groups.subsystem.drives.collect());
    expect(cylinders).toBeGreaterThanOrEqual(5);
    expect(tracks).toBeGreaterThanOrEqual(cylinders * 20);
    groups.subsystem.drives.closeOpen();
    expect(destaged(groups)).toBeLessThan(before.destaged);
    expect(groups.entries()).toEqual(before.entries);
    expect(groups.faults()).toEqual([]);
  });

  it('can stop after any track, while hosts overwrite what is and what was to be moved', () => {
    const groups = new SmallGroups({ content });
    groups.load();
    overwriteThird(groups, 300);
    groups.subsystem.drives.closeOpen();
    const random = new SeededRandom(7, 'between');
    const { collection } = groups.parts;
    for (let step = 0; step < 400; step += 1) {
      collection.collectOne(0, 8);
      collection.work(1);
      groups.write(random.below(300));
      if (step % 50 === 0) groups.subsystem.drives.closeOpen();
    }
    expect(collection.movedCount).toBeGreaterThan(50);
    expect(groups.faults()).toEqual([]);
  });

  it('lets go of a victim that becomes empty by itself, or is in use for something new', () => {
    const groups = new SmallGroups({ content });
    groups.load(96);
    for (let at = 0; at < 96; at += 1) if (at % 8 !== 0) groups.write(at);
    groups.subsystem.drives.closeOpen();
    const { collection } = groups.parts;
    expect(collection.work(1)).toBe(1);
    expect(collection.movedCount).toBe(1);
    // Everything that is left of the victim dies, and its cylinder is written anew.
    for (let round = 0; round < 4; round += 1) for (let at = 0; at < 96; at += 1) groups.write(at);
    collection.work(1_000);
    expect(collection.collectedCount).toBeGreaterThan(0);
    expect(groups.faults()).toEqual([]);
  });

  it('keeps survivors apart from new data, and those of survivors apart again', () => {
    const groups = new SmallGroups({ content });
    groups.load(96);
    overwriteThird(groups, 96);
    groups.subsystem.drives.closeOpen();
    const oldest = [...groupOf(groups).destagedCylinders()][0] as number;
    const [stays] = groupOf(groups).instanceIds(oldest);
    expect(stays).toBeDefined();
    value(groups.subsystem.drives.collect({ cylinders: 1 }));
    expect(kindOf(groups, 1)).toBe(SURVIVOR);
    groups.subsystem.drives.closeOpen();
    while (kindOf(groups, 1) === SURVIVOR) {
      expect(value(groups.subsystem.drives.collect({ cylinders: 1 })).cylinders).toBe(1);
    }
    expect(kindOf(groups, 1)).toBe(LOW_ACCESS);
    expect(groups.faults()).toEqual([]);
  });

  it.each(VICTIM_POLICIES)('makes room for writes with victims by %s', (victim) => {
    const groups = new SmallGroups({ content, collection: { victim }, groups: TIGHT });
    groups.load(740);
    expect(churn(groups, 740, 1_500)).toBe(1_500);
    expect(groups.parts.collection.collectedCount).toBeGreaterThan(10);
    expect(groups.faults()).toEqual([]);
  });
});

describe('the reserve', () => {
  it('is never opened by hosts, however full the group is', () => {
    const groups = new SmallGroups({ groups: TIGHT });
    const group = groupOf(groups);
    let tracks = 0;
    while (groups.write(tracks)) tracks += 1;
    expect(tracks).toBeGreaterThan(750);
    // Fifteen tracks less than full: nearly every cylinder that hosts fill has to be collected first.
    const cylinders = Math.floor(tracks / 15);
    value(groups.subsystem.setCylinders(groups.device.index, cylinders));
    groups.finish();
    const random = new SeededRandom(2, 'full');
    const hostCylinder = (): number =>
      [...group.openCylinders()].find(({ kind }) => kind === UPDATE)?.cylinder ?? -1;
    let opened = 0;
    for (let count = 0; count < 1_500; count += 1) {
      const before = hostCylinder();
      expect(groups.write(random.below(cylinders * 15))).toBe(true);
      if (hostCylinder() === before) continue;
      opened += 1;
      expect(group.freeCylinderCount).toBeGreaterThanOrEqual(group.hostReserve);
    }
    expect(opened).toBeGreaterThan(10);
    expect(groups.subsystem.check().violations).toEqual([]);
  });

  it('lets metadata take what hosts may not, and leaves collection its own', () => {
    const groups = new SmallGroups();
    const group = groupOf(groups);
    expect(group.hostReserve).toBeGreaterThan(group.collectionReserve);
    const { collection } = groups.parts;
    expect(collection.makeRoom(0, HOST_RIGHT)).toBe(true);
    expect(collection.makeRoom(0, METADATA_RIGHT)).toBe(true);
    expect(collection.collectedCount).toBe(0);
  });
});

describe('making room', () => {
  it('ends when nothing can be won, and does not try again before something dies', () => {
    const groups = new SmallGroups({ content: 'signature', groups: TIGHT });
    const { subsystem, device } = groups;
    // Of the longest tracks a member holds one: half of every cylinder is nothing but ends.
    const writeLongest = (at: number): boolean =>
      subsystem.writeSignature(device.index, track(at), at, 0, TRACK_BYTES_MAX) > 0;
    let count = 0;
    while (writeLongest(count)) count += 1;
    const { collection, backEnd } = groups.parts;
    expect(backEnd.liveSectors).toBeLessThan(
      0.9 * (backEnd.capacitySectors - backEnd.reserveSectors),
    );
    expect(collection.collectedCount).toBeGreaterThan(10);
    expect(collection.collectedCount).toBeLessThan(3 * groupOf(groups).shape.cylinderCount);
    const { movedCount } = collection;
    for (let tries = 0; tries < 50; tries += 1) expect(writeLongest(count)).toBe(false);
    expect(collection.movedCount).toBe(movedCount);
    // Tracks die here and there, more than a cylinder holds: then there is room again.
    for (let at = 0; at < count; at += 10) {
      value(subsystem.deletedSpace.release(device.index, [{ first: track(at), count: 1 }], {}));
    }
    expect(writeLongest(count)).toBe(true);
    expect(subsystem.check().violations).toEqual([]);
  });

  it('waits for the journal where cylinders are empty but not yet durably so', () => {
    let durable = true;
    let last: CommitSequence = commitSequence(0);
    const journal = {
      keep: () => undefined,
      append: () => {},
      durable: () => (durable ? MEMORY_JOURNAL.durable() : last),
    };
    const groups = new SmallGroups({}, { journal });
    groups.load(600);
    last = groups.subsystem.commits.last();
    durable = false;
    let written = 0;
    const random = new SeededRandom(3, 'journal');
    while (groups.write(random.below(600))) written += 1;
    const group = groupOf(groups);
    expect(written).toBeGreaterThan(100);
    expect(group.quarantinedCount).toBeGreaterThan(0);
    const { movedCount } = groups.parts.collection;
    for (let tries = 0; tries < 20; tries += 1) expect(groups.write(tries)).toBe(false);
    expect(groups.parts.collection.movedCount).toBe(movedCount);
    expect(groups.faults()).toEqual([]);
    durable = true;
    expect(groups.write(0)).toBe(true);
    expect(groups.faults()).toEqual([]);
  });

  it('destages when nonvolatile storage is full, and never locks up', () => {
    const groups = new SmallGroups({ nvs: { destage: 'scheduled' } });
    const writeOrDestage = (at: number): void => {
      for (let tries = 0; tries < 100; tries += 1) {
        if (groups.write(at)) return;
        groups.subsystem.backgroundStep({ tracks: 10 });
      }
      throw new Error('a write waits for ever');
    };
    for (let at = 0; at < 600; at += 1) writeOrDestage(at);
    const random = new SeededRandom(5, 'nvs');
    for (let count = 0; count < 2_000; count += 1) writeOrDestage(random.below(600));
    expect(groups.parts.collection.collectedCount).toBeGreaterThan(5);
    expect(groups.faults()).toEqual([]);
  });

  it('destages what waits before it looks for victims, where storage would hold more', () => {
    const groups = new SmallGroups({
      content: 'signature',
      groups: TIGHT,
      nvs: { destage: 'scheduled', bytes: 2 ** 34 },
    });
    let count = 0;
    while (groups.write(count)) count += 1;
    const random = new SeededRandom(11, 'waiting');
    for (let round = 0; round < 2_000; round += 1) {
      const at = random.below(count);
      groups.subsystem.loadNullTrack(groups.device.index, trackIndex(at), 1);
      expect(groups.write(at)).toBe(true);
    }
    expect(groups.faults()).toEqual([]);
  });
});

describe('background collection', () => {
  it('leaves a group alone in which little is dead, and takes what is mostly dead', () => {
    const groups = new SmallGroups();
    groups.load(96);
    overwriteThird(groups, 96);
    groups.subsystem.drives.closeOpen();
    groups.finish();
    expect(groups.parts.collection.collectedCount).toBe(0);
    for (let at = 0; at < 96; at += 1) if (at % 12 !== 1) groups.write(at);
    groups.subsystem.drives.closeOpen();
    for (let step = 0; step < 10; step += 1) groups.subsystem.backgroundStep({ tracks: 100 });
    expect(groups.parts.collection.collectedCount).toBeGreaterThan(0);
    expect(groups.faults()).toEqual([]);
  });

  it('comes to rest: ends of members are not collected again and again', () => {
    const groups = new SmallGroups();
    groups.load(700);
    churn(groups, 700, 300);
    for (let step = 0; step < 200; step += 1) groups.subsystem.backgroundStep({ tracks: 500 });
    const { movedCount } = groups.parts.collection;
    for (let step = 0; step < 50; step += 1) groups.subsystem.backgroundStep({ tracks: 500 });
    expect(groups.parts.collection.movedCount).toBe(movedCount);
  });

  it('leaves a cylinder alone whose tracks are lost, until a drive returns', () => {
    const groups = new SmallGroups();
    groups.load(144);
    overwriteThird(groups, 144);
    const { drives } = groups.subsystem;
    drives.closeOpen();
    // A track of cylinder 1 is damaged where the two drives that could help have failed.
    const damage = { group: 0, member: 0, cylinder: 1, sector: 1, sectors: 60 } as const;
    value(drives.corrupt({ ...damage, kind: 'torn' }));
    for (const member of [4, 5]) value(drives.fail(0, member));
    const { collection } = groups.parts;
    const group = groupOf(groups);
    for (let count = 0; count < 20 && collection.collectOne(0); count += 1) drives.closeOpen();
    expect(collection.collectedCount).toBeGreaterThan(2);
    expect(group.isDestaged(1)).toBe(true);
    expect(drives.lostTracks().length).toBeGreaterThan(0);
    for (const member of [4, 5]) value(drives.return(0, member));
    for (let count = 0; count < 20 && group.isDestaged(1); count += 1) collection.collectOne(0);
    expect(group.isDestaged(1)).toBe(false);
    groups.finish();
    expect(groups.faults()).toEqual([]);
  });
});
