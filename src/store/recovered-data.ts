/**
 * Bytes of cylinders as checkpoints and journal give them back: those that lie in nonvolatile storage, and
 * those that went to drives that may not have them yet.
 *
 * @module
 */
import { SECTOR_BYTES } from '../media/logical-cylinder.ts';
import type { CylinderUse } from './record-content.ts';
import type { ReadRange } from './record-reading.ts';
import type { StorePlace } from './store-fault.ts';

/** One use of a cylinder. */
export interface RecoveredCylinder extends CylinderUse {
  /** Of the data members, as far as anything is known of them; what was not written is zeros. */
  readonly buffers: (Uint8Array | undefined)[];
  /** It went to the drives, and they were not flushed since. */
  isDestaged: boolean;
  /** Where a record lies some of whose bytes for this cylinder were damaged. */
  damagedAt: StorePlace | undefined;
}

/** Gathers bytes in the order in which they were written. */
export class RecoveredData {
  readonly #cylinders = new Map<number, RecoveredCylinder>();
  readonly #bufferBytes: readonly number[];

  /** @param cylinderSectors - Sectors of a physical cylinder, of each group. */
  constructor(cylinderSectors: readonly number[]) {
    this.#bufferBytes = cylinderSectors.map((sectors) => sectors * SECTOR_BYTES);
  }

  /** Forgets everything: a checkpoint begins, which has all of nonvolatile storage. */
  clear(): void {
    this.#cylinders.clear();
  }

  /** Takes the data of a record. */
  add(ranges: readonly ReadRange[], place: StorePlace): void {
    for (const range of ranges) {
      const cylinder = this.#useOf(range);
      let buffer = cylinder.buffers[range.member];
      if (buffer === undefined) {
        buffer = new Uint8Array(this.#bufferBytes[range.group] ?? 0);
        cylinder.buffers[range.member] = buffer;
      }
      // Each track has a checksum of its own, which tells what of a damaged range can still be had.
      buffer.set(range.bytes, range.sector * SECTOR_BYTES);
      if (!range.isWhole) cylinder.damagedAt = place;
    }
  }

  /** These cylinders went to the drives. */
  destage(uses: readonly CylinderUse[]): void {
    for (const use of uses) this.#useOf(use).isDestaged = true;
  }

  /** The drives were flushed: what went there is there. */
  flush(): void {
    for (const [key, { isDestaged }] of this.#cylinders) {
      if (isDestaged) this.#cylinders.delete(key);
    }
  }

  /** What is left. */
  cylinders(): Iterable<RecoveredCylinder> {
    return this.#cylinders.values();
  }

  /** A later use of a cylinder takes the place of the one before. */
  #useOf({ group, cylinder, stamp }: CylinderUse): RecoveredCylinder {
    const key = group * 2 ** 32 + cylinder;
    const known = this.#cylinders.get(key);
    if (known?.stamp === stamp) return known;
    const fresh = {
      group,
      cylinder,
      stamp,
      buffers: [],
      isDestaged: false,
      damagedAt: undefined,
    };
    this.#cylinders.set(key, fresh);
    return fresh;
  }
}
