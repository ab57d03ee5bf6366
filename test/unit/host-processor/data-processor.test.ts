/**
 * The data processor: path groups, the device table, vary and recognition, meters, several hosts.
 */
import { describe, expect, it } from 'vitest';
import { deviceNumber, trackIndex } from '../../../src/base/units.ts';
import { pathGroupIdOfHost } from '../../../src/ecam/path-group-id.ts';
import { DataProcessor } from '../../../src/host/data-processor.ts';
import { WorkAccount } from '../../../src/host/work-account.ts';
import { MachineRoom, must, usualRoom } from '../backup/machine-room.ts';

const place = (device: number) => ({ subsystem: 'DSS3', device: deviceNumber(device) });

describe('a data processor', () => {
  it('forms one path group to each subsystem, named after the host', () => {
    const { room, host } = usualRoom();
    room.addStore('DSS4');
    room.define(0x0b00, 10, '3390-1', 'DSS4');
    const other = room.addHost('SYSB', ['DSS3', 'DSS4'], 2);
    expect(host.pathGroup('DSS3')?.id).toBe(pathGroupIdOfHost('SYSA'));
    expect(host.pathGroup('DSS3')?.paths).toHaveLength(4);
    expect(other.pathGroup('DSS4')?.paths).toHaveLength(2);
    for (const path of [0, 1]) {
      expect(other.pathGroup('DSS4')?.sensePath(path)).toEqual({
        grouped: true,
        id: pathGroupIdOfHost('SYSB'),
      });
    }
    expect(other.devices().map(({ device }) => device)).toEqual([
      0x0a80, 0x0a81, 0x0a82, 0x0a83, 0x0a84, 0x0b00,
    ]);
  });

  it('refuses a second subsystem or device of one name, and then attaches nothing', () => {
    const { room, host } = usualRoom();
    const { controlUnit } = room.addStore('DSS4');
    room.define(0x0a80, 10, '3390-1', 'DSS4');
    const devices = [deviceNumber(0x0a80)];
    expect(host.attach(controlUnit, { subsystem: 'DSS4', paths: 1, devices })).toMatchObject({
      code: 'DEVICE_EXISTS',
    });
    expect(host.pathGroup('DSS4')).toBeUndefined();
    const missing = [deviceNumber(0x0b77)];
    expect(
      host.attach(controlUnit, { subsystem: 'DSS4', paths: 1, devices: missing }),
    ).toMatchObject({ code: 'DEVICE_UNKNOWN' });
    expect(host.pathGroup('DSS4')).toBeUndefined();
    expect(host.exchange('DSS4', { kind: 'queryCapacity' })).toMatchObject({
      code: 'DEVICE_UNKNOWN',
    });
  });

  it('learns type, cylinders and room of each device over the channel', () => {
    const room = new MachineRoom();
    room.addStore('DSS3');
    room.define(0x0a80, 1114);
    room.define(0x0a81, 7, '3380-K');
    const host = room.addHost();
    expect(host.findDevice(deviceNumber(0x0a80))).toMatchObject({
      cylinders: 1114,
      capacityCylinders: 1114,
      type: { name: '3390' },
    });
    expect(host.findDevice(deviceNumber(0x0a81))).toMatchObject({
      cylinders: 7,
      capacityCylinders: 2658,
      type: { name: '3380' },
    });
  });

  it('counts channel programs, bytes and processor time, in total and for an account', () => {
    const { host } = usualRoom();
    const account = new WorkAccount();
    const before = host.meter.total.cost();
    const image = must(
      host.meter.charge(account, () => host.readTrack(place(0x0a80), trackIndex(1))),
    );
    must(host.writeTrack(place(0x0a80), trackIndex(1), image));
    const total = host.meter.total.cost();
    expect(account.cost()).toMatchObject({
      channelPrograms: 1,
      channelBytesIn: image.length,
      channelBytesOut: 32,
    });
    expect(account.cost().processorNanos).toBeGreaterThan(0);
    expect(total.channelPrograms - before.channelPrograms).toBe(2);
    expect(total.channelBytesOut - before.channelBytesOut).toBe(32 + 32 + image.length);
  });
});

describe('vary and device recognition', () => {
  it('brings a volume online with its serial and the place of its VTOC', () => {
    const { host } = usualRoom();
    expect(host.findVolume('PROD01')).toMatchObject({
      device: 0x0a80,
      volume: { volser: 'PROD01', vtoc: { track: 1, record: 1 } },
    });
    must(host.varyOffline(deviceNumber(0x0a80)));
    expect(host.findVolume('PROD01')).toBeUndefined();
    must(host.varyOnline(deviceNumber(0x0a80)));
    expect(host.findVolume('PROD01')?.device).toBe(0x0a80);
  });

  it('refuses a device without label, with a bad VTOC pointer, or with a serial already online', () => {
    const { room, host } = usualRoom();
    expect(host.varyOnline(deviceNumber(0x0a83))).toMatchObject({ code: 'NO_LABEL' });
    room.initialise(0x0a83, { volser: 'PROD01' });
    const duplicate = host.varyOnline(deviceNumber(0x0a83));
    expect(duplicate).toMatchObject({
      code: 'DUPLICATE_VOLSER',
      limit: 'a volume of that serial is online on 0A80 in DSS3',
    });
    room.initialise(0x0a83, { volser: 'OTHER1' });
    room.scribble(host, 0x0a83, 1, 'no VTOC here');
    expect(host.varyOnline(deviceNumber(0x0a83))).toMatchObject({ code: 'BAD_VTOC_POINTER' });
    expect(host.varyOnline(deviceNumber(0x0999))).toMatchObject({ code: 'DEVICE_UNKNOWN' });
  });

  it('refuses a volume that describes more cylinders than the device has', () => {
    const { room, host } = usualRoom();
    const { subsystem } = room.store();
    const { index } = must(
      subsystem.defineDevice({
        number: deviceNumber(0x0a90),
        model: room.model('3390-1'),
        cylinders: 20,
      }),
    );
    room.initialise(0x0a90, { volser: 'LARGE1' });
    must(subsystem.setCylinders(index, 15));
    must(host.senseDevice(place(0x0a90)));
    expect(host.varyOnline(deviceNumber(0x0a90))).toMatchObject({ code: 'GEOMETRY_MISMATCH' });
  });

  it('refuses to vary what a job holds', () => {
    const { host } = usualRoom();
    const need = { major: 'DEVICE', minor: 'DSS3.0A80', mode: 'shared' } as const;
    const held = must(host.serialization.request('a job', [need], 'wait'));
    expect(host.varyOffline(deviceNumber(0x0a80))).toMatchObject({
      code: 'VOLUME_BUSY',
      limit: 'held by a job',
    });
    held.release();
    must(host.varyOffline(deviceNumber(0x0a80)));
  });

  it('tells the other hosts that had a device online to look at it anew', () => {
    const { room, host } = usualRoom();
    const other = room.addHost('SYSB');
    const third = room.addHost('SYSC');
    must(other.varyOnline(deviceNumber(0x0a81)));
    const online = room.complex.varyOffline(place(0x0a81));
    expect(online.map(({ name }) => name)).toEqual(['SYSA', 'SYSB']);
    room.initialise(0x0a81, { volser: 'NEWVOL' });
    room.complex.signalStateChange(place(0x0a81), online);
    expect(host.findVolume('NEWVOL')?.device).toBe(0x0a81);
    expect(other.findVolume('NEWVOL')?.device).toBe(0x0a81);
    expect(third.findVolume('NEWVOL')).toBeUndefined();
  });
});

describe('a volume behind channel programs', () => {
  it('answers waiting when another host has the device reserved, and works again afterwards', () => {
    const { room, host } = usualRoom();
    const other = room.addHost('SYSB');
    must(other.reserve(place(0x0a80)));
    expect(host.varyOnline(deviceNumber(0x0a80))).toMatchObject({
      kind: 'waiting',
      for: 'reservation',
    });
    must(other.release(place(0x0a80)));
    must(host.varyOnline(deviceNumber(0x0a80)));
  });

  it('passes on refusals of the channel and lets bugs through', () => {
    const { host } = usualRoom();
    const block = host.findDevice(deviceNumber(0x0a80));
    if (block === undefined) throw new Error('no device');
    const beyond = host.onVolume(block, (volume) => ({
      kind: 'done',
      value: volume.readTrack(trackIndex(9999)),
    }));
    expect(beyond).toMatchObject({ kind: 'refused', code: 'COMMAND_REJECT' });
    expect(() =>
      host.onVolume(block, () => {
        throw new RangeError('a bug');
      }),
    ).toThrow('a bug');
  });

  it('belongs to a host that is attached', () => {
    const alone = new DataProcessor('SYSX');
    expect(alone.readTrack(place(0x0a80), trackIndex(0))).toMatchObject({
      code: 'DEVICE_UNKNOWN',
    });
  });
});
