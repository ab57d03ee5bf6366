/**
 * Reading and writing: bytes, signatures, null tracks, relocation, and what is refused.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { CountingMeter } from '../../../src/base/default-ports.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import { placeMember, placeSector } from '../../../src/media/logical-cylinder.ts';
import { buildNullTrack, type NullFormat } from '../../../src/track/null-track.ts';
import { homeCchh } from '../../../src/track/track-image.ts';
import {
  codeOf,
  extent,
  fillOf,
  smallSubsystem,
  snap,
  track,
  trackOf,
  value,
  violationsOf,
  whole,
  write,
} from '../../support/small-subsystem.ts';

const one = (devices: readonly Device[]): Device => devices[0] as Device;

describe('writeTrack', () => {
  it('keeps its own copy, and gives a copy to every reader', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1']);
    const device = one(devices);
    const image = trackOf(device, 4, 7);
    const expected = image.slice();
    expect(subsystem.writeTrack(device.index, track(4), image).kind).toBe('done');
    image.fill(0);
    const read = value(subsystem.readTrack(device.index, track(4)));
    expect(read).toEqual(expected);
    read.fill(0);
    expect(value(subsystem.readTrack(device.index, track(4)))).toEqual(expected);
  });

  it('takes commit sequences in the order of the calls', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1']);
    const [first, second] = [1, 2].map((fill) => write(subsystem, one(devices), 0, fill));
    expect(second).toEqual({ kind: 'done', value: (first as { value: number }).value + 1 });
    expect(subsystem.commits.last()).toBe((second as { value: number }).value);
  });

  it('never overwrites: a new instance for every write, the old one free when nobody holds it', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1']);
    const [a, b] = devices as readonly [Device, Device];
    write(subsystem, a, 0, 1);
    const before = subsystem.trackEntry(a.index, track(0));
    write(subsystem, a, 0, 2);
    const after = subsystem.trackEntry(a.index, track(0));
    expect(before).not.toEqual(after);
    expect(after).toMatchObject({ birth: subsystem.commits.last() });
    expect(subsystem.parts.instances.liveCount).toBe(1);
    snap(subsystem, { wholeDevices: [whole(a, b)] });
    expect(subsystem.trackEntry(a.index, track(0))).toMatchObject({ shared: true });
    write(subsystem, a, 0, 3);
    expect(subsystem.trackEntry(b.index, track(0))).toMatchObject({ ...after, shared: false });
    expect([fillOf(subsystem, a, 0), fillOf(subsystem, b, 0)]).toEqual([3, 2]);
  });

  it.each([0, 1, 2] as const)('recognises null track format %d, which takes no space', (format) => {
    const { subsystem, devices } = smallSubsystem(['3390-1']);
    const device = one(devices);
    const image = buildNullTrack(format, { cylinder: 2, head: 3 });
    expect(subsystem.writeTrack(device.index, track(33), image).kind).toBe('done');
    expect(subsystem.trackEntry(device.index, track(33))).toEqual({ kind: 'null', format });
    expect(subsystem.capacity().liveBytes).toBe(0);
    expect(value(subsystem.readTrack(device.index, track(33)))).toEqual(image);
  });

  it('shows null tracks and tracks never written at their own address, also after a copy', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1']);
    const [a, b] = devices as readonly [Device, Device];
    for (const format of [0, 1, 2] as NullFormat[]) {
      subsystem.loadNullTrack(a.index, track(format), format);
    }
    snap(subsystem, { extents: [extent(a, 0, b, 100, 4)] });
    for (const format of [0, 1, 2] as NullFormat[]) {
      const expected = buildNullTrack(format, { cylinder: 6, head: 10 + format });
      expect(value(subsystem.readTrack(b.index, track(100 + format)))).toEqual(expected);
      expect(subsystem.trackEntry(b.index, track(100 + format))).toEqual({ kind: 'null', format });
    }
    expect(subsystem.trackEntry(b.index, track(103))).toEqual({ kind: 'neverWritten' });
  });

  it('relocates on the way out and leaves the stored bytes alone', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1']);
    const [a, b] = devices as readonly [Device, Device];
    write(subsystem, a, 0, 9);
    snap(subsystem, { extents: [extent(a, 0, b, 31, 1)] });
    const shown = value(subsystem.readTrack(b.index, track(31)));
    expect(homeCchh(shown)).toBe(0x0002_0001);
    expect(shown).toEqual(trackOf(b, 31, 9));
    const id = subsystem.parts.directory.find(b.index, 31);
    expect(homeCchh(subsystem.parts.store.read(id) ?? new Uint8Array(8))).toBe(0);
  });

  it.each<[string, string, (image: Uint8Array) => Uint8Array]>([
    ['another home address', 'TRACK_INVALID', (image) => image.fill(9, 4, 5)],
    ['no end marker', 'TRACK_INVALID', (image) => image.subarray(0, image.length - 8)],
    ['bytes behind the end marker', 'TRACK_INVALID', (image) => new Uint8Array([...image, 0])],
    ['nothing at all', 'TRACK_INVALID', () => new Uint8Array(0)],
    ['more bytes than a slot', 'TRACK_INVALID', () => new Uint8Array(56_833)],
  ])('refuses a track with %s', (_name, code, damage) => {
    const { subsystem, devices } = smallSubsystem(['3390-1']);
    const device = one(devices);
    const image = damage(trackOf(device, 4, 7));
    expect(codeOf(subsystem.writeTrack(device.index, track(4), image))).toBe(code);
    expect(subsystem.trackEntry(device.index, track(4))).toEqual({ kind: 'neverWritten' });
    expect(subsystem.commits.last()).toBe(1);
  });

  it('refuses tracks outside the image, reading and writing', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1']);
    const device = one(devices);
    const outside = track(device.trackCount);
    const image = trackOf(device, 0, 7);
    expect(codeOf(subsystem.writeTrack(device.index, outside, image))).toBe('TRACK_OUT_OF_DEVICE');
    expect(codeOf(subsystem.readTrack(device.index, outside))).toBe('TRACK_OUT_OF_DEVICE');
    expect(codeOf(subsystem.loadNullTrack(device.index, outside, 1))).toBe('TRACK_OUT_OF_DEVICE');
    // The alternate cylinder belongs to the image once the image has it.
    value(subsystem.setCylinders(device.index, 1_114));
    expect(codeOf(subsystem.readTrack(device.index, outside))).toBe('done');
  });

  it('names tracks as lost past redundancy, and shows them again when a drive is back', () => {
    const groups = [{ dataDrives: 2, redundancyDrives: 1 }] as const;
    const { subsystem, devices } = smallSubsystem(['3390-1'], { groups, spareDrives: 0 });
    const device = one(devices);
    write(subsystem, device, 3, 9);
    const { backEnd } = subsystem.parts;
    backEnd.closeOpen();
    backEnd.failDrive(0, 0);
    backEnd.failDrive(0, 1);
    expect(codeOf(subsystem.readTrack(device.index, track(3)))).toBe('TRACK_LOST');
    backEnd.returnDrive(0, 1);
    expect(fillOf(subsystem, device, 3)).toBe(9);
    expect(subsystem.parts.store.healedCount).toBe(1);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('puts tracks that are written one after the other apart from the others', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1']);
    const device = one(devices);
    for (const at of [500, 7, 8, 9, 300, 10, 11]) write(subsystem, device, at, 1);
    const { instances, directory } = subsystem.parts;
    const cylinder = (at: number): number => instances.cylinder(directory.find(device.index, at));
    expect(new Set([500, 7, 300, 10].map(cylinder)).size).toBe(1);
    expect(new Set([8, 9, 11].map(cylinder)).size).toBe(1);
    expect(cylinder(7)).not.toBe(cylinder(8));
  });

  it('refuses damaged bytes, and counts them', () => {
    const meter = new CountingMeter();
    const { subsystem, devices } = smallSubsystem(['3390-1'], {}, { meter });
    const device = one(devices);
    write(subsystem, device, 3, 1);
    const { instances, backEnd, directory } = subsystem.parts;
    const id = directory.find(device.index, 3);
    const place = instances.place(id);
    // Nonvolatile storage has no redundancy from which the bytes could come back.
    const at = [instances.cylinder(id), placeMember(place), placeSector(place), 1] as const;
    const bytes = backEnd.groupOf(place).read(...at);
    if (bytes !== undefined) bytes[100] = 2;
    expect(codeOf(subsystem.readTrack(device.index, track(3)))).toBe('CHECKSUM_MISMATCH');
    expect(meter.total('checksumFailures')).toBe(1);
    write(subsystem, device, 3, 5);
    expect(fillOf(subsystem, device, 3)).toBe(5);
  });
});

describe('content signature', () => {
  it('keeps 64 bits a track, and copies them like bytes', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1'], { content: 'signature' });
    const [a, b] = devices as readonly [Device, Device];
    expect(subsystem.writeSignature(a.index, track(8), 0xdead_beef, 0xffff_ffff)).toBe(3);
    snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    subsystem.writeSignature(a.index, track(8), 1, 2, 5_000);
    expect(subsystem.readSignature(b.index, track(8))).toBe(true);
    expect([subsystem.signatureLow, subsystem.signatureHigh]).toEqual([0xdead_beef, 0xffff_ffff]);
    expect(subsystem.readSignature(b.index, track(9))).toBe(false);
    expect([subsystem.signatureLow, subsystem.signatureHigh]).toEqual([0, 0]);
    expect(subsystem.trackEntry(a.index, track(8))).toMatchObject({
      bytes: 5_000,
      hasBytes: false,
    });
    expect(subsystem.trackEntry(b.index, track(8))).toMatchObject({ bytes: 56_701 });
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('keeps real bytes where a host writes bytes, and refuses to show bytes where there are none', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1'], { content: 'signature' });
    const [a, b] = devices as readonly [Device, Device];
    write(subsystem, a, 0, 42);
    subsystem.writeSignature(a.index, track(1), 1, 1);
    snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
    while (!subsystem.backgroundStep({ tracks: 100 }).idle);
    expect(fillOf(subsystem, b, 0)).toBe(42);
    expect(codeOf(subsystem.readTrack(b.index, track(1)))).toBe('SIGNATURE_HAS_NO_BYTES');
    subsystem.clearDevice(a.index);
    subsystem.clearDevice(b.index);
    while (subsystem.backgroundStep({ tracks: 100 }).releasedSlots > 0);
    expect(subsystem.capacity().liveBytes).toBe(0);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('tells a lost track from one that was never written', () => {
    const groups = [{ dataDrives: 2, redundancyDrives: 0 }] as const;
    const { subsystem, devices } = smallSubsystem(['3390-1'], {
      content: 'signature',
      groups,
      spareDrives: 0,
    });
    const { index } = one(devices);
    subsystem.writeSignature(index, track(8), 5, 6);
    const { backEnd } = subsystem.parts;
    backEnd.closeOpen();
    backEnd.failDrive(0, 0);
    expect([subsystem.readSignature(index, track(8)), subsystem.isSignatureLost]).toEqual([
      false,
      true,
    ]);
    expect([subsystem.signatureLow, subsystem.signatureHigh]).toEqual([0, 0]);
    expect([subsystem.readSignature(index, track(9)), subsystem.isSignatureLost]).toEqual([
      false,
      false,
    ]);
    backEnd.returnDrive(0, 0);
    expect([subsystem.readSignature(index, track(8)), subsystem.isSignatureLost]).toEqual([
      true,
      false,
    ]);
    expect(subsystem.signatureLow).toBe(5);
  });

  it('is a mistake of the program in a subsystem of bytes, and outside a device', () => {
    const bytes = smallSubsystem(['3390-1']);
    const device = one(bytes.devices);
    expect(() => bytes.subsystem.writeSignature(device.index, track(0), 1, 1)).toThrow(
      'content-is-signature',
    );
    const { subsystem } = smallSubsystem(['3390-1'], { content: 'signature' });
    const outside = track(device.trackCount);
    expect(() => subsystem.writeSignature(device.index, outside, 1, 1)).toThrow('track-in-device');
    expect(() => subsystem.readSignature(device.index, outside)).toThrow('track-in-device');
    expect(() => subsystem.readSignature(250 as never, track(0))).toThrow('track-in-device');
  });

  it('tells the meter what was counted on the hot paths', () => {
    const meter = new CountingMeter();
    const { subsystem, devices } = smallSubsystem(['3390-1'], { content: 'signature' }, { meter });
    const device = one(devices);
    for (let at = 0; at < 5; at += 1) subsystem.writeSignature(device.index, track(0), at, 0);
    for (let at = 0; at < 7; at += 1) subsystem.readSignature(device.index, track(at));
    expect(meter.total('trackWrites')).toBe(0);
    subsystem.flushMeter();
    subsystem.flushMeter();
    expect([meter.total('trackWrites'), meter.total('trackReads')]).toEqual([5, 7]);
    expect(meter.total('releasedInstances')).toBe(4);
  });
});

describe('retained points', () => {
  it('show the device as it was, and hold its space until released', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1']);
    const device = one(devices);
    write(subsystem, device, 1, 10);
    const point = subsystem.retain(device.index, 'monday');
    write(subsystem, device, 1, 11);
    write(subsystem, device, 200, 12);
    expect(value(subsystem.readTrackAt(point, track(1)))).toEqual(trackOf(device, 1, 10));
    expect([...subsystem.changedTracks(point, 'current')]).toEqual([
      { first: 1, count: 1 },
      { first: 200, count: 1 },
    ]);
    expect([...subsystem.points()].map(({ name }) => name)).toEqual(['monday']);
    expect(subsystem.parts.instances.liveCount).toBe(3);
    expect(value(subsystem.releasePoint(point))).toBeNull();
    expect(codeOf(subsystem.releasePoint(point))).toBe('POINT_UNKNOWN');
    expect(codeOf(subsystem.readTrackAt(point, track(1)))).toBe('POINT_UNKNOWN');
    while (subsystem.backgroundStep({ tracks: 100 }).releasedSlots > 0);
    expect(subsystem.parts.instances.liveCount).toBe(2);
    expect(violationsOf(subsystem)).toEqual([]);
  });

  it('outlive their device as held space only', () => {
    const { subsystem, devices } = smallSubsystem(['3390-1']);
    const device = devices[0] as Device;
    write(subsystem, device, 1, 10);
    const point = subsystem.retain(device.index, 'gone');
    value(subsystem.removeDevice(device.number));
    expect(codeOf(subsystem.readTrackAt(point, track(1)))).toBe('DEVICE_UNKNOWN');
    // Another device in the same place is not the point's.
    value(subsystem.defineDevice({ number: device.number, model: device.model }));
    expect(codeOf(subsystem.readTrackAt(point, track(1)))).toBe('DEVICE_UNKNOWN');
    expect(subsystem.capacity().liveBytes).toBeGreaterThan(0);
    value(subsystem.releasePoint(point));
    while (!subsystem.backgroundStep({ tracks: 10 }).idle);
    expect(subsystem.capacity().liveBytes).toBe(0);
    expect(violationsOf(subsystem)).toEqual([]);
  });
});
