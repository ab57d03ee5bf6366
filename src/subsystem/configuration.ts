/**
 * The configuration of a subsystem: what a caller may give, the complete form that everything behind
 * sees, and the ports.
 *
 * @module
 */
import { XxHash64 } from '../base/checksum.ts';
import { CountingMeter, ManualClock, MEMORY_JOURNAL, SILENT_TRACE } from '../base/default-ports.ts';
import { InputError } from '../base/errors.ts';
import {
  DEFINITIONS_PER_PATH_GROUP_MAX,
  DEVICE_COUNT_DEFAULT,
  DEVICE_COUNT_MAX,
  JOB_COUNT_MAX,
  SOURCE_TOKEN_LIFE_NANOS,
} from '../base/limits.ts';
import type { Checksum, Clock, Journal, Meter, Random, Trace } from '../base/ports.ts';
import { SeededRandom } from '../base/random.ts';
import { type Nanos, nanos } from '../base/units.ts';
import type { OutOfSpacePolicy } from '../mapping/device-table.ts';

/** What a track instance keeps: real bytes, or a 64-bit signature for generated load. */
type ContentMode = 'bytes' | 'signature';

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
}

/** The complete form. */
export interface SubsystemConfiguration extends Required<SubsystemInput> {}

/** The ways out of a subsystem. */
export interface SubsystemPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly meter: Meter;
  readonly trace: Trace;
  readonly checksum: Checksum;
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
  });
}

/**
 * Fills in defaults and checks every figure.
 *
 * @throws InputError CONFIGURATION_INVALID naming the field, its value and its limits.
 */
export function completeConfiguration(input: SubsystemInput): SubsystemConfiguration {
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
  });
  checkText('name', configuration.name.length > 0, 'a name of at least one character');
  checkOneOf('content', configuration.content, ['bytes', 'signature']);
  checkOneOf('outOfSpace', configuration.outOfSpace, ['block', 'failWrite', 'dropBackground']);
  checkWhole('capacityBytes', configuration.capacityBytes, CAPACITY_BYTES_MIN, CAPACITY_BYTES_MAX);
  checkWhole('deviceCountMax', configuration.deviceCountMax, 1, DEVICE_COUNT_MAX);
  checkWhole('sourceTokenLife', configuration.sourceTokenLife, 1, Number.MAX_SAFE_INTEGER);
  checkWhole(
    'definitionsPerPathGroupMax',
    configuration.definitionsPerPathGroupMax,
    1,
    DEFINITIONS_PER_PATH_GROUP_MAX,
  );
  checkWhole('jobCountMax', configuration.jobCountMax, 1, JOB_COUNT_MAX);
  return configuration;
}

/** Least space: one megabyte, some eighteen full tracks. */
const CAPACITY_BYTES_MIN = 1_048_576;
/** Most space: 1 PiB, a thousand of the largest volumes; keeps every sector number exact. */
const CAPACITY_BYTES_MAX = 2 ** 50;

function checkWhole(field: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  fail(field, String(value), `must be a whole number from ${least} to ${most}`);
}

function checkOneOf(field: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) fail(field, value, `must be one of ${allowed.join(', ')}`);
}

function checkText(field: string, holds: boolean, limit: string): void {
  if (!holds) fail(field, '""', `must be ${limit}`);
}

function fail(field: string, value: string, limit: string): never {
  throw new InputError('CONFIGURATION_INVALID', {
    what: `${field} is ${value}`,
    limit: `${field} ${limit}`,
    fix: 'change the configuration',
  });
}
