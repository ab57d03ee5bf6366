/**
 * Who hears of changes to a device, and in which order.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { CommitOrder } from '../../../src/base/commit-order.ts';
import { MEMORY_JOURNAL } from '../../../src/base/default-ports.ts';
import { commitSequence, deviceIndex } from '../../../src/base/units.ts';
import { type ChangeListener, ChangeWatch } from '../../../src/mapping/change-watch.ts';
import { DeviceTable, WATCH_CHANGE } from '../../../src/mapping/device-table.ts';

const DEVICE = deviceIndex(1);

function setup(): { watch: ChangeWatch; devices: DeviceTable; told: string[] } {
  const devices = new DeviceTable(4, new CommitOrder(), MEMORY_JOURNAL);
  return { watch: new ChangeWatch(devices), devices, told: [] };
}

function listener(rank: number, told: string[]): ChangeListener {
  return {
    rank,
    noteWrite: (track) => told.push(`${rank} write ${track}`),
    noteChange: (first, end) => told.push(`${rank} change ${first} to ${end}`),
    noteRemoval: () => told.push(`${rank} removal`),
  };
}

describe('listeners of a device', () => {
  it('hear of changes in the order of their ranks, in whatever order they came', () => {
    const { watch, told } = setup();
    for (const rank of [7, 0, 3]) watch.listen(DEVICE, listener(rank, told));
    watch.noteWrite(DEVICE, 5);
    watch.noteChange(DEVICE, 2, 4, commitSequence(1));
    watch.noteRemoval(DEVICE);
    expect(told).toEqual([
      '0 write 5',
      '3 write 5',
      '7 write 5',
      '0 change 2 to 4',
      '3 change 2 to 4',
      '7 change 2 to 4',
      '0 removal',
      '3 removal',
      '7 removal',
    ]);
  });

  it('make the device watched as long as there is one of them', () => {
    const { watch, devices, told } = setup();
    const [one, other] = [listener(1, told), listener(2, told)];
    watch.listen(DEVICE, one);
    watch.listen(DEVICE, other);
    watch.ignore(DEVICE, one);
    expect(devices.watches[DEVICE]).toBe(WATCH_CHANGE);
    watch.noteWrite(DEVICE, 9);
    expect(told).toEqual(['2 write 9']);
    watch.ignore(DEVICE, other);
    watch.ignore(DEVICE, other);
    expect(devices.watches[DEVICE]).toBe(0);
    watch.listen(DEVICE, one);
    watch.noteRemoval(DEVICE);
    expect(devices.watches[DEVICE]).toBe(0);
  });
});
