/**
 * The whole-state check notices each kind of damage to space, images, relations and content. Wrong
 * counts are in test/unit/mapping/recount.test.ts.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import type { Device } from '../../../src/mapping/device-table.ts';
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
      words[base + 3] = (words[base + 3] as number) + 512;
    },
  ],
  ['sectors counted as live by nobody', 'cylinder-accounts', (parts) => parts.group.take(5, false)],
  ['a free range twice', 'no-overlap', (parts) => twice(parts)],
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
      const view = parts.instances.viewBytes(id);
      view[30] = (view[30] as number) ^ 1;
    },
  ],
];

function twice(parts: SubsystemParts): void {
  parts.group.settle();
  const [range] = parts.group.ranges.ranges();
  if (range !== undefined) parts.group.ranges.put(range.cylinder, range.place, range.sectors);
}

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
        cylinders: 1,
        relations: 1,
        checksums: 10,
      },
    });
  });

  it.each(PLANTED)('notices %s', (_name, invariant, plant) => {
    const { subsystem, a } = setup();
    plant(subsystem.parts, a);
    expect(violationsOf(subsystem).join('\n')).toContain(`${invariant}: `);
  });
});
