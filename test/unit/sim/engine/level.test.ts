import { describe, expect, it } from 'vitest';
import { Engine } from '../../../../sim/engine/engine.ts';
import { Level } from '../../../../sim/engine/level.ts';

describe('Level', () => {
  it('lets nobody pass who waits for room, and accounts by time', () => {
    const engine = new Engine();
    const granted: string[] = [];
    const level = new Level(engine, {
      name: 'nvs',
      bound: 100,
      granted: (token) => granted.push(`${engine.now}: ${token}`),
    });
    const take = engine.handler('take', (amount, token) => level.take(amount, token));
    const give = engine.handler('give', (amount) => level.give(amount));
    engine.schedule(0, take, 60, 1);
    engine.schedule(0, take, 50, 2);
    engine.schedule(1, take, 20, 3);
    engine.schedule(4, give, 20);
    engine.schedule(6, give, 30);
    engine.runUntil(3);
    expect([level.level, level.queued, granted]).toEqual([60, 2, ['0: 1']]);
    engine.runUntil(10);
    expect(granted).toEqual(['0: 1', '4: 2', '6: 3']);
    expect(level.account()).toEqual({
      name: 'nvs',
      bound: 100,
      elapsedNanos: 10,
      takes: 3,
      levelMean: (4 * 60 + 2 * 90 + 4 * 80) / 10,
      levelMax: 90,
      queuedMean: (4 + 5) / 10,
      waitNanosMean: (4 + 5) / 3,
    });
    level.checkLittle();
    level.resetAccount();
    engine.runUntil(20);
    expect(level.account()).toMatchObject({ takes: 0, levelMean: 80, queuedMean: 0 });
  });

  it('refuses what can never fit, and what was never taken', () => {
    const engine = new Engine();
    const level = new Level(engine, { name: 'nvs', bound: 100, granted: () => undefined });
    expect(() => level.take(101, 1)).toThrow('level-amount-fits');
    expect(() => level.give(1)).toThrow('level-amount-taken');
  });
});
