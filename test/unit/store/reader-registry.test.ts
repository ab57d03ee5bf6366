/**
 * Readers that a writer must not disturb: who is counted, who is forgotten.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitSequence } from '../../../src/base/units.ts';
import { identityText, ownIdentity } from '../../../src/store/process-identity.ts';
import {
  oldestRead,
  READERS_FOLDER,
  ReaderEntry,
  registeredReaders,
} from '../../../src/store/reader-registry.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const root = temporaryFolder();

function newFolder(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

describe('readers', () => {
  it('are none at first', () => {
    expect(oldestRead(newFolder('none'))).toBeUndefined();
  });

  it('hold everything until they say what they look at', () => {
    const folder = newFolder('two');
    const first = ReaderEntry.register(folder);
    expect(oldestRead(folder)).toBe(0);
    first.sees(commitSequence(17));
    expect(oldestRead(folder)).toBe(17);
    const second = ReaderEntry.register(folder);
    second.sees(commitSequence(40));
    expect(oldestRead(folder)).toBe(17);
    expect(registeredReaders(folder, false).map(({ identity }) => identity.pid)).toEqual([
      process.pid,
      process.pid,
    ]);
    first.leave();
    first.leave();
    expect(oldestRead(folder)).toBe(40);
    second.leave();
    expect(oldestRead(folder)).toBeUndefined();
    expect(readdirSync(join(folder, READERS_FOLDER))).toEqual([]);
  });

  it('are forgotten when their process is gone or nothing can be read of them', () => {
    const folder = newFolder('gone');
    const alive = ReaderEntry.register(folder);
    alive.sees(commitSequence(9));
    const inside = join(folder, READERS_FOLDER);
    const gone = identityText({ ...ownIdentity(), pid: 2 ** 22 - 1 });
    writeFileSync(join(inside, 'gone'), `${gone}3\n`);
    writeFileSync(join(inside, 'gone.new'), `${gone}3\n`);
    writeFileSync(join(inside, 'spoilt'), '');
    writeFileSync(join(inside, 'about-to-register.new'), '');
    expect(registeredReaders(folder, false)).toHaveLength(1);
    expect(readdirSync(inside)).toHaveLength(5);
    expect(oldestRead(folder)).toBe(9);
    expect(readdirSync(inside)).toHaveLength(2);
  });

  it('of other hosts, or without a number, are held for', () => {
    const folder = newFolder('elsewhere');
    const inside = join(folder, READERS_FOLDER);
    mkdirSync(inside);
    const elsewhere = identityText({ ...ownIdentity(), pid: 2 ** 22 - 1, host: 'elsewhere' });
    writeFileSync(join(inside, 'one'), `${elsewhere}12\n`);
    expect(oldestRead(folder)).toBe(12);
    writeFileSync(join(inside, 'two'), elsewhere);
    expect(oldestRead(folder)).toBe(0);
  });
});
