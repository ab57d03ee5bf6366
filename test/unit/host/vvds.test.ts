import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trackIndex } from '../../../src/base/units.ts';
import { addressOf, MemoryVolume } from '../../../src/host/volume-tracks.ts';
import {
  buildInterval,
  buildVvds,
  intervalsPerTrack,
  readInterval,
  readVvds,
  type VvdsEntry,
} from '../../../src/host/vvds.ts';
import { buildTrack } from '../../../src/track/track-image.ts';
import { modelOf, range } from '../../support/host-volumes.ts';

const { type } = modelOf('3390-1');
const EXTENTS = [range(30, 2), range(90, 8)];

function entry(at: number): VvdsEntry {
  return {
    kind: at % 2 === 0 ? 'N' : 'Z',
    isSelf: false,
    name: `DATA.SET${at}`,
    catalog: at % 2 === 0 ? '' : 'CAT.A',
    cluster: at % 2 === 0 ? '' : `DATA${at}`,
    organisation: at % 2 === 0 ? '' : 'K',
    controlIntervalBytes: at % 2 === 0 ? 0 : 4096,
  };
}

function store(intervals: readonly Uint8Array[]): MemoryVolume {
  const volume = new MemoryVolume(type, 1113);
  const perTrack = intervalsPerTrack(type);
  const tracks = EXTENTS.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, at) => trackIndex(first + at)),
  );
  for (const [at, track] of tracks.entries()) {
    const blocks = Array.from({ length: perTrack }, (_, place) => ({
      number: place + 1,
      data: intervals[at * perTrack + place] ?? new Uint8Array(4096),
    }));
    volume.writeTrack(track, buildTrack(addressOf(type, track), blocks));
  }
  return volume;
}

const build = (count: number): readonly Uint8Array[] | undefined =>
  buildVvds({
    volser: 'VOL001',
    intervalCount: 120,
    catalogs: ['CAT.A', 'CAT.B'],
    entries: Array.from({ length: count }, (_, at) => entry(at)),
  });

describe('VVDS', () => {
  test.each([0, 1, 26, 27, 400])('%i records go there and back', (count) => {
    const intervals = build(count) ?? [];
    const reading = readVvds(store(intervals), EXTENTS);
    if (reading.kind === 'invalid') throw new Error(reading.faults.join('; '));
    const { vvds } = reading;
    expect([vvds.volser, vvds.intervalCount, vvds.usedIntervalCount]).toEqual([
      'VOL001',
      120,
      intervals.length,
    ]);
    expect(vvds.catalogs).toEqual(['CAT.A', 'CAT.B']);
    const [self, ...rest] = vvds.entries;
    expect(self).toMatchObject({ isSelf: true, name: 'SYS1.VVDS.VVOL001', kind: 'Z' });
    expect(rest).toEqual(Array.from({ length: count }, (_, at) => entry(at)));
  });

  test('more records than intervals are told', () => {
    expect(build(27 * 120)).toBeUndefined();
  });

  test('a control interval has its fields at the end, right to left', () => {
    const interval = buildInterval([new Uint8Array(100).fill(1), new Uint8Array(20).fill(2)]);
    const tail = Buffer.from(interval.subarray(4096 - 10)).toString('hex');
    expect(tail).toBe('00001400006400780f7e');
    expect(readInterval(interval)).toEqual([
      { offset: 0, length: 100 },
      { offset: 100, length: 20 },
    ]);
    expect(readInterval(new Uint8Array(4096))).toBeUndefined();
    expect(() => buildInterval([new Uint8Array(4090)])).toThrow(RangeError);
  });

  test('damage is told', () => {
    const damages: readonly (readonly [number, number, readonly number[], string])[] = [
      [0, 2, [0xe9], 'no VVCR'],
      [0, 4092, [9, 9], 'no VVCR'],
      [0, 18, [0xff], 'more control intervals'],
      [1, 3, [0], 'does not describe the VVDS'],
      [1, 2, [0x40], 'unknown record'],
      [1, 4094, [0, 1], 'cannot be read'],
    ];
    for (const [at, offset, bytes, why] of damages) {
      const intervals = (build(3) ?? []).map((one) => one.slice());
      intervals[at]?.set(bytes, offset);
      const reading = readVvds(store(intervals), EXTENTS);
      expect(reading.kind === 'invalid' ? reading.faults.join('; ') : 'none').toContain(why);
    }
  });

  test('any bytes are either believed or told, never a crash', () => {
    const good = build(40) ?? [];
    const change = fc.tuple(
      fc.nat(good.length - 1),
      fc.nat(4095),
      fc.integer({ min: 0, max: 255 }),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const broken = good.map((one) => one.slice());
        for (const [at, offset, byte] of changes) broken[at]?.set([byte], offset);
        const reading = readVvds(store(broken), EXTENTS);
        if (reading.kind === 'invalid') expect(reading.faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });
});
