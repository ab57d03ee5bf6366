import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordsFit } from '../../../src/geometry/track-capacity.ts';
import { readSequential, recordText } from '../../../src/host/data-set-reading.ts';
import { countTracks, findOverlap } from '../../../src/host/free-space.ts';
import { scratchDataSet, VolumeBuilder } from '../../../src/host/volume-builder.ts';
import type { VolumeTracks } from '../../../src/host/volume-tracks.ts';
import { findDataSet } from '../../../src/host/vtoc.ts';
import { parseTrack } from '../../../src/track/track-image.ts';
import {
  build,
  codeOf,
  freshVolume,
  modelOf,
  pairs,
  range,
  records,
  sampleVolume,
  valueOf,
  vtocOf,
} from '../../support/host-volumes.ts';

const FB80 = { recordFormat: 'FB', recordLength: 80, blockLength: 800 } as const;
const lines = (count: number): string[] => Array.from({ length: count }, (_, at) => `LINE ${at}`);

function textOf(volume: VolumeTracks, name: string): string[] {
  const entry = valueOf(findDataSet(vtocOf(volume), name));
  return [...valueOf(readSequential(volume, entry))].map((record) => recordText(record));
}

describe('sequential data sets', () => {
  test.each([
    ['F', 80, 80],
    ['FB', 80, 6160],
    ['FB', 133, 1330],
    ['V', 90, 94],
    ['VB', 90, 3120],
    ['U', 0, 4000],
  ])('%s %i/%i goes there and back', (recordFormat, recordLength, blockLength) => {
    const volume = freshVolume('3390-1');
    const content = lines(2000);
    const shape = { recordFormat, recordLength, blockLength };
    build(volume, (builder) =>
      valueOf(builder.addSequential({ name: 'A.B', ...shape, records: records(content) })),
    );
    expect(textOf(volume, 'A.B')).toEqual(content.map((line) => `${line}\n`));
    const entry = valueOf(findDataSet(vtocOf(volume), 'A.B'));
    expect([entry.organisation, entry.recordFormat, entry.blockLength]).toEqual([
      'PS',
      recordFormat,
      blockLength,
    ]);
    expect(vtocOf(volume).warnings).toEqual([]);
  });

  test('no track ever holds more than the device does', () => {
    const models = ['2311-1', '2314-1', '3330-1', '3350-1', '3380-1', '3390-1', '9345-1'];
    const shape = fc.record({
      name: fc.constantFrom(...models),
      recordLength: fc.integer({ min: 5, max: 300 }),
      factor: fc.integer({ min: 1, max: 11 }),
      count: fc.nat(900),
    });
    fc.assert(
      fc.property(shape, ({ name, recordLength, factor, count }) => {
        const volume = freshVolume(name);
        build(volume, (builder) =>
          valueOf(
            builder.addSequential({
              name: 'A',
              recordFormat: 'FB',
              recordLength,
              blockLength: recordLength * factor,
              records: records(lines(count).map((line) => line.slice(0, recordLength))),
            }),
          ),
        );
        const entry = valueOf(findDataSet(vtocOf(volume), 'A'));
        const content = [...valueOf(readSequential(volume, entry))];
        expect(content.length).toBe(count);
        for (const one of volume.writtenTracks()) {
          const [, ...rest] = parseTrack(volume.readTrack(one));
          expect(recordsFit(modelOf(name).type, rest)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('what lies behind the last block or the end of file is not read', () => {
    const volume = freshVolume('3390-1');
    const space = { ranges: [range(100, 3)] };
    build(volume, (builder) =>
      valueOf(builder.addSequential({ name: 'A', ...FB80, records: records(lines(300)), space })),
    );
    valueOf(scratchDataSet(volume, 'A'));
    build(volume, (builder) =>
      valueOf(builder.addSequential({ name: 'B', ...FB80, records: records(lines(7)), space })),
    );
    expect(textOf(volume, 'B').length).toBe(7);
    build(volume, (builder) => {
      valueOf(builder.addSequential({ name: 'C', ...FB80, records: [], space: { tracks: 2 } }));
      valueOf(builder.addSequential({ name: 'D', ...FB80, records: [], space: { tracks: 0 } }));
    });
    expect(textOf(volume, 'C')).toEqual([]);
    expect(textOf(volume, 'D')).toEqual([]);
    const empty = valueOf(findDataSet(vtocOf(volume), 'D'));
    expect([empty.extents.length, empty.dscb.extentCount, empty.trackCount]).toEqual([0, 0, 0]);
  });

  test.each([1, 3, 4, 16])('%i extents in order, with their format 3', (count) => {
    const volume = freshVolume('3390-1');
    const ranges = Array.from({ length: count }, (_, at) => range(3000 - 10 * at, 2));
    const content = lines(count * 760);
    build(volume, (builder) =>
      valueOf(
        builder.addSequential({ name: 'A', ...FB80, records: records(content), space: { ranges } }),
      ),
    );
    const entry = valueOf(findDataSet(vtocOf(volume), 'A'));
    expect(pairs(entry.extents)).toEqual(pairs(ranges));
    expect(entry.format3s.length).toBe(count > 3 ? 1 : 0);
    expect(textOf(volume, 'A').length).toBe(content.length);
    expect(entry.lastUsed.track).toBeGreaterThan((count - 1) * 2);
  });

  test('basic data sets have 16 extents at most, format 8 and VSAM 123', () => {
    const volume = freshVolume('3390-3', { vvds: true });
    const ranges = Array.from({ length: 123 }, (_, at) => range(3000 + 3 * at, 1));
    const builder = valueOf(VolumeBuilder.open(volume));
    const space = { ranges: ranges.slice(0, 17) };
    expect(codeOf(builder.addSequential({ name: 'A', ...FB80, records: [], space }))).toBe(
      'SPACE_NOT_ON_VOLUME',
    );
    const extended = { name: 'B', ...FB80, records: [], extendedAddressing: true };
    valueOf(builder.addSequential({ ...extended, space: { ranges } }));
    valueOf(builder.finish());
    const vtoc = vtocOf(volume);
    const entry = valueOf(findDataSet(vtoc, 'B'));
    expect([entry.dscb.format, entry.extents.length]).toEqual([8, 123]);
    expect([entry.format9s.length, entry.format3s.length]).toEqual([1, 10]);
    expect(vtoc.warnings).toEqual([]);
  });

  test('user labels are allocated in addition and are no data', () => {
    const volume = freshVolume('3390-1');
    build(volume, (builder) =>
      valueOf(
        builder.addSequential({
          name: 'A',
          ...FB80,
          records: records(lines(3)),
          userLabelTracks: 1,
        }),
      ),
    );
    const entry = valueOf(findDataSet(vtocOf(volume), 'A'));
    expect(entry.userLabels).toEqual(range(15, 1));
    expect(pairs(entry.extents)).toEqual([[16, 1]]);
    expect([entry.dscb.extentCount, entry.trackCount]).toEqual([1, 2]);
    expect(textOf(volume, 'A').length).toBe(3);
    expect(vtocOf(volume).freeSpace.extents[0]?.first).toBe(17);
  });

  test('records that do not fit their shape are the caller’s mistake', () => {
    const builder = valueOf(VolumeBuilder.open(freshVolume('3390-1')));
    const add = (shape: object, content: readonly Uint8Array[]): (() => unknown) => {
      const wanted = { name: 'A', ...FB80, ...shape, records: content };
      return () => builder.addSequential(wanted);
    };
    const long = [new Uint8Array(81)];
    expect(add({}, long)).toThrow(RangeError);
    expect(add({ recordFormat: 'VB', recordLength: 84 }, long)).toThrow(RangeError);
    expect(add({ recordFormat: 'U', blockLength: 80 }, long)).toThrow(RangeError);
    expect(add({ blockLength: 100 }, [])).toThrow(RangeError);
    expect(add({ recordFormat: 'VBS' }, [])).toThrow(RangeError);
    expect(add({ name: 'lower' }, [])).toThrow(RangeError);
  });
});

describe('space and DSCBs', () => {
  test('free space is kept through allocating and scratching in any order', () => {
    const step = fc.record({
      name: fc.constantFrom('A', 'B', 'C', 'D', 'E'),
      tracks: fc.integer({ min: 1, max: 6000 }),
      scratch: fc.boolean(),
    });
    const volumes = fc.constantFrom<readonly [string, boolean]>(
      ['3390-1', false],
      ['3390-1', true],
      ['3390-9', false],
    );
    fc.assert(
      fc.property(volumes, fc.array(step, { maxLength: 12 }), ([name, index], steps) => {
        const volume = freshVolume(name, { index });
        for (const one of steps) {
          if (one.scratch) scratchDataSet(volume, one.name);
          else {
            const builder = valueOf(VolumeBuilder.open(volume));
            const space = { tracks: one.tracks };
            builder.addSequential({ name: one.name, ...FB80, records: [], space });
            valueOf(builder.finish());
          }
          const vtoc = vtocOf(volume);
          expect(vtoc.warnings).toEqual([]);
          expect(vtoc.freeSpace.recorded).toEqual(vtoc.freeSpace.recomputed);
          expect(findOverlap(vtoc.entries.flatMap((entry) => entry.extents))).toBeUndefined();
          const free = vtoc.slots.filter(({ bytes }) => bytes[44] === 0).length;
          if (!index) expect(vtoc.format4.freeRecords).toBe(free);
          const highest = vtoc.entries
            .map((entry) => entry.address.record)
            .toSorted((a, b) => b - a)[0];
          expect(vtoc.format4.highestFormat1?.record).toBe(highest);
        }
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ['3390-1', 0xf5, 26],
    ['3390-9', 0xf7, 16],
  ])('%s: scattered free space is chained through DSCBs %i of %i extents', (name, id, perDscb) => {
    const volume = freshVolume(name);
    const ranges = Array.from({ length: 60 }, (_, at) => range(1000 + 10 * at, 5));
    build(volume, (builder) => {
      for (const [at, one] of ranges.entries()) {
        const space = { ranges: [one] };
        valueOf(builder.addSequential({ name: `A${at}`, ...FB80, records: [], space }));
      }
    });
    const chained = (): number =>
      vtocOf(volume).slots.filter(({ bytes }) => bytes[44] === id).length;
    expect(vtocOf(volume).freeSpace.extents.length).toBe(61);
    expect(chained()).toBe(Math.ceil(61 / perDscb));
    build(volume, (builder) => {
      for (const at of ranges.keys()) valueOf(builder.scratch(`A${at}`));
    });
    expect(vtocOf(volume).freeSpace.extents.length).toBe(1);
    expect(chained()).toBe(1);
    expect(vtocOf(volume).warnings).toEqual([]);
  });

  test('refusals leave the volume as it was', () => {
    const volume = freshVolume('3390-1', { vtoc: range(1, 1) });
    build(volume, (builder) => {
      for (let at = 0; at < 47; at += 1) {
        valueOf(
          builder.addSequential({ name: `A${at}`, ...FB80, records: [], space: { tracks: 1 } }),
        );
      }
    });
    const builder = valueOf(VolumeBuilder.open(volume));
    const add = (
      name: string,
      space: Parameters<VolumeBuilder['addSequential']>[0]['space'],
    ): string =>
      codeOf(builder.addSequential({ name, ...FB80, records: [], ...(space && { space }) }));
    expect(add('A0', { tracks: 1 })).toBe('DATA_SET_EXISTS');
    expect(add('B', { tracks: 17_000 })).toBe('SPACE_NOT_ON_VOLUME');
    expect(add('B', { ranges: [range(2, 1)] })).toBe('SPACE_NOT_ON_VOLUME');
    expect(add('B', { ranges: [range(500, 9), range(505, 9)] })).toBe('SPACE_NOT_ON_VOLUME');
    const scattered = Array.from({ length: 16 }, (_, at) => range(500 + 2 * at, 1));
    expect(add('B', { ranges: scattered })).toBe('VTOC_FULL');
    expect(codeOf(builder.scratch('NOBODY'))).toBe('DATA_SET_UNKNOWN');
    const vsam = { cluster: 'C', catalog: 'K', organisation: 'E', intervals: [] } as const;
    expect(codeOf(builder.addVsam({ name: 'V', ...vsam, controlIntervalBytes: 4096 }))).toBe(
      'DATA_SET_UNSUPPORTED',
    );
    expect(
      codeOf(builder.addSequential({ name: 'S', ...FB80, records: [], smsManaged: true })),
    ).toBe('DATA_SET_UNSUPPORTED');
    const plan = valueOf(builder.finish());
    expect(plan.writes).toEqual([]);
    expect(vtocOf(volume).entries.length).toBe(47);
  });

  test('only format 8 may use cylinder-managed space, in whole units', () => {
    const volume = freshVolume('3390-A:70000');
    const managed = 65_520 * 15;
    const builder = valueOf(VolumeBuilder.open(volume));
    const inUnits = { ranges: [range(managed + 315, 315)] };
    expect(codeOf(builder.addSequential({ name: 'A', ...FB80, records: [], space: inUnits }))).toBe(
      'SPACE_NOT_ON_VOLUME',
    );
    const extended = { ...FB80, records: [], extendedAddressing: true };
    const ragged = { ranges: [range(managed + 316, 315)] };
    expect(codeOf(builder.addSequential({ name: 'A', ...extended, space: ragged }))).toBe(
      'SPACE_NOT_ON_VOLUME',
    );
    valueOf(builder.addSequential({ name: 'A', ...extended, space: inUnits }));
    const chosen = valueOf(
      builder.addSequential({ name: 'B', ...extended, space: { cylinders: 30 } }),
    );
    expect(pairs(chosen.ranges)).toEqual([[managed + 630, 630]]);
    const small = valueOf(
      builder.addSequential({ name: 'C', ...extended, space: { cylinders: 2 } }),
    );
    expect(small.ranges[0]?.first).toBeLessThan(managed);
    valueOf(builder.finish());
    expect(vtocOf(volume).warnings).toEqual([]);
  });

  test('SMS-managed and VSAM data sets are in the VVDS, and leave it when scratched', () => {
    const volume = freshVolume('3390-1', { vvds: true });
    build(volume, (builder) => {
      valueOf(builder.addSequential({ name: 'S', ...FB80, records: [], smsManaged: true }));
      const fields = { cluster: 'K', catalog: 'CAT.A', organisation: 'K' } as const;
      const intervals = [new Uint8Array(4096).fill(7)];
      valueOf(builder.addVsam({ name: 'K.D', ...fields, intervals, controlIntervalBytes: 4096 }));
    });
    const entries = (): string[] =>
      (vtocOf(volume).vvds?.content?.entries ?? []).map((one) => `${one.kind} ${one.name}`);
    expect(entries()).toEqual(['Z SYS1.VVDS.VTEST01', 'N S', 'Z K.D']);
    expect(vtocOf(volume).vvds?.content?.catalogs).toEqual(['CAT.A']);
    valueOf(scratchDataSet(volume, 'S'));
    expect(entries()).toEqual(['Z SYS1.VVDS.VTEST01', 'Z K.D']);
  });

  test('a damaged VTOC is not built on', () => {
    const volume = sampleVolume('3390-1');
    const [, second] = vtocOf(volume).slots;
    if (second === undefined) throw new Error('slots');
    const track = second.address.track;
    const image = volume.readTrack(track).slice();
    const [, , , third] = parseTrack(image);
    image.set([0x77], third?.dataOffset ?? 0);
    volume.writeTrack(track, image);
    expect(codeOf(VolumeBuilder.open(volume))).toBe('VTOC_INVALID');
  });

  test('the update bit is on first and off last', () => {
    const volume = freshVolume('3390-1');
    const builder = valueOf(VolumeBuilder.open(volume));
    valueOf(builder.addSequential({ name: 'A', ...FB80, records: [], space: { tracks: 4 } }));
    const plan = valueOf(builder.finish());
    const flags = (at: number): number | undefined => plan.writes.at(at)?.image[21 + 8 + 58];
    expect([plan.writes.at(0)?.track, plan.writes.at(-1)?.track]).toEqual([1, 1]);
    expect([flags(0), flags(-1)]).toEqual([0x04, 0x00]);
    expect(countTracks(vtocOf(volume).freeSpace.extents)).toBe(16_680 - 4);
  });
});
