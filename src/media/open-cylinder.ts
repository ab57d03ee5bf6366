/**
 * The open cylinder of one kind: where the next instance of that kind goes.
 *
 * @module
 */
import type { Plain, StateKeeping } from '../base/kept-state.ts';
import { GrowingDirectory } from './cylinder-directories.ts';
import { encodePlace, FIRST_TRACK_SECTOR } from './logical-cylinder.ts';
import { PLACEMENT_KINDS, type PlacementKind } from './placement.ts';

/** In place of a cylinder: none is open. */
const NO_CYLINDER = -1;

/** A cylinder that is filled member by member. */
export class OpenCylinder extends GrowingDirectory {
  readonly kind: PlacementKind;
  /** Place and sectors of what was taken last. */
  place = 0;
  sectors = 0;
  /** -1 when none is open. */
  cylinder = NO_CYLINDER;
  /** Clock of the group when the cylinder was opened. */
  stamp = 0;
  member = 0;
  /** First sector that is not taken. When none is open, the end of a member: nothing fits. */
  sector: number;
  /** All that the cylinder holds may be taken without a look at any limit. */
  isGranted = false;
  /** Sector up to which instances are taken at once: the end of the member, if that is granted. */
  end: number;
  /** Sector up to which the group has counted what is live. */
  counted: number;
  /** Sectors at the ends of earlier members that nothing fitted into. */
  passedOver = 0;
  /** Place of sector 0 of the member. */
  placeBase = 0;
  /** Buffers of the members, each made when it is first written; none where no bytes are kept. */
  buffers: (Uint8Array | undefined)[];
  readonly #group: number;
  readonly #memberCount: number;
  readonly #cylinderSectors: number;
  readonly #hasBytes: boolean;
  readonly #name: string;

  /** @param hasBytes - Whether members have buffers. */
  constructor(
    group: number,
    kind: PlacementKind,
    memberCount: number,
    cylinderSectors: number,
    hasBytes: boolean,
  ) {
    const name = `group${group}.open.${PLACEMENT_KINDS[kind]}`;
    super(`${name}.ids`);
    this.#name = name;
    this.kind = kind;
    this.sector = cylinderSectors;
    this.end = cylinderSectors;
    this.counted = cylinderSectors;
    this.#group = group;
    this.#memberCount = memberCount;
    this.#cylinderSectors = cylinderSectors;
    this.#hasBytes = hasBytes;
    this.buffers = this.#noBuffers();
  }

  /** Where filling stands outlives the process; the buffers are for whoever keeps bytes. */
  keep(keeping: StateKeeping): void {
    this.keepIds(keeping);
    keeping.keep({
      kind: 'figures',
      name: this.#name,
      save: () => this.#save(),
      restore: (saved) => this.#restore(saved),
    });
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

  /** Sectors of the cylinder that no instance ever took. */
  get unused(): number {
    return this.unwritten + this.passedOver;
  }

  /** Sectors that may be taken without a look at any limit. */
  get granted(): number {
    return this.isGranted ? this.unwritten : this.end - this.sector;
  }

  /** Sectors taken since the group has counted what is live. */
  get uncounted(): number {
    return this.sector - this.counted;
  }

  /** Starts on a free cylinder. */
  begin(cylinder: number, stamp: number): void {
    this.cylinder = cylinder;
    this.stamp = stamp;
    if (this.#hasBytes) this.buffers = this.#noBuffers();
    this.reset();
    this.passedOver = 0;
    this.isGranted = false;
    this.#enter(0);
  }

  /** Goes on with the next member. */
  nextMember(): void {
    this.passedOver += this.memberRest;
    this.#enter(this.member + 1);
  }

  /** Grants all that the cylinder holds. */
  grant(): void {
    this.isGranted = true;
    this.end = this.#cylinderSectors;
  }

  /** Takes what was granted back, but for so many sectors. */
  revoke(butFor = 0): void {
    this.isGranted = false;
    this.end = this.sector + butFor;
  }

  /** None is open any more. */
  finish(): void {
    this.cylinder = NO_CYLINDER;
    this.sector = this.#cylinderSectors;
    this.revoke();
    this.counted = this.sector;
    if (this.#hasBytes) this.buffers = this.#noBuffers();
    this.reset();
  }

  #save(): Plain {
    const { cylinder, stamp, member, sector, end, counted, passedOver, place, sectors } = this;
    const { isGranted, count } = this;
    return [
      [cylinder, stamp, member, sector, end, counted, passedOver, place, sectors, count],
      isGranted,
    ];
  }

  #restore(saved: Plain | undefined): void {
    if (saved === undefined) return;
    const [figures, isGranted] = saved as [number[], boolean];
    [
      this.cylinder,
      this.stamp,
      this.member,
      this.sector,
      this.end,
      this.counted,
      this.passedOver,
      this.place,
      this.sectors,
      this.count,
    ] = figures as [number, number, number, number, number, number, number, number, number, number];
    this.isGranted = isGranted;
    this.placeBase = encodePlace(this.#group, this.member, 0);
    this.buffers = this.#noBuffers();
  }

  #noBuffers(): (Uint8Array | undefined)[] {
    const count = this.#hasBytes ? this.#memberCount : 0;
    return Array.from({ length: count }, () => undefined);
  }

  #enter(member: number): void {
    this.member = member;
    this.sector = FIRST_TRACK_SECTOR;
    this.end = this.isGranted ? this.#cylinderSectors : FIRST_TRACK_SECTOR;
    this.counted = FIRST_TRACK_SECTOR;
    this.placeBase = encodePlace(this.#group, member, 0);
  }
}
