import { describe, expect, it } from 'vitest';
import { TrackWitness } from '../../../../sim/scenario/witness.ts';
import {
  buildTrack,
  type Device,
  type DeviceModel,
  deviceNumber,
  findModel,
  Subsystem,
  toTrackAddress,
  trackIndex,
} from '../../../../src/index.ts';

const model = findModel('2311-1') as DeviceModel;

function define(content: 'bytes' | 'signature'): {
  subsystem: Subsystem;
  devices: readonly Device[];
} {
  const subsystem = Subsystem.create({ name: 'S', content, capacityBytes: 2 ** 24 });
  for (const number of [1, 2]) subsystem.defineDevice({ number: deviceNumber(number), model });
  return { subsystem, devices: subsystem.devices() };
}

function write(subsystem: Subsystem, device: Device, track: number, text: string): void {
  const address = toTrackAddress(trackIndex(track), model.type.headCount);
  const image = buildTrack(address, [{ number: 1, data: new TextEncoder().encode(text) }]);
  expect(subsystem.writeTrack(device.index, trackIndex(track), image).kind).toBe('done');
}

describe('a witness', () => {
  it('sees a copy as equal, and every later change of it', () => {
    const { subsystem, devices } = define('bytes');
    const [source, target] = devices as [Device, Device];
    write(subsystem, source, 3, 'three');
    write(subsystem, source, 7, 'seven');
    const runs = [{ first: 0, count: 20 }];
    const witness = TrackWitness.take(subsystem, source.index, runs);
    subsystem.snapshot({
      wholeDevices: [{ source: source.index, target: target.index }],
      background: 'none',
    });
    expect([...witness.differences(subsystem, target.index)]).toEqual([]);
    write(subsystem, source, 3, 'later');
    expect([...witness.differences(subsystem, target.index)]).toEqual([]);
    expect([...witness.differences(subsystem, source.index)]).toEqual([3]);
    write(subsystem, target, 7, 'other');
    write(subsystem, target, 12, 'new');
    expect([...witness.differences(subsystem, target.index)]).toEqual([7, 12]);
  });

  it('tells a track never written from one with an end of file, not from one with record 0 only', () => {
    const { subsystem, devices } = define('bytes');
    const [device] = devices as [Device, Device];
    const witness = TrackWitness.take(subsystem, device.index, [{ first: 4, count: 3 }]);
    subsystem.loadNullTrack(device.index, trackIndex(4), 0);
    subsystem.loadNullTrack(device.index, trackIndex(5), 1);
    expect([...witness.differences(subsystem, device.index)]).toEqual([4]);
  });

  it('knows the bytes that it saw', () => {
    const { subsystem, devices } = define('bytes');
    const [device] = devices as [Device, Device];
    write(subsystem, device, 2, 'two');
    const runs = [
      { first: 10, count: 5 },
      { first: 2, count: 2 },
    ];
    const witness = TrackWitness.take(subsystem, device.index, runs);
    const read = subsystem.readTrack(device.index, trackIndex(2));
    const bytes = read.kind === 'done' ? read.value : new Uint8Array();
    expect(witness.sawBytes(2, bytes)).toBe(true);
    expect(witness.sawBytes(3, bytes)).toBe(false);
    expect(witness.sawBytes(9, bytes)).toBe(false);
    expect([witness.covers(2), witness.covers(4), witness.covers(14)]).toEqual([true, false, true]);
    expect(witness.trackCount).toBe(7);
  });

  it('compares signatures where there are no bytes', () => {
    const { subsystem, devices } = define('signature');
    const [source, target] = devices as [Device, Device];
    subsystem.writeSignature(source.index, trackIndex(5), 17, 4);
    const witness = TrackWitness.take(subsystem, source.index, [{ first: 0, count: 10 }]);
    expect([...witness.differences(subsystem, target.index)]).toEqual([5]);
    subsystem.writeSignature(target.index, trackIndex(5), 17, 4);
    expect([...witness.differences(subsystem, target.index)]).toEqual([]);
  });
});
