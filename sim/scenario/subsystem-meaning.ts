/**
 * What a subsystem as it is written must mean beyond its form: groups and devices that can exist,
 * device numbers that are given once, volumes that are told only what their kind can be told.
 *
 * @module
 */
import {
  cylinderCapacity,
  DEVICE_MODELS,
  deviceNumber,
  EXTENDED_CYLINDERS_MIN,
  extendedModel,
  findModel,
  formatDeviceNumber,
} from '../../src/index.ts';
import { checkBackEnd, checkDeviceSpace } from './back-end-meaning.ts';
import type { ValuePath } from './document.ts';
import type { Report } from './meaning-report.ts';
import type { DeviceForm, SubsystemForm } from './schema.ts';
import { suggest } from './suggestion.ts';

/** Checks one subsystem with its devices. */
export function checkSubsystem(subsystem: SubsystemForm, path: ValuePath, report: Report): void {
  checkBackEnd(subsystem, path, report);
  const numbers = new Set<number>();
  for (const [at, device] of subsystem.devices.entries()) {
    checkDevice(device, subsystem, [...path, 'devices', at], { numbers, report });
  }
}

function checkDevice(
  device: DeviceForm,
  owner: SubsystemForm,
  path: ValuePath,
  { numbers, report }: { readonly numbers: Set<number>; readonly report: Report },
): void {
  for (let number = device.number.first; number <= device.number.last; number += 1) {
    if (numbers.has(number)) {
      const written = formatDeviceNumber(deviceNumber(number));
      report([...path, 'number'], {
        what: `device ${written} is defined twice`,
        limit: 'a device number belongs to one device of a subsystem',
        fix: 'give one of them another number',
      });
      break;
    }
    numbers.add(number);
  }
  checkModel(device, path, report);
  checkVolume(device, path, report);
  if (device.volume?.fill !== undefined && owner.content === 'bytes') {
    const limit = 'generated data is signatures';
    const text = { what: 'fill for real tracks', limit, fix: 'use content: signature' };
    report([...path, 'volume', 'fill'], text);
  }
  checkDeviceSpace(device, owner, path, report);
}

function checkModel(device: DeviceForm, path: ValuePath, report: Report): void {
  if (device.model === '3390-A') {
    const limit = `a 3390-A has ${EXTENDED_CYLINDERS_MIN} to 1182006 cylinders`;
    if (device.cylinders === undefined) {
      report(path, { what: 'a 3390-A without cylinders', limit, fix: 'add cylinders' });
      return;
    }
    try {
      extendedModel(device.cylinders);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      report([...path, 'cylinders'], {
        what: `${device.cylinders} cylinders`,
        limit,
        fix: 'choose a size within',
      });
    }
    return;
  }
  const model = findModel(device.model);
  if (model === undefined) {
    const known = [...DEVICE_MODELS.map((one) => one.name), '3390-A'];
    report([...path, 'model'], {
      what: `unknown device model '${device.model}'`,
      limit: 'a model is a type with its size, such as 3390-3',
      fix: suggest(device.model, known),
    });
    return;
  }
  const { cylinders } = device;
  if (cylinders === undefined) return;
  if (cylinders < model.primaryCylinders || cylinders > cylinderCapacity(model)) {
    report([...path, 'cylinders'], {
      what: `${cylinders} cylinders`,
      limit: `a ${model.name} has ${model.primaryCylinders} to ${cylinderCapacity(model)}`,
      fix: 'leave cylinders out for the primary ones',
    });
  }
}

/** Kinds of volume that may be told each of these. */
const KINDS_WITH = Object.freeze({
  owner: ['initialised', 'production'],
  index: ['initialised', 'production'],
  vvds: ['initialised', 'production'],
  vtoc: ['initialised'],
  scale: ['production'],
});

function checkVolume(device: DeviceForm, path: ValuePath, report: Report): void {
  const { volume } = device;
  if (volume === undefined) return;
  const at = [...path, 'volume'];
  if (device.number.first !== device.number.last) {
    report(at, {
      what: 'one volume on a range of devices',
      limit: 'a volume is on one device',
      fix: 'define that device by itself',
    });
  }
  if (volume.import !== undefined && volume.sample !== undefined) {
    const limit = 'a volume is imported or generated';
    report(at, { what: 'a volume with import and sample', limit, fix: 'leave one of them out' });
  }
  if (volume.import === undefined && volume.volser === undefined) {
    const limit = 'an initialised or generated volume has a serial';
    report(at, { what: 'a volume without a serial', limit, fix: 'add volser' });
  }
  const kind = volume.import !== undefined ? 'imported' : (volume.sample ?? 'initialised');
  for (const [key, kinds] of Object.entries(KINDS_WITH)) {
    if (volume[key as keyof typeof KINDS_WITH] !== undefined && !kinds.includes(kind)) {
      const limit = `the volume is ${kind}`;
      report([...at, key], { what: `${key} for this volume`, limit, fix: 'leave it out' });
    }
  }
}
