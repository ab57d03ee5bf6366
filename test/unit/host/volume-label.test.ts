import { describe, expect, test } from 'vitest';
import { trackIndex } from '../../../src/base/units.ts';
import { textToEbcdic } from '../../../src/host/ebcdic.ts';
import { checkVolser, readVolumeLabel, writeVolumeLabel } from '../../../src/host/volume-label.ts';
import { buildTrack, parseTrack, recordData, recordKey } from '../../../src/track/track-image.ts';
import { codeOf, emptyDevice, valueOf } from '../../support/host-volumes.ts';

const HOME = { cylinder: 0, head: 0 };
const VTOC = { track: trackIndex(1), record: 1 };

describe('volume label', () => {
  test('track 0 has the two IPL records and the label of dasdinit', () => {
    const volume = emptyDevice('3390-1');
    writeVolumeLabel(volume, { volser: 'VDE391', owner: 'HERCULES', vtoc: VTOC });
    const image = volume.readTrack(trackIndex(0));
    const [, ipl1, ipl2, label] = parseTrack(image);
    if (ipl1 === undefined || ipl2 === undefined || label === undefined) throw new Error('records');
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    expect(hex(recordKey(image, ipl1))).toBe('c9d7d3f1');
    expect(hex(recordData(image, ipl1))).toBe('000600000000000f03000000000000010000000000000000');
    expect(hex(recordKey(image, ipl2))).toBe('c9d7d3f2');
    expect(ipl2.dataBytes).toBe(144);
    expect(hex(recordKey(image, label))).toBe('e5d6d3f1');
    const blanks = (count: number): string => '40'.repeat(count);
    expect(hex(recordData(image, label))).toBe(
      `e5d6d3f1e5c4c5f3f9f1400000000101${blanks(25)}c8c5d9c3e4d3c5e2${blanks(31)}`,
    );
  });

  test('reads back what was written, long owners too', () => {
    const volume = emptyDevice('3380-1');
    writeVolumeLabel(volume, { volser: 'A1', owner: 'TWELVE CHARS', vtoc: { ...VTOC, record: 9 } });
    const label = valueOf(readVolumeLabel(volume));
    expect(label).toEqual({ volser: 'A1', owner: 'TWELVE CHARS', vtoc: { track: 1, record: 9 } });
  });

  test('a pointer to no record of the volume is no pointer', () => {
    const volume = emptyDevice('3390-1');
    const data = textToEbcdic('VOL1NOVTOC', 80);
    for (const [cylinder, head, record] of [
      [0, 0, 0],
      [2000, 0, 1],
      [0, 15, 1],
    ] as const) {
      data.set([cylinder >> 8, cylinder & 0xff, 0, head, record], 11);
      volume.writeTrack(
        trackIndex(0),
        buildTrack(HOME, [{ number: 3, key: textToEbcdic('VOL1'), data }]),
      );
      expect(valueOf(readVolumeLabel(volume)).vtoc).toBeUndefined();
    }
  });

  test('no label is refused: empty track, other key, blank serial, damaged track', () => {
    const volume = emptyDevice('3390-1');
    expect(codeOf(readVolumeLabel(volume))).toBe('NO_LABEL');
    const write = (key: string, data: string): void => {
      const record = { number: 3, key: textToEbcdic(key), data: textToEbcdic(data, 80) };
      volume.writeTrack(trackIndex(0), buildTrack(HOME, [record]));
    };
    write('VOL2', 'VOL1AAAAAA');
    expect(codeOf(readVolumeLabel(volume))).toBe('NO_LABEL');
    write('VOL1', 'VOL1');
    expect(codeOf(readVolumeLabel(volume))).toBe('NO_LABEL');
    volume.writeTrack(trackIndex(0), new Uint8Array(40));
    expect(codeOf(readVolumeLabel(volume))).toBe('NO_LABEL');
  });

  test.each(['', 'TOOLONG', 'low', 'A B', 'É'])('%j is no serial', (text) => {
    expect(codeOf(checkVolser(text))).toBe('VOLSER_INVALID');
  });
});
