/**
 * A medium that is a folder of the file system.
 *
 * @module
 */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writevSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  type Medium,
  MediumFault,
  type MediumFaultKind,
  type MediumFile,
  type OpenMode,
} from './medium.ts';

/** Troubles of the system that are told apart; any other is `failed`. */
const KINDS: Readonly<Record<string, MediumFaultKind>> = Object.freeze({
  ENOENT: 'absent',
  ENOTDIR: 'absent',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
});

const FLAGS: Readonly<Record<OpenMode, string>> = Object.freeze({
  read: 'r',
  write: 'r+',
  make: 'w+',
});

/** Pieces that the system takes in one call; Linux takes 1,024. */
const PIECES_MAX = 512;

/** Files below one folder of the file system. The folder itself is made with the first one in it. */
export class NodeMedium implements Medium {
  readonly name: string;

  /** @param folder - Its path. */
  constructor(folder: string) {
    this.name = folder;
  }

  open(name: string, mode: OpenMode): MediumFile {
    const descriptor = guarded({ file: name, operation: 'open' }, () =>
      openSync(join(this.name, name), FLAGS[mode]),
    );
    return new NodeMediumFile(name, descriptor);
  }

  list(folder: string): readonly string[] {
    try {
      return guarded({ file: folder, operation: 'list' }, () =>
        readdirSync(join(this.name, folder)).toSorted(),
      );
    } catch (error) {
      if (error instanceof MediumFault && error.fault === 'absent') return [];
      throw error;
    }
  }

  makeFolder(folder: string): void {
    guarded({ file: folder, operation: 'make folder' }, () => {
      mkdirSync(join(this.name, folder), { recursive: true });
    });
  }

  rename(from: string, to: string): void {
    guarded({ file: from, operation: 'rename' }, () => {
      renameSync(join(this.name, from), join(this.name, to));
    });
  }

  remove(name: string): void {
    guarded({ file: name, operation: 'remove' }, () => {
      rmSync(join(this.name, name), { force: true });
    });
  }

  flushFolder(folder: string): void {
    guarded({ file: folder, operation: 'flush folder' }, () => {
      flushFolderAt(join(this.name, folder));
    });
  }

  /**
   * Makes it durable that the medium's own folder is there.
   *
   * @param top - The folder around it that was there before all others.
   * @throws MediumFault
   */
  flushParents(top: string = dirname(this.name)): void {
    guarded({ file: '..', operation: 'flush folder' }, () => {
      for (let folder = resolve(this.name); folder !== resolve(top); ) {
        folder = dirname(folder);
        flushFolderAt(folder);
        if (folder === dirname(folder)) return;
      }
    });
  }
}

class NodeMediumFile implements MediumFile {
  readonly name: string;
  readonly #descriptor: number;
  #isOpen = true;

  constructor(name: string, descriptor: number) {
    this.name = name;
    this.#descriptor = descriptor;
  }

  get sizeBytes(): number {
    return guarded({ file: this.name, operation: 'size' }, () => fstatSync(this.#descriptor).size);
  }

  read(offset: number, into: Uint8Array): number {
    return guarded({ file: this.name, operation: 'read', offset }, () => {
      let done = 0;
      while (done < into.length) {
        const got = readSync(this.#descriptor, into, done, into.length - done, offset + done);
        if (got === 0) break;
        done += got;
      }
      return done;
    });
  }

  write(offset: number, pieces: readonly Uint8Array[]): void {
    guarded({ file: this.name, operation: 'write', offset }, () => {
      let at = offset;
      for (let first = 0; first < pieces.length; first += PIECES_MAX) {
        at = this.#writeSome(at, pieces.slice(first, first + PIECES_MAX));
      }
    });
  }

  flush(): void {
    // Of what concerns the file itself, this brings all but its times.
    guarded({ file: this.name, operation: 'flush' }, () => {
      fdatasyncSync(this.#descriptor);
    });
  }

  resize(sizeBytes: number): void {
    guarded({ file: this.name, operation: 'resize' }, () => {
      ftruncateSync(this.#descriptor, sizeBytes);
    });
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    guarded({ file: this.name, operation: 'close' }, () => {
      closeSync(this.#descriptor);
    });
  }

  /** @returns The offset behind them. */
  #writeSome(offset: number, pieces: Uint8Array[]): number {
    let at = offset;
    let rest = pieces;
    while (rest.length > 0) {
      let written = writevSync(this.#descriptor, rest, at);
      at += written;
      // The system may take less than it was given.
      let whole = 0;
      while (whole < rest.length && written >= (rest[whole] as Uint8Array).length) {
        written -= (rest[whole] as Uint8Array).length;
        whole += 1;
      }
      rest = rest.slice(whole);
      if (rest.length > 0) rest[0] = (rest[0] as Uint8Array).subarray(written);
    }
    return at;
  }
}

function flushFolderAt(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function guarded<Value>(
  where: { readonly file: string; readonly operation: string; readonly offset?: number },
  operation: () => Value,
): Value {
  try {
    return operation();
  } catch (error) {
    const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
    if (code === undefined) throw error;
    throw new MediumFault(KINDS[code] ?? 'failed', where, (error as Error).message);
  }
}
