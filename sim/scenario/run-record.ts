/**
 * What a run leaves: one record for each entry with its cost, the state at the end, and how it ended.
 *
 * Plain data without clock time, so that the same seed and version give the same bytes.
 *
 * @module
 */

import type { Plain } from '../record/plain.ts';
import type { DrivesRecord } from './drives-record.ts';
import type { SpaceRecord } from './space-record.ts';

export type { Plain } from '../record/plain.ts';

/** What an entry cost, over all hosts and subsystems. Bytes are seen from the hosts. */
export interface EntryCost {
  /** ECAM messages sent by hosts. */
  readonly messages: number;
  readonly channelPrograms: number;
  /** Bytes that hosts received. */
  readonly channelBytesIn: number;
  /** Bytes that hosts sent. */
  readonly channelBytesOut: number;
  /** Processor time of the hosts by the cost model of the channel. */
  readonly processorNanos: number;
  /** Tracks that the background copied, and their bytes. */
  readonly tracksCopied: number;
  readonly bytesCopied: number;
}

/** Something that a subsystem told of by itself. */
export interface EventRecord {
  /** Empty for `more`: events beyond those that are kept. */
  readonly subsystem: string;
  /** Name of the event, such as `netCapacityLoad`. */
  readonly event: string;
  /** How often in a row it was told with the same data. */
  readonly count: number;
  readonly data: { readonly [key: string]: Plain };
}

/** How an entry ended. */
export type EntryOutcome = 'done' | 'refusedAsExpected' | 'failed' | 'notRun';

/** One entry of the timeline as it ran. */
export interface EntryRecord {
  /** Line of the entry in the scenario file. */
  readonly line: number;
  readonly kind: string;
  /** What it was about, in a few words. */
  readonly title: string;
  readonly outcome: EntryOutcome;
  readonly cost: EntryCost;
  /** Tracks that copies made by this entry share with their sources when it ends. */
  readonly tracksShared: number;
  /** Figures of this kind of entry, by name. */
  readonly result: { readonly [key: string]: Plain };
  /** Remarks for people. */
  readonly notes: readonly string[];
  /** What the subsystems told of while it ran. */
  readonly events: readonly EventRecord[];
  /** The tables of a `report`. */
  readonly reports?: readonly SubsystemReport[];
  /** The entries that ran interleaved, for `together`. */
  readonly entries?: readonly EntryRecord[];
}

/** Kinds of trouble that end a run; each has its exit code. */
export type FailureKind = 'refused' | 'busy' | 'space' | 'integrity' | 'timeout' | 'expectation';

/** Why a run ended early. */
export interface RunFailure {
  readonly kind: FailureKind;
  /** The refusal's code, where it was one. */
  readonly code?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly what: string;
  readonly limit: string;
  readonly fix: string;
}

/** What a `report` shows of one subsystem. */
export interface SubsystemReport {
  readonly subsystem: string;
  readonly drives?: DrivesRecord;
  readonly space?: SpaceRecord;
}

/** A subsystem at the end. */
export interface SubsystemRecord {
  readonly name: string;
  readonly content: 'bytes' | 'signature';
  readonly devices: number;
  readonly space: SpaceRecord;
  readonly drives: DrivesRecord;
  readonly counters: { readonly [name: string]: number };
}

/** A device with a volume at the end. */
export interface VolumeRecord {
  readonly subsystem: string;
  /** Four hexadecimal digits. */
  readonly device: string;
  readonly model: string;
  readonly volser: string | null;
  readonly online: boolean;
}

/** A file that was read or written. */
export interface FileRecord {
  /** As the scenario names it. */
  readonly file: string;
  readonly sha256: string;
}

/** A whole run. */
export interface RunRecord {
  readonly scenario: { readonly name: string; readonly file: string; readonly sha256: string };
  readonly seed: number;
  readonly steps: readonly EntryRecord[];
  readonly totals: EntryCost;
  readonly subsystems: readonly SubsystemRecord[];
  readonly volumes: readonly VolumeRecord[];
  readonly inputs: readonly FileRecord[];
  readonly outputs: readonly string[];
  readonly failure: RunFailure | null;
}

/** Counts by name. */
export interface Figures {
  readonly [name: string]: number;
}

/** Adds counts of the same names. */
export function addFigures(one: Figures, other: Figures): Figures {
  const sum: Record<string, number> = { ...one };
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** No cost. */
export const NO_ENTRY_COST: EntryCost = Object.freeze({
  messages: 0,
  channelPrograms: 0,
  channelBytesIn: 0,
  channelBytesOut: 0,
  processorNanos: 0,
  tracksCopied: 0,
  bytesCopied: 0,
});

/** Adds up costs. */
export function addEntryCosts(costs: Iterable<EntryCost>): EntryCost {
  const sum: { -readonly [Key in keyof EntryCost]: number } = { ...NO_ENTRY_COST };
  for (const cost of costs) {
    for (const key of Object.keys(sum) as (keyof EntryCost)[]) sum[key] += cost[key];
  }
  return sum;
}

/** What was added between two readings. */
export function subtractEntryCost(later: EntryCost, earlier: EntryCost): EntryCost {
  const difference: { -readonly [Key in keyof EntryCost]: number } = { ...later };
  for (const key of Object.keys(difference) as (keyof EntryCost)[]) difference[key] -= earlier[key];
  return difference;
}
