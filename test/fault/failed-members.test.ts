/**
 * Every pair of failed members of a 6 + 2 group, for every position of a track: everything reads back
 * right, byte by byte, through the whole subsystem.
 *
 * A physical cylinder of 256 sectors has 255 for tracks, and tracks of 1, 3, 5, 15, 17, 51 and 85
 * sectors fill that without a rest. So one logical cylinder of tracks of each length shows every
 * position that such a track can take: for one sector, each of 255 sectors on each of 6 members.
 */
import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/mapping/device-table.ts';
import type { Subsystem } from '../../src/subsystem/subsystem.ts';
import { buildTrack } from '../../src/track/track-image.ts';
import { smallSubsystem, track, value, violationsOf } from '../support/small-subsystem.ts';

const DATA_DRIVES = 6;
const MEMBER_SECTORS = 255;
const HEAD_COUNT = 15;
/** Sectors of a track, each a divisor of what a member has. */
const LENGTHS = [1, 3, 5, 15, 17, 51, 85];
/** A track of n sectors has this much less data than n * 512 bytes: headers, counts, end marker. */
const OVERHEAD_BYTES = 48 + 37;

/** Images of the tracks that fill a logical cylinder of each length, by track. */
const IMAGES = LENGTHS.flatMap((sectors) =>
  Array.from({ length: (DATA_DRIVES * MEMBER_SECTORS) / sectors }, () => sectors),
).map((sectors, at) => {
  const data = new Uint8Array(sectors * 512 - OVERHEAD_BYTES);
  let state = at + 1;
  for (let byte = 0; byte < data.length; byte += 1) {
    state = (Math.imul(state, 0x41c6_4e6d) + 12_345) | 0;
    data[byte] = state >>> 16;
  }
  const address = { cylinder: Math.floor(at / HEAD_COUNT), head: at % HEAD_COUNT };
  return buildTrack(address, [{ number: 1, data }]);
});

/** A subsystem whose one group holds all images on its drives. */
function loadedGroup(
  redundancyDrives: 0 | 1 | 2,
  spareDrives: number,
): { readonly subsystem: Subsystem; readonly device: Device } {
  const { subsystem, devices } = smallSubsystem(['3390-1'], {
    capacityBytes: 32 * 2 ** 20,
    groups: [{ dataDrives: DATA_DRIVES, redundancyDrives, cylinderSectors: 256 }],
    spareDrives,
  });
  const [device] = devices;
  if (device === undefined) throw new Error('no device');
  // Backwards, so that no track follows its neighbour and all lie in cylinders of one kind.
  for (let at = IMAGES.length - 1; at >= 0; at -= 1) {
    const step = subsystem.writeTrack(device.index, track(at), IMAGES[at] as Uint8Array);
    expect(step.kind).toBe('done');
  }
  subsystem.drives.closeOpen();
  return { subsystem, device };
}

/** Tracks that do not read back as they were written. */
function wrongTracks({ subsystem, device }: ReturnType<typeof loadedGroup>): number[] {
  return IMAGES.flatMap((image, at) => {
    const answer = subsystem.readTrack(device.index, track(at));
    const isRight = answer.kind === 'done' && Buffer.compare(answer.value, image) === 0;
    return isRight ? [] : [at];
  });
}

/** All pairs out of so many members. */
function pairsOf(count: number): (readonly [number, number])[] {
  const members = Array.from({ length: count }, (_, member) => member);
  return members.flatMap((x) => members.slice(x + 1).map((y) => [x, y] as const));
}

describe('a group of 6 + 2', () => {
  it('holds tracks at every position that their lengths can take', () => {
    const { subsystem, device } = loadedGroup(2, 0);
    const positions = new Set<string>();
    IMAGES.forEach((_, at) => {
      const place = subsystem.drives.locate(device.index, track(at));
      if (place === undefined) throw new Error(`track ${at} is not on the drives`);
      positions.add(`${place.sectors} at ${place.member}, ${place.sector}`);
    });
    expect(positions.size).toBe(IMAGES.length);
    for (let member = 0; member < DATA_DRIVES; member += 1) {
      for (let sector = 1; sector <= MEMBER_SECTORS; sector += 1) {
        expect(positions.has(`1 at ${member}, ${sector}`)).toBe(true);
      }
    }
  });

  it.each(pairsOf(8))('reads everything without members %i and %i', (x, y) => {
    const loaded = loadedGroup(2, 0);
    const { drives } = loaded.subsystem;
    for (const member of [x, y]) value(drives.fail(0, member));
    const away = IMAGES.filter((_, at) => {
      const place = drives.locate(loaded.device.index, track(at));
      return place?.member === x || place?.member === y;
    });
    expect(wrongTracks(loaded)).toEqual([]);
    expect(drives.lostTracks()).toEqual([]);
    // What had to be reconstructed lies elsewhere now, and reads back right from there, too.
    expect(drives.report().healedTracks).toBe(away.length);
    expect(wrongTracks(loaded)).toEqual([]);
    expect(violationsOf(loaded.subsystem)).toEqual([]);
  });

  it.each(pairsOf(8))('is whole again after spares took the place of %i and %i', (x, y) => {
    const loaded = loadedGroup(2, 2);
    const { drives } = loaded.subsystem;
    for (const member of [x, y]) value(drives.fail(0, member));
    while (!loaded.subsystem.backgroundStep({ tracks: 1_000 }).idle);
    expect(drives.report().groups[0]?.missingMembers).toBe(0);
    expect(drives.report().healedTracks).toBe(0);
    // What was rebuilt is needed now to reconstruct two others.
    const others = [1, 2, 3, 4, 5, 6, 7].map((step) => (y + step) % 8).filter((at) => at !== x);
    for (const member of others.slice(0, 2)) value(drives.fail(0, member));
    expect(wrongTracks(loaded)).toEqual([]);
    expect(violationsOf(loaded.subsystem)).toEqual([]);
  });
});

describe('groups with less redundancy', () => {
  it.each([0, 1, 2, 3, 4, 5, 6])('6 + 1 reads everything without member %i', (member) => {
    const loaded = loadedGroup(1, 0);
    value(loaded.subsystem.drives.fail(0, member));
    expect(wrongTracks(loaded)).toEqual([]);
    expect(violationsOf(loaded.subsystem)).toEqual([]);
  });

  it('6 + 1 names what two failures take, and gives it back with the drive', () => {
    const loaded = loadedGroup(1, 0);
    const { drives } = loaded.subsystem;
    const lost = IMAGES.flatMap((_, at) => {
      const place = drives.locate(loaded.device.index, track(at));
      return place?.member === 2 || place?.member === 5 ? [at] : [];
    });
    for (const member of [2, 5]) value(drives.fail(0, member));
    expect(wrongTracks(loaded)).toEqual(lost);
    const named = drives.lostTracks().flatMap(({ owners }) => owners.map((owner) => owner.track));
    expect(named.toSorted((one, other) => one - other)).toEqual(lost);
    value(drives.return(0, 5));
    expect(wrongTracks(loaded)).toEqual([]);
  });
});
