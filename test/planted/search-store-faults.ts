/**
 * Lets calls of the medium fail and changes bytes of a store of the source that it stands beside, and says
 * in one line of JSON what a store did not notice. A script, run by `planted-source.ts`.
 *
 * @module
 */
import { SeededRandom } from '../../src/base/random.ts';
import { trackIndex } from '../../src/base/units.ts';
import { StoreFault } from '../../src/store/store-fault.ts';
import { changeByte } from '../support/changed-byte.ts';
import { CrashRig, usedMedium } from '../support/crash-rig.ts';
import { failEveryCall, tally } from '../support/failing-calls.ts';
import type { SearchVerdict } from './planted-source.ts';

/** Calls of each operation that fail. */
const CALLS = 16;
/** One in so many bytes of the journal is changed. */
const BYTE_STEP = 499;

const verdict = { began: true, caught: false, looked: 0, reason: '' };

/** Changes bytes of the journal: the store is refused, or shows what it did, or says what is lost. */
function changeBytes(): void {
  const whole = usedMedium();
  const sound = CrashRig.open(whole, 'read');
  const random = new SeededRandom(5, 'bytes');
  for (const name of whole.list('journal')) {
    const file = `journal/${name}`;
    const { sizeBytes } = whole.open(file, 'read');
    for (let offset = 0; offset < sizeBytes; offset += BYTE_STEP) {
      const medium = whole.afterPowerCut(() => true);
      changeByte(medium, file, offset, 1 << random.below(8));
      verdict.looked += 1;
      const rig = openUnlessRefused(medium);
      if (rig !== undefined) compareTracks(sound, rig, `${file} at ${offset}`);
    }
  }
}

function openUnlessRefused(medium: ReturnType<typeof usedMedium>): CrashRig | undefined {
  try {
    return CrashRig.open(medium, 'read');
  } catch (error) {
    if (error instanceof StoreFault) return undefined;
    throw error;
  }
}

function compareTracks(sound: CrashRig, rig: CrashRig, where: string): void {
  // A record whose header was changed is a torn end: the last of an unclosed store may be gone.
  if (rig.stored.committed < sound.stored.committed) return;
  for (const { index, trackCount } of sound.subsystem.devices()) {
    for (let at = 0; at < trackCount; at += 1) {
      const right = sound.subsystem.readTrack(index, trackIndex(at));
      const read = rig.subsystem.readTrack(index, trackIndex(at));
      if (right.kind === 'refused' || read.kind === 'refused') continue;
      if (Buffer.compare(read.value, right.value) !== 0) throw new Error(`${where}: track ${at}`);
    }
  }
}

try {
  for (const name of ['write', 'destage', 'checkpoint']) failEveryCall(name, 'once', CALLS);
  verdict.looked += tally.failures;
  changeBytes();
} catch (error) {
  verdict.caught = true;
  verdict.reason = String(error);
}
process.stdout.write(`${JSON.stringify(verdict satisfies SearchVerdict)}\n`);
