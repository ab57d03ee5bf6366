/**
 * What a scenario's text must mean beyond its form: names that are defined once and before they are
 * used, devices that can exist, combinations that can end.
 *
 * Serials of imported volumes are not known from the text; `references.ts` checks volumes.
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
  type InputError,
} from '../../src/index.ts';
import { checkBackEnd, checkDeviceSpace } from './back-end-meaning.ts';
import type { ValuePath } from './document.ts';
import { checkKnown, checkOnce, type Report } from './meaning-report.ts';
import { problemAt, type Scenario } from './scenario.ts';
import type { DeviceForm, SubsystemForm } from './schema.ts';
import { suggest } from './suggestion.ts';
import { checkTimeline } from './timeline-meaning.ts';
import { checkTiming } from './timing-meaning.ts';

/** Paths of a host to one control unit, as on the hardware. */
const CHANNEL_PATHS_MAX = 8;

/** Every problem that the complete form shows. */
export function checkMeaning(scenario: Scenario): readonly InputError[] {
  const problems: InputError[] = [];
  const report: Report = (path, text) => {
    problems.push(problemAt(scenario.document, path, text));
  };
  checkSubsystems(scenario, report);
  checkHosts(scenario, report);
  checkTimeline(scenario, report);
  checkTiming(scenario, report);
  return problems;
}

function checkSubsystems(scenario: Scenario, report: Report): void {
  const names = new Set<string>();
  for (const [at, subsystem] of scenario.subsystems.entries()) {
    const path = ['subsystems', at];
    checkOnce(names, subsystem.name, 'subsystem', [...path, 'name'], report);
    checkBackEnd(subsystem, path, report);
    const numbers = new Set<number>();
    for (const [deviceAt, device] of subsystem.devices.entries()) {
      checkDevice(device, subsystem, [...path, 'devices', deviceAt], { numbers, report });
    }
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

function checkHosts(scenario: Scenario, report: Report): void {
  const names = new Set<string>();
  const subsystems = scenario.subsystems.map((one) => one.name);
  for (const [at, host] of scenario.hosts.entries()) {
    const path = ['hosts', at];
    checkOnce(names, host.name, 'host', [...path, 'name'], report);
    for (const [subsystemAt, name] of host.subsystems.entries()) {
      checkKnown(name, subsystems, 'subsystem', [...path, 'subsystems', subsystemAt], report);
    }
    if (host.paths > CHANNEL_PATHS_MAX) {
      const limit = `a host has at most ${CHANNEL_PATHS_MAX} paths to a subsystem`;
      report([...path, 'paths'], { what: `${host.paths} paths`, limit, fix: 'name fewer' });
    }
    checkNumbers(scenario, host.subsystems, [...path, 'subsystems'], report);
  }
}

/** A host knows each device number once, over all its subsystems. */
function checkNumbers(
  scenario: Scenario,
  attached: readonly string[],
  path: ValuePath,
  report: Report,
): void {
  const owners = new Map<number, string>();
  for (const { name, devices } of scenario.subsystems) {
    if (!attached.includes(name)) continue;
    for (const { number } of devices) {
      for (let one = number.first; one <= number.last; one += 1) {
        const owner = owners.get(one);
        if (owner !== undefined && owner !== name) {
          const written = formatDeviceNumber(deviceNumber(one));
          report(path, {
            what: `device number ${written} is in ${owner} and in ${name}`,
            limit: 'a host knows each device number once',
            fix: 'give one of the devices another number',
          });
          return;
        }
        owners.set(one, name);
      }
    }
  }
}
