/**
 * Random writes and reads of tracks, first writes after a snapshot, reads with many snapshots, and the
 * difference of two points, in signature content, at 50,085 and at 17.7 million tracks.
 *
 * "First write" is the mean over 10,000 random writes after one snapshot of a sequentially loaded
 * device. Two harder cases are shown without a goal: the same after random writes have scattered the
 * ids, and a snapshot before every single write. Every figure contains one draw of a random number.
 *
 * @module
 */
import { memoryReport } from '../../src/inspect.ts';
import { type Measured, measure, rate } from '../measure.ts';
import type { BenchRow } from '../report.ts';
import { Draw, drain, loadedSubsystem } from './loaded-device.ts';

/** One line of the table. */
export interface TrackAccessRow extends BenchRow {
  readonly nanosMedian?: number;
  readonly nanosBest?: number;
  readonly perSecond?: number;
  readonly bytesPerTrack?: number;
}

const FIRST_WRITES = 10_000;

/** Runs everything; a few minutes. */
export async function run(): Promise<readonly TrackAccessRow[]> {
  const rows: TrackAccessRow[] = [];
  for (const model of ['3390-3', '3390-A']) {
    rows.push(...new AccessBench(model).rows());
    globalThis.gc?.();
  }
  return rows;
}

class AccessBench {
  readonly #model: string;
  readonly #loaded: ReturnType<typeof loadedSubsystem>;
  readonly #draw = new Draw();
  readonly #rows: TrackAccessRow[] = [];

  constructor(model: string) {
    this.#model = model;
    this.#loaded = loadedSubsystem(model, 1);
  }

  rows(): readonly TrackAccessRow[] {
    const { subsystem } = this.#loaded;
    const bytesPerTrack = memoryReport(subsystem).bytesPerInstance;
    this.#rows.push({ name: `memory, ${this.#model}`, bytesPerTrack });
    this.#add('first write after a snapshot', this.#firstWrites());
    this.#add('random read', this.#reads());
    this.#add('random write', this.#writes());
    this.#add('first write, scattered ids', this.#firstWrites());
    this.#add('snapshot before every write', this.#snapshotEveryWrite());
    this.#difference();
    this.#readsWithSnapshots();
    return this.#rows;
  }

  #add(name: string, figures: Measured): void {
    this.#rows.push({ name: `${name}, ${this.#model}`, ...rate(figures) });
  }

  #operations(): number {
    return this.#model === '3390-A' ? 400_000 : 500_000;
  }

  #reads(): Measured {
    const { subsystem, source } = this.#loaded;
    const { index, trackCount } = source;
    const draw = this.#draw;
    const operations = this.#operations();
    let found = 0;
    const figures = measure('reads', {
      operations,
      run: () => {
        // A local sum: one that outlives the round would be boxed anew for every read.
        let sum = 0;
        for (let at = 0; at < operations; at += 1) {
          subsystem.readSignature(index, draw.below(trackCount));
          sum += subsystem.signatureLow;
        }
        found = sum;
      },
    });
    if (found === 0) throw new Error('nothing was read');
    return figures;
  }

  #write(count: number): void {
    const { subsystem, source } = this.#loaded;
    const { index, trackCount } = source;
    const draw = this.#draw;
    for (let at = 0; at < count; at += 1) {
      subsystem.writeSignature(index, draw.below(trackCount), at, 7);
    }
  }

  #writes(): Measured {
    const operations = this.#operations();
    return measure('writes', { operations, run: () => this.#write(operations) });
  }

  #snapshot(): void {
    const { subsystem, source, targets } = this.#loaded;
    const target = targets[0];
    if (target === undefined) throw new Error('no target');
    subsystem.parts.directory.shareRoot(source.index, target.index);
  }

  #firstWrites(): Measured {
    const { subsystem } = this.#loaded;
    return measure('first writes', {
      operations: FIRST_WRITES,
      // Rounds of one or two milliseconds: many, so that a busy moment of the machine is not the median.
      rounds: this.#model === '3390-A' ? 15 : 75,
      before: () => {
        this.#snapshot();
        drain(subsystem);
      },
      run: () => this.#write(FIRST_WRITES),
    });
  }

  #snapshotEveryWrite(): Measured {
    const { subsystem } = this.#loaded;
    return measure('snapshot before every write', {
      operations: 1_000,
      run: () => {
        for (let at = 0; at < 1_000; at += 1) {
          this.#snapshot();
          this.#write(1);
        }
      },
      after: () => drain(subsystem),
    });
  }

  #difference(): void {
    const { subsystem, source } = this.#loaded;
    for (const [name, changes] of [
      ['difference after 1,000 changes', 1_000],
      ['difference after 1 % changed', Math.floor(source.trackCount / 100)],
    ] as const) {
      const point = subsystem.retain(source.index, name);
      this.#write(changes);
      let found = 0;
      const figures = measure(name, {
        operations: 1,
        run: () => {
          found = 0;
          for (const { count } of subsystem.changedTracks(point, 'current')) found += count;
        },
      });
      if (found === 0 || found > changes) throw new Error(`${found} of ${changes} changes found`);
      this.#rows.push({ name: `${name}, ${this.#model}`, ...figures });
      subsystem.releasePoint(point);
      drain(subsystem);
    }
  }

  /** Measured beside the same without snapshots, because memory does not get faster in between. */
  #readsWithSnapshots(): void {
    const { subsystem, source } = this.#loaded;
    this.#add('random read beside it', this.#reads());
    for (let at = 0; at < 1_000; at += 1) {
      subsystem.retain(source.index, `held ${at}`);
      this.#write(10);
    }
    this.#add('random read with 1,000 snapshots', this.#reads());
  }
}
