/**
 * A list of 32-bit words that is added to at its end and taken from at either end: a stack, a queue, or
 * both, that may outlive the process.
 *
 * The words stand in a ring, which doubles when it is full. Entries of several words are added and taken
 * word by word.
 *
 * @module
 */
import { invariant } from './invariant.ts';
import { KeptArray, type Plain, type StateKeeping } from './kept-state.ts';

/** Words for which there is room at first: a power of two. */
const FIRST_ROOM = 16;

/** Words numbered from 0, the first one. */
export class WordList {
  #ring = new Uint32Array(FIRST_ROOM);
  /** Where the first word stands. */
  #first = 0;
  #length = 0;
  #words: KeptArray | undefined;

  get length(): number {
    return this.#length;
  }

  /** The list outlives the process under this name. */
  keep(keeping: StateKeeping, name: string): void {
    this.#words = new KeptArray(
      name,
      () => this.#ring,
      (count) => this.#lengthen(count),
    );
    keeping.keep(this.#words);
    keeping.keep({
      kind: 'figures',
      name: `${name}.ends`,
      save: () => [this.#first, this.#length, this.#ring.length],
      restore: (saved) => this.#restore(saved),
    });
  }

  /** Adds a word at the end. */
  push(word: number): void {
    if (this.#length === this.#ring.length) this.#unroll();
    const at = (this.#first + this.#length) & (this.#ring.length - 1);
    this.#ring[at] = word;
    this.#words?.touch(at);
    this.#length += 1;
  }

  /** Takes the last word; `undefined` when there is none. */
  pop(): number | undefined {
    if (this.#length === 0) return undefined;
    this.#length -= 1;
    return this.#ring[(this.#first + this.#length) & (this.#ring.length - 1)];
  }

  /** Takes the first word; `undefined` when there is none. */
  shift(): number | undefined {
    if (this.#length === 0) return undefined;
    const word = this.#ring[this.#first];
    this.#first = (this.#first + 1) & (this.#ring.length - 1);
    this.#length -= 1;
    return word;
  }

  /** Takes all words. */
  clear(): void {
    this.#first = 0;
    this.#length = 0;
  }

  /** The word at a place that there is. */
  at(index: number): number {
    return this.#ring[this.#place(index)] as number;
  }

  /** Writes the word at a place that there is. */
  set(index: number, word: number): void {
    const at = this.#place(index);
    this.#ring[at] = word;
    this.#words?.touch(at);
  }

  #place(index: number): number {
    invariant(index >= 0 && index < this.#length, 'word-list-index', String(index));
    return (this.#first + index) & (this.#ring.length - 1);
  }

  /** Doubles the ring, and lets it begin with the first word. */
  #unroll(): void {
    const ring = new Uint32Array(2 * this.#ring.length);
    ring.set(this.#ring.subarray(this.#first));
    ring.set(this.#ring.subarray(0, this.#first), this.#ring.length - this.#first);
    this.#ring = ring;
    this.#first = 0;
    this.#words?.touch(0, ring.length);
  }

  /** Makes room for words that stand where they were kept. */
  #lengthen(count: number): void {
    let room = this.#ring.length;
    while (room < count) room *= 2;
    if (room === this.#ring.length) return;
    const ring = new Uint32Array(room);
    ring.set(this.#ring);
    this.#ring = ring;
  }

  #restore(saved: Plain | undefined): void {
    if (saved === undefined) return;
    const [first, length, room] = saved as [number, number, number];
    this.#lengthen(room);
    this.#first = first;
    this.#length = length;
  }
}
