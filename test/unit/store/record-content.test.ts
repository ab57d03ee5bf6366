/** Records: what goes in comes out, and nothing that was changed on the way is taken for one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitSequence } from '../../../src/base/units.ts';
import type { MediumFile } from '../../../src/store/medium.ts';
import { NO_CHANGE, type RecordContent } from '../../../src/store/record-content.ts';
import { RECORD_SECTOR_BYTES } from '../../../src/store/record-header.ts';
import { readRecord } from '../../../src/store/record-reading.ts';
import { makeRecord } from '../../../src/store/record-writing.ts';
import { WindowReader } from '../../../src/store/window-reader.ts';

const STORE_ID = new Uint8Array(16).map((_, at) => at * 11);
const PLACE = {
  kind: 'commit',
  isFlushed: true,
  sequence: 17,
  opening: 3,
  commit: commitSequence(4711),
  time: 2 ** 60,
  chain: 0xdead_beef,
} as const;

/** A file of bytes in memory, to be read. */
function fileOf(bytes: Uint8Array): MediumFile {
  return {
    name: 'bytes',
    sizeBytes: bytes.length,
    read: (offset, into) => {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
    write: () => undefined,
    flush: () => undefined,
    resize: () => undefined,
    close: () => undefined,
  };
}

function bytesOf(content: RecordContent): Uint8Array {
  const { pieces, bytes } = makeRecord(PLACE, content, STORE_ID);
  const joined = Buffer.concat(pieces);
  expect(joined.length).toBe(bytes);
  return new Uint8Array(joined);
}

function read(bytes: Uint8Array) {
  return readRecord(new WindowReader(fileOf(bytes)), 0, STORE_ID);
}

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false, 2 ** 53 + 2, -1, 0.5),
    fc.integer(),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 }),
  ),
})).value;
const name = fc.string({ minLength: 1, maxLength: 12 });
const key = fc.oneof(fc.string(), fc.nat());
const words = fc
  .tuple(name, fc.uint32Array({ minLength: 1, maxLength: 4 }))
  .map(([part, blocks]) => ({
    name: part,
    blocks,
    words: Uint32Array.from({ length: blocks.length * 16 }, (_, at) => at * 0x0101_0101),
  }));
const use = fc.record({ group: fc.nat(255), cylinder: fc.nat(), stamp: fc.nat() });
const range = fc
  .record({ member: fc.nat(128), sector: fc.nat(4095), sectors: fc.integer({ min: 1, max: 3 }) })
  .chain(({ member, sector, sectors }) =>
    use.map((of) => ({
      ...of,
      member,
      sector,
      bytes: new Uint8Array(sectors * RECORD_SECTOR_BYTES).map((_, at) => at * 7 + member),
    })),
  );
const content: fc.Arbitrary<RecordContent> = fc.record({
  change: fc.record({
    words: fc.array(words, { maxLength: 3 }),
    records: fc.array(
      fc.tuple(name, key, plain).map(([part, of, value]) => ({
        name: part,
        payload: { key: of, inserted: { value } },
      })),
      { maxLength: 3 },
    ),
    entries: fc.array(
      fc.tuple(name, key, fc.option(plain, { nil: undefined })).map(([part, of, saved]) => ({
        name: part,
        key: of,
        saved: saved as never,
      })),
      { maxLength: 3 },
    ),
    figures: fc.array(
      fc.tuple(name, plain).map(([part, saved]) => ({ name: part, saved: saved as never })),
      { maxLength: 3 },
    ),
  }),
  ranges: fc.array(range, { maxLength: 3 }),
  destaged: fc.array(use, { maxLength: 3 }),
  exchanged: fc.array(fc.record({ group: fc.nat(255), member: fc.nat(130), number: fc.nat() }), {
    maxLength: 2,
  }),
});

describe('a record', () => {
  it('gives back all that was put in', () => {
    fc.assert(
      fc.property(content, (put) => {
        const found = read(bytesOf(put));
        if (found.kind !== 'whole') throw new Error(found.kind);
        expect(found.header).toMatchObject(PLACE);
        expect(found.table.change).toEqual(put.change);
        expect(found.table.destaged).toEqual(put.destaged);
        expect(found.table.exchanged).toEqual(put.exchanged);
        expect(found.table.journal).toBeUndefined();
        expect(found.ranges).toHaveLength(put.ranges.length);
        found.ranges.forEach((back, at) => {
          expect(back).toMatchObject(put.ranges[at] as object);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('keeps where the journal goes on', () => {
    const journal = { segment: 7, offset: 512, sequence: 2 ** 40, opening: 2, chain: 0xffff_ffff };
    const found = read(
      bytesOf({ change: NO_CHANGE, ranges: [], destaged: [], exchanged: [], journal }),
    );
    expect(found).toMatchObject({ kind: 'whole', table: { journal } });
  });

  it('is not whole when any byte of it was changed', () => {
    const bytes = bytesOf({
      change: { ...NO_CHANGE, figures: [{ name: 'one', saved: 1 }] },
      ranges: [
        { group: 0, cylinder: 1, stamp: 2, member: 0, sector: 1, bytes: new Uint8Array(512) },
      ],
      destaged: [],
      exchanged: [],
    });
    const kinds = new Map<string, number>();
    const changeEnd = 80 + new DataView(bytes.buffer).getUint32(60, true);
    for (let at = 0; at < bytes.length; at += 1) {
      // What fills the change up to a sector says nothing.
      if (at >= changeEnd && at < 512) continue;
      const changed = bytes.slice();
      changed[at] = (changed[at] as number) ^ 0x40;
      const { kind } = read(changed);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect(kinds.get('whole')).toBeUndefined();
    expect(kinds.get('none')).toBe(80);
    expect(kinds.get('broken')).toBe(changeEnd - 80);
    expect(kinds.get('brokenData')).toBe(512);
  });

  it('is not whole when the file ends before it', () => {
    const bytes = bytesOf({
      change: NO_CHANGE,
      ranges: [
        { group: 0, cylinder: 1, stamp: 2, member: 0, sector: 1, bytes: new Uint8Array(1024) },
      ],
      destaged: [],
      exchanged: [],
    });
    for (let size = 0; size < bytes.length; size += 512) {
      expect(read(bytes.subarray(0, size)).kind).toBe(size === 0 ? 'none' : 'broken');
    }
  });

  it('of another store is none, and of a later version is refused', () => {
    const bytes = bytesOf({ change: NO_CHANGE, ranges: [], destaged: [], exchanged: [] });
    const other = new WindowReader(fileOf(bytes));
    expect(readRecord(other, 0, new Uint8Array(16)).kind).toBe('none');
    const later = makeRecord(
      { ...PLACE, kind: 'unknown' as 'commit' },
      { change: NO_CHANGE, ranges: [], destaged: [], exchanged: [] },
      STORE_ID,
    );
    expect(() => read(new Uint8Array(Buffer.concat(later.pieces)))).toThrow(
      expect.objectContaining({ code: 'STORE_VERSION' }),
    );
  });
});
