import { describe, expect, it } from 'vitest';
import {
  fillTrack,
  hasRecordsToRewrite,
  rewriteRecords,
} from '../../../../sim/scenario/track-content.ts';
import {
  buildTrack,
  type DeviceModel,
  findModel,
  parseTrack,
  recordData,
  recordKey,
  SeededRandom,
  type TrackRecord,
} from '../../../../src/index.ts';

const { type } = findModel('3390-1') as DeviceModel;
const ADDRESS = { cylinder: 5, head: 3 };
const random = (): SeededRandom => new SeededRandom(1, 'test');

/** A record that has to be there. */
function at(records: readonly TrackRecord[], place: number): TrackRecord {
  const record = records[place];
  if (record === undefined) throw new Error(`no record at ${place}`);
  return record;
}

/** A block of variable records with these payload lengths. */
function variableBlock(lengths: readonly number[], slack = 0): Uint8Array {
  const block = new Uint8Array(4 + lengths.reduce((sum, length) => sum + 4 + length, 0) + slack);
  const view = new DataView(block.buffer);
  view.setUint16(0, block.length - slack);
  let offset = 4;
  for (const length of lengths) {
    view.setUint16(offset, 4 + length);
    offset += 4 + length;
  }
  return block;
}

describe('new content', () => {
  it('keeps numbers, keys and lengths of all records and changes data only', () => {
    const track = buildTrack(ADDRESS, [
      { number: 1, key: new Uint8Array(8).fill(1), data: new Uint8Array(256).fill(2) },
      { number: 2, data: new Uint8Array(0) },
      { number: 9, data: new Uint8Array(800).fill(3) },
    ]);
    const changed = rewriteRecords(track, { recordFormat: 'FB', blockLength: 800 }, random());
    const [before, after] = [parseTrack(track), parseTrack(changed)];
    expect(after).toEqual(before);
    expect(recordKey(changed, at(after, 1))).toEqual(recordKey(track, at(before, 1)));
    expect(recordData(changed, at(after, 1))).toEqual(recordData(track, at(before, 1)));
    expect(recordData(changed, at(after, 3))).not.toEqual(recordData(track, at(before, 3)));
    expect(recordData(track, at(before, 3))).toEqual(new Uint8Array(800).fill(3));
  });

  it('keeps the descriptor words of variable blocks', () => {
    const block = variableBlock([10, 0, 30], 6);
    const track = buildTrack(ADDRESS, [{ number: 1, data: block }]);
    const changed = rewriteRecords(track, { recordFormat: 'VB', blockLength: 64 }, random());
    const data = recordData(changed, at(parseTrack(changed), 1));
    const blank = data.slice();
    for (const [from, to] of [
      [8, 18],
      [26, 56],
    ] as const) {
      expect(blank.slice(from, to).some((byte) => byte !== 0)).toBe(true);
      blank.fill(0, from, to);
    }
    expect(blank).toEqual(block);
  });

  it('leaves a variable block alone whose descriptor words make no sense', () => {
    const broken = new Uint8Array(40).fill(0xff);
    const track = buildTrack(ADDRESS, [{ number: 1, data: broken }]);
    const changed = rewriteRecords(track, { recordFormat: 'VB', blockLength: 40 }, random());
    expect(changed).toEqual(track);
  });

  it('fills an empty track with as many blocks as the device holds', () => {
    const fixed = fillTrack(type, ADDRESS, { recordFormat: 'FB', blockLength: 4096 }, random());
    expect(parseTrack(fixed)).toHaveLength(13);
    const variable = fillTrack(type, ADDRESS, { recordFormat: 'VB', blockLength: 800 }, random());
    const records = parseTrack(variable).slice(1);
    for (const record of records) {
      const view = new DataView(recordData(variable, record).slice().buffer);
      expect([view.getUint16(0), view.getUint16(4)]).toEqual([800, 796]);
    }
    const unknown = fillTrack(type, ADDRESS, { recordFormat: '', blockLength: 0 }, random());
    expect(parseTrack(unknown)[1]?.dataBytes).toBe(4096);
  });

  it('says which tracks have nothing to rewrite', () => {
    const bare = buildTrack(ADDRESS, []);
    const ended = buildTrack(ADDRESS, [{ number: 1, data: new Uint8Array(0) }]);
    const full = buildTrack(ADDRESS, [{ number: 1, data: new Uint8Array(5) }]);
    expect([bare, ended, full].map(hasRecordsToRewrite)).toEqual([false, false, true]);
  });
});
