/**
 * Nonvolatile storage (NVS): where tracks are safe before their logical cylinder is destaged.
 *
 * It is bounded. What counts are whole logical cylinders that are open or wait for destage, of all
 * groups together; their bytes lie in the buffers of the groups.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { KeptFigures, Plain } from '../base/kept-state.ts';

/** When full cylinders are destaged: when they are left, or by background work. */
export type DestageMode = 'atOnce' | 'scheduled';

/** The account of the storage. */
export class NonvolatileStorage implements KeptFigures {
  readonly kind = 'figures';
  readonly name = 'nvs';
  readonly boundBytes: number;
  readonly destage: DestageMode;
  #usedBytes = 0;

  constructor(boundBytes: number, destage: DestageMode) {
    this.boundBytes = boundBytes;
    this.destage = destage;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  hasRoom(bytes: number): boolean {
    return this.#usedBytes + bytes <= this.boundBytes;
  }

  hold(bytes: number): void {
    invariant(this.hasRoom(bytes), 'nvs-within-bound');
    this.#usedBytes += bytes;
  }

  release(bytes: number): void {
    invariant(bytes <= this.#usedBytes, 'nvs-holds-what-it-releases');
    this.#usedBytes -= bytes;
  }

  save(): Plain {
    return this.#usedBytes;
  }

  restore(saved: Plain | undefined): void {
    if (saved !== undefined) this.#usedBytes = saved as number;
  }
}
