/**
 * Opening a store to read tracks from it.
 *
 * Whoever reads tracks is registered, so that nobody who writes uses their space again meanwhile. Where
 * that cannot be written down, on a full disk or one that is only read, the store is read all the same:
 * a track that is gone is found out by its checksum and refused, never shown as something else.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import { type OpenedStore, openStore } from '../../src/store.ts';

/** A store that is open to be read, and what is to be said about that. */
export interface OpenedToRead {
  readonly opened: OpenedStore;
  readonly warning: string | undefined;
}

/** Opens a store to read tracks. @throws StoreFault, InputError */
export function openToRead(folder: string): OpenedToRead {
  try {
    return { opened: openStore(folder, { mode: 'readTracks' }), warning: undefined };
  } catch (error) {
    const isUnregistered =
      error instanceof InputError &&
      (error.code === 'FILE_NO_SPACE' || error.code === 'FILE_REFUSED');
    if (!isUnregistered) throw error;
    const warning = `not registered as a reader, so a writer may take tracks away: ${error.what}`;
    return { opened: openStore(folder, { mode: 'read' }), warning };
  }
}
