/**
 * Retained points: what a device held at an instant, kept for comparison, for going back, or for the
 * undoing of a release.
 *
 * A point is one more parent of a root, so it costs nothing until the device is written. Space held
 * by old points is part of the live space until they are released.
 *
 * @module
 */
import type { CommitOrder } from '../base/commit-order.ts';
import type { KeptFigures, Plain } from '../base/kept-state.ts';
import type { Journal } from '../base/ports.ts';
import { RecordTable } from '../base/record-table.ts';
import type { CommitSequence, DeviceIndex, Nanos } from '../base/units.ts';
import type { Device } from './device-table.ts';
import { type PointId, pointId } from './retained-point.ts';
import type { DirectoryTree, TrackDirectory } from './track-directory.ts';

/**
 * Why a point is there.
 *
 * | kind | meaning |
 * | --- | --- |
 * | named | somebody asked for it, and releases it |
 * | rule | made by the retention rule of its device, and released by it |
 * | hold | holds released tracks alone, as long as their release may be undone |
 */
export type PointKind = 'named' | 'rule' | 'hold';

/** What a point is labelled with. */
export interface PointLabel {
  readonly name: string;
  readonly kind: PointKind;
  /** The last change that the point shows. */
  readonly sequence: CommitSequence;
  /** Model time from which the device was known to look like this. */
  readonly since: Nanos;
  /** Model time at which the point was made. */
  readonly takenAt: Nanos;
}

/** A retained point as its record. */
export interface RetainedPoint extends PointLabel {
  readonly id: PointId;
  readonly device: DeviceIndex;
  /** Generation of the device: a later device in the same place is another one. */
  readonly generation: number;
  /** Tracks of the image at the instant. */
  readonly trackCount: number;
  readonly tree: DirectoryTree;
}

/** Points by id. */
export class RetainedPoints implements KeptFigures {
  readonly kind = 'figures';
  readonly name = 'points';
  readonly #directory: TrackDirectory;
  readonly #records: RecordTable<PointId, RetainedPoint>;
  #lastId = 0;

  constructor(directory: TrackDirectory, order: CommitOrder, journal: Journal) {
    this.#directory = directory;
    this.#records = new RecordTable('point', order, journal);
    journal.keep(this);
  }

  save(): Plain {
    return this.#lastId;
  }

  restore(saved: Plain | undefined): void {
    if (saved !== undefined) this.#lastId = saved as number;
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

  /**
   * Keeps a tree of a device.
   *
   * @param tree - Held by the caller, who hands it over; default: all that the device holds now.
   */
  retain(
    device: Device,
    label: PointLabel,
    tree: DirectoryTree = this.#directory.hold(device.index),
  ): RetainedPoint {
    this.#lastId += 1;
    const id = pointId(this.#lastId);
    const { index, generation, trackCount } = device;
    return this.#records.insert(id, {
      id,
      ...label,
      device: index,
      generation,
      trackCount,
      tree,
    });
  }

  /** Lets go of a point's tree; it is taken apart in slices. */
  release(id: PointId): void {
    const point = this.#records.require(id);
    this.#records.delete(id);
    this.#directory.drop(point.tree);
  }
}
