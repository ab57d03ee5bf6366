/**
 * What may be wrong with a store, as its check tells it.
 *
 * @module
 */
import type { StorePlace } from './store-fault.ts';

/**
 * Something that is not as it was written, or not as it should be.
 *
 * | area | about |
 * | --- | --- |
 * | superblock, checkpoint, journal | files of the store itself |
 * | drive | what lies on a drive, or a drive that is not there |
 * | track | tracks that are lost |
 * | state | an invariant of the subsystem |
 */
export interface StoreProblem {
  readonly area: 'superblock' | 'checkpoint' | 'journal' | 'drive' | 'track' | 'state';
  readonly place: StorePlace;
  readonly what: string;
  /** `repair`: `repairStore` makes up for it, with what else there is. `none`: nothing here does. */
  readonly remedy: 'repair' | 'none';
}
