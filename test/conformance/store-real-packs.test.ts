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
import { performStoreRequest } from '../../sim/cli/perform-store-request.ts';
import { initRequest } from '../../sim/cli/store-options.ts';
import type { StoreRequest } from '../../sim/cli/store-request.ts';
import type { StoreRecord } from '../../sim/report/store-record.ts';
import { digestVolume, openImageFile } from '../../src/store.ts';
import { byEffort } from '../support/crash-effort.ts';
import { debianTool } from '../support/debian-tools.ts';
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

/** Six packs and their copies take many processes: left to CI. */
const IS_LONG = byEffort({ sample: false, every: true, wide: true });

const EARS = { progress: () => undefined, writes: () => undefined, shouldStop: () => false };

async function ask(request: StoreRequest): Promise<StoreRecord> {
  const task = { kind: 'store', folder: store, host: undefined, request } as const;
  const { outcome } = await performStoreRequest(task, EARS);
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.record;
}

async function digestOfFile(file: string): Promise<string> {
  const opened = await openImageFile(file);
  try {
    return digestVolume(opened.image).digest;
  } finally {
    opened.close();
  }
}

async function digestOf(volume: string): Promise<string | null> {
  const record = await ask({ kind: 'volume', volume, digest: true });
  return record.kind === 'volume' ? record.digest : null;
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
  if (IS_LONG && names.length > 0) await ask(initRequest({ capacity: '4GiB' }));
});

describe.runIf(IS_LONG && names.length > 0)('a real pack in a store', () => {
  it('has the same digest and data sets after import, kill -9, and export', async () => {
    const devices = new Map<string, string>();
    let tracks = 0;
    for (const name of names) {
      const file = join(PACKS, name);
      const rest = { device: undefined, model: undefined, shadows: false } as const;
      const imported = await ask({ kind: 'volumeImport', file, ...rest });
      if (imported.kind !== 'volumeImport') throw new Error(imported.kind);
      devices.set(name, imported.volume.device);
      tracks += imported.byteTracks;
      expect(await digestOf(imported.volume.device)).toBe(await digestOfFile(file));
    }
    expect(tracks).toBeGreaterThan(100);

    // Copies of every pack, at one instant, with the data to follow.
    const pairs: { source: string; target: string }[] = [];
    const sources = Array.from({ length: COPIES }, () => [...devices.values()]).flat();
    for (const source of sources) {
      const record = await ask({ kind: 'volume', volume: source, digest: false });
      if (record.kind !== 'volume') throw new Error(record.kind);
      const { model, cylinders } = record.volume;
      const definition = { model, cylinders };
      const defined = await ask({ kind: 'volumeDefine', devices: undefined, definition });
      if (defined.kind !== 'volumeDefine') throw new Error(defined.kind);
      pairs.push({ source, target: defined.volumes[0]?.device ?? '' });
    }
    const rest = { overwrite: false, supersede: false, label: 'packs', wait: false } as const;
    const made = await ask({ kind: 'snapshot', pairs, copy: 'background', ...rest });
    if (made.kind !== 'snapshot') throw new Error(made.kind);
    await workAndBeKilled(made.tracks);
    const status = { kind: 'status', name: made.pollingToken, detail: false } as const;
    expect(await ask(status)).toMatchObject({ copies: [{ state: 'copying' }] });

    expect(await ask({ kind: 'check', repair: false, salvage: false })).toMatchObject({
      problems: [],
    });
    expect(await ask({ kind: 'work' })).toMatchObject({ idle: true });
    expect(await ask(status)).toMatchObject({ copies: [{ state: 'complete' }] });

    for (const [at, { source, target }] of pairs.entries()) {
      expect(await digestOf(target)).toBe(await digestOf(source));
      if (at >= names.length) continue;
      const name = names[at % names.length] ?? '';
      const file = join(folder, `${at}.cckd`);
      await ask({ kind: 'volumeExport', volume: target, file, format: 'cckd' });
      expect(await digestOfFile(file), name).toBe(await digestOf(source));
      if (dasdls === undefined) continue;
      const listed = await ask({ kind: 'dataSets', volume: source });
      if (listed.kind !== 'dataSets') throw new Error(listed.kind);
      const { text } = dasdls.run([file]);
      for (const dataSet of listed.dataSets) expect(text, name).toContain(dataSet.name);
    }
  });
});
