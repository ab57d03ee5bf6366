/**
 * One instant or a serial series; tokens that expire and acknowledgments that get lost.
 */
import { describe, expect, it } from 'vitest';
import { startBackup } from '../../../src/backup/backup-job.ts';
import { deviceNumber, nanos } from '../../../src/base/units.ts';
import type { PathGroupId } from '../../../src/ecam/path-group-id.ts';
import { Responder } from '../../../src/ecam/responder.ts';
import { totalMessages } from '../../../src/host/host-records.ts';
import { WATCH_WINDOW } from '../../../src/mapping/device-table.ts';
import { must, usualRoom } from './machine-room.ts';

const BACK01 = { kind: 'volser', volser: 'BACK01' } as const;
const REQUEST = { name: 'n', source: 'PROD01', target: BACK01, extents: 'allocated' } as const;

describe('a serial series', () => {
  it('sends one message for each extent and executes them one by one', () => {
    const { room, host } = usualRoom();
    const job = must(room.drive(startBackup(host, { ...REQUEST, atomic: 'serial' })));
    const extents = job.copies[0]?.runs.length ?? 0;
    expect(extents).toBeGreaterThan(1);
    expect(totalMessages(job)).toMatchObject({
      sourceDefinition: extents,
      targetExecution: extents,
      statusInquiry: extents,
    });
    expect(job.copies[0]?.pollingTokens).toHaveLength(extents);
    expect(job.conflict).toBeUndefined();
  });

  it('reports a write between its executions with track and side', () => {
    for (const side of ['source', 'target'] as const) {
      const { room, host } = usualRoom();
      const job = startBackup(host, { ...REQUEST, atomic: 'serial' });
      room.driveTo(job, 'execute');
      job.step();
      // Somebody who does not serialize; the target is reserved to this host, but not from itself.
      room.scribble(host, side === 'source' ? 0x0a80 : 0x0a81, 20, 'in between');
      const record = must(room.drive(job));
      expect(record.conflict).toEqual({
        device: side === 'source' ? 0x0a80 : 0x0a81,
        track: 20,
        side,
      });
    }
  });

  it('reports nothing when the write comes before its first or after its last execution', () => {
    for (const phase of ['execute', 'inquire'] as const) {
      const { room, host } = usualRoom();
      const job = startBackup(host, { ...REQUEST, atomic: 'serial' });
      room.driveTo(job, phase);
      room.scribble(host, 0x0a80, 20, 'outside the window');
      expect(must(room.drive(job)).conflict).toBeUndefined();
    }
  });
});

describe('a serial series that ends before its last execution', () => {
  it('is given up: its window is closed, no background work goes on, and its slots come free', () => {
    const { room, host } = usualRoom({}, { jobCountMax: 5 });
    for (let again = 0; again < 10; again += 1) {
      const job = startBackup(host, {
        ...REQUEST,
        name: `n${again}`,
        atomic: 'serial',
        copy: 'background',
        reuse: true,
        target: { kind: 'device', device: deviceNumber(0x0a83) },
        volser: 'BACK03',
      });
      expect(room.driveTo(job, 'execute')).toBe(true);
      job.step();
      room.clock.advance(nanos(601_000_000_000));
      expect(room.drive(job)).toMatchObject({ kind: 'refused', code: 'TOKEN_EXPIRED' });
      expect(job.record.failure?.targetState).toContain('overwritten in part');
      const { parts } = room.store().subsystem;
      expect(parts.relations.pendingCount).toBe(0);
      expect(parts.devices.watches.some((watch) => (watch & WATCH_WINDOW) !== 0)).toBe(false);
      expect(room.violations()).toEqual([]);
    }
  });
});

describe('an atomic group', () => {
  it('never has a conflict, whenever the source is written', () => {
    const { room, host } = usualRoom();
    const job = startBackup(host, REQUEST);
    let writes = 0;
    while (job.step().kind === 'again') {
      room.scribble(host, 0x0a80, 20, `write ${writes}`);
      writes += 1;
    }
    expect(writes).toBeGreaterThan(20);
    expect(job.record).toMatchObject({ state: 'done' });
    expect(job.record.conflict).toBeUndefined();
    expect(totalMessages(job.record)['targetExecution']).toBe(1);
  });
});

describe('tokens', () => {
  it('are fetched again when they expired before their execution', () => {
    const { room, host } = usualRoom();
    for (const atomic of ['group', 'serial'] as const) {
      const job = startBackup(host, { ...REQUEST, atomic, reuse: true });
      room.driveTo(job, 'execute');
      room.clock.advance(nanos(601_000_000_000));
      const record = must(room.drive(job));
      const extents = record.copies[0]?.runs.length ?? 0;
      expect(totalMessages(record)['sourceDefinition']).toBe(2 * extents);
      const notes = record.steps.find(({ step }) => step === 206)?.notes ?? [];
      expect(notes).toContain('tokens expired, definitions sent again');
    }
  });

  it('make a lost acknowledgment harmless: the polling token is given again', () => {
    const { room, host } = usualRoom({ responder: (subsystem) => new LossyResponder(subsystem) });
    const job = must(room.drive(startBackup(host, { ...REQUEST, extents: 'volume' })));
    expect(totalMessages(job)).toMatchObject({ targetExecution: 2 });
    const notes = job.steps.find(({ step }) => step === 207)?.notes ?? [];
    expect(notes).toContain('acknowledgment was lost, polling token given again');
    expect(job.copies[0]?.sequence).toBeGreaterThan(0);
    expect(room.differences(0x0a80, 0x0a81)).toEqual(
      job.copies[0]?.rewritten.map(({ track }) => Number(track)),
    );
  });
});

/** Answers the first target execution, and damages the answer on its way. */
class LossyResponder extends Responder {
  #isLost = false;

  override respond(pathGroup: PathGroupId, bytes: Uint8Array): Uint8Array {
    const answer = super.respond(pathGroup, bytes);
    const isExecution = bytes[3] === 0x02;
    if (!isExecution || this.#isLost) return answer;
    this.#isLost = true;
    return answer.subarray(0, 5);
  }
}
