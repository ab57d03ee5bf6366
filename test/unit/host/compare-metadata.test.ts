import { describe, expect, test } from 'vitest';
import { trackIndex } from '../../../src/base/units.ts';
import { compareMetadata } from '../../../src/host/compare-metadata.ts';
import { renameVolume } from '../../../src/host/rename-volume.ts';
import { parseTrack } from '../../../src/track/track-image.ts';
import { copyOf, sampleVolume, valueOf } from '../../support/host-volumes.ts';

const ASKED = {
  from: 'PROD01',
  to: 'BACK02',
  identity: 'relabel',
  isFreeSpaceRewritten: false,
} as const;
const source = sampleVolume('3390-1');
const copy = copyOf(source);
const plan = valueOf(renameVolume(copy, { from: 'PROD01', to: 'BACK02' }));

describe('comparing rewritten tracks', () => {
  test('every rewritten track is as expected, and data tracks must be equal', () => {
    expect(plan.tracks.length).toBe(4);
    for (const track of source.writtenTracks()) {
      const judged = compareMetadata(source.readTrack(track), copy.readTrack(track), ASKED);
      expect(judged.kind).toBe('asExpected');
      const isRewritten = plan.tracks.includes(track);
      expect(judged.kind === 'asExpected' && judged.changedRecords > 0).toBe(isRewritten);
    }
  });

  test('what should have been rewritten and was not is found', () => {
    const missed = plan.tracks.filter((track) => {
      const image = source.readTrack(track);
      return compareMetadata(image, image, ASKED).kind === 'unexpected';
    });
    // The index track may keep any sorted names; the other three must follow the serial.
    expect(missed).toEqual([0, 1, 15]);
  });

  test('a clone must be equal, a conditioned copy but for its label', () => {
    for (const track of plan.tracks) {
      const [one, other] = [source.readTrack(track), copy.readTrack(track)];
      const judge = (identity: 'clone' | 'conditioned'): string =>
        compareMetadata(one, other, { ...ASKED, identity }).kind;
      expect(judge('clone')).toBe('unexpected');
      expect(judge('conditioned')).toBe(track === 0 ? 'asExpected' : 'unexpected');
      expect(compareMetadata(one, one, { ...ASKED, identity: 'clone' }).kind).toBe('asExpected');
    }
  });

  test('one wrong byte anywhere in label, VTOC, VVDS or data is found', () => {
    for (const number of [0, 1, 15, 60]) {
      const track = trackIndex(number);
      const good = copy.readTrack(track);
      for (const record of parseTrack(good)) {
        if (record.dataBytes === 0) continue;
        for (const place of [
          record.keyOffset,
          record.dataOffset,
          record.dataOffset + record.dataBytes - 1,
        ]) {
          const bad = good.slice();
          bad[place] = (bad[place] ?? 0) ^ 0x11;
          const judged = compareMetadata(source.readTrack(track), bad, ASKED);
          expect(judged.kind).toBe('unexpected');
        }
      }
    }
  });

  test('lost, moved or damaged records are found', () => {
    const track = trackIndex(1);
    const good = copy.readTrack(track);
    const bads = [
      good.slice(0, 100),
      good.slice(0, -8),
      source.readTrack(trackIndex(2)),
      source.readTrack(trackIndex(60)),
    ];
    for (const bad of bads) {
      expect(compareMetadata(source.readTrack(track), bad, ASKED).kind).toBe('unexpected');
    }
    const renumbered = good.slice();
    renumbered[21 + 4] = 77;
    expect(compareMetadata(source.readTrack(track), renumbered, ASKED).kind).toBe('unexpected');
  });
});
