import { describe, expect, test } from 'vitest';
import { trackIndex } from '../../../src/base/units.ts';
import { compareMetadata, isFreeSpaceRewritten } from '../../../src/host/compare-metadata.ts';
import { renameVolume } from '../../../src/host/rename-volume.ts';
import { VolumeBuilder } from '../../../src/host/volume-builder.ts';
import { parseTrack } from '../../../src/track/track-image.ts';
import {
  build,
  codeOf,
  contentOf,
  copyOf,
  freshVolume,
  sampleVolume,
  valueOf,
  vtocOf,
} from '../../support/host-volumes.ts';

const TO_BACK = { from: 'PROD01', to: 'BACK02' };

describe('renaming a volume', () => {
  test.each(['3390-1', '3390-9', '3380-1', '3350-1', '3390-A:70000'])(
    '%s: everything that carries the serial follows, everything else stays',
    (name) => {
      const source = sampleVolume(name);
      const copy = copyOf(source);
      const plan = valueOf(renameVolume(copy, TO_BACK));
      const was = vtocOf(source);
      const is = vtocOf(copy);
      expect(is.warnings).toEqual([]);
      expect(is.label).toEqual({ ...was.label, volser: 'BACK02' });
      const renamed = was.entries.map((entry) =>
        entry.name.startsWith('SYS1.') ? entry.name.replace('PROD01', 'BACK02') : entry.name,
      );
      expect(is.entries.map((entry) => entry.name)).toEqual(renamed);
      expect(is.entries.map((entry) => entry.address)).toEqual(
        was.entries.map((one) => one.address),
      );
      expect(new Set(is.entries.map((entry) => entry.dscb.volser))).toEqual(new Set(['BACK02']));
      expect(is.freeSpace).toEqual(was.freeSpace);
      expect(is.index?.content?.names.map((one) => one.name)).toEqual(
        renamed.toSorted((a, b) => (a < b ? -1 : 1)),
      );
      expect(is.vvds?.content?.volser).toBe('BACK02');
      expect(is.vvds?.content?.entries[0]).toMatchObject({
        name: 'SYS1.VVDS.VBACK02',
        cluster: 'SYS1.VVDS.VBACK02',
      });
      expect(is.vvds?.content?.entries.slice(1)).toEqual(was.vvds?.content?.entries.slice(1));
      const before = contentOf(source);
      const after = contentOf(copy);
      const differing = [...after.keys()].filter((track) => before.get(track) !== after.get(track));
      expect(plan.tracks).toEqual(differing);
    },
  );

  test('back again gives the same bytes', () => {
    const source = sampleVolume('3390-1');
    const copy = copyOf(source);
    valueOf(renameVolume(copy, TO_BACK));
    valueOf(renameVolume(copy, { from: 'BACK02', to: 'PROD01' }));
    expect(contentOf(copy)).toEqual(contentOf(source));
  });

  test('a dry run says the same and writes nothing', () => {
    const source = sampleVolume('3390-1');
    const copy = copyOf(source);
    const dry = valueOf(renameVolume(copy, TO_BACK, { dryRun: true }));
    expect(contentOf(copy)).toEqual(contentOf(source));
    expect(valueOf(renameVolume(copy, TO_BACK))).toEqual(dry);
    expect(dry.changes.map((change) => change.kind)).toEqual([
      'volumeSerial',
      ...Array.from({ length: 7 }, () => 'dataSetSerial'),
      'dataSetName',
      'dataSetName',
      'vvdsRecord',
      'vvdsRecord',
      'index',
    ]);
  });

  test('interrupted after any write it can be repeated, and meanwhile says that it is unfinished', () => {
    const source = sampleVolume('3390-1');
    const whole = copyOf(source);
    const plan = valueOf(renameVolume(whole, TO_BACK));
    for (let done = 0; done <= plan.writes.length; done += 1) {
      const copy = copyOf(source);
      for (const { track, image } of plan.writes.slice(0, done)) copy.writeTrack(track, image);
      const isBetween = done > 0 && done < plan.writes.length;
      const codes = vtocOf(copy).warnings.map((one) => one.code);
      expect(codes.includes('UPDATE_INCOMPLETE')).toBe(isBetween);
      if (isBetween) continue;
      valueOf(renameVolume(copy, TO_BACK));
      expect(contentOf(copy)).toEqual(contentOf(whole));
    }
  });

  test('serials of other volumes stay', () => {
    const volume = freshVolume('3390-1');
    build(volume, (builder) => {
      const shape = {
        recordFormat: 'FB',
        recordLength: 80,
        blockLength: 800,
        records: [],
      } as const;
      valueOf(builder.addSequential({ name: 'A', ...shape }));
      valueOf(builder.addSequential({ name: 'B', ...shape }));
    });
    const image = volume.readTrack(trackIndex(1)).slice();
    const third = parseTrack(image).find((one) => one.number === 3);
    image.set([0xc1, 0xc2, 0xc3, 0x40, 0x40, 0x40], (third?.keyOffset ?? 0) + 45);
    volume.writeTrack(trackIndex(1), image);
    valueOf(renameVolume(volume, { from: 'TEST01', to: 'NEW' }));
    expect(vtocOf(volume).entries.map((entry) => entry.dscb.volser)).toEqual(['ABC', 'NEW']);
  });

  test('an index that cannot be read is given up rather than left with an old name', () => {
    const volume = sampleVolume('3390-1');
    const index = vtocOf(volume).index?.entry.extents[0]?.first ?? trackIndex(0);
    volume.writeTrack(index, volume.readTrack(index).slice().fill(0xee, 40, 60));
    const source = copyOf(volume);
    const plan = valueOf(renameVolume(volume, TO_BACK));
    const vtoc = vtocOf(volume);
    expect(plan.changes.map((change) => change.kind)).toContain('indexDisabled');
    expect(vtoc.format4.flags & 0xc1).toBe(0x40);
    expect([vtoc.freeSpace.authority, vtoc.warnings]).toEqual(['format5', []]);
    expect(vtoc.entries.map((entry) => entry.name)).toContain('SYS1.VTOCIX.BACK02');
    const expected = { ...TO_BACK, identity: 'relabel', isFreeSpaceRewritten: true } as const;
    expect(isFreeSpaceRewritten(plan.changes)).toBe(true);
    for (const track of plan.tracks) {
      const judged = compareMetadata(source.readTrack(track), volume.readTrack(track), expected);
      expect(judged.kind).toBe('asExpected');
    }
    expect(VolumeBuilder.open(volume).kind).toBe('done');
  });

  test('refusals', () => {
    const volume = sampleVolume('3390-1');
    expect(codeOf(renameVolume(volume, { from: 'PROD01', to: 'x' }))).toBe('VOLSER_INVALID');
    expect(codeOf(renameVolume(volume, { from: 'OTHER', to: 'BACK02' }))).toBe('VOLSER_INVALID');
    build(volume, (builder) => {
      const shape = {
        recordFormat: 'FB',
        recordLength: 80,
        blockLength: 800,
        records: [],
      } as const;
      valueOf(builder.addSequential({ name: 'SYS1.VTOCIX.BACK02', ...shape }));
    });
    const before = contentOf(volume);
    expect(codeOf(renameVolume(volume, TO_BACK))).toBe('DATA_SET_EXISTS');
    expect(contentOf(volume)).toEqual(before);
  });
});
