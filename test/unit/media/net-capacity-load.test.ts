/**
 * Thresholds of the net capacity load.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { SILENT_TRACE } from '../../../src/base/default-ports.ts';
import {
  CapacityLoad,
  LOAD_THRESHOLDS_DEFAULT,
  LoadWatch,
  loadBand,
  netCapacityLoadPercent,
} from '../../../src/media/net-capacity-load.ts';

describe('loadBand', () => {
  it.each([
    [0, 'normal'],
    [749, 'normal'],
    [750, 'warn'],
    [899, 'warn'],
    [900, 'alert'],
    [949, 'alert'],
    [950, 'critical'],
    [1_000, 'critical'],
  ])('%d of 1000 sectors is %s', (live, threshold) => {
    const band = loadBand(live, 1_000);
    expect(band.threshold).toBe(threshold);
    expect(band.leastSectors).toBeLessThanOrEqual(live);
    expect(band.limitSectors).toBeGreaterThan(live);
  });

  it('counts in percent', () => {
    expect(netCapacityLoadPercent(333, 1_000)).toBeCloseTo(33.3);
  });
});

/** Space whose load a test sets; 100 sectors, 10 of them beyond the capacity. */
function space(capacitySectors = 100, allSectors = 110) {
  return {
    capacitySectors,
    reserveSectors: 10,
    liveSectors: 0,
    deadSectors: 0,
    unwrittenSectors: allSectors,
    freeCylinderCount: 3,
  };
}

describe('loadBand', () => {
  it('takes other thresholds', () => {
    const thresholds = { warn: 10, alert: 20, critical: 30 };
    const bands = [9, 10, 20, 30].map((live) => loadBand(live, 100, thresholds).threshold);
    expect(bands).toEqual(['normal', 'warn', 'alert', 'critical']);
  });
});

describe('LoadWatch', () => {
  it('tells each change once, up and down, with what is free and collectable', () => {
    const told: [string, Readonly<Record<string, unknown>>][] = [];
    const watched = space();
    const watch = new LoadWatch(watched, 'group 2', LOAD_THRESHOLDS_DEFAULT, {
      emit: (event, data) => told.push([event, data]),
    });
    for (const live of [0, 74, 75, 76, 96, 80, 10, 10]) {
      watched.liveSectors = live;
      watch.observe();
    }
    const net = told.filter(([event]) => event === 'netCapacityLoad').map(([, data]) => data);
    expect(net.map(({ to }) => to)).toEqual(['warn', 'critical', 'warn', 'normal']);
    expect(net[1]).toEqual({
      space: 'group 2',
      from: 'warn',
      to: 'critical',
      percent: 96,
      freeCylinders: 3,
      collectableBytes: 0,
    });
    expect(watch.threshold).toBe('normal');
  });

  it('counts what waits for collection apart, and does not tell every cylinder collected', () => {
    const told: unknown[] = [];
    const watched = space(100, 200);
    const watch = new LoadWatch(watched, 'subsystem', LOAD_THRESHOLDS_DEFAULT, {
      emit: (event, { from, to }) => told.push(`${event} ${String(from)} ${String(to)}`),
    });
    watched.liveSectors = 50;
    for (const dead of [99, 100, 99, 97, 100, 95, 140]) {
      watched.deadSectors = dead;
      watch.observe();
    }
    expect(told).toEqual([
      'grossCapacityLoad normal warn',
      'grossCapacityLoad warn normal',
      'grossCapacityLoad normal critical',
    ]);
    expect(watch.threshold).toBe('normal');
    expect(watch.grossThreshold).toBe('critical');
    expect(watch.netPercent).toBe(50);
    expect(watch.grossPercent).toBe(95);
  });

  it('leaves hosts the part above the critical threshold of what they can fill', () => {
    const watched = space();
    const watch = new LoadWatch(watched, 'subsystem', LOAD_THRESHOLDS_DEFAULT, SILENT_TRACE);
    watched.liveSectors = 80;
    // 95 % of the 90 sectors that hosts can fill are 85.5.
    expect(watch.hasHeadroom(5)).toBe(true);
    expect(watch.hasHeadroom(6)).toBe(false);
  });
});

describe('CapacityLoad', () => {
  it('watches each group and all together', () => {
    const told: string[] = [];
    const [one, other, both] = [space(), space(), space(200, 220)];
    const trace = {
      emit: (event: string, data: Readonly<Record<string, unknown>>) => {
        if (event === 'netCapacityLoad')
          told.push(`${String(data['space'])} ${String(data['to'])}`);
      },
    };
    const load = new CapacityLoad(both, [one, other], LOAD_THRESHOLDS_DEFAULT, trace);
    other.liveSectors = 92;
    both.liveSectors = 92;
    load.observe(0);
    expect(told).toEqual([]);
    load.observe(1);
    expect(told).toEqual(['group 1 alert']);
    one.liveSectors = 80;
    both.liveSectors = 172;
    load.observeAll();
    expect(told).toEqual(['group 1 alert', 'subsystem warn', 'group 0 warn']);
    expect(load.hasHeadroom(0, 5)).toBe(true);
    expect(load.hasHeadroom(1, 1)).toBe(false);
    expect(load.hasHeadroom(-1, 5)).toBe(true);
    expect(load.hasHeadroom(-1, 6)).toBe(false);
  });

  it('tells of a single group once', () => {
    const told: string[] = [];
    const only = space();
    const load = new CapacityLoad(only, [only], LOAD_THRESHOLDS_DEFAULT, {
      emit: (event, data) => told.push(`${event} ${String(data['space'])}`),
    });
    only.liveSectors = 80;
    load.observe(0);
    load.observeAll();
    expect(told).toEqual(['netCapacityLoad subsystem']);
  });
});
