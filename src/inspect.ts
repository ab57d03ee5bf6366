/**
 * The door for checkers and tools: read-only views of what a subsystem keeps.
 *
 * @module
 */

import type { PageArena } from './mapping/page-arena.ts';
import { INSTANCE_BYTES } from './mapping/track-instances.ts';
import type { Subsystem } from './subsystem/subsystem.ts';

export type {
  CapacityReport,
  CheckReport,
  CheckViolation,
  DeviceSpaceReport,
} from './subsystem/capacity-report.ts';

/** Memory that the map of tracks takes, without the slack of arrays that grow ahead of need. */
export interface MemoryReport {
  /** Pages of track directories with their parent counts. */
  readonly directoryBytes: number;
  readonly leafPages: number;
  readonly interiorPages: number;
  /** Track instances. */
  readonly instanceBytes: number;
  readonly instances: number;
  /** Accounts of logical cylinders and lists of the instances in them. */
  readonly spaceBytes: number;
  /** Bitmaps of relations. */
  readonly relationBytes: number;
  /** All of the above. */
  readonly totalBytes: number;
  /** Total by live instance; 0 when there is none. */
  readonly bytesPerInstance: number;
}

/** Adds up the memory of the map, exactly. Stored track bytes are not part of it. */
export function memoryReport(subsystem: Subsystem): MemoryReport {
  const { pages, instances, backEnd, relations } = subsystem.parts;
  const directoryBytes = arenaBytes(pages.leaves) + arenaBytes(pages.interiors);
  const instanceBytes = instances.liveCount * INSTANCE_BYTES;
  let spaceBytes = 0;
  for (const { cylinders, directories } of backEnd.groups) {
    spaceBytes += cylinders.usedBytes + directories.usedBytes;
  }
  let relationBytes = 0;
  for (const { id } of relations.values()) {
    const { written, copied } = relations.progress(id);
    relationBytes += written.bytes + copied.bytes;
  }
  const totalBytes = directoryBytes + instanceBytes + spaceBytes + relationBytes;
  return {
    directoryBytes,
    leafPages: pages.leaves.usedCount,
    interiorPages: pages.interiors.usedCount,
    instanceBytes,
    instances: instances.liveCount,
    spaceBytes,
    relationBytes,
    totalBytes,
    bytesPerInstance: instances.liveCount === 0 ? 0 : totalBytes / instances.liveCount,
  };
}

function arenaBytes(arena: PageArena): number {
  const parentCountBytes = 4;
  return arena.usedCount * (4 * 2 ** arena.pageBits + parentCountBytes);
}
