/**
 * The life of a relation: background copy, withdraw, discard, supersede, and what is told about it.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { relationId } from '../../../src/copy/relation.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import type { SubsystemInput } from '../../../src/subsystem/configuration.ts';
import type { Subsystem } from '../../../src/subsystem/subsystem.ts';
import {
  codeOf,
  extent,
  fillOf,
  finish,
  smallSubsystem,
  snap,
  track,
  value,
  violationsOf,
  whole,
  write,
} from '../../support/small-subsystem.ts';

const WRITTEN = 300;

function setup(input: Partial<SubsystemInput> = {}): {
  subsystem: Subsystem;
  a: Device;
  b: Device;
  c: Device;
} {
  const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1', '3390-1'], input);
  const [a, b, c] = devices as unknown as readonly [Device, Device, Device];
  for (let at = 0; at < WRITTEN; at += 1) write(subsystem, a, at, at % 251);
  return { subsystem, a, b, c };
}

describe('the background copy', () => {
  it('gives the target an instance of its own of every track, in steps of any size', () => {
    for (const tracks of [1, 7, 1_000]) {
      const { subsystem, a, b } = setup();
      const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
      let remaining = subsystem.relationState(relation).tracksRemaining;
      for (let copied = 0; ; ) {
        const report = subsystem.backgroundStep({ tracks });
        copied += report.copied;
        expect(report.copied).toBeLessThanOrEqual(tracks);
        const state = subsystem.relationState(relation);
        expect(state.tracksCopied).toBe(copied);
        expect(state.tracksRemaining).toBeLessThanOrEqual(remaining);
        remaining = state.tracksRemaining;
        if (report.idle) break;
      }
      expect(subsystem.relationState(relation)).toMatchObject({
        state: 'complete',
        physicallyComplete: true,
        tracksCopied: WRITTEN,
        tracksRemaining: 0,
      });
      expect(subsystem.deviceSpace(b.index)).toMatchObject({ mapped: WRITTEN, shared: 0 });
      expect(subsystem.deviceSpace(a.index)).toMatchObject({ mapped: WRITTEN, shared: 0 });
      expect(violationsOf(subsystem)).toEqual([]);
    }
  });

  it('leaves alone what a write on either side has separated', () => {
    const { subsystem, a, b } = setup();
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    for (let at = 0; at < 10; at += 1) write(subsystem, a, at, 200);
    for (let at = 10; at < 30; at += 1) write(subsystem, b, at, 201);
    expect(subsystem.relationTracks(relation)).toEqual({
      shared: WRITTEN - 30,
      separatedByBackground: 0,
      separatedBySourceWrite: 10,
      separatedByTargetWrite: 20,
      empty: a.trackCount - WRITTEN,
    });
    finish(subsystem);
    expect(subsystem.relationTracks(relation)).toEqual({
      shared: 0,
      separatedByBackground: WRITTEN - 30,
      separatedBySourceWrite: 10,
      separatedByTargetWrite: 20,
      empty: a.trackCount - WRITTEN,
    });
    expect(subsystem.relationState(relation)).toMatchObject({
      tracksCopied: WRITTEN - 30,
      targetWrites: 20,
    });
    expect([0, 9, 10, 29, 30].map((at) => fillOf(subsystem, b, at))).toEqual([0, 9, 201, 201, 30]);
  });

  it('copies what a third device or a retained point still reaches, though the source was written', () => {
    const { subsystem, a, b, c } = setup();
    snap(subsystem, { wholeDevices: [whole(a, c)] });
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    const point = subsystem.retain(b.index, 'before');
    for (let at = 0; at < WRITTEN; at += 1) write(subsystem, a, at, 250);
    finish(subsystem);
    expect(subsystem.relationState(relation).tracksCopied).toBe(WRITTEN);
    // The point does not follow the copy: it holds the instances that were there.
    expect(subsystem.deviceSpace(b.index).shared).toBe(0);
    expect([...subsystem.changedTracks(point, 'current')]).toEqual([{ first: 0, count: WRITTEN }]);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('copies nothing that only a queued tree held', () => {
    const { subsystem, a, b } = setup();
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    subsystem.clearDevice(a.index);
    const first = subsystem.backgroundStep({ tracks: 1 });
    expect(first.copied).toBe(0);
    finish(subsystem);
    expect(subsystem.relationState(relation)).toMatchObject({ state: 'complete', tracksCopied: 0 });
    expect(fillOf(subsystem, b, 7)).toBe(7);
  });

  it('serves the oldest relation first', () => {
    const { subsystem, a, b, c } = setup();
    const older = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    const newer = snap(subsystem, { wholeDevices: [whole(a, c)], background: 'copy' });
    subsystem.backgroundStep({ tracks: 100 });
    expect(subsystem.relationState(older.relation).tracksCopied).toBeGreaterThan(90);
    expect(subsystem.relationState(newer.relation).tracksCopied).toBe(0);
    finish(subsystem);
    expect(subsystem.relationState(newer.relation).physicallyComplete).toBe(true);
  });

  it('completes for good: later sharing of the same tracks changes nothing', () => {
    const { subsystem, a, b } = setup();
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    finish(subsystem);
    snap(subsystem, { wholeDevices: [whole(b, a)] });
    expect(subsystem.relationState(relation)).toMatchObject({
      state: 'complete',
      physicallyComplete: true,
    });
    expect(subsystem.relationTracks(relation).shared).toBe(0);
  });

  it('ends as partial when a track cannot be read, and never copies its damaged bytes', () => {
    const { subsystem, a, b } = setup({ groups: [{ redundancyDrives: 0 }] });
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    subsystem.drives.closeOpen();
    const range = subsystem.drives.locate(a.index, track(5));
    if (range === undefined) throw new Error('track 5 is on no drive');
    value(subsystem.drives.corrupt({ ...range, kind: 'flipped' }));
    finish(subsystem);
    expect(subsystem.relationState(relation)).toMatchObject({
      state: 'partial',
      physicallyComplete: false,
      tracksFailed: 1,
      tracksCopied: WRITTEN - 1,
    });
    expect(codeOf(subsystem.readTrack(b.index, track(5)))).toBe('CHECKSUM_MISMATCH');
    // Damage to a drive is no broken invariant.
    expect(violationsOf(subsystem)).toEqual([]);
  });
});

describe('withdraw', () => {
  it('drops the duty and leaves a full, valid copy', () => {
    const { subsystem, a, b } = setup();
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    subsystem.backgroundStep({ tracks: 100 });
    const left = subsystem.relationState(relation).tracksRemaining;
    expect(value(subsystem.withdraw(relation))).toEqual({ withdrawn: left });
    expect(value(subsystem.withdraw(relation))).toEqual({ withdrawn: 0 });
    expect(subsystem.relationState(relation).state).toBe('withdrawn');
    expect(subsystem.backgroundStep({ tracks: 100 }).idle).toBe(true);
    expect(fillOf(subsystem, b, WRITTEN - 1)).toBe((WRITTEN - 1) % 251);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('of a stretch drops only the tracks of that stretch that still are owed', () => {
    const { subsystem, a, b } = setup();
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    write(subsystem, b, 60, 200);
    const range = { first: track(50), count: 20 };
    expect(value(subsystem.withdraw(relation, range))).toEqual({ withdrawn: 19 });
    finish(subsystem);
    expect(subsystem.relationState(relation)).toMatchObject({
      state: 'withdrawn',
      physicallyComplete: false,
      tracksCopied: WRITTEN - 20,
    });
    expect(subsystem.relationTracks(relation).shared).toBe(19);
  });

  it('of a stretch that is none is refused and drops nothing', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1']);
    const [a, b] = devices as unknown as readonly [Device, Device];
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    const { tracksRemaining } = subsystem.relationState(relation);
    for (const count of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      const answer = subsystem.withdraw(relation, { first: track(3), count });
      expect(codeOf(answer)).toBe('EXTENT_OUT_OF_DEVICE');
    }
    expect(value(subsystem.withdraw(relation, { first: track(3), count: 0 })).withdrawn).toBe(0);
    expect(subsystem.relationState(relation).tracksRemaining).toBe(tracksRemaining);
  });

  it('of an unknown relation is refused', () => {
    const { subsystem } = setup();
    expect(codeOf(subsystem.withdraw(relationId(9)))).toBe('RELATION_UNKNOWN');
    expect(codeOf(subsystem.discard(relationId(9)))).toBe('RELATION_UNKNOWN');
    expect(codeOf(subsystem.forgetRelation(relationId(9)))).toBe('RELATION_UNKNOWN');
  });
});

describe('discard', () => {
  it('makes the target never-written again, in slices', () => {
    const { subsystem, a, b } = setup();
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    finish(subsystem);
    const { liveBytes } = subsystem.capacity();
    value(subsystem.discard(relation));
    expect(subsystem.trackEntry(b.index, track(0))).toEqual({ kind: 'neverWritten' });
    expect(subsystem.relationState(relation).state).toBe('discarded');
    expect(subsystem.capacity().liveBytes).toBe(liveBytes);
    let released = 0;
    for (let report = subsystem.backgroundStep({ tracks: 1 }); ; ) {
      released += report.releasedSlots;
      expect(report.releasedSlots).toBeLessThanOrEqual(64);
      if (report.idle && report.releasedSlots === 0) break;
      report = subsystem.backgroundStep({ tracks: 1 });
    }
    expect(released).toBeGreaterThan(WRITTEN);
    expect(subsystem.capacity().liveBytes).toBe(liveBytes / 2);
    expect(fillOf(subsystem, a, 5)).toBe(5);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('spares what a later copy has put onto the target', () => {
    const { subsystem, a, b, c } = setup();
    write(subsystem, c, 3, 222);
    const older = snap(subsystem, { wholeDevices: [whole(a, b)] });
    const newer = snap(subsystem, { extents: [extent(c, 3, b, 10, 1)] });
    value(subsystem.discard(older.relation));
    expect(fillOf(subsystem, b, 10)).toBe(222);
    expect(fillOf(subsystem, b, 11)).toBe(-1);
    value(subsystem.discard(newer.relation));
    expect(fillOf(subsystem, b, 10)).toBe(-1);
    finish(subsystem);
    expect(violationsOf(subsystem)).toEqual([]);
  });
});

describe('a relation', () => {
  it('is superseded when a later copy takes its whole target', () => {
    const { subsystem, a, b, c } = setup();
    const older = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    snap(subsystem, { wholeDevices: [whole(c, b)], supersede: true });
    expect(subsystem.relationState(older.relation)).toMatchObject({
      state: 'superseded',
      physicallyComplete: false,
      tracksRemaining: 0,
    });
    expect(subsystem.backgroundStep({ tracks: 10 }).idle).toBe(true);
    expect(fillOf(subsystem, b, 0)).toBe(-1);
  });

  it('is forgotten on request, but not while it is pending', () => {
    const { subsystem, a, b } = setup();
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    expect(codeOf(subsystem.forgetRelation(relation))).toBe('RELATION_STILL_PENDING');
    finish(subsystem);
    expect(codeOf(subsystem.forgetRelation(relation))).toBe('done');
    expect(subsystem.relation(relation)).toBeUndefined();
    expect(fillOf(subsystem, b, 7)).toBe(7);
    write(subsystem, b, 7, 9);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('makes room for a new one when the table is full of ended ones, never of pending ones', () => {
    const { subsystem, devices } = smallSubsystem(['2311-1', '2311-1', '2311-1'], {
      jobCountMax: 2,
    });
    const [a, b, c] = devices as unknown as readonly [Device, Device, Device];
    const first = snap(subsystem, { extents: [extent(a, 0, b, 0, 1)] });
    const second = snap(subsystem, { extents: [extent(a, 0, b, 1, 1)], background: 'copy' });
    const third = snap(subsystem, { extents: [extent(a, 0, b, 2, 1)], background: 'copy' });
    expect(subsystem.relation(first.relation)).toBeUndefined();
    expect([...subsystem.relations()].map(({ id }) => id)).toEqual([
      second.relation,
      third.relation,
    ]);
    const asked = { background: 'none' as const, extents: [extent(a, 0, c, 0, 1)] };
    expect(codeOf(subsystem.snapshot(asked))).toBe('BUSY_RETRY');
    finish(subsystem);
    expect(codeOf(subsystem.snapshot(asked))).toBe('done');
  });
});
