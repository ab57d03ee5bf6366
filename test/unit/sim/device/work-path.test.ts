import { describe, expect, it } from 'vitest';
import type { Work } from '../../../../sim/device/copy-hook.ts';
import { trackIndex } from '../../../../src/index.ts';
import { TimedRig } from '../../../support/timed-rig.ts';

/** When work that begins now is done. */
function timeOf(rig: TimedRig, work: Work, done: () => void = () => undefined): number {
  const start = rig.engine.now;
  let end = -1;
  rig.timed.perform(work, () => {
    end = rig.engine.now;
    done();
  });
  rig.run();
  return end - start;
}

describe('work', () => {
  it('without parts is done at once', () => {
    expect(timeOf(new TimedRig(), {})).toBe(0);
  });

  it('takes the processor, the paths and the link one after the other', () => {
    const rig = new TimedRig();
    expect(timeOf(rig, { processorNanos: 300_000 })).toBe(300_000);
    // 0.15 ms a program, 10 MB/s.
    expect(timeOf(rig, { bytesIn: 20_000 })).toBe(150_000 + 2_000_000);
    expect(timeOf(rig, { bytesOut: 20_000, programs: 4 })).toBe(600_000 + 2_000_000);
    expect(timeOf(rig, { programs: 2 })).toBe(300_000);
    expect(timeOf(rig, { linkBytes: 5_000 })).toBe(1_000_000 + 5_000_000);
    const all = { processorNanos: 1_000, bytesIn: 20_000, linkBytes: 5_000 };
    expect(timeOf(rig, all)).toBe(1_000 + 2_150_000 + 6_000_000);
    const { bytesIn, bytesOut, linkBytes, processorNanos } = rig.timed.works;
    expect([bytesIn, bytesOut, linkBytes, processorNanos]).toEqual([
      40_000, 20_000, 10_000, 301_000,
    ]);
  });

  it('brings its tracks into the cache, all at once where they lie on different drives', () => {
    const rig = new TimedRig();
    const [device = 0] = rig.devices;
    const reads = [0, 1, 2, 150].map((track) => ({ device, track }));
    // Tracks 0 to 2 lie on one member behind each other, the last one on another.
    expect(timeOf(rig, { reads })).toBe(30_000_000);
    expect(timeOf(rig, { reads })).toBe(0);
    expect(rig.timed.bank.readBytes[1]).toBe(4 * 111 * 512);
  });

  it('leaves the cache as it was, when it is sequential', () => {
    const rig = new TimedRig({ cache: { bytes: 8 * 56_664 } });
    const [device = 0] = rig.devices;
    const { cache, staging } = rig.timed;
    const isThere = (track: number): boolean => staging.isThere(device, track);
    rig.one(0, 100);
    rig.one(0, 101);
    const piece = { cacheUse: 'sequential', bytesIn: 3 * 56_664 } as const;
    const reads = [100, 1, 2].map((track) => ({ device, track }));
    expect(timeOf(rig, { ...piece, reads })).toBe(20_000_000 + 150_000 + 16_999_200);
    expect([100, 101, 1, 2].map(isThere)).toEqual([true, true, false, false]);
    expect(cache.usedCount).toBe(2);
    // Track 100 was not used by that: it is still the one that goes first.
    for (const track of [50, 51, 52, 53, 54, 55, 56]) rig.one(0, track);
    expect([100, 101].map(isThere)).toEqual([false, true]);
  });

  it('leaves a track to the host that asked for it while it came, or while it was there', () => {
    const rig = new TimedRig({ controller: { deviceConcurrency: 2 }, channels: { paths: 2 } });
    const [device = 0] = rig.devices;
    const reads = [1, 2, 3].map((track) => ({ device, track }));
    rig.timed.perform({ reads, bytesIn: 56_664, cacheUse: 'sequential' }, () => undefined);
    rig.submit(0, 1);
    rig.engine.runUntil(15_000_000);
    expect(rig.timed.staging.isThere(device, 1)).toBe(true);
    rig.engine.runUntil(31_000_000);
    rig.submit(0, 2);
    rig.run();
    expect(rig.completed.map(({ flags }) => flags & 1)).toEqual([0, 1]);
    const kept = [1, 2, 3].map((track) => rig.timed.staging.isThere(device, track));
    expect(kept).toEqual([true, true, false]);
  });

  it('holds its device while its programs run, as any I/O does', () => {
    const rig = new TimedRig({ channels: { paths: 4 } });
    const [device = 0] = rig.devices;
    rig.timed.perform({ reads: [{ device, track: 40_000 }], bytesIn: 40_000 }, () => undefined);
    rig.submit(0, 40_000);
    rig.submit(0, 40_000, 10_000, 1);
    const [other, same] = rig.run();
    expect(other).toMatchObject({ iosq: 0, pend: 0 });
    expect(same).toMatchObject({ iosq: 4_150_000, pend: 0 });
  });

  it('takes room for what it writes, and gives back what it did not use', () => {
    const rig = new TimedRig();
    const [device] = rig.devices;
    const writes = [10, 11].map((track) => ({ device: device as number, track }));
    let during = 0;
    const write = (): void => {
      during = rig.timed.nvs.level.level;
      const isWritten = rig.timed.write(device as never, 10, 77, 88);
      expect(isWritten).toBe(true);
    };
    expect(timeOf(rig, { bytesOut: 2 * 56_664, writes }, write)).toBe(150_000 + 11_332_800);
    expect(during).toBe(2 * 56_664);
    expect(rig.timed.nvs.level.level).toBe(56_664);
    rig.subsystem.readSignature(device as never, trackIndex(10));
    expect([rig.subsystem.signatureLow, rig.subsystem.signatureHigh]).toEqual([77, 88]);
    expect(rig.timed.staging.isThere(device as number, 10)).toBe(false);
    // Without bytes of a host a full track each.
    let full = 0;
    timeOf(rig, { writes }, () => {
      full = rig.timed.nvs.level.level;
    });
    expect(full).toBe(3 * 56_664);
  });

  it('waits for room as hosts do', () => {
    const rig = new TimedRig({ nvs: { bytes: 100_000, destageAt: 1 } });
    const [device] = rig.devices;
    const writes = [{ device: device as number, track: 10 }];
    const work = { bytesOut: 60_000, writes };
    const write = (): void => {
      rig.timed.write(device as never, 10, 1, 1);
    };
    expect(timeOf(rig, work, write)).toBe(6_150_000);
    expect(timeOf(rig, work, write)).toBe(6_150_000 + 10_000_000);
    expect(rig.timed.nvs.earlyDestageCount).toBe(1);
  });

  it('gives room back although other work ends while it tells of its end', () => {
    const rig = new TimedRig();
    const [device = 0] = rig.devices;
    const writes = [{ device, track: 10 }];
    rig.timed.perform({ writes }, () => rig.timed.perform({ writes }, () => undefined));
    rig.run();
    expect(rig.timed.nvs.level.level).toBe(0);
  });

  it('shares the processor with the requests of loads', () => {
    const rig = new TimedRig();
    rig.one(0, 40_000, 10_000);
    const [processor] = rig.timed.processors;
    // 100 us a program and 2 ns a byte.
    expect(processor?.busyNanos).toBe(120_000);
    rig.submit(0, 40_000, 10_000);
    rig.engine.runUntil(rig.engine.now + 1_150_000);
    const start = rig.engine.now;
    let end = 0;
    rig.timed.perform({ processorNanos: 50_000 }, () => {
      end = rig.engine.now;
    });
    rig.run();
    expect(end - start).toBe(170_000);
  });

  it('runs on the processor and paths of its host', () => {
    const rig = new TimedRig({}, { options: { hosts: 2, hostOfClass: [0, 1] } });
    rig.timed.perform({ bytesIn: 100_000 }, () => undefined);
    rig.timed.perform({ bytesIn: 100_000, host: 1 }, () => undefined);
    rig.submit(0, 40_000, 10_000, 0, 0);
    rig.submit(0, 40_000, 10_000, 1, 1);
    expect(rig.run().map(({ pend }) => pend)).toEqual([10_150_000, 10_150_000]);
    expect(() => rig.timed.perform({ host: 2 }, () => undefined)).toThrow('work-of-a-host');
  });
});
