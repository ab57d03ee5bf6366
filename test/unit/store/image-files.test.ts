/**
 * Image files by name: gzip, sets, shadow files, and that a save is whole or nothing.
 *
 * @module
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writeImage } from '../../../src/image/write-image.ts';
import { openImageFile } from '../../../src/store/open-image-file.ts';
import { saveImageFile } from '../../../src/store/save-image-file.ts';
import {
  buildCompressed,
  buildPlainSet,
  fingerprints,
  MemoryFile,
  openMemory,
  sampleGeometry,
  sampleTracks,
  sourceOf,
  tracksOf,
} from '../../support/sample-images.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TOP = temporaryFolder();
const SHAPE = sampleGeometry('2311-1', 60);
const TRACKS = sampleTracks(SHAPE, 21);
const SOURCE = sourceOf(SHAPE, TRACKS);
const EXPECTED = fingerprints(TRACKS);

let folders = 0;
function newFolder(): string {
  folders += 1;
  const folder = join(TOP, String(folders));
  mkdirSync(folder);
  return folder;
}

async function readFile(path: string, shadows?: boolean | string): Promise<readonly string[]> {
  const opened = await openImageFile(path, shadows === undefined ? {} : { shadows });
  try {
    return fingerprints(tracksOf(opened.image));
  } finally {
    opened.close();
  }
}

describe('openImageFile', () => {
  it('reads an image, plain or in gzip, and leaves no temporary file', async () => {
    const folder = newFolder();
    const file = new MemoryFile('x');
    writeImage('ckd', SOURCE, [file]);
    const packed = buildCompressed(SHAPE, TRACKS, { wide: true });
    for (const [name, { bytes }] of Object.entries({ ckd: file, cckd64: packed })) {
      writeFileSync(join(folder, name), bytes);
      writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes));
      expect(await readFile(join(folder, name))).toEqual(EXPECTED);
      expect(await readFile(join(folder, `${name}.gz`))).toEqual(EXPECTED);
    }
    expect(readdirSync(folder)).toHaveLength(4);
  });

  it('keeps pages of zeros and everything between them when it expands gzip', async () => {
    const sparse = Buffer.alloc(1_000_000);
    const shape = sampleGeometry('3390-1', 1);
    const blank = new MemoryFile('x', sparse.subarray(0, 0));
    writeImage('ckd', sourceOf(shape, sampleTracks(shape, 2)), [blank]);
    const path = join(newFolder(), 'sparse.ckd.gz');
    writeFileSync(path, gzipSync(blank.bytes));
    expect(await readFile(path)).toEqual(fingerprints(sampleTracks(shape, 2)));
  });

  it('finds the parts of a set by the name of the first, each plain or in gzip', async () => {
    const folder = newFolder();
    const names = ['set_1.ckd', 'set_2.ckd', 'set_3.ckd'].map((name) => join(folder, name));
    for (const [at, part] of buildPlainSet(SHAPE, TRACKS, 25).entries()) {
      writeFileSync(names[at] ?? '', at === 1 ? gzipSync(part.bytes) : part.bytes);
    }
    const opened = await openImageFile(names[0] ?? '');
    expect(opened.files).toEqual(names);
    expect(fingerprints(tracksOf(opened.image))).toEqual(EXPECTED);
    opened.close();
    await expect(openImageFile(names[1] ?? '')).rejects.toMatchObject({
      code: 'IMAGE_PART_ORDER',
      fix: `give part 1; its name should be ${names[0]}`,
    });
  });

  it('names the part that is missing', async () => {
    const folder = newFolder();
    const [first] = buildPlainSet(SHAPE, TRACKS, 25);
    writeFileSync(join(folder, 'set_1.ckd'), first?.bytes ?? '');
    await expect(openImageFile(join(folder, 'set_1.ckd'))).rejects.toMatchObject({
      code: 'IMAGE_PART_MISSING',
      place: { file: join(folder, 'set_2.ckd') },
    });
  });

  it('reads shadow files when asked, and says so when it does not', async () => {
    const folder = newFolder();
    const base = join(folder, 'volume.cckd');
    const newer = sampleTracks(SHAPE, 22);
    writeFileSync(base, buildCompressed(SHAPE, newer).bytes);
    const shadow = buildCompressed(SHAPE, TRACKS, { older: () => false });
    await expect(openImageFile(base, { shadows: true })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      place: { file: join(folder, 'volume_1.cckd') },
    });
    writeFileSync(join(folder, 'volume_1.cckd'), shadow.bytes);
    expect(await readFile(base, true)).toEqual(EXPECTED);
    expect(await readFile(base, join(folder, 'volume_*.cckd'))).toEqual(EXPECTED);
    const opened = await openImageFile(base);
    expect(fingerprints(tracksOf(opened.image))).toEqual(fingerprints(newer));
    expect(opened.warnings.filter((text) => text.includes('volume_1.cckd'))).toHaveLength(1);
    opened.close();
    await expect(openImageFile(join(folder, 'volume_1.cckd'), { shadows: true })).rejects.toThrow(
      'this is a shadow file',
    );
  });

  it('refuses what is not there, no file, no image', async () => {
    const folder = newFolder();
    await expect(openImageFile(join(folder, 'none'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      place: { file: join(folder, 'none') },
    });
    await expect(openImageFile(folder)).rejects.toMatchObject({ code: 'FILE_REFUSED' });
    writeFileSync(join(folder, 'text'), 'not an image');
    await expect(openImageFile(join(folder, 'text'))).rejects.toMatchObject({
      code: 'IMAGE_NOT_RECOGNISED',
    });
  });

  it('refuses gzip that is cut or damaged', async () => {
    const path = join(newFolder(), 'volume.ckd.gz');
    const gzip = gzipSync(buildCompressed(SHAPE, TRACKS).bytes);
    for (const length of [2, 9, 100, Math.floor(gzip.length / 2), gzip.length - 1]) {
      writeFileSync(path, gzip.subarray(0, length));
      await expect(openImageFile(path)).rejects.toMatchObject({
        code: 'IMAGE_TRUNCATED',
        place: { file: path },
      });
    }
    gzip[Math.floor(gzip.length / 2)] = (gzip[Math.floor(gzip.length / 2)] ?? 0) ^ 0xff;
    writeFileSync(path, gzip);
    await expect(openImageFile(path)).rejects.toMatchObject({ code: 'IMAGE_COMPRESSION' });
  });
});

describe('saveImageFile', () => {
  it.each([
    ['ckd', {}],
    ['cckd', {}],
    ['cckd', { level: 9 }],
    ['cckd', { compression: 'none' }],
  ] as const)('%s %o is the file that the image layer writes', async (format, options) => {
    const folder = newFolder();
    const path = join(folder, 'volume');
    const saved = await saveImageFile(path, format, SOURCE, { ...options, flush: false });
    const file = new MemoryFile('volume');
    const written = writeImage(format, SOURCE, [file], options);
    expect(readFileSync(path).equals(file.bytes)).toBe(true);
    expect(saved).toEqual({ ...written, files: [path] });
    expect(readdirSync(folder)).toEqual(['volume']);
  });

  it('reports progress to the last track', async () => {
    for (const format of ['ckd', 'cckd'] as const) {
      const seen: number[] = [];
      await saveImageFile(join(newFolder(), 'volume'), format, SOURCE, {
        progress: (done) => seen.push(done),
      });
      expect(seen.at(-1)).toBe(SHAPE.trackCount);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    }
  });

  it('refuses to replace a file unless told to', async () => {
    const path = join(newFolder(), 'volume');
    writeFileSync(path, 'precious');
    await expect(saveImageFile(path, 'cckd', SOURCE)).rejects.toMatchObject({
      code: 'FILE_EXISTS',
      place: { file: path },
    });
    expect(readFileSync(path, 'utf8')).toBe('precious');
    await saveImageFile(path, 'cckd', SOURCE, { overwrite: true });
    expect(await readFile(path)).toEqual(EXPECTED);
  });

  it('can replace the very file that it reads from', async () => {
    const path = join(newFolder(), 'volume');
    await saveImageFile(path, 'ckd', SOURCE);
    const opened = await openImageFile(path);
    await saveImageFile(path, 'cckd', opened.image, { overwrite: true });
    opened.close();
    expect(await readFile(path)).toEqual(EXPECTED);
  });

  it('leaves nothing behind, and the old file alone, when the source fails on the way', async () => {
    const folder = newFolder();
    const path = join(folder, 'volume');
    writeFileSync(path, 'precious');
    const damaged = buildCompressed(SHAPE, TRACKS);
    damaged.bytes[1500] = (damaged.bytes[1500] ?? 0) ^ 0xff;
    const image = openMemory([damaged]);
    for (const format of ['ckd', 'cckd'] as const) {
      await expect(saveImageFile(path, format, image, { overwrite: true })).rejects.toMatchObject({
        code: 'IMAGE_COMPRESSION',
      });
      expect(readdirSync(folder)).toEqual(['volume']);
      expect(readFileSync(path, 'utf8')).toBe('precious');
    }
  });

  it('refuses a folder that is not there', async () => {
    const path = join(newFolder(), 'none', 'volume');
    await expect(saveImageFile(path, 'ckd', SOURCE)).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      place: { file: path },
    });
  });
});
