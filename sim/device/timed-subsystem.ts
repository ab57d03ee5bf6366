/**
 * A subsystem in time: what hosts and jobs ask of it takes as long as the parts that it needs are busy.
 *
 * @module
 */
import { type Device, invariant, type Subsystem } from '../../src/index.ts';
import type { Engine } from '../engine/engine.ts';
import type { CopyHook, Work } from './copy-hook.ts';
import type { DriveParameters } from './drive/drive-parameters.ts';
import type { DriveWorkLog } from './drive-work-log.ts';
import { RequestTable } from './request-table.ts';
import type { SubsystemParameters } from './subsystem-parameters.ts';

/** Settings of a timed subsystem beside its parameter set. */
export interface TimedOptions {
  /** Parameters of the drives, where the set names some. */
  readonly drive?: DriveParameters;
  /** Hosts, each with its own data processor and paths; default 1. */
  readonly hosts?: number;
  /** Host of each load class; default 0 for all. */
  readonly hostOfClass?: readonly number[];
}

/** A place where work waits and is served: a row of what a unit reports. */
export interface TimedStation {
  readonly name: string;
  readonly kind: 'processor' | 'channel' | 'controller' | 'device' | 'drive' | 'nvs' | 'link';
  readonly servers: number;
  /** Busy servers, or permits given, or the part of the storage that is in use, right now. */
  readonly busy: number;
  readonly queued: number;
  /** Since the last {@link TimedSubsystem.resetAccounts}. */
  readonly utilisation: number;
  readonly arrivals: number;
  readonly completions: number;
  readonly meanQueue: number;
  readonly meanStayNanos: number;
}

/** How background work is paced. */
export interface BackgroundPace {
  /** Tracks of budget a second; default: as fast as its own drive work is done. */
  readonly tracksPerSecond?: number;
  /** Tracks of a step; default 16. */
  readonly tracksPerStep?: number;
}

/** A subsystem in time. */
export class TimedSubsystem {
  readonly requests = new RequestTable();
  readonly engine: Engine;
  readonly subsystem: Subsystem;
  readonly parameters: SubsystemParameters;
  /** Who stands in the way of hosts. */
  copyHook: CopyHook | undefined;
  /** Writes of hosts that the model has executed; the last one's signature. */
  hostWriteCount = 0;

  constructor(
    engine: Engine,
    subsystem: Subsystem,
    _work: DriveWorkLog,
    parameters: SubsystemParameters,
    _options: TimedOptions = {},
  ) {
    this.engine = engine;
    this.subsystem = subsystem;
    this.parameters = parameters;
  }

  /** Who is told of completed requests: `slot` of {@link requests} may be read until it returns. */
  onDone(_run: (slot: number, tag: number) => void): number {
    return notYet();
  }

  /** A host's request arrives. @returns Its slot. */
  submit(
    _device: number,
    _track: number,
    _bytes: number,
    _operation: 0 | 1,
    _loadClass: number,
    _done: number,
    _tag: number,
  ): number {
    return notYet();
  }

  /** Work of a job or a copy method. `done` is called when its last part is. */
  perform(_work: Work, _done: () => void): void {
    notYet();
  }

  /** Adds work to a request that the hook was asked about: it is done before the request goes on. */
  addStage(_slot: number, _work: Work): void {
    notYet();
  }

  /**
   * Lets held requests ask the hook again.
   *
   * @param device - Only those of this device; default all.
   */
  releaseHeld(_device?: number): void {
    notYet();
  }

  /** Executes a write in the model as a host's: signature number `hostWriteCount`. Also for methods. */
  write(_device: Device['index'], _track: number, _low: number, _high: number): boolean {
    return notYet();
  }

  /** Drops tracks of a device from the cache: a snapshot, a discard or a restore has changed them. */
  purge(_device: number, _first?: number, _count?: number): void {
    notYet();
  }

  /** Turns drive work that the model told of, outside a request, into jobs of drives. */
  collectDriveWork(_done?: () => void): void {
    notYet();
  }

  startBackground(_pace: BackgroundPace = {}): void {
    notYet();
  }

  stopBackground(): void {
    notYet();
  }

  /** Every place where work waits. */
  stations(): readonly TimedStation[] {
    return notYet();
  }

  /** Begins the accounts of all stations anew, as after a warm-up. */
  resetAccounts(): void {
    notYet();
  }

  /** Checks Little's law on every station. @throws InvariantViolation `littles-law` */
  checkLittle(): void {
    notYet();
  }
}

function notYet(): never {
  invariant(false, 'timed-subsystem-built');
}
