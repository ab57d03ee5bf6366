/**
 * The configuration of a subsystem: what a caller may give, the complete form that everything behind
 * sees, and the ports.
 *
 * @module
 */
import { XxHash64 } from '../base/checksum.ts';
import {
  CountingMeter,
  ManualClock,
  MEMORY_JOURNAL,
  SILENT_DRIVE_WORK,
  SILENT_TRACE,
} from '../base/default-ports.ts';
import { InputError } from '../base/errors.ts';
import {
  DEFINITIONS_PER_PATH_GROUP_MAX,
  DEVICE_COUNT_DEFAULT,
  DEVICE_COUNT_MAX,
  JOB_COUNT_MAX,
  SOURCE_TOKEN_LIFE_NANOS,
} from '../base/limits.ts';
import type {
  Checksum,
  Clock,
  Compress,
  DriveWork,
  Journal,
  Meter,
  Random,
  Trace,
} from '../base/ports.ts';
import { SeededRandom } from '../base/random.ts';
import { type Nanos, nanos } from '../base/units.ts';
import type { OutOfSpacePolicy } from '../mapping/device-table.ts';
import type { DriveSupply } from '../media/drive-bytes.ts';
import type { GroupPlan } from '../media/group-shape.ts';
import { MEMORY_DRIVES } from '../media/memory-drives.ts';
import { LOAD_THRESHOLDS_DEFAULT, type LoadThresholds } from '../media/net-capacity-load.ts';
import { VICTIM_POLICIES, type VictimPolicy } from '../reclaim/victim-score.ts';
import { checkOneOf, checkText, checkWhole } from './configuration-checks.ts';
import {
  type ContentMode,
  completeGroups,
  completeNvs,
  type GroupInput,
  type NvsInput,
} from './group-configuration.ts';

/** A configuration as a caller gives it. */
export interface SubsystemInput {
  readonly name: string;
  /** Default `bytes`. */
  readonly content?: ContentMode;
  /** Usable space for tracks, in bytes; rounded down to whole sectors. */
  readonly capacityBytes: number;
  /** Default 256. */
  readonly deviceCountMax?: number;
  /** Whether hosts may choose targets here; default true. */
  readonly hostSelectable?: boolean;
  /** For devices that do not say otherwise; default `block`. */
  readonly outOfSpace?: OutOfSpacePolicy;
  /** Model time after which an unused source token expires; default 600 s. */
  readonly sourceTokenLife?: Nanos;
  /** Default 4,096. */
  readonly definitionsPerPathGroupMax?: number;
  /** Copy jobs, and relations, remembered at once; default 65,536. */
  readonly jobCountMax?: number;
  /** Redundancy groups, numbered from 0; default one of 13 and 2 drives with the whole capacity. */
  readonly groups?: readonly GroupInput[];
  /** Drives that wait to take the place of one that fails; default 1. */
  readonly spareDrives?: number;
  readonly nvs?: NvsInput;
  /** Which cylinder free-space collection empties next; default `costBenefit`. */
  readonly collection?: { readonly victim: VictimPolicy };
  /** Net capacity load, in percent, at which each threshold is told; default 75, 90 and 95. */
  readonly thresholds?: LoadThresholds;
}

/** The complete form. */
export interface SubsystemConfiguration extends Required<Omit<SubsystemInput, 'groups' | 'nvs'>> {
  readonly groups: readonly GroupPlan[];
  readonly nvs: Required<NvsInput>;
}

/** The ways out of a subsystem. */
export interface SubsystemPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly meter: Meter;
  readonly trace: Trace;
  readonly checksum: Checksum;
  /** Where drives that hold bytes come from. */
  readonly drives: DriveSupply;
  /** Who times the drives. */
  readonly driveWork: DriveWork;
  /** Needed where a group compresses with zstd; the store door has one. */
  readonly compress?: Compress | undefined;
}

/** Ports for a subsystem in memory; every one can be replaced. */
export function defaultPorts(overrides: Partial<SubsystemPorts> = {}): SubsystemPorts {
  return Object.freeze({
    clock: overrides.clock ?? new ManualClock(),
    random: overrides.random ?? new SeededRandom(0, 'subsystem'),
    journal: overrides.journal ?? MEMORY_JOURNAL,
    meter: overrides.meter ?? new CountingMeter(),
    trace: overrides.trace ?? SILENT_TRACE,
    checksum: overrides.checksum ?? new XxHash64(),
    drives: overrides.drives ?? MEMORY_DRIVES,
    driveWork: overrides.driveWork ?? SILENT_DRIVE_WORK,
    compress: overrides.compress,
  });
}

/**
 * Fills in defaults and checks every figure.
 *
 * @throws InputError CONFIGURATION_INVALID naming the field, its value and its limits.
 */
export function completeConfiguration(input: SubsystemInput): SubsystemConfiguration {
  checkWhole('capacityBytes', input.capacityBytes, CAPACITY_BYTES_MIN, CAPACITY_BYTES_MAX);
  const groups = completeGroups(input);
  const configuration: SubsystemConfiguration = Object.freeze({
    name: input.name,
    content: input.content ?? 'bytes',
    capacityBytes: input.capacityBytes,
    deviceCountMax: input.deviceCountMax ?? DEVICE_COUNT_DEFAULT,
    hostSelectable: input.hostSelectable ?? true,
    outOfSpace: input.outOfSpace ?? 'block',
    sourceTokenLife: input.sourceTokenLife ?? nanos(SOURCE_TOKEN_LIFE_NANOS),
    definitionsPerPathGroupMax: input.definitionsPerPathGroupMax ?? DEFINITIONS_PER_PATH_GROUP_MAX,
    jobCountMax: input.jobCountMax ?? JOB_COUNT_MAX,
    groups,
    spareDrives: input.spareDrives ?? SPARE_DRIVES_DEFAULT,
    nvs: completeNvs(input.nvs ?? {}, groups),
    collection: Object.freeze({ victim: input.collection?.victim ?? 'costBenefit' }),
    thresholds: Object.freeze({ ...(input.thresholds ?? LOAD_THRESHOLDS_DEFAULT) }),
  });
  checkText('name', configuration.name.length > 0, 'a name of at least one character');
  checkOneOf('content', configuration.content, ['bytes', 'signature']);
  checkOneOf('outOfSpace', configuration.outOfSpace, ['block', 'failWrite', 'dropBackground']);
  checkWhole('deviceCountMax', configuration.deviceCountMax, 1, DEVICE_COUNT_MAX);
  checkWhole('sourceTokenLife', configuration.sourceTokenLife, 1, Number.MAX_SAFE_INTEGER);
  checkWhole(
    'definitionsPerPathGroupMax',
    configuration.definitionsPerPathGroupMax,
    1,
    DEFINITIONS_PER_PATH_GROUP_MAX,
  );
  checkWhole('jobCountMax', configuration.jobCountMax, 1, JOB_COUNT_MAX);
  checkWhole('spareDrives', configuration.spareDrives, 0, SPARE_DRIVES_MAX);
  checkOneOf('collection.victim', configuration.collection.victim, VICTIM_POLICIES);
  checkThresholds(configuration.thresholds);
  return configuration;
}

/**
 * Checks that the ports do what the configuration asks of them.
 *
 * @throws InputError CONFIGURATION_INVALID
 */
export function checkPorts(configuration: SubsystemConfiguration, ports: SubsystemPorts): void {
  const needsCompress = configuration.groups.some(({ compression }) => compression === 'zstd');
  if (!needsCompress || ports.compress !== undefined) return;
  throw new InputError('CONFIGURATION_INVALID', {
    what: 'compression zstd without a port that compresses',
    limit: 'zstd needs the port `compress`',
    fix: 'give ZstdCompress from the store door as the port, or choose compression none',
  });
}

function checkThresholds({ warn, alert, critical }: LoadThresholds): void {
  checkWhole('thresholds.critical', critical, 1, 100);
  checkWhole('thresholds.alert', alert, 1, critical);
  checkWhole('thresholds.warn', warn, 1, alert);
}

/** Least space: one megabyte, some eighteen full tracks. */
const CAPACITY_BYTES_MIN = 1_048_576;
/** Most space: 1 PiB, a thousand of the largest volumes; keeps every sector number exact. */
const CAPACITY_BYTES_MAX = 2 ** 50;

/** One drive waits (our choice). */
const SPARE_DRIVES_DEFAULT = 1;
const SPARE_DRIVES_MAX = 1_024;
