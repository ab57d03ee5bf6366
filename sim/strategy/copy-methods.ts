/**
 * All copy methods by name: what a scenario can ask for.
 *
 * @module
 */
import { CONCURRENT_COPY } from './concurrent-copy.ts';
import { COPY_ON_WRITE } from './copy-on-write.ts';
import { DIFFERENTIAL_DUMP, FULL_DUMP, INCREMENTAL_DUMP } from './dump.ts';
import { HOST_COPY } from './host-copy.ts';
import type { MethodEntry } from './method-entry.ts';
import { SNAPSHOT, SNAPSHOT_BACKGROUND } from './snapshot.ts';
import { SPLIT_MIRROR } from './split-mirror.ts';

/** Every method, in the order of history. */
export const COPY_METHODS: readonly MethodEntry[] = Object.freeze([
  HOST_COPY,
  CONCURRENT_COPY,
  SPLIT_MIRROR,
  COPY_ON_WRITE,
  SNAPSHOT,
  SNAPSHOT_BACKGROUND,
  FULL_DUMP,
  INCREMENTAL_DUMP,
  DIFFERENTIAL_DUMP,
]);

/** The method of that name, if there is one. */
export function findCopyMethod(name: string): MethodEntry | undefined {
  return COPY_METHODS.find((method) => method.name === name);
}
