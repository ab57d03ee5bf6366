/**
 * Withdrawing and discarding copies, and feeding the meter.
 *
 * @module
 */
import type { Meter } from '../base/ports.ts';
import { done, type Outcome, refuse } from '../base/refusal.ts';
import type { CommitSequence } from '../base/units.ts';
import type { TrackRange } from '../copy/extent.ts';
import type { RelationId } from '../copy/relation.ts';
import type { SubsystemParts } from './parts.ts';
import type { ReadPath } from './read-path.ts';
import type { WritePath } from './write-path.ts';

/** Drops background duty of a relation, or of a stretch of its target. */
export function withdrawRelation(
  parts: SubsystemParts,
  id: RelationId,
  range: TrackRange | undefined,
): Outcome<{ readonly withdrawn: number }> {
  const { relations } = parts;
  if (relations.get(id) === undefined) return refuseUnknown(id);
  if (range === undefined) {
    return done({ withdrawn: relations.withdraw(id, 0, Number.MAX_SAFE_INTEGER) });
  }
  const { first, count } = range;
  if (!Number.isSafeInteger(first + count) || !Number.isSafeInteger(count) || count < 0) {
    return refuse('EXTENT_OUT_OF_DEVICE', {
      what: `${count} tracks from track ${first} of relation ${id}`,
      limit: 'a stretch is a whole number of tracks, 0 or more',
      fix: 'give a whole number of tracks',
    });
  }
  return done({ withdrawn: relations.withdraw(id, first, first + count) });
}

/** Drops a copy: what its relation still holds of the target was never written. */
export function discardRelation(parts: SubsystemParts, id: RelationId): Outcome<CommitSequence> {
  const { relations, ranges, commits } = parts;
  const relation = relations.get(id);
  if (relation === undefined) return refuseUnknown(id);
  const sequence = commits.next();
  relations.end(id, 'discarded');
  for (const { first, end } of relations.claimsOf(relation)) {
    relations.noteChange({ device: relation.target, first, end, sequence });
    ranges.clear(relation.target, first, end - first);
    relations.release(relation.target, first, end);
  }
  return done(sequence);
}

function refuseUnknown(id: RelationId): ReturnType<typeof refuse> {
  return refuse('RELATION_UNKNOWN', {
    what: `relation ${id}`,
    limit: 'it was never made, or is forgotten',
    fix: 'check the relation',
  });
}

/** Counts of the hot paths since the process began, but for instances. */
interface HotCounts {
  readonly reads: number;
  readonly writes: number;
  readonly copied: number;
  readonly releasedPages: number;
  readonly releasedInstances: number;
}

/** Hands counts of the hot paths to the meter now and then, so that they need no call of their own. */
export class MeterFeed {
  readonly #parts: SubsystemParts;
  readonly #reads: ReadPath;
  readonly #writes: WritePath;
  readonly #meter: Meter;
  #reported: HotCounts = { reads: 0, writes: 0, copied: 0, releasedPages: 0, releasedInstances: 0 };

  constructor(parts: SubsystemParts, reads: ReadPath, writes: WritePath, meter: Meter) {
    this.#parts = parts;
    this.#reads = reads;
    this.#writes = writes;
    this.#meter = meter;
  }

  /** What was counted before a restart was told to the meter of that time. */
  skip(): void {
    this.#reported = this.#counts();
  }

  flush(): void {
    const now = this.#counts();
    const before = this.#reported;
    this.#meter.add('trackReads', now.reads - before.reads);
    this.#meter.add('trackWrites', now.writes - before.writes);
    this.#meter.add('pagesCopied', now.copied - before.copied);
    this.#meter.add('releasedPages', now.releasedPages - before.releasedPages);
    this.#meter.add('releasedInstances', now.releasedInstances - before.releasedInstances);
    this.#reported = now;
  }

  #counts(): HotCounts {
    return {
      reads: this.#reads.signatureReadCount,
      writes: this.#writes.signatureWriteCount,
      copied: this.#parts.pages.copiedCount,
      releasedPages: this.#parts.queue.releasedPageCount,
      releasedInstances: this.#parts.instances.releasedCount,
    };
  }
}
