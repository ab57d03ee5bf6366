/**
 * The recount notices every kind of wrong count.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import type { SubsystemParts } from '../../../src/subsystem/parts.ts';
import { mappingParts, pointTrack, violationsOf } from '../../support/mapping-parts.ts';

const PLANTED: readonly [string, string, (parts: SubsystemParts) => void][] = [
  ['a leaf with a parent too many', 'page-parents', (parts) => parts.pages.leaves.addParent(1)],
  [
    'an interior page with a parent too many',
    'page-parents',
    (parts) => parts.pages.interiors.addParent(1),
  ],
  ['a leaf that nobody holds', 'page-parents', (parts) => parts.pages.leaves.allocateEmpty()],
  [
    'an instance with a slot too many',
    'instance-slots',
    (parts) => parts.instances.retain(parts.directory.find(0, 7)),
  ],
  [
    'an instance with a slot too few',
    'instance-slots',
    (parts) => {
      parts.instances.retain(parts.directory.find(0, 7));
      parts.directory.replace(0, 9, parts.directory.find(0, 7));
      parts.directory.replace(0, 10, parts.directory.find(0, 7));
    },
  ],
  [
    'an instance that is free and held',
    'free-numbers',
    (parts) => parts.instances.records.free(parts.directory.find(0, 7)),
  ],
  [
    'a page number that is lost',
    'free-numbers',
    (parts) => {
      parts.pages.leaves.records.allocate();
      parts.pages.leaves.records.free(0);
    },
  ],
  [
    'an instance that no slot holds',
    'instance-slots',
    (parts) => {
      parts.directory.replace(0, 7, 0);
    },
  ],
];

describe('recount', () => {
  it('has nothing to say about a sound state, and says how much it looked at', () => {
    const { subsystem, parts } = mappingParts('3390-1', 1);
    for (const track of [7, 8, 1_000]) pointTrack(parts, 0, track);
    const { violations, looked } = subsystem.check();
    expect(violations).toEqual([]);
    expect(looked).toMatchObject({ devices: 1, pages: 3, slots: 3, instances: 3, cylinders: 1 });
  });

  it.each(PLANTED)('notices %s', (_name, invariant, plant) => {
    const { subsystem, parts } = mappingParts('3390-1', 1);
    for (const track of [7, 8, 1_000]) pointTrack(parts, 0, track);
    plant(parts);
    expect(violationsOf(subsystem).join('\n')).toContain(`${invariant}: `);
  });
});
