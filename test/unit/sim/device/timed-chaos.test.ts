import { describe, expect, it } from 'vitest';
import { Substream } from '../../../../sim/engine/substream.ts';
import { trackIndex } from '../../../../src/index.ts';
import type { ParameterChange } from '../../../support/timed-rig.ts';
import { TimedRig } from '../../../support/timed-rig.ts';

const REQUESTS = 3_000;

const SETS: Readonly<Record<string, ParameterChange>> = {
  'paths held': { channels: { paths: 2 }, nvs: { bytes: 300_000 } },
  'paths of their own, missed reconnections': {
    channels: { paths: 2, reconnectsOnAnyPath: false, missedReconnectionNanos: 5_000_000 },
    cache: { partialWriteMiss: 'stageFirst', readAheadTracks: 4 },
    nvs: { bytes: 200_000, destageAt: 1 },
  },
  'paths shared, several at a device': {
    channels: { kind: 'ficon', paths: 2, programsPerPath: 3, interleaveBytes: 2_000 },
    controller: { deviceConcurrency: 4, drivePieceSectors: 100 },
    cache: { bytes: 8 * 56_664, partialWriteMiss: 'stageLater', readAheadTracks: 4 },
    nvs: { bytes: 120_000 },
  },
};

/** Loads, jobs, holds, snapshots, failing and returning drives, all at random. */
function chaos(change: ParameterChange, seed: number): TimedRig {
  const rig = new TimedRig(change, { devices: 3, subsystem: { spareDrives: 1 } });
  const { engine, timed, subsystem, devices } = rig;
  const chance = new Substream(seed, 0, 'chaos');
  let isHeld = false;
  timed.copyHook = {
    beforeStart: (_device, track) => (isHeld && track % 3 === 0 ? 'hold' : 'go'),
    beforeWrite: (device, track, slot) => {
      if (track % 5 === 0) timed.addStage(slot, { reads: [{ device, track }], priority: 0 });
      if (track % 7 === 0) timed.addStage(slot, {});
      return isHeld && track % 2 === 0 ? 'hold' : 'go';
    },
  };
  let jobs = 0;
  const job = (): void => {
    const device = devices[chance.below(3)] as (typeof devices)[number];
    const first = chance.below(150);
    const reads = [0, 1, 2].map((at) => ({ device, track: first + at }));
    jobs += 1;
    timed.perform({ processorNanos: 1_000, reads, bytesIn: 30_000, linkBytes: 100 }, () => {
      const writes = [{ device, track: first }];
      timed.perform({ writes, bytesOut: 10_000, programs: 2 }, () => {
        timed.write(device, trackIndex(first), 5, 5);
        jobs -= 1;
      });
    });
  };
  const disturb = engine.handler('disturb', () => {
    const what = chance.below(8);
    const [source, target] = devices as [(typeof devices)[number], (typeof devices)[number]];
    if (what === 0) subsystem.drives.fail(0, chance.below(5));
    else if (what === 1) subsystem.drives.replace(0, chance.below(5));
    else if (what === 2) subsystem.drives.return(0, chance.below(5));
    else if (what === 3) {
      const wholeDevices = [{ source, target }];
      subsystem.snapshot({ wholeDevices, background: 'copy', supersede: true });
      timed.purge(target);
    } else if (what === 4) isHeld = true;
    else if (what < 7) {
      isHeld = false;
      timed.releaseHeld();
    } else job();
    timed.collectDriveWork();
    if (left > 0) engine.schedule(chance.exponentialNanos(2e8), disturb);
  });
  let left = REQUESTS;
  const arrive = engine.handler('arrival', () => {
    rig.submit(chance.chance(0.4) ? 1 : 0, chance.below(189), 4_096, chance.below(3));
    left -= 1;
    if (left > 0) engine.schedule(chance.exponentialNanos(8e6), arrive);
  });
  engine.schedule(0, arrive);
  engine.schedule(1e8, disturb);
  timed.startBackground({ tracksPerStep: 8 });
  engine.runUntil(300e9);
  isHeld = false;
  timed.releaseHeld();
  // Drives may be lost past redundancy: whatever waits for space or storage then waits for them.
  for (let member = 0; member < 5; member += 1) subsystem.drives.replace(0, member);
  engine.runUntil(600e9);
  timed.stopBackground();
  rig.run();
  expect(jobs).toBe(0);
  return rig;
}

describe.each(Object.keys(SETS))('under everything at once, with %s', (name) => {
  it.each([1, 2, 3])('every request ends, and all accounts are even (seed %d)', (seed) => {
    const rig = chaos(SETS[name] ?? {}, seed);
    const { timed, subsystem, completed } = rig;
    expect(completed).toHaveLength(REQUESTS);
    expect(timed.requests.usedCount).toBe(0);
    expect(timed.bank.usedCount).toBe(0);
    expect(timed.heldCount).toBe(0);
    for (const { iosq, pend, disconnect, connect, response } of completed) {
      expect(iosq + pend + disconnect + connect).toBe(response);
    }
    expect(subsystem.check().violations).toEqual([]);
    // What is left in storage is what lies in cylinders that are open: destaged, nothing is.
    subsystem.drives.closeOpen();
    timed.collectDriveWork();
    rig.run();
    expect(timed.nvs.level.level).toBe(0);
  });
});
