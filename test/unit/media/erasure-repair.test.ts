/**
 * Repair, exhaustively: every pair of failed members of a 6+2 group, for tracks in every member and
 * of every length, reads back right; with silent damage on top, right or not at all.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { XxHash64 } from '../../../src/base/checksum.ts';
import { SeededRandom } from '../../../src/base/random.ts';
import type { BackEnd } from '../../../src/media/back-end.ts';
import {
  placeMember,
  placeSector,
  SECTOR_BYTES,
  sectorsOf,
} from '../../../src/media/logical-cylinder.ts';
import { HOST_RIGHT, UPDATE } from '../../../src/media/placement.ts';
import type { RedundancyGroup } from '../../../src/media/redundancy-group.ts';
import { StoredTrack } from '../../../src/media/stored-track.ts';
import { backEndOf, groupShape } from '../../support/back-end.ts';

interface Stored {
  readonly id: number;
  readonly lengthBytes: number;
  readonly birth: number;
  readonly cylinder: number;
  readonly place: number;
  readonly sectors: number;
  readonly bytes: Uint8Array;
}

const DATA_DRIVES = 6;

/** One full cylinder of tracks of many lengths, destaged. */
function setup(redundancyDrives = 2): {
  backEnd: BackEnd;
  group: RedundancyGroup;
  tracks: Stored[];
} {
  const backEnd = backEndOf([groupShape(20_000, { redundancyDrives })]);
  const random = new SeededRandom(5, 'repair');
  const writer = new StoredTrack(new XxHash64());
  const tracks: Stored[] = [];
  for (let id = 4; backEnd.cylinder <= 0; id += 1) {
    const bytes = random.bytes(1 + random.below(40_000));
    const sectors = sectorsOf(bytes.length);
    expect(backEnd.take(sectors, 0, UPDATE, HOST_RIGHT)).toBe(true);
    const { cylinder, place } = backEnd;
    const track = { id, lengthBytes: bytes.length, birth: id * 3, cylinder, place, sectors, bytes };
    backEnd.lastOpen.append(id);
    writer.compute(bytes);
    writer.write(backEnd.takenBuffer(), placeSector(place), track, bytes, 0);
    if (cylinder === 0) tracks.push(track);
  }
  const group = backEnd.groupNumbered(0);
  expect(group.isDestaged(0)).toBe(true);
  return { backEnd, group, tracks };
}

const reader = new StoredTrack(new XxHash64());

/** The bytes of a track from the other members; `undefined` when that fails. */
function repaired(backEnd: BackEnd, group: RedundancyGroup, track: Stored): Uint8Array | undefined {
  const { cylinder, place, sectors } = track;
  let found: Uint8Array | undefined;
  backEnd.repair.reconstructRange(
    group,
    cylinder,
    placeMember(place),
    placeSector(place),
    sectors,
    (bytes) => {
      found = reader.recognise(bytes, track);
      return found !== undefined;
    },
  );
  return found;
}

function isRight(backEnd: BackEnd, group: RedundancyGroup, track: Stored): boolean {
  const found = repaired(backEnd, group, track);
  return found !== undefined && Buffer.compare(found, track.bytes) === 0;
}

function reaches(backEnd: BackEnd, group: RedundancyGroup, track: Stored): boolean {
  const { cylinder, place, sectors } = track;
  const { repair } = backEnd;
  return repair.isWithinReach(group, cylinder, placeMember(place), placeSector(place), sectors);
}

function* pairs(count: number): Generator<readonly [number, number]> {
  for (let one = 0; one < count; one += 1) {
    for (let other = one + 1; other < count; other += 1) yield [one, other];
  }
}

describe('reconstructRange', () => {
  it('finds every track of every pair of failed members, and none of three', () => {
    const { backEnd, group, tracks } = setup();
    expect(new Set(tracks.map(({ place }) => placeMember(place))).size).toBe(DATA_DRIVES);
    let compared = 0;
    for (const pair of pairs(DATA_DRIVES + 2)) {
      for (const member of pair) group.members[member]?.fail();
      for (const track of tracks) {
        const isOnFailed = pair.includes(placeMember(track.place));
        // A track on a sound member is there; without its own member, one more is missing.
        expect(isRight(backEnd, group, track)).toBe(isOnFailed);
        compared += 1;
      }
      for (const member of pair) group.members[member]?.return();
    }
    expect(compared).toBe(28 * tracks.length);
  });

  it('finds tracks when members lie silently, as many as there is redundancy', () => {
    const { backEnd, group, tracks } = setup();
    for (const [one, other] of pairs(DATA_DRIVES + 2)) {
      const [first] = tracks as [Stored];
      const track = tracks.find(({ place }) => placeMember(place) === one) ?? first;
      const { place, sectors } = track;
      const own = placeMember(place);
      const members = new Set([one, other]);
      const kept = [...members].map((at) => group.members[at]?.read(0, 0, 256)?.slice());
      for (const at of members) group.members[at]?.corrupt(0, placeSector(place), sectors, 'torn');
      // Its own member is distrusted anyway; so two may lie when one of them is that.
      expect(isRight(backEnd, group, track)).toBe(members.has(own) || members.size < 2);
      [...members].forEach((at, index) => {
        group.members[at]?.read(0, 0, 256)?.set(kept[index] ?? []);
      });
    }
  });

  it('distrusts members only where they cannot be read', () => {
    const { backEnd, group, tracks } = setup();
    const [first, second] = tracks as [Stored, Stored];
    for (const member of [1, 2])
      group.members[member]?.corrupt(0, placeSector(first.place), 1, 'unreadable');
    expect(placeMember(first.place)).toBe(0);
    expect(isRight(backEnd, group, first)).toBe(false);
    expect(isRight(backEnd, group, second)).toBe(true);
    expect(group.erasedMembers(0, placeSector(first.place), first.sectors)).toEqual([1, 2]);
    expect(group.erasedMembers(0, placeSector(second.place), second.sectors)).toEqual([]);
  });

  it('judges what is known row by row, so that every member may have unreadable sectors', () => {
    const { backEnd, group, tracks } = setup();
    const track = tracks.find(({ sectors }) => sectors >= 12) as Stored;
    const own = placeMember(track.place);
    const first = placeSector(track.place);
    const others = group.members.filter(({ number }) => number !== own);
    // In each of these rows the track's own member cannot be read, and one other.
    others.forEach((other, row) => {
      for (const member of [group.members[own], other]) {
        member?.corrupt(0, first + row, 1, 'unreadable');
      }
    });
    expect(group.erasedMembers(0, first, track.sectors)).toHaveLength(8);
    expect(reaches(backEnd, group, track)).toBe(true);
    expect(isRight(backEnd, group, track)).toBe(true);
    // A third in one of the rows is one too many; in a row that can be read it would not matter.
    others[0]?.corrupt(0, first + 8, 1, 'unreadable');
    others[1]?.corrupt(0, first + 8, 1, 'unreadable');
    others[2]?.corrupt(0, first + 8, 1, 'unreadable');
    expect(reaches(backEnd, group, track)).toBe(true);
    expect(isRight(backEnd, group, track)).toBe(true);
    others[1]?.corrupt(0, first, 1, 'unreadable');
    expect(reaches(backEnd, group, track)).toBe(false);
    expect(repaired(backEnd, group, track)).toBeUndefined();
  });

  it('finds silent damage beside unreadable sectors in other rows', () => {
    for (const silent of ['own', 'other'] as const) {
      const { backEnd, group, tracks } = setup();
      const track = tracks.find(({ sectors }) => sectors >= 4) as Stored;
      const own = placeMember(track.place);
      const first = placeSector(track.place);
      group.members[own]?.corrupt(0, first, 1, 'unreadable');
      group.members[(own + 1) % 8]?.corrupt(0, first + 1, 1, 'unreadable');
      const liar = silent === 'own' ? own : (own + 2) % 8;
      group.members[liar]?.corrupt(0, first, track.sectors, 'flipped');
      expect(isRight(backEnd, group, track)).toBe(true);
    }
  });

  it.each([0, 1])('reaches as far as %d redundancy drives do', (redundancyDrives) => {
    const { backEnd, group, tracks } = setup(redundancyDrives);
    for (const track of tracks) {
      expect(isRight(backEnd, group, track)).toBe(redundancyDrives > 0);
    }
  });
});

describe('reconstructCylinder', () => {
  it('writes every pair of members anew, byte by byte', () => {
    const { backEnd, group, tracks } = setup();
    for (const pair of pairs(DATA_DRIVES + 2)) {
      const before = pair.map((member) => group.members[member]?.read(0, 0, 256)?.slice());
      for (const member of pair) {
        group.members[member]?.fail();
        backEnd.replaceDrive(0, member);
        expect([...(group.members[member]?.missing.bits() ?? [])]).toEqual([0]);
      }
      expect(group.hasFaults).toBe(true);
      for (const member of pair)
        expect(backEnd.repair.reconstructCylinder(group, 0, member)).toBe(0);
      expect(pair.map((member) => group.members[member]?.read(0, 0, 256))).toEqual(before);
      expect(group.hasFaults).toBe(false);
      expect(backEnd.repair.verifyParity(group, 0)).toBe(true);
    }
    for (const track of tracks) expect(isRight(backEnd, group, track)).toBe(true);
  });

  it('marks the rows that it cannot find, and no others', () => {
    const { backEnd, group } = setup();
    group.members[1]?.corrupt(0, 10, 3, 'unreadable');
    group.members[4]?.corrupt(0, 11, 5, 'unreadable');
    const before = group.members[0]?.read(0, 0, 256)?.slice() ?? new Uint8Array(0);
    group.members[0]?.fail();
    backEnd.replaceDrive(0, 0);
    expect(backEnd.repair.reconstructCylinder(group, 0, 0)).toBe(2);
    expect([...(group.members[0]?.unreadable.bits() ?? [])]).toEqual([11, 12]);
    const after = group.members[0]?.read(0, 0, 256) ?? new Uint8Array(0);
    const isLost = (at: number): boolean => at >= 11 * SECTOR_BYTES && at < 13 * SECTOR_BYTES;
    expect(after.every((byte, at) => isLost(at) || byte === before[at])).toBe(true);
  });
});

describe('verifyParity', () => {
  it.each([0, 5, 6, 7])('notices one wrong bit in member %d', (member) => {
    const { backEnd, group } = setup();
    expect(backEnd.repair.verifyParity(group, 0)).toBe(true);
    group.members[member]?.corrupt(0, 200, 1, 'flipped');
    expect(backEnd.repair.verifyParity(group, 0)).toBe(false);
  });

  it('compares the rows that are there', () => {
    const { backEnd, group } = setup();
    group.members[3]?.corrupt(0, 100, 4, 'unreadable');
    expect(backEnd.repair.verifyParity(group, 0)).toBe(true);
    group.members[2]?.corrupt(0, 104, 1, 'flipped');
    expect(backEnd.repair.verifyParity(group, 0)).toBe(false);
  });
});
