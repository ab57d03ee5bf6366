/**
 * A small subsystem in time with figures that are easy to reckon with, and what became of its requests.
 *
 * @module
 */

import { DriveWorkLog } from '../../sim/device/drive-work-log.ts';
import type { SubsystemParameters } from '../../sim/device/subsystem-parameters.ts';
import { checkTimedStations } from '../../sim/device/timed-stations.ts';
import { type TimedOptions, TimedSubsystem } from '../../sim/device/timed-subsystem.ts';
import { Engine } from '../../sim/engine/engine.ts';
import { deviceNumber } from '../../src/base/units.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import { type Device, Subsystem, type SubsystemInput, trackIndex } from '../../src/index.ts';

/** Round figures: 100 µs of commands, 10 MB/s, drives of 10 ms a command without transfer time. */
export const ROUND_PARAMETERS: SubsystemParameters = {
  name: 'round',
  description: 'for tests',
  processor: { processors: 1, programNanos: 100_000, byteNanos: 2 },
  channels: {
    kind: 'escon',
    paths: 1,
    bytesPerSecond: 10e6,
    programNanos: 50_000,
    programsPerPath: 1,
    interleaveBytes: 0,
    reconnectsOnAnyPath: true,
    missedReconnectionNanos: 0,
  },
  controller: {
    processors: 4,
    commandNanos: 100_000,
    deviceConcurrency: 1,
    drivePieceSectors: 4096,
  },
  cache: { bytes: 64 * 56_664, trackBytes: 56_664, readAheadTracks: 0, partialWriteMiss: 'never' },
  nvs: { bytes: 2 ** 26, bytesPerByte: 1, destageAt: 0.9, urgentAt: 0.95 },
  drives: {
    sectorCount: 2 ** 24,
    readNanos: 10_000_000,
    writeNanos: 10_000_000,
    bytesPerSecond: 1e18,
    concurrency: 1,
  },
  link: { bytesPerSecond: 1e6, programNanos: 1_000_000 },
  figures: [],
};

/** Any part of the parameters, to be laid over the round ones. */
export type ParameterChange = {
  readonly [Part in keyof SubsystemParameters]?: SubsystemParameters[Part] extends string
    ? SubsystemParameters[Part]
    : Partial<SubsystemParameters[Part]>;
};

/** A completed request. */
export interface Completed {
  readonly tag: number;
  readonly at: number;
  readonly response: number;
  readonly iosq: number;
  readonly pend: number;
  readonly disconnect: number;
  readonly connect: number;
  readonly flags: number;
}

/** What a rig is made from beside parameters. */
export interface RigInput {
  readonly subsystem?: Partial<SubsystemInput>;
  readonly devices?: number;
  /** Tracks of each device that are written and destaged before time begins; default 189. */
  readonly filledTracks?: number;
  /** Length of each of those; default a full track. */
  readonly bytesOf?: (track: number) => number;
  readonly options?: TimedOptions;
  /** Default one of its own. */
  readonly engine?: Engine;
}

/** A subsystem in time with its devices. */
export class TimedRig {
  readonly engine: Engine;
  readonly log = new DriveWorkLog();
  readonly subsystem: Subsystem;
  readonly timed: TimedSubsystem;
  readonly devices: readonly Device['index'][];
  readonly completed: Completed[] = [];
  readonly #done: number;

  constructor(change: ParameterChange = {}, input: RigInput = {}) {
    this.engine = input.engine ?? new Engine();
    this.subsystem = Subsystem.create(
      {
        name: 'rig',
        content: 'signature',
        capacityBytes: 2 ** 30,
        groups: [{ dataDrives: 3, redundancyDrives: 2, cylinderSectors: 1024 }],
        ...input.subsystem,
      },
      { driveWork: this.log },
    );
    this.devices = Array.from({ length: input.devices ?? 2 }, (_, at) => this.#define(at));
    // Backwards, so that all are of one kind and fill cylinders of 27 tracks: 189 are seven of them.
    const filled = input.filledTracks ?? 189;
    for (const device of this.devices) {
      for (let track = filled - 1; track >= 0; track -= 1) {
        const bytes = input.bytesOf?.(track);
        this.subsystem.writeSignature(device, trackIndex(track), track, 1 << 30, bytes);
      }
    }
    this.subsystem.drives.closeOpen();
    this.log.count = 0;
    this.timed = new TimedSubsystem(
      this.engine,
      this.subsystem,
      this.log,
      changed(change),
      input.options,
    );
    this.#done = this.timed.onDone((slot, tag) => {
      const { arrival, iosq, pend, disconnect, connect, flags } = this.timed.requests;
      this.completed.push({
        tag,
        at: this.engine.now,
        response: this.engine.now - (arrival[slot] as number),
        iosq: iosq[slot] as number,
        pend: pend[slot] as number,
        disconnect: disconnect[slot] as number,
        connect: connect[slot] as number,
        flags: flags[slot] as number,
      });
    });
  }

  /** A request arrives now. */
  submit(operation: 0 | 1, track: number, bytes = 10_000, device = 0, loadClass = 0): void {
    const index = this.devices[device] as Device['index'];
    this.timed.submit(index, track, bytes, operation, loadClass, this.#done, track);
  }

  /** Runs until nothing is left to do, and checks what holds on every run. */
  run(): readonly Completed[] {
    this.engine.run();
    checkTimedStations(this.timed);
    return this.completed;
  }

  /** Submits one request, runs, and answers what became of it. */
  one(operation: 0 | 1, track: number, bytes = 10_000, device = 0): Completed {
    this.submit(operation, track, bytes, device);
    const last = this.run().at(-1);
    if (last === undefined) throw new Error('the request did not complete');
    return last;
  }

  #define(at: number): Device['index'] {
    const model = findModel('3390-3');
    if (model === undefined) throw new Error('no such model');
    const outcome = this.subsystem.defineDevice({ number: deviceNumber(0x0a80 + at), model });
    if (outcome.kind !== 'done') throw new Error(outcome.limit);
    return outcome.value.index;
  }
}

function changed(change: ParameterChange): SubsystemParameters {
  const parts = Object.entries(change).map(([name, part]) => {
    const base = ROUND_PARAMETERS[name as keyof SubsystemParameters];
    return [name, typeof part === 'object' ? Object.assign({}, base, part) : part];
  });
  return { ...ROUND_PARAMETERS, ...Object.fromEntries(parts) };
}
