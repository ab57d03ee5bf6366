import { describe, expect, it } from 'vitest';
import type { CopyHook } from '../../../../sim/device/copy-hook.ts';
import {
  REQUEST_DEGRADED,
  REQUEST_FAILED,
  REQUEST_HELD,
  REQUEST_HIT,
  REQUEST_MISSED_RECONNECTION,
  REQUEST_WAITED_FOR_NVS,
} from '../../../../sim/device/request-table.ts';
import { trackIndex } from '../../../../src/index.ts';
import { TimedRig } from '../../../support/timed-rig.ts';

/** Commands 0.1 ms, program 0.05 ms, 10,000 bytes at 10 MB/s. */
const CONNECT = 1_150_000;
const DRIVE = 10_000_000;
const FULL_TRACK = 56_664;

describe('a read', () => {
  it('that misses disconnects for its drive, and then hits', () => {
    const rig = new TimedRig();
    const miss = rig.one(0, 5);
    expect(miss).toMatchObject({ iosq: 0, pend: 0, disconnect: DRIVE, connect: CONNECT, flags: 0 });
    const hit = rig.one(0, 5);
    expect(hit).toMatchObject({ response: CONNECT, connect: CONNECT, flags: REQUEST_HIT });
    expect(rig.timed.bank.readBytes[0]).toBe(111 * 512);
  });

  it('of a track without content needs nothing but the directory', () => {
    const rig = new TimedRig();
    expect(rig.one(0, 40_000)).toMatchObject({ response: CONNECT, flags: REQUEST_HIT });
    expect(rig.timed.bank.readBytes[0]).toBe(0);
  });

  it('of a track that is on its way waits for the same stage', () => {
    const rig = new TimedRig({ controller: { deviceConcurrency: 2 }, channels: { paths: 2 } });
    rig.submit(0, 5);
    rig.submit(0, 5);
    expect(rig.run().map(({ disconnect }) => disconnect)).toEqual([DRIVE, DRIVE]);
    expect(rig.timed.bank.stations.reduce((sum, { busyNanos }) => sum + busyNanos, 0)).toBe(DRIVE);
  });

  it('waits for its device in the host, for a path in the subsystem', () => {
    const rig = new TimedRig();
    rig.submit(0, 40_000);
    rig.submit(0, 40_001);
    rig.submit(0, 40_002, 10_000, 1);
    const [first, other, second] = rig.run();
    expect(first).toMatchObject({ iosq: 0, pend: 0, connect: CONNECT });
    expect(other).toMatchObject({ tag: 40_002, iosq: 0, pend: CONNECT, connect: CONNECT });
    expect(second).toMatchObject({ tag: 40_001, iosq: CONNECT, pend: CONNECT, connect: CONNECT });
  });

  it('that goes on where another ended finds the next tracks read ahead', () => {
    const rig = new TimedRig({ cache: { readAheadTracks: 8 } });
    for (let track = 0; track < 20; track += 1) rig.one(0, track);
    const hits = rig.completed.filter(({ flags }) => flags === REQUEST_HIT);
    expect(hits.length).toBeGreaterThanOrEqual(18);
    expect(rig.timed.staging.readAheadCount).toBeGreaterThanOrEqual(20);
    // Random readers cause none.
    const random = new TimedRig({ cache: { readAheadTracks: 8 } });
    for (let at = 0; at < 20; at += 1) random.one(0, (at * 37) % 200);
    expect(random.timed.staging.readAheadCount).toBe(0);
  });

  it('follows several readers of a device at once', () => {
    const rig = new TimedRig({ cache: { readAheadTracks: 4 } });
    for (let at = 0; at < 10; at += 1) {
      rig.one(0, at);
      rig.one(0, 100 + at);
    }
    const hits = rig.completed.filter(({ flags }) => flags === REQUEST_HIT);
    expect(hits.length).toBeGreaterThanOrEqual(16);
  });

  it('of a failed drive reads as many others as hold data, and the model heals the track', () => {
    const rig = new TimedRig({}, { subsystem: { spareDrives: 0 } });
    const { places, drives } = rig.subsystem;
    const [device] = rig.devices;
    expect(places.find(device as number, 5)).toBe('drive');
    const { group, member } = places;
    drives.fail(group, member);
    expect(places.find(device as number, 5)).toBe('degraded');
    const read = rig.one(0, 5);
    expect(read).toMatchObject({ disconnect: DRIVE, flags: REQUEST_DEGRADED });
    const served = rig.timed.bank.stations.map((station) => station.account().completions);
    expect(served.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(served[member]).toBe(0);
    expect(places.find(device as number, 5)).toBe('nvs');
  });

  it('of a track that is lost fails without waiting for a drive', () => {
    const rig = new TimedRig({}, { subsystem: { spareDrives: 0 } });
    const { places, drives } = rig.subsystem;
    places.find(rig.devices[0] as number, 5);
    const lost = [places.member, ...[0, 1, 2, 3, 4].filter((at) => at !== places.member)];
    for (const member of lost.slice(0, 3)) drives.fail(0, member);
    expect(rig.one(0, 5)).toMatchObject({ disconnect: 0, connect: 150_000, flags: REQUEST_FAILED });
  });

  it('misses its reconnection while the only path is busy', () => {
    const missedReconnectionNanos = 8_000_000;
    const rig = new TimedRig({ channels: { missedReconnectionNanos } });
    rig.submit(0, 5);
    // A long transfer over the path from 9 ms on: the data of the first comes at 10.1 ms.
    rig.engine.runUntil(9_000_000);
    rig.submit(0, 40_000, 50_000, 1);
    const first = rig.run().find(({ tag }) => tag === 5);
    expect(first?.disconnect).toBe(DRIVE + missedReconnectionNanos);
    expect(first?.flags).toBe(REQUEST_MISSED_RECONNECTION);
    expect(rig.timed.channels[0]?.missedCount).toBe(1);
    // With the data in a cache it takes the path as soon as it is free: at 9 + 5.15 ms.
    const cached = new TimedRig();
    cached.submit(0, 5);
    cached.engine.runUntil(9_000_000);
    cached.submit(0, 40_000, 50_000, 1);
    const waited = cached.run().find(({ tag }) => tag === 5);
    expect(waited?.disconnect).toBe(14_150_000 - 100_000);
    expect(waited?.flags).toBe(0);
  });
});

describe('a write', () => {
  it('is fast where there is room in nonvolatile storage, and is in the cache', () => {
    const rig = new TimedRig();
    expect(rig.one(1, 5)).toMatchObject({ response: CONNECT, flags: REQUEST_HIT });
    expect(rig.timed.nvs.level.level).toBe(10_000);
    expect(rig.one(0, 5)).toMatchObject({ response: CONNECT, flags: REQUEST_HIT });
    const [device] = rig.devices;
    rig.subsystem.readSignature(device as never, trackIndex(5));
    expect([rig.subsystem.signatureLow, rig.subsystem.signatureHigh]).toEqual([1, 0]);
  });

  it('is destaged to every member of its group, and its room comes back then', () => {
    const rig = new TimedRig();
    // A cylinder holds nine tracks in each of three members; none of these follows another.
    for (let at = 0; at < 27; at += 1) rig.one(1, 2 * at);
    const written = (): number[] =>
      rig.timed.bank.stations.map((station) => station.account().completions);
    expect(written()).toEqual([0, 0, 0, 0, 0]);
    expect(rig.timed.nvs.level.level).toBe(270_000);
    rig.one(1, 100);
    expect(written()).toEqual([1, 1, 1, 1, 1]);
    expect(rig.timed.bank.writtenBytes[4]).toBe(5 * 1024 * 512);
    expect(rig.timed.nvs.level.level).toBe(10_000);
    expect(rig.timed.notes.destagedCount).toBe(1);
  });

  it('passes by a drive that has failed when it is destaged', () => {
    const rig = new TimedRig({}, { subsystem: { spareDrives: 0 } });
    rig.subsystem.drives.fail(0, 1);
    for (let at = 0; at < 28; at += 1) rig.one(1, 2 * at);
    const written = rig.timed.bank.stations.map((station) => station.account().completions);
    expect(written).toEqual([1, 0, 1, 1, 1]);
  });

  it('waits for room when storage is full, which open cylinders are destaged for', () => {
    const rig = new TimedRig({ nvs: { bytes: 95_000, destageAt: 1 } });
    for (let track = 0; track < 9; track += 1) rig.one(1, track);
    expect(rig.completed.every(({ flags }) => flags === REQUEST_HIT)).toBe(true);
    const late = rig.one(1, 10);
    expect(late.flags).toBe(REQUEST_WAITED_FOR_NVS);
    expect(late.disconnect).toBe(DRIVE);
    expect(rig.timed.nvs.earlyDestageCount).toBe(1);
  });

  it('never waits when open cylinders are destaged in time', () => {
    const rig = new TimedRig({ nvs: { bytes: 100_000, destageAt: 0.5 } });
    for (let track = 0; track < 30; track += 1) rig.one(1, track);
    expect(rig.completed.every(({ flags }) => flags === REQUEST_HIT)).toBe(true);
    expect(rig.timed.nvs.earlyDestageCount).toBeGreaterThan(3);
  });

  it('gets its room although reads alone would keep the drives busy for ever', () => {
    const rig = new TimedRig(
      {
        nvs: { bytes: 100_000 },
        channels: { paths: 8 },
        controller: { deviceConcurrency: 32, drivePieceSectors: 256 },
      },
      { subsystem: { groups: [{ dataDrives: 1, redundancyDrives: 0, cylinderSectors: 1024 }] } },
    );
    const { timed, engine } = rig;
    const [device = 0, other = 0] = rig.devices;
    let at = 0;
    const again = timed.onDone(() => {
      if (engine.now > 5e9) return;
      at += 61;
      timed.purge(device);
      timed.submit(device, at % 189, 4_096, 0, 0, again, 0);
    });
    for (let count = 0; count < 6; count += 1) timed.submit(device, count, 4_096, 0, 0, again, 0);
    let written = 0;
    const next = timed.onDone(() => {
      written += 1;
      timed.submit(other, (2 * written) % 189, 10_000, 1, 0, next, 0);
    });
    timed.submit(other, 0, 10_000, 1, 0, next, 0);
    engine.runUntil(5e9);
    // The drive writes four commands for every ten or fewer of these.
    expect(written).toBeGreaterThan(100);
  });

  it('of part of a track stages the rest as the parameters say', () => {
    const first = new TimedRig({ cache: { partialWriteMiss: 'stageFirst' } });
    expect(first.one(1, 5)).toMatchObject({ disconnect: DRIVE, connect: CONNECT, flags: 0 });
    expect(first.one(1, 5)).toMatchObject({ disconnect: 0, flags: REQUEST_HIT });
    expect(first.one(1, 6, FULL_TRACK).disconnect).toBe(0);
    const later = new TimedRig({ cache: { partialWriteMiss: 'stageLater' } });
    expect(later.one(1, 5)).toMatchObject({ response: CONNECT, flags: REQUEST_HIT });
    expect(later.timed.bank.readBytes[0]).toBe(111 * 512);
    const never = new TimedRig();
    never.one(1, 5);
    expect(never.timed.bank.readBytes[0]).toBe(0);
  });

  it('waits while the model has no space, and goes on when there is some', () => {
    // Room for 18 tracks, all of which are taken.
    const rig = new TimedRig(
      {},
      {
        devices: 2,
        filledTracks: 0,
        subsystem: {
          capacityBytes: 2 ** 20,
          groups: [{ dataDrives: 1, redundancyDrives: 0, cylinderSectors: 256 }],
        },
      },
    );
    const [one, other] = rig.devices;
    let track = 0;
    while (rig.subsystem.writeSignature(one as never, trackIndex(track), 1, 1) !== 0) track += 1;
    rig.log.count = 0;
    rig.submit(1, 0, 10_000, 1);
    rig.engine.runUntil(100_000_000);
    expect(rig.completed).toEqual([]);
    rig.subsystem.clearDevice(one as never);
    rig.engine.runUntil(200_000_000);
    expect(rig.completed).toHaveLength(1);
    expect(rig.completed[0]?.disconnect).toBeGreaterThan(90_000_000);
    expect(rig.subsystem.places.find(other as number, 0)).not.toBe('none');
  });

  it('fails where the device says that it shall when there is no space', () => {
    const rig = new TimedRig(
      {},
      {
        filledTracks: 0,
        subsystem: {
          capacityBytes: 2 ** 20,
          outOfSpace: 'failWrite',
          groups: [{ dataDrives: 1, redundancyDrives: 0, cylinderSectors: 256 }],
        },
      },
    );
    let refused = 0;
    rig.timed.copyHook = { writeRefused: () => (refused += 1) };
    for (let track = 0; track < 40; track += 1) rig.one(1, track, FULL_TRACK);
    const failed = rig.completed.filter(({ flags }) => (flags & REQUEST_FAILED) !== 0);
    expect(failed.length).toBeGreaterThan(0);
    expect(refused).toBe(failed.length);
    expect(rig.timed.requests.usedCount).toBe(0);
  });
});

describe('a copy method', () => {
  it('holds requests at their start, in the host, until it lets them go', () => {
    const rig = new TimedRig();
    let isOpen = false;
    const asked: number[] = [];
    const hook: CopyHook = {
      beforeStart: (_device, track, operation) => {
        asked.push(track);
        return operation === 1 && !isOpen ? 'hold' : 'go';
      },
    };
    rig.timed.copyHook = hook;
    rig.submit(1, 5);
    rig.submit(0, 40_000);
    rig.engine.runUntil(50_000_000);
    expect(rig.completed.map(({ tag }) => tag)).toEqual([40_000]);
    expect(rig.timed.heldCount).toBe(1);
    isOpen = true;
    rig.timed.releaseHeld(rig.devices[1]);
    expect(rig.timed.heldCount).toBe(1);
    rig.timed.releaseHeld();
    const held = rig.run().at(-1);
    expect(held).toMatchObject({ tag: 5, iosq: 50_000_000, disconnect: 0, connect: CONNECT });
    expect(held?.flags).toBe(REQUEST_HELD | REQUEST_HIT);
    expect(asked).toEqual([5, 40_000, 5]);
  });

  it('holds writes before their data, and is told when they are done', () => {
    const rig = new TimedRig();
    let isOpen = false;
    const after: number[] = [];
    rig.timed.copyHook = {
      beforeWrite: () => (isOpen ? 'go' : 'hold'),
      afterWrite: (_device, track, write) => after.push(track, write),
    };
    rig.submit(1, 5);
    rig.engine.runUntil(50_000_000);
    expect(rig.timed.heldCount).toBe(1);
    isOpen = true;
    rig.timed.releaseHeld(rig.devices[0]);
    const [held] = rig.run();
    expect(held).toMatchObject({ iosq: 0, disconnect: 50_000_000 - 100_000, connect: CONNECT });
    expect(after).toEqual([5, 1]);
  });

  it('adds work that a write waits for', () => {
    const rig = new TimedRig();
    const [device = 0] = rig.devices;
    rig.timed.copyHook = {
      beforeWrite: (_device, track, slot) => {
        rig.timed.addStage(slot, { reads: [{ device, track }], linkBytes: 1_000 });
        return 'go';
      },
    };
    // The old track from its drive, then a millisecond and 1,000 bytes at 1 MB/s on the link.
    expect(rig.one(1, 5)).toMatchObject({ disconnect: DRIVE + 2_000_000, connect: CONNECT });
  });
});
