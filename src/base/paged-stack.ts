/**
 * A stack of triples of 32-bit words that grows by pages and never copies itself.
 *
 * @module
 */
import { invariant } from './invariant.ts';

const ENTRY_WORDS = 3;
const PAGE_ENTRY_BITS = 10;
const PAGE_ENTRY_MASK = (1 << PAGE_ENTRY_BITS) - 1;

/** Last in, first out. A popped triple stands in {@link first}, {@link second} and {@link third}. */
export class PagedStack {
  first = 0;
  second = 0;
  third = 0;
  #depth = 0;
  readonly #pages: Uint32Array[] = [];

  get depth(): number {
    return this.#depth;
  }

  push(first: number, second: number, third: number): void {
    const at = this.#depth;
    if (at >>> PAGE_ENTRY_BITS === this.#pages.length) this.#grow();
    const page = this.#pages[at >>> PAGE_ENTRY_BITS] as Uint32Array;
    const base = (at & PAGE_ENTRY_MASK) * ENTRY_WORDS;
    page[base] = first;
    page[base + 1] = second;
    page[base + 2] = third;
    this.#depth = at + 1;
  }

  /** Takes the last triple off; there must be one. */
  pop(): void {
    const at = this.#depth - 1;
    invariant(at >= 0, 'paged-stack-not-empty');
    this.#load(at);
    this.#depth = at;
  }

  /** Loads the triple at a depth from 0 without taking it off. */
  peek(at: number): void {
    invariant(at >= 0 && at < this.#depth, 'paged-stack-depth');
    this.#load(at);
  }

  clear(): void {
    this.#depth = 0;
  }

  #load(at: number): void {
    const page = this.#pages[at >>> PAGE_ENTRY_BITS] as Uint32Array;
    const base = (at & PAGE_ENTRY_MASK) * ENTRY_WORDS;
    this.first = page[base] as number;
    this.second = page[base + 1] as number;
    this.third = page[base + 2] as number;
  }

  #grow(): void {
    this.#pages.push(new Uint32Array(ENTRY_WORDS << PAGE_ENTRY_BITS));
  }
}
