import { describe, expect, it } from 'vitest';
import type { SeekParameters } from '../../../../../sim/device/drive/drive-parameters.ts';
import { meanSeekNanos, seekTable } from '../../../../../sim/device/drive/seek-curve.ts';

const millis = (seek: SeekParameters, cylinders: number, distance: number): number =>
  (seekTable(seek, cylinders)[distance] ?? Number.NaN) / 1e6;

describe('seek times', () => {
  it('follow straight lines between measured points, and go on beyond the last', () => {
    const seek: SeekParameters = { kind: 'table', distances: [2, 4, 10], times: [2, 3, 6] };
    expect([1, 2, 3, 4, 7, 10, 12].map((d) => millis(seek, 20, d))).toEqual([
      2, 2, 2.5, 3, 4.5, 6, 7,
    ]);
  });

  it('change from the root to the line at the boundary, and take listed short ones as they are', () => {
    const law = {
      kind: 'two-piece',
      nearConstant: 3,
      nearRoot: 0.5,
      farConstant: 8,
      farSlope: 0.01,
    } as const;
    const seek: SeekParameters = { ...law, boundary: 100, shortest: [2.5, 2.75] };
    expect(millis(seek, 500, 1)).toBe(2.5);
    expect(millis(seek, 500, 2)).toBe(2.75);
    expect(millis(seek, 500, 4)).toBe(4);
    expect(millis(seek, 500, 99)).toBeCloseTo(3 + 0.5 * Math.sqrt(99), 12);
    expect(millis(seek, 500, 100)).toBe(9);
  });

  it('go through the three points of a data sheet', () => {
    const points = { single: 1, average: 8, full: 16 };
    const curve: SeekParameters = { kind: 'three-point-curve', ...points };
    const line: SeekParameters = { kind: 'three-point-line', ...points };
    expect(millis(curve, 3000, 1)).toBe(1);
    expect(millis(curve, 3000, 2999)).toBeCloseTo(16, 1);
    expect(meanSeekNanos(seekTable(curve, 3000)) / 1e6).toBeCloseTo(8, 1);
    expect(millis(line, 3000, 1000)).toBeCloseTo(8, 9);
  });

  it('are none for no distance, and constant where they are said to be', () => {
    const seek: SeekParameters = { kind: 'constant', time: 7 };
    expect(millis(seek, 10, 0)).toBe(0);
    expect(millis(seek, 10, 9)).toBe(7);
    // Nine tenths of the pairs of ten cylinders need a seek.
    expect(meanSeekNanos(seekTable(seek, 10))).toBeCloseTo(6.3e6, 6);
  });
});
