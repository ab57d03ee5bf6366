import { describe, expect, it } from 'vitest';
import { WarmUpWatch } from '../../../../sim/scenario/warm-up.ts';

/** Sample at which response times count as steady; the number of samples when they never do. */
function steadyAt(samples: number, responseOf: (at: number) => number): number {
  const watch = new WarmUpWatch({ kind: 'steady' });
  for (let at = 1; at <= samples; at += 1) {
    watch.request(responseOf(at));
    if (watch.isOver(at, () => false)) return at;
  }
  return samples;
}

/** Swings around a mean, the same in every run. */
function swing(at: number): number {
  return 1000 + ((at * 7919) % 101);
}

describe('a warm-up that waits for steady response times', () => {
  it('is over after sixty samples where nothing changes', () => {
    expect(steadyAt(500, swing)).toBeLessThan(80);
  });

  it('goes on as long as response times fall', () => {
    expect(steadyAt(400, (at) => 1e6 - 2000 * at + swing(at))).toBe(400);
  });

  it('is over when what came before has become the smaller half', () => {
    const settled = steadyAt(900, (at) => Math.max(0, 1e6 - 5000 * at) + swing(at));
    expect(settled).toBeGreaterThan(200);
    expect(settled).toBeLessThan(450);
  });
});
