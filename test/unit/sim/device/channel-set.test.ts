import { describe, expect, it } from 'vitest';
import { type ParameterChange, TimedRig } from '../../../support/timed-rig.ts';

/** Requests that hit and wait for nothing but paths: many devices' worth, so that none waits for its device. */
const UNBOUND: ParameterChange = { controller: { processors: 64, deviceConcurrency: 64 } };

/** Requests a second through the paths, when there are always more than they can take. */
function saturation(
  channels: ParameterChange['channels'],
  bytes: number,
  more: ParameterChange = {},
) {
  const rig = new TimedRig({ ...UNBOUND, ...more, ...(channels && { channels }) }, { devices: 1 });
  const requests = 400;
  for (let at = 0; at < requests; at += 1) rig.submit(0, 40_000, bytes);
  rig.run();
  return requests / (rig.engine.now / 1e9);
}

describe('dimensions', () => {
  it('doubling the bandwidth halves the transfer, and nothing else', () => {
    const connect = (bytesPerSecond: number, bytes: number): number =>
      new TimedRig({ channels: { bytesPerSecond } }).one(0, 40_000, bytes).connect;
    const fixed = connect(10e6, 0);
    expect(fixed).toBe(150_000);
    for (const bytes of [4_096, 20_000, 56_664]) {
      const slow = connect(10e6, bytes) - fixed;
      expect(connect(20e6, bytes) - fixed).toBe(slow / 2);
      expect(connect(10e6, 2 * bytes) - fixed).toBe(2 * slow);
    }
  });

  it('doubling the paths doubles what goes through', () => {
    const one = saturation({ paths: 1 }, 20_000);
    expect(saturation({ paths: 2 }, 20_000) / one).toBeCloseTo(2, 2);
    expect(saturation({ paths: 4 }, 20_000) / one).toBeCloseTo(4, 1);
  });
});

describe('ESCON', () => {
  it('saturates at 2,000 to 2,500 operations of 4 KiB a second on a path', () => {
    const escon = { kind: 'escon', bytesPerSecond: 17e6, programNanos: 120_000 } as const;
    const controller = { processors: 64, deviceConcurrency: 64, commandNanos: 80_000 };
    const perSecond = saturation(escon, 4_096, { controller });
    expect(perSecond).toBeGreaterThan(2_000);
    expect(perSecond).toBeLessThan(2_500);
  });
});

describe('a path', () => {
  it('is held from commands to the end of the data, where programs do not share it', () => {
    const rig = new TimedRig(UNBOUND, { devices: 1 });
    rig.submit(0, 40_000, 50_000);
    rig.submit(0, 40_001, 1_000);
    const [long, short] = rig.run();
    expect(long).toMatchObject({ tag: 40_000, pend: 0, connect: 5_150_000 });
    expect(short).toMatchObject({ tag: 40_001, pend: 5_150_000, connect: 250_000 });
  });

  it('lets frames of a short program in between, where they share it', () => {
    const channels = { kind: 'ficon', programsPerPath: 8, interleaveBytes: 10_000 } as const;
    const rig = new TimedRig({ ...UNBOUND, channels }, { devices: 1 });
    rig.submit(0, 40_000, 50_000);
    rig.submit(0, 40_001, 1_000);
    const [short, long] = rig.run();
    // After the first 10,000 bytes of the other: 0.05 + 1 ms, then its own 0.05 + 0.1 ms.
    expect(short).toMatchObject({ tag: 40_001, pend: 0, connect: 100_000 + 1_050_000 + 150_000 });
    expect(long).toMatchObject({ tag: 40_000, pend: 0, connect: 5_150_000 + 150_000 });
  });

  it('takes no more programs at once than it has exchanges', () => {
    const channels = { kind: 'ficon', programsPerPath: 2, interleaveBytes: 10_000 } as const;
    const rig = new TimedRig({ ...UNBOUND, channels }, { devices: 1 });
    for (let at = 0; at < 3; at += 1) rig.submit(0, 40_000 + at, 1_000);
    expect(rig.run().map(({ pend }) => pend > 0)).toEqual([false, false, true]);
  });

  it('is the one that a request began on, without dynamic reconnection', () => {
    const channels = { paths: 2, reconnectsOnAnyPath: false };
    const respond = (any: boolean): number => {
      const rig = new TimedRig(
        { ...UNBOUND, channels: { ...channels, reconnectsOnAnyPath: any } },
        { devices: 1 },
      );
      rig.submit(0, 5);
      // Both paths get a long transfer at 9 ms: one of 5 ms, one of 2 ms; the read comes back at 10.1 ms.
      rig.engine.runUntil(9_000_000);
      rig.submit(0, 40_000, 20_000);
      rig.submit(0, 40_001, 50_000);
      return rig.run().find(({ tag }) => tag === 5)?.disconnect ?? 0;
    };
    // Over any path it takes the one that is free first, at 9 + 2.15 ms.
    expect(respond(true)).toBe(11_150_000 - 100_000);
    const own = respond(false);
    expect([11_150_000 - 100_000, 14_150_000 - 100_000]).toContain(own);
    // Requests take paths in turn: the one after a miss on the first path is on the second.
    expect(own).toBe(14_150_000 - 100_000);
  });
});
