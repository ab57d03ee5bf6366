/**
 * Import of a full 3390-3 into a store of 6 + 2 drives, beside a copy of the same file that ends with
 * a flush: what `cp` and `sync` of that file would do. Bytes counted are those of the plain image.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  fsyncSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { SeededRandom } from '../../src/base/random.ts';
import { toTrackAddress } from '../../src/geometry/address.ts';
import { imageGeometry, type TrackSource, trackSource } from '../../src/image/track-source.ts';
import { Installation } from '../../src/installation/installation.ts';
import { openImageFile } from '../../src/store/open-image-file.ts';
import { createStore } from '../../src/store/open-store.ts';
import { saveImageFile } from '../../src/store/save-image-file.ts';
import { buildTrack } from '../../src/track/track-image.ts';
import { benchModel } from '../mapping/loaded-device.ts';
import { median } from '../measure.ts';
import type { BenchRow } from '../report.ts';

/** One line of the table. */
export interface ImportRow extends BenchRow {
  readonly seconds: number;
  readonly mebibytesPerSecond: number;
  /** Speed against the copy. */
  readonly ofCopy: number;
}

const ROUNDS = 5;
const TRACK_BYTES = 56_664;
const READ_BYTES = 4 * 2 ** 20;

/** Runs everything; about three minutes and 12 GB of files. */
export async function run(): Promise<readonly ImportRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vdasd-bench-'));
  try {
    const image = join(folder, 'full.3390-3');
    await saveImageFile(image, 'ckd', fullVolume(), { largeFile: true });
    const bytes = statSync(image).size;
    const copies: number[] = [];
    const imports: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      copies.push(timeCopy(image, join(folder, 'copy')));
      imports.push(await timeImport(image, join(folder, 'store')));
    }
    const copy = median(copies);
    const row = (name: string, seconds: number): ImportRow => ({
      name,
      seconds,
      mebibytesPerSecond: bytes / seconds / 2 ** 20,
      ofCopy: copy / seconds,
    });
    return [row('copy with a flush', copy), row('import of a full 3390-3', median(imports))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timeCopy(from: string, to: string): number {
  settle(from);
  const start = performance.now();
  copyFileSync(from, to);
  const file = openSync(to, 'r+');
  fsyncSync(file);
  closeSync(file);
  const seconds = (performance.now() - start) / 1000;
  rmSync(to);
  return seconds;
}

/**
 * Nobody begins while the system still writes what somebody else has left, and everybody finds memory
 * that is full of other files, and the image in it. Memory that nobody has used for a while is given back
 * to the host by a virtual machine, and every page of it costs a fault there, five times as much as
 * copying into it; whoever comes second would get the pages of the first for nothing.
 */
function settle(image: string): void {
  sync();
  const others = join(dirname(image), 'others');
  const file = openSync(others, 'a');
  // A file of holes: reading it takes memory and no disk.
  ftruncateSync(file, totalmem());
  closeSync(file);
  for (const name of [others, image]) readThrough(name);
  sync();
}

function readThrough(name: string): void {
  const file = openSync(name, 'r');
  const into = new Uint8Array(READ_BYTES);
  while (readSync(file, into) > 0);
  closeSync(file);
}

function sync(): void {
  const { status } = spawnSync('sync');
  if (status !== 0) throw new Error('sync failed');
}

async function timeImport(image: string, folder: string): Promise<number> {
  const store = createStore(folder, {
    name: 'BENCH',
    capacityBytes: 2 ** 32,
    groups: [{ dataDrives: 6, redundancyDrives: 2 }],
  });
  const installation = new Installation(store.stored);
  settle(image);
  const start = performance.now();
  const opened = await openImageFile(image);
  const task = installation.import(opened.image);
  for (let step = task.step(); step.kind !== 'done'; step = task.step()) {
    if (step.kind === 'refused') throw new Error(step.what);
  }
  opened.close();
  const seconds = (performance.now() - start) / 1000;
  store.close();
  rmSync(folder, { recursive: true });
  return seconds;
}

/** A volume whose tracks are full of bytes that no track shares with another. */
function fullVolume(): TrackSource {
  const model = benchModel('3390-3');
  const geometry = imageGeometry(model.type, model.primaryCylinders);
  const random = new SeededRandom(1, 'bench import');
  const data = random.bytes(TRACK_BYTES - 37);
  return trackSource(geometry, (track) => {
    data[0] = track;
    data[1] = track >>> 8;
    const bytes = buildTrack(toTrackAddress(track, model.type.headCount), [{ number: 1, data }]);
    return { kind: 'bytes', bytes };
  });
}
