/**
 * Running out of space: the release queue first, then the policy, and what still works when full.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../src/base/random.ts';
import { commitSequence } from '../../../src/base/units.ts';
import type { Device, OutOfSpacePolicy } from '../../../src/mapping/device-table.ts';
import { ANY_GROUP } from '../../../src/media/placement.ts';
import type { RedundancyGroup } from '../../../src/media/redundancy-group.ts';
import type { SubsystemInput, SubsystemPorts } from '../../../src/subsystem/configuration.ts';
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

function setup(
  outOfSpace: OutOfSpacePolicy,
  input: Partial<SubsystemInput> = {},
  ports: Partial<SubsystemPorts> = {},
) {
  const events: string[] = [];
  const trace = {
    emit: (event: string, data: Readonly<Record<string, unknown>>) =>
      events.push(`${event} ${JSON.stringify(data['to'] ?? data['policy'] ?? data['tracks'])}`),
  };
  const small = smallSubsystem(
    ['3390-1', '3390-1', '3390-1'],
    { ...CAPACITY, outOfSpace, ...input },
    { trace, ...ports },
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

describe('before a policy decides', () => {
  const POLICIES = ['block', 'failWrite', 'dropBackground'] as const;

  it.each(POLICIES)('free space is collected (%s)', (outOfSpace) => {
    const { subsystem, a, b } = setup(outOfSpace, {
      capacityBytes: 8_388_608,
      groups: [{ dataDrives: 3, cylinderSectors: 512 }],
    });
    const count = fill(subsystem, a);
    // Tracks go and come back here and there: soon there is room in every cylinder, and none is free.
    const random = new SeededRandom(7, 'overwriting');
    const shown = Array.from({ length: count }, () => 1);
    for (let round = 2; round < 800; round += 1) {
      const at = random.below(count);
      subsystem.loadNullTrack(a.index, track(at), 1);
      expect(write(subsystem, a, at, round % 251, DATA_BYTES).kind).toBe('done');
      shown[at] = round % 251;
    }
    expect(subsystem.parts.collection.collectedCount).toBeGreaterThan(3);
    expect(write(subsystem, b, 0, 1, DATA_BYTES).kind).not.toBe('done');
    expect(shown.map((_, at) => fillOf(subsystem, a, at))).toEqual(shown);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it.each(POLICIES)('full nonvolatile storage is a wait that destage ends (%s)', (outOfSpace) => {
    const { subsystem, a, events } = setup(outOfSpace, {
      capacityBytes: 67_108_864,
      nvs: { destage: 'scheduled' },
    });
    let count = 0;
    while (write(subsystem, a, count, 1, DATA_BYTES).kind === 'done') count += 1;
    const last = subsystem.commits.last();
    const waits = write(subsystem, a, count, 1, DATA_BYTES);
    expect(waits).toMatchObject({ kind: 'waiting', for: 'nvs' });
    expect(subsystem.commits.last()).toBe(last);
    expect(events.some((event) => event.startsWith('outOfSpace'))).toBe(false);
    expect(subsystem.backgroundStep({ tracks: 1 })).toMatchObject({ destaged: 1 });
    expect(write(subsystem, a, count, 1, DATA_BYTES).kind).toBe('done');
    finish(subsystem);
    expect(subsystem.space.groups()[0]?.nvsCylinders).toBeLessThan(3);
    expect(fillOf(subsystem, a, count - 1)).toBe(1);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('tells writers of signatures what they lack', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1'], {
      capacityBytes: 67_108_864,
      content: 'signature',
      outOfSpace: 'failWrite',
      nvs: { destage: 'scheduled' },
    });
    const { index } = devices[0] as Device;
    let count = 0;
    while (subsystem.writeSignature(index, track(count), count, 0) > 0) count += 1;
    const lack = () => subsystem.shortageAnswer(index);
    expect(lack()).toMatchObject({ kind: 'waiting', for: 'nvs' });
    for (;;) {
      if (subsystem.writeSignature(index, track(count), count, 0) > 0) count += 1;
      else if (lack().kind === 'waiting') subsystem.backgroundStep({ tracks: 100 });
      else break;
    }
    expect(codeOf(lack())).toBe('OUT_OF_SPACE');
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it.each(POLICIES)('cylinders that only the journal keeps are a wait (%s)', (outOfSpace) => {
    let durable = Number.MAX_SAFE_INTEGER;
    const journal = {
      keep: () => undefined,
      append: () => undefined,
      durable: () => commitSequence(durable),
    };
    const { subsystem, a, b } = setup(
      outOfSpace,
      { capacityBytes: 8_388_608, groups: [{ dataDrives: 3, cylinderSectors: 512 }] },
      { journal },
    );
    const count = fill(subsystem, a);
    durable = subsystem.commits.last();
    subsystem.clearDevice(a.index);
    // What is free already is taken; what the clearing has freed has to wait.
    let free = 0;
    while (write(subsystem, b, free, 2, DATA_BYTES).kind === 'done') free += 1;
    expect(free).toBeLessThan(count);
    expect(write(subsystem, b, free, 2, DATA_BYTES)).toMatchObject({
      kind: 'waiting',
      for: 'flush',
    });
    expect(subsystem.space.groups()[0]?.quarantinedCylinders).toBeGreaterThan(3);
    durable = subsystem.commits.last();
    for (; free < count; free += 1) {
      expect(write(subsystem, b, free, 2, DATA_BYTES).kind).toBe('done');
      durable = subsystem.commits.last();
    }
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it.each(POLICIES)('a track that is too much does not wait for the journal (%s)', (outOfSpace) => {
    let durable = Number.MAX_SAFE_INTEGER;
    const journal = {
      keep: () => undefined,
      append: () => undefined,
      durable: () => commitSequence(durable),
    };
    const { subsystem, a, b } = setup(
      outOfSpace,
      { capacityBytes: 8_388_608, groups: [{ dataDrives: 3, cylinderSectors: 512 }] },
      { journal },
    );
    fill(subsystem, a);
    durable = subsystem.commits.last();
    // A whole cylinder dies, and as much is written elsewhere: no space is left, with it or without.
    for (let at = 0; at < 24; at += 1) subsystem.loadNullTrack(a.index, track(at), 1);
    expect(subsystem.space.groups()[0]?.quarantinedCylinders).toBeGreaterThan(0);
    expect(fill(subsystem, b)).toBe(24);
    const last = write(subsystem, b, 24, 1, DATA_BYTES);
    if (outOfSpace === 'block') expect(last).toMatchObject({ kind: 'waiting', for: 'space' });
    else expect(codeOf(last)).toBe('OUT_OF_SPACE');
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('collection goes on after every flush until the track fits', () => {
    let durable = 0;
    const journal = {
      keep: () => undefined,
      append: () => undefined,
      durable: () => commitSequence(durable),
    };
    const { subsystem, devices } = smallSubsystem(
      ['3390-1'],
      {
        content: 'signature',
        capacityBytes: 6_291_456,
        outOfSpace: 'failWrite',
        groups: [{ dataDrives: 2, cylinderSectors: 256 }],
        collection: { victim: 'invalidationAge' },
      },
      { journal },
    );
    const { index } = devices[0] as Device;
    // One track of 128 sectors fits a member, and half of it stays empty.
    const long = 65_400;
    let tracks = 0;
    while (subsystem.writeSignature(index, track(tracks), 1, 0, long) > 0) tracks += 1;
    const random = new SeededRandom(4, 'flush');
    let flushes = 0;
    for (let round = 0; round < 1_000; round += 1) {
      const at = track(random.below(tracks));
      if (round % 40 === 0) {
        for (let gone = 0; gone < 8; gone += 1) {
          subsystem.loadNullTrack(index, track(random.below(tracks)), 1);
        }
      }
      subsystem.loadNullTrack(index, at, 1);
      for (let tries = 0; subsystem.writeSignature(index, at, round, 0, long) === 0; tries += 1) {
        expect(subsystem.shortageAnswer(index, long)).toMatchObject({ for: 'flush' });
        expect(tries).toBeLessThan(50);
        durable = subsystem.commits.last();
        flushes += 1;
      }
    }
    expect(flushes).toBeGreaterThan(10);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('collection turns to the group that can hold the track, not to the one with most to collect', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1'], {
      content: 'signature',
      capacityBytes: 8_388_608,
      outOfSpace: 'failWrite',
      groups: [
        { dataDrives: 4, cylinderSectors: 256, reserveCylinders: 60 },
        { dataDrives: 4, cylinderSectors: 256 },
      ],
    });
    const [a, b] = devices as unknown as readonly [Device, Device];
    const { groups } = subsystem.parts.backEnd;
    const [roomy, tight] = groups as unknown as readonly [RedundancyGroup, RedundancyGroup];
    let count = 0;
    while (subsystem.writeSignature(a.index, track(count), 1, 0, DATA_BYTES) > 0) count += 1;
    // Hosts overwrite here and there until both groups are full of dead sectors.
    const random = new SeededRandom(3, 'two groups');
    for (let round = 0; round < 3_000; round += 1) {
      const at = track(random.below(count));
      subsystem.loadNullTrack(a.index, at, 1);
      const device = round % 2 === 0 ? a : b;
      subsystem.loadNullTrack(b.index, at, 1);
      expect(subsystem.writeSignature(device.index, at, 1, 0, DATA_BYTES)).toBeGreaterThan(0);
    }
    expect(roomy.deadSectors).toBeGreaterThan(tight.deadSectors);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('what a copy that is given up has held waits for the journal, too', () => {
    let durable = Number.MAX_SAFE_INTEGER;
    const journal = {
      keep: () => undefined,
      append: () => undefined,
      durable: () => commitSequence(durable),
    };
    const { subsystem, a, b } = setup('dropBackground', { capacityBytes: 8_388_608 }, { journal });
    for (let at = 0; at < 40; at += 1) write(subsystem, a, at, 1, DATA_BYTES);
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    subsystem.backgroundStep({ tracks: 1_000 });
    subsystem.drives.closeOpen();
    durable = subsystem.commits.last();
    expect(subsystem.parts.background.giveBack(relation, ANY_GROUP)).toBe(40);
    expect(subsystem.commits.last()).toBeGreaterThan(durable);
    expect(subsystem.space.groups()[0]?.quarantinedCylinders).toBeGreaterThan(0);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('a group that has lost too many drives takes nothing, and no copy is given up for it', () => {
    const { subsystem, a, b, c } = setup('dropBackground', {
      capacityBytes: 67_108_864,
      groups: [{ dataDrives: 4, redundancyDrives: 1 }],
      spareDrives: 0,
    });
    for (let at = 0; at < 60; at += 1) write(subsystem, a, at, 1, DATA_BYTES);
    const { relation } = snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    subsystem.backgroundStep({ tracks: 30 });
    const { tracksCopied } = subsystem.relationState(relation);
    expect(tracksCopied).toBeGreaterThan(5);
    subsystem.drives.closeOpen();
    for (const member of [0, 1]) value(subsystem.drives.fail(0, member));
    const refused = write(subsystem, c, 0, 1, DATA_BYTES);
    expect(refused).toMatchObject({ code: 'OUT_OF_SPACE', fix: 'replace or return drives' });
    expect(subsystem.relationState(relation)).toMatchObject({ state: 'copying', tracksCopied });
    value(subsystem.drives.return(0, 0));
    expect(write(subsystem, c, 0, 1, DATA_BYTES).kind).toBe('done');
    finish(subsystem);
    expect(subsystem.relationState(relation).state).toBe('complete');
    expect(violationsOf(subsystem)).toEqual([]);
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
