/**
 * What a group can still lose.
 *
 * @module
 */
import { expect, it } from 'vitest';
import { redundancyState } from '../../../src/media/redundancy-state.ts';

it.each([
  [0, 2, 'full'],
  [1, 2, 'exposed'],
  [2, 2, 'degraded'],
  [3, 2, 'beyond'],
  [1, 1, 'degraded'],
  [0, 0, 'full'],
  [1, 0, 'beyond'],
] as const)('%d members missing of a group with %d redundancy drives: %s', (missing, of, state) => {
  expect(redundancyState(missing, of)).toBe(state);
});
