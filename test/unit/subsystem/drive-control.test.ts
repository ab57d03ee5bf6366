/** Drives as an operator sees them: orders and their refusals, reports, and what is lost by name. */
import { describe, expect, it } from 'vitest';
import type { Device } from '../../../src/mapping/device-table.ts';
import { SmallGroups } from '../../support/small-groups.ts';
import { codeOf, snap, track, value, violationsOf, whole } from '../../support/small-subsystem.ts';

const EVENTS = ['driveFailed', 'driveReturned', 'driveReplaced', 'spareTakesOver'];

function setup(input: ConstructorParameters<typeof SmallGroups>[0] = {}) {
  const events: string[] = [];
  const trace = {
    emit: (event: string, data: Readonly<Record<string, unknown>>) => {
      if (EVENTS.includes(event)) events.push(`${event} ${JSON.stringify(data)}`);
    },
  };
  const groups = new SmallGroups(input, { trace });
  groups.load(120);
  const { drives } = groups.subsystem;
  drives.closeOpen();
  return { groups, drives, events };
}

describe('orders about drives', () => {
  it('are refused by their reason where there is no such group, drive or sector', () => {
    const { drives } = setup();
    expect(codeOf(drives.fail(1, 0))).toBe('GROUP_UNKNOWN');
    expect(codeOf(drives.fail(0, 6))).toBe('DRIVE_UNKNOWN');
    expect(codeOf(drives.return(0, -1))).toBe('DRIVE_UNKNOWN');
    expect(codeOf(drives.replace(-1, 0))).toBe('GROUP_UNKNOWN');
    expect(codeOf(drives.collect({ group: 2 }))).toBe('GROUP_UNKNOWN');
    const place = {
      group: 0,
      member: 0,
      cylinder: 1,
      sector: 0,
      sectors: 1,
      kind: 'torn',
    } as const;
    expect(codeOf(drives.corrupt({ ...place, cylinder: 20 }))).toBe('SECTOR_UNKNOWN');
    expect(codeOf(drives.corrupt({ ...place, cylinder: 0.5 }))).toBe('SECTOR_UNKNOWN');
    expect(codeOf(drives.corrupt({ ...place, sector: 255, sectors: 2 }))).toBe('SECTOR_UNKNOWN');
    expect(codeOf(drives.corrupt({ ...place, sectors: 0 }))).toBe('SECTOR_UNKNOWN');
    expect(codeOf(drives.corrupt({ ...place, member: 6 }))).toBe('DRIVE_UNKNOWN');
    expect(codeOf(drives.corrupt(place))).toBe('done');
  });

  it('are refused where the drive is not in that state, and change nothing', () => {
    const { groups, drives, events } = setup();
    expect(codeOf(drives.return(0, 1))).toBe('DRIVE_STATE');
    expect(codeOf(drives.replace(0, 1))).toBe('DRIVE_STATE');
    expect(value(drives.fail(0, 1))).toEqual({ spare: false });
    expect(codeOf(drives.fail(0, 1))).toBe('DRIVE_STATE');
    const place = {
      group: 0,
      member: 1,
      cylinder: 1,
      sector: 0,
      sectors: 1,
      kind: 'torn',
    } as const;
    expect(codeOf(drives.corrupt(place))).toBe('DRIVE_STATE');
    expect(value(drives.return(0, 1))).toEqual({ spare: false });
    expect(codeOf(drives.return(0, 1))).toBe('DRIVE_STATE');
    expect(events).toEqual([
      'driveFailed {"group":0,"member":1,"spare":false}',
      'driveReturned {"group":0,"member":1,"spare":false}',
    ]);
    expect(groups.faults()).toEqual([]);
  });

  it('let a spare that comes later take the place of a drive that is still down', () => {
    const { groups, drives, events } = setup({ spareDrives: 1 });
    expect(value(drives.fail(0, 1))).toEqual({ spare: true });
    expect(value(drives.fail(0, 3))).toEqual({ spare: false });
    const takesOver = { group: 0, member: 3 };
    expect(value(drives.replace(0, 1))).toEqual({ spare: true, takesOver });
    expect(events.at(-1)).toBe('spareTakesOver {"group":0,"member":3}');
    expect(drives.report()).toMatchObject({ spares: 0, groups: [{ missingMembers: 2 }] });
    // The drive that was down is out now: it comes back as a spare, and nobody needs it.
    expect(value(drives.return(0, 3))).toEqual({ spare: true });
    expect(drives.report().spares).toBe(1);
    while (!groups.subsystem.backgroundStep({ tracks: 100 }).idle);
    expect(drives.report()).toMatchObject({ groups: [{ redundancy: 'full' }] });
    expect(drives.lostTracks()).toEqual([]);
    expect(groups.faults()).toEqual([]);
  });

  it('keep a spare from a group past its redundancy, where the drive itself is worth more', () => {
    const { drives } = setup({ spareDrives: 1 });
    for (const member of [0, 1, 2]) value(drives.fail(0, member));
    expect(value(drives.replace(0, 0))).toEqual({ spare: true });
    expect(drives.report()).toMatchObject({ spares: 1, groups: [{ redundancy: 'beyond' }] });
    // With one of them back the rest can be rebuilt, and the spare goes to work.
    const takesOver = { group: 0, member: 2 };
    expect(value(drives.return(0, 1))).toEqual({ spare: false, takesOver });
    expect(drives.lostTracks()).toEqual([]);
  });

  it('tell how every drive stands', () => {
    const { drives } = setup();
    value(drives.fail(0, 5));
    value(drives.fail(0, 2));
    value(drives.replace(0, 2));
    value(
      drives.corrupt({
        group: 0,
        member: 4,
        cylinder: 1,
        sector: 7,
        sectors: 3,
        kind: 'unreadable',
      }),
    );
    expect(drives.report()).toMatchObject({
      spares: 0,
      destagedCylinders: 4,
      rebuiltCylinders: 0,
      groups: [
        {
          group: 0,
          redundancy: 'degraded',
          missingMembers: 2,
          members: [
            { member: 0, role: 'data', state: 'online', missingCylinders: 0 },
            { member: 1, role: 'data' },
            { member: 2, role: 'data', state: 'online', missingCylinders: 4 },
            { member: 3, role: 'data' },
            { member: 4, role: 'P', unreadableSectors: 3 },
            { member: 5, role: 'Q', state: 'failed' },
          ],
        },
      ],
    });
  });
});

describe('where a track lies', () => {
  it('is told once it is on the drives', () => {
    const groups = new SmallGroups();
    const { drives } = groups.subsystem;
    const { index } = groups.device;
    expect(drives.locate(index, track(0))).toBeUndefined();
    groups.write(0);
    expect(drives.locate(index, track(0))).toBeUndefined();
    drives.closeOpen();
    expect(drives.locate(index, track(0))).toEqual({
      group: 0,
      cylinder: 0,
      member: 0,
      sector: 1,
      sectors: 20,
    });
  });

  it('waits for destage where that is scheduled', () => {
    const groups = new SmallGroups({ nvs: { destage: 'scheduled' } });
    groups.load(120);
    const { drives } = groups.subsystem;
    expect(drives.report().destagedCylinders).toBe(0);
    expect(groups.subsystem.backgroundStep({ tracks: 1 }).destaged).toBe(1);
    expect(drives.destage()).toBeGreaterThan(0);
    expect(drives.destage()).toBe(0);
    expect(groups.faults()).toEqual([]);
  });
});

describe('nonvolatile storage', () => {
  it('keeps tracks of a group that has lost too many drives, until one is back', () => {
    const groups = new SmallGroups({ nvs: { destage: 'scheduled' } });
    groups.load(120);
    const { drives } = groups.subsystem;
    for (const member of [0, 1, 2]) value(drives.fail(0, member));
    expect(groups.subsystem.backgroundStep({ tracks: 1_000 })).toMatchObject({
      destaged: 0,
      idle: true,
    });
    expect(drives.destage()).toBe(0);
    expect(groups.faults()).toEqual([]);
    value(drives.replace(0, 1));
    expect(groups.subsystem.backgroundStep({ tracks: 1_000 }).destaged).toBeGreaterThan(0);
    expect(groups.faults()).toEqual([]);
  });

  it('keeps them for a shutdown, too: what is in storage is not lost', () => {
    const groups = new SmallGroups();
    groups.load(120);
    const { drives } = groups.subsystem;
    const lost = (): number => drives.lostTracks().length;
    for (const member of [0, 1, 2]) value(drives.fail(0, member));
    const before = lost();
    drives.closeOpen();
    expect(lost()).toBe(before);
    for (const member of [0, 1, 2]) value(drives.return(0, member));
    drives.closeOpen();
    groups.finish();
    expect(groups.faults()).toEqual([]);
    expect(groups.wrongTracks()).toEqual([]);
  });
});

describe.each(['bytes', 'signature'] as const)('lost tracks with content %s', (content) => {
  it('are named by every device and point that shows them, and found again', () => {
    const { groups, drives } = setup({ content });
    const [source, target] = groups.devices as [Device, Device];
    snap(groups.subsystem, { wholeDevices: [whole(source, target)] });
    groups.noteCopy(source, target);
    groups.subsystem.retain(target.index, 'before');
    groups.write(20, target);
    drives.closeOpen();
    const at = drives.locate(source.index, track(20));
    if (at === undefined) throw new Error('track 20 is not on the drives');
    for (const member of [at.member, (at.member + 1) % 4, 5]) value(drives.fail(0, member));
    const lost = drives.lostTracks();
    const mine = lost.find(({ owners }) =>
      owners.some((owner) => owner.device === source.number && owner.track === 20),
    );
    expect(mine).toEqual({
      group: 0,
      logicalCylinder: at.cylinder,
      member: at.member,
      owners: [
        { device: source.number, track: 20, cylinder: 1, head: 5 },
        { device: target.number, point: 'before', track: 20, cylinder: 1, head: 5 },
      ],
    });
    // Exactly the named tracks cannot be read; the others are right.
    const named = lost.flatMap(({ owners }) => owners.filter(({ point }) => point === undefined));
    const wrong = groups.wrongTracks();
    expect(named.length).toBeGreaterThan(20);
    expect(new Set(wrong.map((line) => line.split(' ')[0]))).toEqual(
      new Set(named.map((owner) => `${owner.device}:${owner.track}`)),
    );
    expect(wrong.every((line) => /TRACK_LOST|lost/.test(line))).toBe(true);
    value(drives.return(0, at.member));
    expect(drives.lostTracks()).toEqual([]);
    expect(groups.wrongTracks()).toEqual([]);
    expect(violationsOf(groups.subsystem)).toEqual([]);
  });

  it('are none while redundancy makes up for what is gone', () => {
    const { drives } = setup({ content });
    for (const member of [0, 3]) value(drives.fail(0, member));
    expect(drives.lostTracks()).toEqual([]);
  });
});
