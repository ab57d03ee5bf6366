/** Stores in folders: making one where others may be at work, too. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nanos } from '../../../src/base/units.ts';
import { Installation } from '../../../src/installation/installation.ts';
import {
  createStore,
  nearestFolder,
  openStore,
  putInPlace,
} from '../../../src/store/open-store.ts';
import type { SubsystemInput } from '../../../src/subsystem/configuration.ts';
import { fillOf, value, write } from '../../support/small-subsystem.ts';
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

describe('a store that was let go of', () => {
  it('writes nothing any more, whatever its subsystem goes on to do', async () => {
    const folder = join(root, 'gone');
    const opened = createStore(folder, { ...INPUT, content: 'bytes' });
    const { stored } = opened;
    const { subsystem } = stored;
    const installation = new Installation(stored);
    const { device } = value(installation.define({ model: '3390-1', cylinders: 2 }));
    for (let track = 0; track < 5; track += 1) write(subsystem, device, track, 7, 20_000);
    const soon = stored.commitSoon();
    opened.abandon();
    const drives = (): string => {
      const digest = createHash('sha256');
      for (const name of readdirSync(join(folder, 'drives'))) {
        digest.update(readFileSync(join(folder, 'drives', name)));
      }
      return digest.digest('hex');
    };
    const before = drives();
    subsystem.drives.closeOpen();
    expect(subsystem.drives.report().destagedCylinders).toBeGreaterThan(0);
    expect(drives()).toBe(before);
    expect(fillOf(subsystem, device, 3)).toBe(7);
    await expect(soon).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    const again = openStore(folder, { mode: 'read' });
    expect(again.stored.subsystem.deviceSpace(device.index).mapped).toBe(0);
    again.close();
  });
});

describe('reading tracks of a store', () => {
  it('lets go of everything when it cannot be registered to its end', () => {
    const folder = join(root, 'unregistered');
    createStore(folder, INPUT).close();
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = process.platform === 'linux' ? open() : 0;
    // While the state is loaded, its entry goes.
    const clock = {
      now: () => {
        rmSync(join(folder, 'readers'), { recursive: true, force: true });
        return nanos(1);
      },
    };
    for (let count = 0; count < 3; count += 1) {
      expect(() => openStore(folder, { mode: 'readTracks', ports: { clock } })).toThrow(
        'registering as a reader',
      );
    }
    if (process.platform === 'linux') expect(open()).toBe(before);
    openStore(folder, { mode: 'readTracks' }).close();
    expect(readdirSync(join(folder, 'readers'))).toEqual([]);
  });
});

describe('a store on its way', () => {
  it('is put in its place, and stays there', () => {
    const place = join(root, 'deep/er/place');
    const top = nearestFolder(place);
    expect(top).toBe(root);
    mkdirSync(join(root, 'deep/er'), { recursive: true });
    createStore(join(root, 'deep/er/unfinished'), INPUT).close();
    putInPlace(join(root, 'deep/er/unfinished'), place, top);
    openStore(place, { mode: 'write' }).close();
    expect(() => putInPlace(join(root, 'nothing'), place, top)).toThrow('putting the store');
  });
});
