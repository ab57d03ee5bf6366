/**
 * Reads a file in large pieces, so that many small records cost few calls.
 *
 * @module
 */
import { MediumFault, type MediumFile } from './medium.ts';

/** Bytes read at once, unless more are asked for. */
const WINDOW_BYTES = 2 ** 20;

/** One file, read mostly from the beginning to the end. */
export class WindowReader {
  readonly file: MediumFile;
  readonly sizeBytes: number;
  #window: Uint8Array = new Uint8Array(0);
  #from = 0;
  #until = 0;
  #windowBytes = WINDOW_BYTES;

  constructor(file: MediumFile) {
    this.file = file;
    this.sizeBytes = file.sizeBytes;
  }

  /**
   * Bytes from an offset on: a view that is right until the next call.
   *
   * @returns Fewer at the end of the file.
   */
  view(offset: number, bytes: number): Uint8Array {
    if (offset < this.#from || offset + bytes > this.#until) this.#fill(offset, bytes);
    const end = Math.min(offset + bytes, this.#until);
    return this.#window.subarray(offset - this.#from, Math.max(end - this.#from, 0));
  }

  close(): void {
    this.file.close();
  }

  #fill(offset: number, bytes: number): void {
    try {
      this.#read(offset, Math.max(bytes, this.#windowBytes));
    } catch (error) {
      if (!(error instanceof MediumFault && error.fault === 'failed')) throw error;
      if (this.#windowBytes === 0) throw error;
      // Sectors that cannot be read are no trouble of those who do not ask for them.
      this.#windowBytes = 0;
      this.#read(offset, bytes);
    }
  }

  #read(offset: number, bytes: number): void {
    this.#from = 0;
    this.#until = 0;
    const wanted = Math.max(0, Math.min(bytes, this.sizeBytes - offset));
    if (this.#window.length < wanted) this.#window = new Uint8Array(wanted);
    const got = this.file.read(offset, this.#window.subarray(0, wanted));
    this.#from = offset;
    this.#until = offset + got;
  }
}
