/** What a commit takes of cylinders in nonvolatile storage, and of those that leave it. */
import { describe, expect, it } from 'vitest';
import type { DataRange } from '../../../src/store/record-content.ts';
import { StagedData, type StoredCylinder } from '../../../src/store/staged-data.ts';

const SECTORS = 256;

/** A buffer filled from sector 1 up to, not including, `end`. */
function filled(end: number, byte = 9): Uint8Array {
  return new Uint8Array(SECTORS * 512).fill(byte, 512, end * 512);
}

function cylinder(
  buffers: readonly (Uint8Array | undefined)[],
  member: number,
  sector: number,
  stamp = 1,
): StoredCylinder {
  return { group: 0, cylinder: 4, stamp, buffers, member, sector };
}

function told(ranges: readonly DataRange[]) {
  return ranges.map(({ member, sector, bytes }) => [member, sector, bytes.length / 512]);
}

function online(): StagedData {
  return new StagedData(() => true);
}

describe('staged data', () => {
  it('takes what was filled since the commit before, and nothing twice', () => {
    const staged = online();
    const buffers = [filled(200), undefined];
    expect(told(staged.pending([cylinder(buffers, 0, 20)]))).toEqual([[0, 1, 19]]);
    staged.settle();
    expect(told(staged.pending([cylinder(buffers, 0, 20)]))).toEqual([]);
    staged.settle();
    expect(told(staged.pending([cylinder(buffers, 0, 30)]))).toEqual([[0, 20, 10]]);
    staged.settle();
    buffers[1] = filled(7);
    // The rest of the first member is padding.
    expect(told(staged.pending([cylinder(buffers, 1, 7)]))).toEqual([
      [0, 30, 170],
      [1, 1, 6],
    ]);
  });

  it('takes it again when the commit was not done', () => {
    const staged = online();
    const one = cylinder([filled(20)], 0, 20);
    expect(told(staged.pending([one]))).toEqual([[0, 1, 19]]);
    expect(told(staged.pending([one]))).toEqual([[0, 1, 19]]);
  });

  it('knows another use of a cylinder by its stamp', () => {
    const staged = online();
    staged.pending([cylinder([filled(20)], 0, 20)]);
    staged.settle();
    expect(told(staged.pending([cylinder([filled(9)], 0, 9, 2)]))).toEqual([[0, 1, 8]]);
  });

  it('holds the buffers of a cylinder that leaves until the commit is done', () => {
    const staged = online();
    const buffers = [filled(SECTORS), filled(90), undefined];
    staged.pending([cylinder(buffers, 0, 50)]);
    staged.settle();
    staged.destage({ group: 0, cylinder: 4, stamp: 1 }, buffers);
    expect(buffers.map((buffer) => buffer && staged.exchange(buffer))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(staged.destaged).toEqual([{ group: 0, cylinder: 4, stamp: 1 }]);
    const ranges = staged.pending([]);
    expect(told(ranges)).toEqual([
      [0, 50, SECTORS - 50],
      [1, 1, 89],
    ]);
    expect(ranges[0]?.bytes.buffer).toBe(buffers[0]?.buffer);
    staged.settle();
    // Now they are spare: the next buffer that is held is exchanged for one of them.
    const next = filled(10);
    staged.destage({ group: 0, cylinder: 5, stamp: 2 }, [next]);
    expect(buffers).toContain(staged.exchange(next));
  });

  it('gives a buffer back that the journal has already', () => {
    const staged = online();
    const buffer = filled(40);
    staged.pending([cylinder([buffer], 0, 40)]);
    staged.settle();
    staged.destage({ group: 0, cylinder: 4, stamp: 1 }, [buffer]);
    expect(staged.exchange(buffer)).toBe(buffer);
    expect(staged.pending([])).toEqual([]);
  });

  it('copies what no drive takes, because its buffer is used again at once', () => {
    const staged = new StagedData((_, member) => member !== 1);
    const buffers = [filled(20, 3), filled(20, 4)];
    staged.destage({ group: 0, cylinder: 4, stamp: 1 }, buffers);
    staged.exchange(buffers[0] as Uint8Array);
    buffers[1]?.fill(0);
    const ranges = staged.pending([]);
    expect(told(ranges)).toEqual([
      [0, 1, 19],
      [1, 1, 19],
    ]);
    expect(ranges[1]?.bytes.every((byte) => byte === 4)).toBe(true);
  });

  it('takes nothing of what leaves when the drives are flushed first', () => {
    for (const isBefore of [true, false]) {
      const staged = online();
      const buffer = filled(SECTORS);
      if (isBefore) staged.requireFlush();
      staged.destage({ group: 0, cylinder: 4, stamp: 1 }, [buffer]);
      if (!isBefore) staged.requireFlush();
      expect(staged.exchange(buffer)).toBe(buffer);
      expect(staged.needsFlush).toBe(true);
      expect(staged.destaged).toHaveLength(1);
      expect(told(staged.pending([cylinder([filled(5)], 0, 5, 2)]))).toEqual([[0, 1, 4]]);
      staged.settle();
      expect(staged.needsFlush).toBe(false);
      expect(staged.destaged).toEqual([]);
    }
  });

  it('has the drives flushed rather than hold more and more', () => {
    const staged = online();
    let held = 0;
    while (!staged.needsFlush) {
      const buffer = filled(SECTORS);
      staged.destage({ group: 0, cylinder: held, stamp: held }, [buffer]);
      staged.exchange(buffer);
      held += 1;
      expect(held).toBeLessThan(10_000);
    }
    expect((held * SECTORS * 512) / 2 ** 20).toBeGreaterThan(40);
    expect(staged.pending([])).toEqual([]);
    expect(staged.destaged).toHaveLength(held);
  });

  it('forgets a cylinder that came to hold nothing', () => {
    const staged = online();
    staged.pending([cylinder([filled(20)], 0, 20)]);
    staged.settle();
    staged.drop({ group: 0, cylinder: 4, stamp: 1 });
    expect(told(staged.pending([cylinder([filled(20)], 0, 20)]))).toEqual([[0, 1, 19]]);
  });
});
