/**
 * The journal: what was appended is read back; a torn end is an end, and damage before the end is told
 * with its place.
 */
import { describe, expect, it } from 'vitest';
import { commitSequence } from '../../../src/base/units.ts';
import { JournalReader, type JournalStep } from '../../../src/store/journal-reader.ts';
import { JournalWriter, segmentNumbers } from '../../../src/store/journal-writer.ts';
import { type JournalPosition, NO_CHANGE } from '../../../src/store/record-content.ts';
import { segmentFile } from '../../../src/store/store-layout.ts';
import { RecordingMedium } from '../../../src/testing/recording-medium.ts';
import { changeByte } from '../../support/changed-byte.ts';

const STORE_ID = new Uint8Array(16).fill(5);
const START: JournalPosition = { segment: 1, offset: 0, sequence: 1, opening: 1, chain: 0 };
const PLAN = { storeId: STORE_ID, segmentBytes: 16_384, spareSegments: 3 };

function journalMedium(): RecordingMedium {
  const medium = new RecordingMedium();
  medium.makeFolder('journal');
  medium.flushFolder('');
  return medium;
}

/** A record that is told by a number, with so many sectors of data. */
function append(writer: JournalWriter, mark: number, sectors = 2): void {
  const bytes = new Uint8Array(sectors * 512).fill(mark);
  const of = { group: 0, cylinder: mark, stamp: mark };
  writer.append(
    { kind: 'commit', isFlushed: false, commit: commitSequence(mark), time: mark },
    {
      change: { ...NO_CHANGE, figures: [{ name: 'mark', saved: mark }] },
      ranges: sectors === 0 ? [] : [{ ...of, member: 0, sector: 1, bytes }],
      destaged: [],
      exchanged: [],
    },
  );
}

function sayClosed(writer: JournalWriter): void {
  writer.append(
    { kind: 'closed', isFlushed: true, commit: commitSequence(99), time: 99 },
    { change: NO_CHANGE, ranges: [], destaged: [], exchanged: [] },
  );
}

/** Marks of all records, and what comes at the end. */
function readAll(medium: RecordingMedium, from: JournalPosition = START) {
  const reader = new JournalReader(medium, STORE_ID, from);
  const marks: number[] = [];
  const lacking: number[] = [];
  for (;;) {
    const step: JournalStep = reader.next();
    if (step.kind !== 'record') return { marks, lacking, last: step, position: reader.position };
    const mark = step.table.change.figures[0]?.saved as number;
    marks.push(mark);
    for (const { bytes, isWhole } of step.ranges) {
      if (!isWhole) lacking.push(mark);
      else expect(bytes.every((byte) => byte === mark)).toBe(true);
    }
  }
}

/** A journal of so many records in one segment, and where each begins. */
function written(count: number): { medium: RecordingMedium; offsets: number[] } {
  const medium = journalMedium();
  const writer = new JournalWriter(medium, PLAN, START);
  const offsets: number[] = [];
  for (let mark = 1; mark <= count; mark += 1) {
    offsets.push(writer.position.offset);
    append(writer, mark);
  }
  return { medium, offsets };
}

describe('a journal', () => {
  it('is read as it was written, over many segments', () => {
    const medium = journalMedium();
    const writer = new JournalWriter(medium, PLAN, START);
    const marks = Array.from({ length: 40 }, (_, at) => at + 1);
    for (const mark of marks) append(writer, mark, mark % 7);
    expect(segmentNumbers(medium).length).toBeGreaterThan(3);
    const read = readAll(medium);
    expect(read.marks).toEqual(marks);
    expect(read.last).toMatchObject({ kind: 'end', wasClosed: false, tornAt: undefined });
    expect(read.position).toEqual(writer.position);
  });

  it('costs one write and one flush a record within a segment that is there', () => {
    const { medium } = written(1);
    const writer = new JournalWriter(medium, PLAN, readAll(medium).position);
    append(writer, 2);
    medium.log.length = 0;
    append(writer, 3);
    expect(medium.log.map(({ operation }) => operation)).toEqual(['write', 'flush']);
  });

  it('takes a record that is longer than a segment', () => {
    const medium = journalMedium();
    const writer = new JournalWriter(medium, PLAN, START);
    append(writer, 1);
    append(writer, 2, 100);
    append(writer, 3);
    expect(readAll(medium).marks).toEqual([1, 2, 3]);
    expect(segmentNumbers(medium)).toEqual([1, 2, 3]);
  });

  it('leaves a segment that has become very long before a checkpoint, and keeps it no longer', () => {
    const medium = journalMedium();
    const writer = new JournalWriter(medium, PLAN, START);
    append(writer, 1, 100);
    writer.leaveLong();
    const { position } = writer;
    expect(position).toMatchObject({ segment: 2, offset: 0, sequence: 2 });
    writer.recycle(position);
    expect(segmentNumbers(medium)).toEqual([]);
    append(writer, 2);
    expect(readAll(medium, position).marks).toEqual([2]);
    writer.leaveLong();
    expect(writer.position.segment).toBe(2);
    append(writer, 3, 100);
    writer.leaveLong();
    const next = writer.position;
    // A record that is too long for any segment stays in the one that was said to be the next.
    append(writer, 4, 100);
    append(writer, 5);
    expect(readAll(medium, next).marks).toEqual([4, 5]);
    expect(readAll(medium, position).marks).toEqual([2, 3, 4, 5]);
  });

  it('says when it was closed, and goes on over that', () => {
    const { medium } = written(2);
    const writer = new JournalWriter(medium, PLAN, readAll(medium).position);
    sayClosed(writer);
    const closed = readAll(medium);
    expect(closed.marks).toEqual([1, 2]);
    expect(closed.last).toMatchObject({ kind: 'end', wasClosed: true, closedAt: 99 });
    append(new JournalWriter(medium, PLAN, { ...closed.position, opening: 2 }), 3);
    const read = readAll(medium);
    expect(read.marks).toEqual([1, 2, 3]);
    expect(read.last).toMatchObject({ kind: 'end', wasClosed: false });
  });

  it('goes on over what an earlier writer left, even when that makes a segment longer', () => {
    for (const left of ['closed', 'torn'] as const) {
      const { medium, offsets } = written(10);
      const end = readAll(medium).position;
      if (left === 'closed') sayClosed(new JournalWriter(medium, PLAN, end));
      else {
        append(new JournalWriter(medium, PLAN, end), 11, 0);
        // Its header is there, and nothing of its change.
        medium.damage(segmentFile(1), end.offset + 80, new Uint8Array(64));
      }
      expect(offsets).toHaveLength(10);
      expect(readAll(medium).marks).toHaveLength(10);
      const next = new JournalWriter(medium, PLAN, { ...end, opening: 2 });
      append(next, 12);
      append(next, 13);
      expect(readAll(medium).marks.slice(9)).toEqual([10, 12, 13]);
    }
  });

  it('ends before a record of which any sector is not there', () => {
    const { medium, offsets } = written(4);
    const last = offsets.at(-1) as number;
    for (let sector = last; sector < last + 3 * 512; sector += 512) {
      const torn = medium.afterPowerCut(() => false);
      torn.damage(segmentFile(1), sector, new Uint8Array(512));
      const read = readAll(torn);
      expect(read.marks).toEqual([1, 2, 3]);
      expect(read.last).toMatchObject({ kind: 'end' });
      const tornAt = (read.last as { tornAt?: unknown }).tornAt;
      // Without its first sector nobody knows that there was one.
      if (sector > last) expect(tornAt).toEqual({ file: segmentFile(1), offset: last });
      else expect(tornAt).toBeUndefined();
      append(new JournalWriter(torn, PLAN, { ...read.position, opening: 2 }), 5, 0);
      expect(readAll(torn).marks).toEqual([1, 2, 3, 5]);
    }
  });

  it('tells damage before the end from a torn end', () => {
    const { medium, offsets } = written(4);
    const second = offsets[1] as number;
    for (const at of [0, 79, 90]) {
      const harmed = medium.afterPowerCut(() => false);
      changeByte(harmed, segmentFile(1), second + at);
      expect(readAll(harmed)).toMatchObject({
        marks: [1],
        last: { kind: 'damaged', sequence: 2, place: { file: segmentFile(1), offset: second } },
      });
    }
  });

  it('goes on behind a record that has lost nothing but data', () => {
    const { medium, offsets } = written(4);
    changeByte(medium, segmentFile(1), (offsets[1] as number) + 512 + 700);
    expect(readAll(medium)).toMatchObject({ marks: [1, 2, 3, 4], lacking: [2] });
  });

  it('tells damage of the last record when it was closed after it', () => {
    const { medium, offsets } = written(3);
    sayClosed(new JournalWriter(medium, PLAN, readAll(medium).position));
    changeByte(medium, segmentFile(1), (offsets[2] as number) + 10);
    expect(readAll(medium)).toMatchObject({ marks: [1, 2], last: { kind: 'damaged' } });
  });

  it('tells damage of the first record of a segment, and of the last one before it', () => {
    for (const harmed of [9, 10]) {
      const medium = journalMedium();
      const writer = new JournalWriter(medium, PLAN, START);
      const places: { segment: number; offset: number }[] = [];
      for (let mark = 1; mark <= 12; mark += 1) {
        append(writer, mark);
        const { segment, offset } = writer.position;
        places.push({ segment, offset: offset - 3 * 512 });
      }
      const place = places[harmed] as { segment: number; offset: number };
      changeByte(medium, segmentFile(place.segment), place.offset);
      const read = readAll(medium);
      expect(read.marks).toEqual(Array.from({ length: harmed }, (_, at) => at + 1));
      expect(read.last.kind).toBe('damaged');
    }
  });

  it('uses segments again that are not needed any more, and reads nothing of what they hold', () => {
    const medium = journalMedium();
    const writer = new JournalWriter(medium, PLAN, START);
    let from = START;
    for (let round = 0; round < 6; round += 1) {
      const marks = Array.from({ length: 25 }, (_, at) => round * 25 + at + 1);
      for (const mark of marks) append(writer, mark);
      expect(readAll(medium, from).marks).toEqual(marks);
      from = writer.position;
      writer.recycle(from);
      expect(readAll(medium, from)).toMatchObject({ marks: [], last: { kind: 'end' } });
    }
    const numbers = segmentNumbers(medium);
    expect(numbers.length).toBeLessThanOrEqual(1 + PLAN.spareSegments);
    expect(numbers.at(-1)).toBeGreaterThan(10);
  });

  it('is not misled by a record that an earlier writer has left torn in the next segment', () => {
    const medium = journalMedium();
    const writer = new JournalWriter(medium, PLAN, START);
    for (let mark = 1; mark <= 10; mark += 1) append(writer, mark);
    append(writer, 11);
    expect(writer.position.segment).toBe(2);
    changeByte(medium, segmentFile(2), 600);
    const torn = readAll(medium);
    expect(torn.marks).toHaveLength(10);
    expect(torn.last).toMatchObject({ kind: 'end', tornAt: { file: segmentFile(2), offset: 0 } });
    const next = new JournalWriter(medium, PLAN, { ...torn.position, opening: 2 });
    append(next, 12, 0);
    expect(next.position.segment).toBe(1);
    expect(readAll(medium).marks).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]);
  });
});
