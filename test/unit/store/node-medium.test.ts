/** A medium that is a folder: what the store asks of it, it does with real files. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deviceNumber } from '../../../src/base/units.ts';
import { findModel } from '../../../src/geometry/device-model.ts';
import type { MediumFault } from '../../../src/store/medium.ts';
import { NodeMedium } from '../../../src/store/node-medium.ts';
import { StoredSubsystem } from '../../../src/store/stored-subsystem.ts';
import { value } from '../../support/small-subsystem.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
let count = 0;

function freshMedium(): NodeMedium {
  count += 1;
  return new NodeMedium(join(folder, `medium-${count}`));
}

function faultOf(operation: () => unknown): Partial<MediumFault> {
  try {
    operation();
  } catch (error) {
    const { name, fault, file, operation: what } = error as MediumFault;
    return { name, fault, file, operation: what };
  }
  throw new Error('nothing was thrown');
}

describe('a medium in a folder', () => {
  it('keeps what is written, in pieces, at any offset', () => {
    const medium = freshMedium();
    medium.makeFolder('');
    const file = medium.open('one', 'make');
    const pieces = Array.from({ length: 1_500 }, (_, at) => new Uint8Array(3).fill(at % 251));
    file.write(10, pieces);
    file.flush();
    expect(file.sizeBytes).toBe(10 + 4_500);
    const back = new Uint8Array(4_600).fill(0xff);
    expect(file.read(5, back)).toBe(4_505);
    expect([...back.subarray(0, 5)]).toEqual([0, 0, 0, 0, 0]);
    pieces.forEach((piece, at) => {
      expect(back.subarray(5 + at * 3, 8 + at * 3)).toEqual(piece);
    });
    file.close();
    file.close();
    expect(readFileSync(join(medium.name, 'one'))).toHaveLength(4_510);
  });

  it('makes a file empty, whatever was there, and lengthens it by zeros', () => {
    const medium = freshMedium();
    medium.makeFolder('a/b');
    medium.open('a/b/c', 'make').write(0, [new Uint8Array(100).fill(1)]);
    const file = medium.open('a/b/c', 'make');
    expect(file.sizeBytes).toBe(0);
    file.resize(2 ** 33);
    expect(file.sizeBytes).toBe(2 ** 33);
    const end = new Uint8Array(4);
    expect(file.read(2 ** 33 - 4, end)).toBe(4);
    expect([...end]).toEqual([0, 0, 0, 0]);
    file.resize(0);
    file.close();
  });

  it('lists, renames and removes', () => {
    const medium = freshMedium();
    expect(medium.list('')).toEqual([]);
    medium.makeFolder('f');
    medium.makeFolder('f');
    for (const name of ['f/b', 'f/a', 'f/c']) medium.open(name, 'make').close();
    medium.rename('f/b', 'f/a');
    medium.remove('f/c');
    medium.remove('f/c');
    medium.flushFolder('f');
    medium.flushFolder('');
    medium.flushParents();
    expect(medium.list('f')).toEqual(['a']);
    expect(medium.list('')).toEqual(['f']);
  });

  it.each(['bytes', 'signature'] as const)('carries a store with content %s', (content) => {
    const medium = freshMedium();
    const input = { name: 'FOLDER', content, capacityBytes: 2 ** 22, deviceCountMax: 4 };
    let stored = StoredSubsystem.create(medium, input);
    const model = findModel('3390-1');
    if (model === undefined) throw new Error('no model');
    for (let device = 0; device < 3; device += 1) {
      value(stored.subsystem.defineDevice({ number: deviceNumber(device), model }));
      stored.checkpoint();
      stored.close();
      stored = StoredSubsystem.open(medium, { mode: 'write' });
    }
    expect(stored.subsystem.devices()).toHaveLength(3);
    expect(stored.recovery).toMatchObject({ wasClosed: true, damage: [] });
    stored.close();
  });

  it('says what went wrong, and with which file', () => {
    const medium = freshMedium();
    medium.makeFolder('f');
    expect(faultOf(() => medium.open('f/none', 'read'))).toEqual({
      name: 'MediumFault',
      fault: 'absent',
      file: 'f/none',
      operation: 'open',
    });
    expect(faultOf(() => medium.open('none/x', 'make')).fault).toBe('absent');
    expect(faultOf(() => medium.rename('f/none', 'f/x')).operation).toBe('rename');
    expect(faultOf(() => medium.flushFolder('none')).fault).toBe('absent');
    medium.open('f/x', 'make').close();
    const toRead = medium.open('f/x', 'read');
    expect(faultOf(() => toRead.write(7, [new Uint8Array(1)])).operation).toBe('write');
    expect(faultOf(() => medium.makeFolder('f/x')).operation).toBe('make folder');
    expect(faultOf(() => medium.open('f', 'write')).fault).toBe('failed');
  });

  it.skipIf(process.getuid?.() === 0)('says when the system does not let us', () => {
    const medium = freshMedium();
    mkdirSync(medium.name);
    writeFileSync(join(medium.name, 'mine'), '');
    chmodSync(join(medium.name, 'mine'), 0);
    expect(faultOf(() => medium.open('mine', 'read')).fault).toBe('denied');
  });

  it.skipIf(process.platform !== 'linux')('says when there is no space', () => {
    const medium = new NodeMedium('/dev');
    const full = medium.open('full', 'write');
    expect(faultOf(() => full.write(0, [new Uint8Array(1)])).fault).toBe('full');
    full.close();
  });
});
