/** Copies that hosts of an installation make: snapshots, backups, restores, and giving them up. */
import { describe, expect, it } from 'vitest';
import { trackIndex } from '../../../src/base/units.ts';
import { runTask } from '../../../src/installation/installation-task.ts';
import { must } from '../backup/machine-room.ts';
import { called, finish, fullTrack, MachineHall, numbered, onDevice } from './machine-hall.ts';

/** A volume with data, and two empty ones. */
function hallWithTargets(input: ConstructorParameters<typeof MachineHall>[0] = {}): MachineHall {
  const hall = new MachineHall(input);
  hall.import('PROD01');
  for (const volser of ['BACK01', 'BACK02']) {
    must(hall.installation.define({ volser, model: '3390-1', cylinders: 16 }));
  }
  hall.store.commits = 0;
  return hall;
}

/** Writes a track of a volume as an application would. */
function scribble(hall: MachineHall, device: string, track: number): void {
  const volume = hall.volume(device);
  volume.writeTrack(trackIndex(track), fullTrack(trackIndex(track)));
}

describe('a snapshot', () => {
  it('is the volume as it is, stays offline beside it, and costs one commit', () => {
    const hall = hallWithTargets();
    const host = hall.installation.host();
    const before = hall.digest('0A80');
    const made = must(
      host.snapshot({ pairs: [{ source: called('PROD01'), target: called('BACK01') }] }),
    );
    expect(hall.store.commits).toBe(1);
    expect(made).toMatchObject({ tracks: 240, pairs: [{ source: 0xa80, target: 0xa81 }] });
    expect(hall.digest('0A81')).toBe(before);
    const shown = hall.installation.volumes().map(({ volser, online }) => [volser, online]);
    expect(shown).toEqual([
      ['PROD01', true],
      ['PROD01', false],
      ['BACK02', true],
    ]);
    const [relation] = hall.installation.relations();
    expect(relation).toMatchObject({
      source: { number: 0xa80 },
      target: { number: 0xa81 },
      state: { state: 'shared' },
    });
  });

  it('of several volumes is one instant under one token', () => {
    const hall = hallWithTargets();
    hall.import('PROD02', '0B00');
    const made = must(
      hall.installation.host().snapshot({
        pairs: [
          { source: called('PROD01'), target: called('BACK01') },
          { source: called('PROD02'), target: called('BACK02') },
        ],
      }),
    );
    const [one] = must(hall.installation.host().status(made.pollingToken));
    expect(one?.status).toMatchObject({ state: 'shared', relations: 2, tracksTotal: 480 });
  });

  it('of stretches leaves the rest of the target alone', () => {
    const hall = hallWithTargets();
    scribble(hall, '0A81', 239);
    const rest = hall.volume('0A81').readTrack(trackIndex(239)).slice();
    const extents = [{ sourceFirst: 0, targetFirst: 0, trackCount: 150 }];
    must(
      hall.installation.host().snapshot({
        pairs: [{ source: called('PROD01'), target: onDevice('0A81'), extents }],
      }),
    );
    expect(hall.volume('0A81').readTrack(trackIndex(239))).toEqual(rest);
    expect(hall.volume('0A81').readTrack(trackIndex(0))).toEqual(
      hall.volume('0A80').readTrack(trackIndex(0)),
    );
  });

  it('overwrites no data sets and no backup unless told to', () => {
    const hall = hallWithTargets();
    const { installation } = hall;
    hall.import('PROD02', '0B00');
    finish(
      installation.host().backup({ name: 'nightly', source: 'PROD01', target: called('BACK01') }),
    );
    const onto = (target: string, overwrite = false) =>
      installation
        .host()
        .snapshot({ pairs: [{ source: called('PROD01'), target: called(target) }], overwrite });
    hall.store.commits = 0;
    expect(onto('PROD02')).toMatchObject({ kind: 'refused', code: 'TARGET_HAS_DATA' });
    expect(onto('BACK01')).toMatchObject({ kind: 'refused', code: 'TARGET_HAS_DATA' });
    expect(onto('PROD01')).toMatchObject({ kind: 'refused' });
    expect(hall.store.commits).toBe(0);
    must(onto('BACK01', true));
    expect(installation.log()[0]?.copies[0]?.overwrittenBy).toContain('snapshot');
  });

  it('is good for the host that asked and for no other', () => {
    const hall = hallWithTargets();
    const { pollingToken } = must(
      hall.installation
        .host()
        .snapshot({ pairs: [{ source: called('PROD01'), target: called('BACK01') }] }),
    );
    const other = hall.installation.host('SYSB');
    expect(other.status(pollingToken)).toMatchObject({ code: 'SECURITY_REJECT' });
    expect(other.withdraw({ name: pollingToken })).toMatchObject({ code: 'SECURITY_REJECT' });
    expect(hall.installation.hosts().map(({ name }) => name)).toEqual(['VDASD']);
  });

  it('is asked for by hosts that have a name', () => {
    const { installation } = new MachineHall();
    for (const name of ['', 'TWO WORDS', 'X'.repeat(33)]) {
      expect(() => installation.host(name)).toThrow('the name of a host');
    }
    expect(installation.host('X'.repeat(32)).name).toHaveLength(32);
  });

  it('that is dropped leaves an empty device that nobody has online', () => {
    const hall = hallWithTargets();
    const host = hall.installation.host();
    const pair = { source: called('PROD01'), target: called('BACK01') };
    const { pollingToken } = must(host.snapshot({ pairs: [pair], copy: 'background' }));
    expect(must(host.withdraw({ name: pollingToken, discard: true }))).toBe(1);
    expect(hall.installation.volumes()[1]).toMatchObject({ online: false });
    expect(hall.installation.volumes()[1]?.volser).toBeUndefined();
    expect(must(host.status(pollingToken))[0]?.status.state).toBe('discarded');
  });

  it('finds room where the list of copies is full of those that have ended', () => {
    const hall = hallWithTargets({ jobCountMax: 4 });
    const pair = { source: called('PROD01'), target: onDevice('0A81') };
    for (let count = 0; count < 12; count += 1) {
      must(hall.installation.host().snapshot({ pairs: [pair], overwrite: true }));
    }
    expect(hall.installation.relations().length).toBeLessThanOrEqual(4);
  });
});

describe('a backup', () => {
  it('is one commit, with its record, and the copy is online', () => {
    const hall = hallWithTargets();
    const task = hall.installation
      .host()
      .backup({ name: 'nightly', source: 'PROD01', target: called('BACK01') });
    const { job } = finish(task);
    expect(hall.store.commits).toBe(1);
    expect(job).toMatchObject({ name: 'nightly', state: 'done', targetState: '' });
    expect(hall.installation.volumes()[1]).toMatchObject({ volser: 'BACK01', online: true });
    expect(must(hall.installation.volume(called('BACK01'))).backup?.name).toBe('nightly');
  });

  it('that is refused is on record all the same', () => {
    const hall = hallWithTargets();
    hall.import('PROD02', '0B00');
    hall.store.commits = 0;
    const request = { name: 'nightly', source: 'PROD01', target: called('PROD02') };
    const host = hall.installation.host();
    expect(runTask(host.backup(request))).toMatchObject({ code: 'TARGET_HAS_DATA' });
    expect(hall.store.commits).toBe(1);
    expect(hall.installation.log()).toMatchObject([{ state: 'failed', targetState: '' }]);
    finish(host.backup({ ...request, volser: 'BACK09', overwrite: true }));
    expect(hall.installation.volumes().at(-1)).toMatchObject({ volser: 'BACK09', online: true });
  });

  it('of a name that was used before hides no older one that is still there', () => {
    const hall = hallWithTargets();
    const host = hall.installation.host();
    const before = hall.digest('0A80');
    const request = { name: 'nightly', source: 'PROD01' };
    finish(host.backup({ ...request, target: called('BACK01') }));
    scribble(hall, '0A80', 239);
    finish(host.backup({ ...request, target: called('BACK02') }));
    // The newest one is given up: the older one is still whole.
    expect(must(host.withdraw({ name: 'nightly', discard: true }))).toBe(1);
    finish(host.restore({ backup: 'nightly' }));
    expect(hall.digest('0A80')).toBe(before);
    // Giving up never goes back to an older one.
    expect(host.withdraw({ name: 'nightly', discard: true })).toMatchObject({ kind: 'refused' });
  });

  it('that failed leaves the one before it to be asked about', () => {
    const hall = hallWithTargets();
    const host = hall.installation.host();
    const request = { name: 'nightly', source: 'PROD01', copy: 'background' } as const;
    finish(host.backup({ ...request, target: called('BACK01') }));
    expect(runTask(host.backup({ ...request, target: called('NOBODY') }))).toMatchObject({
      kind: 'refused',
    });
    expect(hall.installation.log().map(({ state }) => state)).toEqual(['done', 'failed']);
    expect(must(host.status('nightly'))).toMatchObject([{ status: { state: 'copying' } }]);
    expect(must(host.withdraw({ name: 'nightly' }))).toBe(1);
  });

  it('that waits for its data commits piece by piece, and may be stopped in between', () => {
    const hall = hallWithTargets();
    const request = {
      name: 'nightly',
      source: 'PROD01',
      target: called('BACK01'),
      copy: 'background',
      wait: 'physical',
    } as const;
    const task = hall.installation.host().backup(request);
    const stopped = runTask(task, () => hall.store.commits > 0);
    expect(stopped).toEqual({ kind: 'stopped' });
    expect(hall.installation.log()).toMatchObject([{ state: 'done', physicallyComplete: false }]);
    const report = finish(hall.installation.work({ tracksPerStep: 16 }));
    expect(report.copied).toBeGreaterThan(30);
    expect(report.steps).toBeGreaterThan(3);
    expect(report).toMatchObject({ idle: true, waitsForSpace: false });
    expect(hall.store.commits).toBe(1 + report.steps);
    expect(hall.installation.log()).toMatchObject([{ state: 'done', physicallyComplete: true }]);
    const again = finish(
      hall.installation.host().backup({ ...request, name: 'again', target: called('BACK02') }),
    );
    expect(again.job).toMatchObject({ physicallyComplete: true });
    expect(again.waitsForSpace).toBe(false);
  });

  it('goes back onto its source', () => {
    const hall = hallWithTargets();
    const before = hall.digest('0A80');
    const host = hall.installation.host();
    finish(host.backup({ name: 'nightly', source: 'PROD01', target: called('BACK01') }));
    scribble(hall, '0A80', 200);
    expect(hall.digest('0A80')).not.toBe(before);
    hall.store.commits = 0;
    finish(host.restore({ backup: 'nightly' }));
    expect(hall.store.commits).toBe(1);
    expect(hall.digest('0A80')).toBe(before);
  });

  it('can be asked about, withdrawn and dropped by its name', () => {
    const hall = hallWithTargets();
    const host = hall.installation.host();
    finish(
      host.backup({
        name: 'nightly',
        source: 'PROD01',
        target: called('BACK01'),
        copy: 'background',
      }),
    );
    const [asked] = must(host.status('nightly', true));
    expect(asked?.pollingToken).toMatch(/^[0-9A-F]{32}$/);
    expect(asked?.status).toMatchObject({ state: 'copying' });
    expect(must(host.withdraw({ name: 'nightly' }))).toBe(1);
    expect(must(host.status(asked?.pollingToken ?? ''))[0]?.status.state).toBe('withdrawn');
    must(host.withdraw({ name: 'nightly', discard: true }));
    expect(must(hall.installation.find(onDevice('0A81'))).number).toBe(numbered('0A81'));
    expect(hall.installation.volumes()[1]).toMatchObject({ online: false });
    expect(host.status('never')).toMatchObject({ code: 'BACKUP_UNKNOWN' });
  });
});
