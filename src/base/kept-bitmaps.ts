/**
 * Sparse bitmaps that outlive the process: what is kept of a change are the pages that were touched.
 *
 * @module
 */
import type { SparseBitmap } from './bitmap.ts';
import { invariant } from './invariant.ts';
import type { KeptEntries, Plain } from './kept-state.ts';

/** Between the name of a bitmap and the number of a page. */
const SEPARATOR = '/';

/** Bitmaps by name. Keys are name and page, for instance `7.copied/12`. */
export class KeptBitmaps implements KeptEntries {
  readonly kind = 'entries';
  readonly name: string;
  isKept = false;
  readonly #bitmaps = new Map<string, SparseBitmap>();
  /** Names of bitmaps of which pages were touched. */
  readonly #touched = new Set<string>();
  /** Keys of pages that came with their bitmap, or went with it. */
  readonly #changed = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  /** A bitmap came into being. Its name is its own, without a slash. */
  add(name: string, bitmap: SparseBitmap): void {
    invariant(!this.#bitmaps.has(name), 'kept-bitmap-named-once', name);
    this.#bitmaps.set(name, bitmap);
    if (!this.isKept) return;
    bitmap.watch(() => this.#touched.add(name));
    for (const page of bitmap.pageNumbers()) this.#changed.add(keyOf(name, page));
  }

  /** A bitmap is gone. */
  remove(name: string): void {
    const bitmap = this.#bitmaps.get(name);
    invariant(bitmap !== undefined, 'kept-bitmap-known', name);
    this.#bitmaps.delete(name);
    this.#touched.delete(name);
    if (!this.isKept) return;
    for (const page of [...bitmap.takeTouched(), ...bitmap.pageNumbers()]) {
      this.#changed.add(keyOf(name, page));
    }
  }

  takeTouched(): Iterable<string> {
    const keys = new Set(this.#changed);
    for (const name of this.#touched) {
      for (const page of this.#bitmaps.get(name)?.takeTouched() ?? []) keys.add(keyOf(name, page));
    }
    this.#changed.clear();
    this.#touched.clear();
    return keys;
  }

  *keys(): Generator<string> {
    for (const [name, bitmap] of this.#bitmaps) {
      for (const page of bitmap.pageNumbers()) yield keyOf(name, page);
    }
  }

  save(key: string | number): Plain | undefined {
    const { name, page } = readKey(key);
    return this.#bitmaps.get(name)?.savePage(page);
  }

  /** Every bitmap that something was kept of is there already. */
  restore(saved: ReadonlyMap<string | number, Plain>): void {
    for (const [key, bytes] of saved) {
      const { name, page } = readKey(key);
      const bitmap = this.#bitmaps.get(name);
      invariant(bitmap !== undefined && bytes instanceof Uint8Array, 'kept-bitmap-known', name);
      bitmap.restorePage(page, bytes);
    }
  }
}

function keyOf(name: string, page: number): string {
  return `${name}${SEPARATOR}${page}`;
}

function readKey(key: string | number): { readonly name: string; readonly page: number } {
  const text = String(key);
  const at = text.lastIndexOf(SEPARATOR);
  return { name: text.slice(0, at), page: Number(text.slice(at + 1)) };
}
