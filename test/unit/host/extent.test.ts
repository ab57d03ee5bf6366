import { describe, expect, test } from 'vitest';
import {
  EXTENT_TYPE,
  ordinaryExtentType,
  readExtent,
  writeExtent,
} from '../../../src/host/extent.ts';
import { modelOf, pairs, range } from '../../support/host-volumes.ts';

const { type } = modelOf('3390-1');
const SPACE = { type, cylinders: 1113 };

function extentOf(hex: string): ReturnType<typeof readExtent> {
  return readExtent(Buffer.from(hex, 'hex'), 0, SPACE);
}

describe('extents', () => {
  test('both ends belong to the extent', () => {
    const read = extentOf('0100000100000001000e');
    expect(read.kind === 'valid' && pairs(read.extent.ranges)).toEqual([[15, 15]]);
    const one = extentOf('0105006400030064 0003'.replace(' ', ''));
    expect(one.kind === 'valid' && [one.extent.sequence, pairs(one.extent.ranges)]).toEqual([
      5,
      [[1503, 1]],
    ]);
  });

  test('a shared cylinder is a run of heads in each cylinder', () => {
    const read = extentOf('80000001000300030005');
    expect(read.kind === 'valid' && pairs(read.extent.ranges)).toEqual([
      [18, 3],
      [33, 3],
      [48, 3],
    ]);
    const whole = extentOf('8000000100000003000e');
    expect(whole.kind === 'valid' && pairs(whole.extent.ranges)).toEqual([[15, 45]]);
  });

  test.each([
    ['0100000200000001000e', 'ends before it begins'],
    ['01000459000004590001', 'leaves the volume'],
    ['0100000000000000000f', 'leaves the volume'],
    ['80000001000500030003', 'shares cylinders from a higher to a lower head'],
    ['10000000000000000001', 'unknown type'],
  ])('%s is told to be wrong', (hex, why) => {
    const read = extentOf(hex);
    expect(read.kind === 'invalid' && read.what).toContain(why);
  });

  test('type 0 is unused whatever follows', () => {
    expect(extentOf('00ffffffffffffffffff').kind).toBe('unused');
  });

  test('written extents read back, beyond cylinder 65,535 too', () => {
    const extended = modelOf('3390-A:1182006');
    const bytes = new Uint8Array(10);
    const wanted = range(1_182_005 * 15, 15);
    writeExtent(bytes, 0, { type: 0x81, sequence: 2, range: wanted }, extended.type);
    expect(Buffer.from(bytes).toString('hex')).toBe('8102093501200935012e');
    const read = readExtent(bytes, 0, { type: extended.type, cylinders: 1_182_006 });
    expect(read.kind === 'valid' && pairs(read.extent.ranges)).toEqual(pairs([wanted]));
  });

  test('whole cylinders are marked as such', () => {
    expect(ordinaryExtentType(range(30, 15), type)).toBe(EXTENT_TYPE.cylinderBoundary);
    expect(ordinaryExtentType(range(31, 15), type)).toBe(EXTENT_TYPE.data);
    expect(ordinaryExtentType(range(30, 14), type)).toBe(EXTENT_TYPE.data);
  });
});
