/** The superblock: either copy will do, and nothing else will. */
import { describe, expect, it } from 'vitest';
import { SUPERBLOCK_FILE } from '../../../src/store/store-layout.ts';
import { readSuperblock, type Superblock, writeSuperblock } from '../../../src/store/superblock.ts';
import { completeConfiguration } from '../../../src/subsystem/configuration.ts';
import { shapeGroups } from '../../../src/subsystem/group-configuration.ts';
import { RecordingMedium } from '../../../src/testing/recording-medium.ts';

const configuration = completeConfiguration({ name: 'SUPER', capacityBytes: 2 ** 24 });
const SUPERBLOCK: Superblock = {
  storeId: new Uint8Array(16).map((_, at) => at + 1),
  madeAtMillis: 1_700_000_000_123.5,
  configuration,
  shapes: shapeGroups(configuration.groups),
};

function written(): RecordingMedium {
  const medium = new RecordingMedium();
  writeSuperblock(medium, SUPERBLOCK);
  return medium;
}

function sizeOf(medium: RecordingMedium): number {
  return medium.open(SUPERBLOCK_FILE, 'read').sizeBytes;
}

describe('the superblock', () => {
  it('is read as it was written', () => {
    expect(readSuperblock(written())).toEqual({ superblock: SUPERBLOCK, damagedAt: [] });
  });

  it('completes to the same configuration again', () => {
    expect(completeConfiguration(readSuperblock(written()).superblock.configuration)).toEqual(
      configuration,
    );
  });

  it('is there as a whole or not at all, whenever the power goes', () => {
    const medium = new RecordingMedium();
    let states = 0;
    medium.changed = () => {
      for (const isKept of [true, false]) {
        const after = medium.afterPowerCut(() => isKept);
        states += 1;
        if (after.list('').includes(SUPERBLOCK_FILE)) {
          expect(readSuperblock(after).damagedAt).toEqual([]);
        }
      }
    };
    writeSuperblock(medium, SUPERBLOCK);
    expect(states).toBeGreaterThan(6);
    expect(medium.pending).toEqual([]);
  });

  it('survives damage to one copy, anywhere, and says which', () => {
    const size = sizeOf(written());
    const copyBytes = size / 2;
    let looked = 0;
    for (let at = 0; at < size; at += 61) {
      const medium = written();
      const byte = new Uint8Array(1);
      medium.open(SUPERBLOCK_FILE, 'read').read(at, byte);
      medium.damage(
        SUPERBLOCK_FILE,
        at,
        byte.map((value) => value ^ 0x10),
      );
      const { superblock, damagedAt } = readSuperblock(medium);
      expect(superblock).toEqual(SUPERBLOCK);
      if (damagedAt.length > 0) {
        looked += 1;
        expect(damagedAt).toEqual([at < copyBytes ? 0 : copyBytes]);
      }
    }
    expect(looked).toBeGreaterThan(10);
  });

  it('is refused when both copies are damaged, or when it is not there', () => {
    const medium = written();
    medium.damage(SUPERBLOCK_FILE, 20, new Uint8Array(1));
    medium.damage(SUPERBLOCK_FILE, sizeOf(medium) / 2 + 20, new Uint8Array(1));
    expect(() => readSuperblock(medium)).toThrow(
      expect.objectContaining({ code: 'STORE_DAMAGED' }),
    );
    expect(() => readSuperblock(new RecordingMedium())).toThrow(
      expect.objectContaining({ code: 'STORE_ABSENT' }),
    );
  });
});
