/**
 * A real disk without space, through the command line: exit code 7, nothing lost, and work goes on after
 * space was made.
 *
 * The disk is a small file system of its own; where none may be mounted the tests are skipped with a
 * message. They take many processes, and are left to CI. What happens at every place where space may end, `store-full.test.ts` asks of a medium in
 * memory.
 */
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { initRequest } from '../../sim/cli/store-options.ts';
import { askStore, digestInStore, problemsInStore } from '../support/ask-store.ts';
import { runVdasd } from '../support/command-line.ts';
import { byEffort, IS_LONG } from '../support/effort.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DISK_BYTES = 32 * 2 ** 20;
/** Kept back, so that space can be made afterwards. */
const BALLAST_BYTES = 10 * 2 ** 20;
/** What is left free before each command of the second test. */
const FREE_BYTES = byEffort({
  every: [0, 4_096, 12_288, 20_480, 61_440, 204_800],
  wide: Array.from({ length: 40 }, (_, step) => step * 8_192),
});

/** Small cylinders: what is written to drives is whole ones. */
const CONFIG = `capacity: 64 MiB
groups: [{ dataDrives: 2, redundancyDrives: 1, cylinderSectors: 256 }]
`;
const VOLUME = '{ sample: production, volser: FULL01 }';

const home = temporaryFolder();
const mountPoint = join(home, 'disk');
mkdirSync(mountPoint);
const disk = IS_LONG ? await mountSmallDisk(mountPoint, DISK_BYTES) : undefined;
const folder = disk?.folder ?? '';
const store = join(folder, 'store');
const ballast = join(folder, 'ballast');
const image = join(home, 'volume.cckd');

const seen: string[] = [];

/** Devices with volumes, each with the digest of what is on it. */
async function contents(): Promise<ReadonlyMap<string, unknown>> {
  const { volumes } = await askStore(store, { kind: 'volumes' });
  const digests = new Map<string, unknown>();
  for (const { device, volser } of volumes) {
    if (volser !== null) digests.set(device, await digestInStore(store, device));
  }
  return digests;
}

async function expectSound(): Promise<void> {
  expect(await problemsInStore(store)).toEqual([]);
}

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Fills the disk but for so much. */
function leave(bytes: number): void {
  rmSync(ballast, { force: true });
  const size = freeBytes() - bytes;
  if (size > 0) writeFileSync(ballast, Buffer.alloc(size, 1));
}

beforeAll(async () => {
  if (disk === undefined) return;
  const config = join(home, 'store.yaml');
  const sample = join(home, 'sample');
  writeFileSync(config, `${CONFIG}devices: [{ number: 0B00, model: 3390-1, volume: ${VOLUME} }]\n`);
  await askStore(sample, initRequest({ config }));
  const format = { file: image, format: 'cckd' } as const;
  await askStore(sample, { kind: 'volumeExport', volume: '0B00', ...format });
  writeFileSync(config, CONFIG);
  await askStore(store, initRequest({ config }));
});

afterAll(async () => {
  if (disk !== undefined) console.log(`a full disk: refused ${seen.join(', ')}`);
  await disk?.close();
});

describe.runIf(disk !== undefined)('a full disk', () => {
  it('ends imports with exit code 7, and takes more when there is space again', async () => {
    writeFileSync(ballast, Buffer.alloc(BALLAST_BYTES, 1));
    let before = await contents();
    let refused = runVdasd(['volume', 'import', store, image]);
    for (let count = 0; refused.exitCode === 0 && count < 40; count += 1) {
      before = await contents();
      refused = runVdasd(['volume', 'import', store, image]);
    }
    expect(refused.exitCode, refused.errors).toBe(7);
    expect(refused.errors).toContain('no space left');
    expect(before.size).toBeGreaterThan(0);
    // All that was there can be read without any space, and nothing of the last is there.
    expect(await contents()).toEqual(before);
    await expectSound();

    rmSync(ballast);
    const taken = runVdasd(['volume', 'import', store, image]);
    expect(taken.exitCode, taken.errors).toBe(0);
    expect((await contents()).size).toBe(before.size + 1);
    for (const [device, digest] of before) expect(await digestInStore(store, device)).toBe(digest);
    await askStore(store, { kind: 'work' });
    await expectSound();
    process.stdout.write(`a disk of 22 MiB: ${before.size} volumes, one more with 10 MiB more\n`);
  });

  it.each(FREE_BYTES)('with %i bytes free a command does all of its work or none', async (free) => {
    const [source = ''] = (await contents()).keys();
    const commands: readonly (readonly string[])[] = [
      ['volume', 'define', store, '--device', '0C00'],
      ['backup', store, '--source', source, '--target', '0C00', '--name', 'copy'],
      ['withdraw', store, 'copy', '--discard'],
      ['volume', 'rm', store, '0C00', '--even-backup'],
    ];
    let refusals = 0;
    for (const args of commands) {
      const before = await contents();
      leave(free);
      const first = runVdasd(args);
      if (first.exitCode === 0) continue;
      refusals += 1;
      expect(first.exitCode, first.errors).toBe(7);
      expect(first.errors).toContain('no space left');
      expect(await contents(), args.join(' ')).toEqual(before);
      await expectSound();
      rmSync(ballast, { force: true });
      const second = runVdasd(args);
      expect(second.exitCode, second.errors).toBe(0);
    }
    rmSync(ballast, { force: true });
    await expectSound();
    seen.push(`${refusals} of ${commands.length} with ${free} bytes`);
    if (free === 0) expect(refusals).toBe(commands.length);
  });
});
