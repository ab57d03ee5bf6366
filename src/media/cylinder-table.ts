/**
 * Accounts and ages of the logical cylinders of one redundancy group.
 *
 * Arrays by cylinder, which double when they are full. Deaths are only noted at first, and entered some
 * dozens at a time: where an instance lay comes late from memory, and entering it at once would wait
 * for that. Whoever looks at a cylinder finds everything entered. *Live* sectors belong to an
 * instance; everything else of a cylinder that was left is *dead*, padding and passed-over ends
 * included. Ages are told in ticks of the *cylinder clock*: one tick for every cylinder opened.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { KEPT_BLOCK_BITS, KeptArray, type Plain, type StateKeeping } from '../base/kept-state.ts';
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

/** Cylinders of a block of figures, as a power of two: each has two words. */
const FIGURES_BLOCK_BITS = KEPT_BLOCK_BITS - 1;

/** Deaths that are noted before they are entered. */
const NOTED_MAX = 64;

/** The group whose cylinders a table keeps. */
export interface CylinderOwner {
  /** Sectors of an open cylinder that no instance has taken. */
  unusedOf(cylinder: number): number;
  /** Live sectors of cylinders have died. */
  onDeath(sectors: number): void;
  /** The last live sector of a cylinder that was left has died. */
  onEmpty(cylinder: number): void;
}

/** Records of every cylinder that was ever opened. */
export class CylinderTable {
  /** Sectors of a cylinder that tracks may use. */
  readonly size: number;
  /** Cylinders that the group has. */
  readonly cylinderCount: number;
  /**
   * Two words each: live sectors, and the clock when one of its sectors last died. An open cylinder
   * counts all its sectors as live until they die; what nothing has taken is subtracted when it is
   * left, so that taking touches nothing here. Signed words and shifts keep the arithmetic in 32 bits.
   */
  #figures = new Int32Array(2 * FIRST_ROOM);
  /** State; kind in bits 8 to 14; whether an instance has moved away in bit 15. */
  #states = new Uint16Array(FIRST_ROOM);
  /** Clock when the cylinder was left. */
  #closedAt = new Uint32Array(FIRST_ROOM);
  #openedCount = 0;
  #clock = 0;
  readonly #keptFigures: KeptArray;
  readonly #keptStates: KeptArray;
  readonly #keptClosings: KeptArray;

  /** Cylinder and sectors of each death that is not entered yet. */
  readonly #noted = new Int32Array(2 * NOTED_MAX);
  /** Words in use there. */
  #notedWords = 0;
  readonly #owner: CylinderOwner;
  readonly #name: string;

  /** @param name - Of the table, where it is kept. */
  constructor(name: string, cylinderCount: number, size: number, owner: CylinderOwner) {
    this.#name = name;
    this.cylinderCount = cylinderCount;
    this.size = size;
    this.#owner = owner;
    this.#keptFigures = new KeptArray(
      `${name}.figures`,
      () => this.#figures,
      (count) => this.#makeRoom(Math.ceil(count / 2)),
    );
    this.#keptStates = new KeptArray(
      `${name}.states`,
      () => this.#states,
      (count) => this.#makeRoom(count),
    );
    this.#keptClosings = new KeptArray(
      `${name}.closings`,
      () => this.#closedAt,
      (count) => this.#makeRoom(count),
    );
  }

  /** The table outlives the process. */
  keep(keeping: StateKeeping): void {
    for (const words of [this.#keptFigures, this.#keptStates, this.#keptClosings]) {
      keeping.keep(words);
    }
    keeping.keep({
      kind: 'figures',
      name: this.#name,
      beforeSaving: () => this.settle(),
      save: () => [this.#openedCount, this.#clock],
      restore: (saved) => this.#restore(saved),
    });
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
    this.#makeRoom(cylinder + 1);
    this.#openedCount += 1;
    return cylinder;
  }

  /** A free cylinder opens, and the clock ticks. */
  open(cylinder: number, kind: PlacementKind): void {
    invariant(this.state(cylinder) === CYLINDER_FREE, 'cylinder-free-at-open');
    invariant(this.#figures[cylinder << 1] === 0, 'cylinder-empty-at-open');
    this.#clock += 1;
    this.#states[cylinder] = CYLINDER_OPEN | (kind << KIND_SHIFT);
    this.#closedAt[cylinder] = this.#clock;
    this.#figures[cylinder << 1] = this.size;
    this.#figures[(cylinder << 1) + 1] = this.#clock;
    this.#keptStates.touch(cylinder);
    this.#keptClosings.touch(cylinder);
    this.#touchFigures(cylinder);
  }

  /**
   * An open cylinder is left.
   *
   * @param unused - Sectors of it that no instance has taken.
   * @returns Its live sectors.
   */
  close(cylinder: number, unused: number): number {
    this.advance(cylinder, CYLINDER_OPEN, CYLINDER_FULL);
    const live = (this.#figures[cylinder << 1] as number) - unused;
    if (live < 0) tooFew(cylinder);
    this.#figures[cylinder << 1] = live;
    this.#closedAt[cylinder] = this.#clock;
    this.#touchFigures(cylinder);
    this.#keptClosings.touch(cylinder);
    return live;
  }

  /** A cylinder goes on from state to state after it was left. */
  advance(cylinder: number, from: CylinderState, to: CylinderState): void {
    if (this.state(cylinder) !== from) wrongState(cylinder, from, to);
    this.#states[cylinder] = ((this.#states[cylinder] as number) & ~STATE_MASK) | to;
    this.#keptStates.touch(cylinder);
  }

  state(cylinder: number): CylinderState {
    if (this.#notedWords > 0) this.settle();
    return ((this.#states[cylinder] as number) & STATE_MASK) as CylinderState;
  }

  kind(cylinder: number): PlacementKind {
    return (((this.#states[cylinder] as number) >>> KIND_SHIFT) & KIND_MASK) as PlacementKind;
  }

  /** An instance has moved out of the cylinder. */
  noteMove(cylinder: number): void {
    this.#states[cylinder] = (this.#states[cylinder] as number) | MOVED;
    this.#keptStates.touch(cylinder);
  }

  /** Whether any has since the cylinder was opened. */
  hasMoved(cylinder: number): boolean {
    return ((this.#states[cylinder] as number) & MOVED) !== 0;
  }

  /** Live sectors. */
  live(cylinder: number): number {
    const isOpen = this.state(cylinder) === CYLINDER_OPEN;
    const live = this.#figures[cylinder << 1] as number;
    return isOpen ? live - this.#owner.unusedOf(cylinder) : live;
  }

  /** Clock when the cylinder was left; while it is open, when it was opened. */
  closedAt(cylinder: number): number {
    return this.#closedAt[cylinder] as number;
  }

  /** Clock when one of its sectors last died; at first, when the cylinder was opened. */
  invalidatedAt(cylinder: number): number {
    this.settle();
    return this.#figures[(cylinder << 1) + 1] as number;
  }

  /** Live sectors die. */
  kill(cylinder: number, sectors: number): void {
    const noted = this.#noted;
    const at = this.#notedWords;
    noted[at] = cylinder;
    noted[at + 1] = sectors;
    this.#notedWords = at + 2;
    if (at + 2 === 2 * NOTED_MAX) this.settle();
  }

  /** Enters all deaths that were noted. */
  settle(): void {
    const words = this.#notedWords;
    if (words === 0) return;
    this.#notedWords = 0;
    const noted = this.#noted;
    const figures = this.#figures;
    let died = 0;
    let emptied = 0;
    for (let at = 0; at < words; at += 2) {
      const cylinder = noted[at] as number;
      const sectors = noted[at + 1] as number;
      const live = (figures[cylinder << 1] as number) - sectors;
      if (live < 0) tooFew(cylinder);
      figures[cylinder << 1] = live;
      figures[(cylinder << 1) + 1] = this.#clock;
      this.#touchFigures(cylinder);
      died += sectors;
      // Kept at the front, which was read already.
      if (live === 0) noted[emptied++] = cylinder;
    }
    this.#owner.onDeath(died);
    for (let at = 0; at < emptied; at += 1) {
      const cylinder = noted[at] as number;
      if (this.state(cylinder) !== CYLINDER_OPEN) this.#owner.onEmpty(cylinder);
    }
  }

  /** Bytes of the arrays in use. */
  get usedBytes(): number {
    return this.#openedCount * CYLINDER_BYTES;
  }

  #touchFigures(cylinder: number): void {
    const { touched } = this.#keptFigures;
    if (touched !== undefined) touched.add(cylinder >>> FIGURES_BLOCK_BITS);
  }

  #restore(saved: Plain | undefined): void {
    if (saved === undefined) return;
    const [openedCount, clock] = saved as [number, number];
    this.#makeRoom(openedCount);
    this.#openedCount = openedCount;
    this.#clock = clock;
  }

  /** Doubles the arrays until they have room for so many cylinders. */
  #makeRoom(cylinders: number): void {
    let room = this.#states.length;
    if (cylinders <= room) return;
    while (room < cylinders) room *= 2;
    const figures = new Int32Array(2 * room);
    figures.set(this.#figures);
    this.#figures = figures;
    const closedAt = new Uint32Array(room);
    closedAt.set(this.#closedAt);
    this.#closedAt = closedAt;
    const states = new Uint16Array(room);
    states.set(this.#states);
    this.#states = states;
  }
}

function wrongState(cylinder: number, from: CylinderState, to: CylinderState): never {
  invariant(false, 'cylinder-state', `${cylinder} from ${from} to ${to}`);
}

function tooFew(cylinder: number): never {
  invariant(false, 'cylinder-has-live-sectors', String(cylinder));
}
