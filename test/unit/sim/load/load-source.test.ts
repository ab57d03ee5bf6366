/**
 * Loads that ask by themselves, over a station as the simplest thing that takes requests.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { Engine } from '../../../../sim/engine/engine.ts';
import { Station } from '../../../../sim/engine/station.ts';
import { createLoadSource, type LoadInput } from '../../../../sim/load/load-source.ts';

const INPUT: Omit<LoadInput, 'arrival'> = {
  name: 'orders',
  loadClass: 2,
  extents: [{ device: 4, firstTrack: 100, trackCount: 50 }],
  mix: {
    kind: 'plain',
    places: { kind: 'hotCold', hotTracks: 0.2, hotRequests: 0.8 },
    reads: 0.5,
    sizes: [{ bytes: 4_096, weight: 1 }],
  },
  seed: 1,
  replication: 0,
};

/** A load over one server that takes so long for each request. */
function rig(arrival: LoadInput['arrival'], serviceNanos: number) {
  const engine = new Engine();
  const requests: string[] = [];
  const heard: number[] = [];
  const listeners: ((slot: number, tag: number) => void)[] = [];
  const tags: number[] = [];
  const station: Station = new Station(engine, {
    name: 'server',
    servers: 1,
    serviceOf: () => serviceNanos,
    done: (slot) => listeners[0]?.(slot, tags[slot] ?? 0),
  });
  const sink = {
    submit: (...[device, track, bytes, operation, loadClass, , tag]: number[]): number => {
      requests.push([engine.now, device, track, bytes, operation, loadClass].join(' '));
      const slot = tags.push(tag ?? 0) - 1;
      station.enter(slot);
      return slot;
    },
    onDone: (run: (slot: number, tag: number) => void): number => listeners.push(run) - 1,
  };
  const source = createLoadSource(engine, sink, { ...INPUT, arrival }, (slot) => heard.push(slot));
  return { engine, station, source, requests, heard };
}

const POISSON = { kind: 'poisson', perSecond: 1_000 } as const;
const CLOSED = { kind: 'closed', users: 7, thinkNanos: 1e6 } as const;

describe('an open load', () => {
  it('asks within its space, for its class, and hears of every completion', () => {
    const { engine, source, requests, heard } = rig(POISSON, 10_000);
    engine.runUntil(1e9);
    expect(requests).toEqual([]);
    source.start();
    engine.runUntil(3e9);
    source.stop();
    engine.runUntil(4e9);
    expect(source.issuedCount).toBeGreaterThan(1_800);
    expect(source.issuedCount).toBeLessThan(2_200);
    expect(source.doneCount).toBe(source.issuedCount);
    expect(heard).toHaveLength(source.doneCount);
    expect(engine.pendingCount).toBe(0);
    for (const request of requests) {
      const [now = 0, device, track = 0, bytes, operation = 0, loadClass] = request
        .split(' ')
        .map(Number);
      expect([device, bytes, loadClass]).toEqual([4, 4_096, 2]);
      expect(now > 1e9 && now <= 3e9 && track >= 100 && track < 150 && operation <= 1).toBe(true);
    }
  });

  it('asks for the same at the same times however slow the answers are', () => {
    const [fast, slow] = [rig(POISSON, 1_000), rig(POISSON, 5_000_000)];
    for (const { engine, source } of [fast, slow]) {
      source.start();
      engine.runUntil(1e9);
    }
    expect(slow.source.doneCount).toBeLessThan(fast.source.doneCount / 2);
    expect(slow.requests).toEqual(fast.requests);
  });

  it('asks once at a time after stopping and starting again', () => {
    const { engine, source, requests } = rig({ kind: 'even', perSecond: 10 }, 1_000);
    source.start();
    source.start();
    engine.runUntil(250e6);
    source.stop();
    source.start();
    engine.runUntil(600e6);
    expect(requests.map((request) => Number(request.split(' ')[0]))).toEqual([
      100e6, 200e6, 350e6, 450e6, 550e6,
    ]);
  });
});

describe('a closed load', () => {
  it('never has more under way than it has users, and keeps a slow server busy', () => {
    const { engine, station, source } = rig(CLOSED, 1e6);
    source.start();
    engine.runUntil(1e9);
    expect(station.account().queuedMax).toBeLessThanOrEqual(6);
    expect(station.account().utilisation).toBeGreaterThan(0.95);
    expect(source.issuedCount - source.doneCount).toBeLessThanOrEqual(7);
    source.stop();
    engine.runUntil(2e9);
    expect(source.issuedCount).toBe(source.doneCount);
    expect(engine.pendingCount).toBe(0);
  });

  it('goes on with the same users when it is stopped and started again', () => {
    const { engine, station, source } = rig(CLOSED, 2e6);
    source.start();
    engine.runUntil(20e6);
    for (let round = 0; round < 5; round += 1) {
      source.stop();
      engine.runUntil(engine.now + 100_000);
      source.start();
      engine.runUntil(engine.now + 10e6);
    }
    engine.runUntil(1e9);
    expect(station.account().queuedMax).toBeLessThanOrEqual(6);
    expect(source.issuedCount - source.doneCount).toBeGreaterThan(0);
  });

  it('needs users', () => {
    expect(() => rig({ ...CLOSED, users: 0 }, 1)).toThrow('closed-load-has-users');
  });
});

describe.each([
  ['open', POISSON],
  ['bursts', { kind: 'bursts', perSecond: 1_000, peak: 5, burstNanos: 10e6 } as const],
  ['closed', CLOSED],
])('a load that was saved, %s', (_, arrival) => {
  it('goes on as if nothing had been', () => {
    const whole = rig(arrival, 700_000);
    whole.source.start();
    whole.engine.runUntil(500e6);
    const state = structuredClone(whole.engine.save());
    const before = whole.requests.length;
    const resumed = rig(arrival, 700_000);
    resumed.engine.restore(state);
    whole.engine.runUntil(900e6);
    resumed.engine.runUntil(900e6);
    expect(whole.requests.length - before).toBeGreaterThan(100);
    if (arrival.kind !== 'closed') expect(resumed.requests).toEqual(whole.requests.slice(before));
    expect(resumed.source.issuedCount).toBe(whole.source.issuedCount);
  });
});
