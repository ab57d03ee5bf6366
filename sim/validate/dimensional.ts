/**
 * Dimensional checks of the drive model: twice the speed is half the time, every part of a service time
 * can be reached, and random requests meet what chance lets them expect.
 *
 * @module
 */
import { DriveModel } from '../device/drive/drive-model.ts';
import type { DriveParameters } from '../device/drive/drive-parameters.ts';
import { meanSeekNanos, seekTable } from '../device/drive/seek-curve.ts';
import { Substream } from '../engine/substream.ts';
import { type ValidationSection, within, withinPart } from './check.ts';

const SEED = 7;
const REQUESTS = 40_000;
/** One at a time: none needs a second track, whose head switch would count as a seek. */
const SECTORS = 1;
const NANOS_PER_MILLI = 1e6;
const NANOS_PER_MINUTE = 6e10;
/** Of means over so many requests; their spread is about half of it. */
const STATISTICAL = 0.01;

interface Means {
  readonly overhead: number;
  readonly seek: number;
  readonly latency: number;
  readonly transfer: number;
  /** Requests that needed no medium. */
  readonly hits: number;
}

/** Compares; `drive` is a drive with one zone, where random addresses are random cylinders. */
export function checkDimensions(drive: DriveParameters): ValidationSection {
  const base = randomReads(drive);
  const fast = randomReads({ ...drive, revolutionsPerMinute: drive.revolutionsPerMinute * 2 });
  const { bus } = drive;
  const wide = { ...drive, bus: { ...bus, readSector: bus.readSector / 2 } };
  const cylinders = Math.max(...drive.zones.map((zone) => zone.lastCylinder)) + 1;
  const seek = meanSeekNanos(seekTable(drive.seek, cylinders)) / NANOS_PER_MILLI;
  const revolution = NANOS_PER_MINUTE / drive.revolutionsPerMinute / NANOS_PER_MILLI;
  const perTrack = drive.zones[0]?.sectorsPerTrack ?? 1;
  return {
    id: 'dimensions',
    title: 'Dimensional checks of the drive model',
    source: `exact expectations; ${REQUESTS} random reads of a sector, ${drive.name}`,
    checks: [
      withinPart('mean seek', 'ms', seek, base.seek, STATISTICAL),
      withinPart(
        'mean latency: half a revolution',
        'ms',
        revolution / 2,
        base.latency,
        STATISTICAL,
      ),
      withinPart(
        'mean time under the head',
        'ms',
        (SECTORS * revolution) / perTrack,
        base.transfer,
        STATISTICAL,
      ),
      withinPart('latency at twice the speed', 'ms', base.latency / 2, fast.latency, STATISTICAL),
      withinPart('under the head at twice the speed', 'ms', base.transfer / 2, fast.transfer, 1e-9),
      withinPart(
        'hit over a bus twice as fast, data part',
        'ms',
        hitMillis(drive) / 2,
        hitMillis(wide),
        1e-6,
      ),
      within('parts that no request reached', '', 0, unreached(base), 0),
    ],
  };
}

function randomReads(drive: DriveParameters): Means {
  const model = new DriveModel(drive);
  const chance = new Substream(SEED, 0, 'random reads');
  const places = model.sectorCount - SECTORS;
  const means = { overhead: 0, seek: 0, latency: 0, transfer: 0, hits: 0 };
  let now = 0;
  for (let at = 0; at < REQUESTS; at += 1) {
    now += model.serviceNanos(now, 0, chance.below(places), SECTORS);
    // Time goes on between requests by more than a revolution and never by the same amount.
    now += 20_000_000 + chance.below(20_000_000);
    if (model.isHit) {
      means.hits += 1;
      continue;
    }
    means.overhead += model.overheadNanos;
    means.seek += model.seekNanos;
    means.latency += model.latencyNanos;
    means.transfer += model.transferNanos;
  }
  const scale = 1 / (REQUESTS - means.hits) / NANOS_PER_MILLI;
  return {
    overhead: means.overhead * scale,
    seek: means.seek * scale,
    latency: means.latency * scale,
    transfer: means.transfer * scale,
    hits: means.hits,
  };
}

/** Data part of a read that is in the buffer: the second of two same ones. */
function hitMillis(drive: DriveParameters): number {
  const model = new DriveModel(drive);
  const first = model.serviceNanos(0, 0, 0, SECTORS);
  const second = model.serviceNanos(first, 0, 0, SECTORS);
  return (second - model.overheadNanos) / NANOS_PER_MILLI;
}

function unreached({ overhead, seek, latency, transfer }: Means): number {
  return [overhead, seek, latency, transfer].filter((part) => !(part > 0)).length;
}
