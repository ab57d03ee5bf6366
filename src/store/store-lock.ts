/**
 * One writer a store: the file `lock` names the process that may write, and goes with it.
 *
 * The lock of a process that is gone is taken over. So that only one of many takes it, and never from
 * somebody who took it a moment ago, the right to take over one certain lock is a file of its own, named
 * after the token of that lock; whoever makes it may put another lock in the place of that one. A process
 * that ends in between leaves its right behind, which is taken over the same way.
 *
 * @module
 */
import {
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { withFile } from './file-fault.ts';
import {
  identityText,
  isGone,
  ownIdentity,
  type ProcessIdentity,
  parseIdentity,
} from './process-identity.ts';
import { StoreFault } from './store-fault.ts';

/** The lock's name in the folder of the store. */
export const LOCK_FILE = 'lock';
/** Files on the way to a lock begin like this. */
const CLAIM_PREFIX = 'lock.';
const HELD_PREFIX = 'lock.over-';

/** Whether a file in the folder of a store is its lock, or on the way to be one. */
export function isLockFile(name: string): boolean {
  return name === LOCK_FILE || name.startsWith(CLAIM_PREFIX);
}

/** Tries before we believe that others are always quicker. */
const ATTEMPTS_MAX = 100;

/** What stands in a lock: the holder, or a file that a power cut left unreadable. */
interface LockContent {
  readonly token: string;
  readonly holder: ProcessIdentity | undefined;
}

/** The right to write to a store, until it is released. */
export class StoreLock {
  readonly holder: ProcessIdentity;
  /** Who had the lock and is gone; `undefined` when it was free. */
  readonly tookOverFrom: ProcessIdentity | undefined;
  readonly #folder: string;
  #isHeld = true;

  private constructor(
    folder: string,
    holder: ProcessIdentity,
    tookOverFrom: ProcessIdentity | undefined,
  ) {
    this.#folder = folder;
    this.holder = holder;
    this.tookOverFrom = tookOverFrom;
  }

  /**
   * Takes the lock, or that of a process that is gone.
   *
   * @param folder - Of the store; it is there.
   * @throws StoreFault STORE_BUSY with the holder, InputError when the system does not let us
   */
  static acquire(folder: string): StoreLock {
    const own = ownIdentity();
    const draft = join(folder, `${CLAIM_PREFIX}${own.token}`);
    withFile(draft, 'taking the lock', () => {
      writeFileSync(draft, identityText(own), { flag: 'wx' });
    });
    try {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
        const taken = tryToTake(folder, draft, own);
        if (taken === 'again') continue;
        removeLeftovers(folder);
        return new StoreLock(folder, own, taken);
      }
      throw busy(folder, undefined);
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** Who holds the lock of a store and is there, if anybody. Takes nothing. */
  static holderOf(folder: string): ProcessIdentity | undefined {
    const holder = readLock(join(folder, LOCK_FILE))?.holder;
    return holder === undefined || isGone(holder) ? undefined : holder;
  }

  /** Gives the lock back; a second time does nothing. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    const file = join(this.#folder, LOCK_FILE);
    // Only if it is still ours: people may remove a lock by hand.
    if (readLock(file)?.token === this.holder.token) rmSync(file, { force: true });
  }
}

/** Who was there before us, `undefined` when nobody; or `again` when others were quicker. */
function tryToTake(
  folder: string,
  draft: string,
  own: ProcessIdentity,
): ProcessIdentity | undefined | 'again' {
  const lock = join(folder, LOCK_FILE);
  if (makeName(draft, lock)) return undefined;
  const former = readLock(lock);
  if (former === undefined) return 'again';
  requireGone(folder, former);
  const rights: string[] = [];
  try {
    if (!takeRight(folder, draft, former, rights)) return 'again';
    // While the right was on its way, another may have had it, used it and thrown it away.
    if (readLock(lock)?.token !== former.token) return 'again';
    const next = join(folder, `${CLAIM_PREFIX}next-${own.token}`);
    withFile(next, 'taking the lock', () => linkSync(draft, next));
    renameSync(next, lock);
    return former.holder;
  } finally {
    for (const right of rights) rmSync(right, { force: true });
  }
}

/**
 * Takes the right to put something in the place of a lock, or of a right whose owner is gone.
 *
 * @param rights - Gets the files that are ours to remove.
 * @returns Whether we have it.
 */
function takeRight(folder: string, draft: string, former: LockContent, rights: string[]): boolean {
  const right = join(folder, `${HELD_PREFIX}${former.token}`);
  if (makeName(draft, right)) {
    rights.push(right);
    return true;
  }
  const owner = readLock(right);
  if (owner === undefined) return false;
  requireGone(folder, owner);
  if (!takeRight(folder, draft, owner, rights)) return false;
  rights.push(right);
  return true;
}

function requireGone(folder: string, { holder }: LockContent): void {
  if (holder !== undefined && !isGone(holder)) throw busy(folder, holder);
}

/** Gives a file a second name that must be free. Its content is whole at once, for everybody. */
function makeName(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    return withFile(name, 'taking the lock', (): never => {
      throw error;
    });
  }
}

/** What stands in a lock; `undefined` when there is none. */
function readLock(file: string): LockContent | undefined {
  try {
    const holder = parseIdentity(readFileSync(file, 'utf8'));
    if (holder !== undefined) return { token: holder.token, holder };
    const { ino, mtimeNs } = statSync(file, { bigint: true });
    return { token: `${ino}-${mtimeNs}`, holder };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return withFile(file, 'reading the lock', (): never => {
      throw error;
    });
  }
}

/**
 * Whoever has the lock removes what processes left that ended on the way to it. A file that says nothing
 * stays: somebody may be about to write it.
 */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(CLAIM_PREFIX)) continue;
    const file = join(folder, name);
    const holder = readLock(file)?.holder;
    if (holder !== undefined && isGone(holder)) rmSync(file, { force: true });
  }
}

function busy(folder: string, holder: ProcessIdentity | undefined): StoreFault {
  const who = holder === undefined ? 'other processes' : `process ${holder.pid} on ${holder.host}`;
  return new StoreFault('STORE_BUSY', {
    what: `${who} writes to the store`,
    place: { file: join(folder, LOCK_FILE) },
    limit: 'a store has one writer at a time',
    fix: 'wait until it has ended; if it cannot be running any more (another host, or a container that is gone), remove the file',
  });
}
