/**
 * A track as it lies in its sectors: a header, then the track's bytes, perhaps compressed. Numbers are
 * big-endian.
 *
 * | offset | bytes | content |
 * | --- | --- | --- |
 * | 0 | 4 | `VTI1` |
 * | 4 | 4 | id of the instance |
 * | 8 | 4 | length of the track in bytes |
 * | 12 | 4 | length stored, behind this header |
 * | 16 | 8 | birth: commit sequence of the change that made the instance |
 * | 24 | 1 | compression: 0 none, 1 zstd |
 * | 25 | 3 | 0 |
 * | 28 | 4 | logical cylinder |
 * | 32 | 4 | place in it: group, member, sector (logical-cylinder.ts) |
 * | 36 | 4 | 0 |
 * | 40 | 8 | bound checksum |
 *
 * The *bound checksum* is the checksum of the header itself, in which the checksum of the stored bytes
 * stands in its place. So it is bound to the instance and to where it lies: sectors that are stale,
 * torn, or were meant for another place do not match, however intact they are by themselves.
 *
 * @module
 */
import type { Checksum } from '../base/ports.ts';
import { SECTOR_BYTES, TRACK_HEADER_BYTES } from './logical-cylinder.ts';

const MAGIC = 0x5654_4931;
const ID = 4;
const LENGTH = 8;
const STORED_LENGTH = 12;
const BIRTH_HIGH = 16;
const BIRTH_LOW = 20;
const COMPRESSION = 24;
const CYLINDER = 28;
const PLACE = 32;
const BOUND = 40;
const TWO_32 = 2 ** 32;

/** The stored bytes are the track's own. */
export const UNCOMPRESSED = 0;
/** The stored bytes are a zstd frame. */
export const ZSTD = 1;

/** Which instance a stored track is, and where it should lie. */
export interface StoredIdentity {
  readonly id: number;
  readonly lengthBytes: number;
  readonly birth: number;
  readonly cylinder: number;
  readonly place: number;
}

/** A stored track by what its header says, true or not. */
export interface ClaimedTrack extends StoredIdentity {
  /** Bytes behind the header. */
  readonly storedBytes: number;
}

/** What the header at an offset says; `undefined` when none begins there. */
export function claimedTrack(bytes: Uint8Array, offset: number): ClaimedTrack | undefined {
  if (offset + TRACK_HEADER_BYTES > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, TRACK_HEADER_BYTES);
  if (view.getUint32(0) !== MAGIC) return undefined;
  return {
    id: view.getUint32(ID),
    lengthBytes: view.getUint32(LENGTH),
    birth: view.getUint32(BIRTH_HIGH) * TWO_32 + view.getUint32(BIRTH_LOW),
    cylinder: view.getUint32(CYLINDER),
    place: view.getUint32(PLACE),
    storedBytes: view.getUint32(STORED_LENGTH),
  };
}

/** Writes and recognises stored tracks. What was found stands in the fields. */
export class StoredTrack {
  /** Checksum of the stored bytes that were written or recognised last. */
  low = 0;
  high = 0;
  compression = UNCOMPRESSED;
  readonly #checksum: Checksum;
  readonly #header = new Uint8Array(TRACK_HEADER_BYTES);
  readonly #view = new DataView(this.#header.buffer);

  constructor(checksum: Checksum) {
    this.#checksum = checksum;
  }

  /**
   * Writes a track into a member's buffer, at the sector of its place.
   *
   * @param stored - What is stored, whose checksum stands in {@link low} and {@link high}.
   */
  write(
    buffer: Uint8Array,
    sector: number,
    identity: StoredIdentity,
    stored: Uint8Array,
    compression: number,
  ): void {
    const view = this.#view;
    view.setUint32(0, MAGIC);
    view.setUint32(ID, identity.id);
    view.setUint32(LENGTH, identity.lengthBytes);
    view.setUint32(STORED_LENGTH, stored.length);
    view.setUint32(BIRTH_HIGH, identity.birth / TWO_32);
    view.setUint32(BIRTH_LOW, identity.birth);
    view.setUint32(COMPRESSION, compression << 24);
    view.setUint32(CYLINDER, identity.cylinder);
    view.setUint32(PLACE, identity.place);
    view.setUint32(BOUND - 4, 0);
    this.#bind();
    const at = sector * SECTOR_BYTES;
    const end = at + TRACK_HEADER_BYTES + stored.length;
    buffer.set(this.#header, at);
    buffer.set(stored, at + TRACK_HEADER_BYTES);
    const slack = end % SECTOR_BYTES;
    if (slack > 0) buffer.fill(0, end, end + SECTOR_BYTES - slack);
  }

  /**
   * The stored bytes in sectors that should hold an instance: a view into them.
   *
   * @returns `undefined` when they hold something else, or not all of it.
   */
  recognise(sectors: Uint8Array, identity: StoredIdentity): Uint8Array | undefined {
    const view = this.#view;
    this.#header.set(sectors.subarray(0, TRACK_HEADER_BYTES));
    const boundHigh = view.getUint32(BOUND);
    const boundLow = view.getUint32(BOUND + 4);
    const storedLength = view.getUint32(STORED_LENGTH);
    const birth = view.getUint32(BIRTH_HIGH) * TWO_32 + view.getUint32(BIRTH_LOW);
    if (
      view.getUint32(0) !== MAGIC ||
      view.getUint32(ID) !== identity.id ||
      view.getUint32(LENGTH) !== identity.lengthBytes ||
      view.getUint32(CYLINDER) !== identity.cylinder ||
      view.getUint32(PLACE) !== identity.place ||
      birth !== identity.birth ||
      storedLength > sectors.length - TRACK_HEADER_BYTES
    ) {
      return undefined;
    }
    const stored = sectors.subarray(TRACK_HEADER_BYTES, TRACK_HEADER_BYTES + storedLength);
    this.compute(stored);
    this.#bind();
    if (view.getUint32(BOUND) !== boundHigh || view.getUint32(BOUND + 4) !== boundLow) {
      return undefined;
    }
    this.compression = view.getUint8(COMPRESSION);
    return stored;
  }

  /** Computes the checksum of bytes into {@link low} and {@link high}. */
  compute(bytes: Uint8Array): void {
    this.#checksum.compute(bytes);
    this.low = this.#checksum.low;
    this.high = this.#checksum.high;
  }

  /** Puts the bound checksum into the header: {@link low} and {@link high} are of the stored bytes. */
  #bind(): void {
    const view = this.#view;
    view.setUint32(BOUND, this.high);
    view.setUint32(BOUND + 4, this.low);
    this.#checksum.compute(this.#header);
    view.setUint32(BOUND, this.#checksum.high);
    view.setUint32(BOUND + 4, this.#checksum.low);
  }
}
