import { describe, expect, it } from 'vitest';
import type { StrategyFigures } from '../../../../sim/record/strategy-figures.ts';
import type { UnitRecord } from '../../../../sim/record/unit-record.ts';
import { formatMethods } from '../../../../sim/report/method-table.ts';
import { findings } from '../../../../sim/report/page-findings.ts';
import { summarise } from '../../../../sim/report/summary.ts';
import { madeUpManifest, madeUpUnits } from '../../../support/made-up-units.ts';

const UNITS = madeUpUnits({ requests: 6_000 });
const MANIFEST = madeUpManifest(UNITS);
/** Student's t for 95 % and two degrees of freedom, from published tables. */
const T_2 = 4.302_653;

/** Units of one method whose copies took these times. */
function unitsTaking(method: string, elapsed: readonly number[]): readonly UnitRecord[] {
  return madeUpUnits({ methods: ['snapshot'], replications: elapsed.length, requests: 500 }).map(
    (unit, at) => ({
      ...unit,
      method,
      strategies: unit.strategies.map(
        (one): StrategyFigures => ({
          ...one,
          elapsedNanos: elapsed[at] ?? 0,
        }),
      ),
    }),
  );
}

describe('the summary', () => {
  it('has the mean and Student’s interval of every figure', () => {
    const { variants } = summarise(MANIFEST, unitsTaking('one', [1e9, 2e9, 3e9]));
    const elapsed = variants[0]?.figures['elapsed'];
    expect(elapsed?.values).toEqual([1e9, 2e9, 3e9]);
    expect(elapsed?.mean).toBe(2e9);
    expect((elapsed?.high ?? 0) - 2e9).toBeCloseTo((T_2 * 1e9) / Math.sqrt(3), -3);
    expect(2e9 - (elapsed?.low ?? 0)).toBeCloseTo((T_2 * 1e9) / Math.sqrt(3), -3);
  });

  it('has no interval of a single replication', () => {
    const { variants } = summarise(MANIFEST, unitsTaking('one', [1e9]));
    expect(variants[0]?.figures['elapsed']).toMatchObject({ mean: 1e9, low: null, high: null });
  });

  it('takes differences pair by pair', () => {
    const units = [
      ...unitsTaking('one', [1e9, 5e9, 9e9]),
      ...unitsTaking('other', [2e9, 6e9, 10e9]),
    ];
    const { variants } = summarise(MANIFEST, units);
    expect(variants[0]?.differences).toBeUndefined();
    // The means lie far apart, the differences not at all: that is what common numbers are for.
    expect(variants[1]?.differences?.['elapsed']).toEqual({ mean: 1e9, low: 1e9, high: 1e9 });
  });

  it('knows which copies are torn, and which are never separate', () => {
    const { variants } = summarise(MANIFEST, UNITS);
    const of = (label: string) => variants.find((variant) => variant.label === label)?.copies;
    expect(of('host-copy-unserialized')).toMatchObject({ copies: 3, torn: 3 });
    expect(of('host-copy')).toMatchObject({ copies: 3, torn: 0, neverSeparate: 0 });
    expect(of('snapshot')).toMatchObject({ torn: 0, neverSeparate: 3, overflowed: null });
    expect(of('concurrent-copy')).toMatchObject({ overflowed: 0 });
  });

  it('keeps points of a sweep apart', () => {
    const units = [10, 50].flatMap((pace) =>
      madeUpUnits({ methods: ['snapshot'], replications: 2, requests: 500, point: { pace } }),
    );
    const { variants } = summarise(MANIFEST, units);
    expect(variants.map(({ label, units: ids }) => [label, ids.length])).toEqual([
      ['snapshot, pace=10', 2],
      ['snapshot, pace=50', 2],
    ]);
  });

  it('pools response times of replications, phase by phase and class by class', () => {
    const { variants } = summarise(MANIFEST, UNITS);
    const [first] = variants;
    const count = first?.responses.reduce((sum, one) => sum + one.count, 0);
    expect(count).toBe(3 * 6_000);
    expect(new Set(first?.responses.map(({ loadClass }) => loadClass))).toEqual(
      new Set(['oltp', 'batch']),
    );
  });
});

describe('the table of methods', () => {
  const summary = summarise(MANIFEST, UNITS);

  it.each([80, 100, 160])('keeps within %i characters and names every method', (width) => {
    const lines = formatMethods(summary, width);
    expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(width);
    for (const { label } of summary.variants) {
      expect(
        lines.some((line) => line.includes(label)),
        label,
      ).toBe(true);
    }
  });

  it('says that a copy is torn, and that an exposure never ends', () => {
    const text = formatMethods(summary, 200).join('\n');
    expect(text).toMatch(/torn, 4,\d\d\d tracks/);
    expect(text).toContain('never ends');
    expect(text).toContain('Means of 3 replications');
  });
});

describe('the findings', () => {
  it('name the extremes, the torn copies and those that are never separate', () => {
    const text = findings(summarise(MANIFEST, UNITS)).join('\n');
    expect(text).toMatch(/^Done soonest: snapshot \(\d+ ms\); latest: concurrent-copy \(/);
    // Both moved every track up and down; which one a little more is chance.
    expect(text).toMatch(/most: host-copy, host-copy-unserialized \(2\.8\d GiB\)/);
    expect(text).toContain('host-copy-unserialized (4,');
    expect(text).toContain('Never physically separate from the source: snapshot;');
  });

  it('say nothing about a figure that a method lacks, and nothing about one method', () => {
    // So few requests arrive during a snapshot that their 95th percentile is not seen.
    const text = findings(summarise(MANIFEST, UNITS)).join('\n');
    expect(text).not.toContain('95th percentile');
    const alone = UNITS.filter(({ method }) => method === 'snapshot');
    expect(findings(summarise(MANIFEST, alone))).toEqual([]);
  });
});
