import { describe, expect, it } from 'vitest';
import { sweepAxis } from '../../../../sim/report/sweep-axis.ts';

function placesOf(values: readonly (string | number | boolean)[]): readonly unknown[] {
  const { kind, unit, places } = sweepAxis(values);
  return [kind, unit, ...places.values()];
}

describe('the axis of a sweep', () => {
  it.each([
    [
      [10, 50],
      ['numbers', '', 10, 50],
    ],
    [
      ['100 /s', '1_000 /s'],
      ['numbers', '/s', 100, 1000],
    ],
    [
      ['10 %', '12.5 %'],
      ['numbers', '%', 10, 12.5],
    ],
    [
      ['500 ms', '2 min'],
      ['numbers', 's', 0.5, 120],
    ],
    [
      ['512 KiB', '1 GiB'],
      ['numbers', 'MiB', 0.5, 1024],
    ],
    [
      ['4', '8'],
      ['numbers', '', 4, 8],
    ],
    [
      ['100 /s', 'unlimited'],
      ['names', '', '100 /s', 'unlimited'],
    ],
    [
      ['100 /s', '100 /h'],
      ['names', '', '100 /s', '100 /h'],
    ],
    [
      [true, false],
      ['names', '', 'true', 'false'],
    ],
  ] as const)('of %o is %o', (values, places) => {
    expect(placesOf(values)).toEqual(places);
  });
});
