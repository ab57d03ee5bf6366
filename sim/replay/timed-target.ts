/**
 * The subsystem in time that a trace is replayed against: as many redundancy groups as its tracks need,
 * with those tracks written before time begins.
 *
 * @module
 */
import { type Device, InputError, Subsystem, type TrackIndex } from '../../src/index.ts';
import { DriveModel } from '../device/drive/drive-model.ts';
import type { DriveParameters } from '../device/drive/drive-parameters.ts';
import { DriveWorkLog } from '../device/drive-work-log.ts';
import type { SubsystemParameters } from '../device/subsystem-parameters.ts';
import { TimedSubsystem } from '../device/timed-subsystem.ts';
import { Engine } from '../engine/engine.ts';
import { FULL_TRACK_BYTES } from '../load/track-mapper.ts';
import { REPLAY_DEVICE_COUNT_MAX, ReplayDevices } from './replay-devices.ts';
import type { ReplayOptions } from './replay-options.ts';
import type { TouchedTracks } from './touched-tracks.ts';

/** What the subsystem is made of. */
export interface TimedTargetParts {
  readonly parameters: SubsystemParameters;
  /** Of the drives, where they have moving parts. */
  readonly drive: DriveParameters | undefined;
}

const DATA_DRIVES = 13;
const REDUNDANCY_DRIVES = 2;
const SECTOR_BYTES = 512;
/** Part of the drives that is capacity; the rest is for collection to work with (our choice). */
const CAPACITY_SHARE = 0.8;
/** Room for what the trace writes, beside what is there: collection needs it (our choice). */
const ROOM_SHARE = 1.5;
const GROUPS_MAX = 64;
/** Tracks loaded between two turns of background work. */
const LOAD_TRACKS = 4_096;

/** A subsystem in time with the volumes of a trace. */
export class TimedTarget {
  readonly engine = new Engine();
  readonly timed: TimedSubsystem;
  readonly devices: ReplayDevices;
  readonly groupCount: number;
  preloadedTracks = 0;

  /** @throws InputError CAPACITY_EXCEEDED when the tracks do not fit. */
  constructor(
    options: Omit<ReplayOptions, 'capacityBytes'> & { readonly capacityBytes: number | null },
    { parameters, drive }: TimedTargetParts,
    touched: TouchedTracks | undefined,
  ) {
    const log = new DriveWorkLog();
    // What the parameter set says of the cache holds on the drives, too: tracks are stored compressed.
    const ratio = Math.max(1, FULL_TRACK_BYTES / parameters.cache.trackBytes);
    const groupBytes = groupBytesOf(parameters, drive);
    const tracks = touched?.count ?? 0;
    const needed = (tracks * FULL_TRACK_BYTES * ROOM_SHARE) / ratio;
    this.groupCount = groupsFor(options.capacityBytes ?? needed, groupBytes);
    const capacityBytes = options.capacityBytes ?? this.groupCount * groupBytes;
    const subsystem = Subsystem.create(
      {
        name: 'REPLAY',
        content: 'signature',
        capacityBytes,
        deviceCountMax: REPLAY_DEVICE_COUNT_MAX,
        outOfSpace: 'failWrite',
        groups: Array.from({ length: this.groupCount }, () => ({
          dataDrives: DATA_DRIVES,
          redundancyDrives: REDUNDANCY_DRIVES,
          compression: { ratio },
        })),
      },
      { driveWork: log },
    );
    this.devices = new ReplayDevices(subsystem, options.trackBytes, () => undefined);
    if (touched !== undefined) {
      this.#preload(subsystem, touched, options.trackBytes);
      this.#fillCylinders(subsystem, FULL_TRACK_BYTES / ratio);
    }
    subsystem.drives.closeOpen();
    // What was there before has cost nobody any time.
    log.count = 0;
    this.timed = new TimedSubsystem(
      this.engine,
      subsystem,
      log,
      parameters,
      drive === undefined ? {} : { drive },
    );
  }

  #preload(subsystem: Subsystem, touched: TouchedTracks, trackBytes: number): void {
    const { mapper } = this.devices;
    touched.visit((volume, track) => {
      mapper.begin(volume, track * trackBytes, 1);
      mapper.next();
      this.preloadedTracks += 1;
      const device = mapper.device as Device['index'];
      const low = this.preloadedTracks >>> 0;
      if (subsystem.writeSignature(device, mapper.track as TrackIndex, low, 0) === 0) {
        full(this.preloadedTracks, touched.count);
      }
      if (this.preloadedTracks % LOAD_TRACKS === 0)
        subsystem.backgroundStep({ tracks: LOAD_TRACKS });
    });
  }

  /**
   * Fills the open cylinders with tracks of a device that nobody reads: one that is nearly empty would
   * be collected at once, and the last tracks of the trace would lie in nonvolatile storage.
   */
  #fillCylinders(subsystem: Subsystem, storedBytes: number): void {
    const { index } = this.devices.define();
    let count = 0;
    for (const { dataDrives, cylinderSectors } of subsystem.places.shapes) {
      count += Math.ceil((dataDrives * cylinderSectors * SECTOR_BYTES) / storedBytes);
    }
    // Tracks one behind the other, and tracks apart: the two go to cylinders of their own.
    for (let at = 0; at < count; at += 1) {
      subsystem.writeSignature(index, at as TrackIndex, at, 1);
    }
    for (let at = 0; at < count; at += 1) {
      subsystem.writeSignature(index, (count + 2 * at + 1) as TrackIndex, at, 1);
    }
  }
}

/** Capacity of a redundancy group of these drives, before compression. */
function groupBytesOf({ drives }: SubsystemParameters, drive: DriveParameters | undefined): number {
  const sectorCount =
    typeof drives === 'string' && drive !== undefined
      ? new DriveModel(drive).sectorCount
      : typeof drives === 'string'
        ? 0
        : drives.sectorCount;
  return Math.floor(sectorCount * SECTOR_BYTES * DATA_DRIVES * CAPACITY_SHARE);
}

function groupsFor(bytes: number, groupBytes: number): number {
  return Math.min(GROUPS_MAX, Math.max(1, Math.ceil(bytes / groupBytes)));
}

function full(written: number, tracks: number): never {
  throw new InputError('CAPACITY_EXCEEDED', {
    what: `${written - 1} of the ${tracks} tracks that the trace touches fit`,
    limit: `a replay has at most ${GROUPS_MAX} redundancy groups`,
    fix: 'give more capacity, pick some volumes, or scale addresses down (--address-scale)',
  });
}
