import { describe, expect, it } from 'vitest';
import { fromHexadecimal, toHexadecimal } from '../../../src/ecam/hexadecimal.ts';
import {
  pathGroupId,
  pathGroupIdBytes,
  pathGroupIdOf,
  pathGroupIdOfHost,
} from '../../../src/ecam/path-group-id.ts';

describe('a path group id', () => {
  it('is eleven bytes, written as 22 digits', () => {
    const id = pathGroupId('00000a012345679672abcd');
    expect(id).toBe('00000A012345679672ABCD');
    expect(pathGroupIdBytes(id)).toHaveLength(11);
    expect(pathGroupIdOf(pathGroupIdBytes(id))).toBe(id);
  });

  it.each(['', '0'.repeat(21), '0'.repeat(23), 'G'.repeat(22)])('is not "%s"', (text) => {
    expect(() => pathGroupId(text)).toThrow(RangeError);
  });

  it('of a host shows its name', () => {
    expect(pathGroupIdOfHost('SYSA')).toBe('5359534100000000000000');
    expect(pathGroupIdOfHost('ABCDEFGHIJK')).toBe('4142434445464748494A4B');
  });

  it('of hosts with long names differ', () => {
    const names = ['production-host-1', 'production-host-2', 'production-host-11', 'production-ho'];
    expect(new Set(names.map(pathGroupIdOfHost)).size).toBe(names.length);
  });
});

describe('hexadecimal digits', () => {
  it('stand for every byte', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect(fromHexadecimal(toHexadecimal(bytes))).toEqual(bytes);
    expect(toHexadecimal(Uint8Array.of(0x0a, 0xf0))).toBe('0AF0');
    expect(fromHexadecimal('0af0')).toEqual(Uint8Array.of(0x0a, 0xf0));
  });

  it.each(['0', 'XY', '0x', ' 1'])('are not "%s"', (text) => {
    expect(() => fromHexadecimal(text)).toThrow(RangeError);
  });
});
