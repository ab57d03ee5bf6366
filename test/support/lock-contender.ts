/**
 * A process that takes the lock of a folder again and again, and says so when it is not alone with it:
 * `node lock-contender.ts FOLDER ROUNDS`. With 0 rounds it takes the lock, says `held`, and waits to be
 * killed.
 *
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreFault } from '../../src/store/store-fault.ts';
import { StoreLock } from '../../src/store/store-lock.ts';

const [folder = '.', rounds = '0'] = process.argv.slice(2);
const marker = join(folder, 'inside');

function take(): StoreLock {
  for (;;) {
    try {
      return StoreLock.acquire(folder);
    } catch (error) {
      if (!(error instanceof StoreFault && error.code === 'STORE_BUSY')) throw error;
    }
  }
}

/** Whoever is inside is alive, unless it was killed there. */
function someoneInside(): number | undefined {
  try {
    const pid = Number(readFileSync(marker, 'utf8'));
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ') ? undefined : pid;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

const roundCount = rounds === '0' ? 1 : Number(rounds);
for (let round = 0; round < roundCount; round += 1) {
  const lock = take();
  const other = someoneInside();
  if (other !== undefined) {
    process.stdout.write(`process ${other} is inside, too\n`);
    process.exit(3);
  }
  writeFileSync(marker, `${process.pid}`);
  if (rounds === '0') {
    process.stdout.write('held\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  for (let spin = 0; spin < 20; spin += 1) {
    if (Number(readFileSync(marker, 'utf8')) !== process.pid) {
      process.stdout.write('somebody came in\n');
      process.exit(3);
    }
  }
  rmSync(marker);
  lock.release();
}
process.stdout.write(`${rounds} rounds\n`);
