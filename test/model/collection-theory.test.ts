/**
 * Collection against published theory: the same traffic as the bench, small enough for every run.
 */
import { describe, expect, it } from 'vitest';
import {
  fifoAmplification,
  greedyAmplification,
  lambertW,
} from '../../bench/media/cleaning-formula.ts';
import { runTraffic } from '../../bench/media/random-traffic.ts';

const SMALL = { cylinders: 300, trackSectors: 15, warmUp: 8, counted: 10 } as const;
const HOT = { ofTracks: 0.1, ofWrites: 0.9 } as const;

describe('the closed forms', () => {
  it('invert w e^w', () => {
    for (let w = -0.99; w < 0; w += 0.01) expect(lambertW(w * Math.exp(w))).toBeCloseTo(w, 9);
    expect(() => lambertW(-0.4)).toThrow(RangeError);
    expect(() => lambertW(0.1)).toThrow(RangeError);
  });

  it('give the published figure for three tenths of spare room', () => {
    expect(fifoAmplification(1.3)).toBeCloseTo(2.36, 2);
  });

  it('meet where cylinders hold very many tracks', () => {
    expect(greedyAmplification(1.25, 1e6)).toBeCloseTo(fifoAmplification(1.25), 4);
    expect(greedyAmplification(1.25, 34)).toBeLessThan(fifoAmplification(1.25));
  });
});

describe('collection under random writes at 80 % live', () => {
  it.each([
    ['fifo', 15],
    ['greedy', 15],
    ['greedy', 85],
  ] as const)(
    'moves with %s victims what theory says, tracks of %i sectors',
    (victim, trackSectors) => {
      const { amplification, live, perCylinder } = runTraffic({ ...SMALL, victim, trackSectors });
      expect(Math.abs(live - 0.8)).toBeLessThan(0.005);
      const theory =
        victim === 'fifo'
          ? fifoAmplification(1 / live)
          : greedyAmplification(1 / live, perCylinder);
      expect(Math.abs(amplification / theory - 1)).toBeLessThan(0.05);
    },
  );

  it('moves less when hot and cold tracks are kept apart', () => {
    const { amplification, live, perCylinder } = runTraffic({
      ...SMALL,
      victim: 'costBenefit',
      hot: HOT,
    });
    expect(amplification).toBeLessThan(0.9 * greedyAmplification(1 / live, perCylinder));
    const mixed = runTraffic({ ...SMALL, victim: 'fifo', hot: HOT });
    expect(amplification).toBeLessThan(0.75 * mixed.amplification);
  });
});
