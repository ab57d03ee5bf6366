/**
 * Names of parts and shadow files.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { nextPartName, outputPartName, shadowName } from '../../../src/store/image-names.ts';

describe('parts of a set', () => {
  it.each([
    ['/d/volume.ckd', '/d/volume_2.ckd'],
    ['volume.ckd.gz', 'volume_2.ckd.gz'],
    ['/d.x/volume', '/d.x/volume_2'],
    ['./a/a.b', './a/a_2.b'],
  ])('%s is written as %s', (path, expected) => {
    expect(outputPartName(path, 2)).toBe(expected);
  });

  it.each([
    ['/d/volume_1.ckd', 3, '/d/volume_3.ckd'],
    ['volume_1.ckd.gz', 2, 'volume_2.ckd.gz'],
    ['/d.x/volume_1', 10, '/d.x/volume_A'],
    ['volume1.ckd', 27, 'volumeR.ckd'],
  ])('after %s, part %d is %s', (path, number, expected) => {
    expect(nextPartName(path, number)).toBe(expected);
  });

  it('are 27 at most', () => {
    expect(() => nextPartName('v_1', 28)).toThrow(RangeError);
  });
});

describe('shadow files', () => {
  it.each([
    ['/d/base.cckd', undefined, '/d/base_3.cckd'],
    ['base', undefined, 'base_3'],
    ['base.cckd', 'shadow*.cckd', 'shadow3.cckd'],
    ['base.cckd', '/other/base_x.cckd', '/other/base_3.cckd'],
  ])('of %s with pattern %s', (base, pattern, expected) => {
    expect(shadowName(base, 3, pattern)).toBe(expected);
  });
});
