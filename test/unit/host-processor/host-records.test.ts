/**
 * Host records: are jobs found by name and generation, and is a copy known until it is overwritten?
 */
import { describe, expect, it } from 'vitest';
import { commitSequence, deviceNumber, nanos, trackIndex } from '../../../src/base/units.ts';
import {
  type CopyLineage,
  HostRecords,
  JOB_RECORDS_MAX,
  NO_COST,
  STEP_NAMES,
  totalCost,
  totalMessages,
} from '../../../src/host/host-records.ts';
import { packPlain, unpackPlain } from '../../../src/store/plain-bytes.ts';
import { StateKeeper } from '../../../src/store/state-keeper.ts';

const STEP = {
  startedAt: nanos(0),
  endedAt: nanos(1),
  cost: NO_COST,
  messages: {},
  notes: [],
};
const PLACE = { subsystem: 'DSS3', device: deviceNumber(0x0a81) };

function copyOf(change: Partial<CopyLineage> = {}): CopyLineage {
  return {
    source: { subsystem: 'DSS3', device: deviceNumber(0x0a80) },
    target: PLACE,
    sourceVolser: 'PROD01',
    targetVolser: 'BACK01',
    identity: 'relabel',
    sequence: commitSequence(7),
    takenAt: nanos(10),
    method: 'pointer',
    sourceCylinders: 10,
    targetCylinders: 10,
    runs: [{ first: trackIndex(0), count: 150 }],
    wholeVolume: true,
    rewritten: [],
    pollingTokens: [],
    ...change,
  };
}

function finish(records: HostRecords, name: string, copy: CopyLineage): number {
  const { id } = records.open({ name, kind: 'backup', host: 'SYSA' });
  records.update(id, (draft) => {
    draft.state = 'done';
    draft.copies = [copy as (typeof draft.copies)[number]];
  });
  return id;
}

describe('host records', () => {
  it('names the eleven steps', () => {
    expect(Object.keys(STEP_NAMES).map(Number)).toEqual([
      201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211,
    ]);
  });

  it('keeps generations of a name and means the latest by the name alone', () => {
    const records = new HostRecords();
    const first = records.open({ name: 'nightly', kind: 'backup', host: 'SYSA' });
    records.open({ name: 'other', kind: 'restore', host: 'SYSA' });
    const second = records.open({ name: 'nightly', kind: 'backup', host: 'SYSB' });
    expect(records.find('nightly')?.id).toBe(second.id);
    expect(records.generations('nightly').map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(records.find('none')).toBeUndefined();
    expect(records.all().map(({ state }) => state)).toEqual(['running', 'running', 'running']);
  });

  it('knows the latest backup on a device until the device is overwritten', () => {
    const records = new HostRecords();
    finish(records, 'monday', copyOf());
    const tuesday = finish(records, 'tuesday', copyOf({ takenAt: nanos(20) }));
    expect(records.backupOn(PLACE)?.job.name).toBe('tuesday');
    expect(records.backupOn({ ...PLACE, subsystem: 'DSS4' })).toBeUndefined();
    records.markOverwritten(PLACE, 'backup wednesday');
    expect(records.backupOn(PLACE)).toBeUndefined();
    expect(records.job(tuesday).copies[0]?.overwrittenBy).toBe('backup wednesday');
  });

  it('does not count a running or failed job as a backup', () => {
    const records = new HostRecords();
    const id = finish(records, 'nightly', copyOf());
    records.update(id, (draft) => {
      draft.state = 'failed';
    });
    expect(records.backupOn(PLACE)).toBeUndefined();
  });

  it('keeps records immutable and adds up costs and messages', () => {
    const records = new HostRecords();
    const { id } = records.open({ name: 'nightly', kind: 'backup', host: 'SYSA' });
    const before = records.job(id);
    const step = (number: 204 | 206, kind: string) => ({
      step: number,
      startedAt: nanos(0),
      endedAt: nanos(1),
      cost: { channelPrograms: 1, channelBytesIn: 20, channelBytesOut: 30, processorNanos: 5 },
      messages: { [kind]: 2 },
      notes: [],
    });
    const after = records.update(id, (draft) => {
      draft.steps = [step(204, 'sourceDefinition'), step(206, 'targetExecution')];
    });
    expect(before.steps).toEqual([]);
    expect(Object.isFrozen(after.steps)).toBe(true);
    expect(totalCost(after)).toEqual({
      channelPrograms: 2,
      channelBytesIn: 40,
      channelBytesOut: 60,
      processorNanos: 10,
    });
    expect(totalMessages(after)).toEqual({ sourceDefinition: 2, targetExecution: 2 });
  });

  it('ends jobs whose process went away, and says in what state their targets are', () => {
    const records = new HostRecords();
    finish(records, 'done', copyOf());
    const early = records.open({ name: 'early', kind: 'backup', host: 'SYSA' });
    const late = records.open({ name: 'late', kind: 'restore', host: 'SYSA' });
    records.update(late.id, (draft) => {
      draft.steps = [
        { ...STEP, step: 202 },
        { ...STEP, step: 206 },
      ];
      draft.targetState = 'target 0A81 in DSS3 is overwritten in part';
    });
    records.markInterrupted();
    expect(records.all().map(({ state }) => state)).toEqual(['done', 'interrupted', 'interrupted']);
    expect(records.job(early.id).failure).toMatchObject({
      step: 201,
      targetState: 'target not chosen yet',
    });
    expect(records.job(late.id).failure).toMatchObject({
      step: 206,
      refusal: { code: 'JOB_INTERRUPTED', what: 'the job in step 206, send target execution' },
      targetState: 'target 0A81 in DSS3 is overwritten in part',
    });
  });

  it('forgets the oldest jobs, but no backup that a device still holds', () => {
    const records = new HostRecords();
    finish(records, 'gone', copyOf());
    records.markOverwritten(PLACE, 'backup held');
    const held = finish(records, 'held', copyOf());
    const running = records.open({ name: 'running', kind: 'backup', host: 'SYSA' });
    for (let count = 0; count < JOB_RECORDS_MAX; count += 1) {
      finish(records, 'restore', copyOf({ target: { ...PLACE, subsystem: 'DSS4' } }));
      records.markOverwritten({ ...PLACE, subsystem: 'DSS4' }, 'the next');
    }
    expect(records.all()).toHaveLength(JOB_RECORDS_MAX);
    expect(records.find('gone')).toBeUndefined();
    expect(records.find('held')?.id).toBe(held);
    expect(records.find('running')?.id).toBe(running.id);
    expect(records.backupOn(PLACE)?.job.id).toBe(held);
  });

  it('forgets with a copy the bytes that only its restore would need', () => {
    const records = new HostRecords();
    const rewritten = [{ track: trackIndex(0), before: Uint8Array.of(1), after: Uint8Array.of(2) }];
    const id = finish(records, 'nightly', copyOf({ rewritten }));
    expect(records.job(id).copies[0]?.rewritten).toHaveLength(1);
    records.markOverwritten(PLACE, 'another');
    expect(records.job(id).copies[0]?.rewritten).toEqual([]);
  });

  it('come up again as they were, and count on', () => {
    const keeper = new StateKeeper();
    const records = new HostRecords(keeper);
    const rewritten = [
      { track: trackIndex(3), before: Uint8Array.of(1, 2), after: Uint8Array.of(2) },
    ];
    finish(records, 'nightly', copyOf({ rewritten, pollingTokens: [new Uint8Array(16).fill(9)] }));
    records.open({ name: 'running', kind: 'backup', host: 'SYSA' });
    const again = new StateKeeper();
    const change = unpackPlain(packPlain(keeper.collect())) as ReturnType<StateKeeper['collect']>;
    again.apply(change);
    again.restore();
    const restored = new HostRecords(again);
    expect(restored.all()).toEqual(records.all());
    expect(restored.backupOn(PLACE)).toEqual(records.backupOn(PLACE));
    expect(restored.open({ name: 'next', kind: 'backup', host: 'SYSA' }).id).toBe(3);
  });
});
