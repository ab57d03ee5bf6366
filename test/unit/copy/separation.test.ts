/**
 * Home groups, and separation by redundancy group: what the background copy owes, and what is left
 * when the source's whole group is lost.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { deviceNumber } from '../../../src/base/units.ts';
import { findModel } from '../../../src/geometry/device-model.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import { placeGroup } from '../../../src/media/logical-cylinder.ts';
import type { SubsystemInput } from '../../../src/subsystem/configuration.ts';
import { Subsystem } from '../../../src/subsystem/subsystem.ts';
import {
  codeOf,
  extent,
  fillOf,
  finish,
  snap,
  track,
  value,
  violationsOf,
  whole,
  write,
} from '../../support/small-subsystem.ts';

const WRITTEN = 300;
const GROUP = { dataDrives: 4, redundancyDrives: 2 };

/** A subsystem of several groups with one device for each given home. */
function homes(
  homeGroups: readonly (number | null)[],
  input: Partial<SubsystemInput> = {},
): { readonly subsystem: Subsystem; readonly devices: readonly Device[] } {
  const subsystem = Subsystem.create({
    name: 'HOMES',
    capacityBytes: 134_217_728,
    groups: [GROUP, GROUP],
    spareDrives: 0,
    ...input,
  });
  const model = findModel('3390-1');
  if (model === undefined) throw new Error('no model 3390-1');
  const devices = homeGroups.map((homeGroup, at) =>
    value(
      subsystem.defineDevice({
        number: deviceNumber(0xa80 + at),
        model,
        ...(homeGroup === null ? {} : { homeGroup }),
      }),
    ),
  );
  return { subsystem, devices };
}

/** Device 0 in group 0 with tracks, devices 1 and 2 in group 1. */
function setup(input: Partial<SubsystemInput> = {}) {
  const { subsystem, devices } = homes([0, 1, 1], input);
  const [a, b, c] = devices as unknown as readonly [Device, Device, Device];
  for (let at = 0; at < WRITTEN; at += 1) write(subsystem, a, at, at % 251);
  return { subsystem, a, b, c };
}

/** Groups in which the mapped tracks of a device lie, with how many. */
function groupsOf({ parts }: Subsystem, device: Device): Record<number, number> {
  const counts: Record<number, number> = {};
  for (let at = 0; at < device.trackCount; at += 1) {
    const entry = parts.directory.find(device.index, at);
    if (entry < 4) continue;
    const group = placeGroup(parts.instances.place(entry));
    counts[group] = (counts[group] ?? 0) + 1;
  }
  return counts;
}

/** Fails every drive of a group. */
function loseGroup(subsystem: Subsystem, group: number): void {
  for (let member = 0; member < GROUP.dataDrives + GROUP.redundancyDrives; member += 1) {
    expect(codeOf(subsystem.drives.fail(group, member))).toBe('done');
  }
}

describe('a home group', () => {
  it('holds every track of its device, and a device without one lies where there is most room', () => {
    const { subsystem, devices } = homes([0, 1, null]);
    const [a, b, c] = devices as unknown as readonly [Device, Device, Device];
    expect([a.homeGroup, b.homeGroup, c.homeGroup]).toEqual([0, 1, null]);
    for (let at = 0; at < WRITTEN; at += 1) {
      for (const device of [a, b]) write(subsystem, device, at, 1, 20_000);
    }
    for (let at = 0; at < WRITTEN; at += 1) write(subsystem, a, WRITTEN + at, 1, 20_000);
    for (let at = 0; at < WRITTEN; at += 1) write(subsystem, c, at, 1, 20_000);
    expect(groupsOf(subsystem, a)).toEqual({ 0: 2 * WRITTEN });
    expect(groupsOf(subsystem, b)).toEqual({ 1: WRITTEN });
    // Group 1 was emptier by as many tracks as this device has.
    const { 1: inGroup1 = 0 } = groupsOf(subsystem, c);
    expect(inGroup1).toBeGreaterThan(WRITTEN / 2);
    expect(subsystem.space.device(a.index).outsideHome).toBe(0);
    expect(subsystem.space.device(c.index).outsideHome).toBe(0);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('that is full is full: its tracks go nowhere else', () => {
    const { subsystem, devices } = homes([0, 1, null], {
      capacityBytes: 4_194_304,
      outOfSpace: 'failWrite',
    });
    const [a, b, c] = devices as unknown as readonly [Device, Device, Device];
    let count = 0;
    while (write(subsystem, a, count, 1, 50_000).kind === 'done') count += 1;
    const refused = write(subsystem, a, count, 1, 50_000);
    expect(refused).toMatchObject({ code: 'OUT_OF_SPACE' });
    expect(refused.kind === 'refused' && refused.limit).toContain('of group 0');
    expect(groupsOf(subsystem, a)).toEqual({ 0: count });
    expect(write(subsystem, b, 0, 1, 50_000).kind).toBe('done');
    expect(write(subsystem, c, 0, 1, 50_000).kind).toBe('done');
    expect(groupsOf(subsystem, c)).toEqual({ 1: 1 });
  });

  it('must be there', () => {
    const { subsystem } = homes([]);
    const model = findModel('3390-1');
    if (model === undefined) throw new Error('no model 3390-1');
    for (const homeGroup of [2, -1, 0.5]) {
      const refused = subsystem.defineDevice({ number: deviceNumber(1), model, homeGroup });
      expect(codeOf(refused)).toBe('HOME_GROUP_UNKNOWN');
    }
  });
});

describe('separation by redundancy group', () => {
  it('is refused unless both devices have homes, and different ones', () => {
    const { subsystem, devices } = homes([0, 0, 1, null, null]);
    const [zero, alsoZero, one, none, alsoNone] = devices as unknown as readonly Device[] & {
      readonly length: 5;
    };
    const asked = (source?: Device, target?: Device): string => {
      if (source === undefined || target === undefined) throw new Error('device missing');
      return codeOf(
        subsystem.validateSnapshot({
          wholeDevices: [whole(source, target)],
          background: 'copy',
          separation: 'redundancyGroup',
        }) ?? { kind: 'fine' },
      );
    };
    expect(asked(zero, one)).toBe('fine');
    expect(asked(zero, alsoZero)).toBe('SAME_HOME_GROUP');
    expect(asked(zero, none)).toBe('SAME_HOME_GROUP');
    expect(asked(none, zero)).toBe('SAME_HOME_GROUP');
    expect(asked(none, alsoNone)).toBe('SAME_HOME_GROUP');
  });

  it('gives the target every mapped track in its own group, those that a source write separated included', () => {
    const { subsystem, a, b } = setup();
    const { relation } = snap(subsystem, {
      wholeDevices: [whole(a, b)],
      background: 'copy',
      separation: 'redundancyGroup',
    });
    expect(groupsOf(subsystem, b)).toEqual({ 0: WRITTEN });
    expect(subsystem.space.device(b.index).outsideHome).toBe(WRITTEN);
    for (let at = 0; at < 20; at += 1) write(subsystem, a, at, 200);
    for (let at = 20; at < 50; at += 1) write(subsystem, b, at, 201);
    finish(subsystem);
    expect(subsystem.relationState(relation)).toMatchObject({
      state: 'complete',
      physicallyComplete: true,
      tracksCopied: WRITTEN - 30,
      targetWrites: 30,
    });
    expect(groupsOf(subsystem, b)).toEqual({ 1: WRITTEN });
    expect(groupsOf(subsystem, a)).toEqual({ 0: WRITTEN });
    expect(subsystem.relationTracks(relation)).toMatchObject({
      shared: 0,
      separatedByBackground: WRITTEN - 30,
      separatedBySourceWrite: 0,
      separatedByTargetWrite: 30,
    });
    expect([0, 19, 20, 49, 50].map((at) => fillOf(subsystem, b, at))).toEqual([
      0, 19, 201, 201, 50,
    ]);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('leaves tracks that lie in the target group, though they are shared', () => {
    const { subsystem, a, b, c } = setup();
    const to = (source: Device, target: Device) =>
      snap(subsystem, {
        wholeDevices: [whole(source, target)],
        background: 'copy',
        separation: 'redundancyGroup',
      });
    to(a, b);
    finish(subsystem);
    // Going back shares what lies in group 1 with the device whose home is group 0.
    snap(subsystem, { wholeDevices: [whole(b, a)] });
    write(subsystem, a, 5, 99);
    const again = to(a, c);
    finish(subsystem);
    expect(subsystem.relationState(again.relation)).toMatchObject({
      state: 'complete',
      physicallyComplete: true,
      tracksCopied: 1,
    });
    expect(subsystem.relationTracks(again.relation)).toMatchObject({
      shared: WRITTEN - 1,
      separatedByBackground: 1,
    });
    expect(groupsOf(subsystem, c)).toEqual({ 1: WRITTEN });
    subsystem.drives.closeOpen();
    loseGroup(subsystem, 0);
    expect(fillOf(subsystem, c, 5)).toBe(99);
    expect(fillOf(subsystem, c, 6)).toBe(6);
    expect(codeOf(subsystem.readTrack(a.index, track(5)))).toBe('TRACK_LOST');
    expect(fillOf(subsystem, a, 6)).toBe(6);
  });

  it('keeps the target whole when the whole group of the source is lost', () => {
    const { subsystem, a, b } = setup();
    const { relation } = snap(subsystem, {
      wholeDevices: [whole(a, b)],
      background: 'copy',
      separation: 'redundancyGroup',
    });
    for (let at = 0; at < 40; at += 1) write(subsystem, a, at, 200);
    finish(subsystem);
    expect(subsystem.relationState(relation).physicallyComplete).toBe(true);
    subsystem.drives.closeOpen();
    loseGroup(subsystem, 0);
    for (let at = 0; at < WRITTEN; at += 1) expect(fillOf(subsystem, b, at)).toBe(at % 251);
    for (let at = 0; at < WRITTEN; at += 1) {
      expect(codeOf(subsystem.readTrack(a.index, track(at)))).toBe('TRACK_LOST');
    }
    const lost = subsystem.drives.lostTracks();
    expect(lost.length).toBe(WRITTEN);
    const owners = lost.flatMap((one) => one.owners.map(({ device }) => device));
    expect(new Set(owners)).toEqual(new Set([a.number]));
    expect(subsystem.space.groups().map(({ redundancy }) => redundancy)).toEqual([
      'beyond',
      'full',
    ]);
    // The state is sticky, and the target takes writes while its own group stands.
    expect(subsystem.relationState(relation).state).toBe('complete');
    expect(write(subsystem, b, 3, 77).kind).toBe('done');
    expect(fillOf(subsystem, b, 3)).toBe(77);
  });

  it('without its background copy leaves the target in the group of the source', () => {
    const { subsystem, a, b } = setup();
    const { relation } = snap(subsystem, {
      wholeDevices: [whole(a, b)],
      background: 'copy',
      separation: 'redundancyGroup',
    });
    subsystem.backgroundStep({ tracks: 100 });
    const { tracksCopied } = subsystem.relationState(relation);
    value(subsystem.withdraw(relation));
    expect(subsystem.relationState(relation)).toMatchObject({
      state: 'withdrawn',
      physicallyComplete: false,
    });
    expect(tracksCopied).toBeGreaterThan(50);
    expect(groupsOf(subsystem, b)).toEqual({ 0: WRITTEN - tracksCopied, 1: tracksCopied });
    for (let at = 0; at < WRITTEN; at += 1) expect(fillOf(subsystem, b, at)).toBe(at % 251);
  });

  it('is owed for extents at other tracks of the target, too', () => {
    const { subsystem, a, b } = setup();
    const { relation } = snap(subsystem, {
      extents: [extent(a, 10, b, 400, 100)],
      background: 'copy',
      separation: 'redundancyGroup',
    });
    finish(subsystem);
    expect(subsystem.relationState(relation).tracksCopied).toBe(100);
    expect(groupsOf(subsystem, b)).toEqual({ 1: 100 });
    expect(fillOf(subsystem, b, 450)).toBe(60);
  });

  it('ends as partial when a track is lost before it was copied', () => {
    const { subsystem, a, b } = setup();
    const { relation } = snap(subsystem, {
      wholeDevices: [whole(a, b)],
      background: 'copy',
      separation: 'redundancyGroup',
    });
    subsystem.backgroundStep({ tracks: 100 });
    const { tracksCopied } = subsystem.relationState(relation);
    subsystem.drives.closeOpen();
    loseGroup(subsystem, 0);
    finish(subsystem);
    expect(subsystem.relationState(relation)).toMatchObject({
      state: 'partial',
      physicallyComplete: false,
      tracksCopied,
      tracksFailed: WRITTEN - tracksCopied,
    });
    expect(fillOf(subsystem, b, 0)).toBe(0);
    expect(codeOf(subsystem.readTrack(b.index, track(WRITTEN - 1)))).toBe('TRACK_LOST');
  });
});

describe('headroom', () => {
  const SMALL = { capacityBytes: 8_388_608, outOfSpace: 'block' } as const;

  it('is left to hosts: the copy waits below the end, says so, and goes on later', () => {
    const { subsystem, devices } = homes([0, 1, 1], SMALL);
    const [a, b, c] = devices as unknown as readonly [Device, Device, Device];
    let filled = 0;
    while (write(subsystem, c, filled, 1, 50_000).kind === 'done') filled += 1;
    for (let at = 0; at < 40; at += 1) write(subsystem, a, at, at, 50_000);
    for (let at = 0; at < 30; at += 1) subsystem.loadNullTrack(c.index, track(at), 1);
    const { relation } = snap(subsystem, {
      wholeDevices: [whole(a, b)],
      background: 'copy',
      separation: 'redundancyGroup',
    });
    finish(subsystem);
    const { tracksCopied } = subsystem.relationState(relation);
    expect(tracksCopied).toBeGreaterThan(10);
    expect(tracksCopied).toBeLessThan(30);
    expect(subsystem.relationState(relation)).toMatchObject({
      state: 'copying',
      waitsForSpace: true,
    });
    // What is left is for hosts.
    expect(write(subsystem, c, filled, 2, 50_000).kind).toBe('done');
    for (let at = 30; at < filled; at += 1) subsystem.loadNullTrack(c.index, track(at), 1);
    finish(subsystem);
    expect(subsystem.relationState(relation)).toMatchObject({
      state: 'complete',
      waitsForSpace: false,
      tracksCopied: 40,
    });
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('in one group does not hold up copies into another', () => {
    const { subsystem, devices } = homes([0, 1, 0, 1], SMALL);
    const [a, b, c, d] = devices as unknown as readonly [Device, Device, Device, Device];
    let filled = 0;
    while (write(subsystem, d, filled, 1, 50_000).kind === 'done') filled += 1;
    for (let at = 0; at < 10; at += 1) write(subsystem, a, at, at, 50_000);
    const waits = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    const goes = snap(subsystem, { wholeDevices: [whole(a, c)], background: 'copy' });
    finish(subsystem);
    expect(subsystem.relationState(waits.relation)).toMatchObject({
      state: 'copying',
      waitsForSpace: true,
      tracksCopied: 0,
    });
    expect(subsystem.relationState(goes.relation)).toMatchObject({
      state: 'complete',
      waitsForSpace: false,
      tracksCopied: 10,
    });
  });
});

describe('giving copies up for their space', () => {
  it('gives up only what lies in the group that needs it', () => {
    const { subsystem, devices } = homes([0, 0, 1, 1], {
      capacityBytes: 8_388_608,
      outOfSpace: 'dropBackground',
    });
    const [a, near, far, other] = devices as unknown as readonly [Device, Device, Device, Device];
    const { model } = a;
    const filler = value(
      subsystem.defineDevice({
        number: deviceNumber(0xaff),
        model,
        homeGroup: 0,
        outOfSpace: 'failWrite',
      }),
    );
    for (let at = 0; at < 20; at += 1) write(subsystem, a, at, at, 50_000);
    const inGroup0 = snap(subsystem, { wholeDevices: [whole(a, near)], background: 'copy' });
    const state0 = () => subsystem.relationState(inGroup0.relation);
    while (state0().tracksCopied < 5) subsystem.backgroundStep({ tracks: 4 });
    for (let at = 0; write(subsystem, filler, at, 1, 50_000).kind === 'done'; at += 1);
    // The first copy waits from now on, the second gets half-way.
    const inGroup1 = snap(subsystem, { wholeDevices: [whole(a, far)], background: 'copy' });
    const state1 = () => subsystem.relationState(inGroup1.relation);
    while (state1().tracksCopied < 10) subsystem.backgroundStep({ tracks: 4 });
    const copied = state0().tracksCopied;
    expect(state0()).toMatchObject({ state: 'copying', waitsForSpace: true });
    for (let at = 0; write(subsystem, other, at, 1, 50_000).kind === 'done'; at += 1);
    expect(state1()).toMatchObject({ state: 'withdrawn', tracksCopied: 0 });
    expect(state0()).toMatchObject({ state: 'copying', tracksCopied: copied });
    for (const device of [near, far]) {
      for (let at = 0; at < 20; at += 1) expect(fillOf(subsystem, device, at)).toBe(at);
    }
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('keeps signatures whose original is lost', () => {
    const { subsystem, devices } = homes([0, 1, 1], {
      capacityBytes: 8_388_608,
      content: 'signature',
      outOfSpace: 'dropBackground',
    });
    const [a, b, other] = devices as unknown as readonly [Device, Device, Device];
    const put = (device: Device, at: number) =>
      subsystem.writeSignature(device.index, track(at), at, 1, 50_000);
    for (let at = 0; at < 20; at += 1) put(a, at);
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    while (subsystem.relationState(relation).tracksCopied < 10) {
      subsystem.backgroundStep({ tracks: 4 });
    }
    const { tracksCopied } = subsystem.relationState(relation);
    subsystem.drives.closeOpen();
    loseGroup(subsystem, 0);
    for (let at = 0; put(other, at) > 0; at += 1);
    expect(subsystem.relationState(relation).tracksCopied).toBe(tracksCopied);
    expect(subsystem.drives.lostTracks().length).toBe(20);
    expect(subsystem.space.device(b.index).outsideHome).toBe(20 - tracksCopied);
  });

  it('keeps a copy whose original is lost', () => {
    const { subsystem, devices } = homes([0, 1, 1], {
      capacityBytes: 8_388_608,
      outOfSpace: 'dropBackground',
    });
    const [a, b, other] = devices as unknown as readonly [Device, Device, Device];
    for (let at = 0; at < 20; at += 1) write(subsystem, a, at, at, 50_000);
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    while (subsystem.relationState(relation).tracksCopied < 10) {
      subsystem.backgroundStep({ tracks: 4 });
    }
    const { tracksCopied } = subsystem.relationState(relation);
    subsystem.drives.closeOpen();
    loseGroup(subsystem, 0);
    for (let at = 0; write(subsystem, other, at, 1, 50_000).kind === 'done'; at += 1);
    expect(subsystem.relationState(relation).tracksCopied).toBe(tracksCopied);
    for (let at = 0; at < tracksCopied; at += 1) expect(fillOf(subsystem, b, at)).toBe(at);
  });
});
