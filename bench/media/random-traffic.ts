/**
 * Random writes to a group whose room in use is four fifths live, and what collection moves for them.
 *
 * Theory counts the room that is in use or being filled. A group has more: free cylinders that are kept
 * for collection and metadata. So cylinders that were left, and the filled part of open ones, are
 * counted while the traffic runs, and the group is sized so that live tracks are 80 % of that. Tracks
 * have a length that fills members without a rest, so no sector is lost to anything else.
 *
 * Host writes collect as they need room; nothing runs in the background.
 *
 * @module
 */
import { deviceNumber } from '../../src/base/units.ts';
import { CYLINDER_DESTAGED, CYLINDER_FULL, CYLINDER_OPEN } from '../../src/media/cylinder-table.ts';
import { SECTOR_BYTES, TRACK_HEADER_BYTES } from '../../src/media/logical-cylinder.ts';
import type { RedundancyGroup } from '../../src/media/redundancy-group.ts';
import type { VictimPolicy } from '../../src/reclaim/victim-score.ts';
import { Subsystem } from '../../src/subsystem/subsystem.ts';
import { benchModel, Draw } from '../mapping/loaded-device.ts';

/** What is written, and to what. */
export interface RandomTraffic {
  readonly victim: VictimPolicy;
  /** Sectors of a track: a divisor of 255, which is what a member has for tracks. */
  readonly trackSectors: 3 | 5 | 15 | 17 | 51 | 85;
  /** Logical cylinders in use. */
  readonly cylinders: number;
  /** Part of the tracks that is hot, and part of all writes that goes there; uniform without it. */
  readonly hot?: { readonly ofTracks: number; readonly ofWrites: number };
  /** Writes a track before counting, and while it counts. */
  readonly warmUp: number;
  readonly counted: number;
}

/** What came out. */
export interface TrafficResult {
  /** All writes over host writes. */
  readonly amplification: number;
  /** Live part of the room in use. */
  readonly live: number;
  /** Tracks that a logical cylinder holds. */
  readonly perCylinder: number;
  readonly hostWrites: number;
}

/** Live part of the room in use. */
const LIVE = 0.8;
const DATA_DRIVES = 2;
const CYLINDER_SECTORS = 256;
const USABLE_SECTORS = DATA_DRIVES * (CYLINDER_SECTORS - 1);
/** Writes between two looks at the cylinders in use. */
const WRITES_PER_LOOK = 997;

/** Runs the traffic. Same input, same result. */
export function runTraffic(traffic: RandomTraffic): TrafficResult {
  const perCylinder = USABLE_SECTORS / traffic.trackSectors;
  const tracks = Math.round(LIVE * traffic.cylinders * perCylinder);
  const { subsystem, group, device } = createGroup(traffic, tracks);
  const lengthBytes = traffic.trackSectors * SECTOR_BYTES - TRACK_HEADER_BYTES;
  const draw = new Draw();
  const write = (track: number): void => {
    if (subsystem.writeSignature(device, track as never, track, 1, lengthBytes) === 0) {
      throw new Error(`no room for track ${track}`);
    }
  };
  for (let track = 0; track < tracks; track += 1) write(track);
  for (let at = 0; at < traffic.warmUp * tracks; at += 1) write(pick(draw, traffic, tracks));
  const movedBefore = subsystem.parts.collection.movedCount;
  const hostWrites = traffic.counted * tracks;
  let inUse = 0;
  let looks = 0;
  for (let at = 0; at < hostWrites; at += 1) {
    write(pick(draw, traffic, tracks));
    if (at % WRITES_PER_LOOK !== 0) continue;
    inUse += sectorsInUse(group);
    looks += 1;
  }
  return {
    amplification: 1 + (subsystem.parts.collection.movedCount - movedBefore) / hostWrites,
    live: (group.liveSectors * looks) / inUse,
    perCylinder,
    hostWrites,
  };
}

function createGroup(
  { victim, trackSectors, cylinders }: RandomTraffic,
  tracks: number,
): { subsystem: Subsystem; group: RedundancyGroup; device: never } {
  // Room for the tracks beside the metadata reserve, which is at most a sixteenth.
  const capacitySectors = Math.ceil((tracks * trackSectors * 16) / 15) + 16;
  const lossless = Math.ceil(capacitySectors / USABLE_SECTORS);
  const create = (reserveCylinders: number): Subsystem =>
    Subsystem.create({
      name: 'BENCH',
      content: 'signature',
      capacityBytes: capacitySectors * SECTOR_BYTES,
      groups: [{ dataDrives: DATA_DRIVES, cylinderSectors: CYLINDER_SECTORS, reserveCylinders }],
      collection: { victim },
    });
  // Hosts leave so many cylinders free, whatever the group has.
  const kept = firstGroup(create(cylinders)).hostReserve;
  const subsystem = create(cylinders + kept - lossless);
  const model = benchModel('3390-9');
  const outcome = subsystem.defineDevice({ number: deviceNumber(0xa80), model });
  if (outcome.kind === 'refused') throw new Error(outcome.what);
  return { subsystem, group: firstGroup(subsystem), device: outcome.value.index as never };
}

function firstGroup(subsystem: Subsystem): RedundancyGroup {
  const [group] = subsystem.parts.backEnd.groups;
  if (group === undefined) throw new Error('no group');
  return group;
}

function pick(draw: Draw, { hot }: RandomTraffic, tracks: number): number {
  if (hot === undefined) return draw.below(tracks);
  const hotTracks = Math.round(hot.ofTracks * tracks);
  const isHot = draw.below(1_000_003) < hot.ofWrites * 1_000_003;
  return isHot ? draw.below(hotTracks) : hotTracks + draw.below(tracks - hotTracks);
}

/** Sectors of cylinders that were left, and those filled of open ones. */
function sectorsInUse(group: RedundancyGroup): number {
  const { cylinders } = group;
  let sectors = 0;
  for (let cylinder = 0; cylinder < cylinders.openedCount; cylinder += 1) {
    const state = cylinders.state(cylinder);
    const isLeft = state === CYLINDER_FULL || state === CYLINDER_DESTAGED;
    if (isLeft || state === CYLINDER_OPEN) sectors += cylinders.size;
  }
  for (const open of group.openCylinders()) sectors -= open.unwritten;
  return sectors;
}
