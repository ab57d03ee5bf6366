/**
 * A drive whose bytes lie in a file, at the places where the drive's sectors are.
 *
 * @module
 */
import type { DriveBytes } from '../media/drive-bytes.ts';
import { SECTOR_BYTES } from '../media/logical-cylinder.ts';
import { type Medium, MediumFault, type MediumFile } from './medium.ts';

/** What a drive has to know of its group. */
export interface DriveSize {
  readonly cylinderCount: number;
  readonly cylinderSectors: number;
}

/** Who has to do with what drives write. */
export interface DriveKeeper {
  /** Where nothing may be written to files: what is written stays in memory. */
  readonly isReadOnly: boolean;
  /** A cylinder was written from this buffer. @returns A buffer of its length for other uses. */
  exchangeBuffer(buffer: Uint8Array): Uint8Array | undefined;
  /** The medium failed to write. @returns What to throw. */
  writeFailed(error: unknown): unknown;
}

/** The file of one drive. It is opened when it is first needed. */
export class FileDrive implements DriveBytes {
  readonly sizeBytes: number;
  /** Whether anything was written that may not be flushed. */
  isDirty = false;
  /** Whether the file was made, and its name may not be durable. */
  isNew = false;
  readonly #medium: Medium;
  readonly #cylinderBytes: number;
  readonly #keeper: DriveKeeper;
  /** Cylinders written where files may not be. */
  readonly #inMemory = new Map<number, Uint8Array>();
  #name: string;
  #file: MediumFile | undefined;

  /** @param name - Of its file. */
  constructor(medium: Medium, name: string, size: DriveSize, keeper: DriveKeeper) {
    this.#medium = medium;
    this.#name = name;
    this.#cylinderBytes = size.cylinderSectors * SECTOR_BYTES;
    this.sizeBytes = size.cylinderCount * this.#cylinderBytes;
    this.#keeper = keeper;
  }

  get name(): string {
    return this.#name;
  }

  /** The file has another name now. It is opened anew when it is needed next, unless it is open. */
  rename(name: string): void {
    this.#name = name;
  }

  /** Makes the file, empty and of its full length. @throws MediumFault */
  make(): void {
    this.#file?.close();
    this.#file = this.#medium.open(this.#name, 'make');
    this.isNew = true;
    this.#file.resize(this.sizeBytes);
    this.isDirty = true;
  }

  /** Opens the file. @returns Whether it is there and as long as it should be. */
  probe(): boolean {
    return this.#opened()?.sizeBytes === this.sizeBytes;
  }

  read(cylinder: number, sector: number, sectors: number): Uint8Array | 'unreadable' | undefined {
    const bytes = sectors * SECTOR_BYTES;
    const written = this.#inMemory.get(cylinder);
    if (written !== undefined) {
      return written.subarray(sector * SECTOR_BYTES, sector * SECTOR_BYTES + bytes);
    }
    // The caller may keep the bytes for long, and the system fills them: no use to clear them before.
    const { buffer, byteOffset } = Buffer.allocUnsafeSlow(bytes);
    const into = new Uint8Array(buffer, byteOffset, bytes);
    try {
      const file = this.#opened();
      if (file === undefined) return 'unreadable';
      const got = file.read(cylinder * this.#cylinderBytes + sector * SECTOR_BYTES, into);
      return got === bytes ? into : 'unreadable';
    } catch (error) {
      if (error instanceof MediumFault) return 'unreadable';
      throw error;
    }
  }

  write(cylinder: number, buffer: Uint8Array): Uint8Array | undefined {
    if (this.#keeper.isReadOnly) {
      const former = this.#inMemory.get(cylinder);
      this.#inMemory.set(cylinder, buffer);
      return former;
    }
    this.#writeAt(cylinder * this.#cylinderBytes, buffer);
    return this.#keeper.exchangeBuffer(buffer);
  }

  damage(cylinder: number, sector: number, bytes: Uint8Array): void {
    if (this.#keeper.isReadOnly) {
      const whole = this.read(cylinder, 0, this.#cylinderBytes / SECTOR_BYTES);
      const buffer =
        whole instanceof Uint8Array ? whole.slice() : new Uint8Array(this.#cylinderBytes);
      buffer.set(bytes, sector * SECTOR_BYTES);
      this.#inMemory.set(cylinder, buffer);
      return;
    }
    this.#writeAt(cylinder * this.#cylinderBytes + sector * SECTOR_BYTES, bytes);
  }

  prepare(): void {
    // Memory ahead of need is for drives in memory.
  }

  /** Makes what was written durable. @throws MediumFault */
  flush(): void {
    if (!this.isDirty) return;
    this.#file?.flush();
    this.isDirty = false;
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #writeAt(offset: number, bytes: Uint8Array): void {
    try {
      // A drive that came back without its file is an empty one.
      const file = this.#opened() ?? this.#made();
      this.isDirty = true;
      file.write(offset, [bytes]);
    } catch (error) {
      throw this.#keeper.writeFailed(error);
    }
  }

  #made(): MediumFile {
    this.make();
    return this.#file as MediumFile;
  }

  /** `undefined` when there is no such file. */
  #opened(): MediumFile | undefined {
    if (this.#file !== undefined) return this.#file;
    try {
      this.#file = this.#medium.open(this.#name, this.#keeper.isReadOnly ? 'read' : 'write');
    } catch (error) {
      if (!(error instanceof MediumFault && error.fault === 'absent')) throw error;
    }
    return this.#file;
  }
}
