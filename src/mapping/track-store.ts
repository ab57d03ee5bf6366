/**
 * The track store: contents become instances here, and come back checked and healed.
 *
 * Joins space, bytes, compression, checksums and the instance table, so that the write path, the
 * background copy and collection make and move instances in one and the same way.
 *
 * A track that cannot be believed where it lies (track-finder.ts) is found again from the redundancy of
 * its group, and then moves elsewhere, so that damage is met once. Tracks in nonvolatile storage have no
 * redundancy yet, and need none. Where drives hold no bytes, damage is a state of the drives, and
 * everything else is the same.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { KeptFigures, Plain } from '../base/kept-state.ts';
import type { Compress, Meter } from '../base/ports.ts';
import type { BackEnd } from '../media/back-end.ts';
import type { GroupCompression } from '../media/group-shape.ts';
import { placeGroup, placeMember, placeSector, sectorsOf } from '../media/logical-cylinder.ts';
import type { CapacityLoad } from '../media/net-capacity-load.ts';
import {
  COLLECTION_RIGHT,
  HEALING_RIGHT,
  HOST_RIGHT,
  LOW_ACCESS,
  type PlacementKind,
  SURVIVOR,
  type TakeRight,
} from '../media/placement.ts';
import { StoredTrack, UNCOMPRESSED, ZSTD } from '../media/stored-track.ts';
import { type FoundTrack, TrackFinder, type TrackStorePorts } from './track-finder.ts';
import type { TrackInstances } from './track-instances.ts';

/** In the place of an instance id: there was no space. */
export const NO_SPACE = 0;
/** In the place of an instance id: the track is lost, or damaged past its redundancy. */
export const DAMAGED = 1;

/** What became of an instance that was to be moved. */
export type MoveResult = 'moved' | 'noSpace' | 'lost';

/** Makes, reads, moves and duplicates instances. */
export class TrackStore implements KeptFigures {
  readonly kind = 'figures';
  readonly name = 'store';
  /** Instances whose content was found from the redundancy and that were moved for it. */
  healedCount = 0;
  readonly #backEnd: BackEnd;
  readonly #instances: TrackInstances;
  readonly #finder: TrackFinder;
  readonly #meter: Meter;
  readonly #compress: Compress | undefined;
  readonly #load: CapacityLoad;
  readonly #stored: StoredTrack;
  readonly #compressions: readonly GroupCompression[];
  /** No group compresses: sectors depend on the length alone. */
  readonly #isPlain: boolean;
  readonly #compressesBytes: boolean;
  /** Compressed form of the bytes that the next takes are for; none when it would not be shorter. */
  #staged: Uint8Array | undefined;

  constructor(
    backEnd: BackEnd,
    instances: TrackInstances,
    ports: TrackStorePorts,
    load: CapacityLoad,
  ) {
    this.#backEnd = backEnd;
    this.#instances = instances;
    this.#finder = new TrackFinder(backEnd, instances, ports);
    this.#meter = ports.meter;
    this.#compress = ports.compress;
    this.#load = load;
    this.#stored = new StoredTrack(ports.checksum);
    this.#compressions = backEnd.groups.map(({ shape }) => shape.compression);
    this.#isPlain = this.#compressions.every((compression) => compression === 'none');
    this.#compressesBytes = this.#compressions.includes('zstd');
  }

  save(): Plain {
    return this.healedCount;
  }

  restore(saved: Plain | undefined): void {
    if (saved !== undefined) this.healedCount = saved as number;
  }

  /** The takes that follow are for these bytes, compressed where the group does so. */
  stage(bytes: Uint8Array): void {
    if (!this.#compressesBytes) return;
    invariant(this.#compress !== undefined, 'store-has-compression');
    const compressed = this.#compress.compress(bytes);
    this.#staged = compressed.length < bytes.length ? compressed : undefined;
  }

  /**
   * Takes space for a track of so many bytes. The next instance made lies there.
   *
   * @param group - Number of the group, or -1 for any.
   * @returns Whether there was space; if not, the back end's `shortage` says why.
   */
  take(lengthBytes: number, group: number, kind: PlacementKind, right: TakeRight): boolean {
    const isTaken = this.#isPlain
      ? this.#backEnd.take(sectorsOf(lengthBytes), group, kind, right)
      : this.#takeCompressed(lengthBytes, group, kind, right);
    if (this.#backEnd.hasNews) this.#observe();
    return isTaken;
  }

  /** Sectors of a track of so many bytes, those last staged where they count, in a group. */
  sectorsIn(group: number, lengthBytes: number): number {
    const compression = this.#compressions[group] as GroupCompression;
    if (compression === 'none') return sectorsOf(lengthBytes);
    if (compression === 'zstd') return sectorsOf(this.#staged?.length ?? lengthBytes);
    return sectorsOf(Math.ceil(lengthBytes / compression.ratio));
  }

  /** Stores bytes in the space just taken. @returns The instance. */
  storeBytes(bytes: Uint8Array, birth: number): number {
    this.#stored.compute(bytes);
    const { low, high } = this.#stored;
    return this.#store(bytes, low, high, birth);
  }

  /**
   * The bytes of a track, right or not at all: a view until the next change. Damage is healed on the
   * way: the track then lies elsewhere in its group, when there is room.
   *
   * @returns `undefined` when the redundancy does not reach.
   */
  read(id: number): Uint8Array | undefined {
    const found = this.#finder.findDirectly(id);
    if (found !== undefined) return found.raw;
    const repaired = this.#finder.findRepaired(id);
    if (repaired === undefined) return undefined;
    this.#heal(id, repaired);
    return repaired.raw;
  }

  /** Heals a track without bytes that lies on damaged sectors. @returns Whether it can be read. */
  readSignature(id: number): boolean {
    if (!this.#backEnd.hasFaults || !this.#finder.isErased(id)) return true;
    if (!this.#finder.isReadable(id)) return false;
    this.#heal(id, undefined);
    return true;
  }

  /**
   * Whether a track can be read, by what is known of the drives. Has no side effect, reads nothing,
   * and so does not see silent damage.
   */
  isReadable(id: number): boolean {
    return this.#finder.isReadable(id);
  }

  /** Whether a track lies intact where it should, without help from redundancy. No side effect. */
  isIntact(id: number): boolean {
    return this.#finder.isIntact(id);
  }

  /** Whether a track can be had, from where it lies or from redundancy. Reads both; no side effect. */
  isRecoverable(id: number): boolean {
    return this.#finder.isRecoverable(id);
  }

  /**
   * Moves an instance elsewhere in its group. Whoever holds it keeps holding it, and the cost does not
   * depend on how many do. A damaged one is healed on the way.
   */
  move(id: number, kind: PlacementKind): MoveResult {
    const { hasBytes, hasFaults } = this.#backEnd;
    if (!hasBytes) {
      const isErased = hasFaults && this.#finder.isErased(id);
      if (isErased && !this.#finder.isReadable(id)) return 'lost';
      if (!this.#takeBeside(id, kind, COLLECTION_RIGHT)) return 'noSpace';
      this.#tellRead(id);
      this.#instances.move(id);
      if (isErased) this.#countHealed();
      return 'moved';
    }
    const intact = this.#finder.findDirectly(id);
    const found = intact ?? this.#finder.findRepaired(id);
    if (found === undefined) return 'lost';
    const stored = this.#keep(id, found.stored);
    if (!this.#takeBeside(id, kind, COLLECTION_RIGHT)) return 'noSpace';
    this.#tellRead(id);
    this.#moveTo(id, stored, found.compression);
    if (intact === undefined) this.#countHealed();
    return 'moved';
  }

  /** Whether two instances hold the same content: the same bytes, or the same signature. */
  holdsSame(one: number, other: number): boolean {
    const instances = this.#instances;
    if (instances.hasBytes(one) !== instances.hasBytes(other)) return false;
    if (instances.lengthBytes(one) !== instances.lengthBytes(other)) return false;
    instances.loadSignature(one);
    const { low, high } = instances;
    instances.loadSignature(other);
    if (instances.low !== low || instances.high !== high) return false;
    if (!instances.hasBytes(one)) return true;
    const bytes = this.#finder.find(one)?.raw;
    const others = this.#finder.find(other)?.raw;
    if (bytes === undefined || others === undefined) return false;
    return bytes.every((byte, at) => byte === others[at]);
  }

  /**
   * A second instance with the same content.
   *
   * @param birth - Called once there is something to be born; draws a commit sequence.
   * @param group - Where it shall lie, or -1 for anywhere.
   * @returns The id, {@link NO_SPACE} or {@link DAMAGED}.
   */
  duplicate(id: number, birth: () => number, group: number): number {
    const instances = this.#instances;
    const lengthBytes = instances.lengthBytes(id);
    // Healing moves it into nonvolatile storage, where nothing is read any more.
    const isErased = this.#backEnd.hasFaults && this.#finder.isErased(id);
    if (isErased) this.#tellRead(id);
    if (!instances.hasBytes(id) && !this.readSignature(id)) return DAMAGED;
    let raw: Uint8Array | undefined;
    if (instances.hasBytes(id)) {
      const found = this.#finder.find(id);
      if (found === undefined) return DAMAGED;
      raw = this.#keep(id, found.raw);
      // What is compressed already need not be compressed again.
      if (found.compression === ZSTD) this.#staged = this.#keep(id, found.stored);
      else this.stage(raw);
    }
    if (!this.take(lengthBytes, group, LOW_ACCESS, HOST_RIGHT)) return NO_SPACE;
    if (!isErased) this.#tellRead(id);
    instances.loadSignature(id);
    const { low, high } = instances;
    const copy =
      raw === undefined
        ? instances.create(lengthBytes, false, low, high, birth())
        : this.#store(raw, low, high, birth());
    invariant(copy !== id, 'duplicate-is-another-instance');
    return copy;
  }

  /**
   * Lets the load be told, and tells the groups when there will be news: each may take its part of
   * what is left below the next threshold of all.
   */
  #observe(): void {
    const { groups, lastGroup } = this.#backEnd;
    const { total, groups: watches } = this.#load;
    this.#load.observe(lastGroup.number);
    this.#backEnd.hasNews = false;
    if (groups.length === 1) {
      lastGroup.warnAt(total.netLimitSectors);
      return;
    }
    const part = (total.netLimitSectors - this.#backEnd.liveSectors) / groups.length;
    groups.forEach((group, at) => {
      const own = watches[at]?.netLimitSectors ?? 0;
      group.warnAt(Math.min(own, group.liveSectors + part));
    });
  }

  #takeCompressed(
    lengthBytes: number,
    group: number,
    kind: PlacementKind,
    right: TakeRight,
  ): boolean {
    const backEnd = this.#backEnd;
    if (group >= 0) return backEnd.take(this.sectorsIn(group, lengthBytes), group, kind, right);
    const count = backEnd.groups.length;
    const first = backEnd.preferredGroup();
    let isShortOfNvs = false;
    for (let at = 0; at < count; at += 1) {
      const candidate = (first + at) % count;
      const sectors = this.sectorsIn(candidate, lengthBytes);
      if (backEnd.take(sectors, candidate, kind, right)) return true;
      isShortOfNvs ||= backEnd.shortage === 'nvs';
    }
    if (isShortOfNvs) backEnd.shortage = 'nvs';
    return false;
  }

  /** Makes an instance of bytes with a known checksum in the space just taken. */
  #store(raw: Uint8Array, low: number, high: number, birth: number): number {
    const { hasBytes, place } = this.#backEnd;
    const instances = this.#instances;
    const id = instances.create(raw.length, true, low, high, birth);
    if (!hasBytes) {
      instances.holdBytes(id, raw.slice());
      return id;
    }
    const compresses = this.#compressions[placeGroup(place)] === 'zstd';
    const staged = compresses ? this.#staged : undefined;
    this.#staged = undefined;
    if (staged === undefined) {
      this.#stored.low = low;
      this.#stored.high = high;
      this.#write(id, raw, UNCOMPRESSED);
    } else {
      this.#stored.compute(staged);
      this.#write(id, staged, ZSTD);
    }
    return id;
  }

  /** Writes a stored track, whose checksum is computed already, where its instance lies now. */
  #write(id: number, stored: Uint8Array, compression: number): void {
    const sector = placeSector(this.#instances.place(id));
    const buffer = this.#backEnd.takenBuffer();
    this.#stored.write(buffer, sector, this.#finder.identity(id), stored, compression);
  }

  /** A track that had to be repaired moves away from the damage, when there is room. */
  #heal(id: number, found: FoundTrack | undefined): void {
    // What is still in nonvolatile storage is never damaged there; nothing would be won.
    if (!this.#takeBeside(id, SURVIVOR, HEALING_RIGHT)) return;
    if (found === undefined || !this.#backEnd.hasBytes) this.#instances.move(id);
    else this.#moveTo(id, found.stored, found.compression);
    this.#countHealed();
  }

  #countHealed(): void {
    this.healedCount += 1;
    this.#meter.add('healedInstances', 1);
  }

  /** Drives have had to read an instance where it lies. */
  #tellRead(id: number): void {
    const place = this.#instances.place(id);
    this.#backEnd
      .groupOf(place)
      .tellRead(
        this.#instances.cylinder(id),
        placeMember(place),
        placeSector(place),
        this.#instances.sectors(id),
      );
  }

  /** Takes space for an instance in its own group. */
  #takeBeside(id: number, kind: PlacementKind, right: TakeRight): boolean {
    const group = placeGroup(this.#instances.place(id));
    return this.#backEnd.take(this.#instances.sectors(id), group, kind, right);
  }

  /** The instance lies in the space just taken from now on. */
  #moveTo(id: number, stored: Uint8Array, compression: number): void {
    this.#instances.move(id);
    this.#stored.compute(stored);
    this.#write(id, stored, compression);
  }

  /**
   * Bytes that outlast the next take: those of a cylinder in nonvolatile storage may be destaged by
   * it, and their buffer be the one that is written next.
   */
  #keep(id: number, bytes: Uint8Array): Uint8Array {
    const group = this.#backEnd.groupOf(this.#instances.place(id));
    return group.isDestaged(this.#instances.cylinder(id)) ? bytes : bytes.slice();
  }
}
