/**
 * One writer a store: with real processes that hold the lock, die with it, and fight for it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { identityText, ownIdentity } from '../../../src/store/process-identity.ts';
import { StoreFault } from '../../../src/store/store-fault.ts';
import { LOCK_FILE, StoreLock } from '../../../src/store/store-lock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const root = temporaryFolder();
const contender = fileURLToPath(new URL('../../support/lock-contender.ts', import.meta.url));

function newFolder(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

function codeOf(action: () => unknown): string {
  try {
    action();
    return 'done';
  } catch (error) {
    if (error instanceof StoreFault) return error.code;
    throw error;
  }
}

/** Writes a lock that somebody else left. */
function leaveLock(folder: string, changes: object): void {
  writeFileSync(join(folder, LOCK_FILE), identityText({ ...ownIdentity(), ...changes }));
}

async function holding(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [contender, folder, '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    child.stdout?.once('data', () => {
      child.removeAllListeners('exit');
      resolve();
    });
  });
  return child;
}

async function ended(child: ChildProcess): Promise<number | null> {
  return await new Promise((resolve) => {
    child.once('exit', resolve);
  });
}

describe('the lock', () => {
  it('is held by one, and free again when released', () => {
    const folder = newFolder('one');
    const lock = StoreLock.acquire(folder);
    expect(codeOf(() => StoreLock.acquire(folder))).toBe('STORE_BUSY');
    expect(StoreLock.holderOf(folder)).toEqual(lock.holder);
    lock.release();
    lock.release();
    expect(StoreLock.holderOf(folder)).toBeUndefined();
    const next = StoreLock.acquire(folder);
    expect(next.tookOverFrom).toBeUndefined();
    next.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names who holds it', async () => {
    const folder = newFolder('named');
    const child = await holding(folder);
    expect(() => StoreLock.acquire(folder)).toThrow(`process ${child.pid} on`);
    expect(StoreLock.holderOf(folder)?.pid).toBe(child.pid);
    const over = ended(child);
    child.kill('SIGKILL');
    await over;
    expect(StoreLock.holderOf(folder)).toBeUndefined();
    const lock = StoreLock.acquire(folder);
    expect(lock.tookOverFrom?.pid).toBe(child.pid);
    lock.release();
    expect(readdirSync(folder)).toEqual(['inside']);
  });

  it.each([
    ['a process that is no more', { pid: 2 ** 22 - 1 }],
    ['another process that had our number', { started: '1' }],
    ['our host before it was started again', { boot: 'long ago' }],
  ])('of %s is taken over', (name, changes) => {
    const folder = newFolder(name);
    leaveLock(folder, changes);
    const lock = StoreLock.acquire(folder);
    expect(lock.tookOverFrom).toMatchObject(changes);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['another host', { host: 'elsewhere', pid: 2 ** 22 - 1 }],
    ['another container', { namespace: 'pid:[1]', pid: 2 ** 22 - 1 }],
    ['ourselves', {}],
  ])('of %s is not', (name, changes) => {
    const folder = newFolder(name);
    leaveLock(folder, changes);
    const before = readFileSync(join(folder, LOCK_FILE), 'utf8');
    expect(codeOf(() => StoreLock.acquire(folder))).toBe('STORE_BUSY');
    expect(readFileSync(join(folder, LOCK_FILE), 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual([LOCK_FILE]);
  });

  it.each(['', '{', 'null', '{"pid":1}'])(
    'that holds %j after a power cut is taken over',
    (text) => {
      const folder = newFolder(`spoilt ${text.length}`);
      writeFileSync(join(folder, LOCK_FILE), text);
      const lock = StoreLock.acquire(folder);
      expect(StoreLock.holderOf(folder)).toEqual(lock.holder);
      lock.release();
    },
  );

  it('is taken over from those who died taking it over', () => {
    const folder = newFolder('heirs');
    const gone = { pid: 2 ** 22 - 1 };
    const [first, second, third] = [0, 1, 2].map(() => ({ ...ownIdentity(), ...gone }));
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('three');
    writeFileSync(join(folder, LOCK_FILE), identityText(first));
    writeFileSync(join(folder, `lock.over-${first.token}`), identityText(second));
    writeFileSync(join(folder, `lock.over-${second.token}`), identityText(third));
    writeFileSync(join(folder, `lock.${third.token}`), identityText(third));
    const lock = StoreLock.acquire(folder);
    expect(lock.tookOverFrom).toEqual(first);
    expect(readdirSync(folder)).toEqual([LOCK_FILE]);
    // Whoever takes it over at this moment holds everybody else off.
    lock.release();
    writeFileSync(join(folder, LOCK_FILE), identityText(first));
    writeFileSync(join(folder, `lock.over-${first.token}`), identityText(ownIdentity()));
    expect(codeOf(() => StoreLock.acquire(folder))).toBe('STORE_BUSY');
  });

  it('never removes the lock of somebody else', () => {
    const folder = newFolder('removed by hand');
    const lock = StoreLock.acquire(folder);
    rmSync(join(folder, LOCK_FILE));
    const other = StoreLock.acquire(folder);
    lock.release();
    expect(StoreLock.holderOf(folder)).toEqual(other.holder);
    other.release();
  });

  it('is never held by two, however many fight for it and die with it', async () => {
    const folder = newFolder('fight');
    const rounds = 40;
    const fighters = Array.from({ length: 6 }, () =>
      spawn(process.execPath, [contender, folder, String(rounds)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    const said: string[] = [];
    for (const fighter of fighters) fighter.stdout?.on('data', (text) => said.push(String(text)));
    // Some die with the lock, one after the other, while the others fight.
    let deaths = 0;
    while (deaths < 6) {
      const victim = spawn(process.execPath, [contender, folder, '0'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await new Promise((resolve) => {
        victim.stdout?.once('data', resolve);
      });
      const over = ended(victim);
      victim.kill('SIGKILL');
      await over;
      deaths += 1;
    }
    await Promise.all(
      fighters.map((fighter) => (fighter.exitCode === null ? ended(fighter) : Promise.resolve(0))),
    );
    expect(said.join('').trim().split('\n').toSorted()).toEqual(
      fighters.map(() => `${rounds} rounds`),
    );
    expect(fighters.map(({ exitCode }) => exitCode)).toEqual(fighters.map(() => 0));
  }, 60_000);
});
