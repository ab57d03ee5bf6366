/**
 * Always-on assertions stop the run and say which invariant was broken.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { InvariantViolation, invariant, unreachable } from '../../../src/base/invariant.ts';
import { AGAIN, waiting } from '../../../src/base/step.ts';

describe('invariant', () => {
  it('passes what holds', () => {
    expect(() => invariant(true, 'count-not-negative')).not.toThrow();
  });

  it('throws a violation with its stable name and the detail', () => {
    const broken = (): void => invariant(false, 'count-not-negative', '-1');
    expect(broken).toThrow(InvariantViolation);
    expect(broken).toThrow('invariant count-not-negative does not hold: -1');
    expect(() => invariant(false, 'count-not-negative')).toThrow(/does not hold$/);
  });

  it('names itself', () => {
    const violation = new InvariantViolation('page-owned', undefined);
    expect([violation.name, violation.invariant]).toEqual(['InvariantViolation', 'page-owned']);
  });
});

describe('unreachable', () => {
  it('shows the value that no case expected', () => {
    const surprise = { kind: 'new' } as never;
    expect(() => unreachable(surprise, 'closed')).toThrow('unexpected {"kind":"new"}');
  });
});

describe('steps', () => {
  it('say what they wait for and who holds it', () => {
    expect(waiting('lock', 'volume PROD01')).toEqual({
      kind: 'waiting',
      for: 'lock',
      detail: 'volume PROD01',
    });
    expect(Object.isFrozen(AGAIN)).toBe(true);
  });
});
