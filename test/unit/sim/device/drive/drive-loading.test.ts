import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDriveSet } from '../../../../../sim/device/drive/drive-loading.ts';
import { DriveModel } from '../../../../../sim/device/drive/drive-model.ts';

const NAMES = ['ultrastar-xp', 'ultrastar-9es', 'hp-97560'];
const textOf = (name: string): string =>
  readFileSync(
    new URL(`../../../../../sim/device/parameters/${name}.yaml`, import.meta.url),
    'utf8',
  );
const load = (text: string) => () => loadDriveSet(text, 'drive.yaml');

describe('the shipped drives', () => {
  it.each(NAMES)('%s has as many sectors as it says, and each can be read', (name) => {
    const { parameters } = loadDriveSet(textOf(name), name);
    const drive = new DriveModel(parameters);
    expect(drive.sectorCount).toBe(parameters.sectorCount);
    const last = drive.serviceNanos(0, 0, drive.sectorCount - 1, 1);
    expect(last).toBeGreaterThan(1e6);
    expect(last).toBeLessThan(60e6);
  });

  it.each(NAMES)('%s has a source for every figure', (name) => {
    const { figures } = loadDriveSet(textOf(name), name);
    expect(figures.length).toBeGreaterThan(25);
    for (const figure of figures)
      expect(figure.source).toMatch(/^(S-\d\d|our choice|commonly given)/);
  });

  it('misses no revolution when it reads cylinder after cylinder', () => {
    for (const name of NAMES) {
      const { parameters } = loadDriveSet(textOf(name), name);
      const drive = new DriveModel(parameters);
      const perTrack = parameters.zones[0]?.sectorsPerTrack ?? 1;
      const tracks = parameters.surfaces * 4;
      const time = drive.serviceNanos(0, 0, 0, perTrack * tracks);
      const revolution = 6e10 / parameters.revolutionsPerMinute;
      // Skews cost less than a third of a revolution a track; a missed one would cost a whole.
      expect(time / (tracks * revolution)).toBeLessThan(1.34);
    }
  });
});

describe('a file that is no drive', () => {
  const good = textOf('hp-97560');

  it('is told with line and column', () => {
    const lines = good.split('\n');
    const at = lines.findIndex((line) => line.startsWith('surfaces:'));
    lines[at] = 'surfaces: { value: many, source: S-35 }';
    expect(load(lines.join('\n'))).toThrow(new RegExp(`drive\\.yaml:${at + 1}:\\d+.*surfaces`));
  });

  it('may leave no figure without a source', () => {
    expect(load(good.replace('{ value: 19, source: S-35 }', '{ value: 19 }'))).toThrow(/surfaces/);
  });

  it('may not have zones that overlap, or columns of different length', () => {
    expect(load(good.replace('{ value: 72, source', '{ value: 72 70, source'))).toThrow(/columns/);
    expect(load(good.replace('{ value: 1961, source', '{ value: -1, source'))).toThrow(/zone 1/);
    expect(load(good.replace('{ value: 72, source', '{ value: x, source'))).toThrow(
      /whole numbers/,
    );
  });

  it('may not say what the model does not know', () => {
    expect(load(`${good}\ncolour: { value: grey, source: S-35 }\n`)).toThrow(/colour/);
  });
});
