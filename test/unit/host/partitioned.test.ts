import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trackIndex } from '../../../src/base/units.ts';
import type { DataSetEntry } from '../../../src/host/data-set-entry.ts';
import { readSequential, recordText } from '../../../src/host/data-set-reading.ts';
import type { MemberStatistics } from '../../../src/host/member-statistics.ts';
import {
  findMember,
  listMembers,
  readDirectory,
  readMember,
} from '../../../src/host/partitioned.ts';
import { directoryBlocksFor, type NewMember } from '../../../src/host/partitioned-layout.ts';
import type { MemoryVolume, TrackRange } from '../../../src/host/volume-tracks.ts';
import { findDataSet } from '../../../src/host/vtoc.ts';
import { parseTrack } from '../../../src/track/track-image.ts';
import {
  build,
  codeOf,
  freshVolume,
  range,
  records,
  sampleVolume,
  valueOf,
  vtocOf,
} from '../../support/host-volumes.ts';

const FB80 = { recordFormat: 'FB', recordLength: 80, blockLength: 3120 } as const;
const member = (name: string, count: number, more: Partial<NewMember> = {}): NewMember => ({
  name,
  records: records(Array.from({ length: count }, (_, at) => `${name} ${at}`)),
  ...more,
});

function library(
  members: readonly NewMember[],
  options: { readonly blocks?: number; readonly ranges?: readonly TrackRange[] } = {},
): { readonly volume: MemoryVolume; readonly entry: DataSetEntry } {
  const volume = freshVolume('3390-1');
  const blocks = options.blocks ?? directoryBlocksFor(2 * members.length + 2);
  build(volume, (builder) =>
    valueOf(
      builder.addPartitioned({
        name: 'A.PDS',
        ...FB80,
        directoryBlocks: blocks,
        members,
        ...(options.ranges && { space: { ranges: options.ranges } }),
      }),
    ),
  );
  return { volume, entry: valueOf(findDataSet(vtocOf(volume), 'A.PDS')) };
}

const textOf = (volume: MemoryVolume, entry: DataSetEntry, name: string): string[] =>
  [...valueOf(readMember(volume, entry, name))].map((record) => recordText(record));

describe('partitioned data sets', () => {
  test('any members come back, in the order of their names', () => {
    const name = fc.stringMatching(/^[A-Z@#$][A-Z0-9@#$]{0,7}$/);
    const some = fc.uniqueArray(fc.tuple(name, fc.nat(60)), {
      maxLength: 40,
      selector: ([n]) => n,
    });
    fc.assert(
      fc.property(some, (content) => {
        const { volume, entry } = library(content.map(([one, count]) => member(one, count)));
        const listed = valueOf(listMembers(volume, entry));
        expect(new Set(listed.map((one) => one.name))).toEqual(new Set(content.map(([n]) => n)));
        for (const [one, count] of content) {
          expect(textOf(volume, entry, one).length).toBe(count);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('names sort in EBCDIC order: letters, then digits', () => {
    const { volume, entry } = library(
      ['B9', 'BA', '$A', 'Z', '@Z', 'A'].map((one) => member(one, 1)),
    );
    const names = valueOf(listMembers(volume, entry)).map((one) => one.name);
    expect(names).toEqual(['$A', '@Z', 'A', 'BA', 'B9', 'Z']);
  });

  test('aliases lead to the same member', () => {
    const { volume, entry } = library([member('REAL', 5, { aliases: ['ALSO', 'THIRD'] })]);
    expect(textOf(volume, entry, 'ALSO')).toEqual(textOf(volume, entry, 'REAL'));
    const flags = valueOf(listMembers(volume, entry)).map((one) => [one.name, one.isAlias]);
    expect(flags).toEqual([
      ['ALSO', true],
      ['REAL', false],
      ['THIRD', true],
    ]);
  });

  test('statistics and other user data', () => {
    const statistics: MemberStatistics = {
      version: 1,
      modification: 25,
      created: { year: 1998, day: 105 },
      changed: { year: 2023, day: 365, hour: 23, minute: 59 },
      lineCount: 60_000,
      initialLineCount: 1,
      changedLineCount: 0,
      user: 'TOMSULA',
    };
    const userData = Uint8Array.of(1, 2, 3, 4);
    const members = [member('A', 1, { statistics }), member('B', 1, { userData }), member('C', 1)];
    const { volume, entry } = library(members);
    const [a, b, c] = valueOf(listMembers(volume, entry));
    expect(a?.statistics).toEqual(statistics);
    expect(Buffer.from(a?.userData.subarray(0, 14) ?? []).toString('hex')).toBe(
      '011900000098105f0123365f2359',
    );
    expect([b?.userData, b?.statistics]).toEqual([userData, undefined]);
    expect([c?.userData.length, c?.statistics]).toEqual([0, undefined]);
  });

  test('an empty one has an end mark and 14 bytes used', () => {
    const { volume, entry } = library([], { blocks: 3 });
    expect(valueOf(readDirectory(volume, entry))).toEqual({
      members: [],
      blockCount: 3,
      usedBlockCount: 1,
      lastBlockBytes: 14,
    });
    expect(entry.dscb.directoryBytes).toBe(14);
    expect(codeOf(findMember(volume, entry, 'X'))).toBe('MEMBER_UNKNOWN');
  });

  test('member pointers count tracks through the extents', () => {
    const ranges = [range(900, 1), range(300, 2), range(600, 4)];
    const members = Array.from({ length: 9 }, (_, at) => member(`M${at}`, 350));
    const { volume, entry } = library(members, { ranges });
    const tracks = new Set(valueOf(listMembers(volume, entry)).map((one) => one.start.track));
    expect(tracks.size).toBeGreaterThan(3);
    for (let at = 0; at < 9; at += 1) {
      const text = textOf(volume, entry, `M${at}`);
      expect([text.length, text[0], text.at(-1)]).toEqual([350, `M${at} 0\n`, `M${at} 349\n`]);
    }
  });

  test('a directory that is too small, double names and odd user data are the caller’s mistakes', () => {
    const attempts: readonly (readonly [readonly NewMember[], number])[] = [
      [Array.from({ length: 22 }, (_, at) => member(`M${at}`, 0)), 1],
      [[member('A', 1), member('A', 2)], 5],
      [[member('A', 1, { aliases: ['A'] })], 5],
      [[member('A', 1, { userData: new Uint8Array(3) })], 5],
      [[member('A', 1, { userData: new Uint8Array(64) })], 5],
      [[member('TOOLONGNAME', 1)], 5],
    ];
    for (const [members, blocks] of attempts) {
      expect(() => library(members, { blocks })).toThrow(RangeError);
    }
    expect(library([], { blocks: 1 }).entry.organisation).toBe('PO');
  });

  test('is not read as a whole, and a sequential one has no members', () => {
    const volume = sampleVolume('3390-1');
    const vtoc = vtocOf(volume);
    const library1 = valueOf(findDataSet(vtoc, 'PROD.SOURCE.COBOL'));
    expect(codeOf(readSequential(volume, library1))).toBe('DATA_SET_UNSUPPORTED');
    const sequential = valueOf(findDataSet(vtoc, 'PROD.PAYROLL.MASTER'));
    expect(codeOf(listMembers(volume, sequential))).toBe('DATA_SET_UNSUPPORTED');
    expect(codeOf(findDataSet(vtoc, 'NO.SUCH'))).toBe('DATA_SET_UNKNOWN');
  });

  test('a damaged directory is refused', () => {
    const damages: readonly ((image: Uint8Array, dataOffset: number) => void)[] = [
      (image, at) => image.set([0xff, 0xff], at),
      (image, at) => image.set([0, 1], at),
      (image, at) => image.set([0x00, 0x08], at),
      (image, at) => image.set([0x1f], at + 2 + 11),
      (image) => image.set([9, 9], 1),
    ];
    for (const damage of damages) {
      const { volume, entry } = library([member('A', 3), member('B', 3)], { blocks: 1 });
      const track = trackIndex(entry.extents[0]?.first ?? 0);
      const image = volume.readTrack(track).slice();
      const [, block] = parseTrack(image);
      damage(image, block?.dataOffset ?? 0);
      volume.writeTrack(track, image);
      const directory = readDirectory(volume, entry);
      if (directory.kind === 'done') expect(image[1]).toBe(9);
      else expect(directory.code).toBe('DATA_SET_DAMAGED');
    }
  });
});
