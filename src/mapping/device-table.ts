/**
 * The device table (VDT): which devices there are, and what the data plane must know of each.
 *
 * The record of a device is a control-plane value. The figures that every read and write needs stand
 * beside it in typed arrays, indexed by the device's place in the table; the root of its track
 * directory is one of them.
 *
 * @module
 */
import type { CommitOrder } from '../base/commit-order.ts';
import { invariant } from '../base/invariant.ts';
import { KeptArray, type KeptArrayForm, type KeptFigures, type Plain } from '../base/kept-state.ts';
import type { Journal } from '../base/ports.ts';
import { RecordTable } from '../base/record-table.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import {
  type DeviceIndex,
  type DeviceNumber,
  deviceIndex,
  formatDeviceNumber,
} from '../base/units.ts';
import { cylinderCapacity, type DeviceModel, knownModel } from '../geometry/device-model.ts';
import { ANY_GROUP } from '../media/placement.ts';

/** In place of the track written last: no track follows it. */
const NO_TRACK = -2;

/** What happens to a host write when there is no space (docs/architecture.md, "Out of space"). */
export type OutOfSpacePolicy = 'block' | 'failWrite' | 'dropBackground';

/** A device as defined. */
export interface Device {
  /** Place in the table; used again after a removal, with the next generation. */
  readonly index: DeviceIndex;
  readonly number: DeviceNumber;
  readonly model: DeviceModel;
  /** How many devices have had this place, this one included. */
  readonly generation: number;
  /** Cylinders of the image: from 1 to primary plus alternate cylinders of the model. */
  readonly cylinders: number;
  /** Tracks of the image. */
  readonly trackCount: number;
  /** Tracks with all alternate cylinders: the most that the image can grow to. */
  readonly trackCapacity: number;
  /** Redundancy group that its instances lie in; `null` when they may lie anywhere. */
  readonly homeGroup: number | null;
  readonly outOfSpace: OutOfSpacePolicy;
  /** Shows a retained point: hosts read it, and nothing writes it. */
  readonly readOnly: boolean;
  /** Release of deleted space keeps away from it. Says nothing about copies. */
  readonly releaseExcluded: boolean;
}

/** Bit of {@link DeviceTable.watches}: some tracks are the target of a live relation. */
export const WATCH_TARGET = 1;
/** Bit of {@link DeviceTable.watches}: some tracks lie in an open conflict window. */
export const WATCH_WINDOW = 2;
/** Bit of {@link DeviceTable.watches}: somebody listens to changes (change-watch.ts). */
export const WATCH_CHANGE = 4;

/** Why a device takes no change, if so. */
export function refuseReadOnly(device: Device): Refusal | undefined {
  if (!device.readOnly) return undefined;
  return refuse('DEVICE_WRITE_PROTECTED', {
    what: `device ${formatDeviceNumber(device.number)}`,
    limit: 'it shows a retained point, which never changes',
    fix: 'copy it to another device and change that',
  });
}

/** Devices by place, with their figures in typed arrays. */
export class DeviceTable implements KeptFigures {
  readonly kind = 'figures';
  readonly name = 'devices';
  readonly countMax: number;
  /** Root page of each device's track directory; 0 is the empty tree. See {@link touchRoot}. */
  readonly roots: Uint32Array;
  /** Interior levels above the leaves of each directory. */
  readonly levels: Uint8Array;
  /** Tracks of each image; 0 where no device is defined, so that every access there is refused. */
  readonly trackCounts: Uint32Array;
  /** Tracks that may be written: those of the image, none of a read-only device. */
  readonly writableCounts: Uint32Array;
  readonly headCounts: Uint8Array;
  /** Home group of each device, or -1. */
  readonly homeGroups: Int16Array;
  /** Track of each device that a host wrote last ({@link noteLastTrack}): tells sequential writing. */
  readonly lastTracks: Int32Array;
  /**
   * The one word that a write tests: who wants to hear of writes to this device. Not kept: whoever
   * wants to hear says so again.
   */
  readonly watches: Uint8Array;

  readonly #records: RecordTable<DeviceIndex, Device>;
  readonly #byNumber = new Map<DeviceNumber, DeviceIndex>();
  readonly #generations: Uint32Array;
  /** Places that were given up, the one to be used next last. */
  readonly #freeIndexes: Uint32Array;
  #freeCount = 0;
  readonly #keptRoots: KeptArray;
  readonly #keptLevels: KeptArray;
  readonly #keptLastTracks: KeptArray;
  readonly #keptGenerations: KeptArray;
  readonly #keptFree: KeptArray;

  constructor(countMax: number, order: CommitOrder, journal: Journal) {
    this.countMax = countMax;
    this.roots = new Uint32Array(countMax);
    this.levels = new Uint8Array(countMax);
    this.trackCounts = new Uint32Array(countMax);
    this.writableCounts = new Uint32Array(countMax);
    this.headCounts = new Uint8Array(countMax);
    this.homeGroups = new Int16Array(countMax);
    this.lastTracks = new Int32Array(countMax);
    this.watches = new Uint8Array(countMax);
    this.#generations = new Uint32Array(countMax);
    this.#freeIndexes = new Uint32Array(countMax);
    this.#keptRoots = keptArray('devices.roots', this.roots);
    this.#keptLevels = keptArray('devices.levels', this.levels);
    this.#keptLastTracks = keptArray('devices.lastTracks', this.lastTracks);
    this.#keptGenerations = keptArray('devices.generations', this.#generations);
    this.#keptFree = keptArray('devices.free', this.#freeIndexes);
    journal.keep(this.#keptRoots);
    journal.keep(this.#keptLevels);
    journal.keep(this.#keptLastTracks);
    journal.keep(this.#keptGenerations);
    journal.keep(this.#keptFree);
    this.#records = new RecordTable('device', order, journal, withKnownModel);
    journal.keep(this);
  }

  save(): Plain {
    return this.#freeCount;
  }

  /** What devices are defined with is told by their records. */
  restore(saved: Plain | undefined): void {
    if (saved !== undefined) this.#freeCount = saved as number;
    for (const device of this.#records.values()) this.#setFigures(device);
  }

  /** The root of a device changes. */
  touchRoot(device: number): void {
    this.#keptRoots.touch(device);
  }

  /** A host writes a track. */
  noteLastTrack(device: number, track: number): void {
    this.lastTracks[device] = track;
    this.#keptLastTracks.touch(device);
  }

  get size(): number {
    return this.#records.size;
  }

  isFull(): boolean {
    return this.#records.size === this.countMax;
  }

  find(number: DeviceNumber): Device | undefined {
    const index = this.#byNumber.get(number);
    return index === undefined ? undefined : this.#records.get(index);
  }

  get(index: DeviceIndex): Device | undefined {
    return this.#records.get(index);
  }

  require(index: DeviceIndex): Device {
    return this.#records.require(index);
  }

  /** All devices, in order of definition. */
  values(): IterableIterator<Device> {
    return this.#records.values();
  }

  /**
   * Defines a device with an empty directory.
   *
   * @param definition - Checked by the caller: number free, cylinders within the model.
   * @param levels - Interior levels that the directory needs for the device's track capacity.
   */
  define(
    definition: Omit<Device, 'index' | 'generation' | 'trackCount' | 'trackCapacity'>,
    levels: number,
  ): Device {
    invariant(!this.isFull(), 'device-table-has-room');
    invariant(!this.#byNumber.has(definition.number), 'device-number-free');
    const index = this.#freeIndex();
    invariant(this.roots[index] === 0, 'device-root-empty-at-definition');
    const generation = (this.#generations[index] as number) + 1;
    this.#generations[index] = generation;
    this.#keptGenerations.touch(index);
    const { headCount } = definition.model.type;
    const device: Device = {
      index,
      ...definition,
      generation,
      trackCount: definition.cylinders * headCount,
      trackCapacity: cylinderCapacity(definition.model) * headCount,
    };
    this.levels[index] = levels;
    this.#keptLevels.touch(index);
    this.noteLastTrack(index, NO_TRACK);
    this.#setFigures(device);
    return this.#records.insert(index, device);
  }

  /** Removes a device whose directory is empty and that nobody watches. */
  remove(index: DeviceIndex): void {
    const device = this.require(index);
    invariant(this.roots[index] === 0, 'device-root-empty-at-removal');
    invariant(this.watches[index] === 0, 'device-unwatched-at-removal');
    this.trackCounts[index] = 0;
    this.writableCounts[index] = 0;
    this.#byNumber.delete(device.number);
    this.#records.delete(index);
    this.#freeIndexes[this.#freeCount] = index;
    this.#keptFree.touch(this.#freeCount);
    this.#freeCount += 1;
  }

  /** Changes the cylinders of the image. The caller clears tracks that fall away. */
  setCylinders(index: DeviceIndex, cylinders: number): Device {
    const device = this.#records.update(index, (draft) => {
      draft.cylinders = cylinders;
      draft.trackCount = cylinders * draft.model.type.headCount;
    });
    invariant(device.trackCount <= device.trackCapacity, 'device-cylinders-within-model');
    this.trackCounts[index] = device.trackCount;
    this.writableCounts[index] = device.readOnly ? 0 : device.trackCount;
    return device;
  }

  /** Keeps release of deleted space away from a device, or lets it come again. */
  setReleaseExcluded(index: DeviceIndex, isExcluded: boolean): Device {
    return this.#records.update(index, (draft) => {
      draft.releaseExcluded = isExcluded;
    });
  }

  #freeIndex(): DeviceIndex {
    if (this.#freeCount === 0) return deviceIndex(this.#records.size);
    this.#freeCount -= 1;
    return deviceIndex(this.#freeIndexes[this.#freeCount] as number);
  }

  /** What the data plane must know of a device, from its record. */
  #setFigures(device: Device): void {
    const { index } = device;
    this.trackCounts[index] = device.trackCount;
    this.writableCounts[index] = device.readOnly ? 0 : device.trackCount;
    this.headCounts[index] = device.model.type.headCount;
    this.homeGroups[index] = device.homeGroup ?? ANY_GROUP;
    this.#byNumber.set(device.number, index);
  }
}

/** Has one element for each device, and never more. */
function keptArray(name: string, array: KeptArrayForm): KeptArray {
  return new KeptArray(
    name,
    () => array,
    () => invariant(false, 'device-table-of-one-size', name),
  );
}

/** A device as it was kept, with the model that everybody else names. */
function withKnownModel(device: Device): Device {
  return Object.freeze({ ...device, model: knownModel(device.model) });
}
