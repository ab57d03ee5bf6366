/**
 * What opening costs: a store with a million mapped tracks, 100,000 records and full nonvolatile
 * storage, whose last writer went without closing it. And how much the checkpoints of a device of 17.7
 * million tracks grow by 10,000 snapshots of it.
 *
 * @module
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trackIndex } from '../../src/base/units.ts';
import { createStore, openStore } from '../../src/store/open-store.ts';
import type { Subsystem } from '../../src/subsystem/subsystem.ts';
import { benchModel, loadDevices } from '../mapping/loaded-device.ts';
import { addressedImage, addressedImages, defineBenchDevice } from '../media/addressed-images.ts';
import type { BenchRow } from '../report.ts';

/** One line of the table. */
export interface RecoveryRow extends BenchRow {
  readonly seconds?: number;
  readonly tracks?: number;
  readonly records?: number;
  readonly nvsMebibytes?: number;
  readonly bytesEach?: number;
}

const MAPPED_TRACKS = 1_000_000;
const RECORDS = 100_000;
const SNAPSHOTS = 10_000;
const FULL_TRACKS = 4_000;
/** Bytes of record 1 of the short tracks: two sectors each. */
const SHORT_BYTES = 700;

/** Runs everything; about three minutes. */
export async function run(): Promise<readonly RecoveryRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vdasd-bench-'));
  try {
    return await Promise.resolve([
      recovery(join(folder, 'recovery')),
      ...snapshotGrowth(join(folder, 'snapshots')),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function recovery(folder: string): RecoveryRow {
  const store = createStore(folder, {
    name: 'BENCH',
    capacityBytes: 2 ** 32,
    groups: [{ dataDrives: 6, redundancyDrives: 2 }],
    nvs: { destage: 'scheduled' },
  });
  const { stored } = store;
  const { subsystem } = stored;
  const device = defineBenchDevice(subsystem, '3390-A');
  stored.bulk(() => {
    for (let track = 0; track < MAPPED_TRACKS; track += 1) {
      write(subsystem, device.index, track, shortTrack(track));
    }
  });
  for (let at = 0; at < RECORDS; at += 1) subsystem.retain(device.index, `POINT${at}`);
  stored.commit();
  stored.checkpoint();
  const images = addressedImages(FULL_TRACKS, 15);
  let isFull = false;
  for (let at = 0; at < FULL_TRACKS && !isFull; at += 1) {
    const step = subsystem.writeTrack(device.index, trackIndex(at), images[at] as Uint8Array);
    isFull = step.kind === 'waiting';
    if (at % 64 === 63) stored.commit();
  }
  if (!isFull) throw new Error('nonvolatile storage did not fill up');
  stored.commit();
  const nvsMebibytes = subsystem.parts.backEnd.nvs.usedBytes / 2 ** 20;
  store.abandon();
  const start = performance.now();
  const again = openStore(folder, { mode: 'write' });
  const seconds = (performance.now() - start) / 1000;
  const points = [...again.stored.subsystem.points()].length;
  const tracks = again.stored.subsystem.parts.instances.liveCount;
  again.close();
  rmSync(folder, { recursive: true });
  return { name: 'open after a crash', seconds, tracks, records: points, nvsMebibytes };
}

function snapshotGrowth(folder: string): readonly RecoveryRow[] {
  const store = createStore(folder, {
    name: 'BENCH',
    content: 'signature',
    capacityBytes: 2 ** 42,
    deviceCountMax: SNAPSHOTS + 1,
    jobCountMax: SNAPSHOTS + 1,
  });
  const { stored } = store;
  const { subsystem } = stored;
  const { source, targets } = loadDevices(subsystem, benchModel('3390-A'), SNAPSHOTS);
  stored.checkpoint();
  const before = checkpointBytes(folder);
  const start = performance.now();
  for (const target of targets) {
    const outcome = subsystem.snapshot({
      wholeDevices: [{ source: source.index, target: target.index }],
      background: 'none',
    });
    if (outcome.kind === 'refused') throw new Error(outcome.what);
    stored.commit();
  }
  const seconds = (performance.now() - start) / 1000;
  stored.checkpoint();
  const bytesEach = (checkpointBytes(folder) - before) / SNAPSHOTS;
  store.close();
  return [
    {
      name: '10,000 snapshots of 17.7 M tracks, one commit each',
      seconds,
      tracks: source.trackCount,
      bytesEach,
    },
  ];
}

function shortTrack(track: number): Uint8Array {
  return addressedImage(track, 15, new Uint8Array(SHORT_BYTES).fill(track % 255));
}

function write(
  subsystem: Subsystem,
  device: Parameters<Subsystem['writeTrack']>[0],
  track: number,
  image: Uint8Array,
): void {
  for (;;) {
    const step = subsystem.writeTrack(device, trackIndex(track), image);
    if (step.kind === 'done') return;
    if (step.kind === 'refused') throw new Error(step.what);
    subsystem.backgroundStep({ tracks: 1_024 });
  }
}

/** What the checkpoints of a store take on the medium; the journal is used again and does not grow. */
function checkpointBytes(folder: string): number {
  return readdirSync(join(folder, 'checkpoints'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).blocks * 512)
    .reduce((sum, bytes) => sum + bytes, 0);
}
