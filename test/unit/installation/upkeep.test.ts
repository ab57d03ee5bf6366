/** Scratching, releasing and background work of an installation. */
import { describe, expect, it } from 'vitest';
import { trackIndex } from '../../../src/base/units.ts';
import { runTask } from '../../../src/installation/installation-task.ts';
import { must } from '../backup/machine-room.ts';
import { called, finish, fullTrack, MachineHall, numbered } from './machine-hall.ts';

describe('scratching', () => {
  it('forgets data sets and gives their space back, in one commit', () => {
    const hall = new MachineHall();
    hall.import('PROD01');
    const { installation } = hall;
    const live = hall.subsystem.capacity().liveBytes;
    const own = /^SYS1\./;
    const names = must(installation.dataSets(called('PROD01')))
      .entries.map(({ name }) => name)
      .filter((name) => !own.test(name));
    hall.store.commits = 0;
    const task = installation.host().scratch({ volser: 'PROD01', dataSets: names });
    const result = finish(task);
    expect(hall.store.commits).toBe(1);
    expect(result.released?.tracks).toBeGreaterThan(10);
    expect(hall.subsystem.capacity().liveBytes).toBeLessThan(live);
    const left = must(installation.dataSets(called('PROD01'))).entries;
    expect(left.every(({ name }) => own.test(name))).toBe(true);
  });

  it('of what is not there changes nothing', () => {
    const hall = new MachineHall();
    hall.import('PROD01');
    const before = hall.digest('0A80');
    const task = hall.installation.host().scratch({ volser: 'PROD01', dataSets: ['NO.SUCH'] });
    expect(runTask(task)).toMatchObject({ kind: 'refused', code: 'DATA_SET_UNKNOWN' });
    expect(hall.digest('0A80')).toBe(before);
  });
});

describe('releasing', () => {
  it('finds tracks that belong to nobody', () => {
    const hall = new MachineHall();
    hall.import('PROD01');
    const vtoc = must(hall.installation.dataSets(called('PROD01')));
    const track = trackIndex(vtoc.freeSpace.recomputed.at(-1)?.first ?? 0);
    hall.volume('0A80').writeTrack(track, fullTrack(track));
    const [released] = finish(hall.installation.host().release({ volumes: ['PROD01'] }));
    expect(released).toMatchObject({ kind: 'released', volser: 'PROD01', tracks: 1 });
    const told = finish(hall.installation.host().release({ dryRun: true }));
    expect(told).toMatchObject([{ kind: 'released', tracks: 0 }]);
  });
});

describe('work in the background', () => {
  it('rebuilds a drive that was replaced, and says so', () => {
    const hall = new MachineHall({
      groups: [{ dataDrives: 2, redundancyDrives: 1, cylinderSectors: 512 }],
      capacityBytes: 64 * 1024 * 1024,
      spareDrives: 0,
    });
    hall.import('PROD01');
    const { installation } = hall;
    const digest = hall.digest('0A80');
    hall.subsystem.drives.closeOpen();
    hall.subsystem.drives.destage();
    hall.store.commits = 0;
    must(installation.change(({ drives }) => drives.fail(0, 1)));
    expect(installation.change(({ drives }) => drives.fail(0, 1))).toMatchObject({
      code: 'DRIVE_STATE',
    });
    must(installation.change(({ drives }) => drives.replace(0, 1)));
    expect(hall.store.commits).toBe(2);
    const report = finish(installation.work());
    expect(report.rebuilt).toBeGreaterThan(0);
    expect(hall.digest('0A80')).toBe(digest);
  });

  it('verifies everything once when it is asked to', () => {
    const hall = new MachineHall({
      groups: [{ dataDrives: 2, redundancyDrives: 1, cylinderSectors: 512 }],
      capacityBytes: 64 * 1024 * 1024,
    });
    hall.import('PROD01');
    hall.subsystem.drives.closeOpen();
    const task = hall.installation.scrub({ tracksPerStep: 8 });
    const told: number[] = [];
    for (;;) {
      const step = task.step();
      told.push(task.progress.done);
      if (step.kind !== 'again') break;
    }
    expect(hall.subsystem.drives.scrubState()).toMatchObject({ state: 'idle', passes: 1 });
    expect(told.at(-1)).toBeGreaterThan(0);
    expect(told).toEqual(told.toSorted((one, other) => one - other));
    expect(task.progress.done).toBeLessThanOrEqual(task.progress.total ?? 0);
  });

  it('ends when copies wait for space that nobody can make', () => {
    const hall = new MachineHall({ capacityBytes: 4 * 1024 * 1024 });
    const { installation } = hall;
    must(installation.define({ device: numbered('0300'), model: '3390-1', cylinders: 4 }));
    must(installation.define({ device: numbered('0301'), model: '3390-1', cylinders: 4 }));
    for (let at = 0; at < 40; at += 1) {
      const track = trackIndex(at);
      hall.volume('0300').writeTrack(track, fullTrack(track));
    }
    const pair = {
      source: { kind: 'device', device: numbered('0300') },
      target: { kind: 'device', device: numbered('0301') },
    } as const;
    must(installation.host().snapshot({ pairs: [pair], copy: 'background' }));
    const report = finish(installation.work());
    expect(report).toMatchObject({ idle: false, waitsForSpace: true });
  });
});
