/**
 * What collection costs under random writes, beside what theory says it must.
 *
 * Write amplification is all writes over host writes; 80 % of the room in use is live. The closed forms
 * are those of `cleaning-formula.ts`, for the live part that was counted. FIFO is not tried with few tracks a
 * cylinder: ours passes over cylinders in which nothing has died, and theory does not.
 *
 * Hot and cold traffic stands beside the theory of uniform traffic under greedy collection: survivors are
 * kept apart from new data, and scores that look at age come out far below.
 *
 * @module
 */
import type { BenchRow } from '../report.ts';
import { fifoAmplification, greedyAmplification } from './cleaning-formula.ts';
import { type RandomTraffic, runTraffic } from './random-traffic.ts';

/** One line of the table. */
export interface CollectionRow extends BenchRow {
  readonly measured: number;
  readonly theory: number;
  readonly measuredToTheory: number;
  /** Live part of the room in use. */
  readonly live: number;
  readonly perCylinder: number;
  readonly hostWrites: number;
}

const UNIFORM = { cylinders: 1_000, warmUp: 8, counted: 16 } as const;
/** Nine writes of ten go to a tenth of the tracks. */
const HOT = { ofTracks: 0.1, ofWrites: 0.9 } as const;

/** Runs everything; some seconds. */
export async function run(): Promise<readonly CollectionRow[]> {
  return [
    row('uniform, fifo, 102 tracks', { ...UNIFORM, victim: 'fifo', trackSectors: 5 }),
    row('uniform, fifo, 34 tracks', { ...UNIFORM, victim: 'fifo', trackSectors: 15 }),
    row('uniform, greedy, 34 tracks', { ...UNIFORM, victim: 'greedy', trackSectors: 15 }),
    row('uniform, greedy, 6 tracks', { ...UNIFORM, victim: 'greedy', trackSectors: 85 }),
    ...(['costBenefit', 'invalidationAge'] as const).map((victim) =>
      row(`hot and cold, ${victim}, 34 tracks`, {
        ...UNIFORM,
        victim,
        trackSectors: 15,
        hot: HOT,
      }),
    ),
  ];
}

function row(name: string, traffic: RandomTraffic): CollectionRow {
  const { amplification, live, perCylinder, hostWrites } = runTraffic(traffic);
  const theory =
    traffic.victim === 'fifo'
      ? fifoAmplification(1 / live)
      : greedyAmplification(1 / live, perCylinder);
  return {
    name,
    measured: amplification,
    theory,
    measuredToTheory: amplification / theory,
    live,
    perCylinder,
    hostWrites,
  };
}
