/**
 * What a run needs of the outside: images by name, a strong digest, compression. Provided by whoever
 * runs it.
 *
 * @module
 */
import type { ImageReader, TrackSource } from '../../src/image.ts';
import type {
  Compress,
  Journal,
  Subsystem,
  SubsystemInput,
  SubsystemPorts,
} from '../../src/index.ts';
import type { TraceFeed } from '../load/trace-feed.ts';
import type { FileRecord } from './run-record.ts';

/** An image open for reading. */
export interface OpenScenarioImage {
  readonly image: ImageReader;
  readonly warnings: readonly string[];
  /** SHA-256 of the files' bytes, for the manifest. */
  readonly sha256: string;
  close(): void;
}

/** A subsystem of a run that lives in a folder. */
export interface ScenarioStore {
  readonly subsystem: Subsystem;
  /** Keeps what hosts know together with the subsystem. */
  readonly journal: Journal;
  /** Makes everything that was done durable. @throws StoreFault */
  commit(): void;
  /** Does that, and lets go of the folder. @throws StoreFault */
  close(): void;
}

/** The files of one run. Names are those in the scenario. */
export interface ScenarioFiles {
  /** Opens an input. @throws InputError */
  openImage(file: string): Promise<OpenScenarioImage>;
  /**
   * Writes an output, whole or not at all; answers the names of the files, as the scenario would
   * name them. @throws InputError
   */
  saveImage(
    file: string,
    format: 'ckd' | 'cckd',
    source: TrackSource,
    progress: (done: number) => void,
  ): Promise<readonly string[]>;
  /**
   * Text of a parameter set: one of those that are shipped, or a file of the scenario.
   *
   * @throws InputError when there is none of that name.
   */
  readParameters(name: string): { readonly name: string; readonly text: string };
  /**
   * Pushes a trace through a feed, expanded; answers when it is read or the feed wants no more.
   *
   * @param between - Awaited between chunks.
   * @throws InputError
   */
  readTrace(file: string, feed: TraceFeed, between: () => Promise<void> | undefined): Promise<void>;
  /** An input with its SHA-256. */
  digestInput(file: string): FileRecord;
  /**
   * Makes a subsystem that lives in a folder of the outputs, which must be empty or not there.
   *
   * @throws StoreFault, InputError
   */
  makeStore(
    folder: string,
    input: SubsystemInput,
    ports: Pick<SubsystemPorts, 'clock' | 'random' | 'meter' | 'trace'>,
  ): ScenarioStore;
  /** Compression for groups that store tracks compressed. */
  readonly compress?: Compress | undefined;
  /** SHA-256 over all track images in order, lower-case hexadecimal. */
  digest(source: TrackSource): string;
}
