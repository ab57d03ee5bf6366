/**
 * Conflict windows: when they open and close, what they see, and on which side.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { type Device, WATCH_WINDOW } from '../../../src/mapping/device-table.ts';
import type { Subsystem } from '../../../src/subsystem/subsystem.ts';
import {
  codeOf,
  extent,
  smallSubsystem,
  snap,
  track,
  value,
  whole,
  write,
} from '../../support/small-subsystem.ts';

function setup(): { subsystem: Subsystem; a: Device; b: Device; c: Device; d: Device } {
  const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1', '3390-1', '3390-1']);
  const [a, b, c, d] = devices as unknown as readonly [Device, Device, Device, Device];
  for (const device of devices) write(subsystem, device, 0, 1);
  return { subsystem, a, b, c, d };
}

const part = (ordinal: number, of = 2) => ({ id: 'S', ordinal, of });

/** Two parts, a to b and c to d, the second announced and not executed. */
function openWindow({ subsystem, a, b, c, d }: ReturnType<typeof setup>): void {
  expect(subsystem.defineSeriesPart(part(1), [extent(a, 0, b, 0, 50)])).toBeUndefined();
  expect(subsystem.defineSeriesPart(part(2), [extent(c, 0, d, 100, 50)])).toBeUndefined();
  snap(subsystem, { extents: [extent(a, 0, b, 0, 50)], series: part(1) });
}

describe('the conflict window', () => {
  it('opens with the first execution and closes with the last', () => {
    const state = setup();
    const { subsystem, a, c, d } = state;
    subsystem.defineSeriesPart(part(1), [extent(a, 0, state.b, 0, 50)]);
    write(subsystem, a, 3, 9);
    expect(subsystem.seriesConflict('S')).toEqual({ open: false, conflict: false });
    openWindow(state);
    expect(subsystem.seriesConflict('S')).toEqual({ open: true, conflict: false });
    snap(subsystem, { extents: [extent(c, 0, d, 100, 50)], series: part(2) });
    expect(subsystem.seriesConflict('S')).toEqual({ open: false, conflict: false });
    write(subsystem, a, 3, 10);
    write(subsystem, d, 100, 10);
    expect(subsystem.seriesConflict('S')).toEqual({ open: false, conflict: false });
  });

  it.each([
    ['a', 49, 'source'],
    ['b', 0, 'target'],
    ['c', 20, 'source'],
    ['d', 149, 'target'],
  ] as const)('sees a write to device %s track %d on the %s side', (name, at, side) => {
    const state = setup();
    openWindow(state);
    const { subsystem } = state;
    write(subsystem, state[name], at, 5);
    write(subsystem, state.a, 1, 5);
    const first = { device: state[name].index, track: at, side };
    expect(subsystem.seriesConflict('S')).toEqual({ open: true, conflict: true, first });
    const { relation } = snap(subsystem, {
      extents: [extent(state.c, 0, state.d, 100, 50)],
      series: part(2),
    });
    expect(subsystem.relationState(relation).conflict).toBe(true);
    expect(subsystem.seriesConflict('S')).toEqual({ open: false, conflict: true, first });
  });

  it.each([
    ['a', 50],
    ['b', 50],
    ['c', 50],
    ['d', 99],
    ['d', 150],
  ] as const)('does not see a write to device %s track %d, beside its extents', (name, at) => {
    const state = setup();
    openWindow(state);
    write(state.subsystem, state[name], at, 5);
    expect(state.subsystem.seriesConflict('S').conflict).toBe(false);
  });

  it('sees copies by others, cleared devices and discarded copies as changes', () => {
    const changes: ((state: ReturnType<typeof setup>) => unknown)[] = [
      ({ subsystem, c, d }) => snap(subsystem, { extents: [extent(c, 60, d, 140, 20)] }),
      ({ subsystem, a }) => subsystem.clearDevice(a.index),
      ({ subsystem, c }) => value(subsystem.setCylinders(c.index, 1)),
      ({ subsystem, c }) => subsystem.loadNullTrack(c.index, track(2), 0),
    ];
    for (const change of changes) {
      const state = setup();
      openWindow(state);
      change(state);
      expect(state.subsystem.seriesConflict('S').conflict).toBe(true);
    }
    const state = setup();
    const { relation } = snap(state.subsystem, { wholeDevices: [whole(state.b, state.c)] });
    openWindow(state);
    value(state.subsystem.discard(relation));
    expect(state.subsystem.seriesConflict('S').first).toMatchObject({ track: 0, side: 'source' });
  });

  it('does not blame the series for its own copies, nor a background copy for its work', () => {
    const state = setup();
    const { subsystem, c, d } = state;
    openWindow(state);
    subsystem.backgroundStep({ tracks: 1_000 });
    snap(subsystem, { extents: [extent(c, 0, d, 100, 50)], series: part(2) });
    expect(subsystem.seriesConflict('S').conflict).toBe(false);
  });

  it('is not there for a group', () => {
    const { subsystem, a, b, c, d } = setup();
    const { relations } = snap(subsystem, { wholeDevices: [whole(a, b), whole(c, d)] });
    write(subsystem, a, 0, 7);
    for (const relation of relations) {
      expect(subsystem.relationState(relation).conflict).toBe(false);
      expect(subsystem.relation(relation)?.series).toBeNull();
    }
  });

  it('refuses parts that do not fit the series, and begins anew after it closed', () => {
    const state = setup();
    const { subsystem, a, b } = state;
    openWindow(state);
    const extents = [extent(a, 0, b, 200, 1)];
    for (const series of [part(1), part(2, 3), part(0), part(4, 3), part(1.5)]) {
      const refusal = subsystem.defineSeriesPart(series, extents);
      expect(codeOf(refusal ?? { kind: 'done' })).toBe('SERIES_MISMATCH');
      const answer = subsystem.snapshot({ background: 'none', extents, series });
      expect(codeOf(answer)).toBe('SERIES_MISMATCH');
    }
    snap(subsystem, { extents, series: part(2) });
    write(subsystem, a, 0, 3);
    expect(subsystem.seriesConflict('S')).toEqual({ open: false, conflict: false });
    snap(subsystem, { extents, series: part(1) });
    expect(subsystem.seriesConflict('S').open).toBe(true);
    expect(subsystem.forgetSeries('S')).toBe(true);
    expect(subsystem.seriesConflict('S')).toEqual({ open: false, conflict: false });
    expect(subsystem.forgetSeries('S')).toBe(false);
  });

  it('watches a part that is announced anew where it lies now, beside what others watch there', () => {
    const state = setup();
    const { subsystem, a, b, c, d } = state;
    openWindow(state);
    subsystem.defineSeriesPart({ id: 'T', ordinal: 1, of: 2 }, [extent(c, 0, d, 250, 5)]);
    snap(subsystem, {
      extents: [extent(c, 0, d, 250, 5)],
      series: { id: 'T', ordinal: 1, of: 2 },
    });
    expect(subsystem.defineSeriesPart(part(2), [extent(c, 200, d, 200, 10)])).toBeUndefined();
    write(subsystem, d, 100, 5);
    expect(subsystem.seriesConflict('S').conflict).toBe(false);
    write(subsystem, c, 2, 5);
    expect(subsystem.seriesConflict('S').conflict).toBe(false);
    expect(subsystem.seriesConflict('T').first).toMatchObject({ track: 2, side: 'source' });
    write(subsystem, c, 205, 5);
    expect(subsystem.seriesConflict('S').first).toMatchObject({ track: 205, side: 'source' });
    subsystem.forgetSeries('T');
    subsystem.forgetSeries('S');
    for (const { index } of [a, b, c, d]) {
      expect((subsystem.parts.devices.watches[index] as number) & WATCH_WINDOW).toBe(0);
    }
  });

  it('forgets a device that is removed', () => {
    const state = setup();
    const { subsystem, d } = state;
    openWindow(state);
    value(subsystem.removeDevice(d.number));
    const again = value(subsystem.defineDevice({ number: d.number, model: d.model }));
    expect(again).toMatchObject({ index: d.index, generation: 2 });
    write(subsystem, again, 120, 5);
    expect(subsystem.seriesConflict('S').conflict).toBe(false);
  });
});
