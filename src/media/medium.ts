/**
 * The medium: bytes at places. Two kinds with one contract, and nothing above knows which it has.
 *
 * | kind | for | memory |
 * | --- | --- | --- |
 * | {@link ArenaMedium} | content `bytes` | one arena per physical cylinder, made when first written |
 * | {@link KeyedMedium} | content `signature` | only the few tracks that were written as bytes |
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import {
  MEMBER_COUNT,
  MEMBER_SECTORS,
  placeMember,
  placeSector,
  SECTOR_BYTES,
} from './logical-cylinder.ts';

/** Bytes of one physical cylinder. */
const MEMBER_BYTES = MEMBER_SECTORS * SECTOR_BYTES;
/** What a page of memory holds at least on every machine this runs on. */
const MEMORY_PAGE_BYTES = 4096;

/** Bytes at places of one redundancy group. */
export interface Medium {
  write(cylinder: number, place: number, bytes: Uint8Array): void;
  /** The bytes at a place: a view that is valid until the place is given back. */
  view(cylinder: number, place: number, lengthBytes: number): Uint8Array;
  /** The place was given back; its bytes are of no use any more. */
  forget(cylinder: number, place: number): void;
  /** Makes and touches memory for the first `cylinderCount` cylinders, ahead of need. */
  prepare(cylinderCount: number): void;
}

/** Bytes in arenas of one physical cylinder each; arenas stay and are used again. */
export class ArenaMedium implements Medium {
  readonly #arenas: (Uint8Array | undefined)[] = [];

  write(cylinder: number, place: number, bytes: Uint8Array): void {
    this.#arena(cylinder, placeMember(place)).set(bytes, placeSector(place) * SECTOR_BYTES);
  }

  view(cylinder: number, place: number, lengthBytes: number): Uint8Array {
    const first = placeSector(place) * SECTOR_BYTES;
    return this.#arena(cylinder, placeMember(place)).subarray(first, first + lengthBytes);
  }

  forget(): void {}

  prepare(cylinderCount: number): void {
    for (let cylinder = 0; cylinder < cylinderCount; cylinder += 1) {
      for (let member = 0; member < MEMBER_COUNT; member += 1) {
        const arena = this.#arena(cylinder, member);
        // Writing back what is there touches the page without changing stored tracks.
        for (let at = 0; at < MEMBER_BYTES; at += MEMORY_PAGE_BYTES) {
          arena[at] = (arena[at] as number) | 0;
        }
      }
    }
  }

  #arena(cylinder: number, member: number): Uint8Array {
    const at = cylinder * MEMBER_COUNT + member;
    const arena = this.#arenas[at];
    if (arena !== undefined) return arena;
    const made = new Uint8Array(MEMBER_BYTES);
    while (this.#arenas.length < at) this.#arenas.push(undefined);
    this.#arenas[at] = made;
    return made;
  }
}

/** Bytes by place in a map: for subsystems in which hardly any track has bytes. */
export class KeyedMedium implements Medium {
  readonly #tracks = new Map<number, Uint8Array>();

  write(cylinder: number, place: number, bytes: Uint8Array): void {
    this.#tracks.set(keyOf(cylinder, place), bytes.slice());
  }

  view(cylinder: number, place: number, lengthBytes: number): Uint8Array {
    const bytes = this.#tracks.get(keyOf(cylinder, place));
    invariant(bytes !== undefined && bytes.length === lengthBytes, 'medium-has-bytes');
    return bytes;
  }

  forget(cylinder: number, place: number): void {
    this.#tracks.delete(keyOf(cylinder, place));
  }

  prepare(): void {}
}

function keyOf(cylinder: number, place: number): number {
  return (cylinder * MEMBER_COUNT + placeMember(place)) * MEMBER_SECTORS + placeSector(place);
}
