import { describe, expect, test } from 'vitest';
import { trackIndex } from '../../../src/base/units.ts';
import { isAllZero } from '../../../src/host/big-endian.ts';
import { dscbId } from '../../../src/host/dscb.ts';
import type { DscbAddress } from '../../../src/host/dscb-address.ts';
import {
  buildDataSetDscb,
  newDataSetDscb,
  organisationOf,
  readDataSetDscb,
  recordFormatCode,
  recordFormatOf,
} from '../../../src/host/dscb-data-set.ts';
import {
  format3Count,
  readDataSetExtents,
  writeDataSetExtents,
} from '../../../src/host/dscb-extents.ts';
import { buildFreeSpaceDscb, readFreeExtents } from '../../../src/host/dscb-free-space.ts';
import {
  buildVolumeDscb,
  dscbsPerTrack,
  readVolumeDscb,
  usableTracks,
  writeFormat7Pointer,
} from '../../../src/host/dscb-volume.ts';
import { modelOf, pairs, range } from '../../support/host-volumes.ts';

const { type } = modelOf('3390-1');
const SPACE = { type, cylinders: 1113 };
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('format 1 and 8', () => {
  test('a format 1 of a real pack is read field by field', () => {
    // HERC01.EXEC of the TSO001 volume, as its VTOC has it.
    const bytes = new Uint8Array(140).fill(0x40, 0, 44);
    bytes.set(Buffer.from('c8c5d9c3f0f14bc5e7c5c3', 'hex'));
    bytes.set(
      Buffer.from(
        'f1e3e2d6f0f0f100011700c5000000010000c9c2d4d6e2e5e2f2404040404019002600000000020050003aca00ff000000' +
          '40c00000000000157e0a00008100001800000018000e',
        'hex',
      ),
      44,
    );
    expect(readDataSetDscb(bytes)).toEqual({
      format: 1,
      name: 'HERC01.EXEC',
      volser: 'TSO001',
      volumeSequence: 1,
      created: { year: 1923, day: 197 },
      expires: undefined,
      referenced: { year: 1925, day: 38 },
      extentCount: 1,
      directoryBytes: 0,
      flags: 0,
      systemCode: 'IBMOSVS2',
      smsFlags: 0,
      organisationCode: 0x0200,
      recordFormatCode: 0x50,
      optionCode: 0,
      blockLength: 15050,
      recordLength: 255,
      keyLength: 0,
      keyPosition: 0,
      indicators: 0x40,
      spaceFlags: 0xc0,
      secondaryQuantity: 0,
      lastUsed: { track: 0, record: 21 },
      bytesLeft: 32266,
    });
    expect(hex(buildDataSetDscb(readDataSetDscb(bytes))).slice(0, 210)).toBe(
      hex(bytes).slice(0, 210),
    );
  });

  test('what is built reads back, large format too', () => {
    const fields = newDataSetDscb({
      name: 'A.B',
      volser: 'TEST01',
      format: 8,
      flags: 0x08,
      lastUsed: { track: 70_000, record: 3 },
      expires: { year: 2155, day: 366 },
      directoryBytes: 14,
      secondaryQuantity: 0x123456,
    });
    expect(readDataSetDscb(buildDataSetDscb(fields))).toEqual(fields);
  });

  test.each(['F', 'FB', 'FBA', 'FBSM', 'FT', 'V', 'VB', 'VBS', 'VBA', 'U', 'UM'])(
    'record format %s',
    (text) => {
      expect(recordFormatOf(recordFormatCode(text))).toBe(text);
    },
  );

  test('record format and organisation of odd bits', () => {
    expect(recordFormatOf(0)).toBe('');
    expect(recordFormatOf(0x10)).toBe('');
    expect(() => recordFormatCode('X')).toThrow(RangeError);
    expect([0x4000, 0x4100, 0x0200, 0x2000, 0x8000, 0x0008, 0].map(organisationOf)).toEqual([
      'PS',
      'PS',
      'PO',
      'DA',
      'IS',
      'VSAM',
      'unknown',
    ]);
  });
});

describe('format 3 and 9', () => {
  const at = (record: number): DscbAddress => ({ track: trackIndex(1), record });
  const extentsOf = (count: number): { type: number; range: ReturnType<typeof range> }[] =>
    Array.from({ length: count }, (_, one) => ({ type: 0x01, range: range(100 + 5 * one, 2) }));
  const chainOf = (count: number): DscbAddress[] =>
    Array.from({ length: format3Count(count) }, (_, one) => at(10 + one));

  test.each([0, 1, 3, 4, 16, 17, 29, 123])('%i extents go there and back', (count) => {
    const dscb = buildDataSetDscb(newDataSetDscb({ name: 'A', volser: 'V', extentCount: count }));
    const chain = { format9: undefined, format3s: chainOf(count), jobName: 'J' };
    const written = writeDataSetExtents(dscb, extentsOf(count), chain, type);
    expect(written.length).toBe(Math.max(0, Math.ceil((count - 3) / 13)));
    const find = (address: DscbAddress): Uint8Array | undefined =>
      written.find((one) => one.address.record === address.record)?.bytes;
    const read = readDataSetExtents(dscb, find, SPACE);
    expect(read.faults).toEqual([]);
    expect(read.extents.map((one) => one.sequence)).toEqual(extentsOf(count).map((_, one) => one));
    expect(pairs(read.extents.flatMap((one) => one.ranges))).toEqual(
      pairs(extentsOf(count).map((one) => one.range)),
    );
    expect(read.format3s.length).toBe(written.length);
  });

  test('a format 3 has the bytes of a real one', () => {
    const dscb = new Uint8Array(140);
    const chain = { format9: undefined, format3s: [at(8)], jobName: '' };
    const extents = [3000, 3010, 3020, 4030, 4040].map((first) => ({
      type: 0x01,
      range: range(first, 3),
    }));
    const [format3] = writeDataSetExtents(dscb, extents, chain, type);
    const filled = '030303030103010c000a010c000c0104010d0005010d0007';
    expect(hex(format3?.bytes ?? dscb)).toBe(`${filled.padEnd(88, '0')}f3${'0'.repeat(190)}`);
  });

  test('a format 8 goes through its format 9, which lists the format 3s', () => {
    const dscb = buildDataSetDscb(newDataSetDscb({ name: 'A', volser: 'V', format: 8 }));
    const chain = { format9: at(9), format3s: chainOf(29), jobName: 'MAKER' };
    const written = writeDataSetExtents(dscb, extentsOf(29), chain, type);
    expect(written.map((one) => dscbId(one.bytes))).toEqual([0xf9, 0xf3, 0xf3]);
    const [format9] = written;
    expect(hex(format9?.bytes ?? dscb)).toMatch(
      /^09010180d4c1d2c5d9404040.*f902000000010a000000010b0+000000010a$/,
    );
    const find = (address: DscbAddress): Uint8Array | undefined =>
      written.find((one) => one.address.record === address.record)?.bytes;
    const read = readDataSetExtents(dscb, find, SPACE);
    expect([read.format9s.length, read.format3s.length, read.extents.length]).toEqual([1, 2, 29]);
  });

  test('user labels are an extent of their own', () => {
    const dscb = new Uint8Array(140);
    const extents = [{ type: 0x40, range: range(50, 1) }, ...extentsOf(2)];
    writeDataSetExtents(dscb, extents, { format9: undefined, format3s: [], jobName: '' }, type);
    const read = readDataSetExtents(dscb, () => undefined, SPACE);
    expect(pairs(read.userLabels?.ranges ?? [])).toEqual([[50, 1]]);
    expect(read.extents.map((one) => one.sequence)).toEqual([0, 1]);
  });

  test('a chain in a circle, out of the VTOC or into another format is told', () => {
    const dscb = new Uint8Array(140);
    const chain = { format9: undefined, format3s: [at(8)], jobName: '' };
    const [format3] = writeDataSetExtents(dscb, extentsOf(4), chain, type);
    const circle = (format3?.bytes ?? dscb).slice();
    circle.set([0, 0, 0, 1, 8], 135);
    const faultsOf = (find: (address: DscbAddress) => Uint8Array | undefined): readonly string[] =>
      readDataSetExtents(dscb, find, SPACE).faults;
    expect(faultsOf(() => circle)).toEqual(['its chain of DSCBs runs in a circle']);
    expect(faultsOf(() => undefined)).toEqual(['its chain of DSCBs points outside the VTOC']);
    expect(faultsOf(() => dscb)).toEqual(["its chain of DSCBs meets an id of X'0'"]);
  });
});

describe('format 4', () => {
  const format4 = (name: string, cylinders: number, alternateCylinders = 0): Uint8Array => {
    const model = modelOf(name);
    const vtoc = range(1, 2);
    return buildVolumeDscb({ cylinders, alternateCylinders, vtoc, flags: 0 }, model.type);
  };

  // Device fields DS4DEVSZ to DS4DEVDB as real packs of these types have them.
  test.each([
    ['2314-1', 203, '00cb00141c7e922d2d0102161911'],
    ['3330-1', 404, '01940013336dbfbf38010200271c'],
    ['3350-1', 560, '0230001e4b36010b520902002f24'],
    ['3380-1', 886, '0376000fbb60000000200000352e'],
    ['3390-1', 1113, '0459000fe5a2000000300000322d'],
  ])('device fields of a %s', (name, cylinders, expected) => {
    expect(hex(format4(name, cylinders).subarray(62, 76))).toBe(expected);
  });

  test('alternates at the end as real 3350 packs count them', () => {
    const bytes = format4('3350-1', 560, 5);
    expect(hex(bytes.subarray(52, 58))).toBe('022b00000096');
    const read = readVolumeDscb(bytes, { type: modelOf('3350-1').type, cylinders: 560 });
    expect(usableTracks(read)).toBe(16_650);
  });

  test('an extended volume says so', () => {
    const bytes = format4('3390-A:1182006', 1_182_006);
    expect(hex(bytes.subarray(62, 64))).toBe('fffe');
    expect(hex(bytes.subarray(131, 139))).toBe('15001209360010c0');
    const space = { type, cylinders: 1_182_006 };
    expect(readVolumeDscb(bytes, space)).toMatchObject({ cylinders: 1_182_006, isExtended: true });
    const largest = format4('3390-54', 65_520);
    expect(hex(largest.subarray(62, 64))).toBe('fff0');
    expect(isAllZero(largest, 131, 140)).toBe(true);
  });

  test('the pointer to format 7 comes with its level', () => {
    const bytes = format4('3390-9', 10_017);
    writeFormat7Pointer(bytes, { track: trackIndex(1), record: 3 }, type);
    expect(hex(bytes.subarray(125, 131))).toBe('070000000103');
    writeFormat7Pointer(bytes, undefined, type);
    expect(hex(bytes.subarray(125, 131))).toBe('000000000000');
  });

  test('DSCBs of a track', () => {
    const models = ['2314-1', '3330-1', '3350-1', '3380-1', '3390-1'];
    expect(models.map((name) => dscbsPerTrack(modelOf(name).type))).toEqual([25, 39, 47, 53, 50]);
  });
});

describe('format 5 and 7', () => {
  test('format 5 has the bytes of a real pack', () => {
    const built = buildFreeSpaceDscb([range(709, 15_941)], 5, modelOf('3350-1').type);
    expect(hex(built.subarray(0, 12))).toBe('0505050502c502130b000000');
    expect(dscbId(built)).toBe(0xf5);
  });

  test.each([
    [5, 26],
    [7, 16],
  ] as const)('format %i holds %i extents and no more', (format, count) => {
    const ranges = Array.from({ length: count }, (_, at) => range(7 + 40 * at, 1 + at));
    const built = buildFreeSpaceDscb(ranges, format, type);
    expect(pairs(readFreeExtents(built, format, type))).toEqual(pairs(ranges));
    expect(() => buildFreeSpaceDscb([...ranges, range(5000, 1)], format, type)).toThrow(RangeError);
  });

  test('format 7 ends one track behind the last', () => {
    const built = buildFreeSpaceDscb([range(150_000, 255)], 7, type);
    expect(hex(built.subarray(0, 12))).toBe('07070707000249f000024aef');
  });
});
