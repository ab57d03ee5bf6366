/**
 * Host copies: when are they made, are they right, and how much more do they cost than pointers?
 */
import { describe, expect, it } from 'vitest';
import { startBackup } from '../../../src/backup/backup-job.ts';
import { startRestore } from '../../../src/backup/restore-job.ts';
import { deviceNumber } from '../../../src/base/units.ts';
import { totalCost, totalMessages } from '../../../src/host/host-records.ts';
import { MachineRoom, must, usualRoom } from './machine-room.ts';

const BACK01 = { kind: 'volser', volser: 'BACK01' } as const;

describe('host copy', () => {
  it('gives the same copy as pointers at a hundred times the bytes', () => {
    const pointer = usualRoom();
    const byPointer = must(
      pointer.room.drive(
        startBackup(pointer.host, { name: 'n', source: 'PROD01', target: BACK01 }),
      ),
    );
    const { room, host } = usualRoom();
    const byHost = must(
      room.drive(
        startBackup(host, { name: 'n', source: 'PROD01', target: BACK01, method: 'hostCopy' }),
      ),
    );
    expect(room.digest(0x0a81)).toBe(pointer.room.digest(0x0a81));
    expect(byHost.copies[0]).toMatchObject({ method: 'hostCopy', methodReason: 'asked for' });
    expect(totalMessages(byHost)['targetExecution']).toBeUndefined();
    const tracks = 150;
    const moved = byHost.steps.find(({ step }) => step === 206)?.cost;
    expect(moved?.channelPrograms).toBe(2 * tracks);
    const pointers = byPointer.steps.filter(({ step }) => step >= 204 && step <= 207);
    const programs = pointers.reduce((sum, { cost }) => sum + cost.channelPrograms, 0);
    expect(programs).toBe(2);
    expect(totalCost(byHost).processorNanos).toBeGreaterThan(totalCost(byPointer).processorNanos);
    expect(room.violations()).toEqual([]);
  });

  it('holds the source until its last track is written', () => {
    const { room, host } = usualRoom();
    const job = startBackup(host, {
      name: 'n',
      source: 'PROD01',
      target: BACK01,
      method: 'hostCopy',
    });
    room.driveTo(job, 'hostCopy');
    for (let step = 0; step < 150; step += 1) {
      job.step();
      expect(host.serialization.holders('VOLUME', 'PROD01')).toHaveLength(1);
    }
    room.driveTo(job, 'updateMetadata');
    expect(host.serialization.holders('VOLUME', 'PROD01')).toEqual([]);
    must(room.drive(job));
  });

  it('is the way into another subsystem, and the record says why', () => {
    const { room, host: _ } = usualRoom();
    room.addStore('DSS4');
    room.define(0x0b00, 10, '3390-1', 'DSS4');
    const host = room.addHost('SYSB');
    must(host.varyOnline(deviceNumber(0x0a80)));
    const before = room.digest(0x0a80);
    const job = must(
      room.drive(
        startBackup(host, {
          name: 'remote',
          source: 'PROD01',
          target: { kind: 'device', device: deviceNumber(0x0b00) },
          volser: 'COPY01',
        }),
      ),
    );
    expect(job.copies[0]).toMatchObject({
      method: 'hostCopy',
      methodReason: 'the target is in DSS4, the source in DSS3',
    });
    const rewritten = job.copies[0]?.rewritten.map(({ track }) => Number(track));
    expect(room.differences(0x0a80, 0x0b00, 'DSS3', 'DSS4')).toEqual(rewritten);
    room.scribble(host, 0x0a80, 100, 'since');
    const restored = must(room.drive(startRestore(host, { backup: 'remote' })));
    expect(restored.copies[0]?.method).toBe('hostCopy');
    expect(room.digest(0x0a80)).toBe(before);
    expect(room.violations()).toEqual([]);
  });

  it('is the way where the subsystem does not let hosts select its snapshot copy', () => {
    const { room, host } = usualRoom({}, { hostSelectable: false });
    const job = must(
      room.drive(startBackup(host, { name: 'n', source: 'PROD01', target: BACK01 })),
    );
    expect(job.copies[0]).toMatchObject({ method: 'hostCopy' });
    expect(job.copies[0]?.methodReason).toContain('hostSelectable');
    expect(totalMessages(job)['sourceDefinition']).toBeUndefined();
  });

  it('needs an image as large as the source, because channel programs cannot make one larger', () => {
    const room = new MachineRoom();
    room.addStore('DSS3');
    room.define(0x0a80, 10);
    room.define(0x0a81, 9);
    room.build(0x0a80, 'PROD01');
    const host = room.addHost();
    must(host.varyOnline(deviceNumber(0x0a80)));
    const request = {
      name: 'n',
      source: 'PROD01',
      target: { kind: 'device', device: deviceNumber(0x0a81) },
      volser: 'COPY01',
    } as const;
    expect(room.drive(startBackup(host, { ...request, method: 'hostCopy' }))).toMatchObject({
      code: 'TARGET_TOO_SMALL',
    });
    must(room.drive(startBackup(host, request)));
  });
});
