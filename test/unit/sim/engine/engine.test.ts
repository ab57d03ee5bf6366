import { describe, expect, it } from 'vitest';
import { Engine } from '../../../../sim/engine/engine.ts';
import { InvariantViolation } from '../../../../src/index.ts';

describe('Engine', () => {
  it('runs events when they are due, those of one instant in the order they were scheduled', () => {
    const engine = new Engine();
    const seen: string[] = [];
    const note = engine.handler('note', (a, b) => seen.push(`${engine.now}: ${a} ${b}`));
    engine.schedule(20, note, 3, -4);
    engine.schedule(10, note, 1);
    engine.schedule(20, note, 5);
    expect(engine.pendingCount).toBe(3);
    engine.run();
    expect(seen).toEqual(['10: 1 0', '20: 3 -4', '20: 5 0']);
    expect([engine.now, engine.eventCount, engine.pendingCount]).toEqual([20, 3, 0]);
  });

  it('runs until a time, which is now afterwards, and no further', () => {
    const engine = new Engine();
    const seen: number[] = [];
    const tick = engine.handler('tick', () => {
      seen.push(engine.now);
      engine.schedule(10, tick);
    });
    engine.schedule(0, tick);
    engine.runUntil(35);
    expect(seen).toEqual([0, 10, 20, 30]);
    expect(engine.now).toBe(35);
    engine.schedule(1, tick);
    expect(engine.run(2)).toBe(2);
    expect(seen.slice(4)).toEqual([36, 40]);
    expect(() => engine.runUntil(39)).toThrow('time-does-not-go-back');
  });

  it('stops after the event that asks for it, and goes on from there', () => {
    const engine = new Engine();
    const stop = engine.handler('stop', () => engine.stop());
    for (const delay of [5, 5, 9]) engine.schedule(delay, stop);
    engine.runUntil(100);
    expect([engine.now, engine.pendingCount]).toEqual([5, 2]);
    engine.runUntil(100);
    engine.runUntil(100);
    expect([engine.now, engine.pendingCount]).toEqual([9, 0]);
    engine.runUntil(100);
    expect(engine.now).toBe(100);
  });

  it('stops a run in which time stands still, and names the handler', () => {
    const engine = new Engine({ stalledMax: 100 });
    const spin = engine.handler('spinning wheel', () => engine.schedule(0, spin));
    engine.schedule(7, spin);
    expect(() => engine.run()).toThrow(
      'invariant time-advances does not hold: 100 events at 7 ns, the last one spinning wheel',
    );
  });

  it('lets as many events run at one instant as the watchdog allows', () => {
    const engine = new Engine({ stalledMax: 100 });
    const once = engine.handler('once', () => undefined);
    for (let at = 0; at < 101; at += 1) engine.schedule(7, once);
    engine.schedule(8, once);
    expect(engine.run()).toBe(102);
  });

  it.each([
    [-1, 0, 0],
    [0.5, 0, 0],
    [Number.NaN, 0, 0],
    [2 ** 53, 0, 0],
    [1, 2 ** 31, 0],
    [1, 0, 0.5],
  ])('refuses an event after %d ns with %d and %d', (delay, a, b) => {
    const engine = new Engine();
    const handler = engine.handler('any', () => undefined);
    expect(() => engine.schedule(delay, handler, a, b)).toThrow(InvariantViolation);
    expect(engine.pendingCount).toBe(0);
  });

  it('refuses a second handler or part of a name', () => {
    const engine = new Engine();
    engine.handler('one', () => undefined);
    expect(() => engine.handler('one', () => undefined)).toThrow('handler-name-unique');
    const part = { name: 'part', save: () => new Float64Array(), restore: () => undefined };
    engine.attach(part);
    expect(() => engine.attach(part)).toThrow('part-name-unique');
  });

  it('has a witness that tells any other event apart', () => {
    const witnesses = new Set<string>();
    const runs: readonly (readonly [delay: number, a: number, b: number, other: boolean])[] = [
      [1, 0, 0, false],
      [2, 0, 0, false],
      [1 + 2 ** 32, 0, 0, false],
      [1, 1, 0, false],
      [1, 0, 1, false],
      [1, -1, 0, false],
      [1, 0, 0, true],
    ];
    for (const [delay, a, b, isOther] of runs) {
      const engine = new Engine();
      const handlers = [engine.handler('x', () => undefined), engine.handler('y', () => undefined)];
      engine.schedule(delay, handlers[isOther ? 1 : 0] ?? 0, a, b);
      engine.run();
      witnesses.add(engine.witness);
      expect(engine.witness).toMatch(/^[0-9a-f]{16}$/);
    }
    expect(witnesses.size).toBe(runs.length);
  });

  it('has a witness that stays what it was', () => {
    const engine = new Engine();
    let left = 1_000;
    const tick = engine.handler('tick', (a) => {
      left -= 1;
      if (left > 0) engine.schedule(a * 1_000_003, tick, (a * 5 + 1) % 1_009, left);
    });
    engine.schedule(0, tick, 1);
    engine.run();
    expect(engine.witness).toBe('05d0eacc44218d38');
  });

  it('takes over no state of another model', () => {
    const engine = new Engine();
    engine.schedule(
      1,
      engine.handler('one', () => undefined),
    );
    const state = engine.save();
    const other = new Engine();
    other.handler('another', () => undefined);
    expect(() => other.restore(state)).toThrow('restored-handler-known');
    const more = new Engine();
    more.handler('one', () => undefined);
    more.attach({ name: 'part', save: () => new Float64Array(), restore: () => undefined });
    expect(() => more.restore(state)).toThrow('restored-parts-known');
  });
});
