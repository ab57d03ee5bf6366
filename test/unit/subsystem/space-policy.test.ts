/**
 * Running out of space: the release queue first, then the policy, and what still works when full.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import type { Device, OutOfSpacePolicy } from '../../../src/mapping/device-table.ts';
import type { Subsystem } from '../../../src/subsystem/subsystem.ts';
import {
  codeOf,
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

const DATA_BYTES = 56_000;
const CAPACITY = { capacityBytes: 2_097_152 };

/** Writes full tracks until one does not fit. @returns Tracks written. */
function fill(subsystem: Subsystem, device: Device): number {
  for (let at = 0; ; at += 1) {
    if (write(subsystem, device, at, 1, DATA_BYTES).kind !== 'done') return at;
  }
}

function setup(outOfSpace: OutOfSpacePolicy) {
  const events: string[] = [];
  const trace = {
    emit: (event: string, data: Readonly<Record<string, unknown>>) =>
      events.push(`${event} ${JSON.stringify(data['to'] ?? data['policy'] ?? data['tracks'])}`),
  };
  const small = smallSubsystem(
    ['3390-1', '3390-1', '3390-1'],
    { ...CAPACITY, outOfSpace },
    { trace },
  );
  const [a, b, c] = small.devices as unknown as readonly [Device, Device, Device];
  return { subsystem: small.subsystem, a, b, c, events };
}

describe('a subsystem without space', () => {
  it('lets the writer wait under the policy block, until there is space', () => {
    const { subsystem, a, b } = setup('block');
    const count = fill(subsystem, a);
    expect(count).toBeGreaterThan(30);
    expect(write(subsystem, b, 0, 5, DATA_BYTES)).toMatchObject({ kind: 'waiting', for: 'space' });
    expect(subsystem.trackEntry(b.index, track(0))).toEqual({ kind: 'neverWritten' });
    subsystem.clearDevice(a.index);
    // The cleared tree still waits to be released; the write does not wait for that.
    expect(write(subsystem, b, 0, 5, DATA_BYTES).kind).toBe('done');
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('refuses under the policy failWrite', () => {
    const { subsystem, a, b } = setup('failWrite');
    fill(subsystem, a);
    const last = subsystem.commits.last();
    expect(codeOf(write(subsystem, b, 0, 5, DATA_BYTES))).toBe('OUT_OF_SPACE');
    expect(subsystem.commits.last()).toBe(last);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('gives background copies up under the policy dropBackground, and takes their space back', () => {
    const { subsystem, a, b, c, events } = setup('dropBackground');
    const count = fill(subsystem, c);
    // Two thirds of the space for the source: its background copy gets half-way.
    const sources = Math.floor((count * 2) / 3);
    subsystem.clearDevice(c.index);
    for (let at = 0; at < sources; at += 1) write(subsystem, a, at, 1, DATA_BYTES);
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    finish(subsystem);
    const { state, tracksCopied } = subsystem.relationState(relation);
    expect(state).toBe('copying');
    expect(tracksCopied).toBeGreaterThan(2);
    // One copied track is the host's by now, and one source track has changed: both keep their space.
    write(subsystem, b, 0, 7, 100);
    subsystem.loadNullTrack(a.index, track(1), 1);
    // The copy has left hosts some space; from there on it is given up.
    let free = 0;
    for (; subsystem.relationState(relation).state === 'copying'; free += 1) {
      expect(write(subsystem, c, free, 5, DATA_BYTES).kind).toBe('done');
    }
    expect(free).toBeGreaterThan(1);
    expect(subsystem.relationState(relation).state).toBe('withdrawn');
    expect(events).toContain(`backgroundDropped ${tracksCopied - 2}`);
    expect(fillOf(subsystem, b, 0)).toBe(7);
    for (let at = 1; at < sources; at += 1) expect(fillOf(subsystem, b, at)).toBe(1);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('refuses under the policy dropBackground when no copy has taken space, and changes nothing', () => {
    const { subsystem, a, b, events } = setup('dropBackground');
    const count = fill(subsystem, a);
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    expect(subsystem.backgroundStep({ tracks: 10 })).toMatchObject({
      copied: 0,
      waitsForSpace: true,
      idle: false,
    });
    const last = subsystem.commits.last();
    expect(codeOf(write(subsystem, a, 0, 5, DATA_BYTES))).toBe('OUT_OF_SPACE');
    expect(subsystem.commits.last()).toBe(last);
    expect(subsystem.relationState(relation).state).toBe('copying');
    expect(events).toContain('outOfSpace "dropBackground"');
    expect(fillOf(subsystem, b, count - 1)).toBe(1);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('still makes snapshots, and overwrites nothing that a snapshot holds', () => {
    const { subsystem, a, b, c } = setup('failWrite');
    fill(subsystem, a);
    snap(subsystem, { wholeDevices: [whole(a, b), whole(a, c)] });
    expect(codeOf(write(subsystem, a, 0, 5, DATA_BYTES))).toBe('OUT_OF_SPACE');
    expect([a, b, c].map((device) => fillOf(subsystem, device, 0))).toEqual([1, 1, 1]);
    // Null tracks take no space, and what they replace is free.
    expect(subsystem.loadNullTrack(a.index, track(0), 1).kind).toBe('done');
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('keeps the reserve for metadata', () => {
    const { subsystem, a, b } = setup('failWrite');
    fill(subsystem, a);
    expect(codeOf(write(subsystem, b, 0, 5, DATA_BYTES))).toBe('OUT_OF_SPACE');
    expect(write(subsystem, b, 0, 5, DATA_BYTES, { reserve: true }).kind).toBe('done');
    expect(codeOf(write(subsystem, b, 1, 5, DATA_BYTES))).toBe('OUT_OF_SPACE');
  });

  it('goes on with the background copy when there is space again', () => {
    const { subsystem, a, b, c } = setup('block');
    const count = fill(subsystem, c);
    for (let at = 0; at < count - 2; at += 1) subsystem.loadNullTrack(c.index, track(at), 1);
    for (let at = 0; at < count - 2; at += 1) write(subsystem, a, at, 3, DATA_BYTES);
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    finish(subsystem);
    expect(subsystem.relationState(relation).state).toBe('copying');
    subsystem.clearDevice(c.index);
    finish(subsystem);
    expect(subsystem.relationState(relation).state).toBe('copying');
    for (let at = 0; at < count - 2; at += 2) subsystem.loadNullTrack(a.index, track(at), 1);
    finish(subsystem);
    expect(subsystem.relationState(relation).tracksCopied).toBeGreaterThan(0);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('gives signatures no space, either', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1'], {
      ...CAPACITY,
      content: 'signature',
    });
    const { index } = devices[0] as Device;
    let count = 0;
    while (subsystem.writeSignature(index, track(count), count, 0) > 0) count += 1;
    expect(count).toBeGreaterThan(30);
    expect(subsystem.readSignature(index, track(count))).toBe(false);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('tells each threshold', () => {
    const { subsystem, a, events } = setup('failWrite');
    fill(subsystem, a);
    write(subsystem, a, 0, 1, DATA_BYTES, { reserve: true });
    expect(events.filter((event) => event.startsWith('netCapacityLoad'))).toEqual([
      'netCapacityLoad "warn"',
      'netCapacityLoad "alert"',
    ]);
    expect(subsystem.capacity()).toMatchObject({ threshold: 'alert', capacityBytes: 2_097_152 });
    subsystem.clearDevice(a.index);
    while (subsystem.backgroundStep({ tracks: 10 }).releasedSlots > 0);
    expect(subsystem.capacity()).toMatchObject({ threshold: 'normal', liveBytes: 0 });
    expect(events.at(-1)).toBe('netCapacityLoad "normal"');
  });
});

describe('capacity', () => {
  it('adds up', () => {
    const { subsystem, a } = setup('block');
    for (let at = 0; at < 20; at += 1) write(subsystem, a, at % 7, at, 1_000 * at + 1);
    const { physicalBytes, liveBytes, deadBytes, unwrittenBytes } = subsystem.capacity();
    expect(liveBytes + deadBytes + unwrittenBytes).toBe(physicalBytes);
    expect(value(subsystem.readTrack(a.index, track(6))).length).toBe(37 + 13_001);
  });
});
