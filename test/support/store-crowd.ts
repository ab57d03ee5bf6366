/**
 * One process of a crowd around a store: `node store-crowd.ts ROLE FOLDER MILLIS`.
 *
 * | role | does |
 * | --- | --- |
 * | `writer` | writes all tracks of a device anew, again and again, each time as one commit |
 * | `reader` | opens the store, reads all tracks twice, and demands that they are of one commit both times |
 * | `checker` | checks the store, and demands that nothing is wrong |
 * | `rival` | tries to write, and demands to be told that it cannot |
 *
 * Prints one line of JSON: what it counted, and what was wrong.
 *
 * @module
 */
import { trackIndex } from '../../src/base/units.ts';
import { checkFolder } from '../../src/store/check-folder.ts';
import { openStore } from '../../src/store/open-store.ts';
import { oldestRead } from '../../src/store/reader-registry.ts';
import { StoreFault } from '../../src/store/store-fault.ts';
import type { Subsystem } from '../../src/subsystem/subsystem.ts';
import { buildTrack } from '../../src/track/track-image.ts';

/** Tracks of the device that are written. */
const TRACKS = 24;
/** Data of the one record of a track, and where it begins: behind home address, record 0 and its count. */
const DATA_BYTES = 30_000;
const DATA_OFFSET = 29;
/** Versions that a writer may be ahead of the oldest reader: each fills some four of ninety cylinders. */
const AHEAD_MAX = 12;
/** So little that segments and checkpoints are used again all the time. */
const PORTS = { journalBytes: 2 ** 20, segmentBytes: 2 ** 18 } as const;

const [role = '', folder = '', millis = '0'] = process.argv.slice(2);
const until = Date.now() + Number(millis);
const counted = {
  role,
  rounds: 0,
  waits: 0,
  versions: 0,
  oldest: Number.MAX_SAFE_INTEGER,
  newest: 0,
};
const wrong: string[] = [];

function sleep(duration: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, duration);
}

/** Every byte of a track tells the version, so that one of two versions is seen. */
function imageOf(track: number, version: number): Uint8Array {
  const data = new Uint8Array(DATA_BYTES);
  new Uint32Array(data.buffer).fill(version);
  return buildTrack({ cylinder: Math.floor(track / 15), head: track % 15 }, [{ number: 1, data }]);
}

/** What the one record of a track tells again and again; a track that was never written tells 0. */
function wordsOf(image: Uint8Array): Uint32Array {
  if (image.length < DATA_BYTES) return Uint32Array.of(0);
  return new Uint32Array(image.slice(DATA_OFFSET, DATA_OFFSET + DATA_BYTES).buffer);
}

/** The version of all tracks, which must be one. */
function versionOf(subsystem: Subsystem): number {
  const [device] = subsystem.devices();
  if (device === undefined) throw new Error('no device');
  let version: number | undefined;
  for (let track = 0; track < TRACKS; track += 1) {
    const read = subsystem.readTrack(device.index, trackIndex(track));
    if (read.kind === 'refused') {
      wrong.push(`track ${track}: ${read.code}`);
      continue;
    }
    const words = wordsOf(read.value);
    version ??= words[0];
    if (!words.every((word) => word === version)) wrong.push(`track ${track}: not ${version}`);
  }
  return version ?? 0;
}

function writer(): void {
  const store = openStore(folder, { mode: 'write', ports: PORTS });
  const { stored } = store;
  const [device] = stored.subsystem.devices();
  if (device === undefined) throw new Error('no device');
  const commits: number[] = [];
  for (let version = versionOf(stored.subsystem) + 1; Date.now() < until; version += 1) {
    for (let track = 0; track < TRACKS; track += 1) {
      const image = imageOf(track, version);
      const step = stored.subsystem.writeTrack(device.index, trackIndex(track), image);
      if (step.kind !== 'done') throw new Error(`version ${version} is not written: ${step.kind}`);
    }
    stored.commit();
    counted.rounds += 1;
    counted.newest = version;
    commits.push(stored.committed);
    // Readers hold freed space back: there must be room for a whole version before it is begun.
    while (
      Date.now() < until &&
      (oldestRead(folder) ?? Number.POSITIVE_INFINITY) < (commits.at(-AHEAD_MAX) ?? 0)
    ) {
      counted.waits += 1;
      sleep(1);
    }
  }
  store.close();
}

function reader(): void {
  const seen = new Set<number>();
  while (Date.now() < until) {
    const store = openStore(folder, { mode: 'readTracks' });
    const { subsystem } = store.stored;
    const version = versionOf(subsystem);
    sleep(150);
    const again = versionOf(subsystem);
    if (version !== again) wrong.push(`first ${version}, then ${again}`);
    if (version < counted.newest) wrong.push(`${counted.newest} first, then ${version}`);
    store.close();
    seen.add(version);
    counted.rounds += 1;
    counted.oldest = Math.min(counted.oldest, version);
    counted.newest = Math.max(counted.newest, version);
  }
  counted.versions = seen.size;
}

function checker(): void {
  while (Date.now() < until) {
    const { problems } = checkFolder(folder);
    wrong.push(...problems.map(({ what }) => what));
    counted.rounds += 1;
  }
}

function rival(): void {
  while (Date.now() < until) {
    try {
      openStore(folder, { mode: 'write' }).abandon();
      wrong.push('the lock was free');
    } catch (error) {
      if (!(error instanceof StoreFault && error.code === 'STORE_BUSY')) throw error;
    }
    counted.rounds += 1;
    sleep(5);
  }
}

if (role === 'writer') writer();
else if (role === 'reader') reader();
else if (role === 'checker') checker();
else rival();
process.stdout.write(`${JSON.stringify({ ...counted, wrong: wrong.slice(0, 5) })}\n`);
