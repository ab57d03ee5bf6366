/**
 * An installation for tests: small volumes, a store that counts what it is asked, and looking at what is
 * there without asking the installation.
 *
 * @module
 */
import type { VolumeName } from '../../../src/backup/backup-request.ts';
import { ManualClock } from '../../../src/base/default-ports.ts';
import { SeededRandom } from '../../../src/base/random.ts';
import type { StepMachine } from '../../../src/base/step.ts';
import { type DeviceNumber, deviceNumber, type TrackIndex } from '../../../src/base/units.ts';
import { findModel } from '../../../src/geometry/device-model.ts';
import { deviceTracks, deviceVolume } from '../../../src/host/device-volume.ts';
import { buildSampleVolume } from '../../../src/host/sample-volume.ts';
import { addressOf, MemoryVolume, type VolumeTracks } from '../../../src/host/volume-tracks.ts';
import { imageGeometry, type TrackSource, trackSource } from '../../../src/image/track-source.ts';
import { Installation } from '../../../src/installation/installation.ts';
import {
  type InstallationStore,
  memoryStore,
} from '../../../src/installation/installation-store.ts';
import { digestVolume } from '../../../src/store/sha256.ts';
import type { SubsystemInput } from '../../../src/subsystem/configuration.ts';
import { Subsystem } from '../../../src/subsystem/subsystem.ts';
import { buildTrack } from '../../../src/track/track-image.ts';
import { must } from '../backup/machine-room.ts';

/** A device number by its digits. */
export function numbered(digits: string): DeviceNumber {
  return deviceNumber(Number.parseInt(digits, 16));
}

/** A device as a name. */
export function onDevice(digits: string): VolumeName {
  return { kind: 'device', device: numbered(digits) };
}

/** A volume as a name. */
export function called(volser: string): VolumeName {
  return { kind: 'volser', volser };
}

/** A store in memory that notes how it is used. */
export class CountingStore implements InstallationStore {
  readonly subsystem: Subsystem;
  readonly journal;
  commits = 0;
  bulks = 0;
  readonly #store: InstallationStore;

  constructor(subsystem: Subsystem) {
    this.subsystem = subsystem;
    this.#store = memoryStore(subsystem);
    this.journal = this.#store.journal;
  }

  commit(): ReturnType<InstallationStore['commit']> {
    this.commits += 1;
    return this.#store.commit();
  }

  bulk<Value>(work: () => Value): Value {
    this.bulks += 1;
    return this.#store.bulk(work);
  }
}

/** An installation on an empty subsystem. */
export class MachineHall {
  readonly clock = new ManualClock();
  readonly store: CountingStore;
  readonly installation: Installation;

  constructor(input: Partial<SubsystemInput> = {}) {
    const subsystem = Subsystem.create(
      { name: 'DSS1', capacityBytes: 96 * 1024 * 1024, ...input },
      { clock: this.clock },
    );
    this.store = new CountingStore(subsystem);
    this.installation = new Installation(this.store);
  }

  get subsystem(): Subsystem {
    return this.store.subsystem;
  }

  /** Imports a sample volume. */
  import(volser: string, device?: string, cylinders = 16): void {
    const task = this.installation.import(sampleImage(volser, cylinders), {
      model: '3390-1',
      ...(device === undefined ? {} : { device: numbered(device) }),
    });
    finish(task);
  }

  volume(device: string): VolumeTracks {
    return deviceVolume(this.subsystem, this.device(device));
  }

  digest(device: string): string {
    return digestVolume(deviceTracks(this.subsystem, this.device(device))).digest;
  }

  device(digits: string): ReturnType<Subsystem['device']> {
    const device = this.subsystem.findDevice(numbered(digits));
    if (device === undefined) throw new Error(`no device ${digits}`);
    return device;
  }
}

/** The value of a task that must come to a good end. */
export function finish<Value>(task: StepMachine<Value>): Value {
  for (;;) {
    const step = task.step();
    if (step.kind !== 'again') return must(step);
  }
}

/** A volume with data sets, as an image. */
export function sampleImage(volser: string, cylinders = 16): TrackSource {
  const model = findModel('3390-1');
  if (model === undefined) throw new Error('3390-1');
  const volume = new MemoryVolume(model.type, cylinders);
  must(buildSampleVolume(volume, new SeededRandom(1, volser), { volser, scale: 0.2 }));
  return trackSource(imageGeometry(volume.type, cylinders), (track) => ({
    kind: 'bytes',
    bytes: volume.readTrack(track),
  }));
}

/** A full track of bytes that follow from its number. */
export function fullTrack(track: TrackIndex): Uint8Array {
  const model = findModel('3390-1');
  if (model === undefined) throw new Error('3390-1');
  const data = new SeededRandom(track, 'track').bytes(model.type.recordBytesMax);
  return buildTrack(addressOf(model.type, track), [{ number: 1, data }]);
}

/** Says stop after so many steps. */
export function stopAfter(steps: number): () => boolean {
  let left = steps;
  return () => {
    left -= 1;
    return left < 0;
  };
}
