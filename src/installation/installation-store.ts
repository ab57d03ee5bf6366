/**
 * What an installation stands on: a subsystem, and somebody who makes what was done durable.
 *
 * A stored subsystem is one; {@link memoryStore} is one that forgets with its process.
 *
 * @module
 */
import { MEMORY_JOURNAL } from '../base/default-ports.ts';
import type { Journal } from '../base/ports.ts';
import type { CommitSequence } from '../base/units.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';

/** A subsystem that may outlive its process. */
export interface InstallationStore {
  readonly subsystem: Subsystem;
  /** Keeps the hosts' records together with the subsystem's state. */
  readonly journal: Journal;
  /** Makes everything that was done durable, as one: after a crash all of it is there, or nothing. */
  commit(): CommitSequence;
  /**
   * Does work whose data may go to the drives at once instead of through the journal. Good for much
   * data; holds until the next commit.
   */
  bulk<Value>(work: () => Value): Value;
}

/** A subsystem in memory as an installation's: everything is as durable as it can be. */
export function memoryStore(subsystem: Subsystem): InstallationStore {
  return {
    subsystem,
    journal: MEMORY_JOURNAL,
    commit: () => subsystem.commits.last(),
    bulk: (work) => work(),
  };
}
