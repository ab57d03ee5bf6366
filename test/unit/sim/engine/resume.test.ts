/**
 * A run that is stopped, cloned, and taken over by a model that was set up anew gives the events of a run
 * that was not.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { Engine } from '../../../../sim/engine/engine.ts';
import { Gate } from '../../../../sim/engine/gate.ts';
import { Level } from '../../../../sim/engine/level.ts';
import { Station } from '../../../../sim/engine/station.ts';
import { Substream } from '../../../../sim/engine/substream.ts';

/** Arrivals take bytes of a level, hold a path, are served by priority, and give everything back. */
function createModel() {
  const engine = new Engine();
  const stream = new Substream(5, 2, 'all');
  engine.attach(stream);
  const level: Level = new Level(engine, {
    name: 'store',
    bound: 5_000,
    granted: (token) => gate.acquire(token, token % 2),
  });
  const gate: Gate = new Gate(engine, {
    name: 'paths',
    permits: 5,
    priorities: 2,
    granted: (token) => station.enter(token, token % 3),
  });
  const station: Station = new Station(engine, {
    name: 'drives',
    servers: 4,
    priorities: 3,
    serviceOf: () => stream.exponentialNanos(3_700),
    done: (token) => {
      gate.release();
      level.give(token + 1);
    },
  });
  // The token is what was taken less one, so that it can be given back.
  const arrive = engine.handler('arrive', () => {
    const token = stream.below(1_000);
    level.take(token + 1, token);
    engine.schedule(stream.exponentialNanos(1_000), arrive);
  });
  return { engine, level, gate, station, arrive };
}

describe('a resumed run', () => {
  it.each([1, 137, 5_000, 29_999])('goes on after %d events as if nothing had been', (events) => {
    const whole = createModel();
    whole.engine.schedule(0, whole.arrive);
    whole.engine.run(30_000);

    const first = createModel();
    first.engine.schedule(0, first.arrive);
    first.engine.run(events);
    const state = structuredClone(first.engine.save());
    const second = createModel();
    second.engine.restore(state);
    second.engine.run(30_000 - events);

    expect(second.engine.witness).toBe(whole.engine.witness);
    expect(second.engine.now).toBe(whole.engine.now);
    expect(second.engine.eventCount).toBe(30_000);
    for (const name of ['station', 'gate', 'level'] as const) {
      expect(second[name].account()).toEqual(whole[name].account());
      second[name].checkLittle();
    }
    expect(second.engine.save()).toEqual(whole.engine.save());
    expect(whole.station.account().queuedMax + whole.level.account().queuedMean).toBeGreaterThan(0);
  });

  it('refuses a state that was cut short', () => {
    const model = createModel();
    const state = model.engine.save();
    const parts = { ...state.parts, drives: new Float64Array(3) };
    expect(() => createModel().engine.restore({ ...state, parts })).toThrow(
      'saved-state-long-enough',
    );
  });
});
