/**
 * What a copy method is: the interface behind which all of them stand, so that a scenario can run
 * them on the same volume under the same load.
 *
 * docs/strategies.md shows how to add one.
 *
 * @module
 */
import type { DataProcessor, DeviceIndex, DeviceNumber } from '../../src/index.ts';
import type { StrategyFigures } from '../record/strategy-figures.ts';
import type { CopyEnvironment } from './copy-environment.ts';

/** A device that takes part in a copy. */
export interface CopyDevice {
  readonly index: DeviceIndex;
  readonly number: DeviceNumber;
}

/** One copy: of what, to where, on whose behalf. */
export interface CopyContext {
  /** Shared by all copies of one subsystem in time. */
  readonly environment: CopyEnvironment;
  /** The data processor that asks for the copy; it has both devices in its configuration. */
  readonly host: DataProcessor;
  /** Number of that host among those of the timed subsystem: its processor and its paths. */
  readonly hostIndex: number;
  readonly source: CopyDevice;
  /** Takes the copy, or for dumps the point in time that is read. Of the same geometry. */
  readonly target: CopyDevice;
  /** Name of the copy, unique within the run. */
  readonly name: string;
}

/** How far a copy is. */
export type CopyPhase =
  /** The method does what has to be done before the point in time. */
  | 'starting'
  /** The source is held. */
  | 'holding'
  /** The point in time is behind; the copy is not yet usable. */
  | 'copying'
  /** The copy can be used; work goes on. */
  | 'usable'
  | 'ended';

/** How a copy ended. */
export interface CopyEnd {
  readonly figures: StrategyFigures;
  /** Why there is no copy, where there is none. */
  readonly failure: string | undefined;
}

/** A copy under way. */
export interface CopyRun {
  readonly phase: CopyPhase;
  /** Ends it now, as it is: where a run of the laboratory ends before its copies do. */
  stop(): void;
}

/** A copy method with its options. It may keep what its next copy builds on. */
export interface CopyMethod {
  readonly name: string;
  /**
   * Makes true what the method takes for granted before the load begins, such as a mirror that is in
   * step or last night's full dump. Takes no time; called at most once, before anything runs.
   */
  prepare(context: CopyContext): void;
  /** Begins a copy. `onEnd` is called once, from an event of the engine or from {@link CopyRun.stop}. */
  start(context: CopyContext, onEnd: (end: CopyEnd) => void): CopyRun;
}
