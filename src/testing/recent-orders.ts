/**
 * The last accepted snapshots of a session: what commands give back, and where they like to write.
 *
 * @module
 */
import type { SnapshotOrder } from './copy-engine.ts';

/** Orders that are remembered. */
const ORDERS_MAX = 6;

/** The last few orders, oldest first. */
export class RecentOrders {
  readonly #orders: SnapshotOrder[] = [];

  add(order: SnapshotOrder): void {
    this.#orders.push(order);
    if (this.#orders.length > ORDERS_MAX) this.#orders.shift();
  }

  list(): readonly SnapshotOrder[] {
    return this.#orders;
  }

  /** Tracks of a device on both sides of the borders of copied extents, where mistakes like to be. */
  borders(device: number): readonly number[] {
    const tracks: number[] = [];
    const add = (on: number, first: number, count: number): void => {
      if (on !== device) return;
      tracks.push(first, first + count - 1, first + count);
      if (first > 0) tracks.push(first - 1);
    };
    for (const { extents } of this.#orders) {
      for (const extent of extents) {
        add(extent.source, extent.sourceFirst, extent.sourceCount);
        add(extent.target, extent.targetFirst, extent.targetCount);
      }
    }
    return tracks;
  }
}
