/**
 * Retained points: a device's tree at an instant, held for comparison and for restores.
 *
 * A point is one more parent of a root, so it costs nothing until the device is written. Space held
 * by old points is part of the live space until they are released.
 *
 * @module
 */
import type { CommitOrder } from '../base/commit-order.ts';
import type { Journal } from '../base/ports.ts';
import { RecordTable } from '../base/record-table.ts';
import type { DeviceIndex } from '../base/units.ts';
import type { Device } from './device-table.ts';
import { type PointId, pointId } from './retained-point.ts';
import type { DirectoryTree, TrackDirectory } from './track-directory.ts';

/** A retained point as its record. */
export interface RetainedPoint {
  readonly id: PointId;
  readonly name: string;
  readonly device: DeviceIndex;
  /** Generation of the device: a later device in the same place is another one. */
  readonly generation: number;
  /** Tracks of the image at the instant. */
  readonly trackCount: number;
  readonly tree: DirectoryTree;
}

/** Points by id. */
export class RetainedPoints {
  readonly #directory: TrackDirectory;
  readonly #records: RecordTable<PointId, RetainedPoint>;
  #lastId = 0;

  constructor(directory: TrackDirectory, order: CommitOrder, journal: Journal) {
    this.#directory = directory;
    this.#records = new RecordTable('point', order, journal);
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: PointId): RetainedPoint | undefined {
    return this.#records.get(id);
  }

  require(id: PointId): RetainedPoint {
    return this.#records.require(id);
  }

  /** All points, oldest first. */
  values(): IterableIterator<RetainedPoint> {
    return this.#records.values();
  }

  /** Holds the device's current tree. */
  retain(device: Device, name: string): PointId {
    this.#lastId += 1;
    const id = pointId(this.#lastId);
    this.#records.insert(id, {
      id,
      name,
      device: device.index,
      generation: device.generation,
      trackCount: device.trackCount,
      tree: this.#directory.hold(device.index),
    });
    return id;
  }

  /** Lets go of a point's tree; it is taken apart in slices. */
  release(id: PointId): void {
    const point = this.#records.require(id);
    this.#records.delete(id);
    this.#directory.drop(point.tree);
  }
}
