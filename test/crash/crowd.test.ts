/**
 * Processes around one store: one writes, others read what it committed, unhindered and never torn, and
 * nobody else writes meanwhile.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { deviceNumber } from '../../src/base/units.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import { checkStore } from '../../src/store/check-store.ts';
import { NodeMedium } from '../../src/store/node-medium.ts';
import { createStore } from '../../src/store/open-store.ts';
import { IS_LONG } from '../support/effort.ts';
import { value } from '../support/small-subsystem.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CROWD = fileURLToPath(new URL('../support/store-crowd.ts', import.meta.url));
const MILLIS = 6_000;

interface Counted {
  readonly role: string;
  readonly rounds: number;
  readonly versions: number;
  readonly oldest: number;
  readonly newest: number;
  readonly wrong: readonly string[];
}

async function member(role: string, folder: string, millis: number): Promise<Counted> {
  const child = spawn(process.execPath, [CROWD, role, folder, String(millis)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  await new Promise((resolve) => {
    child.once('close', resolve);
  });
  expect(complaint).toBe('');
  return JSON.parse(said) as Counted;
}

it.runIf(IS_LONG)(
  'has one writer, and readers that see whole commits',
  async () => {
    const folder = join(temporaryFolder(), 'store');
    const model = findModel('3390-1');
    if (model === undefined) throw new Error('no such model');
    const store = createStore(folder, {
      name: 'CROWD',
      capacityBytes: 24 * 2 ** 20,
      groups: [{ dataDrives: 2, redundancyDrives: 1, cylinderSectors: 256 }],
    });
    value(
      store.stored.subsystem.defineDevice({ number: deviceNumber(0xa80), model, cylinders: 2 }),
    );
    store.close();
    // The first round has to be there before anybody reads.
    await member('writer', folder, 300);
    const [writer, ...others] = await Promise.all([
      member('writer', folder, MILLIS),
      new Promise<Counted>((resolve, reject) => {
        setTimeout(() => {
          member('rival', folder, MILLIS / 2).then(resolve, reject);
        }, MILLIS / 4);
      }),
      member('checker', folder, MILLIS),
      ...[1, 2].map(() => member('reader', folder, MILLIS)),
    ]);
    process.stdout.write(`a crowd around a store: ${JSON.stringify([writer, ...others])}\n`);
    for (const { role, wrong, rounds } of [writer, ...others]) {
      expect(wrong, role).toEqual([]);
      expect(rounds, role).toBeGreaterThan(5);
    }
    const readers = others.filter(({ role }) => role === 'reader');
    // Readers went along with the writer: they saw many of its commits, and the last ones at last.
    for (const { versions } of readers) expect(versions).toBeGreaterThan(3);
    expect(readdirSync(join(folder, 'readers'))).toEqual([]);
    expect(readdirSync(folder)).not.toContain('lock');
    expect(checkStore(new NodeMedium(folder)).problems).toEqual([]);
  },
  60_000,
);
