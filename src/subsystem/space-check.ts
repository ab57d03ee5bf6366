/**
 * Space as part of the whole-state check: no two live instances and free ranges overlap, and the
 * accounts of every cylinder add up.
 *
 * @module
 */
import {
  CYLINDER_SECTORS,
  MEMBER_SECTORS,
  placeGroup,
  placeMember,
  placeSector,
  sectorsOf,
} from '../media/logical-cylinder.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { ReportViolation } from './capacity-report.ts';
import type { SubsystemParts } from './parts.ts';

/** Sectors of a member fit this many values, so a range packs into one exact number. */
const LENGTH_VALUES = MEMBER_SECTORS + 1;

/** @returns Cylinders looked at. */
export function checkSpace(parts: SubsystemParts, report: ReportViolation): number {
  const { group } = parts;
  group.settle();
  const { cylinders } = group;
  const live = new Float64Array(cylinders.openedCount);
  const dead = new Float64Array(cylinders.openedCount);
  const ranges = collectRanges(parts, live, dead, report);
  checkOverlap(ranges, report);
  let liveSum = 0;
  let deadSum = 0;
  for (let at = 0; at < cylinders.openedCount; at += 1) {
    const kept = { live: cylinders.live(at), dead: cylinders.dead(at) };
    liveSum += kept.live;
    deadSum += kept.dead;
    if (live[at] !== kept.live || dead[at] !== kept.dead) {
      const found = `${live[at]} live and ${dead[at]} dead`;
      report('cylinder-accounts', `cylinder ${at}: ${found}, kept ${kept.live} and ${kept.dead}`);
    }
    if (kept.live + kept.dead + cylinders.unwritten(at) !== cylinders.size(at)) {
      report('cylinder-accounts', `cylinder ${at}: live, dead and unwritten miss its size`);
    }
  }
  for (const at of group.freeCylinders) {
    if (cylinders.live(at) + cylinders.dead(at) > 0) {
      report('cylinder-accounts', `cylinder ${at} is free and holds sectors`);
    }
  }
  if (liveSum !== group.liveSectors || deadSum !== group.deadSectors) {
    const sums = `${liveSum} live and ${deadSum} dead`;
    report('cylinder-accounts', `${sums}, kept ${group.liveSectors} and ${group.deadSectors}`);
  }
  return cylinders.openedCount;
}

/** All ranges, live and free, as sorted numbers: first sector of the group times lengths, plus length. */
function collectRanges(
  parts: SubsystemParts,
  live: Float64Array,
  dead: Float64Array,
  report: ReportViolation,
): Float64Array {
  const { instances, group } = parts;
  const free = [...group.ranges.ranges()];
  const ranges = new Float64Array(instances.liveCount + free.length);
  let at = 0;
  for (let id = RESERVED_ENTRY_COUNT; id <= instances.highestId; id += 1) {
    if (instances.count(id) === 0) continue;
    const cylinder = instances.cylinder(id);
    const sectors = sectorsOf(instances.lengthBytes(id));
    const place = instances.place(id);
    if (placeGroup(place) !== group.number) {
      report('no-overlap', `instance ${id} lies in group ${placeGroup(place)}, which is not there`);
    }
    ranges[at] = pack(cylinder, place, sectors);
    at += 1;
    live[cylinder] = (live[cylinder] ?? 0) + sectors;
  }
  for (const { cylinder, place, sectors } of free) {
    ranges[at] = pack(cylinder, place, sectors);
    at += 1;
    dead[cylinder] = (dead[cylinder] ?? 0) + sectors;
  }
  return ranges.toSorted();
}

function pack(cylinder: number, place: number, sectors: number): number {
  const first =
    cylinder * CYLINDER_SECTORS + placeMember(place) * MEMBER_SECTORS + placeSector(place);
  return first * LENGTH_VALUES + sectors;
}

function checkOverlap(ranges: Float64Array, report: ReportViolation): void {
  let end = 0;
  for (const packed of ranges) {
    const first = Math.floor(packed / LENGTH_VALUES);
    const length = packed % LENGTH_VALUES;
    if (first < end) report('no-overlap', `sector ${first} of the group belongs to two ranges`);
    if ((first % MEMBER_SECTORS) + length > MEMBER_SECTORS) {
      report('no-overlap', `the range at sector ${first} runs past its member`);
    }
    end = Math.max(end, first + length);
  }
}
