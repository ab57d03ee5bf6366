/**
 * The copy of former times: the host reads every track over the channel and writes it back.
 *
 * Used where pointers cannot be copied, because source and target are in different subsystems or the
 * subsystem does not let hosts select its snapshot copy, and for comparison. One track is one step,
 * two channel programs. The point in time is whatever serialization makes it: the sources stay
 * serialized until the last track is written.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { AGAIN, type Step } from '../base/step.ts';
import { type TrackIndex, trackIndex } from '../base/units.ts';
import type { DataProcessor } from '../host/data-processor.ts';
import type { TrackRun } from '../host/host-records.ts';
import type { UnitControlBlock } from '../host/unit-control-block.ts';

/** A host copy under way. Done with the number of tracks. */
export class HostCopy {
  /** Tracks to copy. */
  readonly trackCount: number;
  readonly #host: DataProcessor;
  readonly #source: UnitControlBlock;
  readonly #target: UnitControlBlock;
  readonly #runs: readonly TrackRun[];
  #run = 0;
  #offset = 0;
  #copied = 0;
  /** A track that was read and whose write has to wait. */
  #held: Uint8Array | undefined;

  /** @param runs - Tracks to copy, each to the same place on the target. */
  constructor(
    host: DataProcessor,
    devices: { readonly source: UnitControlBlock; readonly target: UnitControlBlock },
    runs: readonly TrackRun[],
  ) {
    this.#host = host;
    this.#source = devices.source;
    this.#target = devices.target;
    this.#runs = runs;
    this.trackCount = runs.reduce((sum, { count }) => sum + count, 0);
  }

  /** Tracks written so far. */
  get copiedCount(): number {
    return this.#copied;
  }

  /** Copies one track. A write that waits is tried again with the next step. */
  step(): Step<number> {
    const track = this.#track();
    if (track === undefined) return { kind: 'done', value: this.#copied };
    if (this.#held === undefined) {
      const read = this.#host.readTrack(this.#source, track);
      if (read.kind !== 'done') return read;
      this.#held = read.value;
    }
    const written = this.#host.writeTrack(this.#target, track, this.#held);
    if (written.kind !== 'done') return written;
    this.#advance();
    return AGAIN;
  }

  #track(): TrackIndex | undefined {
    const run = this.#runs[this.#run];
    return run === undefined ? undefined : trackIndex(run.first + this.#offset);
  }

  #advance(): void {
    const run = this.#runs[this.#run];
    invariant(run !== undefined, 'host-copy-in-run');
    this.#held = undefined;
    this.#copied += 1;
    this.#offset += 1;
    if (this.#offset < run.count) return;
    this.#run += 1;
    this.#offset = 0;
  }
}
