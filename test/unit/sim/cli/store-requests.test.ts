/**
 * What can be asked of a store, in one process: every request against real files in a small store.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TaskEars } from '../../../../sim/cli/convert-image.ts';
import { performStoreRequest } from '../../../../sim/cli/perform-store-request.ts';
import { initRequest, releaseRequest } from '../../../../sim/cli/store-options.ts';
import type { StoreAnswer, StoreRequest } from '../../../../sim/cli/store-request.ts';
import type { StoreRecord } from '../../../../sim/report/store-record.ts';
import { formatStoreRecord } from '../../../../sim/report/store-report.ts';
import { defaultStoreForm } from '../../../../sim/scenario/store-document.ts';
import { openStore } from '../../../../src/store.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const folder = temporaryFolder();
const store = join(folder, 'packs');

/** Told nothing, asked to go on. */
const EARS: TaskEars = {
  progress: () => undefined,
  writes: () => undefined,
  shouldStop: () => false,
};

async function ask(request: StoreRequest, ears: TaskEars = EARS): Promise<StoreAnswer> {
  return await performStoreRequest(
    { kind: 'store', folder: store, host: undefined, request },
    ears,
  );
}

/** The record of a kind; some records are of several. */
type RecordOf<Kind, Record = StoreRecord> = Record extends { readonly kind: infer Kinds }
  ? Kind extends Kinds
    ? Record
    : never
  : never;

/** The record of a request that is granted. */
async function granted<Kind extends StoreRecord['kind']>(
  kind: Kind,
  request: StoreRequest,
): Promise<RecordOf<Kind>> {
  const { outcome } = await ask(request);
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  expect(outcome.record.kind).toBe(kind);
  // Everything that a request can leave can be shown, and names nothing that is not there.
  const text = formatStoreRecord(outcome.record, 'packs', 100).join('\n');
  expect(text).not.toMatch(/undefined|NaN|\[object/);
  return outcome.record as RecordOf<Kind>;
}

async function refusalOf(request: StoreRequest): Promise<string> {
  const { outcome } = await ask(request);
  return outcome.kind === 'refused' ? outcome.refusal.code : outcome.kind;
}

async function volumes(): Promise<readonly (readonly [string, string | null, string])[]> {
  const { volumes: rows } = await granted('volumes', { kind: 'volumes' });
  return rows.map(({ device, volser, state }) => [device, volser, state] as const);
}

async function digestOf(volume: string): Promise<string | null> {
  return (await granted('volume', { kind: 'volume', volume, digest: true })).digest;
}

const FORM = {
  ...defaultStoreForm(),
  capacity: 256 * 2 ** 20,
  groups: [{ dataDrives: 6, redundancyDrives: 2, compression: 'none' as const }],
  devices: [
    { number: { first: 0x0330, last: 0x0333 }, model: '3330-1', releaseExcluded: false },
    {
      number: { first: 0x0340, last: 0x0340 },
      model: '3330-1',
      releaseExcluded: false,
      volume: { sample: 'production' as const, volser: 'PROD01' },
    },
  ],
};

beforeAll(async () => {
  const made = await granted('init', { kind: 'init', form: FORM });
  expect(made).toMatchObject({ devices: 5, volumes: ['PROD01'], name: 'VDASD' });
});

describe('a store', () => {
  it('is made whole or not at all', async () => {
    expect(readdirSync(folder)).toEqual(['packs']);
    await expect(ask(initRequest({}))).rejects.toMatchObject({ code: 'STORE_EXISTS' });
    expect(readdirSync(folder)).toEqual(['packs']);
  });

  it('is not there where none was made', async () => {
    const elsewhere = {
      kind: 'store',
      folder,
      host: undefined,
      request: { kind: 'volumes' },
    } as const;
    await expect(performStoreRequest(elsewhere, EARS)).rejects.toMatchObject({
      code: 'STORE_ABSENT',
    });
  });

  it('has one writer, and readers beside it', async () => {
    const writer = openStore(store, { mode: 'write' });
    try {
      const define = { kind: 'volumeDefine', devices: undefined, definition: {} } as const;
      await expect(ask(define)).rejects.toMatchObject({ code: 'STORE_BUSY' });
      expect(await volumes()).toHaveLength(5);
    } finally {
      writer.close();
    }
  });
});

describe('volumes', () => {
  it('are listed, shown and defined', async () => {
    expect(await volumes()).toEqual([
      ['0330', null, 'empty'],
      ['0331', null, 'empty'],
      ['0332', null, 'empty'],
      ['0333', null, 'empty'],
      ['0340', 'PROD01', 'online'],
    ]);
    const shown = await granted('volume', { kind: 'volume', volume: 'prod01', digest: false });
    expect(shown).toMatchObject({ volume: { device: '0340' }, digest: null, warnings: [] });
    expect(shown.vtoc?.dataSets.length).toBeGreaterThan(3);
    const defined = await granted('volumeDefine', {
      kind: 'volumeDefine',
      devices: { first: 0x0350, last: 0x0351 },
      definition: { model: '3330-1' },
    });
    expect(defined.volumes.map(({ device }) => device)).toEqual(['0350', '0351']);
  });

  it('are defined all or none', async () => {
    const devices = { first: 0x0351, last: 0x0352 };
    const request = { kind: 'volumeDefine', devices, definition: { model: '3330-1' } } as const;
    expect(await refusalOf(request)).toBe('DEVICE_EXISTS');
    expect((await volumes()).map(([device]) => device)).not.toContain('0352');
  });

  it('are initialised on a device that is empty', async () => {
    const define = { kind: 'volumeDefine', devices: undefined } as const;
    const definition = { model: '3330-1', volser: 'WORK01' };
    const made = await granted('volumeDefine', { ...define, definition });
    expect(made.volumes).toMatchObject([{ device: '0330', volser: 'WORK01', state: 'online' }]);
    expect(await refusalOf({ ...define, definition })).toBe('DUPLICATE_VOLSER');
    const devices = { first: 0x0330, last: 0x0330 };
    const other = { ...define, devices, definition: { volser: 'WORK02' } };
    expect(await refusalOf(other)).toBe('TARGET_HAS_DATA');
    const empty = { first: 0x0331, last: 0x0331 };
    const wrong = {
      ...define,
      devices: empty,
      definition: { ...definition, volser: 'WORK02', model: '3390-3' },
    };
    expect(await refusalOf(wrong)).toBe('GEOMETRY_MISMATCH');
    await granted('volumeRemove', { kind: 'volumeRemove', volume: 'WORK01', evenBackup: false });
    await granted('volumeDefine', { ...define, devices, definition: { model: '3330-1' } });
  });

  it('go out and come in with the same digest, onto an empty device of their model', async () => {
    const file = join(folder, 'prod01.cckd');
    const out = { kind: 'volumeExport', volume: 'PROD01', file, format: 'cckd' } as const;
    const exported = await granted('volumeExport', out);
    expect(exported).toMatchObject({ files: [file], format: 'cckd' });
    await expect(ask(out)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    const imported = await granted('volumeImport', {
      kind: 'volumeImport',
      file,
      device: undefined,
      model: undefined,
      shadows: false,
    });
    // The serial is in use on 0340, so the second volume of that name stays offline.
    expect(imported).toMatchObject({ volume: { device: '0330', state: 'offline' } });
    expect(imported.offline).toContain('DUPLICATE_VOLSER');
    expect(await digestOf('0330')).toBe(await digestOf('0340'));
    await granted('volumeRemove', { kind: 'volumeRemove', volume: '0330', evenBackup: false });
    expect((await volumes()).map(([device]) => device)).not.toContain('0330');
  });

  it('leave nothing when their import is given up', async () => {
    let asked = 0;
    const ears = { ...EARS, shouldStop: () => (asked += 1) > 3 };
    const file = join(folder, 'prod01.cckd');
    const request = { kind: 'volumeImport', file, model: undefined, shadows: false } as const;
    const { outcome } = await ask({ ...request, device: 0x0360 }, ears);
    expect(outcome.kind).toBe('stopped');
    expect((await volumes()).map(([device]) => device)).not.toContain('0360');
    const { problems } = await granted('check', { kind: 'check', repair: false, salvage: false });
    expect(problems).toEqual([]);
  });

  it('leave no file when their export is given up', async () => {
    const file = join(folder, 'given-up.cckd');
    const request = { kind: 'volumeExport', volume: 'PROD01', file, format: 'ckd' } as const;
    const { outcome } = await ask(request, { ...EARS, shouldStop: () => true });
    expect(outcome.kind).toBe('stopped');
    expect(existsSync(file)).toBe(false);
  });
});

describe('copies', () => {
  it('are told, wait for work, and are restored', async () => {
    const digest = await digestOf('PROD01');
    const words = { sources: ['0340'], targets: [], name: 'nightly' };
    const options = { copy: 'background', wait: 'logical' } as const;
    const request = { kind: 'backup', words: { ...words, options }, dryRun: false } as const;
    const tried = await granted('backup', { ...request, dryRun: true });
    expect(tried.job.copies).toMatchObject([{ sourceVolser: 'PROD01', targetVolser: 'BK0001' }]);
    expect((await granted('log', { kind: 'log', job: undefined, all: false })).jobs).toEqual([]);

    const { job } = await granted('backup', request);
    expect(job).toMatchObject({
      state: 'done',
      logicallyComplete: true,
      physicallyComplete: false,
    });
    const status = { kind: 'status', name: 'nightly', detail: true } as const;
    expect((await granted('status', status)).copies).toMatchObject([{ state: 'copying' }]);
    expect((await granted('relations', { kind: 'relations' })).relations).toHaveLength(1);

    const worked = await granted('work', { kind: 'work' });
    expect(worked).toMatchObject({ idle: true, interrupted: false, tracksRemaining: 0 });
    const [copy] = (await granted('status', status)).copies;
    expect(copy).toMatchObject({ state: 'complete', physicallyComplete: true });
    const byToken = { ...status, name: copy?.pollingToken ?? '' };
    expect((await granted('status', byToken)).copies).toEqual([copy]);

    const scratch = {
      kind: 'dataSetScratch',
      volume: 'PROD01',
      hold: undefined,
      release: true,
    } as const;
    const { dataSets } = await granted('dataSets', { kind: 'dataSets', volume: 'PROD01' });
    const doomed = dataSets.find(({ name }) => !name.startsWith('SYS1.'))?.name ?? '';
    const gone = await granted('dataSetScratch', { ...scratch, dataSets: [doomed] });
    expect(gone).toMatchObject({ dataSets: [doomed], notReleased: null });
    expect(await digestOf('PROD01')).not.toBe(digest);

    const restore = { to: undefined, options: { backup: 'nightly' } };
    await granted('restore', { kind: 'restore', words: restore, dryRun: false });
    expect(await digestOf('PROD01')).toBe(digest);
    const log = await granted('log', { kind: 'log', job: 'nightly', all: false });
    expect(log.jobs).toMatchObject([{ state: 'done', physicallyComplete: true }]);
    expect(log.jobs[0]?.steps.length).toBeGreaterThan(8);
  });

  it('go on where work was stopped', async () => {
    const pairs = [{ source: 'PROD01', target: '0350' }];
    const rest = { copy: 'background', overwrite: false, supersede: false, label: 'x' } as const;
    const made = await granted('snapshot', { kind: 'snapshot', pairs, ...rest, wait: false });
    expect(made).toMatchObject({ pairs: [{ source: '0340', target: '0350' }] });
    const { outcome } = await ask({ kind: 'work' }, { ...EARS, shouldStop: () => true });
    expect(outcome).toMatchObject({ record: { idle: false, interrupted: true } });
    const status = { kind: 'status', name: made.pollingToken, detail: false } as const;
    expect((await granted('status', status)).copies).toMatchObject([{ state: 'copying' }]);
    await granted('work', { kind: 'work' });
    expect((await granted('status', status)).copies).toMatchObject([{ state: 'complete' }]);
    expect(await digestOf('0350')).toBe(await digestOf('0340'));
  });

  it('are given up, background or all of it', async () => {
    const words = { sources: ['PROD01'], targets: ['0351'], name: 'spare' };
    const options = { copy: 'background', identity: 'clone' } as const;
    await granted('backup', { kind: 'backup', words: { ...words, options }, dryRun: false });
    const withdraw = { kind: 'withdraw', name: 'spare', discard: false } as const;
    expect(await granted('withdraw', withdraw)).toMatchObject({ withdrawn: 1, discarded: false });
    expect(await refusalOf({ kind: 'volumeRemove', volume: '0351', evenBackup: false })).toBe(
      'TARGET_HAS_DATA',
    );
    await granted('withdraw', { ...withdraw, discard: true });
    await granted('volumeRemove', { kind: 'volumeRemove', volume: '0351', evenBackup: false });
  });

  it.each([
    [{ kind: 'status', name: 'nobody', detail: false }, 'BACKUP_UNKNOWN'],
    [{ kind: 'log', job: 'nobody', all: false }, 'BACKUP_UNKNOWN'],
    [{ kind: 'status', name: '0'.repeat(32), detail: false }, 'TOKEN_UNKNOWN'],
    [{ kind: 'volume', volume: 'NOBODY', digest: false }, 'VOLUME_UNKNOWN'],
    [{ kind: 'volume', volume: '0FFF', digest: false }, 'DEVICE_UNKNOWN'],
    [{ kind: 'driveFail', drive: { group: 0, member: 8 } }, 'DRIVE_UNKNOWN'],
    [{ kind: 'driveReplace', drive: { group: 0, member: 1 } }, 'DRIVE_STATE'],
    [{ kind: 'collect', group: 7, cylinders: undefined }, 'GROUP_UNKNOWN'],
    [{ kind: 'undo', token: '0'.repeat(32) }, 'TOKEN_UNKNOWN'],
  ] as const)('refuse %j with %s', async (request, code) => {
    expect(await refusalOf(request)).toBe(code);
  });
});

describe('upkeep', () => {
  it('rebuilds drives that failed, by command or by losing their file', async () => {
    const digest = await digestOf('PROD01');
    const drive = { group: 0, member: 2 };
    const failed = await granted('driveFail', { kind: 'driveFail', drive });
    expect(failed).toMatchObject({ drive: '0/2', spare: true });
    await granted('work', { kind: 'work' });
    await granted('driveReplace', { kind: 'driveReplace', drive });
    rmSync(join(store, 'drives/group0-member04.drive'));
    const { opening } = await ask({ kind: 'drives' });
    expect(opening?.missingDrives).toEqual(['0/4']);
    expect(await digestOf('PROD01')).toBe(digest);
    await granted('work', { kind: 'work' });
    await granted('driveReplace', { kind: 'driveReplace', drive: { group: 0, member: 4 } });
    const drives = await granted('drives', { kind: 'drives' });
    expect(drives).toMatchObject({ spares: 1, groups: [{ redundancy: 'full' }], lost: [] });
  });

  it('verifies, collects and gives space back', async () => {
    expect(await granted('scrub', { kind: 'scrub' })).toMatchObject({ idle: true, lostTracks: 0 });
    const all = { kind: 'collect', group: undefined, cylinders: undefined } as const;
    expect((await granted('collect', all)).cylinders).toBeGreaterThanOrEqual(0);
    const tried = await granted('release', releaseRequest({ dryRun: true }));
    expect(tried.volumes.map(({ volser }) => volser)).toEqual(['BK0001', 'PROD01']);
    const spared = await granted('release', releaseRequest({ volume: ['nobody'] }));
    expect(spared.volumes).toMatchObject([{ leftAlone: { code: 'VOLUME_UNKNOWN' } }]);
    const space = await granted('space', { kind: 'space' });
    expect(space.devices.map(({ volser }) => volser)).toContain('BK0001');
  });

  it('takes a release back while its hold lasts', async () => {
    // Scratched, but for the VTOC alone: the tracks belong to nobody.
    const { dataSets } = await granted('dataSets', { kind: 'dataSets', volume: 'PROD01' });
    const names = dataSets.flatMap(({ name }) => (name.startsWith('SYS1.') ? [] : [name]));
    const rest = { volume: 'PROD01', hold: undefined, release: false } as const;
    await granted('dataSetScratch', { kind: 'dataSetScratch', dataSets: names.slice(1), ...rest });
    const digest = await digestOf('PROD01');
    const released = await granted('release', releaseRequest({ hold: '1d', volume: ['prod01'] }));
    const [one] = released.volumes;
    expect(one?.undoTokens).toHaveLength(1);
    expect(one?.tracks).toBeGreaterThan(0);
    expect(await digestOf('PROD01')).not.toBe(digest);
    const undone = await granted('undo', releaseRequest({ undo: one?.undoTokens[0] ?? '' }));
    expect(undone.changedTracks).toBe(0);
    expect(await digestOf('PROD01')).toBe(digest);
  });

  it('finds the store sound after all that, and has nothing to repair', async () => {
    const check = { kind: 'check', repair: false, salvage: false } as const;
    const { problems, looked } = await granted('check', check);
    expect(problems).toEqual([]);
    expect(looked['instances']).toBeGreaterThan(100);
    const repaired = await granted('check', { ...check, repair: true });
    expect(repaired).toMatchObject({ problems: [], repaired: [] });
  });
});
