/**
 * Readers of a store that a writer must not disturb: each has a file in `readers/` that says who it is
 * and which state it looks at, and space that was freed later is not used again while it lives.
 *
 * A reader registers before it looks at the store, as one that sees everything from the beginning on;
 * when it has loaded a state it says which. A writer that looks in between holds everything back, so
 * there is no moment at which it could miss a reader.
 *
 * @module
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommitSequence, commitSequence } from '../base/units.ts';
import { withFile } from './file-fault.ts';
import {
  identityText,
  isGone,
  ownIdentity,
  type ProcessIdentity,
  parseIdentity,
} from './process-identity.ts';

/** The folder of readers in the folder of the store. */
export const READERS_FOLDER = 'readers';

/** A reader that is registered. */
export class ReaderEntry {
  readonly identity: ProcessIdentity;
  readonly #file: string;

  private constructor(file: string, identity: ProcessIdentity) {
    this.#file = file;
    this.identity = identity;
  }

  /**
   * Registers this process, before it looks at the store.
   *
   * @param folder - Of the store.
   * @throws InputError when the folder cannot be written: a reader that nobody knows of may be disturbed.
   */
  static register(folder: string): ReaderEntry {
    const identity = ownIdentity();
    const file = join(folder, READERS_FOLDER, `${identity.pid}-${identity.token}`);
    const entry = new ReaderEntry(file, identity);
    withFile(join(folder, READERS_FOLDER), 'registering as a reader', () =>
      mkdirSync(join(folder, READERS_FOLDER), { recursive: true }),
    );
    entry.sees(commitSequence(0));
    return entry;
  }

  /** The reader looks at the state as of a change, and at nothing before it. */
  sees(sequence: CommitSequence): void {
    const draft = `${this.#file}.new`;
    withFile(draft, 'registering as a reader', () => {
      try {
        writeFileSync(draft, `${identityText(this.identity)}${sequence}\n`);
        renameSync(draft, this.#file);
      } catch (error) {
        rmSync(draft, { force: true });
        throw error;
      }
    });
  }

  /** The reader looks no more; a second time does nothing. */
  leave(): void {
    rmSync(this.#file, { force: true });
  }
}

/** A reader that is there. */
export interface RegisteredReader {
  readonly identity: ProcessIdentity;
  /** It looks at the state as of this change. */
  readonly sequence: CommitSequence;
}

/**
 * Readers that are there, or may be. Whoever writes removes what others left.
 *
 * @param removeGone - Removes entries of processes that are gone, and those that a power cut spoilt.
 */
export function registeredReaders(folder: string, removeGone: boolean): RegisteredReader[] {
  const readers: RegisteredReader[] = [];
  for (const name of readerFiles(folder)) {
    const file = join(folder, READERS_FOLDER, name);
    const text = readIfThere(file);
    if (text === undefined) continue;
    const [first = '', second = ''] = text.split('\n');
    const identity = parseIdentity(first);
    if (identity === undefined || isGone(identity)) {
      if (removeGone && isLeftBehind(name, identity)) rmSync(file, { force: true });
    } else if (!name.endsWith('.new')) {
      const sequence = /^\d+$/.test(second) ? Number(second) : 0;
      readers.push({ identity, sequence: commitSequence(sequence) });
    }
  }
  return readers;
}

/**
 * The oldest change whose state a reader looks at; `undefined` when nobody does. Where the system does not
 * let us see who reads, somebody may look at everything.
 *
 * @param folder - Of the store.
 */
export function oldestRead(folder: string): CommitSequence | undefined {
  let oldest: CommitSequence | undefined;
  try {
    for (const { sequence } of registeredReaders(folder, true)) {
      if (oldest === undefined || sequence < oldest) oldest = sequence;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return commitSequence(0);
  }
  return oldest;
}

function readerFiles(folder: string): readonly string[] {
  try {
    return readdirSync(join(folder, READERS_FOLDER));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Drafts of readers that are just registering may be empty for a moment. */
function isLeftBehind(name: string, identity: ProcessIdentity | undefined): boolean {
  return identity !== undefined || !name.endsWith('.new');
}
