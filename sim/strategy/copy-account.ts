/**
 * What a copy has cost so far.
 *
 * @module
 */
import type { Work } from '../device/copy-hook.ts';
import type { StrategyFigures } from '../record/strategy-figures.ts';

/** The part of the figures that adds up. */
export type AccountFigures = Omit<
  StrategyFigures,
  'method' | 'elapsedNanos' | 'consistency' | 'exposureNanos' | 'lostDataNanos'
>;

/** Figures that methods add to. Times in nanoseconds, sizes in bytes. */
export class CopyAccount {
  sourceHeldNanos = 0;
  messages = 0;
  driveReadBytes = 0;
  driveWriteBytes = 0;
  copiedTracks = 0;
  /** For methods that have these; `null` otherwise. */
  sideFilePeakBytes: number | null = null;
  overflowed: boolean | null = null;
  firstTouchCopies: number | null = null;
  #processorNanos = 0;
  #channelPrograms = 0;
  #channelBytesIn = 0;
  #channelBytesOut = 0;
  #linkBytes = 0;
  #peakSpaceBytes = 0;

  /** Charges what work says of itself. Drive bytes are for whoever knows what the tracks hold. */
  add(work: Work): void {
    const { processorNanos = 0, bytesIn = 0, bytesOut = 0, linkBytes = 0 } = work;
    this.#processorNanos += processorNanos;
    this.#channelPrograms += work.programs ?? (bytesIn + bytesOut > 0 ? 1 : 0);
    this.#channelBytesIn += bytesIn;
    this.#channelBytesOut += bytesOut;
    this.#linkBytes += linkBytes;
  }

  notePeakSpace(bytes: number): void {
    this.#peakSpaceBytes = Math.max(this.#peakSpaceBytes, bytes);
  }

  figures(): AccountFigures {
    return {
      sourceHeldNanos: this.sourceHeldNanos,
      processorNanos: this.#processorNanos,
      messages: this.messages,
      channelPrograms: this.#channelPrograms,
      channelBytesIn: this.#channelBytesIn,
      channelBytesOut: this.#channelBytesOut,
      driveReadBytes: this.driveReadBytes,
      driveWriteBytes: this.driveWriteBytes,
      linkBytes: this.#linkBytes,
      peakSpaceBytes: this.#peakSpaceBytes,
      copiedTracks: this.copiedTracks,
      sideFilePeakBytes: this.sideFilePeakBytes,
      overflowed: this.overflowed,
      firstTouchCopies: this.firstTouchCopies,
    };
  }
}
