/**
 * Importing a volume: the tracks of an image go onto a new device, most of them straight to the drives;
 * the volume is there when all of it is, and not before.
 *
 * @module
 */
import { InvariantViolation, invariant } from '../base/invariant.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import { AGAIN, type Step } from '../base/step.ts';
import { type DeviceNumber, formatDeviceNumber, type TrackIndex } from '../base/units.ts';
import {
  cylinderCapacity,
  DEVICE_MODELS,
  type DeviceModel,
  findModelForImage,
} from '../geometry/device-model.ts';
import { refuseSpace } from '../host/device-volume.ts';
import type { TrackContent, TrackSource } from '../image/track-source.ts';
import type { Device } from '../mapping/device-table.ts';
import { TRACKS_PER_STEP, workOnce } from './background-task.ts';
import { labelOf } from './device-label.ts';
import type { InstallationTask, TaskProgress } from './installation-task.ts';
import type { MachineRoom } from './machine-room.ts';
import { freeDeviceNumber, modelNamed } from './volume-definition.ts';
import type { ImportedVolume } from './volume-report.ts';

/** Where an image goes. */
export interface ImportRequest {
  /** Default: the lowest free number from 0A80 on. A device that is there must be empty. */
  readonly device?: DeviceNumber;
  /** Name of the model; default the smallest that holds the image. */
  readonly model?: string;
  readonly homeGroup?: number;
}

/** Steps of work in the background without success before there is no space. */
const VAIN_STEPS_MAX = 3;

/** An image on its way onto a device. */
export class ImportTask implements InstallationTask<ImportedVolume> {
  readonly #room: MachineRoom;
  readonly #image: TrackSource;
  readonly #request: ImportRequest;
  #device: Device | undefined;
  #isNew = true;
  #track = 0;
  #byteTracks = 0;
  #vainSteps = 0;
  #ended: Step<ImportedVolume> | undefined;

  constructor(room: MachineRoom, image: TrackSource, request: ImportRequest) {
    this.#room = room;
    this.#image = image;
    this.#request = request;
  }

  get progress(): TaskProgress {
    return { what: 'importing', done: this.#track, total: this.#image.geometry.trackCount };
  }

  /** @throws InputError when a track of the image is damaged; nothing is left of the volume then. */
  step(): Step<ImportedVolume> {
    if (this.#ended !== undefined) return this.#ended;
    if (this.#device === undefined) {
      const device = this.#takeDevice();
      if (device.kind === 'refused') return this.#end(device);
      this.#device = device.value;
      return AGAIN;
    }
    return this.#loadSome(this.#device);
  }

  #loadSome(device: Device): Step<ImportedVolume> {
    const before = this.#track;
    let stopped: Step<unknown> | undefined;
    try {
      stopped = this.#room.bulk(() => {
        const end = this.#load(device);
        // What waited in nonvolatile storage would go through the journal.
        this.#room.subsystem.drives.destage();
        return end;
      });
    } catch (error) {
      try {
        this.#undo(device);
      } catch (second) {
        if (second instanceof InvariantViolation) throw second;
        // A store that has failed takes nothing, and keeps nothing of this: the first error says why.
        throw error;
      }
      throw error;
    }
    if (stopped?.kind === 'refused') return this.#end(stopped, device);
    if (stopped === undefined) {
      if (this.#track < this.#image.geometry.trackCount) return AGAIN;
      return this.#end(done(this.#publish(device)));
    }
    this.#vainSteps = this.#track > before ? 0 : this.#vainSteps + 1;
    const isWorking = workOnce(this.#room, TRACKS_PER_STEP).moved;
    if (isWorking || this.#vainSteps < VAIN_STEPS_MAX) return AGAIN;
    const what = `track ${this.#track} of ${this.#image.geometry.trackCount}`;
    return this.#end(refuseSpace(`the import, at ${what}`), device);
  }

  /** Loads a stretch of tracks. @returns Why it stopped before its end, if it did. */
  #load(device: Device): Step<unknown> | undefined {
    const { trackCount } = this.#image.geometry;
    const count = Math.min(TRACKS_PER_STEP, trackCount - this.#track);
    let stopped: Step<unknown> | undefined;
    this.#image.scan(this.#track, count, (track, content) => {
      if (stopped !== undefined) return;
      const step = this.#loadTrack(device, track, content);
      if (step.kind === 'done') this.#track = track + 1;
      else stopped = step;
    });
    return stopped;
  }

  #loadTrack(device: Device, track: TrackIndex, content: TrackContent): Step<unknown> {
    const { subsystem } = this.#room;
    if (content.kind === 'null') {
      return subsystem.loadNullTrack(device.index, track, content.format);
    }
    for (;;) {
      const step = subsystem.writeTrack(device.index, track, content.bytes);
      if (step.kind === 'again') continue;
      if (step.kind === 'done') this.#byteTracks += 1;
      return step;
    }
  }

  #takeDevice(): Outcome<Device> {
    const { subsystem } = this.#room;
    const { device: wanted, homeGroup } = this.#request;
    const there = wanted === undefined ? undefined : subsystem.findDevice(wanted);
    if (there !== undefined) return this.#takeEmpty(there);
    const model = this.#model();
    if (model.kind === 'refused') return model;
    const number = wanted === undefined ? freeDeviceNumber(subsystem) : done(wanted);
    if (number.kind === 'refused') return number;
    return subsystem.defineDevice({
      number: number.value,
      model: model.value,
      cylinders: this.#image.geometry.cylinders,
      ...(homeGroup === undefined ? {} : { homeGroup }),
    });
  }

  #takeEmpty(device: Device): Outcome<Device> {
    const { subsystem } = this.#room;
    const misfit = this.#checkFit(device.model);
    if (misfit !== undefined) return misfit;
    if (subsystem.deviceSpace(device.index).mapped > 0) {
      return refuse('TARGET_HAS_DATA', {
        what: `an import onto device ${formatDeviceNumber(device.number)}`,
        limit: 'something is written there',
        fix: 'name another device, or remove this one first',
      });
    }
    this.#isNew = false;
    const resized = subsystem.setCylinders(device.index, this.#image.geometry.cylinders);
    return resized.kind === 'refused' ? resized : done(subsystem.device(device.index));
  }

  /** The model that was named, or the smallest that holds the image. */
  #model(): Outcome<DeviceModel> {
    const { type, cylinders } = this.#image.geometry;
    const { model: name } = this.#request;
    if (name !== undefined) {
      const named = modelNamed(name, cylinders);
      if (named.kind === 'refused') return named;
      return this.#checkFit(named.value) ?? named;
    }
    const model =
      findModelForImage(type.code, type.headCount, cylinders) ??
      DEVICE_MODELS.find((one) => this.#checkFit(one) === undefined);
    if (model !== undefined) return done(model);
    return refuse('GEOMETRY_MISMATCH', {
      what: `an image of a ${type.name} with ${cylinders} cylinders`,
      limit: 'no model holds it',
      fix: 'check that the image is what it says',
    });
  }

  #checkFit(model: DeviceModel): Refusal | undefined {
    const { type, cylinders } = this.#image.geometry;
    const isSameType = model.type.code === type.code && model.type.headCount === type.headCount;
    if (isSameType && cylinders <= cylinderCapacity(model)) return undefined;
    return refuse('GEOMETRY_MISMATCH', {
      what: `an image of a ${type.name} with ${cylinders} cylinders on a ${model.name}`,
      limit: `a ${model.name} has at most ${cylinderCapacity(model)} cylinders`,
      fix: 'leave device and model out, or name one that holds the image',
    });
  }

  #publish(device: Device): ImportedVolume {
    const room = this.#room;
    const offline = room.takeIntoUse(device);
    room.commit();
    const volser = labelOf(room.subsystem, device)?.volser;
    return {
      device: device.number,
      ...(volser === undefined ? {} : { volser }),
      tracks: this.#image.geometry.trackCount,
      byteTracks: this.#byteTracks,
      ...(offline === undefined ? {} : { offline }),
    };
  }

  #end(step: Step<ImportedVolume>, device?: Device): Step<ImportedVolume> {
    if (step.kind === 'refused' && device !== undefined) this.#undo(device);
    this.#ended = step;
    return step;
  }

  /** Takes back what was loaded, and makes that durable: the tracks' space is free again. */
  #undo(device: Device): void {
    const { subsystem } = this.#room;
    if (this.#isNew) {
      const removed = subsystem.removeDevice(device.number);
      invariant(removed.kind === 'done', 'import-device-removable', String(device.number));
    } else {
      subsystem.clearDevice(device.index);
    }
    this.#room.commit();
  }
}
