/**
 * Drives whose bytes lie behind a port: what is told of them, and what becomes of media that give errors
 * or lose what was written last.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { CYLINDER_QUARANTINED } from '../../../src/media/cylinder-table.ts';
import { SECTOR_BYTES } from '../../../src/media/logical-cylinder.ts';
import { HOST_RIGHT, UPDATE } from '../../../src/media/placement.ts';
import { groupShape } from '../../support/back-end.ts';
import { contentAt, contentOf, KeptBackEnd, type KeptPlan } from '../../support/kept-back-end.ts';

const SECTORS = 256;
const SHAPE = groupShape(12_000, { dataDrives: 3, redundancyDrives: 2 });
const PLAN: KeptPlan = {
  shapes: [SHAPE],
  hasBytes: true,
  destage: 'scheduled',
  keepsStorage: true,
};

/** Instances of 60 sectors, four a member. */
function machineWith(count: number, plan: Partial<KeptPlan> = {}): KeptBackEnd {
  const machine = new KeptBackEnd({ ...PLAN, ...plan });
  for (let at = 0; at < count; at += 1) machine.take(60, 0, UPDATE, HOST_RIGHT);
  return machine;
}

function driveOf(machine: KeptBackEnd, member: number) {
  const drive = machine.drives.drives.get(`0.${member}`);
  if (drive === undefined) throw new Error(`no drive ${member}`);
  return drive;
}

/** Whether every instance can be had: where it lies, or from the others. */
function expectEverything({ backEnd, out }: KeptBackEnd): void {
  const group = backEnd.groupNumbered(0);
  for (const taken of out) {
    const expected = contentOf(taken.id, taken.cylinder, taken.sectors);
    const member = (taken.place >>> 16) & 0xff;
    const found =
      contentAt(backEnd, taken) ??
      backEnd.repair.reconstructRange(
        group,
        taken.cylinder,
        member,
        taken.place & 0xffff,
        taken.sectors,
        (bytes) => Buffer.compare(bytes, expected) === 0,
      );
    expect(found === undefined ? 'lost' : Buffer.compare(found, expected)).toBe(0);
  }
}

describe('media that give errors', () => {
  it('is met by the sectors that do so, which are unreadable from then on', () => {
    const machine = machineWith(12);
    machine.backEnd.closeOpen();
    const group = machine.backEnd.groupNumbered(0);
    driveOf(machine, 1).errors.add('0.70').add('0.72');
    expect(group.hasFaults).toBe(false);
    expect(group.read(0, 1, 61, 60)).toBeUndefined();
    expect(group.hasFaults).toBe(true);
    expect([...(group.members[1]?.unreadable.bits() ?? [])]).toEqual([70, 72]);
    expect(group.read(0, 1, 1, 60)).toHaveLength(60 * SECTOR_BYTES);
    expectEverything(machine);
  });

  it('finds what it needs elsewhere when reading for repair meets further errors', () => {
    const machine = machineWith(12);
    machine.backEnd.closeOpen();
    const group = machine.backEnd.groupNumbered(0);
    machine.backEnd.failDrive(0, 0);
    machine.backEnd.failDrive(0, 1);
    // Both spares took over, and nothing is rebuilt yet: two members are missing in every row.
    expect(group.members.map(({ missing }) => missing.count)).toEqual([1, 1, 0, 0, 0]);
    expect(machine.backEnd.repair.reconstructCylinder(group, 0, 0)).toBe(0);
    for (const [member, sector] of [
      [2, 5],
      [3, 130],
      [4, 200],
    ] as const) {
      driveOf(machine, member).errors.add(`0.${sector}`);
    }
    expect(machine.backEnd.repair.verifyParity(group, 0)).toBe(true);
    expect(machine.backEnd.repair.reconstructCylinder(group, 0, 1)).toBe(0);
    expect(group.members.map(({ unreadable }) => unreadable.count)).toEqual([0, 0, 1, 1, 1]);
    expectEverything(machine);
  });

  it('loses the rows that are beyond redundancy, and no others', () => {
    const machine = machineWith(12);
    machine.backEnd.closeOpen();
    const group = machine.backEnd.groupNumbered(0);
    machine.backEnd.failDrive(0, 1);
    driveOf(machine, 2).errors.add('0.5').add('0.9');
    driveOf(machine, 3).errors.add('0.5');
    expect(machine.backEnd.repair.reconstructCylinder(group, 0, 1)).toBe(1);
    expect([...(group.members[1]?.unreadable.bits() ?? [])]).toEqual([5]);
    expect(group.read(0, 1, 6, 100)).toHaveLength(100 * SECTOR_BYTES);
  });

  it('does without a drive that holds nothing where a cylinder should lie', () => {
    const machine = machineWith(12);
    machine.backEnd.closeOpen();
    driveOf(machine, 2).cylinders.clear();
    const group = machine.backEnd.groupNumbered(0);
    expect(group.destage.hasLabel(group, 0, 2)).toBe(false);
    expect(machine.backEnd.repair.verifyParity(group, 0)).toBe(true);
    expect(group.members[2]?.unreadable.count).toBe(SECTORS - 1);
    expectEverything(machine);
  });

  it('believes an error that comes and goes', () => {
    const machine = machineWith(12);
    machine.backEnd.closeOpen();
    const group = machine.backEnd.groupNumbered(0);
    const drive = driveOf(machine, 0);
    const read = drive.read.bind(drive);
    let failures = 1;
    drive.read = (...range) => (failures-- > 0 ? 'unreadable' : read(...range));
    expect(group.read(0, 0, 1, 60)).toBeUndefined();
    expect(group.members[0]?.unreadable.count).toBe(60);
    expectEverything(machine);
  });
});

describe('what goes to drives', () => {
  it('is told before, with the clock at which the cylinder was opened', () => {
    const machine = machineWith(26);
    expect(machine.drives.told).toEqual([]);
    const contents = [...machine.backEnd.storageContents()];
    expect(contents.map(({ buffers, ...at }) => ({ ...at, buffers: buffers.length }))).toEqual([
      { group: 0, cylinder: 2, isOpen: true, stamp: 3, member: 0, sector: 121, buffers: 3 },
      { group: 0, cylinder: 0, isOpen: false, stamp: 1, member: 2, sector: 241, buffers: 3 },
      { group: 0, cylinder: 1, isOpen: false, stamp: 2, member: 2, sector: 241, buffers: 3 },
    ]);
    machine.backEnd.destage();
    expect(machine.drives.told).toEqual(['destaging 0.0 of 1']);
    machine.backEnd.closeOpen();
    expect(machine.drives.told.slice(1)).toEqual(['destaging 0.1 of 2', 'destaging 0.2 of 3']);
    expect(machine.drives.destaged.get('0.2')?.map((bytes) => bytes?.length)).toEqual([
      SECTORS * SECTOR_BYTES,
      undefined,
      undefined,
    ]);
    machine.backEnd.failDrive(0, 3);
    const group = machine.backEnd.groupNumbered(0);
    machine.backEnd.repair.reconstructCylinder(group, 1, 3);
    expect(machine.drives.told.at(-1)).toBe('rewriting 0.1 of member 3');
  });

  it.each([true, false])('is not written where storage is kept (%s) and nothing lives', (keeps) => {
    const machine = machineWith(13, { keepsStorage: keeps });
    machine.commits.next();
    for (let at = 0; at < 12; at += 1) machine.give(0);
    machine.keeper.collect();
    const group = machine.backEnd.groupNumbered(0);
    expect(group.cylinders.state(0)).toBe(CYLINDER_QUARANTINED);
    expect(machine.drives.told).toEqual([keeps ? 'dropped 0.0 of 1' : 'destaging 0.0 of 1']);
    expect(driveOf(machine, 0).cylinders.has(0)).toBe(!keeps);
  });

  it('can be written once more, to the drives that have it', () => {
    const machine = machineWith(12);
    machine.backEnd.closeOpen();
    const buffers = machine.drives.destaged.get('0.0') ?? [];
    const group = machine.backEnd.groupNumbered(0);
    machine.backEnd.failDrive(0, 4);
    // A power cut has taken a part of what was written.
    driveOf(machine, 0).cylinders.get(0)?.fill(0, 3_000);
    driveOf(machine, 3).cylinders.get(0)?.fill(0xee);
    const again = (): readonly (Uint8Array | undefined)[] => buffers.map((bytes) => bytes?.slice());
    expect(machine.backEnd.destageAgain(0, 0, again())).toBe(true);
    for (const { number } of group.members.slice(0, 4)) {
      expect(group.destage.hasLabel(group, 0, number)).toBe(true);
    }
    expect(group.members[4]?.missing.has(0)).toBe(true);
    expect(driveOf(machine, 4).cylinders.size).toBe(0);
    machine.backEnd.repair.reconstructCylinder(group, 0, 4);
    expect(machine.backEnd.repair.verifyParity(group, 0)).toBe(true);
    expectEverything(machine);
    while (machine.out.length > 0) machine.give(0);
    expect(machine.backEnd.destageAgain(0, 0, again())).toBe(false);
    expect(machine.backEnd.destageAgain(0, 7, again())).toBe(false);
  });
});

describe('what is given to storage again', () => {
  it('is taken where the cylinder lies there, and the member holds something', () => {
    const machine = machineWith(14);
    const changes = [machine.keeper.collect()];
    const other = machine.reopen(changes);
    expectEverything(other);
    const offer = (cylinder: number, stamp: number, member: number): boolean =>
      other.backEnd.refillStorage(
        { group: 0, cylinder, stamp, member },
        new Uint8Array(SECTORS * SECTOR_BYTES),
      );
    expect([offer(1, 2, 0), offer(0, 1, 2)]).toEqual([true, true]);
    // Another use of the cylinder, a member behind, a cylinder that is not there.
    expect([offer(1, 1, 0), offer(1, 2, 1), offer(0, 1, 3), offer(5, 2, 0)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
