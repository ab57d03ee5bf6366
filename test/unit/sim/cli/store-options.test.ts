/**
 * Words of the command line as requests to a store, and which of them mean nothing.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  backupRequest,
  checkRequest,
  collectRequest,
  defineRequest,
  driveName,
  importRequest,
  initRequest,
  releaseRequest,
  restoreRequest,
  scratchRequest,
  snapshotRequest,
} from '../../../../sim/cli/store-options.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const folder = temporaryFolder();
const HOUR = 3_600_000_000_000;
const TOKEN = '00112233445566778899AABBCCDDEEFF';

describe('init', () => {
  it('makes six and two drives and sixteen empty devices unless told otherwise', () => {
    expect(initRequest({})).toMatchObject({
      kind: 'init',
      form: {
        name: 'VDASD',
        content: 'bytes',
        capacity: 16 * 2 ** 30,
        groups: [{ dataDrives: 6, redundancyDrives: 2, compression: 'none' }],
        spares: 1,
        devices: [{ number: { first: 0x0a80, last: 0x0a8f }, model: '3390-3' }],
      },
    });
  });

  it('takes options over the file, and the file over the defaults', () => {
    const config = join(folder, 'store.yaml');
    writeFileSync(config, 'capacity: 2 GiB\nspares: 3\ngroups: [{}, { dataDrives: 4 }]\n');
    const request = initRequest({ config, capacity: '4GiB', drives: '7+1', compression: 'zstd' });
    expect(request).toMatchObject({
      form: {
        capacity: 4 * 2 ** 30,
        spares: 3,
        groups: [
          { dataDrives: 7, redundancyDrives: 1, compression: 'zstd' },
          { dataDrives: 7, redundancyDrives: 1, compression: 'zstd' },
        ],
      },
    });
  });

  it('takes an empty file for a file of defaults', () => {
    const config = join(folder, 'empty.yaml');
    writeFileSync(config, '');
    expect(initRequest({ config })).toEqual(initRequest({}));
  });

  it.each([
    ['capacity: 5 GB\n', "'GB' is no unit"],
    ['grops: []\n', 'the store configuration has no such key'],
    ['devices: [{ number: 0A80, model: 3390-4 }]\n', "unknown device model '3390-4'"],
    [
      'devices: [{ number: 0A80, model: 3390-3, volume: { import: x.cckd } }]\n',
      'use vdasd volume import',
    ],
    ['- a\n', 'the store configuration is a list'],
    ['a: [\n', 'a store configuration is one YAML 1.2 document'],
  ])('says what is wrong with %j, and where', (text, what) => {
    const config = join(folder, 'wrong.yaml');
    writeFileSync(config, text);
    expect(() => initRequest({ config })).toThrow(what);
    expect(() => initRequest({ config })).toThrow(/wrong\.yaml:\d+:\d+: /);
  });

  it.each([
    [{ drives: '6' }, 'write 6+2'],
    [{ capacity: '16' }, 'has no unit'],
    [{ spares: 'one' }, 'is no whole number'],
    [{ name: '1st' }, 'is no name'],
    [{ config: join(folder, 'absent.yaml') }, 'absent.yaml'],
  ])('refuses %j', (options, what) => {
    expect(() => initRequest(options)).toThrow(what);
  });
});

describe('volumes', () => {
  it('are defined on one device or many', () => {
    expect(defineRequest({ device: '0a90-0A9f', model: '3380-K' })).toEqual({
      kind: 'volumeDefine',
      devices: { first: 0x0a90, last: 0x0a9f },
      definition: { model: '3380-K' },
    });
    expect(defineRequest({ volser: 'work01', owner: 'ME', cylinders: '100' })).toEqual({
      kind: 'volumeDefine',
      devices: undefined,
      definition: { volser: 'WORK01', owner: 'ME', cylinders: 100 },
    });
  });

  it.each([
    [{ device: '0A90-0A91', volser: 'WORK01' }, 'define that device by itself'],
    [{ owner: 'ME' }, 'add --volser'],
    [{ device: '0A9' }, 'four hexadecimal digits'],
    [{ volser: 'TOOLONG' }, 'is no volume serial'],
    [{ model: '3390-33' }, "did you mean '3390-3'?"],
    [{ model: '3390-a' }, 'add --cylinders'],
  ])('are not defined by %j', (options, what) => {
    expect(() => defineRequest(options)).toThrow(what);
  });

  it('are imported onto one device', () => {
    expect(importRequest('x.ckd', { device: '0A90' })).toMatchObject({
      kind: 'volumeImport',
      file: 'x.ckd',
      device: 0x0a90,
      shadows: false,
    });
    expect(() => importRequest('x.ckd', { device: '0A90-0A91' })).toThrow('one device number');
    expect(importRequest('x.ckd', { model: '3380-k' })).toMatchObject({ model: '3380-K' });
  });
});

describe('copies', () => {
  it('are of pairs', () => {
    expect(snapshotRequest(['A', '0A85', 'B', '0A86'], { copy: 'background' })).toMatchObject({
      kind: 'snapshot',
      pairs: [
        { source: 'A', target: '0A85' },
        { source: 'B', target: '0A86' },
      ],
      copy: 'background',
      wait: false,
    });
    expect(() => snapshotRequest(['A', '0A85', 'B'], {})).toThrow('no target for B');
  });

  it('wait for data only where data is on its way', () => {
    const wait = { wait: true };
    expect(() => snapshotRequest(['A', 'B'], wait)).toThrow('add --copy background');
    expect(() => backupRequest({ source: ['A'], ...wait })).toThrow('add --copy background');
    expect(() => restoreRequest('A', wait)).toThrow('add --copy background');
    const request = backupRequest({ source: ['A'], copy: 'background', ...wait });
    expect(request).toMatchObject({ words: { options: { wait: 'physical' } } });
  });

  it('keep what was said, and leave the rest to the job', () => {
    expect(
      backupRequest({
        source: ['prod01'],
        target: ['auto'],
        name: 'nightly',
        identity: 'conditioned',
        volser: ['back01'],
        dryRun: true,
      }),
    ).toEqual({
      kind: 'backup',
      dryRun: true,
      words: {
        name: 'nightly',
        sources: ['prod01'],
        targets: ['auto'],
        options: {
          copy: 'none',
          wait: 'logical',
          supersede: false,
          reuse: false,
          overwrite: false,
          identity: 'conditioned',
          volser: ['BACK01'],
        },
      },
    });
    expect(restoreRequest('nightly', { volume: ['prod01'], to: '0A90' })).toMatchObject({
      words: { to: '0A90', options: { backup: 'nightly', volumes: ['PROD01'] } },
    });
  });
});

describe('upkeep', () => {
  it('names drives by group and member', () => {
    expect(driveName('2/14')).toEqual({ group: 2, member: 14 });
    for (const wrong of ['5', '0/', 'a/1', '0.5']) expect(() => driveName(wrong)).toThrow('0/5');
  });

  it('reads times and counts', () => {
    expect(scratchRequest('A', ['user.data'], { hold: '2h' })).toMatchObject({
      dataSets: ['USER.DATA'],
      hold: 2 * HOUR,
      release: true,
    });
    expect(releaseRequest({ volume: ['a'], hold: '1d' })).toMatchObject({ hold: 24 * HOUR });
    expect(collectRequest({ group: '1', cylinders: '7' })).toMatchObject({
      group: 1,
      cylinders: 7,
    });
    expect(releaseRequest({ undo: TOKEN })).toEqual({ kind: 'undo', token: TOKEN });
  });

  it.each([
    () => scratchRequest('A', ['B'], { hold: '1d', release: false }),
    () => releaseRequest({ hold: '1d', dryRun: true }),
    () => releaseRequest({ undo: TOKEN, dryRun: true }),
    () => releaseRequest({ undo: 'AB' }),
    () => checkRequest({ salvage: true }),
    () => collectRequest({ group: '-1' }),
  ])('refuses what contradicts itself (%#)', (ask) => {
    expect(ask).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
