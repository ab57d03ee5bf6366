/**
 * The track store: what was stored comes back, past failed drives and wrong sectors, or is lost by
 * name; and moves change places only.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { CountingMeter } from '../../../src/base/default-ports.ts';
import { SeededRandom } from '../../../src/base/random.ts';
import { DAMAGED, NO_SPACE } from '../../../src/mapping/track-store.ts';
import {
  placeGroup,
  placeMember,
  placeSector,
  sectorsOf,
} from '../../../src/media/logical-cylinder.ts';
import { HOST_RIGHT, SURVIVOR, UPDATE } from '../../../src/media/placement.ts';
import { ZstdCompress } from '../../../src/store/zstd-compress.ts';
import type { SubsystemInput } from '../../../src/subsystem/configuration.ts';
import type { SubsystemParts } from '../../../src/subsystem/parts.ts';
import { Subsystem } from '../../../src/subsystem/subsystem.ts';

const SIX_AND_TWO = { dataDrives: 6, redundancyDrives: 2, cylinderSectors: 256 } as const;

function partsOf(input: Partial<SubsystemInput> = {}): SubsystemParts & { meter: CountingMeter } {
  const meter = new CountingMeter();
  const subsystem = Subsystem.create(
    { name: 'STORE', capacityBytes: 2 ** 24, spareDrives: 0, groups: [SIX_AND_TWO], ...input },
    { meter, compress: new ZstdCompress() },
  );
  return { ...subsystem.parts, meter };
}

function store(parts: SubsystemParts, bytes: Uint8Array, group = 0): number {
  parts.store.stage(bytes);
  expect(parts.store.take(bytes.length, group, UPDATE, HOST_RIGHT)).toBe(true);
  return parts.store.storeBytes(bytes, parts.commits.next());
}

function storeSignature(parts: SubsystemParts, lengthBytes: number): number {
  expect(parts.store.take(lengthBytes, 0, UPDATE, HOST_RIGHT)).toBe(true);
  return parts.instances.create(lengthBytes, false, 1, 2, parts.commits.next());
}

/** Where an instance lies. */
function whereOf({ instances }: SubsystemParts, id: number) {
  const place = instances.place(id);
  return {
    group: placeGroup(place),
    cylinder: instances.cylinder(id),
    member: placeMember(place),
    sector: placeSector(place),
    sectors: instances.sectors(id),
  };
}

const random = new SeededRandom(3, 'tracks');

describe('reading', () => {
  it('finds a track at every position past every pair of failed members', () => {
    let compared = 0;
    for (let one = 0; one < 8; one += 1) {
      for (let other = one + 1; other < 8; other += 1) {
        const parts = partsOf();
        const tracks = Array.from({ length: 6 * 255 }, (_, at) => {
          const bytes = new Uint8Array(300).fill(at).fill(at >>> 8, 0, 100);
          return { bytes, id: store(parts, bytes) };
        });
        parts.backEnd.closeOpen();
        for (const member of [one, other]) parts.backEnd.failDrive(0, member);
        for (const { bytes, id } of tracks) {
          const read = parts.store.read(id);
          if (read === undefined || Buffer.compare(read, bytes) !== 0) {
            expect.fail(`track ${id} without members ${one} and ${other}`);
          }
          compared += 1;
        }
        const data = [one, other].filter((member) => member < 6).length;
        expect(parts.store.healedCount).toBe(data * 255);
        expect(parts.meter.total('healedInstances')).toBe(data * 255);
      }
    }
    expect(compared).toBe(28 * 6 * 255);
  });

  it('heals once: what was repaired lies elsewhere, in the same group', () => {
    const parts = partsOf({ groups: [SIX_AND_TWO, SIX_AND_TWO] });
    const bytes = random.bytes(5_000);
    const id = store(parts, bytes, 1);
    parts.backEnd.closeOpen();
    const before = whereOf(parts, id);
    parts.backEnd.failDrive(1, before.member);
    expect(parts.store.isReadable(id)).toBe(true);
    expect(parts.store.isIntact(id)).toBe(false);
    expect(parts.store.read(id)).toEqual(bytes);
    const after = whereOf(parts, id);
    expect(after.group).toBe(1);
    expect(after.cylinder).not.toBe(before.cylinder);
    expect(parts.store.isIntact(id)).toBe(true);
    expect(parts.store.read(id)).toEqual(bytes);
    expect(parts.store.healedCount).toBe(1);
    expect(parts.meter.total('checksumFailures')).toBe(0);
  });

  it.each(['unreadable', 'torn', 'misdirected', 'flipped'] as const)('heals %s sectors', (kind) => {
    const parts = partsOf();
    const tracks = Array.from({ length: 12 }, () => {
      const bytes = random.bytes(20_000);
      return { bytes, id: store(parts, bytes) };
    });
    parts.backEnd.closeOpen();
    const { id, bytes } = tracks[5] as { id: number; bytes: Uint8Array };
    const { cylinder, member, sector, sectors } = whereOf(parts, id);
    parts.backEnd.groupNumbered(0).members[member]?.corrupt(cylinder, sector, sectors, kind);
    expect(parts.store.isIntact(id)).toBe(false);
    expect(parts.store.read(id)).toEqual(bytes);
    expect(parts.store.healedCount).toBe(1);
    expect(parts.meter.total('checksumFailures')).toBe(kind === 'unreadable' ? 0 : 1);
    for (const track of tracks) expect(parts.store.read(track.id)).toEqual(track.bytes);
    expect(parts.store.healedCount).toBe(1);
  });

  it('does not take what a drive held there before for what it should hold', () => {
    const parts = partsOf();
    const old = random.bytes(20_000);
    const first = store(parts, old);
    parts.backEnd.closeOpen();
    const { cylinder, member } = whereOf(parts, first);
    const drive = () => parts.backEnd.groupNumbered(0).members[member]?.read(cylinder, 0, 256);
    const stale = drive()?.slice() ?? new Uint8Array(0);
    parts.instances.release(first);
    const bytes = random.bytes(20_000);
    const second = store(parts, bytes);
    parts.backEnd.closeOpen();
    expect([second, whereOf(parts, second).cylinder]).toEqual([first, cylinder]);
    drive()?.set(stale);
    expect(parts.store.read(second)).toEqual(bytes);
    expect(parts.store.healedCount).toBe(1);
  });

  it('loses a track past redundancy, until a drive comes back', () => {
    const parts = partsOf();
    const bytes = random.bytes(1_000);
    const id = store(parts, bytes);
    parts.backEnd.closeOpen();
    for (const member of [0, 3, 7]) parts.backEnd.failDrive(0, member);
    expect(parts.store.isReadable(id)).toBe(false);
    expect(parts.store.read(id)).toBeUndefined();
    expect(parts.store.move(id, SURVIVOR)).toBe('lost');
    expect(parts.store.duplicate(id, () => 9, 0)).toBe(DAMAGED);
    expect(parts.backEnd.returnDrive(0, 7)).toBe('returned');
    expect(parts.store.isReadable(id)).toBe(true);
    expect(parts.store.read(id)).toEqual(bytes);
  });

  it('needs no drive for what is in nonvolatile storage', () => {
    const parts = partsOf();
    const bytes = random.bytes(1_000);
    const id = store(parts, bytes);
    for (const member of [0, 1, 2, 3]) parts.backEnd.failDrive(0, member);
    expect(parts.store.isReadable(id)).toBe(true);
    expect(parts.store.read(id)).toEqual(bytes);
    expect(parts.store.healedCount).toBe(0);
  });
});

describe('moving', () => {
  it('changes the place and nothing else, whoever holds the track', () => {
    const parts = partsOf();
    const bytes = random.bytes(9_000);
    const id = store(parts, bytes);
    for (let holder = 0; holder < 999; holder += 1) parts.instances.retain(id);
    parts.backEnd.closeOpen();
    const before = whereOf(parts, id);
    const birth = parts.instances.birth(id);
    expect(parts.store.move(id, SURVIVOR)).toBe('moved');
    expect(whereOf(parts, id)).not.toEqual(before);
    expect([parts.instances.count(id), parts.instances.birth(id)]).toEqual([1_000, birth]);
    expect(parts.store.read(id)).toEqual(bytes);
    expect(parts.store.healedCount).toBe(0);
    // The cylinder that it left held nothing else, and is free.
    expect(parts.backEnd.groupNumbered(0).cylinders.live(before.cylinder)).toBe(0);
    expect([...parts.backEnd.groupNumbered(0).instanceIds(before.cylinder)]).toEqual([]);
    expect([...parts.backEnd.groupNumbered(0).instanceIds(parts.instances.cylinder(id))]).toContain(
      id,
    );
  });

  it('heals on the way', () => {
    const parts = partsOf();
    const bytes = random.bytes(9_000);
    const id = store(parts, bytes);
    parts.backEnd.closeOpen();
    parts.backEnd.failDrive(0, whereOf(parts, id).member);
    expect(parts.store.move(id, SURVIVOR)).toBe('moved');
    expect(parts.store.healedCount).toBe(1);
    expect(parts.store.read(id)).toEqual(bytes);
  });

  it('survives that its own cylinder is destaged past a failed drive meanwhile', () => {
    const parts = partsOf();
    const tracks = Array.from({ length: 13 }, () => {
      const bytes = random.bytes(50_000);
      return { bytes, id: store(parts, bytes) };
    });
    parts.backEnd.failDrive(0, 0);
    for (let round = 0; round < 30; round += 1) {
      for (const { id } of tracks) expect(parts.store.move(id, UPDATE)).toBe('moved');
    }
    for (const { id, bytes } of tracks) expect(parts.store.read(id)).toEqual(bytes);
  });
});

describe('compression', () => {
  const text = new TextEncoder().encode('SYS1.PARMLIB '.repeat(3_000));
  const noise = random.bytes(30_000);
  const mixed = [{ ...SIX_AND_TWO, compression: 'zstd' as const }, SIX_AND_TWO];

  it('takes the sectors of the compressed length, and never more than without', () => {
    const parts = partsOf({ groups: mixed });
    const [short, long, plain] = [store(parts, text), store(parts, noise), store(parts, text, 1)];
    expect(parts.instances.sectors(short)).toBeLessThan(3);
    expect(parts.instances.sectors(long)).toBe(sectorsOf(noise.length));
    expect(parts.instances.sectors(plain)).toBe(sectorsOf(text.length));
    expect(parts.instances.lengthBytes(short)).toBe(text.length);
    const read = (id: number): Uint8Array => Uint8Array.from(parts.store.read(id) ?? []);
    expect(read(short)).toEqual(text);
    expect(read(long)).toEqual(noise);
    parts.backEnd.closeOpen();
    expect(read(plain)).toEqual(text);
    expect(parts.store.move(short, SURVIVOR)).toBe('moved');
    parts.backEnd.closeOpen();
    parts.backEnd.failDrive(0, whereOf(parts, short).member);
    expect(read(short)).toEqual(text);
    expect(parts.store.healedCount).toBe(1);
  });

  it('fits a copy to the group in which it shall lie', () => {
    const parts = partsOf({ groups: mixed });
    const id = store(parts, text);
    const sectors = [0, 1, 0].reduce<number[]>((found, group) => {
      const copy = parts.store.duplicate(id, () => parts.commits.next(), group);
      expect(parts.store.read(copy)).toEqual(text);
      expect(parts.store.holdsSame(id, copy)).toBe(true);
      expect(placeGroup(parts.instances.place(copy))).toBe(group);
      return [...found, parts.instances.sectors(copy)];
    }, []);
    expect(sectors[0]).toBe(parts.instances.sectors(id));
    expect(sectors[1]).toBe(sectorsOf(text.length));
    expect(sectors[2]).toBe(sectors[0]);
  });

  it('is a ratio where there are no bytes', () => {
    const parts = partsOf({
      content: 'signature',
      groups: [{ ...SIX_AND_TWO, compression: { ratio: 4 } }],
    });
    expect(parts.instances.sectors(storeSignature(parts, 56_701))).toBe(sectorsOf(14_176));
  });
});

describe('duplicating', () => {
  it('says when there is no space', () => {
    const parts = partsOf({ capacityBytes: 2 ** 20, groups: [SIX_AND_TWO] });
    const id = store(parts, random.bytes(60_000));
    let copies = 0;
    while (parts.store.duplicate(id, () => parts.commits.next(), 0) !== NO_SPACE) copies += 1;
    expect(copies).toBeGreaterThan(10);
  });

  it('compares content byte by byte', () => {
    const parts = partsOf();
    const [one, same, other] = [1, 1, 2].map((fill) =>
      store(parts, new Uint8Array(700).fill(fill)),
    );
    expect(parts.store.holdsSame(one ?? 0, same ?? 0)).toBe(true);
    expect(parts.store.holdsSame(one ?? 0, other ?? 0)).toBe(false);
  });
});

describe('content signature', () => {
  it('has no intact track of bytes without its own bytes', () => {
    const parts = partsOf({ content: 'signature' });
    const id = store(parts, random.bytes(5_000));
    const signature = storeSignature(parts, 40_000);
    parts.backEnd.closeOpen();
    expect([parts.store.isIntact(id), parts.store.isIntact(signature)]).toEqual([true, true]);
    parts.instances.bytesOf(id)?.fill(0);
    expect([parts.store.isIntact(id), parts.store.isIntact(signature)]).toEqual([false, true]);
  });

  it('judges damage row by row: two members in every row are no loss', () => {
    const parts = partsOf({ content: 'signature' });
    const id = storeSignature(parts, 40_000);
    parts.backEnd.closeOpen();
    const { cylinder, member, sector } = whereOf(parts, id);
    const { members } = parts.backEnd.groupNumbered(0);
    for (let row = 1; row < 8; row += 1) {
      for (const at of [member, (member + row) % 8]) {
        members[at]?.corrupt(cylinder, sector + row, 1, 'unreadable');
      }
    }
    expect(parts.store.isReadable(id)).toBe(true);
    expect(parts.store.readSignature(id)).toBe(true);
    expect(parts.store.healedCount).toBe(1);
    expect(whereOf(parts, id).cylinder).not.toBe(cylinder);
  });

  it('has damage as a state: healed up to the redundancy, lost past it', () => {
    const parts = partsOf({ content: 'signature' });
    const id = storeSignature(parts, 40_000);
    parts.backEnd.closeOpen();
    const { cylinder, member, sector } = whereOf(parts, id);
    const { members } = parts.backEnd.groupNumbered(0);
    const damage = (at: number): void => members[at]?.corrupt(cylinder, sector + 2, 1, 'torn');
    damage((member + 1) % 8);
    damage((member + 2) % 8);
    expect(parts.store.readSignature(id)).toBe(true);
    expect(parts.store.healedCount).toBe(0);
    damage(member);
    expect(parts.store.isReadable(id)).toBe(false);
    expect(parts.store.readSignature(id)).toBe(false);
    expect(parts.store.move(id, SURVIVOR)).toBe('lost');
    members[(member + 1) % 8]?.fail();
    parts.backEnd.replaceDrive(0, (member + 1) % 8);
    expect(parts.store.isReadable(id)).toBe(false);
    members[(member + 2) % 8]?.forget(cylinder);
    expect(parts.store.readSignature(id)).toBe(true);
    expect(parts.store.healedCount).toBe(1);
    expect(parts.store.isIntact(id)).toBe(true);
  });

  it('treats the few tracks of bytes in the same way', () => {
    const parts = partsOf({ content: 'signature' });
    const bytes = random.bytes(2_000);
    const id = store(parts, bytes);
    parts.backEnd.closeOpen();
    const { member } = whereOf(parts, id);
    for (const at of [0, 1]) parts.backEnd.failDrive(0, (member + at) % 8);
    expect(parts.store.read(id)).toEqual(bytes);
    expect(parts.store.healedCount).toBe(1);
    expect(parts.store.move(id, SURVIVOR)).toBe('moved');
    expect(parts.store.read(id)).toEqual(bytes);
    parts.instances.release(id);
    expect(parts.instances.bytesOf(id)).toBeUndefined();
  });
});
