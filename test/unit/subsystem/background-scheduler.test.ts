/** How background work shares its budget. The duties here are real accounts of work, nothing more. */
import { describe, expect, it } from 'vitest';
import type { LoadThreshold } from '../../../src/media/net-capacity-load.ts';
import {
  type BackgroundDuty,
  BackgroundScheduler,
  type DutyName,
} from '../../../src/subsystem/background-scheduler.ts';

/** A duty with so many tracks of work, done in pieces of so many at least. */
class Work implements BackgroundDuty {
  readonly name: DutyName;
  left: number;
  done = 0;
  readonly #piece: number;

  constructor(name: DutyName, left: number, piece = 1) {
    this.name = name;
    this.left = left;
    this.#piece = piece;
  }

  hasWork(): boolean {
    return this.left > 0;
  }

  work(tracks: number): number {
    const used = Math.min(this.left, Math.max(tracks, this.#piece));
    this.left -= used;
    this.done += used;
    return used;
  }
}

/** A duty that has work and cannot get on. */
class Stuck extends Work {
  override work(): number {
    return 0;
  }
}

function run(duties: readonly Work[], steps: number, budget: number, load: LoadThreshold) {
  const scheduler = new BackgroundScheduler(duties);
  for (let step = 0; step < steps; step += 1) scheduler.step(budget, load);
  return duties.map(({ done }) => done);
}

const ENDLESS = 1e9;

describe('the background scheduler', () => {
  it('gives the whole budget to the only duty with work', () => {
    expect(run([new Work('copy', ENDLESS), new Work('scrub', 0)], 10, 100, 'normal')).toEqual([
      1000, 0,
    ]);
  });

  it('divides by weight, and gives collection more as the load rises', () => {
    const shares = (['normal', 'warn', 'alert', 'critical'] as const).map((load) => {
      const [collect, copy] = run(
        [new Work('collect', ENDLESS), new Work('copy', ENDLESS)],
        100,
        1000,
        load,
      );
      expect((collect as number) + (copy as number)).toBeCloseTo(100_000, -2);
      return Math.round((collect as number) / 1000);
    });
    expect(shares).toEqual([11, 40, 73, 94]);
  });

  it('puts redundancy before everything else with what is left over', () => {
    const duties = [new Work('rebuild', ENDLESS), new Work('release', 10), new Work('copy', 5)];
    expect(run(duties, 1, 1000, 'normal')).toEqual([985, 10, 5]);
  });

  it('keeps the shares with a budget of one track a step', () => {
    const [rebuild, copy] = run(
      [new Work('rebuild', ENDLESS), new Work('copy', ENDLESS)],
      7_000,
      1,
      'normal',
    ) as [number, number];
    expect(rebuild + copy).toBeGreaterThanOrEqual(7_000);
    expect(rebuild + copy).toBeLessThanOrEqual(7_010);
    expect(rebuild / (rebuild + copy)).toBeCloseTo(3 / 7, 2);
  });

  it('lets a duty that works in large pieces pay back what it overdrew', () => {
    const rebuild = new Work('rebuild', ENDLESS, 100);
    const copy = new Work('copy', ENDLESS);
    const steps = 7_000;
    run([rebuild, copy], steps, 10, 'normal');
    expect(rebuild.done / (steps * 10)).toBeCloseTo(3 / 7, 2);
    expect(copy.done).toBeGreaterThan((steps * 10 * 4) / 7 - 100);
  });

  it('paces a large piece of work even when nobody else has any', () => {
    const [done] = run([new Work('rebuild', ENDLESS, 100)], 1_000, 1, 'normal');
    expect(done).toBeGreaterThanOrEqual(1_000);
    expect(done).toBeLessThanOrEqual(1_100);
  });

  it('ends a step in which everybody is stuck, and offers the budget to others', () => {
    const duties = [new Stuck('copy', 5), new Work('scrub', ENDLESS)];
    expect(run(duties, 3, 100, 'critical')).toEqual([0, 300]);
    expect(run([new Stuck('copy', 5)], 3, 100, 'critical')).toEqual([0]);
  });

  it('refuses two duties of one name', () => {
    expect(() => new BackgroundScheduler([new Work('copy', 1), new Work('copy', 1)])).toThrow(
      'duties-have-names-of-their-own',
    );
  });
});
