/**
 * A volume goes into a store, is backed up, the background copy is killed at half and gone on with by
 * another process, and what comes out again is what went in: the same digest, the same listing by
 * Hercules. Through the command line, as an owner of packs would.
 *
 * A volume of our own large enough to be killed in the middle of its copy, and in addition a real pack of
 * `../shared/data/packs`, where it is there.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SeededRandom } from '../../src/base/random.ts';
import type { TrackIndex } from '../../src/base/units.ts';
import { toTrackAddress } from '../../src/geometry/address.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import { buildSampleVolume } from '../../src/host/sample-volume.ts';
import { MemoryVolume } from '../../src/host/volume-tracks.ts';
import { imageGeometry, trackSource } from '../../src/image/track-source.ts';
import { saveImageFile } from '../../src/store/save-image-file.ts';
import { buildTrack } from '../../src/track/track-image.ts';
import { runVdasd } from '../support/command-line.ts';
import { debianTool } from '../support/debian-tools.ts';
import { IS_LONG } from '../support/effort.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TOP } from '../support/tree.ts';

const PACKS = join(TOP, '../shared/data/packs');
/** One is enough here: all of them go through a store in store-real-packs.test.ts. */
const packs = existsSync(PACKS) ? readdirSync(PACKS).toSorted().slice(-1) : [];
console.log(
  packs.length > 0
    ? `real packs: storing ${packs.length} of ../shared/data/packs`
    : 'skipped: no real packs in ../shared/data/packs',
);
const dasdls = debianTool('dasdls');
const folder = temporaryFolder();
/** Cylinders of our own volume. */
const CYLINDERS = 200;
/** About a hundred tracks of content for each. */
const SCALE = 4;
const seen = { volumes: 0, killed: 0, listings: 0 };

describe.runIf(IS_LONG)('a volume in a store', () => {
  test('survives a copy that was killed at half', { timeout: 120_000 }, async () => {
    const image = join(folder, 'sample.ckd');
    await saveSample(image);
    await roundTrip('sample', image, true);
    expect(seen.killed).toBe(1);
  });

  test.each(packs)('%s comes out as it went in', { timeout: 120_000 }, async (name) => {
    await roundTrip(name, join(PACKS, name), false);
  });

  afterAll(() => {
    console.log(
      `stored volumes: ${seen.volumes}, killed at half: ${seen.killed}, listings: ${seen.listings}`,
    );
    expect(seen.volumes).toBe(1 + packs.length);
    if (dasdls !== undefined) expect(seen.listings).toBeGreaterThan(0);
  });
});

async function roundTrip(name: string, image: string, isKilled: boolean): Promise<void> {
  const home = join(folder, `${name}.home`);
  mkdirSync(home);
  const store = join(home, 'store');
  command('init', store);
  command('volume', 'import', store, image);
  const imported = volumes(store).find(({ volser }) => volser !== null);
  const serial = imported?.volser;
  expect(serial).toBeDefined();
  const { model, cylinders } = imported as Volume;
  command(
    'volume',
    'define',
    store,
    '--device',
    '0B00',
    '--model',
    model,
    '--cylinders',
    `${cylinders}`,
  );
  command(
    'backup',
    store,
    '--source',
    `${serial}`,
    '--target',
    '0B00',
    '--identity',
    'clone',
    '--copy',
    'background',
  );
  if (isKilled) await killAtHalf(store);
  command('work', store);
  const relations = json('relations', store) as { readonly relations: readonly Progress[] };
  expect(relations.relations.map(({ tracksRemaining }) => tracksRemaining)).toEqual([0]);
  expect(command('check', store)).toContain('sound');
  const wanted = digest(image);
  for (const copy of volumes(store).filter(({ volser }) => volser === serial)) {
    const out = join(home, `${copy.device}.ckd`);
    command('volume', 'export', store, copy.device, out);
    expect(digest(out)).toBe(wanted);
    compareListings(image, out);
  }
  seen.volumes += 1;
}

interface Progress {
  readonly tracksCopied: number;
  readonly tracksRemaining: number;
}

/** Kills the background work as soon as it has told that it is half done. */
async function killAtHalf(store: string): Promise<void> {
  const worker = spawn(
    process.execPath,
    [join(TOP, 'bin/vdasd.mjs'), 'work', store, '--progress', 'json'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(worker, 'close');
  let said = '';
  worker.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    const told = said
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'));
    const isHalf = told.some((line) => {
      const { done = 0, total = 0 } = JSON.parse(line) as { done?: number; total?: number };
      return total > 0 && done * 2 >= total;
    });
    if (isHalf) worker.kill('SIGKILL');
  });
  await ended;
  const { relations } = json('relations', store) as { readonly relations: readonly Progress[] };
  const [progress] = relations;
  expect(progress?.tracksCopied, said).toBeGreaterThan(0);
  expect(progress?.tracksRemaining, said).toBeGreaterThan(0);
  seen.killed += 1;
}

function compareListings(image: string, out: string): void {
  if (dasdls === undefined) return;
  const listing = (file: string): string =>
    dasdls.run(['-hdr', '-info', file]).text.replaceAll(file, 'FILE');
  const wanted = listing(image);
  // What Hercules of Debian cannot open, such as images of the 64-bit kind, it cannot list either.
  if (!wanted.includes('VOLSER')) return;
  expect(listing(out)).toBe(wanted);
  seen.listings += 1;
}

interface Volume {
  readonly device: string;
  readonly volser: string | null;
  readonly model: string;
  readonly cylinders: number;
}

function volumes(store: string): readonly Volume[] {
  return (json('volume', 'ls', store) as { readonly volumes: readonly Volume[] }).volumes;
}

function digest(image: string): string {
  const { digest: value } = json('image', 'inspect', image) as { readonly digest: string };
  expect(value).toMatch(/^[0-9a-f]{64}$/);
  return value;
}

function json(...args: readonly string[]): unknown {
  return JSON.parse(command(...args, '--json'));
}

function command(...args: readonly string[]): string {
  const { exitCode, output, errors } = runVdasd(args);
  expect(exitCode, `vdasd ${args.join(' ')}: ${errors}`).toBe(0);
  return output;
}

async function saveSample(file: string): Promise<void> {
  const type = findModel('3390-1')?.type;
  if (type === undefined) throw new Error('no 3390-1');
  const volume = new MemoryVolume(type, CYLINDERS);
  const built = buildSampleVolume(volume, new SeededRandom(1, 'stored packs'), {
    volser: 'SAMPLE',
    scale: SCALE,
  });
  if (built.kind === 'refused') throw new Error(built.what);
  const written = new Set<number>(volume.writtenTracks());
  await saveImageFile(
    file,
    'ckd',
    trackSource(imageGeometry(type, CYLINDERS), (track) => ({
      kind: 'bytes',
      bytes: written.has(track) ? volume.readTrack(track) : fullTrack(track, type.headCount),
    })),
  );
}

/** A track that belongs to no data set, and is to be copied all the same. */
function fullTrack(track: TrackIndex, headCount: number): Uint8Array {
  const data = new Uint8Array(50_000).fill((track % 255) + 1);
  return buildTrack(toTrackAddress(track, headCount), [{ number: 1, data }]);
}
