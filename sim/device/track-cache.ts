/**
 * The cache of the control unit: which tracks are there, least recently used first out.
 *
 * A track may be a guest: it came for somebody who goes over it once, and {@link TrackCache.letGo} takes
 * it out, unless somebody else wanted it meanwhile.
 *
 * Every track takes one slot of the same size. A track on its way from the drives has a slot and a
 * stage, and is never thrown out before it has arrived. Content is not kept here: the model has it.
 *
 * Open addressing with linear probing over twice as many places as slots, at least: a look-up touches
 * one cache line as a rule, whatever the number of devices and tracks.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import type { EnginePart } from '../engine/engine.ts';
import { SavedNumbers } from '../engine/saved-numbers.ts';

/** In place of a slot: the track is not there. */
export const NOT_CACHED = 0;

const SLOTS_MIN = 4;
/** Numbers of a saved state before its fields. */
const COUNTS = 3;

/** The cache. Slots are numbered from 1; slot 0 is the head of the list of use. */
export class TrackCache implements EnginePart {
  readonly name: string;
  readonly slotCount: number;
  readonly #devices: Int32Array;
  readonly #tracks: Int32Array;
  /** Neighbours in the order of use. A slot that is being staged is in no list. */
  readonly #newer: Int32Array;
  readonly #older: Int32Array;
  /** Stage that brings the track; 0 once it is there. */
  readonly #stages: Int32Array;
  /** 1 for a guest. */
  readonly #guests: Int32Array;
  /** Slot at each place of the table; 0 for none. */
  readonly #places: Int32Array;
  readonly #mask: number;
  #usedCount = 0;
  #stagingCount = 0;
  /** First free slot; the others follow by {@link #older}. */
  #free: number;

  /**
   * @param prefix - Before its name.
   * @throws RangeError when not even four tracks fit.
   */
  constructor(bytes: number, trackBytes: number, prefix = '') {
    this.name = `${prefix}cache`;
    const slotCount = Math.floor(bytes / trackBytes);
    if (slotCount < SLOTS_MIN) {
      throw new RangeError(`a cache holds ${SLOTS_MIN} tracks at least, ${bytes} bytes do not`);
    }
    this.slotCount = slotCount;
    this.#devices = new Int32Array(slotCount + 1);
    this.#tracks = new Int32Array(slotCount + 1);
    this.#newer = new Int32Array(slotCount + 1);
    this.#older = new Int32Array(slotCount + 1);
    this.#stages = new Int32Array(slotCount + 1);
    this.#guests = new Int32Array(slotCount + 1);
    const placeCount = 2 ** Math.ceil(Math.log2(2 * slotCount));
    this.#places = new Int32Array(placeCount);
    this.#mask = placeCount - 1;
    this.#free = 1;
    this.#linkFree();
  }

  /** Tracks that have a slot. */
  get usedCount(): number {
    return this.#usedCount;
  }

  /** The slot of a track, or {@link NOT_CACHED}. Changes nothing. */
  find(device: number, track: number): number {
    const places = this.#places;
    let place = this.#hash(device, track);
    for (;;) {
      const slot = places[place] as number;
      if (slot === 0) return NOT_CACHED;
      if (this.#tracks[slot] === track && this.#devices[slot] === device) return slot;
      place = (place + 1) & this.#mask;
    }
  }

  /** The stage that brings the track of a slot; 0 when it is there. */
  stageOf(slot: number): number {
    return this.#stages[slot] as number;
  }

  /** The track of a slot was used now: it is nobody's guest any more. */
  touch(slot: number): void {
    this.#guests[slot] = 0;
    if (this.#stages[slot] !== 0 || this.#older[0] === slot) return;
    this.#unlink(slot);
    this.#linkNewest(slot);
  }

  /**
   * Gives a track that is not there a slot, for which the track used longest ago goes.
   *
   * @param stage - The stage that brings it; 0 when it is there at once.
   * @param isGuest - Whether it is one.
   * @returns The slot, or {@link NOT_CACHED} when every slot waits for its track.
   */
  insert(device: number, track: number, stage: number, isGuest = false): number {
    if (this.#free === 0) {
      const oldest = this.#newer[0] as number;
      if (oldest === 0) return NOT_CACHED;
      this.#remove(oldest);
    }
    const slot = this.#free;
    this.#free = this.#older[slot] as number;
    this.#usedCount += 1;
    this.#devices[slot] = device;
    this.#tracks[slot] = track;
    this.#stages[slot] = stage;
    this.#guests[slot] = isGuest ? 1 : 0;
    let place = this.#hash(device, track);
    while (this.#places[place] !== 0) place = (place + 1) & this.#mask;
    this.#places[place] = slot;
    if (stage === 0) this.#linkNewest(slot);
    else this.#stagingCount += 1;
    return slot;
  }

  /** A track has arrived. */
  arrive(slot: number): void {
    invariant(this.#stages[slot] !== 0, 'cache-slot-staging', String(slot));
    this.#stages[slot] = 0;
    this.#stagingCount -= 1;
    this.#linkNewest(slot);
  }

  /** A track is not there any more. One on its way arrives at nothing. */
  drop(slot: number): void {
    this.#remove(slot);
  }

  /** Whether the track of a slot is there for somebody who goes over it once. */
  isGuest(slot: number): boolean {
    return this.#guests[slot] === 1;
  }

  /** A guest goes, if it is still there and still one. */
  letGo(device: number, track: number): void {
    const slot = this.find(device, track);
    if (slot !== NOT_CACHED && this.#guests[slot] === 1) this.#remove(slot);
  }

  /** Drops all tracks of a device from `first` up to, not including, `end`. */
  dropRange(device: number, first: number, end: number): void {
    for (let slot = 1; slot <= this.slotCount; slot += 1) {
      const track = this.#tracks[slot] as number;
      if (this.#devices[slot] !== device || track < first || track >= end) continue;
      if (this.find(device, track) === slot) this.#remove(slot);
    }
  }

  save(): Float64Array {
    const fields = this.#fields();
    const total = fields.reduce((sum, { length }) => sum + length, 0);
    const values = new Float64Array(COUNTS + total);
    values.set([this.#usedCount, this.#stagingCount, this.#free]);
    let at = COUNTS;
    for (const field of fields) {
      values.set(field, at);
      at += field.length;
    }
    return values;
  }

  restore(values: Float64Array): void {
    const saved = new SavedNumbers(values);
    this.#usedCount = saved.next();
    this.#stagingCount = saved.next();
    this.#free = saved.next();
    for (const field of this.#fields()) field.set(saved.many(field.length));
  }

  #fields(): readonly Int32Array[] {
    const lists = [this.#newer, this.#older];
    return [this.#devices, this.#tracks, ...lists, this.#stages, this.#guests, this.#places];
  }

  #linkFree(): void {
    for (let slot = 1; slot < this.slotCount; slot += 1) this.#older[slot] = slot + 1;
  }

  #hash(device: number, track: number): number {
    const mixed = Math.imul(track, 0x9e37_79b1) ^ Math.imul(device + 1, 0x85eb_ca6b);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }

  #linkNewest(slot: number): void {
    const newest = this.#older[0] as number;
    this.#older[slot] = newest;
    this.#newer[slot] = 0;
    this.#newer[newest] = slot;
    this.#older[0] = slot;
  }

  #unlink(slot: number): void {
    const newer = this.#newer[slot] as number;
    const older = this.#older[slot] as number;
    this.#older[newer] = older;
    this.#newer[older] = newer;
  }

  #remove(slot: number): void {
    if (this.#stages[slot] === 0) this.#unlink(slot);
    else this.#stagingCount -= 1;
    this.#stages[slot] = 0;
    this.#forget(slot);
    this.#older[slot] = this.#free;
    this.#free = slot;
    this.#usedCount -= 1;
  }

  /** Takes a slot out of the table and moves those behind it up, so that no look-up stops too early. */
  #forget(slot: number): void {
    const places = this.#places;
    const mask = this.#mask;
    let hole = this.#hash(this.#devices[slot] as number, this.#tracks[slot] as number);
    while (places[hole] !== slot) hole = (hole + 1) & mask;
    let place = hole;
    for (;;) {
      place = (place + 1) & mask;
      const other = places[place] as number;
      if (other === 0) break;
      const home = this.#hash(this.#devices[other] as number, this.#tracks[other] as number);
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      places[hole] = other;
      hole = place;
    }
    places[hole] = 0;
  }
}
