import { describe, expect, it } from 'vitest';
import { timedStations } from '../../../../sim/device/timed-stations.ts';
import { Substream } from '../../../../sim/engine/substream.ts';
import { InputError } from '../../../../src/index.ts';
import { TimedRig } from '../../../support/timed-rig.ts';

/** A rig under random reads and writes, all of whose state is in its engine. */
function busyRig(requests: number, writes: boolean): { rig: TimedRig; sums: Float64Array } {
  const rig = new TimedRig({ cache: { readAheadTracks: 3 }, nvs: { bytes: 400_000 } });
  const chance = new Substream(1, 0, 'busy');
  rig.engine.attach(chance);
  const sums = new Float64Array(6);
  const { timed, engine } = rig;
  const done = timed.onDone((slot) => {
    const { arrival, iosq, pend, disconnect, connect, flags } = timed.requests;
    const values = [iosq, pend, disconnect, connect, flags].map((field) => field[slot] as number);
    values.push(engine.now - (arrival[slot] as number));
    values.forEach((value, at) => {
      sums[at] = (sums[at] as number) + value;
    });
  });
  let left = requests;
  const arrive = engine.handler('arrival', () => {
    const device = rig.devices[chance.below(2)] as number;
    const operation = writes && chance.fraction() < 0.3 ? 1 : 0;
    timed.submit(device, chance.below(189), 4_096, operation, 0, done, 0);
    left -= 1;
    if (left > 0) engine.schedule(chance.exponentialNanos(6e6), arrive);
  });
  engine.schedule(0, arrive);
  engine.attach({
    name: 'load',
    save: () => Float64Array.of(left, ...sums),
    restore: ([saved = 0, ...values]) => {
      left = saved;
      sums.set(values);
    },
  });
  return { rig, sums };
}

describe('TimedSubsystem', () => {
  it('adds the parts of responses up to the response, and uses slots again', () => {
    const { rig, sums } = busyRig(20_000, true);
    rig.run();
    const [iosq = 0, pend = 0, disconnect = 0, connect = 0, , response] = sums;
    for (const part of [iosq, pend, disconnect, connect]) expect(part).toBeGreaterThan(0);
    expect(iosq + pend + disconnect + connect).toBe(response);
    expect(rig.timed.completedCount).toBe(20_000);
    expect(rig.timed.requests.usedCount).toBe(0);
    expect(rig.timed.requests.highest).toBeLessThan(500);
    expect(rig.timed.bank.usedCount).toBe(0);
  });

  it('does the same again from the same seed', () => {
    const [one, other] = [busyRig(2_000, true), busyRig(2_000, true)];
    one.rig.run();
    other.rig.run();
    expect(other.rig.engine.witness).toBe(one.rig.engine.witness);
    expect(other.sums).toEqual(one.sums);
  });

  it('goes on from a saved state as it would have gone on', () => {
    const { rig, sums } = busyRig(3_000, false);
    rig.engine.runUntil(5e9);
    expect(rig.timed.requests.usedCount).toBeGreaterThan(0);
    const saved = structuredClone(rig.engine.save());
    rig.run();
    const [witness, first] = [rig.engine.witness, sums.slice()];
    rig.engine.restore(saved);
    expect(rig.engine.now).toBe(5e9);
    rig.run();
    expect(rig.engine.witness).toBe(witness);
    expect(sums).toEqual(first);
    // And in a subsystem of its own that was set up the same way.
    const other = busyRig(3_000, false);
    other.rig.engine.restore(saved);
    other.rig.run();
    expect(other.rig.engine.witness).toBe(witness);
    expect(other.sums).toEqual(first);
  });

  it('cannot be saved while somebody waits for work', () => {
    const rig = new TimedRig();
    rig.timed.perform({ linkBytes: 1 }, () => undefined);
    expect(() => rig.engine.save()).toThrow('no-work-at-save');
    rig.run();
    rig.engine.save();
  });

  it('shows every place where work waits', () => {
    const { rig } = busyRig(2_000, true);
    rig.timed.perform({ processorNanos: 5_000, linkBytes: 10 }, () => undefined);
    rig.run();
    const rows = timedStations(rig.timed).map((station) => station.row());
    const kinds = new Set(rows.map(({ kind }) => kind));
    const every = 'processor channel controller device nvs drive link';
    expect([...kinds].join(' ')).toBe(every);
    for (const { name, kind, arrivals, completions, utilisation } of rows) {
      expect(arrivals, name).toBeGreaterThan(0);
      expect(completions, name).toBe(arrivals);
      if (kind !== 'nvs') expect(utilisation, name).toBeGreaterThan(0);
      expect(utilisation, name).toBeLessThanOrEqual(1);
    }
    expect(
      timedStations(rig.timed).every(({ inUse, queued }) => inUse() < 1 && queued() === 0),
    ).toBe(true);
    expect(rows.filter(({ kind }) => kind === 'device').map(({ name }) => name)).toEqual([
      'device 0A80',
      'device 0A81',
    ]);
  });

  it('stands beside another on one engine under a name of its own', () => {
    const one = new TimedRig({}, { options: { name: 'ONE' } });
    const other = new TimedRig({}, { options: { name: 'TWO' }, engine: one.engine });
    one.submit(0, 5);
    other.submit(0, 5);
    one.run();
    expect(other.completed).toEqual(one.completed);
    const names = [...timedStations(one.timed), ...timedStations(other.timed)].map(
      ({ name }) => name,
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('TWO: drive 0.4');
  });

  it('refuses drives that its groups do not fit on', () => {
    expect(() => new TimedRig({ drives: { sectorCount: 1_000 } })).toThrow(InputError);
  });
});
