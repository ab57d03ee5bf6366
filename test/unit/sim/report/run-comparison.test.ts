import { describe, expect, it } from 'vitest';
import { compareRuns, formatComparison } from '../../../../sim/report/run-comparison.ts';
import { summarise, type TimedSummary } from '../../../../sim/report/summary.ts';
import { InputError } from '../../../../src/index.ts';
import { madeUpManifest, madeUpUnits } from '../../../support/made-up-units.ts';

const plain = (_emphasis: string, text: string): string => text;

/** A run of these methods whose copies take `factor` as long as made up. */
function summaryOf(methods: readonly string[], factor = 1, replications = 3): TimedSummary {
  const units = madeUpUnits({ methods, replications, requests: 2_000 }).map((unit) => ({
    ...unit,
    witness: `${factor}-${unit.witness}`,
    strategies: unit.strategies.map((one) => ({ ...one, elapsedNanos: factor * one.elapsedNanos })),
  }));
  return summarise(madeUpManifest(units), units);
}

describe('two runs side by side', () => {
  it('tell a change beyond chance from none', () => {
    const methods = ['host-copy', 'snapshot'];
    const comparison = compareRuns(
      { name: 'a', summary: summaryOf(methods) },
      { name: 'b', summary: summaryOf(methods, 2) },
    );
    const [host] = comparison.variants;
    const of = (id: string) => host?.figures.find((figure) => figure.id === id);
    expect(of('elapsed')).toMatchObject({ verdict: 'apart' });
    expect(of('elapsed')?.change).toBeCloseTo(1, 9);
    expect(of('sourceHeld')).toMatchObject({ verdict: 'same', change: 0 });
    expect(comparison).toMatchObject({ sameScenario: true, sameSeed: true, onlyFirst: [] });
    const text = formatComparison(comparison, 100, plain).join('\n');
    expect(text).toMatch(/Elapsed time .* \+100 % +\*/);
  });

  it('say that runs went through the very same events', () => {
    const summary = summaryOf(['snapshot']);
    const comparison = compareRuns({ name: 'a', summary }, { name: 'b', summary });
    expect(comparison.variants[0]?.sameEvents).toBe(true);
    expect(formatComparison(comparison, 100, plain).join('\n')).toContain('the very same events');
  });

  it('know nothing of chance without replications', () => {
    const comparison = compareRuns(
      { name: 'a', summary: summaryOf(['snapshot'], 1, 1) },
      { name: 'b', summary: summaryOf(['snapshot'], 2, 1) },
    );
    const elapsed = comparison.variants[0]?.figures.find(({ id }) => id === 'elapsed');
    expect(elapsed?.verdict).toBe('unknown');
  });

  it('name what only one of them has, and need something in common', () => {
    const [a, b] = [summaryOf(['snapshot', 'host-copy']), summaryOf(['snapshot', 'split-mirror'])];
    const comparison = compareRuns({ name: 'a', summary: a }, { name: 'b', summary: b });
    expect(comparison.onlyFirst).toEqual(['host-copy']);
    expect(comparison.onlySecond).toEqual(['split-mirror']);
    const other = { name: 'b', summary: summaryOf(['copy-on-write']) };
    expect(() => compareRuns({ name: 'a', summary: a }, other)).toThrow(InputError);
  });
});
