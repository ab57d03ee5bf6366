import { describe, expect, it } from 'vitest';
import { assertLittlesLaw } from '../../../../sim/engine/account.ts';
import { Engine } from '../../../../sim/engine/engine.ts';
import { Station } from '../../../../sim/engine/station.ts';

/** A station whose tokens are served as many nanoseconds as they say. */
function stationOf(servers: number, priorities = 1) {
  const engine = new Engine();
  const left: string[] = [];
  const station = new Station(engine, {
    name: 'desk',
    servers,
    priorities,
    serviceOf: (token) => token,
    done: (token) => left.push(`${engine.now}: ${token}`),
  });
  const arrive = engine.handler('arrive', (token, priority) => station.enter(token, priority));
  return { engine, station, left, arrive };
}

describe('Station', () => {
  it('serves one after the other, first come first served', () => {
    const { engine, station, left, arrive } = stationOf(1);
    engine.schedule(0, arrive, 10);
    engine.schedule(2, arrive, 3);
    engine.schedule(1, arrive, 4);
    engine.runUntil(5);
    expect([station.busy, station.queued]).toEqual([1, 2]);
    engine.runUntil(20);
    expect(left).toEqual(['10: 10', '14: 4', '17: 3']);
    expect(station.account()).toEqual({
      name: 'desk',
      servers: 1,
      elapsedNanos: 20,
      arrivals: 3,
      completions: 3,
      utilisation: 17 / 20,
      busyMean: 17 / 20,
      queuedMean: (9 + 12) / 20,
      queuedMax: 2,
      presentMean: (10 + 13 + 15) / 20,
      waitNanosMean: (9 + 12) / 3,
      sojournNanosMean: (10 + 13 + 15) / 3,
    });
    station.checkLittle();
  });

  it('serves as many at once as it has servers', () => {
    const { engine, station, left, arrive } = stationOf(6);
    for (let token = 20; token > 12; token -= 1) engine.schedule(0, arrive, token);
    engine.runUntil(0);
    expect([station.busy, station.queued]).toEqual([6, 2]);
    engine.run();
    // 20 to 15 are served at once; 14 starts at 15 and 13 at 16.
    expect(left).toEqual([
      '15: 15',
      '16: 16',
      '17: 17',
      '18: 18',
      '19: 19',
      '20: 20',
      '29: 14',
      '29: 13',
    ]);
    station.checkLittle();
  });

  it('lets nobody wait without a bound on servers', () => {
    const { engine, station, left, arrive } = stationOf(Number.POSITIVE_INFINITY);
    for (let token = 1; token <= 100; token += 1) engine.schedule(0, arrive, token);
    engine.runUntil(1_000);
    expect(left).toHaveLength(100);
    expect(station.account()).toMatchObject({ queuedMax: 0, utilisation: 0, busyMean: 5.05 });
    station.checkLittle();
  });

  it('takes urgent ones first and interrupts nobody', () => {
    const { engine, left, arrive } = stationOf(1, 3);
    engine.schedule(0, arrive, 100, 2);
    engine.schedule(1, arrive, 1, 2);
    engine.schedule(2, arrive, 2, 1);
    engine.schedule(3, arrive, 3, 0);
    engine.schedule(4, arrive, 4, 1);
    engine.run();
    expect(left).toEqual(['100: 100', '103: 3', '105: 2', '109: 4', '110: 1']);
  });

  it('puts one who comes again behind those who wait', () => {
    const engine = new Engine();
    const order: number[] = [];
    const station: Station = new Station(engine, {
      name: 'round',
      servers: 1,
      serviceOf: () => 1,
      done: (token) => {
        order.push(token);
        if (order.length < 5) station.enter(token);
      },
    });
    for (const token of [1, 2, 3]) station.enter(token);
    engine.run();
    expect(order).toEqual([1, 2, 3, 1, 2, 3, 1]);
  });

  it('accounts from the reset on', () => {
    const { engine, station, arrive } = stationOf(1);
    engine.schedule(0, arrive, 10);
    engine.runUntil(5);
    station.resetAccount();
    engine.runUntil(25);
    expect(station.account()).toMatchObject({
      elapsedNanos: 20,
      arrivals: 0,
      completions: 1,
      utilisation: 0.25,
    });
    expect(station.busyNanos).toBe(10);
  });
});

describe("Little's law", () => {
  it('holds for equal sides and stops the run otherwise', () => {
    assertLittlesLaw('desk', 1e15, 1e15 + 1);
    expect(() => assertLittlesLaw('desk', 1_000, 1_001)).toThrow(
      'invariant littles-law does not hold: desk: integral of the number present 1000 ns, times present 1001 ns',
    );
  });
});
