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
import type { ValuePath } from './document.ts';
import { type EntryOf, type InnerEntry, problemAt, type Scenario } from './scenario.ts';
import type { DeviceForm } from './schema.ts';
import { suggest } from './suggestion.ts';

/** Paths of a host to one control unit, as on the hardware. */
const CHANNEL_PATHS_MAX = 8;

type Report = (path: ValuePath, text: { what: string; limit: string; fix: string }) => void;

/** Every problem that the complete form shows. */
export function checkMeaning(scenario: Scenario): readonly InputError[] {
  const problems: InputError[] = [];
  const report: Report = (path, text) => {
    problems.push(problemAt(scenario.document, path, text));
  };
  checkSubsystems(scenario, report);
  checkHosts(scenario, report);
  checkTimeline(scenario, report);
  return problems;
}

function checkSubsystems(scenario: Scenario, report: Report): void {
  const names = new Set<string>();
  for (const [at, subsystem] of scenario.subsystems.entries()) {
    const path = ['subsystems', at];
    checkOnce(names, subsystem.name, 'subsystem', [...path, 'name'], report);
    const numbers = new Set<number>();
    for (const [deviceAt, device] of subsystem.devices.entries()) {
      checkDevice(device, [...path, 'devices', deviceAt], numbers, report);
    }
  }
}

function checkDevice(
  device: DeviceForm,
  path: ValuePath,
  numbers: Set<number>,
  report: Report,
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

/** What earlier entries have given names to. */
interface Named {
  /** Whether a background copy follows, by backup. */
  readonly backups: Map<string, { readonly hasBackground: boolean }>;
  readonly snapshots: Set<string>;
}

function checkTimeline(scenario: Scenario, report: Report): void {
  const named: Named = { backups: new Map(), snapshots: new Set() };
  for (const entry of scenario.timeline) {
    const entries = entry.kind === 'together' ? entry.entries : [entry];
    // Entries that run together may speak of names given earlier only: their order is drawn.
    for (const one of entries) checkEntry(one, scenario, named, report);
    for (const one of entries) defineNames(one, named, report);
  }
}

function defineNames(entry: InnerEntry, named: Named, report: Report): void {
  if (entry.kind !== 'backup' && entry.kind !== 'snapshot') return;
  const name = entry.fields.as;
  if (name === undefined) return;
  const taken = new Set([...named.backups.keys(), ...named.snapshots]);
  checkOnce(taken, name, 'backup or snapshot', [...entry.path, 'as'], report);
  if (entry.kind === 'snapshot') named.snapshots.add(name);
  else named.backups.set(name, { hasBackground: entry.fields.copy === 'background' });
}

function checkEntry(entry: InnerEntry, scenario: Scenario, named: Named, report: Report): void {
  const hosts = scenario.hosts.map((host) => host.name);
  const backups = [...named.backups.keys()];
  switch (entry.kind) {
    case 'backup':
      checkKnown(entry.fields.host, hosts, 'host', [...entry.path, 'host'], report);
      checkBackup(entry, report);
      return;
    case 'write':
      checkKnown(entry.fields.host, hosts, 'host', [...entry.path, 'host'], report);
      if (entry.fields.dataSet !== undefined && entry.fields.area === 'any') {
        const limit = 'area: any is the whole volume';
        report([...entry.path, 'area'], {
          what: 'dataSet with area: any',
          limit,
          fix: 'leave one out',
        });
      }
      return;
    case 'inquire':
    case 'verify':
    case 'restore': {
      const path = [...entry.path, 'backup'];
      checkKnown(entry.fields.backup, backups, 'backup', path, report);
      if (entry.kind === 'inquire') checkInquire(entry, named, report);
      if (entry.kind === 'restore' && entry.fields.host !== undefined) {
        checkKnown(entry.fields.host, hosts, 'host', [...entry.path, 'host'], report);
      }
      return;
    }
    case 'snapshot':
      checkSnapshot(entry, scenario, report);
      return;
    case 'withdraw':
    case 'discard':
      checkOneOf(entry, backups, [...named.snapshots], report);
      return;
    case 'check':
      if (entry.fields.subsystem !== undefined) {
        const known = scenario.subsystems.map((one) => one.name);
        const path = [...entry.path, 'subsystem'];
        checkKnown(entry.fields.subsystem, known, 'subsystem', path, report);
      }
      return;
    default:
      return;
  }
}

function checkBackup(entry: EntryOf<'backup'>, report: Report): void {
  const { source, target, volser, copy, wait } = entry.fields;
  const isAuto = target.length === 1 && target[0]?.kind === 'auto';
  if (!isAuto && target.length !== source.length) {
    report([...entry.path, 'target'], {
      what: `${target.length} targets for ${source.length} sources`,
      limit: 'every source has one target',
      fix: 'name as many targets as sources, or auto',
    });
  }
  if (volser !== undefined && volser.length !== source.length) {
    report([...entry.path, 'volser'], {
      what: `${volser.length} serials for ${source.length} copies`,
      limit: 'every copy has one serial',
      fix: 'name as many serials as sources',
    });
  }
  for (const [at, serial] of source.entries()) {
    if (source.indexOf(serial) === at) continue;
    const limit = 'a volume is backed up once by one job';
    report([...entry.path, 'source'], { what: `${serial} twice`, limit, fix: 'name it once' });
  }
  if (wait === 'physical' && copy === 'none') {
    report([...entry.path, 'wait'], endless('wait: physical'));
  }
}

function checkInquire(entry: EntryOf<'inquire'>, named: Named, report: Report): void {
  const backup = named.backups.get(entry.fields.backup);
  if (entry.fields.until === 'physicallyComplete' && backup?.hasBackground === false) {
    report([...entry.path, 'until'], endless('until: physicallyComplete'));
  }
}

function endless(what: string): { what: string; limit: string; fix: string } {
  return {
    what: `${what} for a backup with copy: none`,
    limit: 'it has no background copy, so that would never end',
    fix: 'give the backup copy: background, or wait for logical completion',
  };
}

function checkSnapshot(entry: EntryOf<'snapshot'>, scenario: Scenario, report: Report): void {
  const known = scenario.subsystems.map((one) => one.name);
  const { subsystem, pairs } = entry.fields;
  if (subsystem !== undefined) {
    checkKnown(subsystem, known, 'subsystem', [...entry.path, 'subsystem'], report);
  } else if (known.length > 1) {
    const limit = 'device numbers and serials are those of one subsystem';
    report(entry.path, { what: 'a snapshot without subsystem', limit, fix: suggest('', known) });
  }
  for (const [at, pair] of pairs.entries()) {
    const path = [...entry.path, 'pairs', at];
    if (pair.tracks !== undefined && pair.cylinders !== undefined) {
      const limit = 'a pair is told in tracks or in cylinders';
      report(path, { what: 'tracks and cylinders', limit, fix: 'leave one of them out' });
    }
    if (pair.to !== undefined && pair.tracks === undefined && pair.cylinders === undefined) {
      const limit = 'a whole device goes to the same places';
      report([...path, 'to'], { what: 'to without tracks', limit, fix: 'say which tracks' });
    }
  }
}

function checkOneOf(
  entry: EntryOf<'withdraw' | 'discard'>,
  backups: readonly string[],
  snapshots: readonly string[],
  report: Report,
): void {
  const { backup, snapshot } = entry.fields;
  if ((backup === undefined) === (snapshot === undefined)) {
    report(entry.path, {
      what: `${entry.kind} of ${backup === undefined ? 'nothing' : 'two things'}`,
      limit: 'it acts on one backup or one snapshot',
      fix: 'name a backup or a snapshot',
    });
    return;
  }
  if (backup !== undefined)
    checkKnown(backup, backups, 'backup', [...entry.path, 'backup'], report);
  if (snapshot !== undefined) {
    checkKnown(snapshot, snapshots, 'snapshot', [...entry.path, 'snapshot'], report);
  }
}

function checkKnown(
  name: string,
  known: readonly string[],
  noun: string,
  path: ValuePath,
  report: Report,
): void {
  if (known.includes(name)) return;
  report(path, {
    what: `unknown ${noun} '${name}'`,
    limit: `a ${noun} is defined before it is used`,
    fix: suggest(name, known),
  });
}

function checkOnce(
  taken: Set<string>,
  name: string,
  noun: string,
  path: ValuePath,
  report: Report,
): void {
  if (taken.has(name)) {
    const limit = 'names are given once';
    report(path, { what: `${noun} '${name}' is there twice`, limit, fix: 'choose another name' });
  }
  taken.add(name);
}
