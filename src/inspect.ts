/**
 * The door for checkers and tools: read-only views of what a subsystem keeps.
 *
 * @module
 */

import type { PageArena } from './mapping/page-arena.ts';
import { INSTANCE_BYTES } from './mapping/track-instances.ts';
import { SECTOR_BYTES } from './media/logical-cylinder.ts';
import type { SubsystemParts } from './subsystem/parts.ts';
import type { Subsystem } from './subsystem/subsystem.ts';
import { NEVER_WRITTEN, RESERVED_ENTRY_COUNT } from './track/null-track.ts';

export type {
  CapacityReport,
  CheckReport,
  CheckViolation,
  DeviceSpaceReport,
} from './subsystem/capacity-report.ts';

/**
 * Looks at what tracks hold without reading them: nothing is counted, and nothing that lies on damaged
 * drives is healed. The fields stand until the next {@link look}; nothing is allocated.
 */
export class TrackLook {
  /** Directory entry: an instance, or one of the entries that stand for tracks without content. */
  entry = 0;
  /** Length as hosts see it; 0 for tracks without content and those that are lost. */
  bytes = 0;
  /** Bytes of the sectors that it takes, compressed where its group compresses; 0 likewise. */
  storedBytes = 0;
  /** Signature, or checksum of the bytes; 0 for tracks without content and those that are lost. */
  low = 0;
  high = 0;
  readonly #parts: SubsystemParts;

  constructor(subsystem: Subsystem) {
    this.#parts = subsystem.parts;
  }

  /** Whether the track was ever written, if only as a null track. */
  get isWritten(): boolean {
    return this.entry !== NEVER_WRITTEN;
  }

  /** Looks at a track that the device has. */
  look(device: number, track: number): void {
    const { directory, instances, backEnd, store } = this.#parts;
    const entry = directory.find(device, track);
    this.entry = entry;
    if (entry < RESERVED_ENTRY_COUNT || (backEnd.hasFaults && !store.isReadable(entry))) {
      this.bytes = 0;
      this.storedBytes = 0;
      this.low = 0;
      this.high = 0;
      return;
    }
    this.bytes = instances.lengthBytes(entry);
    this.storedBytes = instances.sectors(entry) * SECTOR_BYTES;
    instances.loadSignature(entry);
    this.low = instances.low;
    this.high = instances.high;
  }
}

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
