/**
 * Accounts and ages of the logical cylinders of one redundancy group.
 *
 * Arrays by cylinder, which double when they are full. What an instance that dies touches stands
 * together and apart from the rest, because those looks are all over the place. *Live* sectors belong to an
 * instance; everything else of a cylinder that was left is *dead*, padding and passed-over ends
 * included. Ages are told in ticks of the *cylinder clock*: one tick for every cylinder opened.
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

const STATE_MASK = 0xff;
const KIND_SHIFT = 8;
const KIND_MASK = 0x7f;
const MOVED = 0x8000;
/** Cylinders for which there is room at first. */
const FIRST_ROOM = 64;
/** Bytes of one cylinder in the arrays. */
const CYLINDER_BYTES = 14;

/** Records of every cylinder that was ever opened. */
export class CylinderTable {
  /** Sectors of a cylinder that tracks may use. */
  readonly size: number;
  /** Cylinders that the group has. */
  readonly cylinderCount: number;
  /**
   * Two words each: live sectors, and the clock when one of its sectors last died. An open cylinder
   * counts all its sectors as live until they die; what nothing has taken is subtracted when it is
   * left, so that taking touches nothing here.
   */
  #figures = new Uint32Array(2 * FIRST_ROOM);
  /** State; kind in bits 8 to 14; whether an instance has moved away in bit 15. */
  #states = new Uint16Array(FIRST_ROOM);
  /** Clock when the cylinder was left. */
  #closedAt = new Uint32Array(FIRST_ROOM);
  #openedCount = 0;
  #clock = 0;

  /** Sectors of an open cylinder that no instance has taken. */
  readonly #unusedOf: (cylinder: number) => number;

  /** @param unusedOf - Sectors of an open cylinder that no instance has taken. */
  constructor(cylinderCount: number, size: number, unusedOf: (cylinder: number) => number) {
    this.cylinderCount = cylinderCount;
    this.size = size;
    this.#unusedOf = unusedOf;
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
    if (cylinder === this.#states.length) this.#grow();
    this.#openedCount += 1;
    return cylinder;
  }

  /** A free cylinder opens, and the clock ticks. */
  open(cylinder: number, kind: PlacementKind): void {
    invariant(this.state(cylinder) === CYLINDER_FREE, 'cylinder-free-at-open');
    invariant(this.live(cylinder) === 0, 'cylinder-empty-at-open');
    this.#clock += 1;
    this.#states[cylinder] = CYLINDER_OPEN | (kind << KIND_SHIFT);
    this.#closedAt[cylinder] = this.#clock;
    this.#figures[2 * cylinder] = this.size;
    this.#figures[2 * cylinder + 1] = this.#clock;
  }

  /** An open cylinder is left. */
  close(cylinder: number): void {
    const live = (this.#figures[2 * cylinder] as number) - this.#unusedOf(cylinder);
    invariant(live >= 0, 'open-cylinder-live-sectors');
    this.#figures[2 * cylinder] = live;
    this.advance(cylinder, CYLINDER_OPEN, CYLINDER_FULL);
    this.#closedAt[cylinder] = this.#clock;
  }

  /** A cylinder goes on from state to state after it was left. */
  advance(cylinder: number, from: CylinderState, to: CylinderState): void {
    if (this.state(cylinder) !== from) wrongState(cylinder, from, to);
    this.#states[cylinder] = ((this.#states[cylinder] as number) & ~STATE_MASK) | to;
  }

  state(cylinder: number): CylinderState {
    return ((this.#states[cylinder] as number) & STATE_MASK) as CylinderState;
  }

  kind(cylinder: number): PlacementKind {
    return (((this.#states[cylinder] as number) >>> KIND_SHIFT) & KIND_MASK) as PlacementKind;
  }

  /** An instance has moved out of the cylinder. */
  noteMove(cylinder: number): void {
    this.#states[cylinder] = (this.#states[cylinder] as number) | MOVED;
  }

  /** Whether any has since the cylinder was opened. */
  hasMoved(cylinder: number): boolean {
    return ((this.#states[cylinder] as number) & MOVED) !== 0;
  }

  /** Live sectors. */
  live(cylinder: number): number {
    const live = this.#figures[2 * cylinder] as number;
    return this.state(cylinder) === CYLINDER_OPEN ? live - this.#unusedOf(cylinder) : live;
  }

  /** Clock when the cylinder was left; while it is open, when it was opened. */
  closedAt(cylinder: number): number {
    return this.#closedAt[cylinder] as number;
  }

  /** Clock when one of its sectors last died; at first, when the cylinder was opened. */
  invalidatedAt(cylinder: number): number {
    return this.#figures[2 * cylinder + 1] as number;
  }

  /** Live sectors die. @returns The live sectors left; of an open cylinder, more. */
  kill(cylinder: number, sectors: number): number {
    const figures = this.#figures;
    const live = (figures[2 * cylinder] as number) - sectors;
    if (live < 0) tooFew(cylinder);
    figures[2 * cylinder] = live;
    figures[2 * cylinder + 1] = this.#clock;
    return live;
  }

  /** Bytes of the arrays in use. */
  get usedBytes(): number {
    return this.#openedCount * CYLINDER_BYTES;
  }

  #grow(): void {
    const room = this.#states.length * 2;
    this.#figures = longer(this.#figures, 2 * room);
    this.#closedAt = longer(this.#closedAt, room);
    const states = new Uint16Array(room);
    states.set(this.#states);
    this.#states = states;
  }
}

function longer(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(length);
  copy.set(array);
  return copy;
}

function wrongState(cylinder: number, from: CylinderState, to: CylinderState): never {
  invariant(false, 'cylinder-state', `${cylinder} from ${from} to ${to}`);
}

function tooFew(cylinder: number): never {
  invariant(false, 'cylinder-has-live-sectors', String(cylinder));
}
