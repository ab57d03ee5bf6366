/**
 * Volumes made by Hercules' own tools, with a manifest of digests that were not computed by us: every
 * one imports with the digest that the manifest gives, and survives export and import again.
 *
 * The folder is that of `VDASD_VOLUMES`, which continuous integration builds first; without one the
 * tests are skipped with a message.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImageFile } from '../../src/store/open-image-file.ts';
import { digestVolume } from '../../src/store/sha256.ts';
import { debianTool } from '../support/debian-tools.ts';
import { digestFile, saveAndDigest } from '../support/image-round-trip.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** One line: the digest of a volume's tracks, or the hash of the file where that is reproducible. */
interface ManifestLine {
  readonly digest: string;
  readonly kind: 'content' | 'file';
  readonly name: string;
}

const FOLDER = temporaryFolder();
const volumes = findVolumes();
const manifest = volumes === undefined ? [] : readManifest(volumes);
const cckdcdsk = debianTool('cckdcdsk');

function findVolumes(): string | undefined {
  const given = process.env['VDASD_VOLUMES'];
  if (given !== undefined && existsSync(join(given, 'MANIFEST'))) return given;
  console.log('skipped: VDASD_VOLUMES names no folder with a MANIFEST');
  return undefined;
}

function readManifest(folder: string): readonly ManifestLine[] {
  const lines = readFileSync(join(folder, 'MANIFEST'), 'utf8').trim().split('\n');
  console.log(`volumes: using ${lines.length} lines of MANIFEST`);
  return lines.map((line) => {
    const [digest = '', kind = '', name = ''] = line.split(/ +/);
    if (kind !== 'content' && kind !== 'file') throw new Error(`unknown manifest line: ${line}`);
    return { digest, kind, name };
  });
}

const path = (name: string): string => join(volumes ?? '', name);
/** A volume whose tracks are those of base and shadow files together. */
const hasShadows = (name: string): boolean => existsSync(path(name.replace('.', '_1.')));
/** Part 2 of a set is opened with part 1. */
const whole = manifest.filter(({ name }) => !name.includes('_2.'));

describe.skipIf(volumes === undefined)('volumes of make-volumes.sh', () => {
  it.each(manifest.filter(({ kind }) => kind === 'content'))(
    '$name has the digest of the manifest',
    async ({ digest, name }) => {
      expect((await digestFile(path(name), hasShadows(name))).digest).toBe(digest);
    },
  );

  it.each(manifest.filter(({ kind }) => kind === 'file'))(
    '$name is the file of the manifest, and holds what its other form holds',
    async ({ digest, name }) => {
      expect(
        createHash('sha256')
          .update(readFileSync(path(name)))
          .digest('hex'),
      ).toBe(digest);
      const content = manifest.find(
        (line) => line.kind === 'content' && line.name.split('.')[0] === name.split('.')[0],
      );
      if (content === undefined) return;
      expect((await digestFile(path(name))).digest).toBe(content.digest);
    },
  );

  it.each(whole)('$name survives export to ckd and cckd', async ({ name }) => {
    const opened = await openImageFile(path(name), { shadows: hasShadows(name) });
    const first = digestVolume(opened.image);
    for (const format of ['ckd', 'cckd'] as const) {
      const again = await saveAndDigest(FOLDER, format, opened.image, {}, (file) => {
        if (format === 'ckd') return;
        expect(cckdcdsk?.run(['-3', '-ro', file]).text.trim() ?? '').toBe('');
      });
      expect(again).toEqual(first);
    }
    opened.close();
  });
});
