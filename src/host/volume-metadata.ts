/**
 * The metadata of a volume, open for change: DSCB slots, free space, names, label, VVDS. Changes
 * gather in memory; {@link VolumeMetadata.plan} brings free-space records, counters and index into
 * line with them and says which tracks to write. The volume itself is only read.
 *
 * Not here: which changes make sense; see `volume-builder.ts`, `rename-volume.ts`, `grow-volume.ts`.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { done, type Outcome, refuse } from '../base/refusal.ts';
import type { TrackIndex } from '../base/units.ts';
import { sameBytes, writeHalfword } from './big-endian.ts';
import { DSCB_BYTES, DSCB_ID, dscbId, isDataSetDscb, NEXT_POINTER_OFFSET } from './dscb.ts';
import { compareAddresses, type DscbAddress, writeDscbAddress } from './dscb-address.ts';
import {
  buildFreeSpaceDscb,
  type FreeSpaceFormat,
  freeExtentsPerDscb,
  freeSpaceId,
} from './dscb-free-space.ts';
import {
  FORMAT_5_TRACKS_MAX,
  readVolumeDscb,
  usableTracks,
  VOLUME_OFFSET,
  type VolumeDscb,
  VTOC_FLAG,
  writeFormat7Pointer,
} from './dscb-volume.ts';
import { fieldText } from './ebcdic.ts';
import { countTracks } from './free-space.ts';
import { type MetadataChange, type MetadataPlan, orderWrites } from './metadata-plan.ts';
import {
  readRecords,
  TrackOverlay,
  type TrackRange,
  tracksOf,
  type VolumeTracks,
} from './volume-tracks.ts';
import { type IndexPlace, indexPlaceOf, readVtoc, type Vtoc } from './vtoc.ts';
import { buildVtocIndex, type IndexContent } from './vtoc-index-build.ts';
import { indexRecordsPerTrack } from './vtoc-index-layout.ts';

interface Slot {
  readonly address: DscbAddress;
  bytes: Uint8Array;
  isChanged: boolean;
}

/** A volume's metadata while it is being changed. Single user; made for one update. */
export class VolumeMetadata {
  /** What the volume said when it was opened. */
  readonly vtoc: Vtoc;
  readonly #volume: VolumeTracks;
  readonly #overlay: TrackOverlay;
  readonly #slots: readonly Slot[];
  readonly #slotByAddress: ReadonlyMap<string, Slot>;
  readonly #changes: MetadataChange[] = [];
  #free: readonly TrackRange[];
  #isFreeChanged = false;
  #areSlotsChanged = false;
  #areNamesChanged = false;
  #index: IndexPlace | undefined;

  private constructor(volume: VolumeTracks, vtoc: Vtoc) {
    this.vtoc = vtoc;
    this.#volume = volume;
    this.#overlay = new TrackOverlay(volume);
    this.#slots = vtoc.slots.map(({ address, bytes }) => ({ address, bytes, isChanged: false }));
    this.#slotByAddress = new Map(this.#slots.map((slot) => [addressKey(slot.address), slot]));
    this.#free = vtoc.freeSpace.extents;
    this.#index = indexPlaceOf(vtoc);
  }

  /** Opens the metadata of a volume. Refused as reading its VTOC is. */
  static open(volume: VolumeTracks): Outcome<VolumeMetadata> {
    const vtoc = readVtoc(volume);
    if (vtoc.kind === 'refused') return vtoc;
    return done(new VolumeMetadata(volume, vtoc.value));
  }

  /** Whether the volume has an index that can be kept up to date. */
  get isIndexed(): boolean {
    return this.#index !== undefined;
  }

  /** Free runs as they are now. */
  get free(): readonly TrackRange[] {
    return this.#free;
  }

  /** The format 4 as it is now. */
  get format4(): VolumeDscb {
    return readVolumeDscb(this.#slotAt(0).bytes, this.#volume);
  }

  /** Reads through the changes. */
  get tracks(): VolumeTracks {
    return this.#overlay;
  }

  /** Notes a change for the description. */
  note(change: MetadataChange): void {
    this.#changes.push(change);
  }

  /** Every slot as it is now, in VTOC order. */
  slots(): readonly { readonly address: DscbAddress; readonly bytes: Uint8Array }[] {
    return this.#slots;
  }

  /** Replaces the free space. */
  setFree(free: readonly TrackRange[]): void {
    this.#free = free;
    this.#isFreeChanged = true;
  }

  /** Changes the bytes of a slot by a function. */
  editSlot(address: DscbAddress, edit: (bytes: Uint8Array) => void): void {
    const slot = this.#slotByAddress.get(addressKey(address));
    invariant(slot !== undefined, 'metadata-slot-exists');
    const bytes = slot.bytes.slice();
    edit(bytes);
    this.#putSlot(slot, bytes);
  }

  /** Changes the format 4 by a function. */
  editFormat4(edit: (bytes: Uint8Array) => void): void {
    this.editSlot(this.#slotAt(0).address, edit);
  }

  /** Takes free slots, lowest first. Refused VTOC_FULL. */
  takeSlots(count: number): Outcome<readonly DscbAddress[]> {
    const free = this.#slots.filter((slot) => dscbId(slot.bytes) === DSCB_ID.free);
    if (free.length < count) {
      return refuse('VTOC_FULL', {
        what: `${count} DSCBs on volume ${this.vtoc.label.volser}`,
        limit: `its VTOC of ${this.#slots.length} DSCBs has ${free.length} free`,
        fix: 'scratch data sets, or initialise the volume with a larger VTOC',
      });
    }
    return done(free.slice(0, count).map((slot) => slot.address));
  }

  /** Makes a slot free. */
  releaseSlot(address: DscbAddress): void {
    this.editSlot(address, (bytes) => bytes.fill(0));
  }

  /** Changes the bytes of any other record on a track by a function on the whole track image. */
  editTrack(track: TrackIndex, edit: (image: Uint8Array) => void): void {
    const image = this.#overlay.readTrack(track).slice();
    edit(image);
    if (!sameBytes(image, this.#overlay.readTrack(track))) this.#overlay.writeTrack(track, image);
  }

  /** Empties the free-space DSCBs, as on a volume whose index has the free space. */
  #emptyFreeSpaceDscbs(): void {
    const [, second] = this.#slots;
    for (const format of [5, 7] as const) {
      for (const address of this.#chainSlots(format)) {
        if (address === second?.address) {
          const empty = buildFreeSpaceDscb([], format, this.#volume.type);
          this.editSlot(address, (bytes) => bytes.set(empty));
        } else this.releaseSlot(address);
      }
    }
    this.editFormat4((bytes) => writeFormat7Pointer(bytes, undefined, this.#volume.type));
  }

  /**
   * Makes the volume an indexed one. The tracks of the index must hold blocks of its record length
   * already; other records of free space are emptied.
   */
  enableIndex(place: IndexPlace): void {
    this.#index = place;
    this.#isFreeChanged = true;
    this.#emptyFreeSpaceDscbs();
    this.editFormat4((bytes) => {
      const kept = (bytes[VOLUME_OFFSET.flags] ?? 0) & ~VTOC_FLAG.format7Valid;
      bytes[VOLUME_OFFSET.flags] = kept | VTOC_FLAG.format5Invalid | VTOC_FLAG.indexed;
    });
    this.note({ kind: 'index', subject: place.name, before: 'none', after: 'in use' });
  }

  /** Gives up the index: the volume counts as not indexed from now on. */
  disableIndex(why: string): void {
    this.#index = undefined;
    this.#isFreeChanged = true;
    this.editFormat4((bytes) => {
      const flags = (bytes[VOLUME_OFFSET.flags] ?? 0) & ~VTOC_FLAG.indexed;
      bytes[VOLUME_OFFSET.flags] = flags | VTOC_FLAG.indexDisabled;
    });
    const subject = this.vtoc.index?.entry.name ?? 'VTOC index';
    this.note({ kind: 'indexDisabled', subject, before: 'in use', after: why });
  }

  /**
   * The tracks to write for everything changed so far.
   *
   * Refused VTOC_FULL when the free space needs more DSCBs than there are.
   */
  plan(): Outcome<MetadataPlan> {
    this.#dropUnreadableIndex();
    if (this.isIndexed && this.#isIndexStale()) this.#rebuildIndex();
    if (this.#isFreeChanged && !this.isIndexed) {
      const recorded = this.#recordFreeSpace();
      if (recorded.kind === 'refused') return recorded;
    }
    if (this.#areSlotsChanged) this.#updateCounters();
    for (const slot of this.#slots) if (slot.isChanged) this.#writeSlot(slot);
    const writes = orderWrites(this.#volume, this.#overlay, this.#slotAt(0).address.track);
    const tracks = [...new Set(writes.map(({ track }) => track))];
    tracks.sort((one, other) => one - other);
    return done({ changes: this.#changes, writes, tracks });
  }

  /** An index that cannot be read cannot follow a change of names, slots or space. */
  #dropUnreadableIndex(): void {
    const isStated = (this.format4.flags & VTOC_FLAG.indexed) !== 0;
    if (isStated && !this.isIndexed && this.#isIndexStale()) {
      this.disableIndex('cannot be read, so it cannot follow the change');
    }
  }

  #isIndexStale(): boolean {
    return this.#areNamesChanged || this.#areSlotsChanged || this.#isFreeChanged;
  }

  #rebuildIndex(): void {
    const place = this.#index;
    invariant(place !== undefined, 'metadata-index-held');
    const perTrack = indexRecordsPerTrack(this.#volume.type, place.recordBytes);
    const { extent, recordBytes } = place;
    const built = buildVtocIndex(this.#indexContent(recordBytes, perTrack * extent.count));
    if (built.kind === 'refused') {
      this.disableIndex(`has no room for ${built.what}`);
      return;
    }
    let at = 0;
    let rewritten = 0;
    for (const track of tracksOf(extent)) {
      const records = built.value.slice(at, at + perTrack);
      at += perTrack;
      const before = this.#overlay.readTrack(track);
      this.replaceBlocks(track, records, recordBytes);
      if (this.#overlay.readTrack(track) !== before) rewritten += 1;
    }
    if (rewritten === 0) return;
    const after = `${rewritten} tracks rewritten`;
    this.note({ kind: 'index', subject: place.name, before: 'as it was', after });
  }

  /** Puts records into the equal-length blocks of a track; blocks without a record become zeros. */
  replaceBlocks(track: TrackIndex, records: readonly Uint8Array[], blockBytes: number): void {
    const read = readRecords(this.#overlay, track);
    if (read.kind === 'damaged') return;
    const blocks = read.records.filter((one) => one.keyBytes === 0 && one.dataBytes === blockBytes);
    const zeros = new Uint8Array(blockBytes);
    this.editTrack(track, (image) => {
      for (const [at, block] of blocks.entries()) image.set(records[at] ?? zeros, block.dataOffset);
    });
  }

  #indexContent(recordBytes: number, recordCount: number): IndexContent {
    const format4 = this.format4;
    const named = this.#slots.filter((slot) => isDataSetDscb(slot.bytes));
    return {
      type: this.#volume.type,
      cylinders: format4.cylinders,
      isExtended: format4.isExtended,
      vtoc: this.vtoc.extent,
      dscbsPerTrack: format4.dscbsPerTrack,
      free: this.#free,
      usedSlots: this.#slots.map((slot) => dscbId(slot.bytes) !== DSCB_ID.free),
      names: named.map(({ address, bytes }) => ({ name: fieldText(bytes, 0, 44), address })),
      recordBytes,
      recordCount,
    };
  }

  /** Writes the free space into format 5s or 7s by the size of the volume. */
  #recordFreeSpace(): Outcome<null> {
    const format4 = this.format4;
    const headCount = this.#volume.type.headCount;
    const isLarge = usableTracks({ ...format4, headCount }) > FORMAT_5_TRACKS_MAX;
    const first = this.#slots[1];
    invariant(first !== undefined, 'metadata-second-slot');
    const format5 = this.#writeChain(isLarge ? [] : this.#free, 5, [first.address]);
    if (format5.kind === 'refused') return format5;
    const format7 = isLarge ? this.#writeChain(this.#free, 7, []) : this.#dropChain(7);
    if (format7.kind === 'refused') return format7;
    this.editFormat4((bytes) => {
      writeFormat7Pointer(bytes, format7.value[0], this.#volume.type);
      const kept = (bytes[VOLUME_OFFSET.flags] ?? 0) & ~FREE_SPACE_FLAGS;
      const owner = isLarge ? VTOC_FLAG.format5Invalid | VTOC_FLAG.format7Valid : 0;
      bytes[VOLUME_OFFSET.flags] = kept | owner;
    });
    return done(null);
  }

  /** A chain of free-space DSCBs: `fixed` ones first, then those it has, then new ones. */
  #writeChain(
    ranges: readonly TrackRange[],
    format: FreeSpaceFormat,
    fixed: readonly DscbAddress[],
  ): Outcome<readonly DscbAddress[]> {
    const perDscb = freeExtentsPerDscb(format);
    const needed = Math.max(1, Math.ceil(ranges.length / perDscb));
    const isFixed = (address: DscbAddress): boolean =>
      fixed.some((one) => compareAddresses(one, address) === 0);
    const held = this.#chainSlots(format).filter((address) => !isFixed(address));
    const addresses = [...fixed, ...held].slice(0, needed);
    const taken = this.takeSlots(needed - addresses.length);
    if (taken.kind === 'refused') return taken;
    const chain = [...addresses, ...taken.value];
    for (const [at, address] of chain.entries()) {
      const mine = ranges.slice(at * perDscb, (at + 1) * perDscb);
      const built = buildFreeSpaceDscb(mine, format, this.#volume.type);
      writeDscbAddress(built, NEXT_POINTER_OFFSET, chain[at + 1], this.#volume.type);
      this.editSlot(address, (bytes) => bytes.set(built));
    }
    for (const address of held.slice(Math.max(0, needed - fixed.length))) this.releaseSlot(address);
    return done(chain);
  }

  #dropChain(format: FreeSpaceFormat): Outcome<readonly DscbAddress[]> {
    for (const address of this.#chainSlots(format)) this.releaseSlot(address);
    return done([]);
  }

  #chainSlots(format: FreeSpaceFormat): DscbAddress[] {
    const id = freeSpaceId(format);
    return this.#slots.filter((slot) => dscbId(slot.bytes) === id).map((slot) => slot.address);
  }

  /** DS4HPCHR and, on volumes without index, DS4DSREC. */
  #updateCounters(): void {
    const named = this.#slots.filter((slot) => isDataSetDscb(slot.bytes)).map((one) => one.address);
    const highest = named.toSorted(compareAddresses).at(-1);
    const free = this.#slots.filter((slot) => dscbId(slot.bytes) === DSCB_ID.free).length;
    this.editFormat4((bytes) => {
      writeDscbAddress(bytes, VOLUME_OFFSET.highestFormat1, highest, this.#volume.type);
      if (!this.isIndexed) writeHalfword(bytes, VOLUME_OFFSET.freeRecords, Math.min(free, 0xffff));
    });
  }

  #putSlot(slot: Slot, bytes: Uint8Array): void {
    invariant(bytes.length === DSCB_BYTES, 'dscb-length', String(bytes.length));
    if (sameBytes(slot.bytes, bytes)) return;
    const wasFree = dscbId(slot.bytes) === DSCB_ID.free;
    const isFree = dscbId(bytes) === DSCB_ID.free;
    if (wasFree !== isFree) this.#areSlotsChanged = true;
    const isNamed = isDataSetDscb(slot.bytes) || isDataSetDscb(bytes);
    if (isNamed && fieldText(slot.bytes, 0, 44) !== fieldText(bytes, 0, 44)) {
      this.#areNamesChanged = true;
    }
    slot.bytes = bytes;
    slot.isChanged = true;
  }

  #writeSlot(slot: Slot): void {
    const { track, record: number } = slot.address;
    const read = readRecords(this.#overlay, track);
    if (read.kind === 'damaged') return;
    const record = read.records.find((candidate) => candidate.number === number);
    invariant(record !== undefined, 'metadata-slot-on-track');
    this.editTrack(track, (image) => image.set(slot.bytes, record.keyOffset));
  }

  #slotAt(at: number): Slot {
    const slot = this.#slots[at];
    invariant(slot !== undefined, 'metadata-has-format-4');
    return slot;
  }
}

/** Bits of DS4VTOCI that say who owns the free space. */
const FREE_SPACE_FLAGS = VTOC_FLAG.format5Invalid | VTOC_FLAG.format7Valid;

/** One line about free space, for descriptions. */
export function describeFree(free: readonly TrackRange[]): string {
  return `${countTracks(free)} tracks in ${free.length} extents`;
}

function addressKey(address: DscbAddress): string {
  return `${address.track}.${address.record}`;
}
