/**
 * How a copy method stands in the way of hosts, and what work it can ask for.
 *
 * @module
 */

/** A track of a device of the subsystem. */
export interface TrackRef {
  /** Index in the device table. */
  readonly device: number;
  readonly track: number;
}

/** Whether a request goes on now, or waits until {@link TimedSubsystem.releaseHeld}. */
export type HookAnswer = 'go' | 'hold';

/**
 * A copy method that watches hosts. Asked in the middle of the request's way: it may call
 * `addStage` for the slot, and operations of the model, but not run the engine.
 */
export interface CopyHook {
  /**
   * A request arrives. Held here it waits in the host, as for a serialized data set: IOSQ time. Asked
   * again when it is released.
   */
  beforeStart?(device: number, track: number, operation: 0 | 1, slot: number): HookAnswer;
  /**
   * The control unit has a write before its data comes. Held here it waits in the subsystem, as for a
   * full side file: disconnect time. Work given to `addStage` is done before the data comes. Asked again
   * when it is released.
   */
  beforeWrite?(device: number, track: number, slot: number): HookAnswer;
  /** The model has executed the write: the track holds the host's signature number `write`. */
  afterWrite?(device: number, track: number, write: number, slot: number): void;
  /** The model has refused the write for good, for want of space: it is under way no more. */
  writeRefused?(slot: number): void;
}

/**
 * How a program says that it will use the cache, as define extent does (docs/sources.md, S-16): `normal`
 * tracks stay until others are used later; `sequential` ones are gone over once, so those that were not
 * there go when the work is done, and those that were do not count as used.
 */
export type CacheUse = 'normal' | 'sequential';

/**
 * Work of a job or a copy method. Its parts happen one after the other: processor, tracks into the
 * cache, path, nonvolatile storage, link. Absent parts cost nothing.
 */
export interface Work {
  /** Time of the host's data processor. */
  readonly processorNanos?: number;
  /** Channel programs; their bytes are divided evenly. Default 1 when there are bytes. */
  readonly programs?: number;
  /** Bytes to the host. */
  readonly bytesIn?: number;
  /** Bytes from the host. */
  readonly bytesOut?: number;
  /** Tracks that have to be in the cache before anything moves: those that are not come from drives. */
  readonly reads?: readonly TrackRef[];
  /** Tracks that the next work will read: they are on their way to the cache while this work goes on. */
  readonly ahead?: readonly TrackRef[];
  /** What becomes of `reads` and `ahead` in the cache; default `normal`. */
  readonly cacheUse?: CacheUse;
  /**
   * Tracks that the work writes: room in nonvolatile storage is taken for `bytesOut`, or for full tracks
   * where nothing comes from a host, until they are destaged. Whoever is told that the work is done
   * writes them then and there with `TimedSubsystem.write`; room that is left over is given back.
   */
  readonly writes?: readonly TrackRef[];
  /** Bytes over the link to a dump target. */
  readonly linkBytes?: number;
  /** Whose processor and paths; default 0. */
  readonly host?: number;
  /** Of its drive reads: 0 as hosts', 1 (default) after them, 2 after everything else. */
  readonly priority?: number;
}
