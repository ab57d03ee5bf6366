/**
 * Bytes of every region of every file of a store are changed, and drive files are taken away: the check
 * finds it, what can be had is had, what cannot is named, and nothing is ever wrong.
 */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/base/random.ts';
import { trackIndex } from '../../src/base/units.ts';
import { checkStore, repairStore } from '../../src/store/check-store.ts';
import { StoreFault } from '../../src/store/store-fault.ts';
import type { RecordingMedium } from '../../src/testing/recording-medium.ts';
import { changeByte } from '../support/changed-byte.ts';
import { CrashRig, RIG_INPUT, usedMedium, viewOf } from '../support/crash-rig.ts';
import { byEffort, EFFORT_MILLIS_MAX } from '../support/effort.ts';
import { value, violationsOf } from '../support/small-subsystem.ts';

/** Bytes of a region; the less effort, the longer. */
const REGION_BYTES = byEffort({ sample: 61_440, every: 2_048, wide: 512 });
const DRIVE_REGION_BYTES = byEffort({ sample: 1_048_576, every: 32_768, wide: 8_192 });
/** Of regions that hold nothing, one in so many. */
const EMPTY_EVERY = 64;
/** So long that closing makes no checkpoint: there is a journal to be damaged. */
const LONG_JOURNAL = { journalBytes: 2 ** 28, segmentBytes: 2 ** 16 } as const;
/** One in so many stores that were damaged is repaired, and checked again. */
const REPAIR_EVERY = 4;

/** A store that was closed in good order, with journal records behind its checkpoint. */
function closedStore(): { readonly medium: RecordingMedium; readonly sound: CrashRig } {
  const rig = CrashRig.open(usedMedium(), 'write', LONG_JOURNAL);
  rig.write(0xa80, 28, 0x33);
  rig.commit();
  rig.subsystem.drives.closeOpen();
  rig.write(0xa80, 29, 0x34);
  rig.close();
  const sound = CrashRig.open(
    rig.medium.afterPowerCut(() => true),
    'read',
  );
  return { medium: rig.medium.afterPowerCut(() => true), sound };
}

const { medium: whole, sound } = closedStore();
const tally = { regions: 0, found: 0, dead: 0, healed: 0, lost: 0, refused: 0 };

/** Regions of a file that hold anything but zeros, and some that hold zeros. */
function* regionsOf(name: string, random: SeededRandom): Generator<number> {
  const step = name.startsWith('drives/') ? DRIVE_REGION_BYTES : REGION_BYTES;
  const file = whole.open(name, 'read');
  for (let offset = 0; offset < file.sizeBytes; offset += step) {
    const bytes = new Uint8Array(Math.min(step, file.sizeBytes - offset));
    file.read(offset, bytes);
    const isEmpty = bytes.every((byte) => byte === 0);
    if (isEmpty && random.below(EMPTY_EVERY) > 0) continue;
    yield offset + random.below(bytes.length);
  }
}

/** Tracks that are refused as lost; one that shows anything but what was written is an error. */
function wrongTracks(rig: CrashRig, where: string): number {
  let lost = 0;
  for (const { index, trackCount, number } of sound.subsystem.devices()) {
    for (let at = 0; at < trackCount; at += 1) {
      const read = rig.subsystem.readTrack(rig.device(number).index, trackIndex(at));
      const right = sound.subsystem.readTrack(index, trackIndex(at));
      if (right.kind === 'refused') throw new Error('the sound store is not sound');
      if (read.kind === 'refused') {
        expect(['TRACK_LOST', 'CHECKSUM_MISMATCH'], where).toContain(read.code);
        lost += 1;
      } else {
        expect(Buffer.compare(read.value, right.value), `${where}: track ${at}`).toBe(0);
      }
    }
  }
  return lost;
}

/** Changes one byte, and looks at what becomes of it. */
function flip(name: string, offset: number, random: SeededRandom): void {
  const medium = whole.afterPowerCut(() => true);
  changeByte(medium, name, offset, 1 << random.below(8));
  tally.regions += 1;
  const where = `${name} at ${offset}`;
  const damaged = medium.afterPowerCut(() => true);
  const { problems } = checkStore(medium.afterPowerCut(() => true));
  if (problems.length > 0) tally.found += 1;
  const files = problems.map(({ place }) => place.file ?? '');
  let rig: CrashRig;
  try {
    rig = CrashRig.open(medium);
  } catch (error) {
    if (!(error instanceof StoreFault))
      throw new Error(`${where}: no store fault`, { cause: error });
    expect(['STORE_DAMAGED', 'STORE_VERSION'], where).toContain(error.code);
    expect(problems.length, where).toBeGreaterThan(0);
    expect(files, where).toContain(name);
    tally.refused += 1;
    return;
  }
  const lost = wrongTracks(rig, where);
  if (lost > 0) {
    // The journal is one of a kind: what lay in nonvolatile storage is told to be lost.
    expect(name, where).toMatch(/^journal\//);
    expect(rig.subsystem.drives.lostTracks().length, where).toBeGreaterThan(0);
    expect(problems.filter(({ area }) => area === 'track').length, where).toBeGreaterThan(0);
    tally.lost += 1;
    return;
  }
  if (problems.length === 0) {
    tally.dead += 1;
    return;
  }
  tally.healed += 1;
  if (tally.healed % REPAIR_EVERY !== 0) return;
  const { remaining } = repairStore(damaged);
  expect(remaining, where).toEqual([]);
  expect(checkStore(damaged).problems, where).toEqual([]);
}

describe('a byte of every region', () => {
  it('is nothing that the check complains about before', () => {
    expect(checkStore(whole.afterPowerCut(() => true)).problems).toEqual([]);
  });

  it.each([...whole.files].flatMap(([name, entry]) => (entry === 'folder' ? [] : [name])))(
    'of %s',
    { timeout: EFFORT_MILLIS_MAX },
    (name) => {
      const random = new SeededRandom(3, name);
      for (const offset of regionsOf(name, random)) flip(name, offset, random);
    },
  );

  it('looked at enough regions', () => {
    process.stdout.write(`bytes changed: ${JSON.stringify(tally)}\n`);
    expect(tally.regions).toBeGreaterThan(byEffort({ sample: 25, every: 300, wide: 1_000 }));
    expect(tally.found).toBeGreaterThan(byEffort({ sample: 15, every: 250, wide: 500 }));
    expect(tally.refused).toBeGreaterThan(byEffort({ sample: -1, every: 0, wide: 0 }));
    expect(tally.lost).toBeGreaterThan(0);
  });
});

describe('drive files of 6 + 2 drives', () => {
  const input = {
    ...RIG_INPUT,
    capacityBytes: 8 * 2 ** 20,
    groups: [{ dataDrives: 6, redundancyDrives: 2, cylinderSectors: 256 }],
    spareDrives: 0,
  } as const;

  function loaded(): CrashRig {
    const rig = CrashRig.create(undefined, input);
    value(rig.installation.define({ model: '3390-1', cylinders: 3, volser: 'SIXTWO' }));
    for (let track = 16; track < 45; track += 1) rig.write(0xa80, track, track);
    rig.subsystem.drives.closeOpen();
    rig.close();
    return rig;
  }

  const pairs = Array.from({ length: 8 }, (_, one) => one).flatMap((one) =>
    Array.from({ length: 8 - one }, (_, more) => [one, one + more] as const),
  );

  it.each(pairs)('%i and %i are deleted: everything reads, and is rebuilt', (one, other) => {
    const { medium, acknowledged } = loaded();
    for (const member of new Set([one, other]))
      medium.remove(`drives/group0-member0${member}.drive`);
    const rig = CrashRig.open(medium);
    expect(rig.stored.recovery.missingDrives).toHaveLength(new Set([one, other]).size);
    expect(viewOf(rig.stored).contents).toBe(acknowledged.contents);
    for (const member of new Set([one, other])) value(rig.subsystem.drives.replace(0, member));
    rig.commit();
    while (!rig.subsystem.backgroundStep({ tracks: 100 }).idle) rig.commit();
    rig.close();
    expect(checkStore(medium).problems).toEqual([]);
    // What was rebuilt is what two others are reconstructed from now.
    for (const step of [2, 4]) medium.remove(`drives/group0-member0${(one + step) % 8}.drive`);
    const again = CrashRig.open(medium, 'read');
    expect(viewOf(again.stored).contents).toBe(acknowledged.contents);
    expect(violationsOf(again.subsystem)).toEqual([]);
  });

  it('three are deleted: what is lost is named, and nothing is wrong', () => {
    const { medium, acknowledged } = loaded();
    const untouched = medium.afterPowerCut(() => true);
    for (const member of [0, 3, 5]) medium.remove(`drives/group0-member0${member}.drive`);
    const named = checkStore(medium).problems.filter(({ area }) => area === 'track');
    expect(named.length).toBeGreaterThan(0);
    expect(named[0]?.what).toMatch(/^track \d+ \(cylinder \d+, head \d+\) of device 0A80 is lost$/);
    const rig = CrashRig.open(medium);
    const lost = rig.subsystem.drives.lostTracks();
    expect(lost).toHaveLength(named.length);
    const tracks = new Set(lost.flatMap(({ owners }) => owners.map(({ track }) => track)));
    const before = CrashRig.open(untouched, 'read');
    const { index, trackCount } = rig.device(0xa80);
    for (let track = 0; track < trackCount; track += 1) {
      const read = rig.subsystem.readTrack(index, trackIndex(track));
      if (tracks.has(trackIndex(track))) expect(read).toMatchObject({ code: 'TRACK_LOST' });
      else expect(read).toEqual(before.subsystem.readTrack(index, trackIndex(track)));
    }
    expect(acknowledged.contents).toBe(viewOf(before.stored).contents);
  });
});
