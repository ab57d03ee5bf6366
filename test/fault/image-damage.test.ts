/**
 * Damaged images: every kind of damage that has a name is refused with file, offset, limit and fix, and
 * damage at random places never leads to anything but that or to tracks that pass all checks.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { InputError, type InputErrorCode } from '../../src/base/errors.ts';
import type { ByteSource } from '../../src/base/ports.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { writeImage } from '../../src/image/write-image.ts';
import { buildTrack } from '../../src/track/track-image.ts';
import {
  buildCompressed,
  buildPlainSet,
  type CompressedForm,
  fingerprints,
  MemoryFile,
  nullContent,
  openMemory,
  sampleGeometry,
  sampleTracks,
  sourceOf,
  tracksOf,
} from '../support/sample-images.ts';

const SHAPE = sampleGeometry('2311-1', 30);
const TRACKS = sampleTracks(SHAPE, 11);
const EXPECTED = fingerprints(TRACKS);
const LAST_TRACK = SHAPE.trackCount - 1;

function plain(): MemoryFile {
  const file = new MemoryFile('plain.ckd');
  writeImage('ckd', sourceOf(SHAPE, TRACKS), [file]);
  return file;
}

/** Reads every track; gives the fingerprints, or the error that ended it. */
function readAll(
  parts: readonly ByteSource[],
  shadows: readonly ByteSource[] = [],
): readonly string[] | InputError {
  try {
    return fingerprints(tracksOf(openMemory(parts, shadows)));
  } catch (error) {
    // Anything but an input error is a bug and fails the test.
    if (error instanceof InputError) return error;
    throw error;
  }
}

function expectRefusal(
  result: ReturnType<typeof readAll>,
  code: InputErrorCode,
  place: { readonly file: string; readonly offset: number },
): void {
  expect(result).toBeInstanceOf(InputError);
  expect(result).toMatchObject({ code, place });
  const { what, limit, fix } = result as InputError;
  for (const text of [what, limit, fix]) expect(text.length).toBeGreaterThan(10);
}

/** A changed copy of a file. */
function changed(
  file: MemoryFile,
  change: (view: DataView, bytes: Uint8Array) => void,
): MemoryFile {
  const bytes = file.bytes.slice();
  change(new DataView(bytes.buffer), bytes);
  return new MemoryFile(file.name, bytes);
}

function cut(file: MemoryFile, length: number): MemoryFile {
  return new MemoryFile(file.name, file.bytes.slice(0, length));
}

describe('headers', () => {
  it('wrong magic', () => {
    const file = changed(plain(), (_, bytes) => bytes.set(Buffer.from('CKD_X370')));
    expectRefusal(readAll([file]), 'IMAGE_NOT_RECOGNISED', { file: 'plain.ckd', offset: 0 });
    const empty = new MemoryFile('empty');
    expectRefusal(readAll([empty]), 'IMAGE_NOT_RECOGNISED', { file: 'empty', offset: 0 });
  });

  it('a fixed-block image', () => {
    const file = changed(plain(), (_, bytes) => bytes.set(Buffer.from('FBA_C370')));
    expectRefusal(readAll([file]), 'IMAGE_UNSUPPORTED', { file: 'plain.ckd', offset: 0 });
  });

  it.each([
    ['unknown device type', 16, (view: DataView) => view.setUint8(16, 0x99)],
    ['heads of another type', 8, (view: DataView) => view.setUint32(8, 15, true)],
    ['slot of 20 bytes', 12, (view: DataView) => view.setUint32(12, 20, true)],
    ['slot of 1 GiB', 12, (view: DataView) => view.setUint32(12, 1 << 30, true)],
  ])('impossible geometry: %s', (_, offset, change) => {
    for (const file of [plain(), buildCompressed(SHAPE, TRACKS)]) {
      const bad = changed(file, change);
      expectRefusal(readAll([bad]), 'IMAGE_GEOMETRY', { file: file.name, offset });
    }
  });

  it.each([0, 1_182_007])('impossible geometry: %d cylinders in a table', (cylinders) => {
    const bad = changed(buildCompressed(SHAPE, TRACKS), (view) =>
      view.setUint32(552, cylinders, true),
    );
    expectRefusal(readAll([bad]), 'IMAGE_GEOMETRY', { file: 'base.cckd', offset: 552 });
  });

  it('no file at all', () => {
    expect(readAll([])).toMatchObject({ code: 'IMAGE_PART_MISSING' });
  });
});

describe('sets of files', () => {
  const parts = buildPlainSet(SHAPE, TRACKS, 12);
  const pick = (...numbers: number[]): readonly MemoryFile[] =>
    numbers.map((number) => parts[number - 1] ?? plain());

  it('a missing part', () => {
    expectRefusal(readAll(pick(1, 2)), 'IMAGE_PART_MISSING', { file: 'set_2.ckd', offset: 18 });
    expectRefusal(readAll(pick(1, 3)), 'IMAGE_PART_MISSING', { file: 'set_3.ckd', offset: 17 });
    expectRefusal(readAll(pick(2)), 'IMAGE_PART_MISSING', { file: 'set_2.ckd', offset: 17 });
  });

  it('two parts swapped, or one twice', () => {
    expectRefusal(readAll(pick(2, 1, 3)), 'IMAGE_PART_ORDER', { file: 'set_2.ckd', offset: 17 });
    expectRefusal(readAll(pick(1, 3, 2)), 'IMAGE_PART_ORDER', { file: 'set_3.ckd', offset: 17 });
    expectRefusal(readAll(pick(1, 1, 3)), 'IMAGE_PART_ORDER', { file: 'set_1.ckd', offset: 17 });
    expectRefusal(readAll(pick(1, 2, 2, 3)), 'IMAGE_PART_ORDER', { file: 'set_2.ckd', offset: 17 });
  });

  it('a part of another volume, or of another kind', () => {
    const other = buildPlainSet(sampleGeometry('2314-1', 24), [], 12)[1];
    const mixed = [...pick(1), ...(other === undefined ? [] : [other])];
    expectRefusal(readAll(mixed), 'IMAGE_PART_ORDER', { file: 'set_2.ckd', offset: 8 });
    const packed = [...pick(1), buildCompressed(SHAPE, TRACKS)];
    expectRefusal(readAll(packed), 'IMAGE_PART_ORDER', { file: 'base.cckd', offset: 0 });
    const twice = [buildCompressed(SHAPE, TRACKS), buildCompressed(SHAPE, TRACKS)];
    expectRefusal(readAll(twice), 'IMAGE_PART_ORDER', { file: 'base.cckd', offset: 0 });
  });

  it('a part cut short by a whole cylinder, or with one too many', () => {
    const [first, second, third] = pick(1, 2, 3);
    if (first === undefined || second === undefined || third === undefined) throw new Error('set');
    const short = cut(first, first.sizeBytes - 40_960);
    expectRefusal(readAll([short, second, third]), 'IMAGE_TRUNCATED', {
      file: 'set_1.ckd',
      offset: 18,
    });
    const long = new MemoryFile('set_1.ckd', Buffer.concat([first.bytes, new Uint8Array(40_960)]));
    expectRefusal(readAll([long, second, third]), 'IMAGE_GEOMETRY', {
      file: 'set_1.ckd',
      offset: 18,
    });
  });

  it('a first part that says it is the only one', () => {
    expectRefusal(readAll([plain(), ...pick(2)]), 'IMAGE_PART_ORDER', {
      file: 'plain.ckd',
      offset: 17,
    });
  });
});

describe('tracks', () => {
  const slot = 512 + LAST_TRACK * SHAPE.slotBytes;
  const track = buildTrack({ cylinder: 29, head: 9 }, [{ number: 1, data: new Uint8Array(500) }]);
  const good = TRACKS.slice(0, -1).concat({ kind: 'bytes', bytes: track });
  const file = new MemoryFile('plain.ckd');
  writeImage('ckd', sourceOf(SHAPE, good), [file]);

  it.each([
    ['home address not at its place', 1, (bytes: Uint8Array) => bytes.set([0, 29, 0, 8], slot + 1)],
    ['home address flag', 0, (bytes: Uint8Array) => bytes.set([0x80], slot)],
    ['record 0 with a key', 5, (bytes: Uint8Array) => bytes.set([1], slot + 10)],
    ['a second record 0', 21, (bytes: Uint8Array) => bytes.set([0], slot + 25)],
    [
      'chain past the slot',
      21 + 8 + 0xf000,
      (bytes: Uint8Array) => bytes.set([0xf0, 0], slot + 27),
    ],
    [
      'no end marker',
      529 + 8,
      (bytes: Uint8Array) => bytes.set([1, 1, 1, 1, 1, 0, 0, 0], slot + 529),
    ],
  ])('%s', (_, offset, damage) => {
    const bad = changed(file, (__, bytes) => damage(bytes));
    const result = readAll([bad]);
    expectRefusal(result, 'IMAGE_TRACK', { file: 'plain.ckd', offset: slot + offset });
    expect((result as InputError).what).toContain('29/9');
  });
});

describe('compressed tracks', () => {
  const bytes = buildTrack({ cylinder: 0, head: 0 }, [{ number: 1, data: new Uint8Array(3000) }]);
  const make = (compression: 'zlib' | 'none', content = bytes): MemoryFile =>
    buildCompressed(SHAPE, [{ kind: 'bytes', bytes: content }], { compression });
  /** Offsets of the first level-2 table, and of the first image. */
  const table = (file: MemoryFile): number => new DataView(file.bytes.buffer).getUint32(1024, true);
  const image = (file: MemoryFile): number =>
    new DataView(file.bytes.buffer).getUint32(table(file), true);

  it('an image that expands past the slot', () => {
    const long = buildTrack({ cylinder: 0, head: 0 }, [
      { number: 1, data: new Uint8Array(60_000) },
    ]);
    const file = make('zlib', long);
    expectRefusal(readAll([file]), 'IMAGE_COMPRESSION', {
      file: 'base.cckd',
      offset: image(file) + 5,
    });
    expect((readAll([file]) as InputError).what).toContain('past the 4091 bytes');
    const raw = make('none', long.slice(0, 60_000));
    expectRefusal(readAll([raw]), 'IMAGE_TRACK', { file: 'base.cckd', offset: image(raw) + 4096 });
  });

  it('an unknown compression', () => {
    const file = make('zlib');
    const bad = changed(file, (_, content) => content.set([3], image(file)));
    expectRefusal(readAll([bad]), 'IMAGE_COMPRESSION', { file: 'base.cckd', offset: image(file) });
  });

  it('a stream damaged or followed by more', () => {
    const file = make('zlib');
    const bad = changed(file, (_, content) => content.set([0xff], image(file) + 9));
    expectRefusal(readAll([bad]), 'IMAGE_COMPRESSION', {
      file: 'base.cckd',
      offset: image(file) + 5,
    });
    const longer = changed(file, (view) => {
      const at = table(file) + 4;
      view.setUint16(at, view.getUint16(at, true) + 1, true);
    });
    expect((readAll([longer]) as InputError).what).toContain('1 bytes follow the zlib stream');
    for (const length of [6, 20, 40]) {
      const short = changed(file, (view) => view.setUint16(table(file) + 4, length, true));
      const wrong = changed(short, (_, content) => content.set([2], image(file)));
      for (const broken of [short, wrong]) {
        expectRefusal(readAll([broken]), 'IMAGE_COMPRESSION', {
          file: 'base.cckd',
          offset: image(file) + 5,
        });
      }
    }
  });

  it('bytes behind the end marker', () => {
    const padded = new Uint8Array(bytes.length + 3);
    padded.set(bytes);
    for (const compression of ['zlib', 'none'] as const) {
      const file = make(compression, padded);
      expectRefusal(readAll([file]), 'IMAGE_TRACK', { file: 'base.cckd', offset: image(file) });
      expect((readAll([file]) as InputError).what).toContain('3 bytes follow its end marker');
    }
  });

  it('an image of another track', () => {
    const other = buildTrack({ cylinder: 0, head: 1 }, [{ number: 1, data: new Uint8Array(3000) }]);
    const file = make('zlib', other);
    expectRefusal(readAll([file]), 'IMAGE_TRACK', { file: 'base.cckd', offset: image(file) + 1 });
  });
});

describe('tables', () => {
  const file = buildCompressed(SHAPE, TRACKS);
  const level2 = new DataView(file.bytes.buffer).getUint32(1024, true);
  const withImage = TRACKS.findIndex((content) => content.kind === 'bytes');
  const entry = level2 + 8 * withImage;

  it.each([
    ['level-1 entries', 516, (view: DataView) => view.setInt32(516, 1, true)],
    ['level-1 entries below zero', 516, (view: DataView) => view.setInt32(516, -1, true)],
    ['level-2 entries', 520, (view: DataView) => view.setInt32(520, 128, true)],
    ['null format', 556, (view: DataView) => view.setUint8(556, 3)],
    [
      'level-2 table past the end',
      1024,
      (view: DataView) => view.setUint32(1024, 0x7fff_0000, true),
    ],
    ['level-2 table in the headers', 1024, (view: DataView) => view.setUint32(1024, 512, true)],
    [
      'level-1 entry of a shadow',
      1024,
      (view: DataView) => view.setUint32(1024, 0xffff_ffff, true),
    ],
    [
      'level-2 entry past the end',
      entry,
      (view: DataView) => view.setUint32(entry, 0xfff_0000, true),
    ],
    ['level-2 entry in the tables', entry, (view: DataView) => view.setUint32(entry, 1026, true)],
    [
      'level-2 entry of a shadow',
      entry,
      (view: DataView) => view.setUint32(entry, 0xffff_ffff, true),
    ],
    ['image of no length', entry, (view: DataView) => view.setUint16(entry + 4, 5, true)],
    [
      'null track longer than the slot',
      1024,
      (view: DataView) => {
        view.setUint32(entry, 0, true);
        view.setUint16(entry + 4, 2, true);
      },
    ],
  ])('%s', (_, offset, change) => {
    const bad = changed(file, change);
    expectRefusal(readAll([bad]), 'IMAGE_TABLE', { file: 'base.cckd', offset });
    // Found when the file is opened, before anybody has used a track.
    expect(() => openMemory([bad])).toThrow(InputError);
  });
});

describe('shadow files', () => {
  const base = buildCompressed(SHAPE, TRACKS);
  const shadow = (shape = SHAPE, form: CompressedForm = {}): MemoryFile =>
    buildCompressed(shape, TRACKS, { older: (track) => track > 5, ...form });

  it('without their base, in place of it, or on a plain image', () => {
    expectRefusal(readAll([shadow()]), 'IMAGE_PART_MISSING', { file: 'shadow.cckd', offset: 0 });
    expectRefusal(readAll([base], [base]), 'IMAGE_PART_ORDER', { file: 'base.cckd', offset: 0 });
    expectRefusal(readAll([plain()], [shadow()]), 'IMAGE_UNSUPPORTED', {
      file: 'shadow.cckd',
      offset: 0,
    });
  });

  it('of another volume or format', () => {
    const others = [
      shadow(sampleGeometry('2311-1', 31)),
      shadow(sampleGeometry('2314-1', 15)),
      shadow(SHAPE, { wide: true }),
    ];
    for (const other of others) {
      expectRefusal(readAll([base], [other]), 'IMAGE_PART_ORDER', {
        file: 'shadow.cckd',
        offset: 8,
      });
    }
  });
});

describe('truncation', () => {
  const offsets = (size: number): readonly number[] => {
    const random = new SeededRandom(3, 'truncation');
    const edges = [0, 1, 7, 8, 9, 511, 512, 513, 1023, 1024, 1027, 1028, 1031, 1032, size - 1];
    return [...edges, ...Array.from({ length: 150 }, () => random.below(size))];
  };

  it('of a plain image is refused anywhere but between cylinders', () => {
    const file = plain();
    let between = 0;
    for (const length of [...offsets(file.sizeBytes), 512 + 40_960, 512 + 29 * 40_960]) {
      const result = readAll([cut(file, length)]);
      if (length > 512 && (length - 512) % 40_960 === 0) {
        between += 1;
        expect(result).toEqual(EXPECTED.slice(0, (length - 512) / 4096));
        expect(openMemory([cut(file, length)]).warnings).toHaveLength(1);
      } else {
        expect(result).toBeInstanceOf(InputError);
      }
    }
    expect(between).toBe(2);
  });

  it('of any part of a set is refused anywhere', () => {
    const parts = buildPlainSet(SHAPE, TRACKS, 12);
    for (const [at, part] of parts.entries()) {
      for (const length of offsets(part.sizeBytes)) {
        // The last part says nothing of its length: like a single file, it can end between cylinders.
        if (at === parts.length - 1 && length > 512 && (length - 512) % 40_960 === 0) continue;
        const set = parts.with(at, cut(part, length));
        expect(readAll(set)).toMatchObject({ place: { file: part.name } });
      }
    }
  });

  it.each<CompressedForm>([{}, { bigEndian: true }, { wide: true }, { compression: 'none' }])(
    'of a compressed image (%o) is refused, or cuts nothing that is reachable',
    (form) => {
      const file = buildCompressed(SHAPE, TRACKS, form);
      for (const length of offsets(file.sizeBytes)) {
        const result = readAll([cut(file, length)]);
        expect(result).toBeInstanceOf(InputError);
        if (length >= 8) expect(result).toMatchObject({ code: 'IMAGE_TRUNCATED' });
      }
      const padded = new MemoryFile('base', Buffer.concat([file.bytes, new Uint8Array(100)]));
      expect(readAll([padded])).toEqual(EXPECTED);
    },
  );

  it('of a shadow file is refused', () => {
    const base = buildCompressed(SHAPE, TRACKS);
    const shadow = buildCompressed(SHAPE, TRACKS, { older: (track) => track % 2 === 0 });
    expect(readAll([base], [shadow])).toEqual(EXPECTED);
    for (const length of offsets(shadow.sizeBytes)) {
      expect(readAll([base], [cut(shadow, length)])).toBeInstanceOf(InputError);
    }
  });
});

describe('random damage', () => {
  const files: readonly [string, MemoryFile][] = [
    ['plain', plain()],
    ['zlib', buildCompressed(SHAPE, TRACKS)],
    ['big-endian', buildCompressed(SHAPE, TRACKS, { bigEndian: true })],
    ['64-bit', buildCompressed(SHAPE, TRACKS, { wide: true })],
    ['uncompressed', buildCompressed(SHAPE, TRACKS, { compression: 'none' })],
  ];

  it.each(files)(
    '%s: one to four changed bytes give an input error or checked tracks',
    (_, file) => {
      const random = new SeededRandom(4, `damage ${file.name}`);
      let refused = 0;
      for (let round = 0; round < 150; round += 1) {
        const bad = changed(file, (__, bytes) => {
          for (let count = 1 + random.below(4); count > 0; count -= 1) {
            // Half of the damage goes into headers and tables, where it does most.
            const area = random.below(2) === 0 ? 1040 : bytes.length;
            bytes[random.below(area)] = random.below(256);
          }
        });
        if (readAll([bad]) instanceof InputError) refused += 1;
      }
      expect(refused).toBeGreaterThan(2);
    },
  );

  it.each([1, 2])('a track image of noise after compression byte %d is refused', (method) => {
    const random = new SeededRandom(method, 'noise');
    const bytes = buildTrack({ cylinder: 0, head: 0 }, [{ number: 1, data: new Uint8Array(3000) }]);
    for (let round = 0; round < 50; round += 1) {
      const file = buildCompressed(SHAPE, [{ kind: 'bytes', bytes }, nullContent(1)], {
        compression: 'none',
      });
      const start = file.bytes.length - 2048 - bytes.length;
      file.bytes.set(random.bytes(3000), start + 5);
      if (method === 2) file.bytes.set(Buffer.from('BZh11AY&SY', 'latin1'), start + 5);
      file.bytes[start] = method;
      expect(readAll([file])).toMatchObject({ code: 'IMAGE_COMPRESSION' });
    }
  });
});
