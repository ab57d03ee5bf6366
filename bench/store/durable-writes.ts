/**
 * Durable writes of full tracks, one at a time and 64 in flight, beside the same tracks in a plain file
 * (append and `fdatasync`) and in `node:sqlite` (WAL, `synchronous=FULL`), turn by turn in one run.
 *
 * *Burst* fits nonvolatile storage, so that no drive is waited for; *sustained* is several times as
 * much, with destage to 6 + 2 drives and every checkpoint it takes. Rounds take turns, and every figure
 * is the median of its rounds.
 *
 * @module
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { trackIndex } from '../../src/base/units.ts';
import { createStore } from '../../src/store/open-store.ts';
import { Draw } from '../mapping/loaded-device.ts';
import { median } from '../measure.ts';
import { addressedImages, defineBenchDevice } from '../media/addressed-images.ts';
import type { BenchRow } from '../report.ts';

/** One line of the table. */
export interface DurableRow extends BenchRow {
  readonly mebibytesPerSecond: number;
  readonly commitsPerSecond: number;
  /** Against the plain file in the same rounds. */
  readonly ofPlainFile: number;
}

/** Tracks that are written over and over, in random order: 232 MB. */
const TRACK_COUNT = 4_096;
const ROUNDS = 5;
/** The first rounds make files, memory and compiled code; of long ones, one is enough. */
const WARM_ROUNDS = { burst: 3, sustained: 1 } as const;
/** In one round of a burst: 28 MB one at a time, 116 MB with 64 in flight. */
const ALONE_TRACKS = 512;
const BURST_TRACKS = 2_048;
/** In one round of sustained writing: 1.4 GB. */
const SUSTAINED_TRACKS = 24_576;
const IN_FLIGHT = 64;

/** Somebody who makes tracks durable. */
interface Writer {
  readonly name: string;
  write(track: number, image: Uint8Array): void;
  commit(): void;
  /** Between rounds, not timed. */
  rest(): void;
  close(): void;
}

/** Runs everything; about two minutes and 8 GB of files. */
export async function run(): Promise<readonly DurableRow[]> {
  const images = addressedImages(TRACK_COUNT, 15);
  return Promise.resolve([
    ...compare('one at a time', images, ALONE_TRACKS, 1, 'burst'),
    ...compare('64 in flight, burst', images, BURST_TRACKS, IN_FLIGHT, 'burst'),
    ...compare('64 in flight, sustained', images, SUSTAINED_TRACKS, IN_FLIGHT, 'sustained'),
  ]);
}

function compare(
  name: string,
  images: readonly Uint8Array[],
  tracks: number,
  inFlight: number,
  load: 'burst' | 'sustained',
): readonly DurableRow[] {
  const folder = mkdtempSync(join(tmpdir(), 'vdasd-bench-'));
  const writers = [plainFile(folder), database(folder), storeWriter(join(folder, 'store'), load)];
  try {
    const seconds = writers.map((): number[] => []);
    for (let round = -WARM_ROUNDS[load]; round < ROUNDS; round += 1) {
      for (let turn = 0; turn < writers.length; turn += 1) {
        // Nobody always comes behind the same one: files that were cut burden the disk for a while.
        const at = (turn + round + writers.length) % writers.length;
        const writer = writers[at] as Writer;
        const spent = writeRound(writer, images, tracks, inFlight);
        if (round >= 0) seconds[at]?.push(spent);
        writer.rest();
      }
    }
    const bytes = tracks * (images[0]?.length ?? 0);
    const plain = median(seconds[0] ?? []);
    return writers.map((writer, at) => {
      const spent = median(seconds[at] ?? []);
      return {
        name: `${name}: ${writer.name}`,
        mebibytesPerSecond: bytes / spent / 2 ** 20,
        commitsPerSecond: tracks / inFlight / spent,
        ofPlainFile: plain / spent,
      };
    });
  } finally {
    for (const writer of writers) writer.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns Seconds. */
function writeRound(
  writer: Writer,
  images: readonly Uint8Array[],
  tracks: number,
  inFlight: number,
): number {
  const draw = new Draw();
  const start = performance.now();
  for (let at = 0; at < tracks; at += inFlight) {
    for (let one = 0; one < inFlight; one += 1) {
      const track = draw.below(images.length);
      writer.write(track, images[track] as Uint8Array);
    }
    writer.commit();
  }
  return (performance.now() - start) / 1000;
}

function plainFile(folder: string): Writer {
  let file = openSync(join(folder, 'plain'), 'w');
  return {
    name: 'plain file',
    write: (_, image) => {
      writeSync(file, image);
    },
    commit: () => fdatasyncSync(file),
    rest: () => {
      closeSync(file);
      file = openSync(join(folder, 'plain'), 'w');
    },
    close: () => closeSync(file),
  };
}

function database(folder: string): Writer {
  const base = new DatabaseSync(join(folder, 'tracks.db'));
  base.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
  base.exec('CREATE TABLE track (number INTEGER PRIMARY KEY, image BLOB)');
  const insert = base.prepare('INSERT OR REPLACE INTO track VALUES (?, ?)');
  let isOpen = false;
  return {
    name: 'node:sqlite',
    write: (track, image) => {
      if (!isOpen) base.exec('BEGIN');
      isOpen = true;
      insert.run(track, image);
    },
    commit: () => {
      base.exec('COMMIT');
      isOpen = false;
    },
    rest: () => base.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
    close: () => base.close(),
  };
}

function storeWriter(folder: string, load: 'burst' | 'sustained'): Writer {
  const store = createStore(folder, {
    name: 'BENCH',
    capacityBytes: 2 ** 30,
    groups: [{ dataDrives: 6, redundancyDrives: 2 }],
    nvs: { destage: 'scheduled', bytes: load === 'burst' ? 2 ** 28 : 2 ** 26 },
  });
  const { stored } = store;
  const { subsystem } = stored;
  const { index } = defineBenchDevice(subsystem, '3390-1');
  const destage = (): void => {
    while (subsystem.parts.backEnd.fullCount > 0) subsystem.backgroundStep({ tracks: 1_024 });
  };
  return {
    name: 'vdasd',
    write: (track, image) => {
      for (;;) {
        const step = subsystem.writeTrack(index, trackIndex(track), image);
        if (step.kind === 'done') return;
        if (step.kind === 'refused') throw new Error(step.what);
        subsystem.backgroundStep({ tracks: IN_FLIGHT });
        stored.commit();
      }
    },
    commit: () => {
      stored.commit();
    },
    rest: () => {
      destage();
      stored.checkpoint();
    },
    close: () => store.close(),
  };
}
