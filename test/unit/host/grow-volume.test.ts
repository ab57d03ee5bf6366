import { describe, expect, test } from 'vitest';
import { compareMetadata, isFreeSpaceRewritten } from '../../../src/host/compare-metadata.ts';
import { countTracks } from '../../../src/host/free-space.ts';
import { growVolume } from '../../../src/host/grow-volume.ts';
import {
  codeOf,
  contentOf,
  copyOf,
  freshVolume,
  range,
  sampleVolume,
  valueOf,
  vtocOf,
} from '../../support/host-volumes.ts';

describe('growing a volume', () => {
  test.each([
    ['3390-1', 3339, false, 'format5'],
    ['3390-3', 10_017, false, 'format7'],
    ['3390-9', 32_760, false, 'format7'],
    ['3390-54', 70_000, false, 'format7'],
    ['3390-1', 3339, true, 'index'],
    ['3390-3', 10_017, true, 'index'],
    ['3390-9', 20_000, true, 'index'],
    ['3380-1', 2655, true, 'index'],
  ])('%s to %i cylinders, indexed %s: owner %s', (name, cylinders, index, authority) => {
    const source = sampleVolume(name, { index });
    const copy = copyOf(source, cylinders);
    const plan = valueOf(growVolume(copy, cylinders));
    const [was, is] = [vtocOf(source), vtocOf(copy)];
    expect(is.warnings).toEqual([]);
    expect(is.freeSpace.authority).toBe(authority);
    expect(is.format4.cylinders).toBe(cylinders);
    const added = (cylinders - source.cylinders) * source.type.headCount;
    expect(countTracks(is.freeSpace.extents)).toBe(countTracks(was.freeSpace.extents) + added);
    expect(is.entries).toEqual(was.entries);
    const expected = {
      from: 'PROD01',
      to: 'PROD01',
      identity: 'relabel',
      isFreeSpaceRewritten: isFreeSpaceRewritten(plan.changes),
    } as const;
    for (const track of plan.tracks) {
      const judged = compareMetadata(source.readTrack(track), copy.readTrack(track), expected);
      expect(judged).toMatchObject({ kind: 'asExpected' });
    }
  });

  test('an index too small for the new size is given up', () => {
    const source = sampleVolume('3390-1');
    const copy = copyOf(source, 65_520);
    const plan = valueOf(growVolume(copy, 65_520));
    expect(plan.changes.map((change) => change.kind)).toContain('indexDisabled');
    const vtoc = vtocOf(copy);
    expect([vtoc.freeSpace.authority, vtoc.warnings]).toEqual(['format7', []]);
  });

  test('alternates move to the new end, and the old ones become free', () => {
    const volume = freshVolume('3390-3', { cylinders: 3340, alternateCylinders: 1 });
    const larger = copyOf(volume, 4000);
    valueOf(growVolume(larger, 4000));
    const vtoc = vtocOf(larger);
    expect(vtoc.usableTracks).toBe(3999 * 15);
    expect(vtoc.freeSpace.extents).toEqual([range(15, 3998 * 15)]);
    expect(vtoc.warnings).toEqual([]);
  });

  test('a volume whose free space nobody owns gets its size only', () => {
    const volume = copyOf(sampleVolume('3390-1', { index: false }), 2000);
    const track = vtocOf(volume).extent.first;
    const image = volume.readTrack(track).slice();
    image[21 + 8 + 58] = 0x80;
    volume.writeTrack(track, image);
    const plan = valueOf(growVolume(volume, 2000));
    expect(plan.changes.map((change) => change.kind)).toEqual(['volumeSize']);
    expect(vtocOf(volume).freeSpace.authority).toBe('invalid');
    expect(vtocOf(volume).usableTracks).toBe(30_000);
  });

  test('the same size is nothing to do, a smaller one is refused, a full VTOC says so', () => {
    const volume = sampleVolume('3390-1');
    const before = contentOf(volume);
    expect(valueOf(growVolume(volume, 1113)).writes).toEqual([]);
    expect(codeOf(growVolume(volume, 1000))).toBe('TARGET_TOO_SMALL');
    expect(contentOf(volume)).toEqual(before);
  });
});
