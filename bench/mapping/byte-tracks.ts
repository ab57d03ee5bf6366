/**
 * Tracks as bytes: full-track writes with checksum and redundancy over 13 + 2 drives, the same after a
 * snapshot, reads, and the background copy, in memory that was touched before.
 *
 * The peer is the same work without a subsystem: checksum and copy into one big arena.
 *
 * @module
 */
import { XxHash64 } from '../../src/base/checksum.ts';
import { deviceNumber, trackIndex } from '../../src/base/units.ts';
import { encodeCchh, toTrackAddress } from '../../src/geometry/address.ts';
import type { Device } from '../../src/mapping/device-table.ts';
import { Subsystem } from '../../src/subsystem/subsystem.ts';
import { buildTrack } from '../../src/track/track-image.ts';
import { type Measured, measure, rate } from '../measure.ts';
import type { BenchRow } from '../report.ts';
import { benchModel, Draw, drain } from './loaded-device.ts';

/** One line of the table. */
export interface ByteTrackRow extends BenchRow {
  readonly nanosMedian: number;
  readonly nanosBest: number;
  readonly perSecond: number;
  readonly gibibytesPerSecond: number;
}

/** Tracks in use: far more than any cache holds. */
const TRACK_COUNT = 6_000;
const OPERATIONS = 3_000;
/**
 * Memory touched ahead, for so many times the tracks: random writes leave cylinders behind in which
 * less and less lives, until the last track of each is overwritten.
 */
const PREPARED_TIMES = 6;
/** Data of the one record: with home address, record 0, count and marker a track of 56,664 bytes. */
const DATA_BYTES = 56_664 - 37;

/** Runs everything; half a minute and 3 GB. */
export async function run(): Promise<readonly ByteTrackRow[]> {
  const bench = new ByteBench();
  return [bench.write(), bench.firstWrite(), bench.read(), bench.backgroundCopy(), peer()];
}

const row = (name: string, figures: Measured): ByteTrackRow => ({
  name,
  ...rate(figures),
  gibibytesPerSecond: ((DATA_BYTES + 37) * 1e9) / figures.nanosMedian / 2 ** 30,
});

class ByteBench {
  readonly #subsystem: Subsystem;
  readonly #source: Device;
  readonly #target: Device;
  readonly #draw = new Draw();
  /** Images in turn, so that the bytes written are not in the cache already. */
  readonly #images = Array.from({ length: 64 }, (_, at) =>
    buildTrack({ cylinder: 0, head: 0 }, [
      { number: 1, data: new Uint8Array(DATA_BYTES).fill(at + 1) },
    ]),
  );
  #nextImage = 0;

  constructor() {
    const model = benchModel('3390-1');
    this.#subsystem = Subsystem.create({ name: 'BENCH', capacityBytes: 2 ** 32 });
    const [source, target] = [0xa80, 0xa81].map((number) => {
      const outcome = this.#subsystem.defineDevice({ number: deviceNumber(number), model });
      if (outcome.kind === 'refused') throw new Error(outcome.what);
      return outcome.value;
    });
    if (source === undefined || target === undefined) throw new Error('no device');
    this.#source = source;
    this.#target = target;
    this.#subsystem.prepareSpace(PREPARED_TIMES * TRACK_COUNT * 56_832);
    for (let track = 0; track < TRACK_COUNT; track += 1) this.#write(track);
  }

  write(): ByteTrackRow {
    const figures = measure('write', { operations: OPERATIONS, run: () => this.#writeMany() });
    return row('random full-track write', figures);
  }

  firstWrite(): ByteTrackRow {
    const figures = measure('first write', {
      operations: OPERATIONS,
      before: () => {
        this.#snapshot('none');
        drain(this.#subsystem);
      },
      run: () => this.#writeMany(),
    });
    return row('first full-track write after a snapshot', figures);
  }

  read(): ByteTrackRow {
    const subsystem = this.#subsystem;
    let bytes = 0;
    const figures = measure('read', {
      operations: OPERATIONS,
      run: () => {
        for (let at = 0; at < OPERATIONS; at += 1) {
          const track = this.#draw.below(TRACK_COUNT);
          const answer = subsystem.readTrack(this.#source.index, track);
          if (answer.kind === 'done') bytes += answer.value.length;
        }
      },
    });
    if (bytes === 0) throw new Error('nothing was read');
    return row('random full-track read', figures);
  }

  backgroundCopy(): ByteTrackRow {
    const subsystem = this.#subsystem;
    let copied = 0;
    const figures = measure('background copy', {
      operations: TRACK_COUNT,
      rounds: 7,
      before: () => {
        subsystem.clearDevice(this.#target.index);
        drain(subsystem);
        this.#snapshot('copy');
        drain(subsystem);
      },
      run: () => {
        copied = 0;
        for (let isIdle = false; !isIdle; ) {
          const report = subsystem.backgroundStep({ tracks: 1_000 });
          copied += report.copied;
          isIdle = report.idle;
        }
      },
    });
    if (copied !== TRACK_COUNT) throw new Error(`${copied} tracks copied`);
    return row('background copy', figures);
  }

  #snapshot(background: 'none' | 'copy'): void {
    const wholeDevices = [{ source: this.#source.index, target: this.#target.index }];
    const answer = this.#subsystem.snapshot({ wholeDevices, background });
    if (answer.kind === 'refused') throw new Error(answer.what);
  }

  #writeMany(): void {
    for (let at = 0; at < OPERATIONS; at += 1) this.#write(this.#draw.below(TRACK_COUNT));
  }

  #write(track: number): void {
    const image = this.#images[this.#nextImage++ % this.#images.length];
    if (image === undefined) throw new Error('no image');
    const { cylinder, head } = toTrackAddress(trackIndex(track), 15);
    const cchh = encodeCchh(cylinder, head);
    // Home address, count of record 0, count of record 1.
    for (const offset of [1, 5, 21]) {
      image[offset] = cchh >>> 24;
      image[offset + 1] = cchh >>> 16;
      image[offset + 2] = cchh >>> 8;
      image[offset + 3] = cchh;
    }
    const answer = this.#subsystem.writeTrack(this.#source.index, trackIndex(track), image);
    if (answer.kind !== 'done') throw new Error(answer.kind);
  }
}

function peer(): ByteTrackRow {
  const bytes = DATA_BYTES + 37;
  const arena = new Uint8Array(TRACK_COUNT * bytes).fill(1);
  const images = Array.from({ length: 64 }, (_, at) => new Uint8Array(bytes).fill(at));
  const checksum = new XxHash64();
  const draw = new Draw();
  const figures = measure('peer', {
    operations: OPERATIONS,
    run: () => {
      for (let at = 0; at < OPERATIONS; at += 1) {
        const image = images[at % images.length];
        if (image === undefined) throw new Error('no image');
        checksum.compute(image);
        arena.set(image, draw.below(TRACK_COUNT) * bytes);
      }
    },
  });
  return row('peer: checksum and copy, nothing else', figures);
}
