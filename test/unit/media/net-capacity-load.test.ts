/**
 * Thresholds of the net capacity load.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import {
  LoadWatch,
  loadBand,
  netCapacityLoadPercent,
} from '../../../src/media/net-capacity-load.ts';

describe('loadBand', () => {
  it.each([
    [0, 'normal'],
    [749, 'normal'],
    [750, 'warn'],
    [899, 'warn'],
    [900, 'alert'],
    [949, 'alert'],
    [950, 'critical'],
    [1_000, 'critical'],
  ])('%d of 1000 sectors is %s', (live, threshold) => {
    const band = loadBand(live, 1_000);
    expect(band.threshold).toBe(threshold);
    expect(band.leastSectors).toBeLessThanOrEqual(live);
    expect(band.limitSectors).toBeGreaterThan(live);
  });

  it('counts in percent', () => {
    expect(netCapacityLoadPercent(333, 1_000)).toBeCloseTo(33.3);
  });
});

describe('LoadWatch', () => {
  it('tells each change once, up and down', () => {
    const told: unknown[] = [];
    const watch = new LoadWatch(100, { emit: (event, { to }) => told.push([event, to]) });
    for (const live of [0, 74, 75, 76, 96, 80, 10, 10]) watch.observe(live);
    expect(told.map((entry) => (entry as string[])[1])).toEqual([
      'warn',
      'critical',
      'warn',
      'normal',
    ]);
    expect(watch.threshold).toBe('normal');
  });
});
