/** Scrub: every kind of damage anywhere is found, healed and left behind. */
import { describe, expect, it } from 'vitest';
import type { CorruptionKind } from '../../../src/media/drive.ts';
import { SmallGroups } from '../../support/small-groups.ts';
import { track, value } from '../../support/small-subsystem.ts';

const KINDS: readonly CorruptionKind[] = ['unreadable', 'torn', 'misdirected', 'flipped'];

/** A cylinder that the load has filled. */
const FULL = 1;

function loaded(input: ConstructorParameters<typeof SmallGroups>[0] = {}): SmallGroups {
  const groups = new SmallGroups(input);
  groups.load(120);
  groups.subsystem.drives.closeOpen();
  return groups;
}

/** One whole pass. */
function scrub(groups: SmallGroups, tracks = 1_000): void {
  groups.subsystem.drives.requestScrub();
  groups.finish(tracks);
}

describe('scrub of sound cylinders', () => {
  it.each(['bytes', 'signature'] as const)('changes nothing with content %s', (content) => {
    const groups = loaded({ content });
    const entries = groups.entries();
    scrub(groups);
    expect(groups.subsystem.drives.scrubState()).toMatchObject({
      state: 'idle',
      passes: 1,
      verified: 3,
      faulty: 0,
      evacuated: 0,
    });
    expect(groups.entries()).toEqual(entries);
    expect(groups.faults()).toEqual([]);
  });

  it('finds no fault in what a failed or new drive does not hold', () => {
    const groups = loaded();
    value(groups.subsystem.drives.fail(0, 1));
    value(groups.subsystem.drives.fail(0, 4));
    scrub(groups);
    expect(groups.subsystem.drives.scrubState().faulty).toBe(0);
    const signatures = loaded({ content: 'signature' });
    value(signatures.subsystem.drives.fail(0, 1));
    scrub(signatures);
    expect(signatures.subsystem.drives.scrubState().faulty).toBe(0);
  });
});

/** Sectors of a cylinder full of tracks, by what they hold. */
const PLACES = [
  ['the label', 0, 1],
  ['a track', 30, 3],
  ['padding', 248, 3],
] as const;

describe.each(KINDS)('scrub of damage of the kind %s', (kind) => {
  describe.each([0, 1, 2, 3, 4, 5])('on member %i', (member) => {
    // Padding is all zeros, and so is what comes from elsewhere in it.
    const places = kind === 'misdirected' ? PLACES.slice(0, 2) : PLACES;
    it.each(places)('finds it in %s, heals and leaves it behind', (_, sector, sectors) => {
      const groups = loaded();
      const { drives } = groups.subsystem;
      const place = { group: 0, member, cylinder: FULL, sector, sectors };
      value(drives.corrupt({ ...place, kind }));
      scrub(groups);
      expect(drives.scrubState()).toMatchObject({ faulty: 1, evacuated: 1 });
      expect(groups.faults()).toEqual([]);
      expect(drives.lostTracks()).toEqual([]);
      drives.closeOpen();
      scrub(groups);
      expect(drives.scrubState()).toMatchObject({ faulty: 1, evacuated: 1 });
      for (const other of [1, 2]) value(drives.fail(0, other));
      expect(groups.wrongTracks()).toEqual([]);
    });
  });
});

describe('scrub', () => {
  it('finds rows without any live track, because other members are rebuilt from them', () => {
    const groups = loaded();
    const { drives } = groups.subsystem;
    const at = drives.locate(groups.device.index, track(9));
    if (at === undefined) throw new Error('track 9 is not on the drives');
    groups.write(9);
    value(drives.corrupt({ ...at, kind: 'flipped' }));
    scrub(groups);
    expect(drives.scrubState()).toMatchObject({ faulty: 1, evacuated: 1 });
    expect(groups.faults()).toEqual([]);
  });

  it('finds by checksums what redundancy cannot tell: with a drive gone, or without any', () => {
    const degraded = loaded();
    const damage = { group: 0, member: 2, cylinder: FULL, sector: 30, sectors: 3 } as const;
    value(degraded.subsystem.drives.fail(0, 0));
    value(degraded.subsystem.drives.corrupt({ ...damage, kind: 'torn' }));
    scrub(degraded);
    expect(degraded.subsystem.drives.scrubState()).toMatchObject({ faulty: 1, evacuated: 1 });
    expect(degraded.faults()).toEqual([]);
    const bare = loaded({ groups: [{ dataDrives: 4, redundancyDrives: 0, cylinderSectors: 256 }] });
    value(bare.subsystem.drives.corrupt({ ...damage, kind: 'torn' }));
    scrub(bare);
    expect(bare.subsystem.drives.scrubState()).toMatchObject({ faulty: 1, evacuated: 0 });
    expect(bare.subsystem.drives.lostTracks()).toHaveLength(1);
    expect(bare.wrongTracks()).toHaveLength(1);
  });

  it('goes on with a budget of one track while hosts write', () => {
    const groups = loaded();
    const { drives } = groups.subsystem;
    for (const cylinder of [1, 2]) {
      value(
        drives.corrupt({ group: 0, member: 1, cylinder, sector: 9, sectors: 40, kind: 'torn' }),
      );
    }
    drives.requestScrub();
    let steps = 0;
    for (; !groups.subsystem.backgroundStep({ tracks: 1 }).idle; steps += 1) {
      groups.write(steps % 120);
    }
    expect(steps).toBeGreaterThan(10);
    expect(drives.scrubState()).toMatchObject({ state: 'idle', passes: 1 });
    expect(groups.faults()).toEqual([]);
  });

  it('names what is past healing, keeps it, and heals the rest', () => {
    const groups = loaded();
    const { drives } = groups.subsystem;
    const at = drives.locate(groups.device.index, track(7));
    if (at === undefined) throw new Error('track 7 is not on the drives');
    // The same sectors of three members, each in its own way: one more than redundancy makes up for.
    for (const [member, kind] of [
      [0, 'flipped'],
      [1, 'torn'],
      [4, 'misdirected'],
    ] as const) {
      value(drives.corrupt({ ...at, member, sectors: 2, kind }));
    }
    scrub(groups);
    const lost = drives.lostTracks();
    expect(lost).toHaveLength(at.member === 0 || at.member === 1 ? 2 : 1);
    expect(drives.scrubState()).toMatchObject({ faulty: 1, evacuated: 0 });
    expect(groups.wrongTracks()).toHaveLength(lost.length);
    expect(groups.wrongTracks().join()).toContain('CHECKSUM_MISMATCH');
    // Overwriting is the end of it.
    for (const { owners } of lost) for (const owner of owners) groups.write(owner.track);
    expect(drives.lostTracks()).toEqual([]);
    expect(groups.faults()).toEqual([]);
  });

  it('paced, goes round and round without being owed, and stops when told', () => {
    const groups = loaded();
    const { drives } = groups.subsystem;
    drives.paceScrub(true);
    for (let step = 0; step < 20; step += 1) {
      expect(groups.subsystem.backgroundStep({ tracks: 1_000 }).idle).toBe(true);
    }
    expect(drives.scrubState()).toMatchObject({ state: 'paced' });
    expect(drives.scrubState().passes).toBeGreaterThan(5);
    drives.paceScrub(false);
    const { verified } = drives.scrubState();
    groups.subsystem.backgroundStep({ tracks: 1_000 });
    expect(drives.scrubState()).toMatchObject({ state: 'idle', verified });
  });
});
