/**
 * What if the Nth channel program fails? For N = 1, 2, … until a job passes untouched: locks and
 * reservations are released, the source is as it was, and the record says truly what state the
 * target is in.
 */
import { describe, expect, it } from 'vitest';
import { startBackup } from '../../src/backup/backup-job.ts';
import type { BackupRequest } from '../../src/backup/backup-request.ts';
import type { CopyJob } from '../../src/backup/copy-job.ts';
import { startRestore } from '../../src/backup/restore-job.ts';
import { CountingMeter } from '../../src/base/default-ports.ts';
import { refuse } from '../../src/base/refusal.ts';
import type { Step } from '../../src/base/step.ts';
import { deviceNumber, trackIndex } from '../../src/base/units.ts';
import type { ChannelProgram } from '../../src/channel/channel-program.ts';
import { type ChannelResult, ControlUnit } from '../../src/channel/control-unit.ts';
import type { DataProcessor } from '../../src/host/data-processor.ts';
import { readVolumeLabel } from '../../src/host/volume-label.ts';
import { type MachineRoom, must, smallRoom, usualRoom } from '../unit/backup/machine-room.ts';

/** A control unit that refuses one program, counted from when it is armed. */
class FailingControlUnit extends ControlUnit {
  /** Programs until the failure; 0 when disarmed. */
  countdown = 0;
  hasFailed = false;

  override execute(...call: Parameters<ControlUnit['execute']>): Step<ChannelResult> {
    if (this.countdown > 0) {
      this.countdown -= 1;
      if (this.countdown === 0) {
        this.hasFailed = true;
        return refuse('COMMAND_REJECT', {
          what: commandsOf(call[2]),
          limit: 'the test lets it fail',
          fix: 'try again',
        });
      }
    }
    return super.execute(...call);
  }
}

function commandsOf(program: ChannelProgram): string {
  return program.map(({ kind }) => kind).join(' ');
}

function failingRoom(): { room: MachineRoom; host: DataProcessor; unit: FailingControlUnit } {
  const units: FailingControlUnit[] = [];
  const { room, host } = smallRoom({
    controlUnit: (subsystem, responder) => {
      const unit = new FailingControlUnit(subsystem, responder, new CountingMeter());
      units.push(unit);
      return unit;
    },
  });
  const [unit] = units;
  if (unit === undefined) throw new Error('no control unit');
  return { room, host, unit };
}

/** Checks what every failed job must leave behind. */
function checkAftermath(room: MachineRoom, job: CopyJob, target: number): void {
  const { record } = job;
  expect(record.state).toBe('failed');
  expect(record.steps.map(({ step }) => step)).toContain(record.failure?.step);
  expect(room.violations()).toEqual([]);
  const stranger = room.addHost(`S${room.hosts.size}`);
  const place = { subsystem: 'DSS3', device: deviceNumber(target) };
  expect(stranger.reserve(place).kind).toBe('done');
  must(stranger.release(place));
}

const BACK01 = { kind: 'volser', volser: 'BACK01' } as const;
const KINDS: Readonly<Record<string, Partial<BackupRequest>>> = {
  'a backup by pointers': {},
  'a backup of allocated extents in a serial series': { extents: 'allocated', atomic: 'serial' },
  'a clone with background copy': { identity: 'clone', copy: 'background', wait: 'physical' },
  'a host copy': { method: 'hostCopy', extents: 'allocated' },
};

describe.each(Object.entries(KINDS))('%s, its Nth channel program failing', (_, options) => {
  it('releases everything, leaves the source alone and tells the state of the target', () => {
    const states = new Set<string>();
    const failedSteps = new Set<number>();
    for (let failing = 1; ; failing += 1) {
      const { room, host, unit } = failingRoom();
      const source = room.digest(0x0a80);
      const target = room.digest(0x0a81);
      const job = startBackup(host, { name: 'n', source: 'PROD01', target: BACK01, ...options });
      unit.countdown = failing;
      const answer = room.drive(job);
      if (!unit.hasFailed) {
        expect(answer.kind).toBe('done');
        expect(failing).toBeGreaterThan(20);
        break;
      }
      expect(room.digest(0x0a80)).toBe(source);
      expect(host.findVolume('PROD01')?.device).toBe(0x0a80);
      // A damaged answer aside, a job whose program failed has failed; never half a success.
      expect(answer).toMatchObject({ kind: 'refused', code: 'COMMAND_REJECT' });
      checkAftermath(room, job, 0x0a81);
      const state = job.record.failure?.targetState ?? '';
      failedSteps.add(job.record.failure?.step ?? 0);
      states.add(state.replace(/\d+ of \d+/, 'n of m'));
      checkState(room, host, state, { target });
    }
    expect([...failedSteps]).toEqual(expect.arrayContaining([202, 203, 206, 210]));
    expect(states.size).toBeGreaterThan(3);
  });
});

/** What the record says about the target is what is there. */
function checkState(
  room: MachineRoom,
  host: DataProcessor,
  state: string,
  before: { readonly target: string },
): void {
  const online = host.findDevice(deviceNumber(0x0a81))?.volume?.volser;
  if (state === 'target not chosen yet' || state.includes('untouched')) {
    expect(room.digest(0x0a81)).toBe(before.target);
    expect(online).toBe('BACK01');
    return;
  }
  expect(online).toBeUndefined();
  expect(state).toContain('offline');
  if (state.includes('bears serial PROD01')) {
    expect(must(readVolumeLabel(room.volume(0x0a81))).volser).toBe('PROD01');
  }
}

describe('a restore, its Nth channel program failing', () => {
  it('releases everything, leaves the copy alone, and succeeds when asked for again', () => {
    for (let failing = 1; ; failing += 1) {
      const { room, host, unit } = failingRoom();
      const before = room.digest(0x0a80);
      must(room.drive(startBackup(host, { name: 'n', source: 'PROD01', target: BACK01 })));
      const copy = room.digest(0x0a81);
      room.scribble(host, 0x0a80, 47, 'since');
      const job = startRestore(host, { backup: 'n' });
      unit.countdown = failing;
      const answer = room.drive(job);
      if (!unit.hasFailed) {
        expect(answer.kind).toBe('done');
        break;
      }
      expect(answer.kind).toBe('refused');
      expect(room.digest(0x0a81)).toBe(copy);
      checkAftermath(room, job, 0x0a80);
      const to = { kind: 'device', device: deviceNumber(0x0a80) } as const;
      must(room.drive(startRestore(host, { backup: 'n', to })));
      expect(room.digest(0x0a80)).toBe(before);
    }
  });
});

describe('a full subsystem', () => {
  it('lets a running backup finish the metadata of its copy out of the reserve', () => {
    const { room, host } = usualRoom({}, { capacityBytes: 8 * 1024 * 1024 });
    const job = startBackup(host, { name: 'n', source: 'PROD01', target: BACK01 });
    room.driveTo(job, 'updateMetadata');
    const full = fill(room, host);
    expect(full).toMatchObject({ kind: 'waiting', for: 'space' });
    must(room.drive(job));
    expect(host.findVolume('BACK01')?.device).toBe(0x0a81);
  });

  it('lets a host copy wait for space and go on when there is some', () => {
    const { room, host } = usualRoom({}, { capacityBytes: 8 * 1024 * 1024 });
    const job = startBackup(host, {
      name: 'n',
      source: 'PROD01',
      target: BACK01,
      method: 'hostCopy',
    });
    room.driveTo(job, 'hostCopy');
    fill(room, host);
    let step = job.step();
    while (step.kind === 'again') step = job.step();
    expect(step).toMatchObject({ kind: 'waiting', for: 'space' });
    const { subsystem } = room.store();
    const filler = subsystem.findDevice(deviceNumber(0x0a84));
    if (filler === undefined) throw new Error('no filler');
    subsystem.clearDevice(filler.index);
    room.background(10_000);
    must(room.drive(job));
    expect(room.differences(0x0a80, 0x0a81)).toEqual(
      job.record.copies[0]?.rewritten.map(({ track }) => Number(track)),
    );
  });
});

/** Writes random full tracks to 0A84 until the subsystem has no room for another. */
function fill(room: MachineRoom, host: DataProcessor): Step<ChannelResult> {
  const place = { subsystem: 'DSS3', device: deviceNumber(0x0a84) };
  for (let round = 0; ; round += 1) {
    const track = trackIndex(round % 150);
    const image = room.randomTrack(0x0a84, track, round);
    const written = host.writeTrack(place, track, image);
    if (written.kind !== 'done') return written;
    if (round > 10_000) throw new Error('never full');
  }
}
