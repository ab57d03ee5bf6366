/**
 * After the job: inquiries, withdrawal and discarding by the name of the backup.
 */
import { describe, expect, it } from 'vitest';
import {
  discardBackup,
  inquireBackup,
  withdrawBackup,
} from '../../../src/backup/backup-control.ts';
import { startBackup } from '../../../src/backup/backup-job.ts';
import { startRestore } from '../../../src/backup/restore-job.ts';
import { deviceNumber } from '../../../src/base/units.ts';
import { must, usualRoom } from './machine-room.ts';

const BACK01 = { kind: 'volser', volser: 'BACK01' } as const;
const REQUEST = { name: 'nightly', source: 'PROD01', target: BACK01 } as const;

describe('inquiring about a backup', () => {
  it('tells how far the background copy is, and notes the end in the record', () => {
    const { room, host } = usualRoom();
    must(room.drive(startBackup(host, { ...REQUEST, copy: 'background' })));
    const first = must(inquireBackup(host, 'nightly'));
    expect(first).toMatchObject({ logicallyComplete: true, physicallyComplete: false });
    expect(first.tracksRemaining).toBeGreaterThan(0);
    room.background(10_000);
    const last = must(inquireBackup(host, 'nightly', true));
    expect(last).toMatchObject({ physicallyComplete: true, tracksRemaining: 0 });
    expect(last.answers[0]?.detail?.shared).toBe(0);
    expect(host.records.find('nightly')?.physicallyComplete).toBe(true);
  });

  it('is refused for a name that nobody knows', () => {
    const { host } = usualRoom();
    expect(inquireBackup(host, 'nightly')).toMatchObject({ code: 'BACKUP_UNKNOWN' });
    expect(withdrawBackup(host, 'nightly')).toMatchObject({ code: 'BACKUP_UNKNOWN' });
    expect(discardBackup(host, 'nightly')).toMatchObject({ code: 'BACKUP_UNKNOWN' });
  });
});

describe('withdrawing a backup', () => {
  it('drops the background duty and leaves the copy whole', () => {
    const { room, host } = usualRoom();
    must(room.drive(startBackup(host, { ...REQUEST, copy: 'background' })));
    const copy = room.digest(0x0a81);
    expect(must(withdrawBackup(host, 'nightly'))).toBe(1);
    expect(must(withdrawBackup(host, 'nightly'))).toBe(0);
    expect(room.digest(0x0a81)).toBe(copy);
    expect(must(inquireBackup(host, 'nightly')).answers[0]?.state).toBe('withdrawn');
    expect(room.violations()).toEqual([]);
  });

  it('ends a job that waits for physical completion with a reason', () => {
    const { room, host } = usualRoom();
    const job = startBackup(host, { ...REQUEST, copy: 'background', wait: 'physical' });
    room.driveTo(job, 'inquire');
    expect(job.step()).toMatchObject({ kind: 'waiting', for: 'background' });
    const query = must(host.exchange('DSS3', { kind: 'queryDevice', device: 0x0a81 }));
    const token = query.kind === 'device' ? query.jobs[0]?.pollingToken : undefined;
    if (token === undefined) throw new Error('no job');
    must(host.exchange('DSS3', { kind: 'withdraw', pollingToken: token }));
    expect(room.drive(job)).toMatchObject({ kind: 'refused', code: 'WAIT_NEVER_ENDS' });
    expect(job.record.failure?.targetState).toContain('holds a complete copy and bears serial');
    expect(room.violations()).toEqual([]);
  });
});

describe('discarding a backup', () => {
  it('drops the copy: its device is offline and unlabelled, the source untouched', () => {
    const { room, host } = usualRoom();
    must(room.drive(startBackup(host, { ...REQUEST, copy: 'background' })));
    const source = room.digest(0x0a80);
    expect(must(discardBackup(host, 'nightly'))).toBe(1);
    expect(host.findDevice(deviceNumber(0x0a81))?.volume).toBeUndefined();
    expect(host.varyOnline(deviceNumber(0x0a81))).toMatchObject({ code: 'NO_LABEL' });
    expect(room.digest(0x0a80)).toBe(source);
    expect(discardBackup(host, 'nightly')).toMatchObject({ code: 'BACKUP_TARGET_CHANGED' });
    room.background(10_000);
    expect(room.violations()).toEqual([]);
  });

  it('is refused while a job uses the copy: a restore never brings back what is gone', () => {
    const { room, host } = usualRoom();
    must(room.drive(startBackup(host, REQUEST)));
    const source = room.digest(0x0a80);
    const restore = startRestore(host, { backup: 'nightly' });
    room.driveTo(restore, 'execute');
    expect(discardBackup(host, 'nightly')).toMatchObject({ code: 'VOLUME_BUSY' });
    must(room.drive(restore));
    expect(room.digest(0x0a80)).toBe(source);
    expect(must(discardBackup(host, 'nightly'))).toBe(1);
    expect(room.violations()).toEqual([]);
  });

  it('is for finished backups: a restored original is no copy, and a failed run drops nothing', () => {
    const { room, host } = usualRoom();
    must(room.drive(startBackup(host, REQUEST)));
    must(room.drive(startRestore(host, { backup: 'nightly' })));
    const source = room.digest(0x0a80);
    expect(discardBackup(host, 'restore of nightly')).toMatchObject({ code: 'BACKUP_UNKNOWN' });
    expect(room.digest(0x0a80)).toBe(source);
    expect(room.drive(startBackup(host, { ...REQUEST, source: 'NOSUCH' })).kind).toBe('refused');
    expect(must(discardBackup(host, 'nightly'))).toBe(1);
    expect(room.violations()).toEqual([]);
  });
});
