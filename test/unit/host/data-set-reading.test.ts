import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/base/errors.ts';
import { trackIndex } from '../../../src/base/units.ts';
import type { DataSetEntry } from '../../../src/host/data-set-entry.ts';
import { readSequential, recordText } from '../../../src/host/data-set-reading.ts';
import { textToEbcdic } from '../../../src/host/ebcdic.ts';
import { addressOf, type MemoryVolume } from '../../../src/host/volume-tracks.ts';
import { findDataSet } from '../../../src/host/vtoc.ts';
import { buildTrack } from '../../../src/track/track-image.ts';
import { build, codeOf, freshVolume, valueOf, vtocOf } from '../../support/host-volumes.ts';

/** A data set of one track with these blocks and this description. */
function dataSet(
  blocks: readonly Uint8Array[],
  fields: Partial<DataSetEntry>,
): { readonly volume: MemoryVolume; readonly entry: DataSetEntry } {
  const volume = freshVolume('3390-1');
  build(volume, (builder) =>
    valueOf(
      builder.addSequential({
        name: 'A',
        recordFormat: 'U',
        recordLength: 0,
        blockLength: 4000,
        records: blocks,
      }),
    ),
  );
  const entry = valueOf(findDataSet(vtocOf(volume), 'A'));
  return { volume, entry: { ...entry, ...fields } };
}

const read = (from: ReturnType<typeof dataSet>): Uint8Array[] => [
  ...valueOf(readSequential(from.volume, from.entry)),
];
const variable = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe('reading records', () => {
  test('variable blocks with everything odd about them', () => {
    const fields = { recordFormat: 'VB', recordLength: 20 };
    const good = variable(0, 13, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0xc1, 99, 99);
    expect(read(dataSet([good], fields)).map((one) => [...one])).toEqual([[], [0xc1]]);
    const bad: readonly (readonly [Uint8Array, string])[] = [
      [variable(0, 99, 0, 0), 'states 99'],
      [variable(0, 3, 0, 0), 'states 3'],
      [variable(0, 8, 0, 0, 0, 3, 0, 0), 'states 3 bytes'],
      [variable(0, 8, 0, 0, 0, 9, 0, 0), 'states 9 bytes'],
      [variable(0, 9, 0, 0, 0, 5, 1, 0, 0xc1), 'segment of a spanned one'],
    ];
    for (const [block, why] of bad) {
      const from = dataSet([block], fields);
      expect(() => read(from)).toThrow(InputError);
      expect(() => read(from)).toThrow(why);
    }
  });

  test('fixed blocks may be short, and are whole records', () => {
    const fields = { recordFormat: 'FB', recordLength: 10 };
    expect(read(dataSet([new Uint8Array(40), new Uint8Array(20)], fields)).length).toBe(6);
    const from = dataSet([new Uint8Array(41)], fields);
    expect(() => read(from)).toThrow('no multiple of 10');
    const blocks = dataSet([new Uint8Array(41)], { ...fields, recordLength: 0 });
    expect(read(blocks).length).toBe(1);
  });

  test('a data set never closed is read to its end-of-file record', () => {
    const from = dataSet([new Uint8Array(5), new Uint8Array(6)], {
      lastUsed: { track: 0, record: 0 },
    });
    expect(read(from).length).toBe(2);
  });

  test('reading stops behind the last block of the description, and does not touch other tracks', () => {
    const from = dataSet([new Uint8Array(5), new Uint8Array(6), new Uint8Array(7)], {
      lastUsed: { track: 0, record: 2 },
    });
    const seen: number[] = [];
    const volume = {
      type: from.volume.type,
      cylinders: from.volume.cylinders,
      readTrack: (track: ReturnType<typeof trackIndex>) => {
        seen.push(track);
        return from.volume.readTrack(track);
      },
      writeTrack: () => undefined,
    };
    const records = valueOf(readSequential(volume, from.entry));
    expect(seen).toEqual([]);
    expect([...records].length).toBe(2);
    expect(seen).toEqual([15]);
  });

  test('track overflow and damaged tracks are told with their place', () => {
    const from = dataSet([new Uint8Array(5)], {});
    const home = addressOf(from.volume.type, trackIndex(15));
    const record = { number: 1, data: new Uint8Array(9), cchh: 0x8001_0000 };
    from.volume.writeTrack(trackIndex(15), buildTrack(home, [record]));
    expect(() => read(from)).toThrow('record 1 of track 15 (1/0) overflows its track');
    from.volume.writeTrack(trackIndex(15), new Uint8Array(50).fill(3));
    expect(() => read(from)).toThrow('track 15 (1/0) is no valid track');
  });

  test.each<Partial<DataSetEntry>>([
    { organisation: 'VSAM' },
    { organisation: 'IS' },
    { recordFormat: 'VBS' },
    { recordFormat: 'VS' },
  ])('%o is refused', (fields) => {
    const from = dataSet([], fields);
    expect(codeOf(readSequential(from.volume, from.entry))).toBe('DATA_SET_UNSUPPORTED');
  });

  test.each([0x08, 0x04, 0x02])('SMS flag %i is refused', (smsFlags) => {
    const { volume, entry } = dataSet([], {});
    const described = { ...entry, dscb: { ...entry.dscb, smsFlags } };
    expect(codeOf(readSequential(volume, described))).toBe('DATA_SET_UNSUPPORTED');
  });

  test('text loses trailing blanks and gets a newline', () => {
    expect(recordText(textToEbcdic('AB  ', 80))).toBe('AB\n');
    expect(recordText(textToEbcdic('', 80))).toBe('\n');
    expect(recordText(textToEbcdic('  ü'))).toBe('  ü\n');
  });
});
