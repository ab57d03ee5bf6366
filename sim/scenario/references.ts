/**
 * Whether the volumes that a timeline speaks of are there: known once the images are read and the
 * labels with them.
 *
 * A volume may also come into being during the run (a copy with a new serial, a clone); such serials
 * count as known from the entry on that makes them.
 *
 * @module
 */
import { formatDeviceNumber, type InputError } from '../../src/index.ts';
import type { ValuePath } from './document.ts';
import type { DeviceOrVolume } from './field.ts';
import type { Laboratory } from './laboratory.ts';
import { type InnerEntry, problemAt } from './scenario.ts';
import { suggest } from './suggestion.ts';

/** Every volume or device that the timeline names and nobody has. */
export function checkReferences(laboratory: Laboratory): readonly InputError[] {
  const { scenario } = laboratory;
  const volsers = new Set<string>();
  const numbers = new Set<string>();
  for (const placed of laboratory.devices()) {
    numbers.add(formatDeviceNumber(placed.device.number));
    const volser = laboratory.volserOf(placed);
    if (volser !== undefined) volsers.add(volser);
  }
  const problems: InputError[] = [];
  const check = (name: DeviceOrVolume, path: ValuePath): void => {
    const isVolume = name.kind === 'volume';
    const written = isVolume ? name.volser : formatNumber(name.number);
    const known = isVolume ? volsers : numbers;
    if (known.has(written)) return;
    problems.push(
      problemAt(scenario.document, path, {
        what: `undefined ${name.kind} ${written}`,
        limit: `no ${isVolume ? 'label bears that serial here' : 'subsystem has that device'}`,
        fix: suggest(written, [...known]),
      }),
    );
  };
  for (const [at, { volumes }] of scenario.loads.entries()) {
    for (const name of volumes) check(name, ['loads', at, 'volumes']);
  }
  for (const entry of scenario.timeline) {
    const entries = entry.kind === 'together' ? entry.entries : [entry];
    for (const one of entries) {
      addSerials(one, volsers);
      if (one.kind === 'openAt') numbers.add(formatNumber(one.fields.as));
    }
    for (const one of entries) {
      for (const [name, path] of namesIn(one)) check(name, path);
    }
  }
  return problems;
}

/** Serials that an entry gives to volumes. */
function addSerials(entry: InnerEntry, volsers: Set<string>): void {
  if (entry.kind !== 'backup') return;
  for (const volser of entry.fields.volser ?? []) volsers.add(volser);
}

/** Volumes and devices that an entry names, each with its place. */
function namesIn(entry: InnerEntry): readonly (readonly [DeviceOrVolume, ValuePath])[] {
  const volume = (volser: string): DeviceOrVolume => ({ kind: 'volume', volser });
  switch (entry.kind) {
    case 'backup':
      return [
        ...entry.fields.source.map((one) => [volume(one), [...entry.path, 'source']] as const),
        ...entry.fields.target.flatMap((one) =>
          one.kind === 'auto' ? [] : [[one, [...entry.path, 'target']] as const],
        ),
      ];
    case 'copy':
      return [
        [entry.fields.source, [...entry.path, 'source']],
        [entry.fields.target, [...entry.path, 'target']],
      ];
    case 'write':
    case 'scratch':
    case 'restoreDataSet':
      return [[volume(entry.fields.volume), [...entry.path, 'volume']]];
    case 'verify':
      return entry.fields.volume === undefined
        ? []
        : [[volume(entry.fields.volume), [...entry.path, 'volume']]];
    case 'export':
    case 'retain':
    case 'openAt':
      return [[entry.fields.volume, [...entry.path, 'volume']]];
    case 'corrupt':
      return entry.fields.volume === undefined
        ? []
        : [[entry.fields.volume, [...entry.path, 'volume']]];
    case 'release':
      return entry.fields.volume
        .filter((volser) => volser !== 'all')
        .map((volser) => [volume(volser), [...entry.path, 'volume']]);
    case 'restore':
      return entry.fields.to === undefined ? [] : [[entry.fields.to, [...entry.path, 'to']]];
    case 'snapshot':
      return entry.fields.pairs.flatMap((pair, at) => [
        [pair.source, [...entry.path, 'pairs', at, 'source']] as const,
        [pair.target, [...entry.path, 'pairs', at, 'target']] as const,
      ]);
    default:
      return [];
  }
}

function formatNumber(number: number): string {
  return number.toString(16).toUpperCase().padStart(4, '0');
}
