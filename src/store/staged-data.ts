/**
 * Bytes of tracks in nonvolatile storage, and how much of them the journal has.
 *
 * The journal is the nonvolatile storage: what is acknowledged and on no flushed drive is there. Of an
 * open cylinder a commit takes what was filled since the one before. Of a cylinder that goes to the
 * drives it takes the rest, from the very buffers that were written; they are held until the commit is
 * done, and then used again.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { FIRST_TRACK_SECTOR, SECTOR_BYTES } from '../media/logical-cylinder.ts';
import type { CylinderUse, DataRange } from './record-content.ts';
import { endOfContent } from './sector-zeros.ts';

/** A cylinder in nonvolatile storage. */
export interface StoredCylinder extends CylinderUse {
  /** Of the data members, as far as they hold anything. */
  readonly buffers: readonly (Uint8Array | undefined)[];
  /** Filled up to this member, and in it up to this sector. */
  readonly member: number;
  readonly sector: number;
}

/** How far the journal has a cylinder. */
interface Mark {
  readonly stamp: number;
  readonly member: number;
  readonly sector: number;
}

/**
 * Bytes of cylinders on their way to the drives that wait for a commit. Beyond, flushing the drives costs
 * less than writing the same bytes twice, and the memory can be used again (our choice).
 */
const HELD_BYTES_MAX = 48 * 2 ** 20;

/** What the journal has and what it still needs. */
export class StagedData {
  readonly #isOnline: (group: number, member: number) => boolean;
  readonly #marks = new Map<number, Mark>();
  /** Marks as they will be when the commit is done. */
  #nextMarks: (readonly [number, Mark])[] = [];
  #destaged: CylinderUse[] = [];
  #ranges: DataRange[] = [];
  #heldBytes = 0;
  /** Buffers with ranges that were not written yet. */
  readonly #expected = new Set<Uint8Array>();
  #held: Uint8Array[] = [];
  /** Buffers that nobody needs, by length. */
  readonly #spare = new Map<number, Uint8Array[]>();
  #needsFlush = false;

  /** @param isOnline - Whether the drive of a member takes what is written to it. */
  constructor(isOnline: (group: number, member: number) => boolean) {
    this.#isOnline = isOnline;
  }

  /** Whether the next commit has to flush the drives first: then it needs no data of theirs. */
  get needsFlush(): boolean {
    return this.#needsFlush;
  }

  /** Cylinders that went to the drives since the last commit. */
  get destaged(): readonly CylinderUse[] {
    return this.#destaged;
  }

  /** The next commit flushes the drives first. */
  requireFlush(): void {
    this.#needsFlush = true;
    this.#ranges = [];
    this.#heldBytes = 0;
    this.#expected.clear();
    this.#letGo();
  }

  /** A cylinder goes to the drives, from these buffers. */
  destage(use: CylinderUse, buffers: readonly (Uint8Array | undefined)[]): void {
    this.#destaged.push(use);
    if (!this.#needsFlush) {
      const from = this.#markOf(use);
      for (let member = from.member; member < buffers.length; member += 1) {
        const buffer = buffers[member];
        if (buffer === undefined) continue;
        const first = member === from.member ? from.sector : FIRST_TRACK_SECTOR;
        this.#hold(use, member, buffer, first);
      }
    }
    this.#marks.delete(keyOf(use));
    if (this.#heldBytes > HELD_BYTES_MAX) this.requireFlush();
  }

  /** A cylinder in nonvolatile storage came to hold nothing. */
  drop(use: CylinderUse): void {
    this.#marks.delete(keyOf(use));
  }

  /** A buffer was written to a drive. @returns Another one that may be used instead, if there is one. */
  exchange(buffer: Uint8Array): Uint8Array | undefined {
    if (!this.#expected.delete(buffer)) return buffer;
    this.#held.push(buffer);
    return this.#spare.get(buffer.length)?.pop();
  }

  /** All ranges that the journal still needs, those of cylinders in nonvolatile storage included. */
  pending(stored: Iterable<StoredCylinder>): readonly DataRange[] {
    invariant(this.#expected.size === 0, 'destaged-buffers-were-written');
    const ranges = [...this.#ranges];
    this.#nextMarks = [];
    for (const cylinder of stored) {
      const from = this.#markOf(cylinder);
      rangesBetween(cylinder, from, ranges);
      const { stamp, member, sector } = cylinder;
      this.#nextMarks.push([keyOf(cylinder), { stamp, member, sector }]);
    }
    return ranges;
  }

  /** The commit of what {@link pending} told is done. */
  settle(): void {
    for (const [key, mark] of this.#nextMarks) this.#marks.set(key, mark);
    this.#nextMarks = [];
    this.#destaged = [];
    this.#ranges = [];
    this.#heldBytes = 0;
    this.#needsFlush = false;
    this.#letGo();
  }

  /** Everything that lies in nonvolatile storage is in the journal, or in a checkpoint. */
  markAll(stored: Iterable<StoredCylinder>): void {
    for (const cylinder of stored) {
      const { stamp, member, sector } = cylinder;
      this.#marks.set(keyOf(cylinder), { stamp, member, sector });
    }
  }

  #markOf(use: CylinderUse): Mark {
    const mark = this.#marks.get(keyOf(use));
    if (mark?.stamp === use.stamp) return mark;
    return { stamp: use.stamp, member: 0, sector: FIRST_TRACK_SECTOR };
  }

  #hold(use: CylinderUse, member: number, buffer: Uint8Array, first: number): void {
    const end = endOfContent(buffer, first, buffer.length / SECTOR_BYTES);
    if (end === first) return;
    const range = rangeOf(use, member, buffer, first, end);
    this.#heldBytes += range.bytes.length;
    if (this.#isOnline(use.group, member)) {
      this.#expected.add(buffer);
      this.#ranges.push(range);
    } else {
      // Nobody writes it, so it is used again at once.
      this.#ranges.push({ ...range, bytes: range.bytes.slice() });
    }
  }

  #letGo(): void {
    for (const buffer of this.#held) {
      const spare = this.#spare.get(buffer.length) ?? [];
      if (spare.length === 0) this.#spare.set(buffer.length, spare);
      spare.push(buffer);
    }
    this.#held = [];
  }
}

/** Adds what a cylinder was filled with from a mark on. */
export function rangesBetween(
  cylinder: StoredCylinder,
  from: { readonly member: number; readonly sector: number },
  ranges: DataRange[],
): void {
  for (let { member } = from; member <= cylinder.member; member += 1) {
    const buffer = cylinder.buffers[member];
    if (buffer === undefined) continue;
    const first = member === from.member ? from.sector : FIRST_TRACK_SECTOR;
    const end =
      member === cylinder.member
        ? cylinder.sector
        : endOfContent(buffer, first, buffer.length / SECTOR_BYTES);
    if (end > first) ranges.push(rangeOf(cylinder, member, buffer, first, end));
  }
}

function rangeOf(
  { group, cylinder, stamp }: CylinderUse,
  member: number,
  buffer: Uint8Array,
  first: number,
  end: number,
): DataRange {
  const bytes = buffer.subarray(first * SECTOR_BYTES, end * SECTOR_BYTES);
  return { group, cylinder, stamp, member, sector: first, bytes };
}

/** Groups are fewer than 2^8, and cylinders than 2^32. */
function keyOf({ group, cylinder }: CylinderUse): number {
  return group * 2 ** 32 + cylinder;
}
