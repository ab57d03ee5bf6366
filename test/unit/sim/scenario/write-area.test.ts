import { describe, expect, it } from 'vitest';
import { drawPlaces, findArea, WriteArea } from '../../../../sim/scenario/write-area.ts';
import {
  buildSampleVolume,
  type DeviceModel,
  findModel,
  initialiseVolume,
  MemoryVolume,
  readVtoc,
  SeededRandom,
} from '../../../../src/index.ts';

const model = findModel('3390-1') as DeviceModel;
const sample = new MemoryVolume(model.type, model.primaryCylinders);
buildSampleVolume(sample, new SeededRandom(1, 'sample'), { volser: 'SAMPLE' });

function tracksOf(row: WriteArea): Set<number> {
  return new Set(Array.from({ length: row.trackCount }, (_, at) => row.at(at).track));
}

function area(wanted: Parameters<typeof findArea>[1]): WriteArea {
  const found = findArea(sample, wanted);
  if (found.kind === 'refused') throw new Error(found.what);
  return found.value;
}

describe('the area of a write', () => {
  const vtoc = readVtoc(sample);
  const entries = vtoc.kind === 'done' ? vtoc.value.entries : [];

  it('is every track of the data sets, but not of those that the volume keeps about itself', () => {
    const wanted = new Set<number>();
    for (const { name, extents } of entries) {
      if (name.startsWith('SYS1.V')) continue;
      for (const { first, count } of extents) {
        for (let at = 0; at < count; at += 1) wanted.add(first + at);
      }
    }
    expect(tracksOf(area({ area: 'dataSets' }))).toEqual(wanted);
    expect(wanted.size).toBeGreaterThan(50);
  });

  it('is one data set, with its layout', () => {
    const entry = entries.find(({ name }) => name === 'PROD.PAYROLL.MASTER');
    const one = area({ area: 'dataSets', dataSet: 'PROD.PAYROLL.MASTER' });
    expect(one.trackCount).toBe(entry?.extents.reduce((sum, { count }) => sum + count, 0));
    expect(one.at(0).layout).toEqual({
      recordFormat: entry?.recordFormat,
      blockLength: entry?.blockLength,
    });
    const none = findArea(sample, { area: 'dataSets', dataSet: 'NO.SUCH' });
    expect(none).toMatchObject({ kind: 'refused', code: 'DATA_SET_UNKNOWN' });
  });

  it('is any track but label, VTOC, index and VVDS', () => {
    const any = tracksOf(area({ area: 'any' }));
    const own = [
      0,
      ...entries
        .filter(({ name }) => name.startsWith('SYS1.V'))
        .map(({ extents }) => extents[0]?.first),
    ];
    if (vtoc.kind === 'done') own.push(vtoc.value.extent.first);
    for (const track of own) expect(any.has(track ?? -1), String(track)).toBe(false);
    const ownCount = entries
      .filter(({ name }) => name.startsWith('SYS1.V'))
      .reduce((sum, { trackCount }) => sum + trackCount, 0);
    const vtocCount = vtoc.kind === 'done' ? vtoc.value.extent.count : 0;
    expect(any.size).toBe(model.primaryCylinders * model.type.headCount - 1 - vtocCount - ownCount);
  });

  it('of a volume without data sets is nothing', () => {
    const empty = new MemoryVolume(model.type, model.primaryCylinders);
    initialiseVolume(empty, { volser: 'EMPTY1' });
    expect(findArea(empty, { area: 'dataSets' })).toMatchObject({
      kind: 'refused',
      code: 'SPACE_NOT_ON_VOLUME',
    });
  });
});

describe('the places of a pattern', () => {
  const draw = (pattern: Parameters<typeof drawPlaces>[0], count: number): number[] => {
    const places = drawPlaces(pattern, 100, new SeededRandom(9, pattern));
    return Array.from({ length: count }, () => places.next().value);
  };

  it('sequential goes round', () => {
    const places = draw('sequential', 150);
    expect(
      places.every((place, at) => at === 0 || place === ((places[at - 1] ?? 0) + 1) % 100),
    ).toBe(true);
  });

  it('uniform reaches all, hot mostly a fifth', () => {
    expect(new Set(draw('uniform', 2000)).size).toBe(100);
    const hits = new Map<number, number>();
    for (const place of draw('hot', 10_000)) hits.set(place, (hits.get(place) ?? 0) + 1);
    const sorted = [...hits.values()].toSorted((left, right) => right - left);
    const hottest = sorted.slice(0, 20).reduce((sum, count) => sum + count, 0);
    expect(hottest / 10_000).toBeGreaterThan(0.8);
    expect(hottest / 10_000).toBeLessThan(0.88);
  });
});
