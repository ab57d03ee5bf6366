import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trackIndex } from '../../../src/base/units.ts';
import { textToEbcdic } from '../../../src/host/ebcdic.ts';
import { countTracks } from '../../../src/host/free-space.ts';
import { addressOf, MemoryVolume } from '../../../src/host/volume-tracks.ts';
import { type IndexExpectation, readVtocIndex } from '../../../src/host/vtoc-index.ts';
import {
  buildVtocIndex,
  type IndexContent,
  indexRecordsNeeded,
} from '../../../src/host/vtoc-index-build.ts';
import { indexRecordsPerTrack, readIndexHeader } from '../../../src/host/vtoc-index-layout.ts';
import { buildTrack } from '../../../src/track/track-image.ts';
import { codeOf, modelOf, pairs, range, valueOf } from '../../support/host-volumes.ts';

const INDEX = range(200, 15);

/** Content of an index on a model with so many names. */
function contentOf(
  model: string,
  nameCount: number,
  more: Partial<IndexContent> = {},
): IndexContent {
  const { type, primaryCylinders: cylinders } = modelOf(model);
  const isExtended = cylinders > 65_520;
  const recordBytes = isExtended ? 8192 : 2048;
  const vtoc = range(1, 90);
  return {
    type,
    cylinders,
    isExtended,
    vtoc,
    dscbsPerTrack: 50,
    free: [range(300, 700), range(1500, cylinders * type.headCount - 1500)],
    usedSlots: Array.from({ length: 4500 }, (_, at) => at < nameCount + 2),
    names: Array.from({ length: nameCount }, (_, at) => ({
      name: `NAME${String((at * 7919) % nameCount).padStart(5, '0')}`,
      address: { track: trackIndex(1 + Math.floor(at / 50)), record: 1 + (at % 50) },
    })),
    recordBytes,
    recordCount: indexRecordsPerTrack(type, recordBytes) * INDEX.count,
    ...more,
  };
}

/** Puts records onto a volume and says what the volume would state about them. */
function store(
  content: IndexContent,
  records: readonly Uint8Array[],
): { readonly volume: MemoryVolume; readonly expected: IndexExpectation } {
  const volume = new MemoryVolume(content.type, content.cylinders);
  const perTrack = indexRecordsPerTrack(content.type, content.recordBytes);
  for (let at = 0; at < INDEX.count; at += 1) {
    const track = trackIndex(INDEX.first + at);
    const blocks = Array.from({ length: perTrack }, (_, place) => ({
      number: place + 1,
      data: records[at * perTrack + place] ?? new Uint8Array(content.recordBytes),
    }));
    volume.writeTrack(track, buildTrack(addressOf(content.type, track), blocks));
  }
  const { recordBytes, vtoc, dscbsPerTrack, cylinders, isExtended } = content;
  const expected = { extent: INDEX, recordBytes, vtoc, dscbsPerTrack, cylinders, isExtended };
  return { volume, expected };
}

describe('VTOC index', () => {
  test.each([
    ['3390-1', 0, 1],
    ['3390-1', 41, 1],
    ['3390-1', 123, 1],
    ['3390-1', 124, 2],
    ['3390-1', 4400, 2],
    ['3390-3', 500, 2],
    ['3390-54', 300, 2],
    ['3390-A:262668', 900, 2],
  ])('%s with %i names has %i levels and reads back', (model, nameCount, levelCount) => {
    const content = contentOf(model, nameCount);
    const built = valueOf(buildVtocIndex(content));
    const { volume, expected } = store(content, built);
    const reading = readVtocIndex(volume, expected);
    if (reading.kind === 'invalid') throw new Error(reading.faults.join('; '));
    const { index } = reading;
    expect(index.levelCount).toBe(levelCount);
    expect(index.usedRecordCount).toBe(built.length);
    expect(index.usedSlots).toEqual(content.usedSlots);
    const sorted = content.names.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    expect(index.names).toEqual(sorted);
    if (!content.isExtended) expect(pairs(index.free)).toEqual(pairs(content.free));
    else expect(countTracks(index.free)).toBe(countTracks(content.free));
  });

  test('a partly allocated unit of managed space counts as allocated', () => {
    const managed = 65_520 * 15;
    const free = [range(15, managed - 15 + 315), range(managed + 630 + 7, 308)];
    const content = contentOf('3390-A:70000', 1, { free });
    const { volume, expected } = store(content, valueOf(buildVtocIndex(content)));
    const reading = readVtocIndex(volume, expected);
    expect(reading.kind === 'valid' && pairs(reading.index.free)).toEqual([
      [15, managed - 15 + 315],
    ]);
  });

  test('an index that is too small is refused', () => {
    const content = contentOf('3390-1', 400, { recordCount: 6 });
    expect(codeOf(buildVtocIndex(content))).toBe('SPACE_NOT_ON_VOLUME');
    const full = contentOf('3390-1', 4498);
    const needed = indexRecordsNeeded({ ...full, names: [] });
    expect(needed).toBeGreaterThanOrEqual(valueOf(buildVtocIndex(full)).length);
  });

  test('the same content gives the same records, and one more name changes few', () => {
    const one = valueOf(buildVtocIndex(contentOf('3390-1', 30)));
    expect(valueOf(buildVtocIndex(contentOf('3390-1', 30)))).toEqual(one);
    const more = valueOf(buildVtocIndex(contentOf('3390-1', 31)));
    const differing = one.filter((record, at) => Buffer.compare(record, more[at] ?? record) !== 0);
    expect(differing.map((record) => readIndexHeader(record).kind)).toEqual(['VMDS', 'VIER']);
  });

  test('every check has a fault that it finds', () => {
    const content = contentOf('3390-1', 500);
    const good = valueOf(buildVtocIndex(content));
    const vier = good.findIndex((record) => readIndexHeader(record).kind === 'VIER');
    const top = good.length - 1;
    const damages: readonly (readonly [number, number, readonly number[], string])[] = [
      [0, 0, [...textToEbcdic('VPSM')], 'no VIXM'],
      [0, 24, [0, 2], 'layout is version 2'],
      [0, 32, [0, 0, 0x10, 0], 'states 4096 bytes a record'],
      [0, 36, [0, 0, 0, 1], 'index records'],
      [0, 40, [0, 0, 0, 99], 'no VIER behind its maps'],
      [0, 44, [0, 0xff, 0, 0], 'first high-level VIER lies outside'],
      [0, 44, [0, 0, 0, 5], 'first high-level VIER lies outside'],
      [0, 44, [0, 0, 0x08, 0], 'not flagged'],
      [0, 48, [0, 0, 0, 1], 'cylinders'],
      [0, 54, [0, 51], 'another number of DSCBs'],
      [0, 56, [0, 0, 0, 2], 'first track of the VTOC'],
      [0, 60, [0, 0, 0, 2], 'tracks of VTOC'],
      [0, 16, [0, 0, 9, 9], 'more records are in use'],
      [0, 256, [0x7f], 'record 0 as unused'],
      [1, 4, [0, 0, 0, 0], 'record 1 states RBA 0'],
      [1, 0, [0, 0], 'none of the four ids'],
      [1, 20, [0, 0, 0, 1], 'covers the wrong cylinders'],
      [1, 16, [0, 0, 0, 1], 'covers the wrong cylinders'],
      [2, 0, [...textToEbcdic('VIER')], 'do not cover the volume'],
      [3, 20, [0, 0, 0, 1], 'covers the wrong DSCBs'],
      [top, 14, [0, 0], 'not flagged'],
      [top, 12, [0, 1], 'points outside the VTOC'],
      [top, 32 + 44, [0, 0, 0x08, 0], 'pointer to VIER 1 on level 1'],
      [top, 16, [0, 0, 0, 1], 'does not point to every VIER'],
      [top, 16, [0, 0, 0xff, 0], 'more entries than it holds'],
      [vier, 8, [0, 0, 0, 0], 'does not point to every VIER'],
      [vier, 12, [0, 2], 'on level 1 is wrong'],
      [vier, 32 + 44, [0, 9, 0, 0, 1], 'points outside the VTOC'],
      [vier, 32, [0xff], 'out of order'],
      [vier, 16, [0, 0, 1, 0], 'more entries than it holds'],
    ];
    for (const [record, offset, bytes, why] of damages) {
      const broken = good.map((one) => one.slice());
      broken[record]?.set(bytes, offset);
      const { volume, expected } = store(content, broken);
      const reading = readVtocIndex(volume, expected);
      const faults = reading.kind === 'invalid' ? reading.faults.join('; ') : 'none';
      expect(faults).toContain(why);
    }
  });

  test('any bytes are either believed or told, never a crash', () => {
    const content = contentOf('3390-1', 200);
    const good = valueOf(buildVtocIndex(content));
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(300), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const broken = good.map((one) => one.slice());
        for (const [record, offset, byte] of changes) broken[record]?.set([byte], offset);
        const { volume, expected } = store(content, broken);
        const reading = readVtocIndex(volume, expected);
        if (reading.kind === 'invalid') expect(reading.faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });
});
