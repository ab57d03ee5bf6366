/**
 * Accounts of the logical cylinders of one redundancy group: live, dead and unwritten sectors.
 *
 * For each cylinder live + dead + unwritten = size, always. *Live* sectors belong to an instance.
 * *Dead* sectors were freed, or passed over at the end of a member; each lies in exactly one free
 * range. *Unwritten* sectors have not been reached since the cylinder was last empty.
 *
 * A cylinder whose last live sector goes starts anew: everything unwritten, and the next epoch, by
 * which free ranges from its earlier life are told apart.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { CYLINDER_SECTORS, MEMBER_SECTORS } from './logical-cylinder.ts';

const RECORD_BITS = 2;
const LIVE = 0;
const DEAD = 1;
const UNWRITTEN = 2;
const EPOCH = 3;
/** Cylinders of one page of the table: 64 KiB. */
const PAGE_BITS = 12;
const PAGE_MASK = (1 << PAGE_BITS) - 1;

/** Figures of every cylinder that was ever opened. */
export class CylinderTable {
  readonly capacitySectors: number;
  /** Cylinders that the capacity has; the last may be short. */
  readonly cylinderCount: number;
  readonly #pages: Uint32Array[] = [];
  #openedCount = 0;

  constructor(capacitySectors: number) {
    this.capacitySectors = capacitySectors;
    this.cylinderCount = Math.ceil(capacitySectors / CYLINDER_SECTORS);
  }

  /** Cylinders ever opened: numbers 0 up to this have accounts. */
  get openedCount(): number {
    return this.#openedCount;
  }

  /** Opens the next cylinder that never was open. @returns Its number, or -1 when there is none. */
  open(): number {
    const cylinder = this.#openedCount;
    if (cylinder === this.cylinderCount) return -1;
    if (cylinder >>> PAGE_BITS === this.#pages.length) {
      this.#pages.push(new Uint32Array(1 << (PAGE_BITS + RECORD_BITS)));
    }
    this.#openedCount += 1;
    this.#page(cylinder)[this.#base(cylinder) + UNWRITTEN] = this.size(cylinder);
    return cylinder;
  }

  /** Sectors of a cylinder. */
  size(cylinder: number): number {
    return Math.min(CYLINDER_SECTORS, this.capacitySectors - cylinder * CYLINDER_SECTORS);
  }

  /** Sectors of one member of a cylinder; 0 beyond the end of a short cylinder. */
  memberSize(cylinder: number, member: number): number {
    const rest = this.size(cylinder) - member * MEMBER_SECTORS;
    return Math.max(0, Math.min(MEMBER_SECTORS, rest));
  }

  live(cylinder: number): number {
    return this.#page(cylinder)[this.#base(cylinder) + LIVE] as number;
  }

  dead(cylinder: number): number {
    return this.#page(cylinder)[this.#base(cylinder) + DEAD] as number;
  }

  unwritten(cylinder: number): number {
    return this.#page(cylinder)[this.#base(cylinder) + UNWRITTEN] as number;
  }

  epoch(cylinder: number): number {
    return this.#page(cylinder)[this.#base(cylinder) + EPOCH] as number;
  }

  /** Unwritten sectors become live. */
  write(cylinder: number, sectors: number): void {
    const page = this.#page(cylinder);
    const base = this.#base(cylinder);
    const unwritten = page[base + UNWRITTEN] as number;
    if (unwritten < sectors) tooFew('unwritten');
    page[base + UNWRITTEN] = unwritten - sectors;
    page[base + LIVE] = (page[base + LIVE] as number) + sectors;
  }

  /** Unwritten sectors become dead: nothing fits there any more. */
  passOver(cylinder: number, sectors: number): void {
    const page = this.#page(cylinder);
    const base = this.#base(cylinder);
    const unwritten = page[base + UNWRITTEN] as number;
    if (unwritten < sectors) tooFew('unwritten');
    page[base + UNWRITTEN] = unwritten - sectors;
    page[base + DEAD] = (page[base + DEAD] as number) + sectors;
  }

  /** Dead sectors become live, if the cylinder is still in that epoch. @returns Whether it is. */
  revive(cylinder: number, sectors: number, epoch: number): boolean {
    const page = this.#page(cylinder);
    const base = this.#base(cylinder);
    if (page[base + EPOCH] !== epoch) return false;
    const dead = page[base + DEAD] as number;
    if (dead < sectors) tooFew('dead');
    page[base + DEAD] = dead - sectors;
    page[base + LIVE] = (page[base + LIVE] as number) + sectors;
    return true;
  }

  /** Live sectors become dead. @returns The live sectors left. */
  kill(cylinder: number, sectors: number): number {
    const page = this.#page(cylinder);
    const base = this.#base(cylinder);
    const live = page[base + LIVE] as number;
    if (live < sectors) tooFew('live');
    page[base + LIVE] = live - sectors;
    page[base + DEAD] = (page[base + DEAD] as number) + sectors;
    return live - sectors;
  }

  /** Starts a cylinder without live sectors anew. @returns The dead sectors that went unwritten. */
  restart(cylinder: number): number {
    const page = this.#page(cylinder);
    const base = this.#base(cylinder);
    invariant(page[base + LIVE] === 0, 'cylinder-empty-at-restart');
    const dead = page[base + DEAD] as number;
    page[base + DEAD] = 0;
    page[base + UNWRITTEN] = this.size(cylinder);
    page[base + EPOCH] = (page[base + EPOCH] as number) + 1;
    return dead;
  }

  #page(cylinder: number): Uint32Array {
    return this.#pages[cylinder >>> PAGE_BITS] as Uint32Array;
  }

  #base(cylinder: number): number {
    return (cylinder & PAGE_MASK) << RECORD_BITS;
  }

  /** Bytes of the accounts in use. */
  get usedBytes(): number {
    return this.#openedCount * 4 * (1 << RECORD_BITS);
  }
}

function tooFew(kind: string): never {
  invariant(false, `cylinder-has-${kind}-sectors`);
}
