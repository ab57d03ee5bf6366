/**
 * What shell completion offers of a store: kinds of names, and how a store is known in a command line.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Names in a store. */
export type NameKind = 'volumes' | 'emptyDevices' | 'drives' | 'jobs' | 'dataSets';

/** Takes a value to offer, and what it is. */
export type Offer = (value: string, description: string) => void;

/** Offers names in the store of the command line. */
export type OfferNames = (kind: NameKind, offer: Offer) => void;

/** What stands in the folder of every store. */
const STORE_FILE = 'store.vdasd';

/** Whether there is a store in a folder. */
export function isStoreFolder(folder: string): boolean {
  return folder !== '' && existsSync(join(folder, STORE_FILE));
}
