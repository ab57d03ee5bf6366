/**
 * The ways out of the model: clock, randomness, journal, meter, trace, checksum, compression. Each is a few
 * methods; whoever assembles a subsystem provides them. The model never calls out by itself.
 *
 * @module
 */
import type { StateKeeping } from './kept-state.ts';
import type { CommitSequence, Nanos } from './units.ts';

/** Model time. Simulated, never the wall clock, inside a replayed run. */
export interface Clock {
  now(): Nanos;
}

/** Uniform random numbers from a named stream. */
export interface Random {
  /** A whole number from 0 to `bound` - 1. `bound` is 1 to 2^32. */
  below(bound: number): number;
  /** A fraction from 0 up to, not including, 1. */
  fraction(): number;
  /** `count` random bytes. */
  bytes(count: number): Uint8Array;
}

/** Where changes are recorded before they are acknowledged, and the state that they make is kept. */
export interface Journal extends StateKeeping {
  /** Records one change of the control plane. `payload` is plain data. */
  append(record: JournalRecord): void;
  /** Everything up to this sequence is durable, and nobody looks at what was before. */
  durable(): CommitSequence;
}

/** One recorded change. */
export interface JournalRecord {
  readonly sequence: CommitSequence;
  /** Name of the table or operation that changed, for instance `relation`. */
  readonly subject: string;
  readonly payload: unknown;
}

/** What the model did, for whoever turns work into time and cost. Every figure is a count or bytes. */
export interface Meter {
  add(counter: MeterCounter, amount: number): void;
}

/** Counters of the meter. */
export type MeterCounter =
  | 'trackReads'
  | 'trackWrites'
  | 'trackReadBytes'
  | 'trackWriteBytes'
  | 'pointerCopies'
  | 'pagesCopied'
  | 'backgroundTracksExamined'
  | 'backgroundTracksCopied'
  | 'backgroundBytesCopied'
  | 'releasedInstances'
  | 'releasedPages'
  | 'checksumFailures'
  | 'healedInstances'
  | 'collectedTracks'
  | 'collectedCylinders'
  | 'rebuiltCylinders'
  | 'scrubbedCylinders'
  | 'evacuatedCylinders'
  | 'channelPrograms'
  | 'channelBytesIn'
  | 'channelBytesOut'
  | 'ecamMessages'
  | 'ecamRefusals'
  | 'securityRejects'
  | 'processorNanos';

/**
 * What drives have to do, told when the model has just done it, for whoever turns it into waiting.
 *
 * Hosts' own reads are no part of it: whoever times them knows where the track lies. Told from inside
 * an operation of the model, so a listener takes notes and calls nothing of the model.
 */
export interface DriveWork {
  /** Every member of the group that works writes its part of a logical cylinder, as a whole. */
  cylinderWritten(group: number, cylinder: number): void;
  /** A logical cylinder that waited in nonvolatile storage holds nothing any more and is not written. */
  cylinderDropped(group: number, cylinder: number): void;
  /** Background work reads sectors of a member: to move, copy, reconstruct or compare what they hold. */
  rangeRead(group: number, cylinder: number, member: number, sector: number, sectors: number): void;
  /** One member of a logical cylinder is written anew, as a whole. */
  memberWritten(group: number, cylinder: number, member: number): void;
}

/** Notable events for people and tests; cheap to ignore. */
export interface Trace {
  emit(event: string, data: Readonly<Record<string, unknown>>): void;
}

/** 64-bit checksum of bytes, as two unsigned 32-bit halves. */
export interface Checksum {
  /** Computes; the halves are then read from {@link low} and {@link high} without allocation. */
  compute(bytes: Uint8Array): void;
  readonly low: number;
  readonly high: number;
}

/** Compression of stored tracks without loss. */
export interface Compress {
  /** Compressed bytes of the port's or the caller's own; they may be longer than what went in. */
  compress(bytes: Uint8Array): Uint8Array;
  /** The bytes that were compressed: exactly `lengthBytes` of them. */
  expand(compressed: Uint8Array, lengthBytes: number): Uint8Array;
}

/** Bytes that can be read at an offset: an image file, opened by the caller. */
export interface ByteSource {
  /** Name for messages. */
  readonly name: string;
  readonly sizeBytes: number;
  /**
   * Fills `into` from `offset`.
   *
   * @returns Bytes read; fewer than `into.length` only at the end of the source.
   */
  readAt(offset: number, into: Uint8Array): number;
}

/** Bytes that can be written at an offset: an image file to make, opened by the caller. */
export interface ByteSink {
  readonly name: string;
  writeAt(offset: number, bytes: Uint8Array): void;
}
