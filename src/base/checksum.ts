/**
 * The default checksum: 64-bit xxHash in WebAssembly.
 *
 * The library hands out its functions through a promise; the one top-level `await` here is the only
 * asynchronous moment of the model, and it lies in the import (docs/decisions/0003).
 *
 * @module
 */
import xxhash from 'xxhash-wasm';
import type { Checksum } from './ports.ts';

const hasher = await xxhash();
const LOW_BITS = 0xffff_ffffn;

/** xxHash64 with seed 0. */
export class XxHash64 implements Checksum {
  low = 0;
  high = 0;

  compute(bytes: Uint8Array): void {
    const hash = hasher.h64Raw(bytes);
    this.low = Number(hash & LOW_BITS);
    this.high = Number(hash >> 32n);
  }
}
