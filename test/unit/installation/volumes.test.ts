/** Volumes of an installation: defined, imported, found, shown, removed. */
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/base/errors.ts';
import { trackSource } from '../../../src/image/track-source.ts';
import { runTask } from '../../../src/installation/installation-task.ts';
import { digestVolume } from '../../../src/store/sha256.ts';
import { must } from '../backup/machine-room.ts';
import {
  called,
  finish,
  fullTrack,
  MachineHall,
  numbered,
  onDevice,
  sampleImage,
  stopAfter,
} from './machine-hall.ts';

describe('a volume that is defined', () => {
  it('gets the lowest free number, is online at once, and costs one commit', () => {
    const hall = new MachineHall();
    const first = must(hall.installation.define({ volser: 'WORK01', cylinders: 20 }));
    expect(hall.store.commits).toBe(1);
    const second = must(hall.installation.define({ volser: 'WORK02', model: '3390-1' }));
    expect([first.device.number, second.device.number]).toEqual([0xa80, 0xa81]);
    expect(first).toMatchObject({ volser: 'WORK01', online: true });
    expect(hall.installation.host().processor.findVolume('WORK01')?.device).toBe(0xa80);
    const names = must(hall.installation.dataSets(called('WORK01'))).entries.map(
      ({ name }) => name,
    );
    expect(names.toSorted()).toEqual(['SYS1.VTOCIX.WORK01', 'SYS1.VVDS.VWORK01']);
  });

  it('may be a device without a volume', () => {
    const hall = new MachineHall();
    const made = must(hall.installation.define({ device: numbered('0190'), cylinders: 3 }));
    expect(made).toEqual({ device: hall.device('0190'), online: false });
  });

  it.each([
    [{ volser: 'WORK01' }, 'DUPLICATE_VOLSER'],
    [{ volser: 'lower' }, 'VOLSER_INVALID'],
    [{ device: numbered('0A80') }, 'DEVICE_EXISTS'],
    [{ model: '3390-77' }, 'CYLINDERS_OUT_OF_MODEL'],
    [{ model: '3390-A' }, 'CYLINDERS_OUT_OF_MODEL'],
    [{ volser: 'SMALL1', cylinders: 0 }, 'CYLINDERS_OUT_OF_MODEL'],
  ] as const)('is refused and changes nothing: %j', (input, code) => {
    const hall = new MachineHall();
    must(hall.installation.define({ volser: 'WORK01', cylinders: 20 }));
    expect(hall.installation.define(input)).toMatchObject({ kind: 'refused', code });
    expect(hall.store.commits).toBe(1);
    expect(hall.installation.volumes()).toHaveLength(1);
  });
});

describe('an import', () => {
  it('holds what the image holds, and is durable as one', () => {
    const hall = new MachineHall();
    const image = sampleImage('PROD01');
    const task = hall.installation.import(image);
    expect(task.progress).toEqual({ what: 'importing', done: 0, total: 240 });
    const imported = finish(task);
    expect(imported).toMatchObject({ device: 0xa80, volser: 'PROD01', tracks: 240 });
    expect(imported.offline).toBeUndefined();
    expect(hall.store).toMatchObject({ commits: 1, bulks: 1 });
    expect(hall.digest('0A80')).toBe(digestVolume(image).digest);
    const exported = must(hall.installation.export(called('PROD01')));
    expect(digestVolume(exported).digest).toBe(digestVolume(image).digest);
  });

  it('of a serial that is in use stays offline and says so', () => {
    const hall = new MachineHall();
    hall.import('PROD01');
    const again = finish(hall.installation.import(sampleImage('PROD01')));
    expect(again.offline).toContain('DUPLICATE_VOLSER');
    expect(must(hall.installation.find(called('PROD01'))).number).toBe(0xa80);
  });

  it('onto a device that is there needs it empty and of its kind', () => {
    const hall = new MachineHall();
    must(hall.installation.define({ device: numbered('0300'), model: '3390-1', cylinders: 5 }));
    must(hall.installation.define({ device: numbered('0301'), model: '3380-A', cylinders: 5 }));
    hall.import('PROD01', '0300');
    expect(hall.device('0300').cylinders).toBe(16);
    const onto = (digits: string) =>
      runTask(hall.installation.import(sampleImage('PROD02'), { device: numbered(digits) }));
    expect(onto('0300')).toMatchObject({ kind: 'refused', code: 'TARGET_HAS_DATA' });
    expect(onto('0301')).toMatchObject({ kind: 'refused', code: 'GEOMETRY_MISMATCH' });
  });

  it('for which there is no space leaves nothing behind', () => {
    const hall = new MachineHall({ capacityBytes: 2 * 1024 * 1024 });
    const before = hall.subsystem.capacity().liveBytes;
    const task = hall.installation.import(fullImage());
    expect(runTask(task)).toMatchObject({ kind: 'refused', code: 'OUT_OF_SPACE' });
    expect(hall.installation.volumes()).toEqual([]);
    finish(hall.installation.work());
    expect(hall.subsystem.capacity().liveBytes).toBe(before);
  });

  it('of an image that is damaged leaves nothing behind', () => {
    const hall = new MachineHall();
    const whole = sampleImage('PROD01', 40);
    const damaged = trackSource(whole.geometry, (track) => {
      if (track === 500) {
        throw new InputError('IMAGE_TRACK', { what: 'bad track', limit: 'good', fix: 'none' });
      }
      return { kind: 'null', format: 0 };
    });
    expect(() => finish(hall.installation.import(damaged))).toThrow('bad track');
    expect(hall.installation.volumes()).toEqual([]);
  });

  it('that is not driven to its end was never made durable', () => {
    const hall = new MachineHall();
    const stopped = runTask(hall.installation.import(sampleImage('PROD01', 40)), stopAfter(2));
    expect(stopped).toEqual({ kind: 'stopped' });
    expect(hall.store.commits).toBe(0);
  });
});

describe('looking', () => {
  it('finds by serial, by number, and by whatever of them people write', () => {
    const hall = new MachineHall();
    hall.import('PROD01', '0300');
    hall.import('0300', '0301');
    const { installation } = hall;
    expect(must(installation.findText('prod01')).number).toBe(0x300);
    // A serial goes before a number that is written alike.
    expect(must(installation.findText('0300')).number).toBe(0x301);
    expect(must(installation.findText('0301')).number).toBe(0x301);
    expect(installation.findText('NONE')).toMatchObject({ code: 'VOLUME_UNKNOWN' });
    expect(installation.findText('0999')).toMatchObject({ code: 'DEVICE_UNKNOWN' });
  });

  it('shows a volume with its space and its data sets', () => {
    const hall = new MachineHall();
    hall.import('PROD01');
    const report = must(hall.installation.volume(onDevice('0A80')));
    expect(report.vtoc?.entries.length).toBeGreaterThan(3);
    expect(report.space.mapped).toBeGreaterThan(30);
    expect(report).toMatchObject({ volser: 'PROD01', online: true });
  });

  it('reads sequential data sets and members', () => {
    const hall = new MachineHall();
    hall.import('PROD01');
    const entries = must(hall.installation.dataSets(called('PROD01'))).entries;
    const [library] = entries.filter(({ organisation }) => organisation === 'PO');
    const [log] = entries.filter(({ organisation }) => organisation === 'PS');
    const [member] = must(hall.installation.members(called('PROD01'), library?.name ?? ''));
    const read = (name: string, part?: string) =>
      [...must(hall.installation.read(called('PROD01'), name, part)).records].length;
    expect(read(log?.name ?? '')).toBeGreaterThan(10);
    expect(read(library?.name ?? '', member?.name)).toBeGreaterThan(1);
    expect(hall.installation.read(called('PROD01'), 'NO.SUCH.SET')).toMatchObject({
      code: 'DATA_SET_UNKNOWN',
    });
  });
});

describe('removing', () => {
  it('takes the device from subsystem and hosts', () => {
    const hall = new MachineHall();
    hall.import('PROD01');
    expect(must(hall.installation.remove(called('PROD01')))).toMatchObject({ volser: 'PROD01' });
    expect(hall.installation.volumes()).toEqual([]);
    expect(hall.installation.host().processor.devices()).toEqual([]);
    hall.import('PROD01');
    expect(hall.installation.volumes()).toHaveLength(1);
  });

  it('spares backups unless told otherwise', () => {
    const hall = new MachineHall();
    hall.import('PROD01');
    must(hall.installation.define({ volser: 'BACK01', cylinders: 16 }));
    const request = { name: 'nightly', source: 'PROD01', target: called('BACK01') };
    finish(hall.installation.host().backup(request));
    expect(hall.installation.remove(called('BACK01'))).toMatchObject({ code: 'TARGET_HAS_DATA' });
    must(hall.installation.remove(called('BACK01'), true));
    expect(hall.installation.log()[0]?.copies[0]?.overwrittenBy).toContain('removal');
  });
});

/** An image of full tracks, which takes more space than a small subsystem has. */
function fullImage(): ReturnType<typeof sampleImage> {
  const sample = sampleImage('FULL01', 40);
  return trackSource(sample.geometry, (track) => ({ kind: 'bytes', bytes: fullTrack(track) }));
}
