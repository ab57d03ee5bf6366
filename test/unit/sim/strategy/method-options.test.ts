import { describe, expect, it } from 'vitest';
import { COPY_METHODS, findCopyMethod } from '../../../../sim/strategy/copy-methods.ts';

const hostCopy = findCopyMethod('host-copy');
const concurrentCopy = findCopyMethod('concurrent-copy');

describe('options of copy methods', () => {
  it('have a fallback that is within their own limits, and say what they are for', () => {
    let options = 0;
    for (const entry of COPY_METHODS) {
      const { name, summary } = entry;
      expect(findCopyMethod(name)).toBe(entry);
      expect(entry.make().name).toBe(name);
      expect(summary.length).toBeGreaterThan(20);
      for (const option of Object.values(entry.options)) {
        expect(option.says.length).toBeGreaterThan(5);
        options += 1;
      }
    }
    expect(options).toBeGreaterThan(25);
  });

  it('are refused by a name that the method does not have', () => {
    expect(() => hostCopy?.make({ serialise: true })).toThrow(
      /option serialise of copy method host-copy; it has serialize, tracksPerProgram, buffers/,
    );
  });

  it.each([
    ['tracksPerProgram', 0, /it is a count from 1 to 150/],
    ['tracksPerProgram', 1.5, /it is a count from 1 to 150/],
    ['buffers', Number.NaN, /it is a count from 1 to 64/],
    ['serialize', 'yes', /it is true or false/],
  ] as const)('are refused out of bounds: %s %s', (name, value, message) => {
    expect(() => hostCopy?.make({ [name]: value })).toThrow(message);
  });

  it('are refused when they are no choice', () => {
    expect(() => concurrentCopy?.make({ overflow: 'explode' })).toThrow(/it is one of end, pace/);
    expect(() => concurrentCopy?.make({ pacingAt: 1.5 })).toThrow(/it is a share from 0 to 1/);
  });
});
