import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDriveSet } from '../../../../sim/device/drive/drive-loading.ts';
import { DriveModel } from '../../../../sim/device/drive/drive-model.ts';
import { loadSubsystemParameters } from '../../../../sim/device/parameters-loading.ts';
import { timedStations } from '../../../../sim/device/timed-stations.ts';
import { Substream } from '../../../../sim/engine/substream.ts';
import { TimedRig } from '../../../support/timed-rig.ts';

const FOLDER = new URL('../../../../sim/device/parameters/', import.meta.url);
const FIGURE = /^( *)(\w+): \{ value: ([^,]+), source/;

function textOf(file: string): string {
  return readFileSync(new URL(`${file}.yaml`, FOLDER), 'utf8');
}

/** Another value for every word that a figure can be. */
const WORDS: Readonly<Record<string, string>> = {
  yes: 'no',
  no: 'yes',
  escon: 'parallel',
  parallel: 'escon',
  ficon: 'escon',
  stageLater: 'stageFirst',
  'ultrastar-xp': 'ultrastar-9es',
  restart: 'serpentine',
  cylinder: 'none',
  none: 'cylinder',
  drive: 'none',
  'three-point-curve': 'three-point-line',
  segment: 'none',
  never: 'always',
  appending: 'never',
};

/** Another value, not far away, or none for a word that stands alone. */
function other(place: string, value: string): string | undefined {
  if (value in WORDS) return WORDS[value];
  // A row has to stay one that fits: of cylinders, the last row loses one.
  if (place === 'zones.first') return undefined;
  if (place === 'zones.last') return value.replace(/\d+$/, (last) => String(Number(last) - 1));
  if (place === 'channels.programsPerPath') return value === '1' ? undefined : '1';
  if (place === 'sectors' || (place === 'channels.interleave' && value === '0 B')) return undefined;
  if (/^-?\d+( -?\d+)+$/.test(value)) return value.replace(/^-?\d+/, (one) => `${Number(one) + 2}`);
  const [, digits = '', unit = ''] = /^(-?[\d.]+)( .*)?$/.exec(value) ?? [];
  const number = Number(digits);
  if (number === 0) return unit === '' ? '1' : `3${unit}`;
  if (number <= 1 && unit === '') return String(number === 1 ? 2 : number - 0.3);
  if (unit === '' && number < 100) return String(number - 1);
  if (unit === '' && Number.isInteger(number)) return String(Math.round(number * 1.5));
  return `${number * 1.5}${unit}`;
}

/** Every figure of a set as `section.key`, with the text of the set in which it is another. */
function changes(text: string): readonly (readonly [string, string])[] {
  const lines = text.split('\n');
  let section = '';
  return lines.flatMap((line, at) => {
    const head = /^(\w+):$/.exec(line);
    if (head !== null) section = `${head[1]}.`;
    const found = FIGURE.exec(line);
    if (found === null) return [];
    const [, indent = '', key = '', value = ''] = found;
    const place = indent === '' ? key : section + key;
    const changed = other(place, value);
    if (changed === undefined) return [];
    return [[place, lines.with(at, line.replace(value, changed)).join('\n')]];
  });
}

/** The set with as little cache and storage as makes them matter. */
function tight(text: string): string {
  return text
    .replace(/(cache:\n {2}size: \{ value: )[^,]+/, '$11 MiB')
    .replace(/(nvs:\n {2}size: \{ value: )[^,]+/, '$1128 KiB')
    .replace('missedReconnection: { value: 0 us', 'missedReconnection: { value: 900 us');
}

/** What a busy second comes to, and how busy it made every place. */
function secondOf(text: string): string {
  const parameters = loadSubsystemParameters(text, 'set.yaml');
  const { drives } = parameters;
  const drive =
    typeof drives === 'string' ? loadDriveSet(textOf(drives), drives).parameters : undefined;
  const rig = new TimedRig(parameters, drive === undefined ? {} : { options: { drive } });
  const draw = new Substream(1, 0, 'requests');
  const ask = rig.engine.handler('ask', (at) => {
    const isRun = at % 4 === 0;
    const track = isRun ? (at / 4) % 189 : draw.below(189);
    const bytes = draw.chance(0.2) ? 56_664 : 4096;
    rig.submit(draw.chance(0.4) ? 1 : 0, track, bytes, isRun ? 0 : 1);
  });
  for (let at = 0; at < 1200; at += 1) {
    rig.engine.schedule(draw.below(1e9), ask, at);
    if (at % 100 !== 0) continue;
    rig.timed.perform({ bytesIn: 100_000, processorNanos: 1e5, linkBytes: 100_000 }, () => {});
  }
  rig.run();
  const rows = timedStations(rig.timed).map((station) => station.row());
  return JSON.stringify([rig.completed, rows, rig.engine.now]);
}

/** Service times of a drive over near, far, repeated and written places. */
function servicesOf(text: string): string {
  const drive = new DriveModel(loadDriveSet(text, 'drive.yaml').parameters);
  const draw = new Substream(1, 0, 'commands');
  const times: number[] = [];
  let now = 0;
  let place = 0;
  for (let at = 0; at < 4000; at += 1) {
    const isFar = draw.chance(0.5);
    const sectors = draw.chance(0.1) ? 600 : 8 + draw.below(120);
    place = isFar
      ? draw.below(drive.sectorCount - 1200)
      : Math.min(place, drive.sectorCount - 1200);
    const nanos = drive.serviceNanos(now, draw.chance(0.3) ? 1 : 0, place, sectors);
    times.push(nanos);
    now += nanos + (draw.chance(0.3) ? draw.below(30_000_000) : 0);
    if (draw.chance(0.7)) place += sectors;
  }
  return JSON.stringify(times);
}

function unmoved(
  sets: readonly string[],
  resultOf: (text: string) => string,
): { readonly still: readonly string[]; readonly tried: number } {
  const moved = new Map<string, boolean>();
  for (const text of sets) {
    const before = resultOf(text);
    for (const [place, changed] of changes(text)) {
      if (moved.get(place) === true) continue;
      moved.set(place, resultOf(changed) !== before);
    }
  }
  const still = [...moved].filter(([, isMoved]) => !isMoved).map(([place]) => place);
  return { still, tried: moved.size };
}

describe('every figure of a parameter set', () => {
  it('of subsystems changes what a busy second comes to', () => {
    const sets = ['rva', 'iceberg', 'flash-array'].map((name) => tight(textOf(name)));
    const { still, tried } = unmoved(sets, secondOf);
    expect(tried).toBe(31);
    // For tables: what a kind of channel does is said by the figures beside it. And a drive without
    // moving parts takes the same time everywhere: its capacity decides only what fits.
    expect(still).toEqual(['channels.kind', 'drives.capacity']);
  });

  it('of drives changes how long commands take', () => {
    const sets = ['ultrastar-xp', 'ultrastar-9es', 'hp-97560'].map(textOf);
    const { still, tried } = unmoved(sets, servicesOf);
    expect(tried).toBe(32);
    expect(still).toEqual([]);
  });
});
