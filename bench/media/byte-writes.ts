/**
 * Sequential writes of full tracks to a group of 13 + 2: host bytes a second, with checksums, headers,
 * labels and redundancy, beside plain memory copy of the same images to the same amount of memory.
 *
 * And what moving an instance costs when one snapshot shares it, and when 1,000 do.
 *
 * @module
 */
import { deviceNumber, trackIndex } from '../../src/base/units.ts';
import { encodeCchh, toTrackAddress } from '../../src/geometry/address.ts';
import type { Device } from '../../src/mapping/device-table.ts';
import { LOW_ACCESS, SURVIVOR } from '../../src/media/placement.ts';
import { Subsystem } from '../../src/subsystem/subsystem.ts';
import { buildTrack } from '../../src/track/track-image.ts';
import { benchModel } from '../mapping/loaded-device.ts';
import { type Measured, measure } from '../measure.ts';
import type { BenchRow } from '../report.ts';

/** One line of the table. */
export interface ByteWriteRow extends BenchRow {
  readonly nanosMedian: number;
  readonly nanosBest: number;
  readonly gibibytesPerSecond?: number;
}

const TRACK_BYTES = 56_664;
/** Tracks written over and over, one after the other: 340 MB, more than any cache holds. */
const TRACK_COUNT = 6_000;
const ROUNDS = 11;
/** Tracks that are moved; each is held by every snapshot. */
const MOVED_COUNT = 1_500;

/** Runs everything; half a minute and 1.5 GB. */
export async function run(): Promise<readonly ByteWriteRow[]> {
  const images = makeImages();
  return [
    writeRow('sequential track write, 13 + 2', sequentialWrites(images, 2)),
    writeRow('sequential track write, 13 + 0', sequentialWrites(images, 0)),
    writeRow('peer: memory copy', memoryCopy(images)),
    { name: 'move an instance, 1 snapshot', ...moves(1) },
    { name: 'move an instance, 1,000 snapshots', ...moves(1_000) },
  ];
}

function writeRow(name: string, figures: Measured): ByteWriteRow {
  return {
    name,
    ...figures,
    gibibytesPerSecond: (TRACK_BYTES * 1e9) / figures.nanosMedian / 2 ** 30,
  };
}

/** Images in turn, so that the bytes written are not in the nearest cache already. */
function makeImages(): readonly Uint8Array[] {
  return Array.from({ length: 64 }, (_, at) => {
    const data = new Uint8Array(TRACK_BYTES - 37).fill(at + 1);
    return buildTrack({ cylinder: 0, head: 0 }, [{ number: 1, data }]);
  });
}

function sequentialWrites(images: readonly Uint8Array[], redundancyDrives: 0 | 2): Measured {
  const subsystem = Subsystem.create({
    name: 'BENCH',
    capacityBytes: 2 ** 30,
    groups: [{ dataDrives: 13, redundancyDrives }],
  });
  const device = define(subsystem, 0xa80, '3390-1');
  subsystem.prepareSpace(2 * TRACK_COUNT * TRACK_BYTES);
  const writeAll = (): void => {
    for (let at = 0; at < TRACK_COUNT; at += 1) {
      const image = images[at % images.length] as Uint8Array;
      address(image, at);
      const step = subsystem.writeTrack(device.index, trackIndex(at), image);
      if (step.kind !== 'done') throw new Error(step.kind);
    }
  };
  writeAll();
  return measure('write', { operations: TRACK_COUNT, rounds: ROUNDS, run: writeAll });
}

/** Home address and the counts of record 0 and record 1 name the track. */
function address(image: Uint8Array, at: number): void {
  const { cylinder, head } = toTrackAddress(trackIndex(at), 15);
  const cchh = encodeCchh(cylinder, head);
  for (const offset of [1, 5, 21]) {
    image[offset] = cchh >>> 24;
    image[offset + 1] = cchh >>> 16;
    image[offset + 2] = cchh >>> 8;
    image[offset + 3] = cchh;
  }
}

function memoryCopy(images: readonly Uint8Array[]): Measured {
  const memory = new Uint8Array(TRACK_COUNT * TRACK_BYTES).fill(1);
  return measure('copy', {
    operations: TRACK_COUNT,
    rounds: ROUNDS,
    run: () => {
      for (let at = 0; at < TRACK_COUNT; at += 1) {
        memory.set(images[at % images.length] as Uint8Array, at * TRACK_BYTES);
      }
    },
  });
}

/** Moves every instance of a device that so many snapshots share, there and back. */
function moves(snapshotCount: number): Measured {
  const subsystem = Subsystem.create({
    name: 'BENCH',
    content: 'signature',
    capacityBytes: 2 ** 30,
    deviceCountMax: snapshotCount + 1,
  });
  const source = define(subsystem, 0, '3390-1');
  for (let track = 0; track < MOVED_COUNT; track += 1) {
    subsystem.writeSignature(source.index, trackIndex(track), track, 1);
  }
  for (let at = 1; at <= snapshotCount; at += 1) {
    const target = define(subsystem, at, '3390-1');
    // One track off, so that no page is shared: every slot of every target holds its instance itself.
    const outcome = subsystem.snapshot({
      background: 'none',
      extents: [
        {
          source: source.index,
          sourceFirst: trackIndex(0),
          sourceCount: MOVED_COUNT,
          target: target.index,
          targetFirst: trackIndex(1),
          targetCount: MOVED_COUNT,
        },
      ],
    });
    if (outcome.kind === 'refused') throw new Error(outcome.what);
  }
  const { directory, instances, store } = subsystem.parts;
  const ids = Array.from({ length: MOVED_COUNT }, (_, track) =>
    directory.find(source.index, track),
  );
  if (!ids.every((id) => instances.count(id) === snapshotCount + 1)) throw new Error('not shared');
  const moveAll = (kind: typeof SURVIVOR | typeof LOW_ACCESS): void => {
    for (const id of ids) if (store.move(id, kind) !== 'moved') throw new Error('not moved');
  };
  return measure('move', {
    operations: 20 * MOVED_COUNT,
    run: () => {
      for (let round = 0; round < 10; round += 1) {
        moveAll(SURVIVOR);
        moveAll(LOW_ACCESS);
      }
    },
  });
}

function define(subsystem: Subsystem, number: number, model: string): Device {
  const outcome = subsystem.defineDevice({
    number: deviceNumber(number),
    model: benchModel(model),
  });
  if (outcome.kind === 'refused') throw new Error(outcome.what);
  return outcome.value;
}
