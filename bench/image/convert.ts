/**
 * Image conversion in MiB of plain image a second, with `dasdcopy` as peer in the same run.
 *
 * Two volumes of 300 full 3390 cylinders, in memory where the system has a memory file system:
 * *records* are text in half-track blocks with a packed field here and there, *dense* are bytes that
 * no compressor shrinks. Our figures leave process start out and `dasdcopy`'s have it in, 10 ms of 150
 * and more. `dasdcopy` compresses with zlib level 6 in two threads; level 6 of ours stands beside it.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bench } from 'tinybench';
import { SeededRandom } from '../../src/base/random.ts';
import { toTrackAddress } from '../../src/geometry/address.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import type { OutputFormat, OutputOptions } from '../../src/image/image-output.ts';
import { imageGeometry, type TrackSource, trackSource } from '../../src/image/track-source.ts';
import { openImageFile } from '../../src/store/open-image-file.ts';
import { saveImageFile } from '../../src/store/save-image-file.ts';
import { digestVolume } from '../../src/store/sha256.ts';
import { buildTrack } from '../../src/track/track-image.ts';
import type { BenchRow } from '../report.ts';

/** One line of the table. */
export interface ConvertRow extends BenchRow {
  /** Megabytes of 2^20 bytes of the plain form a second, from the median run. */
  readonly mebibytesPerSecond: number;
  /** Bytes of the file made; 0 where none is made. */
  readonly fileBytes: number;
}

const CYLINDERS = 300;
const RUNS = 5;
const BLOCK_BYTES = 27_920;
const WORDS = ['VIRTUAL', 'TRACK', 'DIRECTORY', 'ENTRY', 'POINTS', 'INTO', 'THE', 'ARRAY'];
const SHARED_MEMORY = '/dev/shm';

/** Runs everything; about a minute. */
export async function run(): Promise<readonly ConvertRow[]> {
  const parent = existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir();
  const folder = mkdtempSync(join(parent, 'vdasd-bench-'));
  try {
    const rows: ConvertRow[] = [];
    for (const content of ['records', 'dense'] as const) {
      rows.push(...(await convertVolume(folder, content)));
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function convertVolume(
  folder: string,
  content: 'records' | 'dense',
): Promise<readonly ConvertRow[]> {
  const plain = join(folder, `${content}.ckd`);
  const packed = join(folder, `${content}.cckd`);
  const out = join(folder, 'out');
  const source = fullVolume(content);
  const { geometry } = source;
  const mebibytes = (geometry.trackCount * geometry.slotBytes) / 2 ** 20;
  await saveImageFile(plain, 'ckd', source);
  await saveImageFile(packed, 'cckd', source);
  const bench = new Bench({ iterations: RUNS, time: 0, warmup: false });
  const sizes = new Map<string, number>();
  const ours = (
    name: string,
    input: string,
    format: OutputFormat,
    options: OutputOptions,
  ): void => {
    bench.add(`${content}: ${name}`, async () => {
      const opened = await openImageFile(input);
      const saved = await saveImageFile(out, format, opened.image, { ...options, overwrite: true });
      opened.close();
      sizes.set(`${content}: ${name}`, saved.partBytes[0] ?? 0);
    });
  };
  const peer = (name: string, input: string, options: readonly string[]): void => {
    if (spawnSync('dasdcopy', ['-v']).error !== undefined) return;
    bench.add(`${content}: ${name}`, () => {
      rmSync(out, { force: true });
      const ended = spawnSync('dasdcopy', ['-q', ...options, input, out]);
      if (ended.status !== 0) throw new Error(`dasdcopy failed: ${String(ended.stderr)}`);
      sizes.set(`${content}: ${name}`, statSync(out).size);
    });
  };
  ours('ckd to ckd', plain, 'ckd', {});
  peer('ckd to ckd, dasdcopy', plain, ['-o', 'ckd']);
  ours('ckd to cckd zlib', plain, 'cckd', {});
  ours('ckd to cckd zlib 6', plain, 'cckd', { level: 6 });
  peer('ckd to cckd zlib, dasdcopy', plain, ['-z']);
  ours('ckd to cckd stored', plain, 'cckd', { compression: 'none' });
  peer('ckd to cckd stored, dasdcopy', plain, ['-0']);
  ours('cckd zlib to ckd', packed, 'ckd', {});
  peer('cckd zlib to ckd, dasdcopy', packed, ['-o', 'ckd']);
  bench.add(`${content}: digest of ckd`, async () => {
    const opened = await openImageFile(plain);
    digestVolume(opened.image);
    opened.close();
  });
  await bench.run();
  return bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') throw new Error(`${name} ended ${result.state}`);
    const seconds = result.latency.p50 / 1000;
    const fileBytes = sizes.get(name) ?? 0;
    return { name, mebibytesPerSecond: mebibytes / seconds, fileBytes };
  });
}

/** A volume whose tracks are full: two blocks of half a track each. */
function fullVolume(content: 'records' | 'dense'): TrackSource {
  const model = findModel('3390-1');
  if (model === undefined) throw new Error('no 3390-1');
  const geometry = imageGeometry(model.type, CYLINDERS);
  const random = new SeededRandom(1, 'bench image');
  const blocks = Array.from({ length: 64 }, () =>
    content === 'dense' ? random.bytes(BLOCK_BYTES) : recordBlock(random),
  );
  return trackSource(geometry, (track) => {
    const data = (at: number): Uint8Array => blocks[at % blocks.length] ?? new Uint8Array(0);
    const address = toTrackAddress(track, geometry.type.headCount);
    const records = [
      { number: 1, data: data(track * 7) },
      { number: 2, data: data(track * 11 + 3) },
    ];
    return { kind: 'bytes', bytes: buildTrack(address, records) };
  });
}

/** Records of 80 bytes: words, blanks, and eight bytes of anything. */
function recordBlock(random: SeededRandom): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES).fill(0x40);
  for (let start = 0; start + 80 <= BLOCK_BYTES; start += 80) {
    block.set(random.bytes(8), start + 72);
    for (let at = start; at < start + 60; ) {
      const word = WORDS[random.below(WORDS.length)] ?? '';
      for (let letter = 0; letter < word.length && at < start + 72; letter += 1, at += 1) {
        // A shift of the code is enough: what counts is how often letters repeat.
        block[at] = word.charCodeAt(letter) + 0x80;
      }
      at += 1;
    }
  }
  return block;
}
