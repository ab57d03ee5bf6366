/**
 * Stores some of whose files are damaged, cut, gone or unreadable: what can be had is had, what cannot is
 * named with its place, and nothing that was given up comes back.
 */
import { describe, expect, it } from 'vitest';
import { checkStore, repairStore } from '../../../src/store/check-store.ts';
import type { MediumFile } from '../../../src/store/medium.ts';
import { StoreFault } from '../../../src/store/store-fault.ts';
import { SUPERBLOCK_FILE } from '../../../src/store/store-layout.ts';
import type { MediumCall, RecordingMedium } from '../../../src/testing/recording-medium.ts';
import { changeByte } from '../../support/changed-byte.ts';
import { CrashRig, differences, RIG_INPUT, viewOf } from '../../support/crash-rig.ts';
import { value } from '../../support/small-subsystem.ts';

/** So long that nothing becomes a checkpoint by itself. */
const PORTS = { journalBytes: 2 ** 28, segmentBytes: 2 ** 25 } as const;
const JOURNAL = 'journal/00000001.journal';

/** A new store with one device, closed. */
function fresh(input = RIG_INPUT): { readonly medium: RecordingMedium; readonly device: number } {
  const rig = CrashRig.create(undefined, input);
  const device = rig.defineSmall();
  rig.commit();
  rig.close();
  return { medium: rig.medium, device };
}

/** Opens the store, and tells where the records lie that `work` writes. */
function recordsOf(medium: RecordingMedium, work: (rig: CrashRig) => void): readonly MediumCall[] {
  const rig = CrashRig.open(medium, 'write', PORTS);
  const from = medium.log.length;
  work(rig);
  const calls = medium.log.slice(from);
  rig.close();
  return calls.filter(({ operation, file }) => operation === 'write' && file === JOURNAL);
}

function writeAndCommit(rig: CrashRig, device: number, track: number, fill: number): void {
  rig.write(device, track, fill, 2_000);
  rig.commit();
}

describe('what a salvage gave up', () => {
  it('is never taken for something later', () => {
    const { medium, device } = fresh();
    const openings = [0, 1, 2, 3].map((opening) =>
      recordsOf(medium, (rig) => {
        for (const track of [16, 17]) writeAndCommit(rig, device, track, opening * 16 + track);
      }),
    );
    changeByte(medium, JOURNAL, (openings[1]?.[0]?.offset ?? 0) + 90);
    expect(() => CrashRig.open(medium, 'read')).toThrow(StoreFault);
    expect(repairStore(medium, { salvage: true, ports: PORTS }).remaining).toEqual([]);
    for (let round = 0; round < 5; round += 1) {
      const rig = CrashRig.open(medium, 'write', PORTS);
      writeAndCommit(rig, device, 20, 0x70 + round);
      // Beside the writer, and after it was killed.
      for (const state of [medium, medium.afterPowerCut(() => true)]) {
        const found = CrashRig.open(state, 'read');
        expect(differences(viewOf(found.stored), rig.acknowledged)).toEqual([]);
      }
      rig.close();
    }
  });
});

describe('a journal that was closed', () => {
  const { medium, device } = fresh();
  recordsOf(medium, (rig) => {
    for (let track = 16; track < 20; track += 1) writeAndCommit(rig, device, track, track);
  });
  const spoil = (how: (journal: MediumFile) => void): RecordingMedium => {
    const copy = medium.afterPowerCut(() => true);
    const journal = copy.open(JOURNAL, 'write');
    how(journal);
    journal.flush();
    return copy;
  };

  it.each([
    ['taken away', () => undefined],
    ['cut', (journal: MediumFile) => journal.resize(4_096)],
    [
      'overwritten with zeros',
      (journal: MediumFile) => journal.write(4_096, [new Uint8Array(journal.sizeBytes - 4_096)]),
    ],
  ] as const)('and is %s is missed', (how, change) => {
    const spoilt = spoil(change);
    if (how === 'taken away') spoilt.remove(JOURNAL);
    expect(() => CrashRig.open(spoilt, 'read')).toThrow(/is damaged or gone; .* --salvage/);
    const { problems, notes } = checkStore(spoilt);
    expect(problems).toMatchObject([{ area: 'journal', remedy: 'none' }]);
    const left = how === 'taken away' ? /with 0 devices/ : /with 1 devices, 0 of them written to/;
    expect(notes.join()).toMatch(/^--salvage goes back to change \d+, /);
    expect(notes.join()).toMatch(left);
    expect(repairStore(spoilt, { salvage: true }).remaining).toEqual([]);
    expect(checkStore(spoilt).problems).toEqual([]);
    expect(CrashRig.open(spoilt).stored.recovery.damage).toEqual([]);
  });

  it('is whole without the word that says so', () => {
    const copy = medium.afterPowerCut(() => true);
    copy.remove('journal.end');
    expect(checkStore(copy).problems).toEqual([]);
    changeByte(medium, 'journal.end', 25);
    expect(checkStore(medium).problems).toMatchObject([
      { area: 'journal', place: { file: 'journal.end' }, remedy: 'repair' },
    ]);
    expect(repairStore(medium).remaining).toEqual([]);
  });
});

describe('a damaged track in a record of many', () => {
  it('is lost alone', () => {
    const { medium, device } = fresh();
    const [record] = recordsOf(medium, (rig) => {
      for (let track = 0; track < 20; track += 1) rig.write(device, track, track, 2_000);
      rig.commit();
    });
    recordsOf(medium, (rig) => writeAndCommit(rig, device, 25, 1));
    changeByte(medium, JOURNAL, (record?.offset ?? 0) + (record?.bytes ?? 0) - 2_500);
    const { problems } = checkStore(medium);
    expect(problems.filter(({ area }) => area === 'journal')).toHaveLength(1);
    const lost = problems.filter(({ area }) => area === 'track').map(({ what }) => what);
    expect(lost).toEqual(['track 19 (cylinder 1, head 4) of device 0A80 is lost']);
    repairStore(medium);
    const { subsystem } = CrashRig.open(medium);
    expect(subsystem.drives.lostTracks()).toHaveLength(1);
  });
});

describe('a checkpoint that is gone', () => {
  it.each([
    ['first', 'delta.a', 0, 'healed'],
    ['first', 'delta.b', 0, 'healed'],
    ['first', 'delta', 0, 'refused'],
    ['last', 'delta.a', 1, 'healed'],
    // Its records are still in the journal.
    ['last', 'delta', 1, 'not missed'],
  ])('the %s %s', (_name, gone, which, outcome) => {
    const loaded = CrashRig.create(undefined, { ...RIG_INPUT, capacityBytes: 2 ** 26 });
    const { medium } = loaded;
    const device = loaded.defineSmall();
    for (let more = 0; more < 12; more += 1) {
      const other = loaded.defineSmall();
      for (let track = 0; track < 28; track += 1) loaded.write(other, track, track, 30_000);
    }
    loaded.subsystem.drives.closeOpen();
    loaded.commit();
    loaded.stored.rewrite();
    loaded.close();
    const rig = CrashRig.open(medium, 'write', PORTS);
    for (const track of [1, 2]) {
      writeAndCommit(rig, device, track, 0x70 + track);
      rig.stored.checkpoint();
    }
    rig.close();
    const deltas = medium.list('checkpoints').filter((name) => name.includes('delta'));
    expect(deltas).toHaveLength(4);
    for (const name of deltas.slice(2 * which, 2 * which + 2)) {
      if (name.includes(gone)) medium.remove(`checkpoints/${name}`);
    }
    const { problems } = checkStore(medium);
    if (outcome === 'refused') {
      expect(problems).not.toEqual([]);
      expect(() => CrashRig.open(medium, 'read')).toThrow('damaged in both copies');
      return;
    }
    expect(problems).toHaveLength(outcome === 'healed' ? 1 : 0);
    const { stored } = CrashRig.open(medium);
    expect(differences(rig.acknowledged, viewOf(stored))).toEqual([]);
  });
});

describe('a file that bears the name of a checkpoint', () => {
  it('of a number far away is told like one that is gone', () => {
    const { medium } = fresh();
    medium.open('checkpoints/99999999999999-delta.a', 'make').close();
    expect(checkStore(medium).problems[0]).toMatchObject({ area: 'checkpoint' });
    expect(() => CrashRig.open(medium, 'read')).toThrow('checkpoint 2 is damaged in both copies');
  });
});

describe('a drive that comes back without its file', () => {
  it('has one that is still there after a power cut', () => {
    const groups = [{ dataDrives: 2, redundancyDrives: 0, cylinderSectors: 256 }];
    const { medium, device } = fresh({ ...RIG_INPUT, groups });
    medium.remove('drives/group0-member00.drive');
    medium.flushFolder('drives');
    const rig = CrashRig.open(medium);
    expect(rig.stored.recovery.missingDrives).toEqual([{ group: 0, member: 0 }]);
    value(rig.subsystem.drives.return(0, 0));
    rig.commit();
    rig.stored.bulk(() => {
      for (let track = 16; track < 28; track += 1) rig.write(device, track, track, 40_000);
      rig.subsystem.drives.closeOpen();
    });
    rig.commit();
    const { stored } = CrashRig.open(medium.afterPowerCut(() => false));
    expect(stored.recovery.missingDrives).toEqual([]);
    expect(stored.subsystem.drives.lostTracks()).toEqual([]);
    expect(viewOf(stored).contents).toBe(rig.acknowledged.contents);
  });
});

describe('a superblock', () => {
  it('that was cut to one copy is told, and written anew', () => {
    const { medium } = fresh();
    const file = medium.open(SUPERBLOCK_FILE, 'write');
    file.resize(file.sizeBytes / 2);
    file.flush();
    expect(checkStore(medium).problems).toMatchObject([
      { area: 'superblock', place: { file: SUPERBLOCK_FILE }, remedy: 'repair' },
    ]);
    const { done, remaining } = repairStore(medium);
    expect(done).toContain('a copy of the superblock: healed');
    expect(remaining).toEqual([]);
  });
});

describe('a sector that cannot be read', () => {
  /** The medium with one; it comes back when it is written. */
  function withBadSector(medium: RecordingMedium, file: string, bad: number): RecordingMedium {
    const after = medium.afterPowerCut(() => true);
    after.failure = ({ operation, file: name, offset = 0, bytes = 0 }) => {
      const isHit = operation === 'read' && name === file && offset < bad + 512;
      return isHit && offset + bytes > bad ? { fault: 'failed' } : undefined;
    };
    return after;
  }

  function journalOf(): {
    readonly medium: RecordingMedium;
    readonly records: readonly MediumCall[];
    readonly file: MediumFile;
  } {
    const { medium, device } = fresh();
    const records = recordsOf(medium, (rig) => {
      for (let track = 16; track < 20; track += 1) writeAndCommit(rig, device, track, track);
    });
    return { medium, records, file: medium.open(JOURNAL, 'read') };
  }

  it.each([0, 4_096])('at byte %i of the superblock is a damaged copy', (bad) => {
    const medium = withBadSector(fresh().medium, SUPERBLOCK_FILE, bad);
    expect(checkStore(medium).problems).toMatchObject([
      { area: 'superblock', place: { file: SUPERBLOCK_FILE, offset: bad } },
    ]);
    expect(CrashRig.open(medium, 'read').stored.recovery.damage).toHaveLength(1);
  });

  it('in the word on where the journal ends costs only that word', () => {
    const bad = withBadSector(journalOf().medium, 'journal.end', 0);
    expect(checkStore(bad).problems).toMatchObject([
      { area: 'journal', place: { file: 'journal.end' }, remedy: 'repair' },
    ]);
    expect(CrashRig.open(bad, 'read').stored.recovery.damage).toEqual([]);
  });

  it('behind the end of the journal is no trouble', () => {
    const { medium, file } = journalOf();
    const bad = withBadSector(medium, JOURNAL, file.sizeBytes - 512);
    expect(checkStore(bad).problems).toEqual([]);
  });

  it('in a record of the journal is told with its place, and given up by salvage alone', () => {
    const { medium, records } = journalOf();
    const offset = records[1]?.offset ?? 0;
    const bad = withBadSector(medium, JOURNAL, offset);
    expect(() => CrashRig.open(bad, 'read')).toThrow(/the medium gave an error/);
    expect(checkStore(bad).problems).toMatchObject([{ area: 'journal', remedy: 'none' }]);
    expect(() => repairStore(bad)).toThrow(/the medium gave an error/);
    expect(repairStore(bad, { salvage: true }).remaining).toEqual([]);
    expect(checkStore(bad).problems).toEqual([]);
  });
});
