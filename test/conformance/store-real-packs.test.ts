/**
 * Real packs in a store: imported, backed up, the background copy killed half way, finished by another
 * process, exported: the same digest at every stop, and Hercules' own tool lists the same data sets.
 *
 * The packs are not part of the project; without them the tests are skipped with a message.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { initRequest } from '../../sim/cli/store-options.ts';
import { digestVolume, openImageFile } from '../../src/store.ts';
import { askStore, digestInStore } from '../support/ask-store.ts';
import { debianTool } from '../support/debian-tools.ts';
import { IS_LONG } from '../support/effort.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TOP } from '../support/tree.ts';

const PACKS = join(TOP, '../shared/data/packs');
const names = existsSync(PACKS) ? readdirSync(PACKS).toSorted() : [];
console.log(
  names.length > 0
    ? `real packs: keeping ${names.length} of ../shared/data/packs in a store`
    : 'skipped: no real packs in ../shared/data/packs',
);
const folder = temporaryFolder();
const store = join(folder, 'packs');
const dasdls = debianTool('dasdls');

/** Copies of each pack: enough for work to take a moment. */
const COPIES = 4;

async function digestOfFile(file: string): Promise<string> {
  const opened = await openImageFile(file);
  try {
    return digestVolume(opened.image).digest;
  } finally {
    opened.close();
  }
}

async function tracksOwed(): Promise<number> {
  const record = await askStore(store, { kind: 'relations' });
  return record.relations.reduce((sum, { tracksRemaining }) => sum + tracksRemaining, 0);
}

/** Works in the background and is killed when the copies are half way. */
async function workAndBeKilled(total: number): Promise<void> {
  const launcher = join(TOP, 'bin/vdasd.mjs');
  const args = [launcher, 'work', store, '--progress', 'json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  child.stderr.on('data', (chunk: Buffer) => {
    const counts = [...chunk.toString().matchAll(/"done":(\d+)/g)].map(([, done]) => Number(done));
    if (counts.some((done) => done >= total / 2)) child.kill('SIGKILL');
  });
  const [, signal] = await ended;
  expect(signal).toBe('SIGKILL');
}

beforeAll(async () => {
  if (IS_LONG && names.length > 0) await askStore(store, initRequest({ capacity: '4GiB' }));
});

describe.runIf(IS_LONG && names.length > 0)('a real pack in a store', () => {
  it('has the same digest and data sets after import, kill -9, and export', async () => {
    const devices = new Map<string, string>();
    let tracks = 0;
    for (const name of names) {
      const file = join(PACKS, name);
      const rest = { device: undefined, model: undefined, shadows: false } as const;
      const imported = await askStore(store, { kind: 'volumeImport', file, ...rest });
      devices.set(name, imported.volume.device);
      tracks += imported.byteTracks;
      expect(await digestInStore(store, imported.volume.device)).toBe(await digestOfFile(file));
    }
    expect(tracks).toBeGreaterThan(100);

    // Backups of every pack, with the data to follow.
    const pairs: { source: string; target: string; name: string }[] = [];
    const sources = Array.from({ length: COPIES }, () => [...devices.values()]).flat();
    for (const source of sources) {
      const record = await askStore(store, { kind: 'volume', volume: source, digest: false });
      const { model, cylinders } = record.volume;
      const definition = { model, cylinders };
      const defined = await askStore(store, {
        kind: 'volumeDefine',
        devices: undefined,
        definition,
      });
      const target = defined.volumes[0]?.device ?? '';
      pairs.push({ source, target, name: `${source}-${target}` });
    }
    const options = { copy: 'background', identity: 'clone' } as const;
    for (const { source, target, name } of pairs) {
      const words = { name, sources: [source], targets: [target], options };
      expect(await askStore(store, { kind: 'backup', words, dryRun: false }), name).toMatchObject({
        job: { state: 'done' },
      });
    }
    await workAndBeKilled(await tracksOwed());
    expect(await tracksOwed()).toBeGreaterThan(0);

    expect(await askStore(store, { kind: 'check', repair: false, salvage: false })).toMatchObject({
      problems: [],
    });
    expect(await askStore(store, { kind: 'work' })).toMatchObject({ idle: true });
    expect(await tracksOwed()).toBe(0);

    for (const [at, { source, target, name: job }] of pairs.entries()) {
      const status = { kind: 'status', name: job, detail: false } as const;
      expect(await askStore(store, status)).toMatchObject({ copies: [{ state: 'complete' }] });
      expect(await digestInStore(store, target)).toBe(await digestInStore(store, source));
      if (at >= names.length) continue;
      const name = names[at % names.length] ?? '';
      const file = join(folder, `${at}.cckd`);
      await askStore(store, { kind: 'volumeExport', volume: target, file, format: 'cckd' });
      expect(await digestOfFile(file), name).toBe(await digestInStore(store, source));
      if (dasdls === undefined) continue;
      const listed = await askStore(store, { kind: 'dataSets', volume: source });
      const { text } = dasdls.run([file]);
      for (const dataSet of listed.dataSets) expect(text, name).toContain(dataSet.name);
    }
  });
});
