import { describe, expect, it } from 'vitest';
import { TrackMapper } from '../../../../sim/load/track-mapper.ts';

describe('mapping bytes to tracks', () => {
  const asked: string[] = [];
  const mapper = new TrackMapper({
    trackBytes: 100,
    tracksPerDevice: 10,
    deviceOf: (volume, part) => asked.push(`${volume}.${part}`) + 6,
  });
  const pieces = (volume: number, offset: number, length: number): readonly number[][] => {
    const found: number[][] = [];
    mapper.begin(volume, offset, length);
    while (mapper.next()) found.push([mapper.device, mapper.track, mapper.start, mapper.bytes]);
    return found;
  };

  it('cuts requests at the ends of tracks, and keeps where each piece lies', () => {
    expect(pieces(0, 150, 30)).toEqual([[7, 1, 50, 30]]);
    expect(pieces(0, 150, 200)).toEqual([
      [7, 1, 50, 50],
      [7, 2, 0, 100],
      [7, 3, 0, 50],
    ]);
    expect(pieces(0, 100, 100)).toEqual([[7, 1, 0, 100]]);
    expect(pieces(0, 100, 0)).toEqual([]);
  });

  it('goes on on another device where a volume is larger, and asks for each once', () => {
    expect(pieces(0, 950, 100)).toEqual([
      [7, 9, 50, 50],
      [8, 0, 0, 50],
    ]);
    expect(pieces(3, 2_550, 10)).toEqual([[9, 5, 50, 10]]);
    expect(pieces(0, 1_000, 1)).toEqual([[8, 0, 0, 1]]);
    expect(asked).toEqual(['0.0', '0.1', '3.2']);
  });

  it('tells the far end of one volume from the next volume', () => {
    const far = 2 ** 20 + 1;
    expect(pieces(1, 1_000 * far, 1)).toEqual([[10, 0, 0, 1]]);
    expect(pieces(2, 1_000, 1)).toEqual([[11, 0, 0, 1]]);
    expect(asked.slice(3)).toEqual([`1.${far}`, '2.1']);
  });
});
