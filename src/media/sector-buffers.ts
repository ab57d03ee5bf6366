/**
 * Buffers of one physical cylinder each, used again and again.
 *
 * A buffer travels: nonvolatile storage fills it, destage hands it to a drive, and the drive gives the
 * buffer that held the cylinder before back. Nothing is copied, and nothing is allocated once every
 * cylinder has been written.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';

/** What a page of memory holds at least on every machine this runs on. */
const MEMORY_PAGE_BYTES = 4096;

/** Free buffers of one size. */
export class SectorBuffers {
  readonly bufferBytes: number;
  readonly #free: Uint8Array[] = [];

  constructor(bufferBytes: number) {
    this.bufferBytes = bufferBytes;
  }

  /** A buffer with whatever its last user left in it; a new one is all zeros. */
  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(this.bufferBytes);
  }

  give(buffer: Uint8Array): void {
    invariant(buffer.length === this.bufferBytes, 'sector-buffer-of-its-size');
    this.#free.push(buffer);
  }

  /** A new buffer whose memory was touched, so that it is there when it is written. */
  makeTouched(): Uint8Array {
    const buffer = new Uint8Array(this.bufferBytes);
    for (let at = 0; at < buffer.length; at += MEMORY_PAGE_BYTES) buffer[at] = 0;
    return buffer;
  }
}
