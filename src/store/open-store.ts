/**
 * Stores in folders: the lock of the one writer, and the register of readers, around a stored subsystem.
 *
 * @module
 */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { commitSequence } from '../base/units.ts';
import type { SubsystemInput } from '../subsystem/configuration.ts';
import { withFile } from './file-fault.ts';
import { NodeMedium } from './node-medium.ts';
import { oldestRead, ReaderEntry } from './reader-registry.ts';
import { READ_ATTEMPTS_MAX, refuseHaste, StoreFault, storeFault } from './store-fault.ts';
import { CHECKPOINT_FOLDER, SUPERBLOCK_FILE } from './store-layout.ts';
import { isLockFile, StoreLock } from './store-lock.ts';
import { StoredSubsystem, type StorePorts } from './stored-subsystem.ts';

/** How a store is opened. */
export interface OpenStoreOptions {
  /**
   * `write` takes the lock. `read` takes none and writes to no file of the store. `readTracks` registers
   * as a reader too, so that tracks stay where they are: for everything that reads tracks from drives.
   */
  readonly mode: 'write' | 'read' | 'readTracks';
  readonly ports?: StorePorts;
  /** Takes the state before damage that nothing can heal, rather than refuse. Default false. */
  readonly salvage?: boolean;
}

/** A store that is open. */
export interface OpenedStore {
  readonly stored: StoredSubsystem;
  /**
   * Commits what was done, in mode `write`, and lets go of everything. A store that has failed is let go
   * of as it is.
   *
   * @throws StoreFault
   */
  close(): void;
  /** Lets go of everything and commits nothing: for whoever gives up. */
  abandon(): void;
}

/**
 * Makes a store in a folder that is empty or not there yet, and opens it.
 *
 * @throws StoreFault STORE_EXISTS, STORE_BUSY and others; InputError CONFIGURATION_INVALID and those of
 * files
 */
export function createStore(
  folder: string,
  input: SubsystemInput,
  ports: StorePorts = {},
): OpenedStore {
  const medium = new NodeMedium(folder);
  const top = nearestFolder(folder);
  withFile(folder, 'making the store', () => medium.makeFolder(''));
  requireEmpty(folder);
  const lock = StoreLock.acquire(folder);
  return opened(lock, () => {
    // Once more: before we had the lock, somebody else may have made a store here and closed it.
    requireEmpty(folder);
    try {
      const stored = StoredSubsystem.create(medium, input, withReaders(folder, ports));
      medium.flushParents(top);
      return stored;
    } catch (error) {
      const isOfOthers = error instanceof StoreFault && error.code === 'STORE_EXISTS';
      if (!isOfOthers) removeRemains(folder);
      throw error;
    }
  });
}

/**
 * Opens the store in a folder, and recovers what was acknowledged.
 *
 * @throws StoreFault STORE_ABSENT, STORE_BUSY, STORE_DAMAGED and others; InputError for files that the
 * system keeps from us
 */
export function openStore(folder: string, options: OpenStoreOptions): OpenedStore {
  const { mode, ports = {}, salvage = false } = options;
  const medium = new NodeMedium(folder);
  requireStore(folder, medium);
  if (mode === 'write') {
    const lock = StoreLock.acquire(folder);
    return opened(lock, () =>
      StoredSubsystem.open(medium, { mode, ports: withReaders(folder, ports), salvage }),
    );
  }
  if (mode === 'read') {
    return opened(undefined, () => openToRead(medium, ports, salvage));
  }
  const reader = ReaderEntry.register(folder);
  return opened({ release: () => reader.leave() }, () => {
    const stored = openToRead(medium, ports, salvage);
    try {
      reader.sees(stored.committed);
    } catch (error) {
      stored.abandon();
      throw error;
    }
    return stored;
  });
}

/**
 * Loads the state while a writer may go on beside us. What it throws away meanwhile, it does only after
 * a checkpoint; so when the checkpoints are the same before and after, nothing was missing in between.
 */
function openToRead(medium: NodeMedium, ports: StorePorts, salvage: boolean): StoredSubsystem {
  for (let attempt = 1; ; attempt += 1) {
    const before = medium.list(CHECKPOINT_FOLDER).join();
    const isSame = (): boolean => medium.list(CHECKPOINT_FOLDER).join() === before;
    try {
      const stored = StoredSubsystem.open(medium, { mode: 'read', ports, salvage });
      if (isSame()) return stored;
      stored.close();
    } catch (error) {
      if (isSame()) throw error;
    }
    if (attempt === READ_ATTEMPTS_MAX) throw refuseHaste(medium, attempt);
  }
}

/** Lets go of what was taken when opening fails. */
function opened(
  hold: { readonly release: () => void } | undefined,
  open: () => StoredSubsystem,
): OpenedStore {
  let stored: StoredSubsystem;
  try {
    stored = open();
  } catch (error) {
    hold?.release();
    throw error;
  }
  return {
    stored,
    close: () => {
      try {
        if (stored.isFailed) stored.abandon();
        else stored.close();
      } finally {
        hold?.release();
      }
    },
    abandon: () => {
      try {
        stored.abandon();
      } finally {
        hold?.release();
      }
    },
  };
}

/** Freed space waits for everybody who is registered as a reader of what was there. */
function withReaders(folder: string, ports: StorePorts): StorePorts {
  const everything = commitSequence(Number.MAX_SAFE_INTEGER);
  return { ...ports, readersSee: ports.readersSee ?? (() => oldestRead(folder) ?? everything) };
}

/**
 * Gives the folder of a store that was made under another name its own, durably.
 *
 * @param top - A folder around it that was there before: those between are made durable, too.
 * @throws StoreFault; InputError of files
 */
export function putInPlace(from: string, folder: string, top: string): void {
  withFile(folder, 'putting the store in its place', () => {
    renameSync(from, folder);
  });
  try {
    new NodeMedium(folder).flushParents(top);
  } catch (error) {
    throw storeFault(error);
  }
}

/** The nearest folder around a place that is there. */
export function nearestFolder(folder: string): string {
  let near = dirname(resolve(folder));
  while (!existsSync(near) && near !== dirname(near)) near = dirname(near);
  return near;
}

function requireEmpty(folder: string): void {
  const names = withFile(folder, 'making the store', () => readdirSync(folder)).filter(
    (name) => !isLockFile(name),
  );
  if (names.length === 0) return;
  const isStore = names.includes(SUPERBLOCK_FILE);
  throw new StoreFault('STORE_EXISTS', {
    what: isStore ? `there is a store in ${folder}` : `${folder} is not empty`,
    place: { file: join(folder, names[0] ?? '') },
    limit: 'a store is made in a folder that is empty or not there yet',
    fix: 'choose another folder',
  });
}

/** The folder was empty before: what stands in it now is half a store. */
function removeRemains(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!isLockFile(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** @throws StoreFault STORE_ABSENT */
export function requireStore(folder: string, medium: NodeMedium): void {
  if (namesIn(medium).includes(SUPERBLOCK_FILE)) return;
  throw new StoreFault('STORE_ABSENT', {
    what: `there is no store in ${folder}`,
    place: { file: join(folder, SUPERBLOCK_FILE) },
    limit: 'a store is a folder that vdasd has made',
    fix: 'check the name, or make a store there',
  });
}

function namesIn(medium: NodeMedium): readonly string[] {
  try {
    return medium.list('');
  } catch (error) {
    throw storeFault(error);
  }
}
