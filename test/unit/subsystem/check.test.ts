/**
 * The whole-state check notices each kind of damage to space, images, relations and content. Wrong
 * counts are in test/unit/mapping/recount.test.ts.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import type { Device } from '../../../src/mapping/device-table.ts';
import { CYLINDER_DESTAGED, CYLINDER_FULL } from '../../../src/media/cylinder-table.ts';
import { placeMember, placeSector } from '../../../src/media/logical-cylinder.ts';
import { HOST_RIGHT, SURVIVOR, UPDATE } from '../../../src/media/placement.ts';
import type { SubsystemParts } from '../../../src/subsystem/parts.ts';
import { smallSubsystem, snap, violationsOf, whole, write } from '../../support/small-subsystem.ts';

type Plant = (parts: SubsystemParts, a: Device) => void;

/** Words of the holding record of the instance of track 3. */
function holding(parts: SubsystemParts, a: Device): { words: Uint32Array; base: number } {
  const { records } = parts.instances;
  const id = parts.directory.find(a.index, 3);
  const words = records.pages[id >>> records.pageShift] as Uint32Array;
  return { words, base: (id & records.recordMask) << records.recordBits };
}

const PLANTED: readonly [string, string, Plant][] = [
  [
    'two instances at one place',
    'no-overlap',
    (parts, a) => {
      const { words, base } = holding(parts, a);
      words[base + 2] = (words[base + 2] as number) - 1;
    },
  ],
  [
    'an instance in a group that is not there',
    'no-overlap',
    (parts, a) => {
      const { words, base } = holding(parts, a);
      words[base + 2] = (words[base + 2] as number) + 0x0100_0000;
    },
  ],
  [
    'an instance that grew',
    'cylinder-accounts',
    (parts, a) => {
      const { words, base } = holding(parts, a);
      words[base + 3] = (words[base + 3] as number) + (1 << 17);
    },
  ],
  [
    'sectors counted as live by nobody',
    'cylinder-accounts',
    (parts) => parts.backEnd.take(5, 0, UPDATE, HOST_RIGHT),
  ],
  [
    'an instance behind what its open cylinder has reached',
    'no-overlap',
    (parts, a) => {
      const { words, base } = holding(parts, a);
      words[base + 2] = (words[base + 2] as number) + 500;
    },
  ],
  [
    'an instance that the list of its cylinder does not name',
    'cylinder-lists',
    (parts, a) => {
      parts.store.move(parts.directory.find(a.index, 3), SURVIVOR);
      const { words, base } = holding(parts, a);
      words[base + 1] = parts.instances.cylinder(parts.directory.find(a.index, 4));
    },
  ],
  [
    'nonvolatile storage that nobody uses',
    'cylinder-accounts',
    (parts) => parts.backEnd.nvs.hold(512),
  ],
  [
    'a full cylinder that will never be destaged',
    'cylinder-accounts',
    (parts) => {
      parts.backEnd.closeOpen();
      parts.backEnd.groupNumbered(0).cylinders.advance(0, CYLINDER_DESTAGED, CYLINDER_FULL);
    },
  ],
  [
    'a drive that misses a cylinder which holds nothing',
    'cylinder-accounts',
    (parts) => {
      const { members, shape } = parts.backEnd.groupNumbered(0);
      members[3]?.missing.set(shape.cylinderCount - 1);
    },
  ],
  [
    'a fault of which reads are not told',
    'cylinder-accounts',
    (parts) => parts.backEnd.groupNumbered(0).members[3]?.drive.markUnreadable(0, 1, 1),
  ],
  [
    'a cylinder that was never written to one of its members',
    'parity-consistent',
    (parts) => {
      parts.backEnd.closeOpen();
      parts.backEnd.groupNumbered(0).members[13]?.drive.prepare(0, undefined as never);
    },
  ],
  [
    'one bit of the redundancy',
    'parity-consistent',
    (parts) => {
      parts.backEnd.closeOpen();
      const bytes = parts.backEnd.groupNumbered(0).members[14]?.read(0, 0, 256);
      if (bytes !== undefined) bytes[5_000] = (bytes[5_000] as number) ^ 1;
    },
  ],
  [
    'a label of another cylinder',
    'parity-consistent',
    (parts) => {
      parts.backEnd.closeOpen();
      const bytes = parts.backEnd.groupNumbered(0).members[13]?.read(0, 0, 256);
      if (bytes !== undefined) bytes[15] = 9;
    },
  ],
  [
    'a mapped track behind the image',
    'image-bounds',
    (parts, a) => {
      parts.directory.replace(a.index, a.trackCount, 1);
    },
  ],
  [
    'duty of a relation that has ended',
    'relation-sane',
    (parts) => {
      const [relation] = parts.relations.values();
      if (relation !== undefined) parts.relations.progress(relation.id).duty.advance(16_695);
    },
  ],
  [
    'claims that do not add up',
    'relation-sane',
    (parts) => {
      const [relation] = parts.relations.values();
      if (relation !== undefined) parts.relations.progress(relation.id).claimedTracks -= 1;
    },
  ],
  [
    'one bit of a stored track',
    'content-intact',
    (parts, a) => {
      const id = parts.directory.find(a.index, 3);
      const place = parts.instances.place(id);
      const group = parts.backEnd.groupOf(place);
      const cylinder = parts.instances.cylinder(id);
      const bytes = group.read(cylinder, placeMember(place), placeSector(place), 1);
      const at = 60;
      if (bytes !== undefined) bytes[at] = (bytes[at] as number) ^ 1;
    },
  ],
];

function setup() {
  const { subsystem, devices } = smallSubsystem(['3390-1', '3390-1']);
  const [a, b] = devices as readonly [Device, Device];
  for (let at = 0; at < 10; at += 1) write(subsystem, a, at, at);
  for (let at = 4; at < 8; at += 1) write(subsystem, a, at, at, 500 * at);
  snap(subsystem, { wholeDevices: [whole(a, b)], background: 'copy' });
  return { subsystem, a };
}

describe('the whole-state check', () => {
  it('has nothing to say about a sound state, and says how much it looked at', () => {
    const { subsystem } = setup();
    expect(subsystem.check()).toEqual({
      violations: [],
      looked: {
        devices: 2,
        pages: 2,
        slots: 10,
        instances: 10,
        cylinders: 2,
        relations: 1,
        checksums: 10,
        parities: 0,
      },
    });
  });

  it('compares redundancy once cylinders are destaged, and excuses damage that was done on purpose', () => {
    const { subsystem, a } = setup();
    const { backEnd, directory, instances } = subsystem.parts;
    backEnd.closeOpen();
    expect(subsystem.check().looked).toMatchObject({ parities: 2, checksums: 10 });
    const place = instances.place(directory.find(a.index, 3));
    const cylinder = instances.cylinder(directory.find(a.index, 3));
    const member = backEnd.groupOf(place).members[placeMember(place)];
    member?.corrupt(cylinder, placeSector(place), 1, 'flipped');
    const { violations, looked } = subsystem.check();
    expect(violations).toEqual([]);
    expect(looked).toMatchObject({ parities: 1, checksums: 9 });
  });

  it.each(PLANTED)('notices %s', (_name, invariant, plant) => {
    const { subsystem, a } = setup();
    plant(subsystem.parts, a);
    expect(violationsOf(subsystem).join('\n')).toContain(`${invariant}: `);
  });
});
