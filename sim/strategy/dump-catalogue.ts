/**
 * The dumps of one volume on a dump target: what a restore from them would give, and the points of
 * the source that later dumps are compared with.
 *
 * | dump | carries what changed since | a restore needs |
 * | --- | --- | --- |
 * | full | nothing: everything | itself |
 * | incremental | the dump before | the full, and every incremental since |
 * | differential | the full | the full and itself |
 *
 * @module
 */
import { invariant, type PointId, type Subsystem } from '../../src/index.ts';
import { HeldContents } from './track-contents.ts';

/** Kinds of dump. */
export type DumpKind = 'full' | 'incremental' | 'differential';

/** A dump that can be restored: a point of the source and what the source held there. */
interface RestorableDump {
  readonly point: PointId;
  readonly image: HeldContents;
}

/** The dumps of one volume. */
export class DumpCatalogue {
  readonly #subsystem: Subsystem;
  #full: RestorableDump | undefined;
  #last: RestorableDump | undefined;

  constructor(subsystem: Subsystem) {
    this.#subsystem = subsystem;
  }

  /** What a dump of that kind builds on; none when it has to be a full one. */
  base(kind: DumpKind): RestorableDump | undefined {
    if (kind === 'full') return undefined;
    return kind === 'incremental' ? this.#last : this.#full;
  }

  /** A dump has arrived whole. Points that no later dump is compared with are let go. */
  add(kind: DumpKind, dump: RestorableDump): void {
    const before = [this.#full, this.#last];
    if (kind === 'full') this.#full = dump;
    this.#last = dump;
    for (const point of new Set(before.map((old) => old?.point))) {
      if (point !== undefined && !this.#needs(point)) this.release(point);
    }
  }

  /** Lets go of a point of the source. */
  release(point: PointId): void {
    const released = this.#subsystem.releasePoint(point);
    invariant(released.kind === 'done', 'dump-point-released', String(point));
  }

  #needs(point: PointId): boolean {
    return this.#full?.point === point || this.#last?.point === point;
  }
}

/** The image that a dump builds on, to be changed: a copy of the base's, or an empty volume. */
export function imageFrom(base: RestorableDump | undefined, trackCount: number): HeldContents {
  return base === undefined ? new HeldContents(trackCount) : HeldContents.of(base.image);
}
