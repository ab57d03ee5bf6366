/**
 * Files behind the byte ports of the model: read or written at any offset, synchronously.
 *
 * @module
 */
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { InputError } from '../base/errors.ts';
import type { ByteSink, ByteSource } from '../base/ports.ts';
import { withFile } from './file-fault.ts';

/** A file open for reading. */
export class FileSource implements ByteSource {
  readonly name: string;
  readonly sizeBytes: number;
  readonly #descriptor: number;

  /** Takes over an open descriptor. @param name - Name for messages. */
  constructor(name: string, descriptor: number) {
    this.name = name;
    this.#descriptor = descriptor;
    const stat = withFile(name, 'reading', () => fstatSync(descriptor));
    if (!stat.isFile()) {
      closeSync(descriptor);
      throw new InputError('FILE_REFUSED', {
        what: 'this is no regular file',
        limit: 'an image is read at any offset',
        fix: 'give the name of a file',
        place: { file: name },
      });
    }
    this.sizeBytes = stat.size;
  }

  /** @throws InputError FILE_NOT_FOUND, FILE_REFUSED, FILE_IO */
  static open(path: string): FileSource {
    return new FileSource(
      path,
      withFile(path, 'opening', () => openSync(path, 'r')),
    );
  }

  readAt(offset: number, into: Uint8Array): number {
    return withFile(this.name, 'reading', () => {
      let done = 0;
      while (done < into.length) {
        const got = readSync(this.#descriptor, into, done, into.length - done, offset + done);
        if (got === 0) break;
        done += got;
      }
      return done;
    });
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** A new file open for writing. What is not written reads as zeros. */
export class FileSink implements ByteSink {
  readonly name: string;
  readonly #descriptor: number;

  private constructor(name: string, descriptor: number) {
    this.name = name;
    this.#descriptor = descriptor;
  }

  /**
   * Makes a file that must not be there yet.
   *
   * @param name - Name for messages, when it is not `path`.
   */
  static create(path: string, name: string = path): FileSink {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
    return new FileSink(
      name,
      withFile(name, 'creating', () => openSync(path, flags)),
    );
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    withFile(this.name, 'writing', () => {
      let done = 0;
      while (done < bytes.length) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, offset + done);
      }
    });
  }

  /** Brings everything to the disk. */
  flush(): void {
    withFile(this.name, 'writing', () => {
      fsyncSync(this.#descriptor);
    });
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
