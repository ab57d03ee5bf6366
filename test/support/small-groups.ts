/**
 * Subsystems with small redundancy groups, in which a few hundred tracks fill many cylinders: for tests
 * of collection, rebuild, scrub and drives.
 *
 * A group is 4 + 2 drives with cylinders of 256 sectors. A usual track takes 20 sectors, so a member
 * of a cylinder holds 12 and a cylinder 48.
 *
 * @module
 */

import { toTrackAddress } from '../../src/geometry/address.ts';
import type { Device } from '../../src/mapping/device-table.ts';
import type { SubsystemInput, SubsystemPorts } from '../../src/subsystem/configuration.ts';
import type { Subsystem } from '../../src/subsystem/subsystem.ts';
import { buildTrack } from '../../src/track/track-image.ts';
import { codeOf, smallSubsystem, track, violationsOf } from './small-subsystem.ts';

/** Data bytes of a usual track: 20 sectors with everything around them. */
const DATA_BYTES = 10_000;
/** Tracks of each device that are used: all of a cylinder of the group, several times. */
const TRACKS = 300;

/** What every track of a subsystem should hold, by device and track. */
export class SmallGroups {
  readonly subsystem: Subsystem;
  readonly devices: readonly Device[];
  readonly #fills = new Map<string, number>();
  readonly #isBytes: boolean;
  #next = 0;

  constructor(
    input: Partial<SubsystemInput> = {},
    ports: Partial<SubsystemPorts> = {},
    modelNames: readonly string[] = ['3390-1', '3390-1'],
  ) {
    const small = smallSubsystem(
      modelNames,
      {
        capacityBytes: 8_388_608,
        groups: [{ dataDrives: 4, redundancyDrives: 2, cylinderSectors: 256 }],
        spareDrives: 0,
        ...input,
      },
      ports,
    );
    this.subsystem = small.subsystem;
    this.devices = small.devices;
    this.#isBytes = input.content !== 'signature';
  }

  get parts(): Subsystem['parts'] {
    return this.subsystem.parts;
  }

  /** The first device. */
  get device(): Device {
    return this.devices[0] as Device;
  }

  /** Writes a track with content of its own. @returns Whether there was space. */
  write(at: number, device: Device = this.device): boolean {
    this.#next += 1;
    const fill = (this.#next % 251) + 1;
    if (this.#isBytes) {
      const image = imageOf(device, at, fill);
      if (this.subsystem.writeTrack(device.index, track(at), image, {}).kind !== 'done')
        return false;
    } else if (this.subsystem.writeSignature(device.index, track(at), fill, at, DATA_BYTES) === 0) {
      return false;
    }
    this.#fills.set(keyOf(device, at), fill);
    return true;
  }

  /** Writes tracks 0 up. */
  load(count: number = TRACKS, device: Device = this.device): void {
    for (let at = 0; at < count; at += 1) {
      if (!this.write(at, device)) throw new Error(`no space for track ${at}`);
    }
  }

  /** What a device shows is what another showed at this moment. */
  noteCopy(source: Device, target: Device): void {
    const before = Array.from(this.#fills);
    for (const [key, fill] of before) {
      const [number, at] = key.split(':');
      if (Number(number) === source.number) this.#fills.set(keyOf(target, Number(at)), fill);
    }
  }

  /** The tracks of a device are gone. */
  noteClear(device: Device): void {
    const keys = Array.from(this.#fills.keys());
    for (const key of keys) {
      if (key.startsWith(`${device.number}:`)) this.#fills.delete(key);
    }
  }

  /** Tracks that do not read as written, each with what it says instead. */
  wrongTracks(): readonly string[] {
    const wrong: string[] = [];
    for (const [key, fill] of this.#fills) {
      const [number, at] = key.split(':');
      const device = this.devices.find((candidate) => candidate.number === Number(number));
      if (device === undefined) throw new Error(`no device ${number}`);
      const found = this.#read(device, Number(at), fill);
      if (found !== 'right') wrong.push(`${key} is ${found}`);
    }
    return wrong;
  }

  /** Everything reads as written, and the whole state is sound. */
  faults(): readonly string[] {
    return [...this.wrongTracks(), ...violationsOf(this.subsystem)];
  }

  /** Every entry of the directories: id and birth of each mapped track. */
  entries(): readonly string[] {
    return [...this.#fills.keys()].map((key) => {
      const [number, at] = key.split(':');
      const device = this.devices.find((candidate) => candidate.number === Number(number));
      const entry = this.subsystem.trackEntry((device as Device).index, track(Number(at)));
      return `${key} ${JSON.stringify(entry)}`;
    });
  }

  /** Background work in steps of so many tracks until nothing is owed. */
  finish(tracks = 1_000): void {
    for (let step = 0; step < 100_000; step += 1) {
      if (this.subsystem.backgroundStep({ tracks }).idle) return;
    }
    throw new Error('background work does not end');
  }

  #read(device: Device, at: number, fill: number): string {
    if (!this.#isBytes) {
      if (!this.subsystem.readSignature(device.index, track(at))) return 'lost';
      return this.subsystem.signatureLow === fill ? 'right' : 'another';
    }
    const outcome = this.subsystem.readTrack(device.index, track(at));
    if (outcome.kind === 'refused') return codeOf(outcome);
    const expected = imageOf(device, at, fill);
    const isSame = expected.every((byte, offset) => byte === outcome.value[offset]);
    return isSame && outcome.value.length === expected.length ? 'right' : 'another';
  }
}

/** A track in which no two sectors are alike. */
function imageOf(device: Device, at: number, fill: number): Uint8Array {
  const data = new Uint8Array(DATA_BYTES);
  for (let offset = 0; offset < DATA_BYTES; offset += 1) {
    data[offset] = fill + offset * 7 + (offset >>> 9) * 13;
  }
  const address = toTrackAddress(track(at), device.model.type.headCount);
  return buildTrack(address, [{ number: 1, data }]);
}

function keyOf(device: Device, at: number): string {
  return `${device.number}:${at}`;
}
