/**
 * Devices for the benches: loaded one after the other, track by track, with signatures.
 *
 * Loading touches the memory that later figures rely on; a bench that forgets this measures the
 * operating system.
 *
 * @module
 */
import { CYLINDER_COUNT_MAX } from '../../src/base/limits.ts';
import { deviceNumber, type TrackIndex, trackIndex } from '../../src/base/units.ts';
import { type DeviceModel, extendedModel, findModel } from '../../src/geometry/device-model.ts';
import type { Device } from '../../src/mapping/device-table.ts';
import { Subsystem } from '../../src/subsystem/subsystem.ts';

/** A model by name; `3390-A` is the largest there is. */
export function benchModel(name: string): DeviceModel {
  const model = name === '3390-A' ? extendedModel(CYLINDER_COUNT_MAX) : findModel(name);
  if (model === undefined) throw new Error(`no model ${name}`);
  return model;
}

/** A subsystem with one loaded device and so many empty ones of the same model. */
export function loadedSubsystem(
  modelName: string,
  emptyCount: number,
): {
  readonly subsystem: Subsystem;
  readonly source: Device;
  readonly targets: readonly Device[];
} {
  const model = benchModel(modelName);
  const subsystem = Subsystem.create({
    name: 'BENCH',
    content: 'signature',
    capacityBytes: 2 ** 42,
    deviceCountMax: emptyCount + 1,
  });
  return { subsystem, ...loadDevices(subsystem, model, emptyCount) };
}

/** Defines one device and so many more, and writes a signature to every track of the first. */
export function loadDevices(
  subsystem: Subsystem,
  model: DeviceModel,
  emptyCount: number,
): { readonly source: Device; readonly targets: readonly Device[] } {
  const devices = Array.from({ length: emptyCount + 1 }, (_, at) => {
    const outcome = subsystem.defineDevice({ number: deviceNumber(at), model });
    if (outcome.kind === 'refused') throw new Error(outcome.what);
    return outcome.value;
  });
  const [source, ...targets] = devices;
  if (source === undefined) throw new Error('no device');
  for (let track = 0; track < source.trackCount; track += 1) {
    subsystem.writeSignature(source.index, trackIndex(track), track, 1);
  }
  return { source, targets };
}

/**
 * Random tracks below a bound, cheap enough to stand inside a measured loop (xorshift32). Branded
 * without a check: a check for every draw costs as much as the read that is measured.
 */
export class Draw {
  #state = 0x9e37_79b9;

  below(bound: number): TrackIndex {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return ((x >>> 0) % bound) as TrackIndex;
  }
}

/** Releases everything that waits to be released. */
export function drain(subsystem: Subsystem): void {
  while (subsystem.parts.queue.drain(1_000_000) > 0);
}
