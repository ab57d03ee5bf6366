/**
 * The writes of step 210: planned on a view of the copy, then issued one by one.
 *
 * The plan (`host/metadata-plan.ts`) keeps the copy safe at every moment: first the format 4 with
 * its DIRF bit on ("an update was begun and not ended"), last the format 4 as it is to stay. Every
 * write is a channel program that may wait for space and is then tried again; it may use the metadata
 * reserve, so that a backup that was begun can end on a full subsystem.
 *
 * @module
 */
import { AGAIN, type Step } from '../base/step.ts';
import { sameBytes } from '../host/big-endian.ts';
import type { DataProcessor } from '../host/data-processor.ts';
import type { RewrittenTrack } from '../host/host-records.ts';
import type { TrackWrite } from '../host/metadata-plan.ts';
import type { UnitControlBlock } from '../host/unit-control-block.ts';
import type { VolumeTracks } from '../host/volume-tracks.ts';

/** A planned update: its writes in order, and what they replace. */
export class MetadataUpdate {
  /** Tracks whose content changes, in track order. */
  readonly rewritten: readonly RewrittenTrack[];
  /** What the update does, for the record of the job. */
  readonly summary: readonly string[];
  readonly #writes: readonly TrackWrite[];
  #issued = 0;

  /**
   * @param volume - The copy as it is; read for what the writes replace.
   * @param writes - In the order in which they must happen.
   */
  constructor(volume: VolumeTracks, writes: readonly TrackWrite[], summary: readonly string[]) {
    this.summary = summary;
    this.#writes = writes;
    // A track may be written twice; what stays is the last.
    const last = new Map(writes.map(({ track, image }) => [track, image]));
    this.rewritten = [...last]
      .toSorted(([one], [other]) => one - other)
      .map(([track, after]) => ({ track, before: volume.readTrack(track), after }))
      .filter(({ before, after }) => !sameBytes(before, after));
  }

  /** Some writes were issued, and not all: the copy is marked as inconsistent. */
  get isUnderWay(): boolean {
    return this.#issued > 0 && this.#issued < this.#writes.length;
  }

  /** Issues one write. Done when there is none left. */
  step(host: DataProcessor, block: UnitControlBlock): Step<null> {
    const next = this.#writes[this.#issued];
    if (next === undefined) return { kind: 'done', value: null };
    const written = host.writeTrack(block, next.track, next.image, true);
    if (written.kind !== 'done') return written;
    this.#issued += 1;
    return AGAIN;
  }
}
