/**
 * What commands about copies in a store find out and do, as plain data for text and JSON.
 *
 * @module
 */
import type { StoreMoment } from './store-moment.ts';

/** A snapshot that was made. */
export interface SnapshotRecord {
  readonly kind: 'snapshot';
  readonly pairs: readonly { readonly source: string; readonly target: string }[];
  readonly pollingToken: string;
  readonly sequence: number;
  readonly tracks: number;
  /** Whether a physical copy was asked for. */
  readonly background: boolean;
  /** Whether every track of the targets stands alone; where it was waited for. */
  readonly physicallyComplete: boolean;
  /** Somebody asked the waiting to end. */
  readonly interrupted: boolean;
}

/** One copy of a job. */
export interface CopyRecord {
  readonly source: string;
  readonly sourceVolser: string;
  readonly target: string;
  readonly targetVolser: string;
  readonly identity: string;
  readonly method: 'pointer' | 'hostCopy';
  readonly methodReason: string | null;
  readonly takenAt: StoreMoment;
  readonly sequence: number;
  readonly pollingTokens: readonly string[];
  /** What the target was overwritten by since; the copy is gone. */
  readonly overwrittenBy: string | null;
}

/** One step of a job. */
interface JobStepRecord {
  readonly step: number;
  readonly name: string;
  readonly startedAt: StoreMoment;
  readonly endedAt: StoreMoment;
  readonly channelPrograms: number;
  readonly channelBytes: number;
  readonly processorNanos: number;
  readonly messages: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

/** A job of a host. */
export interface HostJobRecord {
  readonly id: number;
  readonly name: string;
  readonly job: 'backup' | 'restore';
  readonly host: string;
  readonly state: string;
  readonly startedAt: StoreMoment | null;
  readonly endedAt: StoreMoment | null;
  readonly logicallyComplete: boolean;
  readonly physicallyComplete: boolean;
  readonly copies: readonly CopyRecord[];
  readonly failure: {
    readonly step: number | null;
    readonly why: string;
    readonly targetState: string;
  } | null;
  readonly steps: readonly JobStepRecord[];
}

/** A backup or restore that ended. */
export interface JobEndRecord {
  readonly kind: 'backup' | 'restore';
  readonly job: HostJobRecord;
  /** Whether it was only tried; nothing is kept of it then. */
  readonly dryRun: boolean;
  /** Whether a physical copy was asked for. */
  readonly background: boolean;
  /** Background copies wait for space that nobody makes. */
  readonly waitsForSpace: boolean;
  /** Somebody asked the waiting for the data to end. */
  readonly interrupted: boolean;
}

/** Jobs of all hosts. */
export interface LogRecord {
  readonly kind: 'log';
  readonly jobs: readonly HostJobRecord[];
  /** Whether each step is to be shown. */
  readonly isDetailed: boolean;
}

/** Relations that the subsystem remembers. */
export interface RelationsRecord {
  readonly kind: 'relations';
  readonly relations: readonly {
    readonly id: number;
    readonly source: string | null;
    readonly target: string | null;
    readonly label: string;
    readonly sequence: number;
    readonly state: string;
    readonly tracksTotal: number;
    readonly tracksCopied: number;
    readonly tracksRemaining: number;
    readonly tracksFailed: number;
    readonly targetWrites: number;
    readonly waitsForSpace: boolean;
  }[];
}

/** How far a copy is. */
export interface CopyStatusRecord {
  readonly kind: 'status';
  readonly name: string;
  readonly copies: readonly {
    readonly pollingToken: string;
    readonly state: string;
    readonly logicallyComplete: boolean;
    readonly physicallyComplete: boolean;
    readonly waitsForSpace: boolean;
    readonly tracksTotal: number;
    readonly tracksCopied: number;
    readonly tracksRemaining: number;
    readonly tracksFailed: number;
    readonly targetWrites: number;
    readonly detail: Readonly<Record<string, number>> | null;
  }[];
}

/** Background duties, or copies, that were dropped. */
export interface WithdrawnRecord {
  readonly kind: 'withdraw';
  readonly name: string;
  readonly withdrawn: number;
  readonly discarded: boolean;
}
