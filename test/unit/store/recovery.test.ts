/** Recovery after several things have gone wrong one upon the other. */
import { describe, expect, it } from 'vitest';
import { driveFile } from '../../../src/store/store-layout.ts';
import { StoredSubsystem } from '../../../src/store/stored-subsystem.ts';
import { CrashRig, RIG_INPUT, viewOf } from '../../support/crash-rig.ts';
import { value, violationsOf } from '../../support/small-subsystem.ts';

const DEVICE = 0xa80;

/** A store with a device, some of whose tracks lie on drives. */
function filled(tracks: number): CrashRig {
  const rig = CrashRig.create(undefined, { ...RIG_INPUT, spareDrives: 0 });
  value(rig.installation.define({ model: '3390-1', cylinders: 2 }));
  for (let track = 0; track < tracks; track += 1) rig.write(DEVICE, track, track + 1);
  rig.subsystem.drives.closeOpen();
  rig.commit();
  return rig;
}

describe('recovery', () => {
  it('takes a drive whose file is gone for one that failed, also when cylinders are written again', () => {
    const rig = filled(20);
    rig.stored.checkpoint();
    for (let track = 0; track < 4; track += 1) rig.write(DEVICE, track, track + 101);
    rig.subsystem.drives.closeOpen();
    rig.commit();

    rig.medium.remove(driveFile(0, 0));
    const { stored } = CrashRig.open(rig.medium);

    expect(stored.recovery.cylindersWrittenAgain).toBeGreaterThan(0);
    expect(stored.recovery.missingDrives).toEqual([{ group: 0, member: 0 }]);
    expect(violationsOf(stored.subsystem)).toEqual([]);
  });

  it('takes a drive whose file is an empty one for one that failed, also then', () => {
    const rig = filled(20);
    rig.stored.checkpoint();
    for (let track = 0; track < 4; track += 1) rig.write(DEVICE, track, track + 101);
    rig.subsystem.drives.closeOpen();
    rig.commit();
    const file = rig.medium.open(driveFile(0, 0), 'write');
    const { sizeBytes } = file;
    file.resize(0);
    file.resize(sizeBytes);
    const { stored } = CrashRig.open(rig.medium);
    expect(stored.recovery.cylindersWrittenAgain).toBeGreaterThan(0);
    expect(stored.recovery.missingDrives).toEqual([{ group: 0, member: 0 }]);
    expect(violationsOf(stored.subsystem)).toEqual([]);
  });

  it('lets a failed drive that comes back miss what may never have reached it', () => {
    const rig = filled(6);
    value(rig.subsystem.drives.fail(0, 1));
    rig.commit();
    const again = CrashRig.open(rig.medium.afterPowerCut(() => false));
    expect(again.stored.recovery.cylindersWrittenAgain).toBeGreaterThan(0);
    value(again.subsystem.drives.return(0, 1));
    while (!again.subsystem.backgroundStep({ tracks: 100 }).idle) again.commit();
    value(again.subsystem.drives.fail(0, 0));
    expect(again.subsystem.drives.lostTracks()).toEqual([]);
    expect(violationsOf(again.subsystem)).toEqual([]);
  });

  it('counts on failed drives where too many have failed to do without', () => {
    const rig = filled(6);
    value(rig.subsystem.drives.fail(0, 1));
    value(rig.subsystem.drives.fail(0, 0));
    rig.commit();
    const again = CrashRig.open(rig.medium);
    expect(again.stored.recovery.cylindersWrittenAgain).toBeGreaterThan(0);
    value(again.subsystem.drives.return(0, 0));
    value(again.subsystem.drives.return(0, 1));
    expect(violationsOf(again.subsystem)).toEqual([]);
    expect(again.subsystem.drives.report().groups[0]?.redundancy).toBe('full');
  });

  it('goes on behind a checkpoint that is damaged in both copies', () => {
    const rig = filled(4);
    while (!rig.medium.list('checkpoints').some((name) => name.startsWith('00000003-base'))) {
      rig.stored.checkpoint();
    }
    rig.write(DEVICE, 1, 0x77);
    rig.commit();
    rig.stored.checkpoint();
    const { contents } = viewOf(rig.stored);
    const names = rig.medium.list('checkpoints');
    expect(names.at(-1)).toMatch(/delta\.b$/);
    for (const name of names.slice(-2)) {
      rig.medium.damage(`checkpoints/${name}`, 10, new Uint8Array(20).fill(7));
    }
    const salvaged = StoredSubsystem.open(rig.medium, { mode: 'write', salvage: true });
    expect(salvaged.recovery.damage).toContainEqual(expect.objectContaining({ outcome: 'lost' }));
    expect(viewOf(salvaged).contents).toBe(contents);
    salvaged.close();
    const { stored } = CrashRig.open(rig.medium.afterPowerCut(() => true));
    expect(stored.recovery.damage).toEqual([]);
    expect(viewOf(stored).contents).toBe(contents);
  });

  it('refuses a journal that ends before what a checkpoint has already', () => {
    const rig = filled(1);
    rig.stored.checkpoint();
    const segment = `journal/${rig.medium.list('journal')[0]}`;
    rig.medium.open(segment, 'write').resize(512);
    expect(() => CrashRig.open(rig.medium)).toThrow(
      expect.objectContaining({ code: 'STORE_DAMAGED' }),
    );
    const ports = { journalBytes: 2 ** 20, segmentBytes: 2 ** 20 };
    StoredSubsystem.open(rig.medium, { mode: 'write', ports, salvage: true }).close();
    const again = CrashRig.open(rig.medium);
    again.write(DEVICE, 0, 0x44);
    again.commit();
    expect(violationsOf(again.subsystem)).toEqual([]);
  });

  it('blames no drive for what the system does not let us do', () => {
    const rig = filled(6);
    rig.close();
    rig.medium.failure = ({ operation, file }) =>
      operation === 'open' && file.startsWith('drives/') ? { fault: 'denied' } : undefined;
    expect(() => CrashRig.open(rig.medium)).toThrow(
      expect.objectContaining({ code: 'STORE_DENIED' }),
    );
    rig.medium.failure = undefined;
    expect(CrashRig.open(rig.medium).stored.recovery.missingDrives).toEqual([]);
  });
});
