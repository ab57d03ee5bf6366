import { describe, expect, it } from 'vitest';
import { holds, type Observed, parseComparison } from '../../../../sim/scenario/comparison.ts';

const CASES: readonly (readonly [Observed, string, boolean | undefined])[] = [
  [3, '3', true],
  [3, '= 3', true],
  [3, '!= 3', false],
  [1048576, '1 MiB', true],
  [1000, '<= 1 us', true],
  [1001, '<= 1 us', false],
  [5, '> 4', true],
  [5, '>= 6', false],
  [5, '< 6', true],
  [12.5, '< 12.6', true],
  [true, 'true', true],
  [false, '!= true', true],
  ['none', 'none', true],
  ['0A82', '0A82', true],
  ['none', '< 3', undefined],
  [3, 'none', undefined],
];

describe('a comparison', () => {
  it.each(CASES)('%s %s is %s', (observed, text, expected) => {
    expect(holds(observed, parseComparison(text))).toBe(expected);
  });

  it('takes the value of another name where there is one', () => {
    expect(holds('abc', parseComparison('nightly.digest'), 'abc')).toBe(true);
    expect(holds(4, parseComparison('<= first.messages'), 3)).toBe(false);
    expect(holds(4, parseComparison('first.state'), 'done')).toBeUndefined();
  });
});
