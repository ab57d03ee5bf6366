/**
 * Stores of every version ever written stay readable: one of each is kept, with what it should show.
 *
 * `VDASD_UPDATE_GOLDEN=1` makes the one of the present version anew. Once a version was released, its
 * store is never made anew: a layout that differs is another version, and needs a way to read this one.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CrashRig, RIG_OPERATIONS, usedMedium, viewOf } from '../support/crash-rig.ts';
import { keepMedium, keptMedium } from '../support/kept-medium.ts';
import { violationsOf } from '../support/small-subsystem.ts';
import { TOP } from '../support/tree.ts';

/** What is written now. */
const VERSION = 1;
const FOLDER = join(TOP, 'test/golden');

/** What a kept store should show: its tracks, and a digest of each kept part. */
interface Expected {
  readonly contents: string;
  readonly parts: readonly (readonly [string, string])[];
}

function fixture(version: number): string {
  return join(FOLDER, `store-version-${version}.json.gz`);
}

/** A store with checkpoints, a journal, copies under way and jobs done, whose writer did not close it. */
function makeFixture(): void {
  const rig = CrashRig.open(usedMedium());
  for (const name of ['withdraw', 'backup', 'write'] as const) RIG_OPERATIONS[name]?.(rig);
  const { contents, parts } = viewOf(rig.stored);
  const medium = rig.medium.afterPowerCut(() => true);
  keepMedium<Expected>(fixture(VERSION), { medium, note: { contents, parts: [...parts] } });
}

if (process.env['VDASD_UPDATE_GOLDEN'] === '1') makeFixture();

const versions = readdirSync(FOLDER)
  .map((name) => /^store-version-(\d+)\.json\.gz$/.exec(name)?.[1])
  .filter((version) => version !== undefined)
  .map(Number);

describe('stores of every version', () => {
  it('are kept, from the first to the present one', () => {
    expect(existsSync(fixture(VERSION))).toBe(true);
    expect(new Set(versions)).toEqual(new Set(Array.from({ length: VERSION }, (_, at) => at + 1)));
  });

  it.each(versions)('of version %i show what they showed, and go on', (version) => {
    const { medium, note } = keptMedium<Expected>(fixture(version));
    const rig = CrashRig.open(medium);
    const { contents, parts } = viewOf(rig.stored);
    expect(rig.stored.recovery.recordCount).toBeGreaterThan(0);
    expect(contents).toBe(note.contents);
    if (version === VERSION) expect([...parts]).toEqual(note.parts);
    expect(violationsOf(rig.subsystem)).toEqual([]);
    expect(rig.installation.log().length).toBeGreaterThan(0);
    RIG_OPERATIONS['define']?.(rig);
    RIG_OPERATIONS['write']?.(rig);
    rig.close();
    const again = CrashRig.open(medium.afterPowerCut(() => false));
    expect(again.stored.recovery.wasClosed).toBe(false);
    expect(again.acknowledged).toEqual(rig.acknowledged);
  });
});
