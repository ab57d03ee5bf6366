/**
 * Compression of stored tracks with zstd, as Node has it.
 *
 * @module
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Compress } from '../base/ports.ts';

/** Level 1: tracks are short and many, and higher levels win little on them (our choice). */
const LEVEL_DEFAULT = 1;

/** The port `compress` of a subsystem whose groups compress with zstd. */
export class ZstdCompress implements Compress {
  readonly #options: { readonly params: Readonly<Record<number, number>> };

  /** @param level - 1 to 22; more is smaller and slower. */
  constructor(level: number = LEVEL_DEFAULT) {
    this.#options = { params: { [constants.ZSTD_c_compressionLevel]: level } };
  }

  compress(bytes: Uint8Array): Uint8Array {
    return plainBytes(zstdCompressSync(bytes, this.#options));
  }

  /** @throws Error when the bytes are no zstd frame, or one of another length. */
  expand(compressed: Uint8Array, lengthBytes: number): Uint8Array {
    const bytes = zstdDecompressSync(compressed, { maxOutputLength: lengthBytes });
    if (bytes.length !== lengthBytes) {
      throw new RangeError(`${bytes.length} bytes expanded, ${lengthBytes} expected`);
    }
    return plainBytes(bytes);
  }
}

/** The same bytes without what Node adds to them. */
function plainBytes({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}
