/**
 * A subsystem that outlives its process: it lives in the files of a medium, and every commit makes what
 * was done before it durable, by one record of the journal and one flush.
 *
 * @module
 */
import type { Clock, Compress, DriveWork, Journal, Meter, Random, Trace } from '../base/ports.ts';
import type { CommitSequence } from '../base/units.ts';
import type { SubsystemInput } from '../subsystem/configuration.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import type { Medium } from './medium.ts';
import type { RecoveryReport } from './recovery-report.ts';

/** The ways out of a stored subsystem, and figures of its journal; everything has a default. */
export interface StorePorts {
  /** Model time. Default: real time since the store was made, which never goes back. */
  readonly clock?: Clock;
  /** Default: cryptographic. */
  readonly random?: Random;
  /** Default: zstd. */
  readonly compress?: Compress;
  readonly meter?: Meter;
  readonly trace?: Trace;
  readonly driveWork?: DriveWork;
  /** Bytes of journal after which a checkpoint is made. Default 256 MiB. */
  readonly journalBytes?: number;
  /** Bytes of a journal segment. Default 32 MiB. */
  readonly segmentBytes?: number;
  /** Everything up to this sequence is seen by all registered readers. Default: there are none. */
  readonly readersSee?: () => CommitSequence;
}

/** How a store is opened. */
export interface OpenOptions {
  /** `read` writes to no file, and its subsystem's changes are nowhere but in memory. */
  readonly mode: 'write' | 'read';
  readonly ports?: StorePorts;
  /** Takes the state before damage that nothing can heal, rather than refuse. Default false. */
  readonly salvage?: boolean;
}

/** A subsystem and its store. */
export declare class StoredSubsystem {
  private constructor();
  /** Makes a store on a medium that has none. @throws StoreFault, InputError */
  static create(medium: Medium, input: SubsystemInput, ports?: StorePorts): StoredSubsystem;
  /** Opens a store and recovers what was acknowledged. @throws StoreFault */
  static open(medium: Medium, options: OpenOptions): StoredSubsystem;
  readonly subsystem: Subsystem;
  /** For tables of hosts and others that are to be kept with the subsystem. */
  readonly journal: Journal;
  readonly recovery: RecoveryReport;
  readonly mode: 'write' | 'read';
  /** 32 hexadecimal digits, chosen when the store was made. */
  readonly storeId: string;
  /** Everything up to this sequence is durable. */
  readonly committed: CommitSequence;
  /** After any failed write or flush; only opening the store again helps. */
  readonly isFailed: boolean;
  /** Makes everything done so far durable: one record, one flush. @throws StoreFault */
  commit(): CommitSequence;
  /** One commit for all who ask in one turn of the event loop. */
  commitSoon(): Promise<CommitSequence>;
  /**
   * Bytes that go to drives during `work` are not journalled: the next commit flushes the drives first.
   * For work that writes much more than fits nonvolatile storage. Commits nothing by itself.
   */
  bulk<Value>(work: () => Value): Value;
  /** Shortens recovery: everything as it was committed last. @throws StoreFault */
  checkpoint(): void;
  /** Commits, says that the store was closed, and lets go of its files. @throws StoreFault */
  close(): void;
}
