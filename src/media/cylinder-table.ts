/**
 * Accounts and ages of the logical cylinders of one redundancy group.
 *
 * A record is four words, so that one look serves an instance that dies. *Live* sectors belong to an
 * instance; everything else of a cylinder that was left is *dead*, padding and passed-over ends
 * included. Ages are told in ticks of the *cylinder clock*: one tick for every cylinder opened.
 *
 * | word | content |
 * | --- | --- |
 * | 0 | live sectors |
 * | 1 | state; kind in bits 8 to 15 |
 * | 2 | clock when the cylinder was left |
 * | 3 | clock when one of its sectors last died |
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { PlacementKind } from './placement.ts';

/** Holds nothing and may be opened. */
export const CYLINDER_FREE = 0;
/** Takes new instances; lies in NVS. */
export const CYLINDER_OPEN = 1;
/** Takes no more; lies in NVS and waits for destage. */
export const CYLINDER_FULL = 2;
/** Lies on the drives, with its redundancy. */
export const CYLINDER_DESTAGED = 3;
/** Holds nothing, and may be opened when the change that emptied it is durable. */
export const CYLINDER_QUARANTINED = 4;

/** One of the states. */
export type CylinderState =
  | typeof CYLINDER_FREE
  | typeof CYLINDER_OPEN
  | typeof CYLINDER_FULL
  | typeof CYLINDER_DESTAGED
  | typeof CYLINDER_QUARANTINED;

const RECORD_BITS = 2;
const LIVE = 0;
const STATE = 1;
const CLOSED_AT = 2;
const INVALIDATED_AT = 3;
const STATE_MASK = 0xff;
const KIND_SHIFT = 8;

/** Cylinders of one page of the table: 64 KiB. */
const PAGE_BITS = 12;
const PAGE_MASK = (1 << PAGE_BITS) - 1;

/** Records of every cylinder that was ever opened. */
export class CylinderTable {
  /** Sectors of a cylinder that tracks may use. */
  readonly size: number;
  /** Cylinders that the group has. */
  readonly cylinderCount: number;
  readonly #pages: Uint32Array[] = [];
  #openedCount = 0;
  #clock = 0;

  constructor(cylinderCount: number, size: number) {
    this.cylinderCount = cylinderCount;
    this.size = size;
  }

  /** Cylinders ever opened: numbers 0 up to this have records. */
  get openedCount(): number {
    return this.#openedCount;
  }

  /** Cylinders opened so far, again and again: the clock of ages. */
  get clock(): number {
    return this.#clock;
  }

  /** The next cylinder that never was open; its record comes into being. */
  extend(): number {
    const cylinder = this.#openedCount;
    invariant(cylinder < this.cylinderCount, 'cylinder-table-has-room');
    if (cylinder >>> PAGE_BITS === this.#pages.length) {
      this.#pages.push(new Uint32Array(1 << (PAGE_BITS + RECORD_BITS)));
    }
    this.#openedCount += 1;
    return cylinder;
  }

  /** A free cylinder opens, and the clock ticks. */
  open(cylinder: number, kind: PlacementKind): void {
    const page = this.#page(cylinder);
    const base = this.#base(cylinder);
    invariant(this.state(cylinder) === CYLINDER_FREE, 'cylinder-free-at-open', String(cylinder));
    invariant(page[base + LIVE] === 0, 'cylinder-empty-at-open', String(cylinder));
    this.#clock += 1;
    page[base + STATE] = CYLINDER_OPEN | (kind << KIND_SHIFT);
    page[base + CLOSED_AT] = this.#clock;
    page[base + INVALIDATED_AT] = this.#clock;
  }

  /** An open cylinder is left. */
  close(cylinder: number): void {
    const page = this.#page(cylinder);
    const base = this.#base(cylinder);
    invariant(this.state(cylinder) === CYLINDER_OPEN, 'cylinder-open-at-close', String(cylinder));
    this.#setState(page, base, CYLINDER_FULL);
    page[base + CLOSED_AT] = this.#clock;
  }

  /** A cylinder goes on from state to state after it was left. */
  advance(cylinder: number, from: CylinderState, to: CylinderState): void {
    invariant(this.state(cylinder) === from, 'cylinder-state', `${cylinder} from ${from} to ${to}`);
    this.#setState(this.#page(cylinder), this.#base(cylinder), to);
  }

  state(cylinder: number): CylinderState {
    const word = this.#page(cylinder)[this.#base(cylinder) + STATE] as number;
    return (word & STATE_MASK) as CylinderState;
  }

  kind(cylinder: number): PlacementKind {
    const word = this.#page(cylinder)[this.#base(cylinder) + STATE] as number;
    return (word >>> KIND_SHIFT) as PlacementKind;
  }

  /** Live sectors. */
  live(cylinder: number): number {
    return this.#page(cylinder)[this.#base(cylinder) + LIVE] as number;
  }

  /** Clock when the cylinder was left; while it is open, when it was opened. */
  closedAt(cylinder: number): number {
    return this.#page(cylinder)[this.#base(cylinder) + CLOSED_AT] as number;
  }

  /** Clock when one of its sectors last died; at first, when the cylinder was opened. */
  invalidatedAt(cylinder: number): number {
    return this.#page(cylinder)[this.#base(cylinder) + INVALIDATED_AT] as number;
  }

  /** Sectors become live. */
  enliven(cylinder: number, sectors: number): void {
    const page = this.#pages[cylinder >>> PAGE_BITS] as Uint32Array;
    const at = (cylinder & PAGE_MASK) << RECORD_BITS;
    page[at] = (page[at] as number) + sectors;
  }

  /** Live sectors die. @returns The live sectors left. */
  kill(cylinder: number, sectors: number): number {
    const page = this.#pages[cylinder >>> PAGE_BITS] as Uint32Array;
    const at = (cylinder & PAGE_MASK) << RECORD_BITS;
    const live = (page[at] as number) - sectors;
    if (live < 0) tooFew(cylinder);
    page[at] = live;
    page[at + INVALIDATED_AT] = this.#clock;
    return live;
  }

  /** Bytes of the records in use. */
  get usedBytes(): number {
    return this.#openedCount * 4 * (1 << RECORD_BITS);
  }

  #setState(page: Uint32Array, base: number, state: CylinderState): void {
    page[base + STATE] = ((page[base + STATE] as number) & ~STATE_MASK) | state;
  }

  #page(cylinder: number): Uint32Array {
    return this.#pages[cylinder >>> PAGE_BITS] as Uint32Array;
  }

  #base(cylinder: number): number {
    return (cylinder & PAGE_MASK) << RECORD_BITS;
  }
}

function tooFew(cylinder: number): never {
  invariant(false, 'cylinder-has-live-sectors', String(cylinder));
}
