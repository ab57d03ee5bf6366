/**
 * Jobs that want each other's volumes, stepped in any order: no deadlock, no mixed copy.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startBackup } from '../../../src/backup/backup-job.ts';
import type { BackupRequest } from '../../../src/backup/backup-request.ts';
import type { CopyJob } from '../../../src/backup/copy-job.ts';
import { startRestore } from '../../../src/backup/restore-job.ts';
import { deviceNumber, trackIndex } from '../../../src/base/units.ts';
import type { DataProcessor } from '../../../src/host/data-processor.ts';
import { MachineRoom, must } from './machine-room.ts';

const DEVICES = [0x0a80, 0x0a81, 0x0a82] as const;
const VOLUMES = ['VOLA', 'VOLB', 'VOLC'] as const;
/** Tracks in which the volumes differ from each other. */
const MARKED = [30, 31, 59] as const;

/** Three volumes without data sets whose free tracks say whose they are. */
function threeVolumes(): { room: MachineRoom; hosts: readonly DataProcessor[] } {
  const room = new MachineRoom();
  room.addStore('DSS3');
  for (const number of DEVICES) room.define(number, 4);
  DEVICES.forEach((number, at) => {
    room.initialise(number, {
      volser: VOLUMES[at] ?? '',
      vtoc: { first: trackIndex(1), count: 2 },
    });
  });
  const hosts = [room.addHost('SYSA'), room.addHost('SYSB')];
  for (const host of hosts)
    for (const number of DEVICES) must(host.varyOnline(deviceNumber(number)));
  for (const [at, number] of DEVICES.entries()) {
    for (const track of MARKED) room.scribble(hosts[0] as DataProcessor, number, track, `of ${at}`);
  }
  return { room, hosts };
}

/** Steps jobs in the order of the picks; fails when all that are left wait for locks. */
function interleave(room: MachineRoom, jobs: readonly CopyJob[], picks: readonly number[]): void {
  let open = [...jobs];
  let waiting = 0;
  for (let turn = 0; open.length > 0; turn += 1) {
    const at = waiting > 0 ? waiting - 1 : (picks[turn % picks.length] ?? 0);
    const job = open[at % open.length] as CopyJob;
    const step = job.step();
    if (step.kind === 'done' || step.kind === 'refused') open = open.filter((one) => one !== job);
    if (step.kind === 'waiting' && step.for === 'background') room.background(10);
    const isStuck = step.kind === 'waiting' && step.for !== 'background';
    waiting = isStuck ? waiting + 1 : 0;
    if (waiting > open.length + 1) throw new Error(`deadlock of ${open.length} jobs`);
  }
}

/** Content of the marked tracks of a device, as one text. */
function marks(room: MachineRoom, device: number): string {
  const volume = room.volume(device);
  return MARKED.map((track) => volume.readTrack(trackIndex(track)).subarray(29).join()).join('/');
}

describe('two crossed backups', () => {
  it('end with both volumes showing what the one that went first copied', () => {
    const picks = fc.array(fc.nat({ max: 1 }), { minLength: 1, maxLength: 60 });
    const seen = new Set<string>();
    fc.assert(
      fc.property(picks, (order) => {
        const { room, hosts } = threeVolumes();
        const before = DEVICES.map((number) => marks(room, number));
        const [sysa, sysb] = hosts as [DataProcessor, DataProcessor];
        const there = startBackup(sysa, crossed('VOLA', 'VOLB'));
        const back = startBackup(sysb, crossed('VOLB', 'VOLA'));
        interleave(room, [there, back], order);
        expect([there.record.state, back.record.state]).toEqual(['done', 'done']);
        const after = DEVICES.map((number) => marks(room, number));
        expect(after[0]).toBe(after[1]);
        expect(before.slice(0, 2)).toContain(after[0]);
        expect(after[2]).toBe(before[2]);
        expect(room.violations()).toEqual([]);
        expect(sysa.findVolume('VOLA')?.device).toBe(0x0a80);
        expect(sysb.findVolume('VOLB')?.device).toBe(0x0a81);
        seen.add(after[0] === before[0] ? 'there' : 'back');
      }),
      { numRuns: 40, examples: [[[0]], [[1]]] },
    );
    // Both orders were really there.
    expect(seen.size).toBe(2);
  });

  it('of a backup and the restore of the same volume neither deadlock nor mix', () => {
    const picks = fc.array(fc.nat({ max: 1 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(picks, (order) => {
        const { room, hosts } = threeVolumes();
        const [sysa, sysb] = hosts as [DataProcessor, DataProcessor];
        must(room.drive(startBackup(sysa, { ...crossed('VOLA', 'VOLB'), name: 'nightly' })));
        const old = marks(room, 0x0a80);
        for (const track of MARKED) room.scribble(sysa, 0x0a80, track, 'since');
        const since = marks(room, 0x0a80);
        const again = startBackup(sysb, { ...crossed('VOLA', 'VOLB'), reuse: true, name: 'again' });
        const restore = startRestore(sysa, { backup: 'nightly' });
        interleave(room, [again, restore], order);
        expect(again.record.state).toBe('done');
        // Whoever was first: a restore after the new backup finds its copy overwritten.
        if (restore.record.state === 'done') {
          expect([marks(room, 0x0a80), marks(room, 0x0a81)]).toEqual([old, old]);
        } else {
          expect(restore.record.failure?.refusal.code).toBe('BACKUP_TARGET_CHANGED');
          expect([marks(room, 0x0a80), marks(room, 0x0a81)]).toEqual([since, since]);
        }
        expect(room.violations()).toEqual([]);
      }),
      { numRuns: 40, examples: [[[0]], [[1]]] },
    );
  });
});

describe('many jobs at once', () => {
  it('do what they would have done one after the other, in the order of their copies', () => {
    const place = fc.nat({ max: 2 });
    const job = fc
      .record({
        source: place,
        target: place,
        atomic: fc.constantFrom('group' as const, 'serial' as const),
        copy: fc.constantFrom('none' as const, 'background' as const),
        host: fc.nat({ max: 1 }),
      })
      .filter(({ source, target }) => source !== target);
    fc.assert(
      fc.property(
        fc.array(job, { minLength: 2, maxLength: 5 }),
        fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 80 }),
        (plans, order) => {
          const { room, hosts } = threeVolumes();
          const content = DEVICES.map((number) => marks(room, number));
          const jobs = plans.map(({ source, target, host, ...options }, at) =>
            startBackup(hosts[host] as DataProcessor, {
              ...crossed(VOLUMES[source] ?? '', VOLUMES[target] ?? ''),
              ...options,
              name: `job ${at}`,
              reuse: true,
              supersede: true,
            }),
          );
          interleave(room, jobs, order);
          const done = jobs
            .map(({ record }) => record)
            .flatMap(({ state, copies }) => (state === 'done' ? copies : []))
            .toSorted((one, other) => one.sequence - other.sequence);
          expect(done).toHaveLength(jobs.length);
          for (const { source, target } of done) {
            content[target.device - DEVICES[0]] = content[source.device - DEVICES[0]] ?? '';
          }
          expect(DEVICES.map((number) => marks(room, number))).toEqual(content);
          expect(room.violations()).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

function crossed(source: string, target: string): BackupRequest {
  return { name: `${source} to ${target}`, source, target: { kind: 'volser', volser: target } };
}
