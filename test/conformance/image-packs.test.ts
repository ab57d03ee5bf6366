/**
 * Real packs of public repositories: every track survives import, export and import again.
 *
 * The packs are not part of the project. They are looked for beside it, and the tests are skipped with
 * a message when they are not there. The test command takes two of them, CI all.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImageFile } from '../../src/store/open-image-file.ts';
import { digestVolume } from '../../src/store/sha256.ts';
import { debianTool } from '../support/debian-tools.ts';
import { IS_LONG } from '../support/effort.ts';
import { digestFile, saveAndDigest } from '../support/image-round-trip.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TOP } from '../support/tree.ts';

const PACKS = join(TOP, '../shared/data/packs');
const all = existsSync(PACKS) ? readdirSync(PACKS).toSorted() : [];
const names = IS_LONG ? all : all.slice(0, 2);
console.log(
  names.length > 0
    ? `real packs: using ${names.length} of ../shared/data/packs`
    : 'skipped: no real packs in ../shared/data/packs',
);
const FOLDER = temporaryFolder();
const cckdcdsk = debianTool('cckdcdsk');
const dasdcopy = debianTool('dasdcopy');
const dasdls = debianTool('dasdls');

/** What is known of each pack: device, cylinders, tracks that are not null, first digits of the digest. */
const KNOWN: Readonly<Record<string, readonly [string, number, number, string]>> = {
  'hyperion-3390.cckd64': ['3390-1', 1114, 47, 'b48af6c2a8787771'],
  'smp003.14b': ['3350-1', 560, 70, '7e5586a9df174477'],
  'sort06.136': ['2314-1', 203, 20, '039fa4281f910b89'],
  'tso001.190': ['3390-1', 1114, 328, '1f734be44030cc63'],
  'vsamin.cckd': ['3350-1', 555, 95, 'e5224def0a382663'],
  'work02.180': ['3380-1', 886, 92, '94c82cd6e5d83800'],
};

describe.skipIf(names.length === 0)('real packs', () => {
  it.each(names)('%s survives export to ckd and cckd', async (name) => {
    const opened = await openImageFile(join(PACKS, name));
    const { image } = opened;
    const first = digestVolume(image);
    const known = KNOWN[name];
    if (known !== undefined) {
      const { model, geometry } = image;
      const shape = [model?.name, geometry.cylinders, first.byteTracks, first.digest.slice(0, 16)];
      expect(shape).toEqual(known);
    }
    expect(opened.warnings).toEqual([]);
    for (const format of ['ckd', 'cckd'] as const) {
      const again = await saveAndDigest(FOLDER, format, image, {}, (file) => {
        if (format === 'ckd') return;
        expect(cckdcdsk?.run(['-3', '-ro', file]).text.trim() ?? '').toBe('');
      });
      expect(again).toEqual(first);
    }
    opened.close();
  });

  const narrow = names.filter((name) => !name.endsWith('64'));

  it.skipIf(dasdcopy === undefined).each(narrow)(
    '%s holds what dasdcopy finds in it',
    async (name) => {
      const copy = join(FOLDER, `${name}.copy`);
      expect(dasdcopy?.run(['-q', '-o', 'ckd', join(PACKS, name), copy]).exitCode).toBe(0);
      expect((await digestFile(copy)).digest).toBe((await digestFile(join(PACKS, name))).digest);
    },
  );

  it.skipIf(dasdls === undefined).each(narrow)(
    '%s is listed by dasdls like its copies',
    async (name) => {
      const list = (file: string): readonly string[] =>
        dasdls?.run(['-info', file]).text.split('\n').slice(1) ?? [];
      const expected = list(join(PACKS, name));
      const opened = await openImageFile(join(PACKS, name));
      for (const format of ['ckd', 'cckd'] as const) {
        await saveAndDigest(FOLDER, format, opened.image, {}, (file) => {
          expect(list(file)).toEqual(expected);
        });
      }
      opened.close();
    },
  );
});
