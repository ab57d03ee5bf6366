import { describe, expect, it } from 'vitest';
import { deviceIndex } from '../../../../src/base/units.ts';
import { trackIndex } from '../../../../src/index.ts';
import { TimedRig } from '../../../support/timed-rig.ts';

const TRACK_BYTES = 111 * 512;
const MEMBER_BYTES = 1024 * 512;

/**
 * Bytes by purpose that drives have read, and written; without what collection read, which empties
 * cylinders that hold next to nothing.
 */
function work(rig: TimedRig): { background: number; rebuilt: number; destaged: number } {
  const { readBytes, writtenBytes } = rig.timed.bank;
  const collected = rig.subsystem.drives.report().collectedTracks * TRACK_BYTES;
  const background = (readBytes[3] ?? 0) - collected;
  const [, , , rebuilt = 0, destaged = 0] = writtenBytes;
  return { background, rebuilt, destaged };
}

describe('drive work of the model', () => {
  it('rebuild reads as many members as hold data, whole, and writes the one that is new', () => {
    const rig = new TimedRig();
    rig.subsystem.drives.fail(0, 1);
    const cylinders = rig.subsystem.drives.report().groups[0]?.members[1]?.missingCylinders ?? 0;
    expect(cylinders).toBeGreaterThan(5);
    rig.timed.startBackground({ tracksPerStep: 30 });
    rig.engine.runUntil(60e9);
    expect(rig.subsystem.drives.isRebuilding()).toBe(false);
    expect(work(rig)).toEqual({
      background: cylinders * 3 * MEMBER_BYTES,
      rebuilt: cylinders * MEMBER_BYTES,
      destaged: 0,
    });
    const written = rig.timed.bank.stations.map((station) => station.account().completions);
    expect(written[1]).toBe(cylinders);
  });

  it('background copy reads every track that it separates, once', () => {
    const rig = new TimedRig({}, { devices: 2, filledTracks: 54 });
    const [source = deviceIndex(0), target = deviceIndex(1)] = rig.devices;
    const taken = rig.subsystem.snapshot({
      wholeDevices: [{ source, target }],
      background: 'copy',
    });
    expect(taken.kind).toBe('done');
    rig.timed.startBackground();
    rig.engine.runUntil(60e9);
    expect(work(rig).background).toBe(54 * TRACK_BYTES);
    // One cylinder of 27 tracks is full; the second is still open.
    expect(work(rig).destaged).toBe(rig.timed.notes.destagedCount * 5 * MEMBER_BYTES);
    expect(rig.timed.notes.destagedCount).toBe(1);
    expect(rig.timed.nvs.level.level).toBe(0);
  });

  it('collection reads what it moves', () => {
    const rig = new TimedRig({}, { devices: 1, filledTracks: 270 });
    const [device = deviceIndex(0)] = rig.devices;
    for (let track = 0; track < 270; track += 2) {
      rig.subsystem.writeSignature(device, trackIndex(track), 1, 1);
    }
    rig.log.count = 0;
    const collected = rig.subsystem.drives.collect();
    const moved = collected.kind === 'done' ? collected.value.tracks : 0;
    expect(moved).toBeGreaterThan(50);
    let isDone = false;
    rig.timed.collectDriveWork(() => {
      isDone = true;
    });
    expect(isDone).toBe(false);
    rig.run();
    expect(isDone).toBe(true);
    expect(rig.timed.bank.readBytes[3]).toBe(moved * TRACK_BYTES);
  });

  it('scrub reads every member of every cylinder', () => {
    const rig = new TimedRig();
    const cylinders = rig.timed.subsystem.drives.report().destagedCylinders;
    rig.subsystem.drives.requestScrub();
    rig.timed.startBackground();
    rig.engine.runUntil(60e9);
    expect(work(rig).background).toBe(cylinders * 5 * MEMBER_BYTES);
  });

  it('collected without anything to do is done at once', () => {
    const rig = new TimedRig();
    let isDone = false;
    rig.timed.collectDriveWork(() => {
      isDone = true;
    });
    expect(isDone).toBe(true);
  });
});

describe('the pace of background work', () => {
  const copying = (tracksPerSecond: number | undefined): TimedRig => {
    const rig = new TimedRig({}, { devices: 2, filledTracks: 54 });
    const [source = deviceIndex(0), target = deviceIndex(1)] = rig.devices;
    rig.subsystem.snapshot({ wholeDevices: [{ source, target }], background: 'copy' });
    rig.timed.startBackground({
      tracksPerStep: 4,
      ...(tracksPerSecond === undefined ? {} : { tracksPerSecond }),
    });
    return rig;
  };

  it('is the one asked for, and never faster', () => {
    const rig = copying(10);
    rig.engine.runUntil(2e9);
    const read = work(rig).background / TRACK_BYTES;
    // Four tracks every 0.4 s, some of them for the release of what the target held.
    expect(read).toBeGreaterThanOrEqual(8);
    expect(read).toBeLessThanOrEqual(20);
  });

  it('is that of the drives when none is asked for', () => {
    const rig = copying(undefined);
    rig.engine.runUntil(2e9);
    expect(work(rig).background).toBe(54 * TRACK_BYTES);
  });

  it('gives way to hosts at every drive', () => {
    const rig = copying(undefined);
    let left = 150;
    const done = rig.timed.onDone((slot) => {
      rig.completed.push({ disconnect: rig.timed.requests.disconnect[slot] } as never);
      left -= 1;
      if (left > 0)
        rig.timed.submit(rig.devices[0] as number, 54 - (left % 54), 4_096, 0, 0, done, 0);
    });
    rig.timed.submit(rig.devices[0] as number, 0, 4_096, 0, 0, done, 0);
    rig.engine.runUntil(5e9);
    // At most the one command that is under way comes before: two commands of 10 ms.
    expect(Math.max(...rig.completed.map(({ disconnect }) => disconnect))).toBeLessThanOrEqual(
      20e6,
    );
  });

  it('stops when it is told to', () => {
    const rig = copying(10);
    rig.engine.runUntil(1e9);
    rig.timed.stopBackground();
    rig.run();
    const read = work(rig).background;
    expect(read).toBeLessThan(54 * TRACK_BYTES);
    rig.timed.startBackground();
    rig.engine.runUntil(rig.engine.now + 5e9);
    expect(work(rig).background).toBe(54 * TRACK_BYTES);
  });
});
