/**
 * Track instances (VTI): what a directory entry leads to.
 *
 * An instance is immutable but for its count and, when collection moves it, its place. Its id is
 * never shown a second content while anybody holds it. Layout, two records of four 32-bit words:
 *
 * | record | word | content |
 * | --- | --- | --- |
 * | holding | 0 | leaf slots that hold the instance; 0 when free |
 * | | 1 | logical cylinder; when free, the next free id |
 * | | 2 | place in the cylinder (media/logical-cylinder.ts) |
 * | | 3 | length in bytes (17 bits), sectors (8 bits), and a flag: the track is bytes |
 * | content | 0, 1 | signature, or checksum of the track's bytes |
 * | | 2, 3 | birth: commit sequence, low and high |
 *
 * Two records, because a read wants only the content and a release only the holding: each then moves
 * half the memory, and memory is what these operations wait for.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { KeptPages, type Plain, type StateKeeping } from '../base/kept-state.ts';
import { TRACK_BYTES_MAX } from '../base/limits.ts';
import { PagedRecords } from '../base/paged-records.ts';
import { TouchedEntries } from '../base/touched-entries.ts';
import type { BackEnd } from '../media/back-end.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';

const RECORD_BITS = 2;
const RECORD_WORDS = 1 << RECORD_BITS;
const COUNT = 0;
const CYLINDER = 1;
const PLACE = 2;
const LENGTH = 3;
const LOW = 0;
const HIGH = 1;
const BIRTH_LOW = 2;
const BIRTH_HIGH = 3;

const HAS_BYTES = 1 << 30;
const LENGTH_MASK = 0x1_ffff;
const SECTORS_SHIFT = 17;
const SECTORS_MASK = 0xff;
const TWO_32 = 2 ** 32;

/** Bytes that one instance takes. */
export const INSTANCE_BYTES = 2 * (4 << RECORD_BITS);

/** The table of instances. A signature that was read stands in {@link low} and {@link high}. */
export class TrackInstances {
  low = 0;
  high = 0;
  /** Instances freed so far. */
  releasedCount = 0;
  readonly #bytes = new Map<number, Uint8Array>();
  readonly #keptBytes: TouchedEntries<number>;
  readonly #backEnd: BackEnd;
  /** Holding records; a free one has count 0. */
  readonly records: PagedRecords;
  readonly #pages: readonly Uint32Array[];
  /** Pages of content records, beside those of holding records. */
  readonly #contents: Uint32Array[] = [];
  readonly #keptContents: KeptPages;
  readonly #shift: number;
  readonly #mask: number;

  /** @param memoryBits - Words taken from memory at a time, as a power of two. */
  constructor(backEnd: BackEnd, memoryBits: number) {
    this.#backEnd = backEnd;
    this.records = new PagedRecords(RECORD_BITS, CYLINDER, RESERVED_ENTRY_COUNT, memoryBits);
    this.#pages = this.records.pages;
    this.#shift = this.records.pageShift;
    this.#mask = this.records.recordMask;
    this.#keptContents = new KeptPages('instances.content', this.#contents, memoryBits, () =>
      this.#growContents(),
    );
    this.#keptBytes = new TouchedEntries('instances.bytes', {
      keys: () => this.#bytes.keys(),
      save: (id) => this.#bytes.get(id),
      restore: (saved) => this.#restoreBytes(saved),
    });
  }

  /** All instances outlive the process. */
  keep(keeping: StateKeeping): void {
    this.records.keep(keeping, 'instances.holding');
    keeping.keep(this.#keptContents);
    keeping.keep(this.#keptBytes);
    keeping.keep({
      kind: 'figures',
      name: 'instances',
      save: () => this.releasedCount,
      restore: (saved) => {
        if (saved !== undefined) this.releasedCount = saved as number;
      },
    });
  }

  /** Bytes of a track in a subsystem whose drives hold none: a few that hosts wrote as bytes. */
  bytesOf(id: number): Uint8Array | undefined {
    return this.#bytes.get(id);
  }

  /** Holds such bytes as long as the instance lives. They are the table's from now on. */
  holdBytes(id: number, bytes: Uint8Array): void {
    this.#bytes.set(id, bytes);
    this.#keptBytes.touch(id);
  }

  /** Live instances. */
  get liveCount(): number {
    return this.records.usedCount;
  }

  /** Highest id ever given. */
  get highestId(): number {
    return this.records.highest;
  }

  /**
   * Makes an instance at the place that the back end has just given, held by one slot.
   *
   * @param low - Low half of signature or checksum.
   * @param birth - Commit sequence of the change.
   */
  create(lengthBytes: number, hasBytes: boolean, low: number, high: number, birth: number): number {
    if (lengthBytes < 1 || lengthBytes > TRACK_BYTES_MAX) badLength();
    const id = this.records.allocate();
    const page = this.#pages[id >>> this.#shift] as Uint32Array;
    const base = (id & this.#mask) << RECORD_BITS;
    const open = this.#backEnd.lastOpen;
    const length = lengthBytes | (open.sectors << SECTORS_SHIFT);
    page[base + COUNT] = 1;
    page[base + CYLINDER] = open.cylinder;
    page[base + PLACE] = open.place;
    page[base + LENGTH] = hasBytes ? length | HAS_BYTES : length;
    if (id >>> this.#shift === this.#contents.length) this.#growContents();
    const content = this.#contents[id >>> this.#shift] as Uint32Array;
    content[base + LOW] = low;
    content[base + HIGH] = high;
    content[base + BIRTH_LOW] = birth;
    content[base + BIRTH_HIGH] = birth / TWO_32;
    if (this.records.touched !== undefined) this.#touchNew(id);
    open.append(id);
    return id;
  }

  /**
   * The instance lies at the place that the back end has just given, and its former place is free.
   * Directories, counts and content stay; the cost depends on none of them.
   */
  move(id: number): void {
    const page = this.#pages[id >>> this.#shift] as Uint32Array;
    const base = (id & this.#mask) << RECORD_BITS;
    if (page[base + COUNT] === 0) notLive();
    const open = this.#backEnd.lastOpen;
    const length = page[base + LENGTH] as number;
    const cylinder = page[base + CYLINDER] as number;
    const place = page[base + PLACE] as number;
    const { sectors } = open;
    page[base + CYLINDER] = open.cylinder;
    page[base + PLACE] = open.place;
    page[base + LENGTH] = (length & ~(SECTORS_MASK << SECTORS_SHIFT)) | (sectors << SECTORS_SHIFT);
    if (this.records.touched !== undefined) this.records.touch(id);
    open.append(id);
    this.#backEnd.moveOut(cylinder, place, (length >>> SECTORS_SHIFT) & SECTORS_MASK);
  }

  /** One more slot holds the instance. */
  retain(id: number): void {
    const page = this.#pages[id >>> this.#shift] as Uint32Array;
    const at = (id & this.#mask) << RECORD_BITS;
    const count = page[at] as number;
    if (count === 0) notLive();
    page[at] = count + 1;
    if (this.records.touched !== undefined) this.records.touch(id);
  }

  /** One slot less holds the instance; the last one frees it with its space. */
  release(id: number): void {
    const page = this.#pages[id >>> this.#shift] as Uint32Array;
    const base = (id & this.#mask) << RECORD_BITS;
    const count = page[base] as number;
    if (count === 0) notLive();
    page[base] = count - 1;
    if (this.records.touched !== undefined) this.records.touch(id);
    if (count === 1) this.#free(id, page, base);
  }

  /** Slots that hold the instance; 0 when the id is free. */
  count(id: number): number {
    return (this.#pages[id >>> this.#shift] as Uint32Array)[
      (id & this.#mask) << RECORD_BITS
    ] as number;
  }

  /** Loads signature or checksum into {@link low} and {@link high}. */
  loadSignature(id: number): void {
    const page = this.#contents[id >>> this.#shift] as Uint32Array;
    const base = (id & this.#mask) << RECORD_BITS;
    this.low = page[base + LOW] as number;
    this.high = page[base + HIGH] as number;
  }

  lengthBytes(id: number): number {
    return this.#word(id, LENGTH) & LENGTH_MASK;
  }

  /** Sectors that the instance takes, header included. */
  sectors(id: number): number {
    return (this.#word(id, LENGTH) >>> SECTORS_SHIFT) & SECTORS_MASK;
  }

  hasBytes(id: number): boolean {
    return (this.#word(id, LENGTH) & HAS_BYTES) !== 0;
  }

  cylinder(id: number): number {
    return this.#word(id, CYLINDER);
  }

  place(id: number): number {
    return this.#word(id, PLACE);
  }

  /** Commit sequence of the change that made the instance. */
  birth(id: number): number {
    const page = this.#contents[id >>> this.#shift] as Uint32Array;
    const base = (id & this.#mask) << RECORD_BITS;
    return (page[base + BIRTH_LOW] as number) + (page[base + BIRTH_HIGH] as number) * TWO_32;
  }

  #word(id: number, word: number): number {
    return (this.#pages[id >>> this.#shift] as Uint32Array)[
      ((id & this.#mask) << RECORD_BITS) + word
    ] as number;
  }

  #touchNew(id: number): void {
    this.records.touch(id);
    this.#keptContents.touch(id * RECORD_WORDS, RECORD_WORDS);
  }

  #restoreBytes(saved: ReadonlyMap<number, Plain>): void {
    for (const [id, bytes] of saved) this.#bytes.set(id, bytes as Uint8Array);
  }

  #growContents(): void {
    this.#contents.push(new Uint32Array((this.#pages[0] as Uint32Array).length));
  }

  #free(id: number, page: Uint32Array, base: number): void {
    const length = page[base + LENGTH] as number;
    const cylinder = page[base + CYLINDER] as number;
    const place = page[base + PLACE] as number;
    if ((length & HAS_BYTES) !== 0 && this.#bytes.delete(id)) this.#keptBytes.touch(id);
    this.#backEnd.giveBack(cylinder, place, (length >>> SECTORS_SHIFT) & SECTORS_MASK);
    this.records.free(id);
    this.releasedCount += 1;
  }
}

function notLive(): never {
  invariant(false, 'instance-live');
}

function badLength(): never {
  invariant(false, 'instance-length-in-range');
}
