/**
 * Installations on a store whose process went away without a word: what was answered is there, the hosts
 * are who they were, and what was not answered never happened.
 */
import { describe, expect, it } from 'vitest';
import { startBackup } from '../../../src/backup/backup-job.ts';
import { ManualClock } from '../../../src/base/default-ports.ts';
import { nanos, trackIndex } from '../../../src/base/units.ts';
import { deviceTracks, deviceVolume } from '../../../src/host/device-volume.ts';
import { trackSource } from '../../../src/image/track-source.ts';
import { Installation } from '../../../src/installation/installation.ts';
import { runTask } from '../../../src/installation/installation-task.ts';
import { digestVolume } from '../../../src/store/sha256.ts';
import { StoredSubsystem } from '../../../src/store/stored-subsystem.ts';
import type { SubsystemInput } from '../../../src/subsystem/configuration.ts';
import { RecordingMedium } from '../../../src/testing/recording-medium.ts';
import { must } from '../backup/machine-room.ts';
import {
  called,
  finish,
  fullTrack,
  numbered,
  onDevice,
  sampleImage,
  stopAfter,
} from './machine-hall.ts';

const INPUT: SubsystemInput = {
  name: 'DSS1',
  capacityBytes: 48 * 2 ** 20,
  deviceCountMax: 16,
  groups: [{ dataDrives: 2, redundancyDrives: 1, cylinderSectors: 512 }],
};

/** A medium on which one installation after the other lives. */
class Site {
  readonly medium = new RecordingMedium();
  readonly clock = new ManualClock();
  stored = StoredSubsystem.create(this.medium, INPUT, { clock: this.clock });
  installation = new Installation(this.stored);

  /** The process is gone, and another one comes. */
  reopen(mode: 'read' | 'write' = 'write'): Installation {
    this.stored = StoredSubsystem.open(this.medium, { mode, ports: { clock: this.clock } });
    this.installation = new Installation(this.stored, mode);
    return this.installation;
  }

  digest(device: string): string {
    const { subsystem } = this.stored;
    return digestVolume(deviceTracks(subsystem, this.device(device))).digest;
  }

  device(digits: string): ReturnType<Installation['subsystem']['device']> {
    return must(this.installation.find(onDevice(digits)));
  }

  /** Writes a track as an application would, and makes it durable. */
  write(device: string, track: number): void {
    const at = trackIndex(track);
    deviceVolume(this.stored.subsystem, this.device(device)).writeTrack(at, fullTrack(at));
    this.installation.commit();
  }
}

/** A volume with data, and two empty ones. */
function siteWithTargets(): Site {
  const site = new Site();
  finish(site.installation.import(sampleImage('PROD01'), { device: numbered('0300') }));
  for (const [device, volser] of [
    ['0301', 'BACK01'],
    ['0200', 'BACK02'],
  ] as const) {
    const input = { device: numbered(device), volser, model: '3390-1', cylinders: 16 };
    must(site.installation.define(input));
  }
  return site;
}

const BACKUP = { name: 'nightly', source: 'PROD01', target: called('BACK01') } as const;

describe('after a process went away', () => {
  it('volumes hold what they held, and are in use as they were', () => {
    const site = siteWithTargets();
    site.write('0300', 200);
    const digests = ['0200', '0300', '0301'].map((device) => site.digest(device));
    const before = site.installation.volumes();
    const after = site.reopen();
    after.host();
    expect(after.volumes()).toEqual(before);
    expect(['0200', '0300', '0301'].map((device) => site.digest(device))).toEqual(digests);
    expect(after.subsystem.check().violations).toEqual([]);
  });

  it('a clone stays offline, whatever its number, and its source stays in use', () => {
    const site = siteWithTargets();
    const pair = { source: called('PROD01'), target: onDevice('0200') };
    must(site.installation.host().snapshot({ pairs: [pair] }));
    const shown = (): unknown =>
      site.installation.volumes().map(({ volser, online }) => [volser, online]);
    const before = shown();
    site.reopen().host();
    expect(shown()).toEqual(before);
    expect(must(site.installation.find(called('PROD01'))).number).toBe(0x300);
  });

  it('a host that was away finds what others have changed meanwhile', () => {
    const site = siteWithTargets();
    site.installation.host('SYSA');
    site.installation.commit();
    site.reopen();
    must(site.installation.remove(called('BACK01')));
    must(site.installation.remove(called('BACK02')));
    const input = { device: numbered('0301'), volser: 'OTHER1', model: '3390-1', cylinders: 9 };
    must(site.installation.define(input));
    site.reopen();
    const { processor } = site.installation.host('SYSA');
    const shown = processor.devices().map(({ device, volume }) => [device, volume?.volser]);
    expect(shown).toEqual([
      [0x300, 'PROD01'],
      [0x301, 'OTHER1'],
    ]);
  });

  it('tokens are good for the hosts that they were given to', () => {
    const site = siteWithTargets();
    const pair = { source: called('PROD01'), target: called('BACK01') };
    const made = must(
      site.installation.host('SYSA').snapshot({ pairs: [pair], copy: 'background' }),
    );
    const after = site.reopen();
    expect(after.hosts().map(({ name }) => name)).toEqual(['VDASD', 'SYSA']);
    expect(after.host('SYSB').status(made.pollingToken)).toMatchObject({ code: 'SECURITY_REJECT' });
    const [asked] = must(after.host('SYSA').status(made.pollingToken));
    expect(asked?.status).toMatchObject({ state: 'copying', tracksCopied: 0 });
    expect(must(after.host('SYSA').withdraw({ name: made.pollingToken }))).toBe(1);
    const last = site.reopen();
    const [withdrawn] = must(last.host('SYSA').status(made.pollingToken));
    expect(withdrawn?.status.state).toBe('withdrawn');
  });

  it('no request has the name of an earlier one, though time stands still', () => {
    const site = siteWithTargets();
    const names = must(site.installation.dataSets(called('PROD01')))
      .entries.map(({ name }) => name)
      .filter((name) => !name.startsWith('SYS1.'));
    const [first = '', second = ''] = names;
    const scratch = (dataSet: string) =>
      finish(site.installation.host().scratch({ volser: 'PROD01', dataSets: [dataSet] }));
    expect(scratch(first).released?.tracks).toBeGreaterThan(0);
    site.reopen();
    const again = scratch(second);
    expect(again.notReleased).toBeUndefined();
    expect(again.released?.tracks).toBeGreaterThan(0);
  });

  it('a backup goes back onto its source', () => {
    const site = siteWithTargets();
    const before = site.digest('0300');
    finish(site.installation.host().backup({ ...BACKUP, copy: 'background' }));
    site.write('0300', 10);
    site.reopen();
    expect(site.digest('0300')).not.toBe(before);
    expect(site.installation.log()).toMatchObject([{ name: 'nightly', state: 'done' }]);
    finish(site.installation.host().restore({ backup: 'nightly' }));
    expect(site.digest('0300')).toBe(before);
    site.reopen();
    expect(site.digest('0300')).toBe(before);
    expect(site.installation.log().map(({ kind }) => kind)).toEqual(['backup', 'restore']);
  });

  it('a copy goes on where it was', () => {
    const site = siteWithTargets();
    const request = { ...BACKUP, copy: 'background' } as const;
    finish(site.installation.host().backup(request));
    const digest = site.digest('0301');
    const stopped = runTask(site.installation.work({ tracksPerStep: 8 }), stopAfter(4));
    expect(stopped).toEqual({ kind: 'stopped' });
    const copied = (): number => {
      const [one] = must(site.installation.host().status('nightly'));
      return one?.status.tracksCopied ?? 0;
    };
    const before = copied();
    expect(before).toBeGreaterThan(0);
    site.reopen();
    expect(copied()).toBe(before);
    const report = finish(site.installation.work({ tracksPerStep: 8 }));
    expect(report.idle).toBe(true);
    expect(copied()).toBeGreaterThan(before);
    site.reopen();
    expect(site.installation.log()).toMatchObject([{ physicallyComplete: true }]);
    expect(site.digest('0301')).toBe(digest);
    expect(site.installation.subsystem.check().violations).toEqual([]);
  });

  it('an import or backup that had not ended never happened', () => {
    const site = siteWithTargets();
    const digest = site.digest('0301');
    runTask(site.installation.import(sampleImage('PROD02', 60)), stopAfter(2));
    expect(site.installation.volumes()).toHaveLength(4);
    site.reopen();
    expect(site.installation.volumes()).toHaveLength(3);
    const job = startBackup(site.installation.host().processor, BACKUP);
    while (job.phase !== 'updateMetadata') job.step();
    expect(site.digest('0301')).not.toBe(digest);
    site.reopen();
    expect(site.digest('0301')).toBe(digest);
    expect(site.installation.log()).toEqual([]);
    finish(site.installation.import(sampleImage('PROD02', 60)));
    expect(site.installation.subsystem.check().violations).toEqual([]);
  });

  it('the data of an import went to the drives and not through the journal', () => {
    const site = new Site();
    const sample = sampleImage('FULL01', 16);
    const full = trackSource(sample.geometry, (track) => ({
      kind: 'bytes',
      bytes: fullTrack(track),
    }));
    const { length } = site.medium.log;
    finish(site.installation.import(full));
    const written = (folder: string): readonly number[] =>
      site.medium.log
        .slice(length)
        .filter(({ operation, file }) => operation === 'write' && file.startsWith(folder))
        .map(({ bytes = 0 }) => bytes);
    const drives = written('drives/').reduce((sum, bytes) => sum + bytes, 0);
    expect(drives).toBeGreaterThan(12 * 2 ** 20);
    // Behind its record the journal makes room ahead.
    const [record = 0] = written('journal/');
    expect(record).toBeLessThan(2 ** 20);
    const digest = site.digest('0A80');
    site.reopen();
    expect(site.digest('0A80')).toBe(digest);
  });

  it('a job that somebody made durable half way is marked, with the state of its target', () => {
    const site = siteWithTargets();
    const job = startBackup(site.installation.host().processor, BACKUP);
    while (job.phase !== 'updateMetadata') job.step();
    site.installation.commit();
    expect(site.reopen('read').log()).toMatchObject([{ state: 'running' }]);
    site.reopen();
    const interrupted = {
      state: 'interrupted',
      failure: {
        step: 208,
        refusal: { code: 'JOB_INTERRUPTED' },
        targetState: 'target 0301 in DSS1 holds a complete copy and bears serial PROD01',
      },
    };
    expect(site.installation.log()).toMatchObject([interrupted]);
    // What it had reserved and enqueued is free.
    finish(
      site.installation.host().backup({ ...BACKUP, target: onDevice('0301'), volser: 'BACK01' }),
    );
    site.reopen();
    expect(site.installation.log()).toMatchObject([interrupted, { state: 'done' }]);
  });

  it('looking changes nothing', () => {
    const site = siteWithTargets();
    finish(site.installation.host().backup(BACKUP));
    site.clock.advance(nanos(1));
    const { length } = site.medium.log;
    const looking = site.reopen('read');
    looking.host('SYSX');
    expect(looking.volumes()).toHaveLength(3);
    expect(must(looking.host().status('nightly'))).toHaveLength(1);
    expect(must(looking.dataSets(called('BACK01'))).entries.length).toBeGreaterThan(3);
    const asked = new Set(site.medium.log.slice(length).map(({ operation }) => operation));
    expect([...asked].filter((one) => !['open', 'read', 'list'].includes(one))).toEqual([]);
    expect(
      site
        .reopen()
        .hosts()
        .map(({ name }) => name),
    ).toEqual(['VDASD']);
  });

  it('what is tried while reading is done in memory alone', () => {
    const site = siteWithTargets();
    const digest = site.digest('0301');
    const trying = site.reopen('read');
    const { job } = finish(
      trying.host().backup({ ...BACKUP, copy: 'background', wait: 'physical' }),
    );
    expect(job).toMatchObject({ state: 'done', physicallyComplete: true });
    expect(site.digest('0301')).not.toBe(digest);
    site.reopen();
    expect(site.digest('0301')).toBe(digest);
    expect(site.installation.log()).toEqual([]);
    expect(site.installation.subsystem.check().violations).toEqual([]);
  });
});
