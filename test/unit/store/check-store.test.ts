/**
 * What the check of a store tells, and where; what a repair does about it.
 */
import { describe, expect, it } from 'vitest';
import { checkStore, repairStore } from '../../../src/store/check-store.ts';
import { driveFile, SUPERBLOCK_FILE } from '../../../src/store/store-layout.ts';
import type { RecordingMedium } from '../../../src/testing/recording-medium.ts';
import { changeByte } from '../../support/changed-byte.ts';
import { CrashRig, differences, usedMedium, viewOf } from '../../support/crash-rig.ts';
import { value } from '../../support/small-subsystem.ts';

const LONG_JOURNAL = { journalBytes: 2 ** 28, segmentBytes: 2 ** 16 } as const;

function closed(journal?: typeof LONG_JOURNAL): RecordingMedium {
  const rig = CrashRig.open(usedMedium(), 'write', journal);
  rig.write(0xa80, 28, 0x31);
  rig.commit();
  rig.write(0xa80, 29, 0x32);
  rig.close();
  return rig.medium;
}

describe('the check', () => {
  it('is told to come back where a writer is too quick for it', () => {
    const medium = closed();
    let names = 0;
    let isInside = false;
    medium.failure = ({ operation, file }) => {
      if (isInside || operation !== 'open' || !file.startsWith('checkpoints/')) return undefined;
      isInside = true;
      names += 1;
      medium.open(`checkpoints/${String(names).padStart(8, '0')}-delta.a.new`, 'make').close();
      isInside = false;
      return undefined;
    };
    expect(() => checkStore(medium)).toThrow(expect.objectContaining({ code: 'STORE_BUSY' }));
    expect(names).toBeGreaterThan(20);
  });

  it('finds nothing in a sound store, says how much it looked at, and writes nothing', () => {
    const medium = closed();
    const before = medium.fingerprint();
    const { problems, notes, looked } = checkStore(medium);
    expect(problems).toEqual([]);
    expect(notes).toEqual([]);
    expect(looked.records).toBeGreaterThan(4);
    expect(looked.cylinders).toBeGreaterThan(0);
    expect(looked.tracks).toBeGreaterThan(0);
    expect(looked.devices).toBe(3);
    expect(medium.fingerprint()).toBe(before);
  });

  it('tells a damaged copy of the superblock, which a repair writes anew', () => {
    const medium = closed();
    changeByte(medium, SUPERBLOCK_FILE, 20);
    expect(checkStore(medium).problems).toMatchObject([
      { area: 'superblock', place: { file: SUPERBLOCK_FILE, offset: 0 }, remedy: 'repair' },
    ]);
    expect(repairStore(medium).remaining).toEqual([]);
  });

  it('tells the sector of a drive that is not as it was written', () => {
    const medium = closed();
    const file = driveFile(0, 0);
    changeByte(medium, file, 0);
    expect(checkStore(medium).problems).toEqual([
      {
        area: 'drive',
        place: { file, offset: 0 },
        what: 'cylinder 0 of member 0 of group 0 has another label than it should',
        remedy: 'repair',
      },
    ]);
    const view = viewOf(
      CrashRig.open(
        medium.afterPowerCut(() => true),
        'read',
      ).stored,
    );
    const { done, remaining } = repairStore(medium);
    expect(done).toContain('1 damaged cylinders emptied');
    expect(remaining).toEqual([]);
    expect(viewOf(CrashRig.open(medium, 'read').stored).contents).toBe(view.contents);
  });

  it('tells of a drive that is not there, and takes one that is known to have failed as it is', () => {
    const medium = closed();
    const file = driveFile(0, 1);
    medium.remove(file);
    const missing = checkStore(medium).problems.filter(({ place }) => place.file === file);
    expect(missing).toMatchObject([{ area: 'drive', remedy: 'repair' }]);
    expect(repairStore(medium).remaining).toEqual([]);
    const rig = CrashRig.open(medium);
    value(rig.subsystem.drives.fail(0, 2));
    rig.close();
    const { problems, notes } = checkStore(medium);
    expect(problems).toEqual([]);
    expect(notes).toEqual(['the drive of member 2 of group 0 has failed: replace it']);
  });

  it('notes a torn end, and finds nothing wrong with it', () => {
    const rig = CrashRig.open(closed());
    const { medium } = rig;
    let torn: RecordingMedium | undefined;
    medium.changed = ({ operation, file }) => {
      if (operation !== 'write' || !file.startsWith('journal/')) return;
      const newest = medium.pending.length - 1;
      const [change] = medium.pending.slice(newest);
      const first = change?.kind === 'data' ? change.first : 0;
      torn ??= medium.afterPowerCut((_, at) =>
        at === newest ? (sector) => sector === first : true,
      );
    };
    rig.write(0xa80, 29, 0x34);
    rig.commit();
    if (torn === undefined) throw new Error('nothing was written');
    const { problems, notes } = checkStore(torn);
    expect(problems).toEqual([]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(
      /^journal\/\d+\.journal at byte \d+: a record was not written to its end$/,
    );
  });

  it('tells damage in the middle of the journal once, which only salvage goes back before', () => {
    const medium = closed(LONG_JOURNAL);
    const journals = [...medium.files.keys()].filter((name) => name.startsWith('journal/'));
    const [last = ''] = journals.toSorted().toReversed();
    const offsets = Array.from({ length: 40 }, (_, at) => at * 512 + 100);
    const found = offsets
      .map((offset) => {
        const copy = medium.afterPowerCut(() => true);
        changeByte(copy, last, offset);
        return { copy, problems: checkStore(copy).problems };
      })
      .find(({ problems }) => problems.some(({ remedy }) => remedy === 'none'));
    expect(found?.problems).toMatchObject([{ area: 'journal', place: { file: last } }]);
    if (found === undefined) throw new Error('no record was damaged');
    expect(() => repairStore(found.copy)).toThrow('which goes back to the state before it');
    const { remaining } = repairStore(found.copy, { salvage: true });
    expect(remaining).toEqual([]);
    const after = CrashRig.open(found.copy);
    after.write(0xa80, 27, 0x35);
    after.close();
    const again = CrashRig.open(found.copy, 'read');
    expect(differences(after.acknowledged, viewOf(again.stored))).toEqual([]);
  });
});
