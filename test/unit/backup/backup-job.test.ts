/**
 * The device backup, steps 201 to 211: what is done, in which order, what it costs, what is held how
 * long, and what comes out.
 */
import { describe, expect, it } from 'vitest';
import { startBackup } from '../../../src/backup/backup-job.ts';
import { deviceNumber, trackIndex } from '../../../src/base/units.ts';
import { totalCost, totalMessages } from '../../../src/host/host-records.ts';
import { listMembers } from '../../../src/host/partitioned.ts';
import { readVolumeLabel } from '../../../src/host/volume-label.ts';
import { readVtoc } from '../../../src/host/vtoc.ts';
import { must, stepsOf, usualRoom } from './machine-room.ts';

const ALL_STEPS = [201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211];
const BACK01 = { kind: 'volser', volser: 'BACK01' } as const;

describe('a backup by pointers', () => {
  it('goes through the eleven steps with three messages and copies no data over the channel', () => {
    const { room, host } = usualRoom();
    const before = room.digest(0x0a80);
    const job = must(
      room.drive(startBackup(host, { name: 'nightly', source: 'PROD01', target: BACK01 })),
    );
    expect(stepsOf(job)).toEqual(ALL_STEPS);
    expect(job.state).toBe('done');
    expect(totalMessages(job)).toMatchObject({
      sourceDefinition: 1,
      sourceAccepted: 1,
      targetExecution: 1,
      executed: 1,
      statusInquiry: 1,
      status: 1,
    });
    const bySteps = new Map(job.steps.map((step) => [step.step, step]));
    expect(bySteps.get(204)?.messages).toEqual({ sourceDefinition: 1 });
    expect(bySteps.get(205)?.messages).toEqual({ sourceAccepted: 1 });
    expect(bySteps.get(206)?.messages).toEqual({ targetExecution: 1 });
    expect(bySteps.get(207)?.messages).toEqual({ executed: 1 });
    expect(bySteps.get(208)?.messages).toEqual({ statusInquiry: 1 });
    expect(bySteps.get(209)?.messages).toEqual({ status: 1 });
    // Sending costs bytes out, receiving bytes in.
    expect(bySteps.get(206)?.cost.channelBytesOut).toBeGreaterThan(0);
    expect(bySteps.get(206)?.cost.channelBytesIn).toBe(0);
    expect(bySteps.get(207)?.cost.channelBytesIn).toBeGreaterThan(0);
    const moved = [204, 205, 206, 207].map((step) => bySteps.get(step as 204)?.cost);
    expect(moved.reduce((sum, cost) => sum + (cost?.channelBytesOut ?? 0), 0)).toBeLessThan(1000);
    expect(room.digest(0x0a80)).toBe(before);
    expect(room.violations()).toEqual([]);
  });

  it('makes a copy that differs from its source in the tracks of step 210 only', () => {
    const { room, host } = usualRoom();
    const job = must(
      room.drive(startBackup(host, { name: 'nightly', source: 'PROD01', target: BACK01 })),
    );
    const rewritten = job.copies[0]?.rewritten.map(({ track }) => Number(track)) ?? [];
    expect(rewritten.length).toBeGreaterThan(2);
    expect(room.differences(0x0a80, 0x0a81)).toEqual(rewritten);
  });

  it('updates label, VTOC, VTOC index and VVDS of the copy and brings both volumes online', () => {
    const { room, host } = usualRoom();
    must(room.drive(startBackup(host, { name: 'nightly', source: 'PROD01', target: BACK01 })));
    const copy = room.volume(0x0a81);
    expect(must(readVolumeLabel(copy)).volser).toBe('BACK01');
    const vtoc = must(readVtoc(copy));
    expect(vtoc.warnings).toEqual([]);
    expect(vtoc.entries.map(({ name }) => name)).toEqual([
      'SYS1.VVDS.VBACK01',
      'SYS1.VTOCIX.BACK01',
      'PROD01.PAYROLL.MASTER',
      'PROD01.SOURCE.LIBRARY',
    ]);
    expect(vtoc.entries.map(({ dscb }) => dscb.volser)).toEqual(vtoc.entries.map(() => 'BACK01'));
    expect(vtoc.index?.content?.names.map(({ name }) => name)).toContain('SYS1.VTOCIX.BACK01');
    expect(vtoc.vvds?.content?.volser).toBe('BACK01');
    expect(host.findVolume('PROD01')?.device).toBe(0x0a80);
    expect(host.findVolume('BACK01')?.device).toBe(0x0a81);
    const library = vtoc.entries.find(({ name }) => name === 'PROD01.SOURCE.LIBRARY');
    expect(library).toBeDefined();
    if (library === undefined) return;
    expect(must(listMembers(copy, library)).map(({ name }) => name)).toEqual([
      'ALPHA',
      'BETA',
      'GAMMA',
    ]);
  });

  it('takes its point in time at the execution: later writes to either side stay there', () => {
    const { room, host } = usualRoom();
    const job = startBackup(host, { name: 'nightly', source: 'PROD01', target: BACK01 });
    room.driveTo(job, 'define');
    room.scribble(host, 0x0a80, 100, 'written before the execution');
    const atExecution = room.volume(0x0a80).readTrack(trackIndex(100));
    room.driveTo(job, 'inquire');
    room.scribble(host, 0x0a80, 100, 'written after the execution');
    must(room.drive(job));
    expect(room.volume(0x0a81).readTrack(trackIndex(100))).toEqual(atExecution);
    room.scribble(host, 0x0a81, 101, 'written to the copy');
    expect(room.differences(0x0a80, 0x0a81)).toEqual(expect.arrayContaining([100, 101]));
    expect(room.violations()).toEqual([]);
  });

  it('names the data sets of the device and their extents to the subsystem', () => {
    const { room, host } = usualRoom();
    must(room.drive(startBackup(host, { name: 'nightly', source: 'PROD01', target: BACK01 })));
    const answer = must(host.exchange('DSS3', { kind: 'queryDevice', device: 0x0a80 }));
    expect(answer.kind).toBe('device');
    if (answer.kind !== 'device') return;
    const source = must(readVtoc(room.volume(0x0a80)));
    expect(answer.jobs[0]).toMatchObject({ volser: 'PROD01', label: 'nightly', role: 'source' });
    expect(answer.jobs[0]?.dataSets).toEqual(
      source.entries.map(({ name, extents }) => ({
        name,
        extents: extents.map(({ first, count }) => ({ first, count })),
      })),
    );
  });

  it('holds the source until the last acknowledgment and the target until step 211', () => {
    const { room, host } = usualRoom();
    const { serialization } = host;
    const job = startBackup(host, { name: 'nightly', source: 'PROD01', target: BACK01 });
    room.driveTo(job, 'define');
    const application = serialization.request(
      'payroll run',
      [{ major: 'SYSDSN', minor: 'PROD01.PAYROLL.MASTER', mode: 'exclusive' }],
      'wait',
    );
    const enqueue = must(application);
    expect(enqueue.state).toBe('waiting');
    expect(enqueue.waitsFor()).toContain('SYSDSN PROD01.PAYROLL.MASTER is held by backup nightly');
    room.driveTo(job, 'execute');
    expect(enqueue.state).toBe('waiting');
    room.driveTo(job, 'inquire');
    expect(enqueue.state).toBe('held');
    expect(serialization.holders('VOLUME', 'PROD01')).toEqual([]);
    expect(serialization.holders('VOLUME', 'BACK01')).toHaveLength(1);
    room.driveTo(job, 'exit');
    expect(serialization.holders('DEVICE', 'DSS3.0A81')).toHaveLength(1);
    must(room.drive(job));
    enqueue.release();
    expect(room.violations()).toEqual([]);
  });

  it('gives everything back and waits when a data set of the source is held', () => {
    const { room, host } = usualRoom();
    const { serialization } = host;
    const need = { major: 'SYSDSN', minor: 'PROD01.PAYROLL.MASTER', mode: 'exclusive' } as const;
    const application = must(serialization.request('payroll run', [need], 'wait'));
    const job = startBackup(host, { name: 'nightly', source: 'PROD01', target: BACK01 });
    expect(room.driveTo(job, 'define')).toBe(false);
    expect(job.step()).toMatchObject({
      kind: 'waiting',
      for: 'lock',
      detail: 'SYSDSN PROD01.PAYROLL.MASTER is held by payroll run',
    });
    expect(serialization.holders('VOLUME', 'PROD01')).toEqual([]);
    expect(serialization.heldCount()).toBe(1);
    application.release();
    must(room.drive(job));
    expect(room.violations()).toEqual([]);
    const again = startBackup(host, { name: 'two', source: 'PROD01', reuse: true, target: BACK01 });
    room.driveTo(again, 'define');
    // Shared with other readers: a second backup of the same source goes on beside the first.
    const beside = startBackup(host, { name: 'three', source: 'PROD01', volser: 'COPY03' });
    must(room.drive(beside));
    must(room.drive(again));
  });

  it('waits for a reservation of a host outside, or is refused when told not to wait', () => {
    const { room, host } = usualRoom();
    const stranger = room.addHost('OTHER');
    const place = { subsystem: 'DSS3', device: deviceNumber(0x0a81) };
    must(stranger.reserve(place));
    const request = { source: 'PROD01', target: BACK01 } as const;
    const refused = startBackup(host, { ...request, name: 'no', onBusy: 'refuse' });
    expect(room.drive(refused)).toMatchObject({ kind: 'refused', code: 'DEVICE_RESERVED' });
    const job = startBackup(host, { ...request, name: 'nightly' });
    expect(room.driveTo(job, 'define')).toBe(false);
    expect(job.step()).toMatchObject({ kind: 'waiting', for: 'reservation' });
    must(stranger.release(place));
    must(room.drive(job));
    expect(room.violations()).toEqual([]);
  });

  it('keeps the target offline and reserved while it is rewritten', () => {
    const { room, host } = usualRoom();
    const other = room.addHost('SYSB');
    must(other.varyOnline(deviceNumber(0x0a81)));
    const job = startBackup(host, { name: 'nightly', source: 'PROD01', target: BACK01 });
    room.driveTo(job, 'updateMetadata');
    expect(host.findDevice(deviceNumber(0x0a81))?.volume).toBeUndefined();
    expect(other.findDevice(deviceNumber(0x0a81))?.volume).toBeUndefined();
    const place = { subsystem: 'DSS3', device: deviceNumber(0x0a81) };
    expect(other.readTrack(place, trackIndex(0))).toMatchObject({
      kind: 'waiting',
      for: 'reservation',
    });
    must(room.drive(job));
    expect(other.readTrack(place, trackIndex(0)).kind).toBe('done');
    // Where it was online before, it is online again, by its own recognition.
    expect(other.findVolume('BACK01')?.device).toBe(0x0a81);
  });

  it('marks the copy as inconsistent while its metadata is half written', () => {
    const { room, host } = usualRoom();
    const job = startBackup(host, { name: 'nightly', source: 'PROD01', target: BACK01 });
    room.driveTo(job, 'updateMetadata');
    const seen: boolean[] = [];
    while (job.phase === 'updateMetadata') {
      job.step();
      const vtoc = must(readVtoc(room.volume(0x0a81)));
      seen.push(vtoc.warnings.some(({ code }) => code === 'UPDATE_INCOMPLETE'));
    }
    expect(seen[0]).toBe(false);
    expect(seen.indexOf(true)).toBe(1);
    expect(seen.lastIndexOf(true)).toBeGreaterThan(2);
    expect(seen.at(-1)).toBe(false);
  });

  it('waits for the background copy when told to, one inquiry after the other', () => {
    const { room, host } = usualRoom();
    const job = startBackup(host, {
      name: 'nightly',
      source: 'PROD01',
      target: BACK01,
      copy: 'background',
      wait: 'physical',
    });
    const record = must(room.drive(job, 3));
    expect(record.physicallyComplete).toBe(true);
    expect(totalMessages(record)['statusInquiry']).toBeGreaterThan(3);
    expect(room.violations()).toEqual([]);
  });

  it('records what each step cost, and the host pays exactly that', () => {
    const { room, host } = usualRoom();
    const before = host.meter.total.cost();
    const job = must(
      room.drive(startBackup(host, { name: 'nightly', source: 'PROD01', target: BACK01 })),
    );
    const after = host.meter.total.cost();
    const cost = totalCost(job);
    expect(cost.channelPrograms).toBe(after.channelPrograms - before.channelPrograms);
    expect(cost.channelBytesIn).toBe(after.channelBytesIn - before.channelBytesIn);
    expect(cost.channelBytesOut).toBe(after.channelBytesOut - before.channelBytesOut);
    expect(cost.processorNanos).toBe(after.processorNanos - before.processorNanos);
    expect(cost.processorNanos).toBeGreaterThan(0);
  });

  it('copies label, VTOC and data sets only with extents: allocated, one message for each extent', () => {
    const { room, host } = usualRoom();
    room.scribble(host, 0x0a80, 149, 'free space of the source');
    const job = must(
      room.drive(
        startBackup(host, {
          name: 'nightly',
          source: 'PROD01',
          target: BACK01,
          extents: 'allocated',
        }),
      ),
    );
    const copy = job.copies[0];
    expect(copy?.wholeVolume).toBe(false);
    expect(totalMessages(job)['sourceDefinition']).toBe(copy?.runs.length);
    expect(totalMessages(job)['targetExecution']).toBe(1);
    const rewritten = copy?.rewritten.map(({ track }) => Number(track)) ?? [];
    expect(room.differences(0x0a80, 0x0a81)).toEqual([...rewritten, 149]);
    expect(must(readVtoc(room.volume(0x0a81))).warnings).toEqual([]);
  });

  it('backs several volumes up as one consistency unit at one sequence', () => {
    const { room, host } = usualRoom();
    const job = must(
      room.drive(
        startBackup(host, {
          name: 'unit',
          source: ['PROD01', 'PROD02'],
          volser: ['COPY01', 'COPY02'],
        }),
      ),
    );
    expect(job.copies.map(({ targetVolser }) => targetVolser)).toEqual(['COPY01', 'COPY02']);
    expect(job.copies[0]?.sequence).toBe(job.copies[1]?.sequence);
    expect(totalMessages(job)).toMatchObject({ sourceDefinition: 2, targetExecution: 1 });
    expect(host.findVolume('COPY02')?.device).toBe(job.copies[1]?.target.device);
    expect(room.violations()).toEqual([]);
  });

  it('finds the job by its name afterwards, with the lineage of the copy', () => {
    const { room, host } = usualRoom();
    must(room.drive(startBackup(host, { name: 'nightly', source: 'PROD01', target: BACK01 })));
    expect(host.records.find('nightly')?.copies[0]).toMatchObject({
      sourceVolser: 'PROD01',
      targetVolser: 'BACK01',
      identity: 'relabel',
      method: 'pointer',
      source: { subsystem: 'DSS3', device: 0x0a80 },
      target: { subsystem: 'DSS3', device: 0x0a81 },
      sourceCylinders: 10,
      wholeVolume: true,
    });
  });
});
