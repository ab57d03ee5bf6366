/**
 * Our images and Debian's Hercules tools: they read what we write, we read what they write.
 *
 * The test command takes a few models; all of them, and all options, are for CI.
 *
 * @module
 */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { trackIndex } from '../../src/base/units.ts';
import type { ImageReader } from '../../src/image/image-reader.ts';
import type { TrackSource } from '../../src/image/track-source.ts';
import { openImageFile } from '../../src/store/open-image-file.ts';
import { saveImageFile } from '../../src/store/save-image-file.ts';
import { digestVolume } from '../../src/store/sha256.ts';
import { parseTrack, recordData } from '../../src/track/track-image.ts';
import { debianTool } from '../support/debian-tools.ts';
import { IS_LONG } from '../support/effort.ts';
import { digestFile } from '../support/image-round-trip.ts';
import { nullContent, sampleGeometry, sampleTracks, sourceOf } from '../support/sample-images.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FOLDER = temporaryFolder();
const dasdcopy = debianTool('dasdcopy');
const cckdcdsk = debianTool('cckdcdsk');
const cckdswap = debianTool('cckdswap');
const dasdinit = debianTool('dasdinit');

/** Volumes of several devices whose first cylinders are full of tracks of all kinds. */
function sampleVolume(model: string, cylinders: number): TrackSource {
  const geometry = sampleGeometry(model, cylinders);
  const contents = [...sampleTracks(sampleGeometry(model, 20), 31)];
  // Null tracks of each kind up to the end of the volume, whole groups of them, too.
  for (let track = contents.length; track < geometry.trackCount; track += 1) {
    const linux = geometry.slotBytes > 49_277 && track % 1000 === 999;
    contents.push(nullContent(linux ? 2 : track % 900 < 20 ? 0 : 1));
  }
  return sourceOf(geometry, contents);
}

/** One in so many ways of `dasdinit` is tried with the test command. */
const SAMPLE_EVERY = 5;
const ALL_VOLUMES = [
  ['2311-1', 200],
  ['3380-1', 885],
  ['2314-1', 203],
  ['3350-1', 560],
  ['3390-1', 1114],
] as const;
const VOLUMES = IS_LONG ? ALL_VOLUMES : ALL_VOLUMES.slice(0, 1);

/** Runs a tool on a file that must not be there yet. */
function make(tool: typeof dasdcopy, args: readonly string[], file: string): string {
  rmSync(file, { force: true });
  expect(tool?.run([...args, file]).exitCode).toBe(0);
  return file;
}

describe.skipIf(cckdcdsk === undefined || dasdcopy === undefined)('what we write', () => {
  it.each(VOLUMES)(
    'a %s of %d cylinders as cckd has no fault and copies back',
    async (model, n) => {
      const source = sampleVolume(model, n);
      const { digest } = digestVolume(source);
      for (const options of [{}, { level: 9 }, { compression: 'none' }] as const) {
        const file = join(FOLDER, 'ours.cckd');
        await saveImageFile(file, 'cckd', source, { ...options, overwrite: true, flush: false });
        const check = cckdcdsk?.run(['-3', '-ro', file]);
        expect(check?.text.trim()).toBe('');
        const copy = make(dasdcopy, ['-q', '-o', 'ckd', file], join(FOLDER, 'theirs.ckd'));
        expect((await digestFile(copy)).digest).toBe(digest);
      }
    },
  );

  it.each(VOLUMES)(
    'a %s of %d cylinders as ckd is copied by dasdcopy in every form',
    async (model, n) => {
      const source = sampleVolume(model, n);
      const { digest } = digestVolume(source);
      const file = join(FOLDER, 'ours.ckd');
      await saveImageFile(file, 'ckd', source, { overwrite: true, flush: false });
      for (const form of ['-z', '-bz2', '-0']) {
        const copy = make(dasdcopy, ['-q', form, file], join(FOLDER, 'theirs.cckd'));
        expect((await digestFile(copy)).digest).toBe(digest);
      }
    },
  );

  it.runIf(IS_LONG)('a set of two files is found and copied by dasdcopy', async () => {
    const source = sampleVolume('3390-3', 2520);
    const saved = await saveImageFile(join(FOLDER, 'set.ckd'), 'ckd', source, {
      overwrite: true,
      flush: false,
    });
    expect(saved.files).toEqual(['set_1.ckd', 'set_2.ckd'].map((name) => join(FOLDER, name)));
    expect(saved.partBytes).toEqual([2_147_397_632, 512 + 15 * 56_832]);
    expect(saved.files.map((name) => statSync(name).size)).toEqual(saved.partBytes);
    const [first = ''] = saved.files;
    const copy = make(dasdcopy, ['-q', '-z', first], join(FOLDER, 'set.cckd'));
    expect((await digestFile(copy)).digest).toBe(digestVolume(source).digest);
    expect((await digestFile(first)).digest).toBe(digestVolume(source).digest);
    for (const name of saved.files) rmSync(name);
  });
});

describe.skipIf(cckdswap === undefined)('byte order', () => {
  it('a file turned big-endian by cckdswap reads the same', async () => {
    const source = sampleVolume('3380-1', 885);
    const file = join(FOLDER, 'swapped.cckd');
    await saveImageFile(file, 'cckd', source);
    expect(cckdswap?.run([file]).exitCode).toBe(0);
    const opened = await openImageFile(file);
    expect(opened.warnings).toEqual([]);
    expect(digestVolume(opened.image).digest).toBe(digestVolume(source).digest);
    opened.close();
  });
});

describe.skipIf(dasdinit === undefined || dasdcopy === undefined)('what dasdinit writes', () => {
  const all = [
    ['2305-2', 96, []],
    ['2311', 200, ['-z']],
    ['2314', 203, ['-a', '-bz2']],
    ['3330-11', 808, ['-0']],
    ['3340', 348, []],
    ['3350', 560, ['-a', '-z']],
    ['3375', 959, ['-bz2']],
    ['3380', 885, []],
    ['9345', 1440, ['-z']],
    ['3390-1', 1113, ['-z']],
    ['3390-1', 1114, ['-a', '-0']],
    ['3390-1', 1113, ['-linux', '-z']],
    ['3390-1', 1113, ['-linux', '-bz2']],
    ['3390-1', 1113, []],
    ['3350', 555, ['-lfs']],
  ] as const;
  const cases = all.filter((_, at) => IS_LONG || at % SAMPLE_EVERY === 1);

  it.each(cases)('%s, %d cylinders, %o', async (model, cylinders, options) => {
    const file = join(FOLDER, 'init');
    rmSync(file, { force: true });
    expect(dasdinit?.run([...options, file, model, 'VDA001']).exitCode).toBe(0);
    const opened = await openImageFile(file);
    const { image } = opened;
    expect(image.geometry.cylinders).toBe(cylinders);
    expect(image.model?.type.name).toBe(model.slice(0, 4));
    expect(opened.warnings).toEqual([]);
    expect(volserOf(image)).toBe('VDA001');
    const { digest } = digestVolume(image);
    opened.close();
    // Hercules' own idea of the content, in the other container.
    const other = image.format === 'ckd' ? ['-z'] : ['-lfs', '-o', 'ckd'];
    const copy = make(dasdcopy, ['-q', ...other, file], join(FOLDER, 'init.copy'));
    expect((await digestFile(copy)).digest).toBe(digest);
  });
});

/** Volume serial of the label, record 3 of track 0. */
function volserOf(image: ImageReader): string {
  const content = image.readTrack(trackIndex(0));
  if (content.kind !== 'bytes') throw new Error('track 0 is null');
  const label = parseTrack(content.bytes)[3];
  if (label === undefined) throw new Error('no third record');
  const ebcdic = recordData(content.bytes, label).subarray(4, 10);
  // X'C1' to X'C9' are A to I, X'E5' is V, X'F0' to X'F9' are digits.
  const letters: Readonly<Record<number, string>> = { 0xe5: 'V', 0xc4: 'D', 0xc1: 'A' };
  return Array.from(ebcdic, (byte) => letters[byte] ?? String(byte - 0xf0)).join('');
}
