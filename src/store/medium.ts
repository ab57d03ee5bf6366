/**
 * What a store asks of the medium that it lives on: files by name, inside one folder.
 *
 * What is assumed of the medium, and nothing more: a sector of 512 bytes that lies at a multiple of 512
 * is written whole or not at all; what was written is there after a power cut when the file was
 * flushed after it; a file that was made, renamed or removed stays so when its folder was flushed after
 * it; without a flush anything may have happened to any part, in any order.
 *
 * @module
 */

/** A file that is open. */
export interface MediumFile {
  readonly name: string;
  readonly sizeBytes: number;
  /**
   * Fills `into` from `offset`.
   *
   * @returns Bytes read; fewer only at the end of the file.
   * @throws MediumFault
   */
  read(offset: number, into: Uint8Array): number;
  /** Writes pieces one behind the other. @throws MediumFault */
  write(offset: number, pieces: readonly Uint8Array[]): void;
  /** Makes everything that was written to the file durable, its length included. @throws MediumFault */
  flush(): void;
  /** Cuts the file, or lengthens it by zeros. @throws MediumFault */
  resize(sizeBytes: number): void;
  close(): void;
}

/** How a file is opened: to be read, to be read and written, or made empty, in the place of any other. */
export type OpenMode = 'read' | 'write' | 'make';

/** Files of one store. Names are relative to its folder, with `/` between parts. */
export interface Medium {
  /** For messages. */
  readonly name: string;
  /** @throws MediumFault, `absent` when there is no such file */
  open(name: string, mode: OpenMode): MediumFile;
  /** Names of the files and folders in a folder, sorted; none when there is no such folder. */
  list(folder: string): readonly string[];
  /** Makes a folder that may be there already. */
  makeFolder(folder: string): void;
  /** Gives a file another name, in the place of any file that has it. */
  rename(from: string, to: string): void;
  /** Removes a file that may be gone already. */
  remove(name: string): void;
  /** Makes what was made, renamed and removed in a folder durable. */
  flushFolder(folder: string): void;
}

/** Why the medium could not do what it was asked. */
export type MediumFaultKind = 'absent' | 'full' | 'failed' | 'denied';

/** The medium could not do what it was asked. */
export class MediumFault extends Error {
  override readonly name = 'MediumFault';
  readonly fault: MediumFaultKind;
  readonly file: string;
  /** For instance `read`, `write`, `flush`. */
  readonly operation: string;
  readonly offset: number | undefined;

  constructor(
    fault: MediumFaultKind,
    where: { readonly file: string; readonly operation: string; readonly offset?: number },
    detail: string,
  ) {
    const at = where.offset === undefined ? '' : ` at offset ${where.offset}`;
    super(`${where.file}: ${where.operation}${at}: ${detail}`);
    this.fault = fault;
    this.file = where.file;
    this.operation = where.operation;
    this.offset = where.offset;
  }
}
