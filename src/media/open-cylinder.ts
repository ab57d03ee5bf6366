/**
 * The open cylinder of one kind: where the next instance of that kind goes.
 *
 * @module
 */
import { GrowingDirectory } from './cylinder-directories.ts';
import { encodePlace, FIRST_TRACK_SECTOR } from './logical-cylinder.ts';
import type { PlacementKind } from './placement.ts';

/** In place of a cylinder: none is open. */
const NO_CYLINDER = -1;

/** A cylinder that is filled member by member. */
export class OpenCylinder {
  readonly kind: PlacementKind;
  /** Ids written so far. */
  readonly list = new GrowingDirectory();
  /** -1 when none is open. */
  cylinder = NO_CYLINDER;
  member = 0;
  /** First sector that is not taken. When none is open, the end of a member: nothing fits. */
  sector: number;
  /** Place of sector 0 of the member. */
  placeBase = 0;
  /** Buffers of the members, each made when it is first written; none where no bytes are kept. */
  buffers: (Uint8Array | undefined)[] = [];
  readonly #group: number;
  readonly #memberCount: number;
  readonly #cylinderSectors: number;

  constructor(group: number, kind: PlacementKind, memberCount: number, cylinderSectors: number) {
    this.kind = kind;
    this.sector = cylinderSectors;
    this.#group = group;
    this.#memberCount = memberCount;
    this.#cylinderSectors = cylinderSectors;
  }

  get isOpen(): boolean {
    return this.cylinder !== NO_CYLINDER;
  }

  /** Whether so many sectors fit, perhaps in the next member. */
  fits(sectors: number): boolean {
    if (this.cylinder === NO_CYLINDER) return false;
    return this.sector + sectors <= this.#cylinderSectors || this.member + 1 < this.#memberCount;
  }

  /** Sectors left in the open member. */
  get memberRest(): number {
    return this.#cylinderSectors - this.sector;
  }

  /** Sectors that were not reached yet. */
  get unwritten(): number {
    if (this.cylinder === NO_CYLINDER) return 0;
    const behind = this.#memberCount - 1 - this.member;
    return this.memberRest + behind * (this.#cylinderSectors - FIRST_TRACK_SECTOR);
  }

  /** Starts on a free cylinder. */
  begin(cylinder: number, buffers: (Uint8Array | undefined)[]): void {
    this.cylinder = cylinder;
    this.buffers = buffers;
    this.list.reset();
    this.#enter(0);
  }

  /** Goes on with the next member. */
  nextMember(): void {
    this.#enter(this.member + 1);
  }

  /** None is open any more. */
  end(): void {
    this.cylinder = NO_CYLINDER;
    this.sector = this.#cylinderSectors;
    this.buffers = [];
    this.list.reset();
  }

  #enter(member: number): void {
    this.member = member;
    this.sector = FIRST_TRACK_SECTOR;
    this.placeBase = encodePlace(this.#group, member, 0);
  }
}
