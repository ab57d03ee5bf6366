/** Stores in folders: making one where others may be at work, too. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createStore, openStore } from '../../../src/store/open-store.ts';
import type { SubsystemInput } from '../../../src/subsystem/configuration.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const root = temporaryFolder();
const INPUT: SubsystemInput = {
  name: 'FOLDER',
  capacityBytes: 4 * 2 ** 20,
  groups: [{ dataDrives: 2, redundancyDrives: 1, cylinderSectors: 256 }],
  content: 'signature',
};

describe('making a store in a folder', () => {
  it('is refused where there is anything but what others have left of a lock', () => {
    const folder = join(root, 'left');
    mkdirSync(folder);
    writeFileSync(join(folder, 'lock.0'), '');
    createStore(folder, INPUT).close();
    expect(() => createStore(folder, INPUT)).toThrow(
      expect.objectContaining({ code: 'STORE_EXISTS' }),
    );
    openStore(folder, { mode: 'write' }).close();
    const other = join(root, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'letter'), 'Dear reader');
    expect(() => createStore(other, INPUT)).toThrow(
      expect.objectContaining({ code: 'STORE_EXISTS' }),
    );
    expect(readFileSync(join(other, 'letter'), 'latin1')).toBe('Dear reader');
  });

  it('leaves a store alone that somebody else has made there meanwhile', () => {
    const folder = join(root, 'meanwhile');
    const elsewhere = join(root, 'elsewhere');
    createStore(elsewhere, INPUT).close();
    const superblock = readFileSync(join(elsewhere, 'store.vdasd'));
    // The configuration is looked at when the folder was found empty.
    const input: SubsystemInput = {
      ...INPUT,
      get name(): string {
        writeFileSync(join(folder, 'store.vdasd'), superblock);
        return 'FOLDER';
      },
    };
    expect(() => createStore(folder, input)).toThrow(
      expect.objectContaining({ code: 'STORE_EXISTS' }),
    );
    expect(readFileSync(join(folder, 'store.vdasd'))).toEqual(superblock);
  });

  it('leaves nothing behind when it cannot be done', () => {
    const folder = join(root, 'nothing');
    expect(() => createStore(folder, { ...INPUT, deviceCountMax: -1 })).toThrow(/deviceCountMax/);
    createStore(folder, INPUT).close();
  });
});
