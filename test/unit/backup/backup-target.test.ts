/**
 * Targets: which is taken, which is refused, and is everything as before after a refusal?
 */
import { describe, expect, it } from 'vitest';
import { startBackup } from '../../../src/backup/backup-job.ts';
import type { BackupRequest } from '../../../src/backup/backup-request.ts';
import { deviceNumber, nanos, trackIndex } from '../../../src/base/units.ts';
import { buildTrack } from '../../../src/track/track-image.ts';
import { MachineRoom, must, usualRoom } from './machine-room.ts';

const BACK01 = { kind: 'volser', volser: 'BACK01' } as const;
const at = (number: number) => ({ kind: 'device', device: deviceNumber(number) }) as const;

/** Runs a backup that must be refused; answers the code, after checking that nothing changed. */
function refused(request: Partial<BackupRequest>, prepare?: (room: MachineRoom) => void): string {
  const { room, host } = usualRoom();
  prepare?.(room);
  const devices = room.store().subsystem.devices();
  const digests = devices.map(({ number }) => room.digest(number));
  const online = host.devices();
  const answer = room.drive(startBackup(host, { name: 'bad', source: 'PROD01', ...request }));
  expect(answer.kind).toBe('refused');
  expect(devices.map(({ number }) => room.digest(number))).toEqual(digests);
  expect(host.devices()).toEqual(online);
  expect(room.violations()).toEqual([]);
  expect(host.records.find('bad')?.state).toBe('failed');
  return answer.kind === 'refused' ? answer.code : answer.kind;
}

describe('target chosen by the host', () => {
  it('takes an unlabelled device first, lowest number', () => {
    const { room, host } = usualRoom();
    const job = must(
      room.drive(startBackup(host, { name: 'n', source: 'PROD01', volser: 'COPY01' })),
    );
    expect(job.copies[0]?.target.device).toBe(0x0a83);
    expect(host.findVolume('COPY01')?.device).toBe(0x0a83);
  });

  it('takes the labelled empty volume next and takes it offline for the copy', () => {
    const { room, host } = usualRoom();
    for (const number of [0x0a83, 0x0a84]) {
      must(room.store().subsystem.removeDevice(deviceNumber(number)));
    }
    const again = room.addHost('SYSB');
    must(again.varyOnline(deviceNumber(0x0a80)));
    const job = must(room.drive(startBackup(again, { name: 'n', source: 'PROD01' })));
    expect(job.copies[0]).toMatchObject({ target: { device: 0x0a81 }, targetVolser: 'BACK01' });
    // The other host had BACK01 online and sees the new volume of that serial.
    expect(host.findVolume('BACK01')?.device).toBe(0x0a81);
  });

  it('overwrites the oldest backup of ours only with reuse', () => {
    const room = new MachineRoom();
    room.addStore('DSS3');
    for (const number of [0x0a80, 0x0a81, 0x0a82]) room.define(number);
    room.build(0x0a80, 'PROD01');
    const host = room.addHost();
    must(host.varyOnline(deviceNumber(0x0a80)));
    const backup = (name: string, more: Partial<BackupRequest> = {}) => {
      room.clock.advance(nanos(1_000_000_000));
      return room.drive(startBackup(host, { name, source: 'PROD01', ...more }));
    };
    must(backup('monday', { volser: 'COPY01' }));
    must(backup('tuesday', { volser: 'COPY02' }));
    expect(backup('wednesday')).toMatchObject({ kind: 'refused', code: 'NO_TARGET' });
    const wednesday = must(backup('wednesday', { reuse: true }));
    expect(wednesday.copies[0]).toMatchObject({
      target: { device: 0x0a81 },
      targetVolser: 'COPY01',
    });
    expect(host.records.find('monday')?.copies[0]?.overwrittenBy).toContain('backup wednesday');
    expect(host.records.find('tuesday')?.copies[0]?.overwrittenBy).toBeUndefined();
    expect(room.violations()).toEqual([]);
  });

  it('never takes the target or source of a running job', () => {
    const { room, host } = usualRoom();
    const first = startBackup(host, { name: 'one', source: 'PROD01', volser: 'COPY01' });
    room.driveTo(first, 'define');
    const second = startBackup(host, { name: 'two', source: 'PROD02', volser: 'COPY02' });
    expect(must(room.drive(second)).copies[0]?.target.device).toBe(0x0a84);
    expect(must(room.drive(first)).copies[0]?.target.device).toBe(0x0a83);
    expect(room.violations()).toEqual([]);
  });

  it('passes by a device whose copy is still pending', () => {
    const { room, host } = usualRoom();
    must(
      room.drive(
        startBackup(host, {
          name: 'one',
          source: 'PROD01',
          volser: 'COPY01',
          copy: 'background',
        }),
      ),
    );
    const other = room.addHost('SYSB');
    // The records of SYSA are shared, so the device counts as a backup; without reuse it is kept.
    must(other.varyOnline(deviceNumber(0x0a82)));
    const two = must(
      room.drive(
        startBackup(other, { name: 'two', source: 'PROD02', volser: 'COPY02', reuse: true }),
      ),
    );
    expect(two.copies[0]?.target.device).toBe(0x0a84);
  });

  it('passes by a device that a host outside the complex has reserved', () => {
    const { room, host } = usualRoom();
    const stranger = room.addHost('OTHER');
    must(stranger.reserve({ subsystem: 'DSS3', device: deviceNumber(0x0a83) }));
    const job = must(
      room.drive(startBackup(host, { name: 'n', source: 'PROD01', volser: 'COPY01' })),
    );
    expect(job.copies[0]?.target.device).toBe(0x0a84);
  });
});

describe('target named by the request', () => {
  it('is refused when it is the source', () => {
    expect(refused({ target: at(0x0a80) })).toBe('SOURCE_IS_TARGET');
    expect(refused({ target: { kind: 'volser', volser: 'PROD01' } })).toBe('SOURCE_IS_TARGET');
    expect(refused({ source: ['PROD01', 'PROD02'], target: [at(0x0a83), at(0x0a83)] })).toBe(
      'SOURCE_IS_TARGET',
    );
  });

  it('is refused when it is smaller or of another geometry', () => {
    const odd = (modelName: string, cylinders: number) => (room: MachineRoom) => {
      room.define(0x0a90, cylinders, modelName);
      const host = room.hosts.get('SYSA');
      must(
        host?.senseDevice({ subsystem: 'DSS3', device: deviceNumber(0x0a90) }) ?? { kind: 'again' },
      );
    };
    expect(refused({ target: at(0x0a90), volser: 'COPY01' }, odd('3380-K', 10))).toBe(
      'GEOMETRY_MISMATCH',
    );
    const large = (room: MachineRoom) => {
      room.define(0x0a90, 2226, '3390-2');
      room.initialise(0x0a90, { volser: 'LARGE1' });
      const host = room.hosts.get('SYSA');
      must(
        host?.senseDevice({ subsystem: 'DSS3', device: deviceNumber(0x0a90) }) ?? { kind: 'again' },
      );
      must(host?.varyOnline(deviceNumber(0x0a90)) ?? { kind: 'again' });
    };
    expect(refused({ source: 'LARGE1', target: BACK01 }, large)).toBe('TARGET_TOO_SMALL');
  });

  it('is refused when it is online with data sets, and taken when it is offline', () => {
    expect(refused({ target: at(0x0a82) })).toBe('TARGET_HAS_DATA');
    const { room, host } = usualRoom();
    must(host.varyOffline(deviceNumber(0x0a82)));
    const job = must(
      room.drive(startBackup(host, { name: 'n', source: 'PROD01', target: at(0x0a82) })),
    );
    expect(job.copies[0]?.targetVolser).toBe('PROD02');
  });

  it('is refused while a copy onto it is pending, unless that is superseded', () => {
    const { room, host } = usualRoom();
    const copy = 'background' as const;
    must(room.drive(startBackup(host, { name: 'one', source: 'PROD01', target: BACK01, copy })));
    const again = { name: 'two', source: 'PROD02', target: BACK01, copy, reuse: true };
    expect(room.drive(startBackup(host, again))).toMatchObject({ code: 'TARGET_STILL_PENDING' });
    must(room.drive(startBackup(host, { ...again, supersede: true })));
    room.background(10_000);
    expect(room.violations()).toEqual([]);
  });

  it('is refused when the host does not know it', () => {
    expect(refused({ target: at(0x0999) })).toBe('DEVICE_UNKNOWN');
    expect(refused({ target: { kind: 'volser', volser: 'NOSUCH' } })).toBe('VOLUME_UNKNOWN');
  });
});

describe('a subsystem that is nearly full', () => {
  it('takes no new backup from the critical threshold on, and says how full it is', () => {
    const fill = (room: MachineRoom): void => {
      const { subsystem } = room.store();
      room.define(0x0b00, 400);
      const device = subsystem.findDevice(deviceNumber(0x0b00));
      if (device === undefined) throw new Error('no device');
      const data = new Uint8Array(56_000);
      for (let track = 0; subsystem.capacity().threshold !== 'critical'; track += 1) {
        const image = buildTrack({ cylinder: Math.floor(track / 15), head: track % 15 }, [
          { number: 1, data },
        ]);
        must(subsystem.writeTrack(device.index, trackIndex(track), image));
      }
    };
    expect(refused({}, (room) => fill(room))).toBe('SPACE_CRITICAL');
  });
});

describe('requests that make no sense', () => {
  it('are refused at step 201 with a reason', () => {
    expect(refused({ source: [] })).toBe('VOLUME_UNKNOWN');
    expect(refused({ source: 'NOSUCH' })).toBe('VOLUME_UNKNOWN');
    expect(refused({ source: ['PROD01', 'PROD01'] })).toBe('VOLUME_UNKNOWN');
    expect(refused({ source: ['PROD01', 'PROD02'], target: [BACK01] })).toBe('NO_TARGET');
    expect(refused({ source: 'lower' })).toBe('VOLSER_INVALID');
    expect(refused({ volser: 'TOOLONG1' })).toBe('VOLSER_INVALID');
    expect(refused({ volser: ['COPY01', 'COPY02'] })).toBe('VOLSER_INVALID');
    expect(refused({ identity: 'clone', volser: 'COPY01' })).toBe('VOLSER_INVALID');
    expect(refused({ volser: 'PROD01' })).toBe('DUPLICATE_VOLSER');
    expect(refused({ wait: 'physical' })).toBe('WAIT_NEVER_ENDS');
  });

  it('are refused at step 203 when the serial of the copy is missing or taken', () => {
    expect(refused({ target: at(0x0a83) })).toBe('VOLSER_INVALID');
    expect(refused({ target: at(0x0a83), volser: 'PROD02' })).toBe('DUPLICATE_VOLSER');
  });

  it('are refused when something is busy and they do not want to wait', () => {
    const { room, host } = usualRoom();
    const first = startBackup(host, { name: 'one', source: 'PROD01', target: BACK01 });
    room.driveTo(first, 'define');
    const second = startBackup(host, {
      name: 'two',
      source: 'PROD02',
      target: BACK01,
      onBusy: 'refuse',
    });
    expect(room.drive(second)).toMatchObject({ kind: 'refused', code: 'VOLUME_BUSY' });
    must(room.drive(first));
    expect(room.violations()).toEqual([]);
  });
});
