/**
 * A redundancy group: where new track instances go, and where the space of dead ones comes back.
 *
 * Order of choice for a new instance: a freed range of exactly its length (last in, first out); the
 * open cylinder, filled member by member; a free cylinder; a longer freed range, split; freed
 * neighbours, joined. Moving instances together (free-space collection) is not done here.
 *
 * The range that came back last stays in hand, out of the accounts of its cylinder, until something
 * else comes back. Overwriting track after track then moves neither accounts nor lists: each write
 * takes what the one before gave back. {@link RedundancyGroup.settle} puts the hand down.
 *
 * Only this module takes and gives space.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { CylinderTable } from './cylinder-table.ts';
import { FreeRanges } from './free-ranges.ts';
import { encodePlace, MEMBER_COUNT } from './logical-cylinder.ts';

const NO_CYLINDER = -1;

/** Space of one redundancy group. A taken place stands in {@link cylinder} and {@link place}. */
export class RedundancyGroup {
  readonly number: number;
  readonly capacitySectors: number;
  /** Sectors that only writes with the right to the reserve may take. */
  readonly reserveSectors: number;
  readonly cylinders: CylinderTable;
  readonly ranges: FreeRanges;
  /** Why the last taking of space failed. */
  readonly shortage: 'space' | 'nvs' = 'space';
  cylinder = 0;
  place = 0;

  #liveSectors = 0;
  #deadSectors = 0;
  #openCylinder = NO_CYLINDER;
  #openMember = 0;
  #openSector = 0;
  readonly #freeCylinders: number[] = [];
  /** The range in hand; no sectors when there is none. Its cylinder still counts it as live. */
  #handCylinder = 0;
  #handPlace = 0;
  #handSectors = 0;

  constructor(number: number, capacitySectors: number, reserveSectors: number) {
    invariant(reserveSectors < capacitySectors, 'reserve-below-capacity');
    this.number = number;
    this.capacitySectors = capacitySectors;
    this.reserveSectors = reserveSectors;
    this.cylinders = new CylinderTable(capacitySectors);
    this.ranges = new FreeRanges(this.cylinders);
  }

  get liveSectors(): number {
    return this.#liveSectors;
  }

  get deadSectors(): number {
    return this.#deadSectors;
  }

  get unwrittenSectors(): number {
    return this.capacitySectors - this.#liveSectors - this.#deadSectors;
  }

  /** Cylinders without a sector in use. */
  get freeCylinderCount(): number {
    return this.#freeCylinders.length + this.cylinders.cylinderCount - this.cylinders.openedCount;
  }

  /** Cylinders that were used and are empty again. */
  get freeCylinders(): readonly number[] {
    return this.#freeCylinders;
  }

  /**
   * Takes space for an instance.
   *
   * @param sectors - At least 1, at most what a member has.
   * @param mayUseReserve - Whether the last {@link reserveSectors} may be taken, too.
   * @returns Whether there was space.
   */
  take(sectors: number, mayUseReserve: boolean): boolean {
    const kept = mayUseReserve ? 0 : this.reserveSectors;
    if (this.#liveSectors + sectors > this.capacitySectors - kept) return false;
    if (this.#handSectors === sectors) {
      this.#handSectors = 0;
      this.#deadSectors -= sectors;
      this.cylinder = this.#handCylinder;
      this.place = this.#handPlace;
    } else if (this.ranges.take(sectors)) {
      this.#deadSectors -= sectors;
      this.cylinder = this.ranges.cylinder;
      this.place = this.ranges.place;
    } else if (!this.#takeFresh(sectors) && !this.#takeSplit(sectors)) {
      return false;
    }
    this.#liveSectors += sectors;
    return true;
  }

  /** Gives the space of a dead instance back. */
  giveBack(cylinder: number, place: number, sectors: number): void {
    if (this.#handSectors > 0) this.settle();
    this.#liveSectors -= sectors;
    this.#deadSectors += sectors;
    this.#handCylinder = cylinder;
    this.#handPlace = place;
    this.#handSectors = sectors;
  }

  /** Enters the range in hand into the accounts. Whoever looks at cylinders or ranges calls it first. */
  settle(): void {
    const sectors = this.#handSectors;
    if (sectors === 0) return;
    this.#handSectors = 0;
    const cylinder = this.#handCylinder;
    if (this.cylinders.kill(cylinder, sectors) === 0) this.#restart(cylinder);
    else this.ranges.put(cylinder, this.#handPlace, sectors);
  }

  #takeFresh(sectors: number): boolean {
    for (;;) {
      if (this.#openCylinder === NO_CYLINDER && !this.#openNext()) return false;
      if (this.#openSector + sectors <= this.#openMemberSize()) break;
      this.#leaveMember();
    }
    this.cylinder = this.#openCylinder;
    this.place = encodePlace(this.number, this.#openMember, this.#openSector);
    this.#openSector += sectors;
    this.cylinders.write(this.cylinder, sectors);
    return true;
  }

  #takeSplit(sectors: number): boolean {
    // The hand may hold the very sectors that are missing, or empty a whole cylinder.
    this.settle();
    if (this.#takeFresh(sectors)) return true;
    const found =
      this.ranges.takeSplit(sectors) ||
      (this.ranges.coalesce() && (this.ranges.take(sectors) || this.ranges.takeSplit(sectors)));
    if (!found) return false;
    this.#deadSectors -= sectors;
    this.cylinder = this.ranges.cylinder;
    this.place = this.ranges.place;
    return true;
  }

  /** The rest of the open member is too short: it becomes a free range, and the next member opens. */
  #leaveMember(): void {
    const rest = this.#openMemberSize() - this.#openSector;
    if (rest > 0) {
      const place = encodePlace(this.number, this.#openMember, this.#openSector);
      this.cylinders.passOver(this.#openCylinder, rest);
      this.#deadSectors += rest;
      this.ranges.put(this.#openCylinder, place, rest);
    }
    this.#openMember += 1;
    this.#openSector = 0;
    if (this.#openMember === MEMBER_COUNT || this.#openMemberSize() === 0) {
      this.#openCylinder = NO_CYLINDER;
    }
  }

  #openNext(): boolean {
    const cylinder = this.#freeCylinders.pop() ?? this.cylinders.open();
    if (cylinder < 0) return false;
    this.#openCylinder = cylinder;
    this.#openMember = 0;
    this.#openSector = 0;
    return true;
  }

  #openMemberSize(): number {
    return this.cylinders.memberSize(this.#openCylinder, this.#openMember);
  }

  #restart(cylinder: number): void {
    this.#deadSectors -= this.cylinders.restart(cylinder);
    if (cylinder === this.#openCylinder) {
      this.#openMember = 0;
      this.#openSector = 0;
    } else {
      this.#freeCylinders.push(cylinder);
    }
  }
}
