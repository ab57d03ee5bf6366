/**
 * zlib compression on all processors, with a few compressors that are kept: each works for one track
 * after the other, so that no memory is asked for and thrown away for every track.
 *
 * A compressor runs on Node's own pool of threads; here is only who does what next.
 *
 * @module
 */
import { availableParallelism } from 'node:os';
import { constants, createDeflate, type Deflate } from 'node:zlib';
import { deflateOptions } from '../image/track-compression.ts';

/** Threads of Node's pool unless its environment says otherwise. */
const COMPRESSORS_MAX = 4;
/** More than any track: a compressor never has to wait for its output to be taken. */
const OUTPUT_BYTES = 262_144;

/** Compresses any number of tracks at once, as many at a time as there are processors. */
export class DeflatePool {
  readonly #idle: Deflate[];
  readonly #waiting: ((compressor: Deflate) => void)[] = [];
  #closed = false;

  /** @param level - zlib level, 1 to 9. */
  constructor(level: number) {
    const count = Math.min(COMPRESSORS_MAX, availableParallelism());
    const options = { ...deflateOptions(level), highWaterMark: OUTPUT_BYTES };
    this.#idle = Array.from({ length: count }, () => createDeflate(options));
  }

  /**
   * The zlib stream of `raw`, or `undefined` when it is no smaller. `raw` must stay as it is until
   * the answer comes.
   */
  async deflate(raw: Uint8Array): Promise<Uint8Array | undefined> {
    const compressor = await this.#take();
    try {
      const deflated = await deflateWith(compressor, raw);
      return deflated.length < raw.length ? deflated : undefined;
    } finally {
      this.#giveBack(compressor);
    }
  }

  /** Frees the compressors, each when it is idle. Tracks that still wait are never compressed. */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    for (const compressor of this.#idle.splice(0)) compressor.close();
  }

  #take(): Promise<Deflate> {
    const compressor = this.#idle.pop();
    if (compressor !== undefined) return Promise.resolve(compressor);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #giveBack(compressor: Deflate): void {
    if (this.#closed) {
      compressor.close();
      return;
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(compressor);
    else next(compressor);
  }
}

/** One whole stream; the compressor is as new afterwards. */
async function deflateWith(compressor: Deflate, raw: Uint8Array): Promise<Buffer> {
  await new Promise<void>((resolve, reject) => {
    compressor.once('error', reject);
    compressor.write(raw);
    compressor.flush(constants.Z_FINISH, () => {
      compressor.off('error', reject);
      resolve();
    });
  });
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = compressor.read() as Buffer | null;
    if (piece === null) break;
    pieces.push(piece);
  }
  compressor.reset();
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
}
