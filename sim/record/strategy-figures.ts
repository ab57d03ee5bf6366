/**
 * What one run of a copy method cost and left: the row of the table of methods.
 *
 * Every method fills every figure, so that they can be set side by side; what a method has no notion
 * of is `null`, never a made-up zero. Times are simulated nanoseconds, sizes are bytes.
 *
 * @module
 */

/** Whether the copy shows the source at one instant. */
export type CopyConsistency =
  | {
      readonly kind: 'consistent';
      /** Tracks of the copy that were compared. */
      readonly tracks: number;
      /** The one instant that every track shows. */
      readonly instantNanos: number;
    }
  | {
      readonly kind: 'torn';
      readonly tracks: number;
      /** Tracks less the most that are of one instant. */
      readonly tornTracks: number;
    };

/** The figures of one copy. */
export interface StrategyFigures {
  /** Name of the method, such as `snapshot-background`. */
  readonly method: string;
  /** From the request until the method says that it is done. */
  readonly elapsedNanos: number;
  /** How long hosts could not write to the source. */
  readonly sourceHeldNanos: number;
  /** Processor time of the hosts. */
  readonly processorNanos: number;
  /** Messages that made the copy. */
  readonly messages: number;
  readonly channelPrograms: number;
  /** Bytes that hosts received. */
  readonly channelBytesIn: number;
  /** Bytes that hosts sent. */
  readonly channelBytesOut: number;
  readonly driveReadBytes: number;
  readonly driveWriteBytes: number;
  /** Bytes that crossed the link to the dump target. */
  readonly linkBytes: number;
  /** Most space that the copy took beyond what was stored when it began. */
  readonly peakSpaceBytes: number;
  /** Tracks that were physically copied. */
  readonly copiedTracks: number;
  /** Proved track by track against the twin. */
  readonly consistency: CopyConsistency;
  /** From the request until the copy is physically separate from its source; `null` is never. */
  readonly exposureNanos: number | null;
  /** Age of the point in time that the copy shows, when it becomes usable: what a loss then loses. */
  readonly lostDataNanos: number;
  /** Most bytes of before-images that waited, for methods with a side file. */
  readonly sideFilePeakBytes: number | null;
  /** Whether the side file was full at any time. */
  readonly overflowed: boolean | null;
  /** Old tracks that were copied because a host changed them first. */
  readonly firstTouchCopies: number | null;
}
