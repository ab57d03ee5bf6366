/**
 * Redundancy groups and nonvolatile storage of a configuration, completed and checked.
 *
 * @module
 */
import { GROUP_COUNT_MAX, METADATA_RESERVE_TRACKS } from '../base/limits.ts';
import {
  CYLINDER_SECTORS_MAX,
  CYLINDER_SECTORS_MIN,
  capacitySectorsOf,
  type GroupCompression,
  type GroupPlan,
  type GroupShape,
  leastReserveCylinders,
  metadataReserve,
  nvsBytesOf,
  shapeGroup,
  usualCylinderSectors,
  usualReserveCylinders,
} from '../media/group-shape.ts';
import type { DestageMode } from '../media/nonvolatile-storage.ts';
import { checkOneOf, checkWhole, failField } from './configuration-checks.ts';

/** What a track instance keeps: real bytes, or a 64-bit signature for generated load. */
export type ContentMode = 'bytes' | 'signature';

/** A redundancy group as a caller gives it. */
export interface GroupInput {
  /** Data drives, 1 to 128; default 13. */
  readonly dataDrives?: number;
  /** Drives of redundancy, 0 to 2; default 2. */
  readonly redundancyDrives?: number;
  /** Its part of the capacity; default: an equal part of what the groups that say leave over. */
  readonly capacityBytes?: number;
  /** Sectors of a physical cylinder, a power of two from 256 to 4,096; default by the capacity. */
  readonly cylinderSectors?: number;
  /** Logical cylinders beyond those that the capacity fills without loss; default by the capacity. */
  readonly reserveCylinders?: number;
  /**
   * Default `none`. `zstd` really compresses, and needs content `bytes` and the port `compress`.
   * A ratio, for content `signature` only, is the bytes of a track for each byte stored, at least 1.
   */
  readonly compression?: GroupCompression;
}

/** Nonvolatile storage as a caller gives it. */
export interface NvsInput {
  /** Default: nine logical cylinders of every group. At least six of every group. */
  readonly bytes?: number;
  /** Default `atOnce`. With `scheduled`, full cylinders wait for background work. */
  readonly destage?: DestageMode;
}

/** What of a configuration decides about its groups. */
interface GroupsInput {
  readonly capacityBytes: number;
  readonly content?: ContentMode;
  readonly groups?: readonly GroupInput[];
}

/** The array of thirteen data and two redundancy drives of the subsystem family this models. */
const DATA_DRIVES_DEFAULT = 13;
const REDUNDANCY_DRIVES_DEFAULT = 2;
const DATA_DRIVES_MAX = 128;
/** Least capacity of a group: one megabyte, some eighteen full tracks. */
const GROUP_CAPACITY_BYTES_MIN = 1_048_576;
const RESERVE_CYLINDERS_MAX = 2 ** 24;
const RATIO_MAX = 1_000;

/** Sectors of a full 3390 track, by which the metadata reserve is measured. */
const RESERVE_TRACK_SECTORS = 111;
/** Logical cylinders of a group that fit nonvolatile storage: one of each kind, and some to wait. */
const NVS_CYLINDERS_DEFAULT = 9;
const NVS_CYLINDERS_MIN = 6;
const NVS_BYTES_MAX = 2 ** 50;

/** All groups in full. @throws InputError CONFIGURATION_INVALID */
export function completeGroups(input: GroupsInput): readonly GroupPlan[] {
  const groups = input.groups ?? [{}];
  checkWhole('number of groups', groups.length, 1, GROUP_COUNT_MAX);
  const capacities = shareCapacity(input.capacityBytes, groups);
  return Object.freeze(
    groups.map((group, at) => completeGroup(group, at, groups, capacities, input.content)),
  );
}

/** The shapes of groups that were completed. */
export function shapeGroups(groups: readonly GroupPlan[]): readonly GroupShape[] {
  const total = groups.reduce((sum, { capacityBytes }) => sum + capacityBytes, 0);
  return groups.map((plan) => shapeGroup(plan, reserveOf(plan.capacityBytes, total)));
}

/** Nonvolatile storage in full. @throws InputError CONFIGURATION_INVALID */
export function completeNvs(input: NvsInput, groups: readonly GroupPlan[]): Required<NvsInput> {
  const oneOfEach = shapeGroups(groups).reduce((sum, shape) => sum + nvsBytesOf(shape), 0);
  const nvs = {
    bytes: input.bytes ?? NVS_CYLINDERS_DEFAULT * oneOfEach,
    destage: input.destage ?? 'atOnce',
  } as const;
  checkWhole('nvs.bytes', nvs.bytes, NVS_CYLINDERS_MIN * oneOfEach, NVS_BYTES_MAX);
  checkOneOf('nvs.destage', nvs.destage, ['atOnce', 'scheduled']);
  return Object.freeze(nvs);
}

function completeGroup(
  input: GroupInput,
  at: number,
  groups: readonly GroupInput[],
  capacities: readonly number[],
  content: ContentMode | undefined,
): GroupPlan {
  const field = (name: string): string => (groups.length === 1 ? name : `groups[${at}].${name}`);
  const capacityBytes = capacities[at] as number;
  const total = capacities.reduce((sum, bytes) => sum + bytes, 0);
  const capacitySectors = capacitySectorsOf(capacityBytes);
  const reserveSectors = reserveOf(capacityBytes, total);
  const dataDrives = input.dataDrives ?? DATA_DRIVES_DEFAULT;
  const redundancyDrives = input.redundancyDrives ?? REDUNDANCY_DRIVES_DEFAULT;
  checkWhole(field('dataDrives'), dataDrives, 1, DATA_DRIVES_MAX);
  checkWhole(field('redundancyDrives'), redundancyDrives, 0, 2);
  const cylinderSectors =
    input.cylinderSectors ?? usualCylinderSectors(dataDrives, capacitySectors);
  checkWhole(field('cylinderSectors'), cylinderSectors, CYLINDER_SECTORS_MIN, CYLINDER_SECTORS_MAX);
  if (!Number.isInteger(Math.log2(cylinderSectors))) {
    failField(field('cylinderSectors'), String(cylinderSectors), 'must be a power of two');
  }
  const reserveCylinders =
    input.reserveCylinders ??
    usualReserveCylinders(dataDrives, cylinderSectors, capacitySectors, reserveSectors);
  const least = leastReserveCylinders(dataDrives, cylinderSectors, reserveSectors);
  checkWhole(field('reserveCylinders'), reserveCylinders, least, RESERVE_CYLINDERS_MAX);
  const compression = input.compression ?? 'none';
  checkCompression(field('compression'), compression, content ?? 'bytes');
  return Object.freeze({
    dataDrives,
    redundancyDrives,
    capacityBytes,
    cylinderSectors,
    reserveCylinders,
    compression,
  });
}

function checkCompression(field: string, compression: GroupCompression, content: string): void {
  if (typeof compression === 'string') {
    checkOneOf(field, compression, ['none', 'zstd']);
    if (compression === 'zstd' && content !== 'bytes') {
      failField(field, compression, 'zstd needs content bytes; a ratio models it for signatures');
    }
    return;
  }
  const { ratio } = compression;
  if (!(ratio >= 1 && ratio <= RATIO_MAX)) {
    failField(field, `ratio ${ratio}`, `must be a ratio from 1 to ${RATIO_MAX}`);
  }
  if (content !== 'signature') {
    failField(field, `ratio ${ratio}`, 'as a ratio needs content signature; bytes have zstd');
  }
}

/** Capacities of all groups: what they say, and equal parts of the rest. */
function shareCapacity(capacityBytes: number, groups: readonly GroupInput[]): readonly number[] {
  const said = groups.reduce((sum, group) => sum + (group.capacityBytes ?? 0), 0);
  const silent = groups.filter((group) => group.capacityBytes === undefined).length;
  const rest = capacityBytes - said;
  if (silent === 0 && rest !== 0) {
    failField("sum of the groups' capacityBytes", String(said), `must be ${capacityBytes}`);
  }
  const share = silent === 0 ? 0 : Math.floor(rest / silent);
  return groups.map((group, at) => {
    const capacity = group.capacityBytes ?? share;
    const field = groups.length === 1 ? 'capacityBytes' : `groups[${at}].capacityBytes`;
    checkWhole(field, capacity, GROUP_CAPACITY_BYTES_MIN, capacityBytes);
    return capacity;
  });
}

/** The part of the metadata reserve of the subsystem that a group keeps, in sectors. */
function reserveOf(capacityBytes: number, totalBytes: number): number {
  const wanted = METADATA_RESERVE_TRACKS * RESERVE_TRACK_SECTORS;
  const share = Math.ceil((wanted * capacityBytes) / totalBytes);
  return metadataReserve(capacitySectorsOf(capacityBytes), share);
}
