/**
 * Subsystems in time for the benches: an RVA-like set with its drives, volumes that are written and
 * destaged, and a closed load over them.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { loadDriveSet } from '../../sim/device/drive/drive-loading.ts';
import { DriveWorkLog } from '../../sim/device/drive-work-log.ts';
import { loadSubsystemParameters } from '../../sim/device/parameters-loading.ts';
import type { SubsystemParameters } from '../../sim/device/subsystem-parameters.ts';
import { TimedSubsystem } from '../../sim/device/timed-subsystem.ts';
import { Engine } from '../../sim/engine/engine.ts';
import { deviceNumber } from '../../src/base/units.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import { type Device, ManualClock, nanos, Subsystem, trackIndex } from '../../src/index.ts';

const FOLDER = new URL('../../sim/device/parameters/', import.meta.url);

/** What a bench runs against. */
export interface TimedVolumes {
  readonly engine: Engine;
  readonly subsystem: Subsystem;
  readonly timed: TimedSubsystem;
  readonly devices: readonly Device['index'][];
  readonly trackCount: number;
}

/** The parameter set of the benches. */
export function rvaParameters(): SubsystemParameters {
  return loadSubsystemParameters(readFileSync(new URL('rva.yaml', FOLDER), 'utf8'), 'rva.yaml');
}

/** Volumes of a 3390-3 each, full; all memory is touched. */
export function timedVolumes(
  parameters: SubsystemParameters,
  volumes: number,
  more = 0,
): TimedVolumes {
  const log = new DriveWorkLog();
  const engine = new Engine();
  const clock = new ManualClock();
  clock.now = () => nanos(engine.now);
  const subsystem = Subsystem.create(
    {
      name: 'BENCH',
      content: 'signature',
      capacityBytes: 1.2e9 * (volumes + more),
      groups: [{ compression: { ratio: 3.6 } }],
    },
    { driveWork: log, clock },
  );
  const model = findModel('3390-3');
  if (model === undefined) throw new Error('no such model');
  const devices = Array.from({ length: volumes + more }, (_, at) => {
    const outcome = subsystem.defineDevice({ number: deviceNumber(0x0a80 + at), model });
    if (outcome.kind !== 'done') throw new Error(outcome.limit);
    return outcome.value.index;
  });
  const { trackCount } = subsystem.device(devices[0] as Device['index']);
  for (const device of devices.slice(0, volumes)) {
    for (let track = 0; track < trackCount; track += 1) {
      subsystem.writeSignature(device, trackIndex(track), track, 1);
    }
  }
  subsystem.drives.closeOpen();
  log.count = 0;
  const drive = readFileSync(new URL('ultrastar-xp.yaml', FOLDER), 'utf8');
  const options = { drive: loadDriveSet(drive, 'ultrastar-xp.yaml').parameters };
  const timed = new TimedSubsystem(engine, subsystem, log, parameters, options);
  return { engine, subsystem, timed, devices, trackCount };
}

/** Small whole numbers, fast: the benches are about the subsystem. */
export class QuickRandom {
  #state = 1;

  /** 0 up to, not including, `bound`. */
  below(bound: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * bound);
  }
}
