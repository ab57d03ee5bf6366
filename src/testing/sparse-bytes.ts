/**
 * Bytes of a file in memory: what was never written takes no memory and reads as zeros.
 *
 * A copy shares all chunks with what it was copied from until one of them writes, so that a medium can
 * be copied as often as a test wants to see it.
 *
 * @module
 */

/** Bytes of a chunk: eight sectors. */
export const CHUNK_BYTES = 4_096;

/** Hashes of chunks that nobody writes into any more. */
const HASHES = new WeakMap<Uint8Array, readonly [number, number]>();

/** Two hashes of a chunk; 0 and 0 when it holds nothing but zeros. */
function hashOf(chunk: Uint8Array): readonly [number, number] {
  const known = HASHES.get(chunk);
  if (known !== undefined) return known;
  let low = 0;
  let high = 0;
  for (const [at, word] of new Uint32Array(chunk.buffer).entries()) {
    if (word === 0) continue;
    low = (Math.imul(low ^ word, 0x0100_0193) + at) | 0;
    high = (Math.imul(high ^ (word >>> 7) ^ (word << 25), 0x5bd1_e995) + at) | 0;
  }
  const hashes = [low, high] as const;
  HASHES.set(chunk, hashes);
  return hashes;
}

/** Bytes at offsets. It has no end: whoever owns it knows the length. */
export class SparseBytes {
  readonly #chunks: Map<number, Uint8Array>;
  /** Chunks that nobody else has. */
  readonly #own = new Set<number>();
  #fingerprint: string | undefined;

  constructor(former?: SparseBytes) {
    this.#chunks = new Map(former?.takeShared());
    this.#fingerprint = former?.fingerprint();
  }

  /** Memory that is taken. */
  get usedBytes(): number {
    return this.#chunks.size * CHUNK_BYTES;
  }

  /** How many bytes more are taken when this stretch is written. */
  bytesToTake(offset: number, count: number): number {
    let bytes = 0;
    const last = Math.floor((offset + count - 1) / CHUNK_BYTES);
    for (let chunk = Math.floor(offset / CHUNK_BYTES); chunk <= last; chunk += 1) {
      if (!this.#chunks.has(chunk)) bytes += CHUNK_BYTES;
    }
    return bytes;
  }

  read(offset: number, into: Uint8Array): void {
    this.#eachPart(offset, into.length, (chunk, at, from, count) => {
      const bytes = this.#chunks.get(chunk);
      const part = into.subarray(from, from + count);
      if (bytes === undefined) part.fill(0);
      else part.set(bytes.subarray(at, at + count));
    });
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#fingerprint = undefined;
    this.#eachPart(offset, bytes.length, (chunk, at, from, count) => {
      this.#owned(chunk).set(bytes.subarray(from, from + count), at);
    });
  }

  /** Takes a whole chunk as it is; nobody writes into it any more. */
  adopt(chunk: number, bytes: Uint8Array): void {
    this.#fingerprint = undefined;
    this.#chunks.set(chunk, bytes);
    this.#own.delete(chunk);
  }

  /** Everything from `offset` on is zeros again. */
  cut(offset: number): void {
    this.#fingerprint = undefined;
    for (const chunk of this.#chunks.keys()) {
      const start = chunk * CHUNK_BYTES;
      if (start >= offset) {
        this.#chunks.delete(chunk);
        this.#own.delete(chunk);
      } else if (start + CHUNK_BYTES > offset) {
        this.#owned(chunk).fill(0, offset - start);
      }
    }
  }

  /** Tells contents apart: a sum over all chunks that are not zeros throughout. */
  fingerprint(): string {
    this.#fingerprint ??= this.#computeFingerprint();
    return this.#fingerprint;
  }

  #computeFingerprint(): string {
    let one = 0;
    let other = 0;
    for (const [chunk, bytes] of this.takeShared()) {
      const [low, high] = hashOf(bytes);
      if (low === 0 && high === 0) continue;
      one = (one + Math.imul(low ^ Math.imul(chunk + 1, 0x9e37_79b1), 0x85eb_ca6b)) | 0;
      other = (other + Math.imul(high ^ Math.imul(chunk + 1, 0xc2b2_ae35), 0x27d4_eb2f)) | 0;
    }
    return `${one >>> 0}.${other >>> 0}`;
  }

  /** The chunks for a copy; from now on nobody writes into them. */
  takeShared(): ReadonlyMap<number, Uint8Array> {
    this.#own.clear();
    return this.#chunks;
  }

  #owned(chunk: number): Uint8Array {
    const bytes = this.#chunks.get(chunk);
    if (bytes !== undefined && this.#own.has(chunk)) return bytes;
    const mine = bytes?.slice() ?? new Uint8Array(CHUNK_BYTES);
    this.#chunks.set(chunk, mine);
    this.#own.add(chunk);
    return mine;
  }

  #eachPart(
    offset: number,
    count: number,
    part: (chunk: number, at: number, from: number, count: number) => void,
  ): void {
    for (let from = 0; from < count; ) {
      const chunk = Math.floor((offset + from) / CHUNK_BYTES);
      const at = (offset + from) % CHUNK_BYTES;
      const length = Math.min(count - from, CHUNK_BYTES - at);
      part(chunk, at, from, length);
      from += length;
    }
  }
}
