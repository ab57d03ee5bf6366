/**
 * Devices and volumes of an installation: defining them, and which number a new one gets.
 *
 * @module
 */
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { type DeviceNumber, deviceNumber } from '../base/units.ts';
import { type DeviceModel, extendedModel, findModel } from '../geometry/device-model.ts';
import { deviceVolume, VolumeStopped } from '../host/device-volume.ts';
import { initialiseVolume } from '../host/initialise-volume.ts';
import { checkVolser } from '../host/volume-label.ts';
import type { Device } from '../mapping/device-table.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';

/** A device to define, with an empty volume on it where a serial is given. */
export interface VolumeDefinition {
  /** Default: the lowest free number from 0A80 on. */
  readonly device?: DeviceNumber;
  /** Name of the model, default `3390-3`; of `3390-A` the cylinders are to be given. */
  readonly model?: string;
  /** Cylinders of the image; default the model's primary cylinders. */
  readonly cylinders?: number;
  /** Redundancy group that keeps its tracks; default any, or the only one. */
  readonly homeGroup?: number;
  /** Serial of the volume; without one the device has no volume. */
  readonly volser?: string;
  readonly owner?: string;
  /** Whether the volume gets a VTOC index and a VVDS; default both. */
  readonly index?: boolean;
  readonly vvds?: boolean;
}

/** Where numbers of new devices begin unless somebody says otherwise (our choice). */
const FIRST_DEVICE_NUMBER = 0x0a80;
const DEVICE_NUMBER_MAX = 0xffff;
const MODEL_DEFAULT = '3390-3';

/** The lowest number that no device has, from 0A80 on. */
export function freeDeviceNumber(subsystem: Subsystem): Outcome<DeviceNumber> {
  const taken = new Set<number>(subsystem.devices().map(({ number }) => number));
  for (let number = FIRST_DEVICE_NUMBER; number <= DEVICE_NUMBER_MAX; number += 1) {
    if (!taken.has(number)) return done(deviceNumber(number));
  }
  return refuse('DEVICE_TABLE_FULL', {
    what: 'a number for one more device',
    limit: `all numbers from ${FIRST_DEVICE_NUMBER.toString(16).toUpperCase()} on are taken`,
    fix: 'name a device number, or remove a device',
  });
}

/** The model of that name. */
export function modelNamed(name: string, cylinders: number | undefined): Outcome<DeviceModel> {
  const isExtended = name.toUpperCase() === '3390-A';
  const model = isExtended ? extendedModelOf(cylinders) : findModel(name.toUpperCase());
  if (model !== undefined) return done(model);
  return refuse('CYLINDERS_OUT_OF_MODEL', {
    what: isExtended ? `a 3390-A with ${cylinders ?? 'no'} cylinders` : `device model ${name}`,
    limit: isExtended ? 'an extended volume says how many cylinders it has' : 'no such model',
    fix: isExtended ? 'give its cylinders' : 'name a model, for instance 3390-3',
  });
}

/** Defines the device, and makes the volume on it. Nothing is left of it when that is refused. */
export function defineVolume(subsystem: Subsystem, input: VolumeDefinition): Outcome<Device> {
  const model = modelNamed(input.model ?? MODEL_DEFAULT, input.cylinders);
  if (model.kind === 'refused') return model;
  const number = input.device === undefined ? freeDeviceNumber(subsystem) : done(input.device);
  if (number.kind === 'refused') return number;
  const volser = input.volser === undefined ? undefined : checkVolser(input.volser);
  if (volser?.kind === 'refused') return volser;
  const defined = subsystem.defineDevice({
    number: number.value,
    model: model.value,
    ...(input.cylinders === undefined ? {} : { cylinders: input.cylinders }),
    ...(input.homeGroup === undefined ? {} : { homeGroup: input.homeGroup }),
  });
  if (defined.kind === 'refused' || volser === undefined) return defined;
  const made = makeVolume(subsystem, defined.value, volser.value, input);
  if (made.kind === 'done') return defined;
  subsystem.removeDevice(number.value);
  return made;
}

function makeVolume(
  subsystem: Subsystem,
  device: Device,
  volser: string,
  { owner, index = true, vvds = true }: VolumeDefinition,
): Outcome<unknown> {
  try {
    const volume = deviceVolume(subsystem, device);
    return initialiseVolume(volume, {
      volser,
      index,
      vvds,
      ...(owner === undefined ? {} : { owner }),
    });
  } catch (error) {
    if (error instanceof VolumeStopped) return error.refusal;
    throw error;
  }
}

function extendedModelOf(cylinders: number | undefined): DeviceModel | undefined {
  if (cylinders === undefined) return undefined;
  try {
    return extendedModel(cylinders);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
