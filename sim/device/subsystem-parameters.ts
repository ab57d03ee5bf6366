/**
 * What a subsystem in time is: the figures of its hosts' processors and paths, control unit, cache,
 * nonvolatile storage, drives and link.
 *
 * A set comes from a YAML file in `parameters/` (parameters-loading.ts), where every figure stands with
 * its source. Here are the plain figures, in the units of the model.
 *
 * @module
 */

/** How a control unit and its hosts are joined. */
export interface ChannelParameters {
  readonly kind: 'parallel' | 'escon' | 'ficon';
  /** Paths of each host. */
  readonly paths: number;
  readonly bytesPerSecond: number;
  /** Time on the path for the commands of a program, whatever it carries. */
  readonly programNanos: number;
  /** Programs that share one path, frame by frame: 1 holds the path for the whole connection. */
  readonly programsPerPath: number;
  /** Bytes after which another program's frames come in between, where programs share a path. */
  readonly interleaveBytes: number;
  /** Whether a request may come back over any path of its group, or only the one it began on. */
  readonly reconnectsOnAnyPath: boolean;
  /**
   * Time until the data comes round again when no path is free at reconnection; 0 for a control unit
   * that keeps it in its cache and takes the next path that is free.
   */
  readonly missedReconnectionNanos: number;
}

/** The control unit. */
interface ControllerParameters {
  /** Programs whose commands it can handle at once. */
  readonly processors: number;
  /** Time for the commands of a program. */
  readonly commandNanos: number;
  /** I/Os that a device works on at once: 1 on a base device. */
  readonly deviceConcurrency: number;
  /** Longest command to a drive in sectors: what is more urgent goes in between. */
  readonly drivePieceSectors: number;
}

/** The cache. */
export interface CacheParameters {
  readonly bytes: number;
  /** Bytes that a track takes in it: less than its length where it is kept compressed. */
  readonly trackBytes: number;
  /** Tracks read ahead of a sequential reader; 0 for none. */
  readonly readAheadTracks: number;
  /** What a write of part of a track does when the track is not there: stage it first, later, or never. */
  readonly partialWriteMiss: 'stageFirst' | 'stageLater' | 'never';
}

/** Nonvolatile storage. */
export interface NvsParameters {
  readonly bytes: number;
  /** Bytes taken for each byte that a host writes: below 1 where it is kept compressed. */
  readonly bytesPerByte: number;
  /** Part of it in use at which open cylinders are destaged although they are not full, 0 to 1. */
  readonly destageAt: number;
  /** Part of it in use from which destage goes before hosts' reads, 0 to 1. */
  readonly urgentAt: number;
}

/** Drives without moving parts. */
export interface FlashParameters {
  readonly sectorCount: number;
  readonly readNanos: number;
  readonly writeNanos: number;
  readonly bytesPerSecond: number;
  /** Commands that the drive works on at once. */
  readonly concurrency: number;
}

/** The way to a dump target. */
interface LinkParameters {
  readonly bytesPerSecond: number;
  /** Time for each piece of work, whatever it carries. */
  readonly programNanos: number;
}

/** The data processor of each host. */
interface ProcessorParameters {
  readonly processors: number;
  readonly programNanos: number;
  readonly byteNanos: number;
}

/** A figure as it stands in a parameter set, for the list of assumptions of a run. */
export interface SourcedFigure {
  /** Where in the set, such as `channels.bytesPerSecond`. */
  readonly name: string;
  readonly value: string | number | boolean;
  readonly unit: string;
  readonly source: string;
}

/** A whole set. */
export interface SubsystemParameters {
  readonly name: string;
  readonly description: string;
  readonly processor: ProcessorParameters;
  readonly channels: ChannelParameters;
  readonly controller: ControllerParameters;
  readonly cache: CacheParameters;
  readonly nvs: NvsParameters;
  /** Name of a drive parameter set, or drives without moving parts. */
  readonly drives: string | FlashParameters;
  readonly link: LinkParameters;
  /** Every figure with its source. */
  readonly figures: readonly SourcedFigure[];
}
