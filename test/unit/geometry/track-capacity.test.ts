/**
 * Track capacity: the published vectors of the newer devices, worked examples of the older ones, and
 * laws that hold for all.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEVICE_MODELS, type DeviceType, findModel } from '../../../src/geometry/device-model.ts';
import {
  lastRecordSpace,
  recordSpace,
  recordsFit,
  recordsPerTrack,
} from '../../../src/geometry/track-capacity.ts';

const typeOf = (name: string): DeviceType => {
  const model = findModel(name);
  if (model === undefined) throw new Error(name);
  return model.type;
};
const T3390 = typeOf('3390-1');
const T3380 = typeOf('3380-A');
const data = (dataBytes: number) => ({ keyBytes: 0, dataBytes });

/** Largest data length of 1 to 12 equal keyless records. */
const LARGEST = [
  [
    '3390-1',
    [56_664, 27_998, 18_452, 13_682, 10_796, 8_906, 7_548, 6_518, 5_726, 5_064, 4_566, 4_136],
  ],
  [
    '3380-A',
    [47_476, 23_476, 15_476, 11_476, 9_076, 7_476, 6_356, 5_492, 4_820, 4_276, 3_860, 3_476],
  ],
] as const;

describe.each(LARGEST)('a %s', (name, lengths) => {
  it.each(lengths.map((length, at) => [at + 1, length]))(
    'holds %d records of %d bytes and not of one more',
    (count, length) => {
      const type = typeOf(name);
      expect(recordsPerTrack(type, data(length))).toBe(count);
      expect(recordsPerTrack(type, data(length + 1))).toBe(count - 1);
    },
  );
});

/** Key, data, records of a 3390 track, of a 3380 track. */
const PER_TRACK = [
  [0, 4_096, 12, 10],
  [0, 2_048, 21, 18],
  [0, 1_024, 33, 31],
  [0, 512, 49, 46],
  [0, 80, 78, 83],
  [44, 96, 50, 53],
  [8, 256, 45, 46],
] as const;

describe('records per track', () => {
  it.each(PER_TRACK)('key %d data %d: 3390 %d, 3380 %d', (keyBytes, dataBytes, on3390, on3380) => {
    expect(recordsPerTrack(T3390, { keyBytes, dataBytes })).toBe(on3390);
    expect(recordsPerTrack(T3380, { keyBytes, dataBytes })).toBe(on3380);
  });

  it('a 3390 record of the largest length takes exactly the track', () => {
    expect(recordSpace(T3390, data(56_664))).toBe(58_786);
  });

  // K + D + 82 with a key + 185 each, of 19,254.
  it('of a 3350 count a constant for every record', () => {
    const type = typeOf('3350-1');
    expect(recordSpace(type, data(4_096))).toBe(4_281);
    expect(recordSpace(type, { keyBytes: 8, dataBytes: 256 })).toBe(531);
    expect(recordsPerTrack(type, data(4_096))).toBe(4);
    expect(recordsPerTrack(type, { keyBytes: 8, dataBytes: 256 })).toBe(36);
    expect(recordsPerTrack(type, { keyBytes: 44, dataBytes: 96 })).toBe(47);
  });

  // (K + D) * 2137 / 2048 + 45 with a key + 101, but K + D + 45 for the last, of 7,294.
  it('of a 2314 stretch with the length and give the last record for less', () => {
    const type = typeOf('2314-1');
    expect(recordSpace(type, { keyBytes: 8, dataBytes: 256 })).toBe(421);
    expect(lastRecordSpace(type, { keyBytes: 8, dataBytes: 256 })).toBe(309);
    expect(recordsPerTrack(type, { keyBytes: 8, dataBytes: 256 })).toBe(17);
    expect(recordsPerTrack(type, { keyBytes: 44, dataBytes: 96 })).toBe(25);
    expect(recordsPerTrack(type, data(7_294))).toBe(1);
    expect(recordsPerTrack(type, data(3_520))).toBe(2);
    expect(recordsPerTrack(type, data(3_521))).toBe(1);
  });

  it.each(DEVICE_MODELS.map(({ name, type }) => [name, type] as const))(
    'a %s holds one record of its largest length, and none of one more',
    (_name, type) => {
      expect(recordsPerTrack(type, data(type.recordBytesMax))).toBe(1);
      expect(recordsPerTrack(type, data(type.recordBytesMax + 1))).toBe(0);
    },
  );
});

describe('recordsFit', () => {
  const lengths = fc.record({ keyBytes: fc.nat(255), dataBytes: fc.nat(8_000) });
  const type = fc.constantFrom(...DEVICE_MODELS.map((model) => model.type));

  it('says the same of equal records as recordsPerTrack', () => {
    fc.assert(
      fc.property(type, lengths, (device, record) => {
        const count = recordsPerTrack(device, record);
        const some = (many: number) => Array.from({ length: many }, () => record);
        expect(recordsFit(device, some(count))).toBe(true);
        expect(recordsFit(device, some(count + 1))).toBe(false);
      }),
    );
  });

  it('still holds when a record is taken away', () => {
    fc.assert(
      fc.property(type, fc.array(lengths, { minLength: 1, maxLength: 6 }), (device, records) => {
        fc.pre(recordsFit(device, records));
        expect(recordsFit(device, records.slice(1))).toBe(true);
        expect(recordsFit(device, records.slice(0, -1))).toBe(true);
      }),
    );
  });

  it('never lets an image slot overflow', () => {
    fc.assert(
      fc.property(type, lengths, (device, record) => {
        const bytes = recordsPerTrack(device, record) * (8 + record.keyBytes + record.dataBytes);
        expect(29 + bytes).toBeLessThanOrEqual(Math.ceil((37 + device.recordBytesMax) / 512) * 512);
      }),
      { numRuns: 500 },
    );
  });

  it('holds for a track without records', () => {
    expect(recordsFit(T3390, [])).toBe(true);
  });
});
