import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadSubsystemParameters } from '../../../../sim/device/parameters-loading.ts';
import { InputError } from '../../../../src/index.ts';

const FOLDER = new URL('../../../../sim/device/parameters/', import.meta.url);
const NAMES = ['flash-array', 'iceberg', 'rva'];

function textOf(name: string): string {
  return readFileSync(new URL(`${name}.yaml`, FOLDER), 'utf8');
}

/** The error of a set in which something was replaced. */
function errorOf(from: string, to: string): InputError {
  const text = textOf('rva');
  expect(text).toContain(from);
  try {
    loadSubsystemParameters(text.replace(from, to), 'mine.yaml');
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('the parameter sets that come with the project', () => {
  it('are there', () => {
    const files = readdirSync(FOLDER).map((file) => file.replace('.yaml', ''));
    for (const name of NAMES) expect(files).toContain(name);
  });

  it.each(NAMES)('%s has a source for every figure', (name) => {
    const parameters = loadSubsystemParameters(textOf(name), `${name}.yaml`);
    expect(parameters.name).toBe(name);
    expect(parameters.figures.length).toBeGreaterThan(25);
    const sources = readFileSync(new URL('../../../../docs/sources.md', import.meta.url), 'utf8');
    for (const { name: figure, source } of parameters.figures) {
      const [id] = /^S-[0-9]+/.exec(source) ?? [];
      if (id === undefined) expect(source, figure).toMatch(/^our choice/);
      else expect(sources, figure).toContain(`| ${id} |`);
    }
  });

  it('have no field that the page on time does not explain', () => {
    const page = readFileSync(new URL('../../../../docs/timing.md', import.meta.url), 'utf8');
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    for (const name of NAMES) {
      const { figures } = loadSubsystemParameters(textOf(name), `${name}.yaml`);
      for (const { name: figure } of figures) {
        const [part, field = ''] = figure.split('.');
        const isTold = rows.some(
          (row) =>
            row.includes(`\`${part}.`) &&
            (row.includes(`.${field}\``) || row.includes(`\`${field}\``)),
        );
        expect(isTold, figure).toBe(true);
      }
    }
  });

  it('come in the units of the model', () => {
    const rva = loadSubsystemParameters(textOf('rva'), 'rva.yaml');
    expect(rva.channels).toEqual({
      kind: 'escon',
      paths: 8,
      bytesPerSecond: 17e6,
      programNanos: 120_000,
      programsPerPath: 1,
      interleaveBytes: 0,
      reconnectsOnAnyPath: true,
      missedReconnectionNanos: 0,
    });
    expect(rva.cache).toMatchObject({ bytes: 2 ** 30, trackBytes: 15_740 });
    expect(rva.nvs.bytesPerByte).toBeCloseTo(1 / 3.6, 12);
    expect(rva.controller.drivePieceSectors).toBe(256);
    expect(rva.drives).toBe('ultrastar-xp');
    expect(rva.figures).toContainEqual({
      name: 'channels.rate',
      value: '17',
      unit: 'MB/s',
      source: 'S-30: nominal rate of ESCON',
    });
    // A byte costs less than the nanosecond that times are whole in.
    const text = textOf('rva').replace(
      'timePerByte: { value: 2 ns',
      'timePerByte: { value: 0.4 ns',
    );
    expect(loadSubsystemParameters(text, 'rva.yaml').processor.byteNanos).toBe(0.4);
    const flash = loadSubsystemParameters(textOf('flash-array'), 'flash-array.yaml');
    expect(flash.drives).toMatchObject({ readNanos: 100_000, concurrency: 16 });
  });
});

describe('a parameter set with a mistake', () => {
  it.each([
    ['17 MB/s', '17 MB', 'channels.rate.value', 'a rate such as 17 MB/s'],
    ['17 MB/s', '0 MB/s', 'channels.rate.value', 'above 0'],
    ['17 MB/s', 'fast', 'channels.rate.value', 'a rate such as 17 MB/s'],
    ['value: escon', 'value: esco', 'channels.kind.value', 'one of parallel, escon, ficon'],
    ['paths: { value: 8', 'paths: { value: 9', 'channels.paths.value', 'from 1 to 8'],
    ['value: yes', 'value: maybe', 'channels.reconnectsOnAnyPath.value', 'yes or no'],
    ['destageAt: { value: 0.7', 'destageAt: { value: 1.7', 'nvs.destageAt.value', 'from 0 to 1'],
  ])('is told where: %s as %s', (from, to, field, limit) => {
    const error = errorOf(from, to);
    expect(error.code).toBe('CONFIGURATION_INVALID');
    expect(error.what).toContain(field);
    expect(error.limit).toContain(limit);
    const line = textOf('rva').slice(0, textOf('rva').indexOf(from)).split('\n').length;
    expect(error.place).toMatchObject({ file: 'mine.yaml', line });
    expect(error.place.column).toBeGreaterThan(5);
  });

  it('is told of unknown and missing keys, of figures without source, of what is no YAML', () => {
    expect(errorOf('paths:', 'pats:').what).toBe('unknown key pats in channels');
    expect(errorOf('name: rva', '').what).toBe('name is missing');
    expect(errorOf(', source: our choice }', ' }').what).toContain('source is missing');
    expect(errorOf('cache:', 'cache: [').limit).toBe('a parameter set is YAML');
    expect(errorOf('model: {', 'modl: {').what).toBe('drives cannot be read');
  });

  it('is told of paths that are shared a byte of nothing at a time', () => {
    const { what } = errorOf('programsPerPath: { value: 1', 'programsPerPath: { value: 2');
    expect(what).toBe('channels.interleave: 0 B');
  });

  it('is told of storage that holds nothing', () => {
    expect(errorOf('size: { value: 1 GiB', 'size: { value: 1 KiB').what).toBe('cache.size: 1 KiB');
    expect(errorOf('size: { value: 8 MiB', 'size: { value: 8 B').what).toBe('nvs.size: 8 B');
  });
});
