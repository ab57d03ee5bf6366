/**
 * The check and the repair of a store in a folder: who checks is registered as a reader, so that nothing
 * moves under it; who repairs is the one writer.
 *
 * @module
 */
import { InputError } from '../base/errors.ts';
import { type CheckOfStore, checkStore, type RepairOfStore, repairStore } from './check-store.ts';
import { NodeMedium } from './node-medium.ts';
import { requireStore } from './open-store.ts';
import { ReaderEntry } from './reader-registry.ts';
import { StoreLock } from './store-lock.ts';

/** Checks the store in a folder; changes nothing. @throws StoreFault, InputError */
export function checkFolder(folder: string): CheckOfStore {
  const medium = new NodeMedium(folder);
  requireStore(folder, medium);
  const reader = registered(folder);
  try {
    return checkStore(medium);
  } finally {
    reader?.leave();
  }
}

/** Nobody where the folder cannot be written: a full disk is no reason not to look at a store. */
function registered(folder: string): ReaderEntry | undefined {
  try {
    return ReaderEntry.register(folder);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/**
 * Repairs the store in a folder.
 *
 * @param salvage - Also gives up what damage of the journal has made unreadable, and everything after it.
 * @throws StoreFault, InputError
 */
export function repairFolder(folder: string, salvage: boolean): RepairOfStore {
  const medium = new NodeMedium(folder);
  requireStore(folder, medium);
  const lock = StoreLock.acquire(folder);
  try {
    return repairStore(medium, { salvage });
  } finally {
    lock.release();
  }
}
