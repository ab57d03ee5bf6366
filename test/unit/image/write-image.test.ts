/**
 * Writing images: parse(write(x)) = x for any tracks, and the layouts byte by byte where others rely
 * on them.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantViolation } from '../../../src/base/invariant.ts';
import { SeededRandom } from '../../../src/base/random.ts';
import type { OutputOptions } from '../../../src/image/image-output.ts';
import { planParts, writeImage } from '../../../src/image/write-image.ts';
import { buildTrack } from '../../../src/track/track-image.ts';
import {
  fingerprints,
  MemoryFile,
  nullContent,
  openMemory,
  sampleGeometry,
  sampleTracks,
  sourceOf,
  trackBytes,
  tracksOf,
} from '../../support/sample-images.ts';

const SMALL = sampleGeometry('2311-1', 3);
const FORMS: readonly ['ckd' | 'cckd', OutputOptions][] = [
  ['ckd', {}],
  ['ckd', { largeFile: true }],
  ['cckd', {}],
  ['cckd', { level: 9 }],
  ['cckd', { compression: 'none' }],
];

describe('parse(write(x)) = x', () => {
  it.each(FORMS)('%s %o', (format, options) => {
    const shapes = fc.record({
      model: fc.constantFrom('2311-1', '2314-1', '3350-1', '3380-1', '3390-1'),
      cylinders: fc.integer({ min: 1, max: 20 }),
      seed: fc.integer({ min: 0, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(shapes, ({ model, cylinders, seed }) => {
        const geometry = sampleGeometry(model, cylinders);
        const contents = sampleTracks(geometry, seed);
        const file = new MemoryFile('image');
        const written = writeImage(format, sourceOf(geometry, contents), [file], options);
        const image = openMemory([file]);
        expect(image.geometry).toEqual(geometry);
        expect(fingerprints(tracksOf(image))).toEqual(fingerprints(contents));
        expect(written.partBytes).toEqual([file.sizeBytes]);
        expect(written.nullTracks).toBe(contents.filter(({ kind }) => kind === 'null').length);
        expect(written.nullTracks + written.byteTracks).toBe(geometry.trackCount);
      }),
      { numRuns: 10 },
    );
  });
});

describe('plain images', () => {
  it('have header, slots and zeros behind every track', () => {
    const contents = sampleTracks(SMALL, 5);
    const file = new MemoryFile('image');
    writeImage('ckd', sourceOf(SMALL, contents), [file]);
    const expected = Buffer.alloc(512 + 30 * 4096);
    expected.write('CKD_P370', 'latin1');
    expected.set([10, 0, 0, 0, 0, 16, 0, 0, 0x11], 8);
    for (const [track, content] of contents.entries()) {
      expected.set(trackBytes(SMALL, content, track), 512 + track * 4096);
    }
    expect(Buffer.from(file.bytes).equals(expected)).toBe(true);
  });

  it('are split below 2 GiB, a 3390 at 2519 cylinders a file', () => {
    const plan = (model: string, cylinders: number, largeFile = false): readonly number[] =>
      planParts('ckd', sampleGeometry(model, cylinders), { largeFile });
    expect(plan('3390-3', 2519)).toEqual([2519]);
    expect(plan('3390-3', 3339)).toEqual([2519, 820]);
    expect(plan('3390-3', 3339, true)).toEqual([3339]);
    expect(plan('3390-9', 10_017)).toEqual([2519, 2519, 2519, 2460]);
    expect(plan('3390-54', 65_520)).toHaveLength(27);
    expect(planParts('cckd', sampleGeometry('3390-54', 65_520))).toEqual([65_520]);
  });

  it('of more than 27 files are refused', () => {
    expect(() => planParts('ckd', sampleGeometry('3390-54', 27 * 2519 + 1))).toThrow(
      expect.objectContaining({ code: 'IMAGE_TOO_LARGE' }),
    );
  });
});

describe('compressed images', () => {
  const sizes = (options: OutputOptions, contents: Parameters<typeof sourceOf>[1]): number => {
    const file = new MemoryFile('image');
    writeImage('cckd', sourceOf(SMALL, contents), [file], options);
    return file.sizeBytes;
  };

  it('of a blank volume are headers and a table of zeros', () => {
    const file = new MemoryFile('image');
    writeImage('cckd', sourceOf(SMALL, []), [file]);
    const view = new DataView(file.bytes.buffer, file.bytes.byteOffset);
    expect(file.sizeBytes).toBe(1028);
    expect(Buffer.from(file.bytes.subarray(0, 8)).toString('latin1')).toBe('CKD_C370');
    expect([...file.bytes.subarray(512, 516)]).toEqual([0, 3, 1, 0]);
    expect(
      [516, 520, 524, 528, 532, 536, 540, 544, 548, 552].map((at) => view.getUint32(at, true)),
    ).toEqual([1, 256, 1028, 1028, 0, 0, 0, 0, 0, 3]);
    expect([...file.bytes.subarray(556, 560)]).toEqual([1, 1, 1, 0]);
    expect(view.getUint32(1024, true)).toBe(0);
  });

  it('keep a short track, and one that does not shrink, as it is', () => {
    const short = buildTrack({ cylinder: 0, head: 0 }, [{ number: 1, data: new Uint8Array(400) }]);
    const table = 1028 + 2048;
    expect(sizes({}, [{ kind: 'bytes', bytes: short }])).toBe(table + short.length);
    const data = new SeededRandom(1, 'dense').bytes(3000);
    const random = buildTrack({ cylinder: 0, head: 0 }, [{ number: 1, data }]);
    expect(sizes({}, [{ kind: 'bytes', bytes: random }])).toBe(table + random.length);
  });

  it('shrink by level', () => {
    const data = Uint8Array.from({ length: 3500 }, (_, at) => (at * at) % 97);
    const contents = [
      {
        kind: 'bytes',
        bytes: buildTrack({ cylinder: 0, head: 0 }, [{ number: 1, data }]),
      } as const,
    ];
    const none = sizes({ compression: 'none' }, contents);
    expect(sizes({}, contents)).toBeLessThan(none * 0.9);
    expect(sizes({ level: 9 }, contents)).toBeLessThanOrEqual(sizes({}, contents));
  });

  it('name null tracks of other formats in a table, and those of format 1 in none', () => {
    const nulls = (format: 0 | 1): number => sizes({}, Array(30).fill(nullContent(format)));
    expect([nulls(1), nulls(0)]).toEqual([1028, 1028 + 2048]);
  });

  it.each([0, 10, 1.5])('refuse level %d', (level) => {
    expect(() => sizes({ level }, [])).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('what goes in', () => {
  it('a track longer than its slot is refused with its place', () => {
    const bytes = buildTrack({ cylinder: 1, head: 2 }, [{ number: 1, data: new Uint8Array(5000) }]);
    const contents = Array(30).fill(nullContent(1));
    contents[12] = { kind: 'bytes', bytes };
    for (const format of ['ckd', 'cckd'] as const) {
      expect(() => writeImage(format, sourceOf(SMALL, contents), [new MemoryFile('out')])).toThrow(
        expect.objectContaining({
          code: 'IMAGE_TRACK',
          what: `track 1/2 has ${bytes.length} bytes`,
          place: { file: 'out', offset: 0 },
        }),
      );
    }
  });

  it('a track at another’s place is a bug', () => {
    const bytes = buildTrack({ cylinder: 1, head: 3 }, []);
    const contents = Array.from({ length: 30 }, () => ({ kind: 'bytes', bytes }) as const);
    for (const format of ['ckd', 'cckd'] as const) {
      expect(() => writeImage(format, sourceOf(SMALL, contents), [new MemoryFile('out')])).toThrow(
        InvariantViolation,
      );
    }
  });

  it('progress reaches the last track and never goes back', () => {
    const shape = sampleGeometry('2311-1', 100);
    for (const format of ['ckd', 'cckd'] as const) {
      const seen: number[] = [];
      const progress = (done: number): void => void seen.push(done);
      writeImage(format, sourceOf(shape, []), [new MemoryFile('out')], { progress });
      expect(seen).toEqual([256, 512, 768, 1000]);
    }
  });
});
