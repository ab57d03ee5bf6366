/**
 * A real file system that is small: memory of the kernel, mounted where only its keeper sees it.
 *
 * The keeper is a process in a mount namespace of its own. What it mounts is reached through its entry in
 * `/proc` and is gone when it ends, so nothing has to be unmounted and nothing of the machine is changed.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A file system, until it is closed. */
export interface SmallDisk {
  /** Its top folder, as other processes reach it. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Mounts on the folder it is given, says so, and stays until nobody holds its input any more. */
const KEEPER = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && echo mounted && exec cat >/dev/null';

/**
 * Mounts a file system of so many bytes.
 *
 * @param mountPoint - An absolute path of an empty folder.
 * @returns `undefined`, with a printed message, where the system does not allow it.
 */
export async function mountSmallDisk(
  mountPoint: string,
  bytes: number,
): Promise<SmallDisk | undefined> {
  const args = ['--map-root-user', '--mount', 'sh', '-c', KEEPER, 'keeper', `${bytes}`, mountPoint];
  const keeper = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  keeper.on('error', ({ message }) => {
    complaint += message;
  });
  const ended = once(keeper, 'close');
  // A keeper that cannot be started says so twice, and both are heard.
  ended.catch(() => undefined);
  const isMounted = await Promise.race([
    once(keeper.stdout, 'data').then(() => true),
    ended.then(
      () => false,
      () => false,
    ),
  ]);
  const folder = join('/proc', `${keeper.pid}`, 'root', mountPoint);
  if (isMounted && existsSync(folder)) return { folder, close: () => letGo(keeper) };
  if (isMounted) await letGo(keeper);
  console.log(`skipped: no small file system can be mounted here: ${complaint.trim()}`);
  return undefined;
}

async function letGo(keeper: ChildProcess): Promise<void> {
  const ended = once(keeper, 'close');
  keeper.stdin?.end();
  await ended;
}
