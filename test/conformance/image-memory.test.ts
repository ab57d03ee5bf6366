/**
 * Conversion streams: a process that writes and reads images far larger than its memory limit stays
 * below 256 MiB, Node itself included. Left to CI.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { IS_LONG } from '../support/effort.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TOP } from '../support/tree.ts';

const FOLDER = temporaryFolder();
const LIMIT_KIB = 256 * 1024;

it.runIf(IS_LONG)(
  'writing, reading and converting 350 MiB takes less than 256 MiB of memory',
  () => {
    const script = join(FOLDER, 'convert.mjs');
    const door = (name: string): string => pathToFileURL(join(TOP, 'src', name)).href;
    writeFileSync(
      script,
      `import { imageGeometry, trackSource } from '${door('image.ts')}';
import { digestVolume, openImageFile, saveImageFile } from '${door('store.ts')}';
import { findModel } from '${door('geometry/device-model.ts')}';
import { buildTrack } from '${door('track/track-image.ts')}';
import { SeededRandom } from '${door('base/random.ts')}';
const geometry = imageGeometry(findModel('3390-1').type, 430);
const data = new SeededRandom(1, 'memory').bytes(56_000);
data.fill(0x40, 0, 20_000);
const source = trackSource(geometry, (track) => ({
  kind: 'bytes',
  bytes: buildTrack({ cylinder: Math.floor(track / 15), head: track % 15 }, [{ number: 1, data }]),
}));
const path = (name) => ${JSON.stringify(FOLDER)} + '/' + name;
await saveImageFile(path('a.cckd'), 'cckd', source, { flush: false });
const packed = await openImageFile(path('a.cckd'));
await saveImageFile(path('b.ckd'), 'ckd', packed.image, { flush: false });
const plain = await openImageFile(path('b.ckd'));
await saveImageFile(path('c.cckd'), 'cckd', plain.image, { flush: false });
const same = digestVolume(plain.image).digest === digestVolume(packed.image).digest;
console.log(JSON.stringify({ same, bytes: geometry.trackCount * 56_832, maxRSS: process.resourceUsage().maxRSS }));
`,
    );
    const run = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    const { same, bytes, maxRSS } = JSON.parse(run.stdout) as {
      same: boolean;
      bytes: number;
      maxRSS: number;
    };
    expect(same).toBe(true);
    expect(bytes).toBeGreaterThan(1.25 * LIMIT_KIB * 1024);
    expect(maxRSS).toBeLessThan(LIMIT_KIB);
  },
);
