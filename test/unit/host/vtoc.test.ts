import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/base/errors.ts';
import { type TrackIndex, trackIndex } from '../../../src/base/units.ts';
import { readSequential } from '../../../src/host/data-set-reading.ts';
import type { DscbAddress } from '../../../src/host/dscb-address.ts';
import { countTracks } from '../../../src/host/free-space.ts';
import { listMembers, readMember } from '../../../src/host/partitioned.ts';
import type { MemoryVolume } from '../../../src/host/volume-tracks.ts';
import { listDataSets, readVtoc } from '../../../src/host/vtoc.ts';
import { buildTrack, parseTrack } from '../../../src/track/track-image.ts';
import {
  codeOf,
  copyOf,
  emptyDevice,
  freshVolume,
  pairs,
  sampleVolume,
  valueOf,
  vtocOf,
} from '../../support/host-volumes.ts';

/** Changes bytes of a DSCB on the volume. Offsets count from the key. */
function patch(volume: MemoryVolume, address: DscbAddress, offset: number, bytes: number[]): void {
  const image = volume.readTrack(address.track).slice();
  const record = parseTrack(image).find((one) => one.number === address.record);
  image.set(bytes, (record?.keyOffset ?? 0) + offset);
  volume.writeTrack(address.track, image);
}

const FORMAT_4: DscbAddress = { track: trackIndex(1), record: 1 };
const FORMAT_5: DscbAddress = { track: trackIndex(1), record: 2 };
const codes = (volume: MemoryVolume): string[] => vtocOf(volume).warnings.map((one) => one.code);

/** Address of a data set's DSCB on the sample volume. */
function addressOfDataSet(volume: MemoryVolume, name: string): DscbAddress {
  const entry = vtocOf(volume).entries.find((one) => one.name === name);
  if (entry === undefined) throw new Error(name);
  return entry.address;
}

describe('reading a VTOC', () => {
  test('the sample volume, entry by entry', () => {
    const volume = sampleVolume('3390-1');
    const vtoc = vtocOf(volume);
    expect(vtoc.warnings).toEqual([]);
    expect(vtoc.entries.map((one) => [one.name, one.organisation, one.recordFormat])).toEqual([
      ['SYS1.VVDS.VPROD01', 'VSAM', 'U'],
      ['SYS1.VTOCIX.PROD01', 'PS', 'F'],
      ['PROD.PAYROLL.MASTER', 'PS', 'FB'],
      ['PROD.SOURCE.COBOL', 'PO', 'FB'],
      ['PROD.LOG', 'PS', 'VB'],
      ['PROD.WORK.SORTIN', 'PS', 'FB'],
      ['PROD.LEDGER.DATA', 'VSAM', 'U'],
    ]);
    expect(valueOf(listDataSets(volume))).toEqual(vtoc.entries);
    expect(vtoc.entries.find((one) => one.name === 'PROD.LOG')?.extents.length).toBe(3);
  });

  test('only the tracks that it needs are read', () => {
    const volume = sampleVolume('3390-3');
    const seen = new Set<TrackIndex>();
    const lazy = {
      type: volume.type,
      cylinders: volume.cylinders,
      readTrack: (track: TrackIndex) => {
        seen.add(track);
        return volume.readTrack(track);
      },
      writeTrack: () => undefined,
    };
    valueOf(readVtoc(lazy));
    // Label, fourteen tracks of VTOC, one of VVDS, one of index.
    expect(seen.size).toBe(17);
  });

  test('a pointer that leads to no format 4 is refused', () => {
    const volume = freshVolume('3390-1');
    for (const bytes of [
      [0, 0, 0, 1, 0],
      [0, 0, 0, 1, 99],
      [0, 0, 0, 1, 2],
      [0xff, 0xff, 0, 1, 1],
      [0, 0, 0, 0, 3],
    ]) {
      const broken = copyOf(volume);
      const image = broken.readTrack(trackIndex(0)).slice();
      const label = parseTrack(image).at(-1);
      image.set(bytes, (label?.dataOffset ?? 0) + 11);
      broken.writeTrack(trackIndex(0), image);
      expect(codeOf(readVtoc(broken))).toBe('BAD_VTOC_POINTER');
    }
    expect(codeOf(readVtoc(emptyDevice('3390-1')))).toBe('NO_LABEL');
  });

  test('a format 4 whose VTOC is elsewhere is refused', () => {
    const volume = freshVolume('3390-1');
    for (const [offset, bytes] of [
      [105, [0, 0, 0, 0, 0, 1, 0, 0, 0, 14]],
      [105, [1, 0, 0, 0, 0, 2, 0, 0, 0, 14]],
      [105, [1, 0, 0, 0, 0, 1, 0xff, 0, 0, 14]],
    ] as const) {
      const broken = copyOf(volume);
      patch(broken, FORMAT_4, offset, [...bytes]);
      expect(codeOf(readVtoc(broken))).toBe('VTOC_INVALID');
    }
  });

  test('odd things are told and the rest is read', () => {
    const log = (volume: MemoryVolume): DscbAddress => addressOfDataSet(volume, 'PROD.LOG');
    const oddities: readonly (readonly [(volume: MemoryVolume) => void, string])[] = [
      [(v) => patch(v, log(v), 44, [0x99]), 'DSCB_UNKNOWN'],
      [(v) => patch(v, log(v), 105, [0x13]), 'EXTENT_INVALID'],
      [(v) => patch(v, log(v), 107, [0xff, 0xff]), 'EXTENT_INVALID'],
      [(v) => patch(v, log(v), 135, [0, 0, 0, 1, 49]), 'EXTENT_INVALID'],
      [(v) => patch(v, log(v), 59, [2]), 'EXTENT_COUNT'],
      [(v) => patch(v, log(v), 107, [0, 1, 0, 0]), 'EXTENTS_OVERLAP'],
      [
        (v) =>
          patch(v, log(v), 0, [...Buffer.from('d7d9d6c44bd7c1e8d9d6d3d34bd4c1e2e3c5d9', 'hex')]),
        'DUPLICATE_NAME',
      ],
      [(v) => patch(v, FORMAT_4, 62, [0xff, 0xfd]), 'GEOMETRY_DIFFERS'],
      [(v) => patch(v, FORMAT_4, 64, [0, 14]), 'GEOMETRY_DIFFERS'],
      [(v) => patch(v, FORMAT_4, 66, [0, 0]), 'GEOMETRY_DIFFERS'],
      [(v) => patch(v, FORMAT_4, 58, [0x85]), 'UPDATE_INCOMPLETE'],
      [(v) => v.writeTrack(trackIndex(9), new Uint8Array(30).fill(1)), 'TRACK_DAMAGED'],
      [(v) => v.writeTrack(trackIndex(15), v.readTrack(trackIndex(1))), 'VVDS_INVALID'],
    ];
    const sample = sampleVolume('3390-1');
    for (const [damage, code] of oddities) {
      const volume = copyOf(sample);
      damage(volume);
      expect(codes(volume), code).toContain(code);
    }
  });

  test('bytes changed anywhere in label, VTOC, index, VVDS or data sets never crash a reader', () => {
    const sample = sampleVolume('3390-1');
    const vtoc = vtocOf(sample);
    const tracks = [0, 1, 1, 1, 2, 15, 25, 26, 60].map((track) => trackIndex(track));
    const change = fc.record({
      track: fc.constantFrom(...tracks),
      place: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      bytes: fc.array(fc.constantFrom(0, 1, 0x40, 0x7f, 0x80, 0xf1, 0xf3, 0xf8, 0xff), {
        minLength: 1,
        maxLength: 6,
      }),
    });
    let readable = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const volume = copyOf(sample);
        for (const { track, place, bytes } of changes) {
          const image = volume.readTrack(track).slice();
          const used = Math.min(image.length, track === 1 ? 2400 : image.length);
          image.set(bytes.slice(0, 4), Math.floor(place * (used - 4)));
          volume.writeTrack(track, image);
        }
        const read = readVtoc(volume);
        if (read.kind === 'refused') return;
        readable += 1;
        expect(countTracks(read.value.freeSpace.extents)).toBeLessThanOrEqual(2 ** 20);
        for (const entry of read.value.entries) readAll(volume, entry);
      }),
      { numRuns: 120 },
    );
    expect(readable).toBeGreaterThan(20);
    expect(vtoc.entries.length).toBe(7);
  });
});

/** Reads a data set as far as it goes; only the two expected kinds of "no" are accepted. */
function readAll(volume: MemoryVolume, entry: Parameters<typeof readSequential>[1]): void {
  const drain = (outcome: ReturnType<typeof readSequential>): void => {
    if (outcome.kind === 'refused') return;
    try {
      let count = 0;
      for (const record of outcome.value) count += record.length > 0 ? 1 : 0;
      expect(count).toBeGreaterThanOrEqual(0);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
    }
  };
  if (entry.organisation !== 'PO') return drain(readSequential(volume, entry));
  const members = listMembers(volume, entry);
  if (members.kind === 'refused') return;
  for (const member of members.value.slice(0, 3)) drain(readMember(volume, entry, member.name));
}

describe('who owns the free space', () => {
  test('format 5, unless marked invalid or an update was left unfinished', () => {
    const volume = sampleVolume('3390-1', { index: false });
    expect(vtocOf(volume).freeSpace.authority).toBe('format5');
    patch(volume, FORMAT_5, 6, [0, 1]);
    const lying = vtocOf(volume).freeSpace;
    expect(lying.recorded).not.toEqual(lying.recomputed);
    expect(lying.extents).toEqual(lying.recorded);
    expect(codes(volume)).toEqual(['FREE_SPACE_DIFFERS']);
    for (const flags of [0x80, 0x04, 0x84]) {
      patch(volume, FORMAT_4, 58, [flags]);
      const { authority, extents, recomputed, recorded } = vtocOf(volume).freeSpace;
      expect([authority, recorded]).toEqual(['invalid', undefined]);
      expect(extents).toEqual(recomputed);
    }
  });

  test('a broken chain owns nothing', () => {
    const volume = sampleVolume('3390-1', { index: false });
    const damages: readonly (readonly [number, number[]])[] = [
      [135, [0, 0, 0, 1, 1]],
      [135, [0, 0, 0, 1, 2]],
      [135, [0, 9, 0, 1, 1]],
      [44, [0xf6]],
      [4, [0xff, 0xff]],
    ];
    for (const [offset, bytes] of damages) {
      const broken = copyOf(volume);
      patch(broken, FORMAT_5, offset, bytes);
      expect(vtocOf(broken).freeSpace.authority).toBe('invalid');
      expect(codes(broken)).toContain('FREE_SPACE_CHAIN');
    }
  });

  test('format 7 on large volumes, and the format 5 beside it is empty', () => {
    const volume = sampleVolume('3390-9', { index: false });
    const vtoc = vtocOf(volume);
    expect(vtoc.freeSpace.authority).toBe('format7');
    expect(vtoc.freeSpace.recorded).toEqual(vtoc.freeSpace.recomputed);
    expect(vtoc.slots[1]?.bytes.subarray(4, 44).every((byte) => byte === 0)).toBe(true);
    expect(vtoc.slots[1]?.bytes[44]).toBe(0xf5);
  });

  test('a format 7 lying beyond cylinder 65,535 keeps its tracks apart', () => {
    const volume = sampleVolume('3390-A:70000', { index: false });
    const last = vtocOf(volume).freeSpace.extents.at(-1);
    expect((last?.first ?? 0) + (last?.count ?? 0)).toBe(70_000 * 15);
  });

  test('the index, until it fails its checks', () => {
    const volume = sampleVolume('3390-1');
    expect(vtocOf(volume).freeSpace.authority).toBe('index');
    const track = vtocOf(volume).index?.entry.extents[0]?.first ?? trackIndex(0);
    const image = volume.readTrack(track).slice();
    const vier = parseTrack(image).at(-1);
    image.fill(0xff, (vier?.dataOffset ?? 0) - 2048 * 17, (vier?.dataOffset ?? 0) - 2048 * 16);
    volume.writeTrack(track, image);
    const { freeSpace, warnings, index } = vtocOf(volume);
    expect(freeSpace.authority).toBe('invalid');
    expect(pairs(freeSpace.extents)).toEqual(pairs(freeSpace.recomputed));
    expect(warnings.map((one) => one.code)).toContain('INDEX_INVALID');
    expect(index?.content).toBeUndefined();
  });

  test('a label track that is a whole VTOC is still no VTOC', () => {
    const volume = emptyDevice('3390-1');
    volume.writeTrack(trackIndex(0), buildTrack({ cylinder: 0, head: 0 }, []));
    expect(codeOf(readVtoc(volume))).toBe('NO_LABEL');
  });
});
