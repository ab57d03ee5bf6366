/**
 * Shapes of directory pages: how many entries a leaf and an interior page should have.
 *
 * The figures behind docs/decisions/0002-directory-fan-out.md. Lookup, overwrite, first writes and
 * difference on the mapping alone, for each shape at 50,085 and at 17.7 million tracks.
 *
 * @module
 */
import { deviceNumber } from '../../src/base/units.ts';
import { changedRanges } from '../../src/mapping/difference.ts';
import { HOST_RIGHT, UPDATE } from '../../src/media/placement.ts';
import { completeConfiguration, defaultPorts } from '../../src/subsystem/configuration.ts';
import { assembleParts, type SubsystemParts } from '../../src/subsystem/parts.ts';
import { measure } from '../measure.ts';
import type { BenchRow } from '../report.ts';
import { benchModel, Draw } from './loaded-device.ts';

/** One shape at one size. */
export interface ShapeRow extends BenchRow {
  readonly levels: number;
  readonly lookupNanos: number;
  readonly overwriteNanos: number;
  readonly firstWriteNanos: number;
  readonly snapshotEachNanos: number;
  readonly difference1000Micros: number;
  readonly directoryBytesPerTrack: number;
}

const SHAPES = [
  [6, 6],
  [6, 9],
  [6, 10],
  [7, 7],
  [7, 9],
  [8, 9],
  [9, 9],
] as const;

const FIRST_WRITES = 10_000;
const OPERATIONS = 200_000;

/** Runs everything; some minutes. */
export async function run(): Promise<readonly ShapeRow[]> {
  const rows: ShapeRow[] = [];
  for (const model of ['3390-3', '3390-A']) {
    for (const [leafBits, interiorBits] of SHAPES) {
      rows.push(measureShape(model, leafBits, interiorBits));
      globalThis.gc?.();
    }
  }
  return rows;
}

function measureShape(modelName: string, leafBits: number, interiorBits: number): ShapeRow {
  const configuration = completeConfiguration({
    name: 'BENCH',
    content: 'signature',
    capacityBytes: 2 ** 42,
  });
  const parts = assembleParts(configuration, defaultPorts(), { leafBits, interiorBits });
  const model = benchModel(modelName);
  const trackCount = model.primaryCylinders * model.type.headCount;
  const levels = parts.pages.levelsFor(trackCount);
  for (const at of [0, 1]) {
    parts.devices.define(
      {
        number: deviceNumber(at),
        model,
        cylinders: model.primaryCylinders,
        homeGroup: 0,
        outOfSpace: 'block',
        readOnly: false,
        releaseExcluded: false,
      },
      levels,
    );
  }
  for (let track = 0; track < trackCount; track += 1) overwrite(parts, track);
  const pageBytes = (bits: number): number => 4 * 2 ** bits + 4;
  const directoryBytes =
    parts.pages.leaves.usedCount * pageBytes(leafBits) +
    parts.pages.interiors.usedCount * pageBytes(interiorBits);
  return {
    name: `${modelName}: leaves of ${2 ** leafBits}, interior pages of ${2 ** interiorBits}`,
    levels: levels + 1,
    firstWriteNanos: firstWrites(parts, trackCount, FIRST_WRITES),
    lookupNanos: lookups(parts, trackCount),
    difference1000Micros: difference(parts, trackCount),
    overwriteNanos: overwrites(parts, trackCount),
    snapshotEachNanos: snapshotEach(parts, trackCount),
    directoryBytesPerTrack: directoryBytes / trackCount,
  };
}

function overwrite(parts: SubsystemParts, track: number): void {
  parts.store.take(56_664, 0, UPDATE, HOST_RIGHT);
  const id = parts.instances.create(56_664, false, track, 1, 1);
  const former = parts.directory.replace(0, track, id);
  if (former > 0) parts.instances.release(former);
}

function lookups(parts: SubsystemParts, trackCount: number): number {
  const draw = new Draw();
  let found = 0;
  const round = (): void => {
    let sum = 0;
    for (let at = 0; at < OPERATIONS; at += 1) {
      sum += parts.directory.find(0, draw.below(trackCount));
    }
    found = sum;
  };
  const { nanosMedian } = measure('lookup', { operations: OPERATIONS, run: round });
  if (found === 0) throw new Error('nothing was found');
  return nanosMedian;
}

function overwrites(parts: SubsystemParts, trackCount: number): number {
  const draw = new Draw();
  const round = (): void => {
    for (let at = 0; at < OPERATIONS; at += 1) overwrite(parts, draw.below(trackCount));
  };
  return measure('overwrite', { operations: OPERATIONS, run: round }).nanosMedian;
}

function firstWrites(parts: SubsystemParts, trackCount: number, count: number): number {
  const draw = new Draw();
  const figures = measure('first writes', {
    operations: count,
    before: () => {
      parts.directory.shareRoot(0, 1);
      while (parts.queue.drain(1_000_000) > 0);
    },
    run: () => {
      for (let at = 0; at < count; at += 1) overwrite(parts, draw.below(trackCount));
    },
  });
  return figures.nanosMedian;
}

function snapshotEach(parts: SubsystemParts, trackCount: number): number {
  const draw = new Draw();
  const figures = measure('snapshot before each write', {
    operations: 1_000,
    run: () => {
      for (let at = 0; at < 1_000; at += 1) {
        parts.directory.shareRoot(0, 1);
        overwrite(parts, draw.below(trackCount));
      }
    },
    after: () => {
      while (parts.queue.drain(1_000_000) > 0);
    },
  });
  return figures.nanosMedian;
}

function difference(parts: SubsystemParts, trackCount: number): number {
  const draw = new Draw();
  parts.directory.clear(1);
  while (parts.queue.drain(1_000_000) > 0);
  const tree = parts.directory.hold(0);
  for (let at = 0; at < 1_000; at += 1) overwrite(parts, draw.below(trackCount));
  let found = 0;
  const figures = measure('difference', {
    operations: 1,
    run: () => {
      found = 0;
      for (const { count } of changedRanges(parts.pages, tree, parts.directory.tree(0 as never))) {
        found += count;
      }
    },
  });
  if (found < 900) throw new Error(`${found} changes found`);
  parts.directory.drop(tree);
  return figures.nanosMedian / 1_000;
}
