/**
 * Reading images of every form: the same tracks come out of all of them.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { trackIndex } from '../../../src/base/units.ts';
import { writeImage } from '../../../src/image/write-image.ts';
import { buildTrack } from '../../../src/track/track-image.ts';
import {
  BZIP2_RECORDS,
  BZIP2_STREAM,
  buildCompressed,
  buildPlainSet,
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

const GEOMETRY = sampleGeometry('2314-1', 30);
const TRACKS = sampleTracks(GEOMETRY, 1);
const BIG = sampleGeometry('3390-1', 20);
const BIG_TRACKS = sampleTracks(BIG, 2);

describe('plain images', () => {
  it('a single file gives back its tracks', () => {
    const file = new MemoryFile('volume.ckd');
    writeImage('ckd', sourceOf(GEOMETRY, TRACKS), [file]);
    const image = openMemory([file]);
    expect(fingerprints(tracksOf(image))).toEqual(fingerprints(TRACKS));
    expect(image).toMatchObject({ format: 'ckd', partCount: 1, shadowCount: 0 });
    expect(image.geometry).toEqual(GEOMETRY);
  });

  it.each([2, 7, 15, 29])('a set with %d cylinders a part gives back its tracks', (perPart) => {
    const files = buildPlainSet(GEOMETRY, TRACKS, perPart);
    expect(files).toHaveLength(Math.ceil(30 / perPart));
    const image = openMemory(files);
    expect(fingerprints(tracksOf(image))).toEqual(fingerprints(TRACKS));
    expect(image.partCount).toBe(files.length);
  });

  it('the plain header of the 64-bit family is read like the older one', () => {
    const file = new MemoryFile('volume.ckd');
    writeImage('ckd', sourceOf(GEOMETRY, TRACKS), [file]);
    file.bytes.set(Buffer.from('CKD_P064', 'latin1'));
    const image = openMemory([file]);
    expect(fingerprints(tracksOf(image))).toEqual(fingerprints(TRACKS));
    expect(image.format).toBe('ckd');
  });

  it('what lies behind the end marker of a slot is not looked at', () => {
    const file = new MemoryFile('volume.ckd');
    writeImage('ckd', sourceOf(GEOMETRY, TRACKS), [file]);
    for (const [track, content] of TRACKS.entries()) {
      const used = trackBytes(GEOMETRY, content, track).length;
      const slot = 512 + track * GEOMETRY.slotBytes;
      file.bytes.fill(0xa5, slot + used, slot + GEOMETRY.slotBytes);
    }
    expect(fingerprints(tracksOf(openMemory([file])))).toEqual(fingerprints(TRACKS));
  });
});

describe('compressed images', () => {
  const forms = [false, true].flatMap((wide) =>
    [false, true].flatMap((bigEndian) =>
      ([0, 1, 2] as const).flatMap((nullFormat) =>
        (['zlib', 'none'] as const).map((compression) => ({
          wide,
          bigEndian,
          nullFormat,
          compression,
        })),
      ),
    ),
  );

  it.each(forms)('%o gives back its tracks', (form) => {
    const image = openMemory([buildCompressed(BIG, BIG_TRACKS, form)]);
    expect(fingerprints(tracksOf(image))).toEqual(fingerprints(BIG_TRACKS));
    expect(image.format).toBe(form.wide ? 'cckd64' : 'cckd');
  });

  it('bzip2 tracks are expanded', () => {
    const bytes = buildTrack({ cylinder: 0, head: 1 }, BZIP2_RECORDS);
    const contents = [nullContent(1), { kind: 'bytes', bytes } as const];
    const shape = sampleGeometry('2311-1', 1);
    const file = buildCompressed(shape, contents, { compression: 'none' });
    const entry = file.bytes.length - 2048 + 8;
    const view = new DataView(file.bytes.buffer, file.bytes.byteOffset);
    const offset = view.getUint32(entry, true);
    file.bytes[offset] = 2;
    file.bytes.set(BZIP2_STREAM, offset + 5);
    view.setUint16(entry + 4, 5 + BZIP2_STREAM.length, true);
    expect(openMemory([file]).readTrack(trackIndex(1))).toEqual(contents[1]);
  });

  it('a table entry of format 0 under a header of format 2 is format 2, a longer length the header’s', () => {
    const file = buildCompressed(BIG, [nullContent(1), nullContent(1)], { nullFormat: 2 });
    const table = file.bytes.length - 2048;
    const view = new DataView(file.bytes.buffer, file.bytes.byteOffset);
    const formatFor = (length: number): unknown => {
      view.setUint16(table + 4, length, true);
      return openMemory([file]).readTrack(trackIndex(0));
    };
    expect([0, 1, 2, 3, 500].map(formatFor)).toEqual(
      [2, 1, 2, 2, 2].map((f) => nullContent(f as 2)),
    );
    file.bytes[512 + 44] = 0;
    expect([0, 1, 2, 3].map(formatFor)).toEqual([0, 1, 2, 0].map((f) => nullContent(f as 0)));
  });

  it('a group without a table is null in the header’s format', () => {
    for (const nullFormat of [0, 1, 2] as const) {
      const file = buildCompressed(BIG, [], { nullFormat });
      expect(file.sizeBytes).toBe(1024 + 4 * Math.ceil(BIG.trackCount / 256));
      expect(new Set(tracksOf(openMemory([file])))).toEqual(new Set([nullContent(nullFormat)]));
    }
  });
});

describe('shadow files', () => {
  it.each([false, true])('the youngest file that has a track wins (64-bit: %s)', (wide) => {
    const [base, first, second] = [3, 4, 5].map((seed) => sampleTracks(BIG, seed));
    const inFirst = (track: number): boolean => track % 3 === 0;
    const inSecond = (track: number): boolean => track % 7 === 0 && track < 200;
    const image = openMemory(
      [buildCompressed(BIG, base ?? [], { wide })],
      [
        buildCompressed(BIG, first ?? [], { wide, older: (t) => !inFirst(t) }),
        // Byte order is each file's own.
        buildCompressed(BIG, second ?? [], { wide, bigEndian: true, older: (t) => !inSecond(t) }),
      ],
    );
    const expected = Array.from({ length: BIG.trackCount }, (_, track) => {
      const from = inSecond(track) ? second : inFirst(track) ? first : base;
      return from?.[track] ?? nullContent(1);
    });
    expect(fingerprints(tracksOf(image))).toEqual(fingerprints(expected));
    expect(image.shadowCount).toBe(2);
  });

  it('an entry of zero in a shadow is a null track, not an older one', () => {
    const image = openMemory(
      [buildCompressed(BIG, BIG_TRACKS)],
      [buildCompressed(BIG, [], { older: (track) => track >= 256, nullFormat: 0 })],
    );
    expect(tracksOf(image).slice(0, 256)).toEqual(Array(256).fill(nullContent(0)));
    expect(tracksOf(image).slice(256)).toEqual(BIG_TRACKS.slice(256));
  });
});

describe('single tracks', () => {
  it('readTrack gives bytes that later reads leave alone', () => {
    const plain = new MemoryFile('volume.ckd');
    writeImage('ckd', sourceOf(BIG, BIG_TRACKS), [plain]);
    for (const file of [plain, buildCompressed(BIG, BIG_TRACKS)]) {
      const image = openMemory([file]);
      const read = BIG_TRACKS.map((_, track) => image.readTrack(trackIndex(track)));
      expect(fingerprints(read)).toEqual(fingerprints(BIG_TRACKS));
      expect(() => image.readTrack(trackIndex(BIG.trackCount))).toThrow(RangeError);
    }
  });

  it('a scan visits the tracks it is asked for', () => {
    const image = openMemory(buildPlainSet(GEOMETRY, TRACKS, 7));
    const seen: number[] = [];
    image.scan(135, 20, (track) => seen.push(track));
    expect(seen).toEqual(Array.from({ length: 20 }, (_, at) => 135 + at));
  });
});

describe('null tracks', () => {
  it('a slot or an image that holds exactly a null track comes out as that null track', () => {
    const contents = ([0, 1, 2] as const).map(nullContent);
    const spelled = contents.map((content, track) => ({
      kind: 'bytes' as const,
      bytes: trackBytes(BIG, content, track),
    }));
    const [plain] = buildPlainSet(BIG, spelled, 20);
    const stored = buildCompressed(BIG, spelled, { compression: 'none' });
    for (const file of [plain, stored]) {
      const image = openMemory(file === undefined ? [] : [file]);
      expect(tracksOf(image).slice(0, 3)).toEqual(contents);
    }
  });

  it('a track that only has the length of a null track keeps its bytes', () => {
    const odd = [
      buildTrack({ cylinder: 0, head: 0 }, [], Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0)),
      buildTrack({ cylinder: 0, head: 1 }, [{ number: 7, data: new Uint8Array(0) }]),
    ].map((bytes) => ({ kind: 'bytes' as const, bytes }));
    const file = new MemoryFile('odd.cckd');
    writeImage('cckd', sourceOf(GEOMETRY, odd), [file]);
    expect(tracksOf(openMemory([file])).slice(0, 2)).toEqual(odd);
  });
});

describe('what an image tells of itself', () => {
  it('the serial number of newer headers', () => {
    const shape = sampleGeometry('3390-1', 1113, '165528848470');
    const image = openMemory([buildCompressed(shape, [])]);
    expect(image.geometry.serial).toBe('165528848470');
    const file = new MemoryFile('copy.cckd');
    writeImage('cckd', image, [file]);
    expect(openMemory([file]).geometry.serial).toBe('165528848470');
  });

  it('the model, for any count from its primary cylinders to all of them', () => {
    const modelOf = (cylinders: number): string | undefined =>
      openMemory([buildCompressed(sampleGeometry('3390-1', cylinders), [])]).model?.name;
    expect([1112, 1113, 1114, 1115, 3339, 3340].map(modelOf)).toEqual([
      undefined,
      '3390-1',
      '3390-1',
      undefined,
      '3390-3',
      '3390-3',
    ]);
  });

  it('warnings: a count of cylinders of no model, an odd slot, a file copied while open or cut', () => {
    const warningsOf = (file: MemoryFile): readonly string[] => openMemory([file]).warnings;
    expect(warningsOf(buildCompressed(sampleGeometry('3390-1', 1113), []))).toEqual([]);
    expect(warningsOf(buildCompressed(BIG, []))).toEqual([
      '20 cylinders are those of no 3390 model, alternates included',
    ]);
    const oddSlot = { ...sampleGeometry('3390-1', 1113), slotBytes: 60_000 };
    expect(warningsOf(buildCompressed(oddSlot, []))).toEqual([
      'the image gives a track 60000 bytes, a 3390 has 56832',
    ]);
    const open = buildCompressed(sampleGeometry('3390-1', 1113), [], { options: 0x80 });
    expect(warningsOf(open)).toEqual([
      'base.cckd at byte 515: the file was open for writing when it was copied; its free space is not used',
    ]);
    const short = buildCompressed(sampleGeometry('3390-1', 1113), []);
    new DataView(short.bytes.buffer).setUint32(512 + 12, 99_999, true);
    expect(warningsOf(short)).toEqual([
      'base.cckd: the file has 1288 bytes and says 99999; every track that is reachable is inside',
    ]);
  });

  it('a free-space chain that leads nowhere does not matter', () => {
    const file = buildCompressed(BIG, BIG_TRACKS);
    const view = new DataView(file.bytes.buffer, file.bytes.byteOffset);
    for (const at of [20, 24, 28, 32, 36]) view.setUint32(512 + at, 0xdead_beef, true);
    expect(fingerprints(tracksOf(openMemory([file])))).toEqual(fingerprints(BIG_TRACKS));
  });
});
