import { describe, expect, it } from 'vitest';
import { Engine } from '../../../../sim/engine/engine.ts';
import { Gate } from '../../../../sim/engine/gate.ts';

/** A gate whose tokens hold their permit as long as they say. */
function gateOf(permits: number, priorities = 1) {
  const engine = new Engine();
  const granted: string[] = [];
  const giveBack = engine.handler('give back', () => gate.release());
  const gate: Gate = new Gate(engine, {
    name: 'path',
    permits,
    priorities,
    granted: (token) => {
      granted.push(`${engine.now}: ${token}`);
      if (token === 0) gate.release();
      else engine.schedule(token, giveBack);
    },
  });
  const ask = engine.handler('ask', (token, priority) => gate.acquire(token, priority));
  return { engine, gate, granted, ask };
}

describe('Gate', () => {
  it('grants what is free at once and the rest in turn', () => {
    const { engine, gate, granted, ask } = gateOf(2);
    for (const token of [10, 20, 5, 7]) engine.schedule(0, ask, token);
    engine.runUntil(0);
    expect(granted).toEqual(['0: 10', '0: 20']);
    expect([gate.busy, gate.queued]).toEqual([2, 2]);
    engine.runUntil(40);
    expect(granted.slice(2)).toEqual(['10: 5', '15: 7']);
    expect(gate.account()).toEqual({
      name: 'path',
      servers: 2,
      elapsedNanos: 40,
      arrivals: 4,
      completions: 4,
      utilisation: 42 / 80,
      busyMean: 42 / 40,
      queuedMean: 25 / 40,
      queuedMax: 2,
      presentMean: 67 / 40,
      waitNanosMean: 25 / 4,
      sojournNanosMean: 67 / 4,
    });
    gate.checkLittle();
  });

  it('grants urgent ones first', () => {
    const { engine, granted, ask } = gateOf(1, 2);
    engine.schedule(0, ask, 10, 1);
    engine.schedule(1, ask, 2, 1);
    engine.schedule(2, ask, 3, 0);
    engine.run();
    expect(granted).toEqual(['0: 10', '10: 3', '13: 2']);
  });

  it('goes on when those who are granted give back at once, thousands in a row', () => {
    const { engine, gate, granted, ask } = gateOf(1);
    engine.schedule(0, ask, 9);
    for (let left = 20_000; left > 0; left -= 1) engine.schedule(1, ask, 0);
    engine.schedule(2, ask, 4);
    engine.run();
    expect(granted).toHaveLength(20_002);
    expect(granted.at(-1)).toBe('9: 4');
    expect(gate.busy).toBe(0);
    gate.checkLittle();
  });

  it('takes no permit back that nobody holds', () => {
    const { gate } = gateOf(1);
    expect(() => gate.release()).toThrow('gate-permit-held');
  });
});
