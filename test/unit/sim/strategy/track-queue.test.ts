import { describe, expect, it } from 'vitest';
import { TrackQueue, trackBytes } from '../../../../sim/strategy/track-queue.ts';
import { trackIndex } from '../../../../src/index.ts';
import { smallSubsystem } from '../../../support/small-subsystem.ts';

const LENGTH = 1000;

/** A device with content on some of its tracks. */
function deviceWith(written: readonly number[]): ConstructorParameters<typeof TrackQueue> {
  const { subsystem, devices } = smallSubsystem(['3390-1'], { content: 'signature' });
  const [device] = devices as [(typeof devices)[number]];
  for (const track of written) {
    subsystem.writeSignature(device.index, trackIndex(track), track, 0, LENGTH);
  }
  return [subsystem, device.index, []];
}

function piecesOf(queue: TrackQueue, most: number): readonly (readonly number[])[] {
  const pieces: (readonly number[])[] = [];
  for (let piece = queue.take(most); piece !== undefined; piece = queue.take(most)) {
    pieces.push(piece.tracks);
  }
  return pieces;
}

describe('a queue of tracks', () => {
  const [subsystem, device] = deviceWith([0, 1, 2, 5, 40, 41, 99]);
  const whole = [{ first: 0, count: 100 }];

  it('passes over tracks that were never written', () => {
    const queue = new TrackQueue(subsystem, device, whole);
    expect(piecesOf(queue, 3)).toEqual([[0, 1, 2], [5, 40, 41], [99]]);
    expect(queue.take(3)).toBeUndefined();
  });

  it('keeps them where their emptiness matters, and goes from stretch to stretch', () => {
    const ranges = [
      { first: 2, count: 2 },
      { first: 40, count: 1 },
      { first: 98, count: 2 },
    ];
    const queue = new TrackQueue(subsystem, device, ranges, false);
    expect(piecesOf(queue, 4)).toEqual([[2, 3, 40, 98], [99]]);
  });

  it('tells the bytes of a piece as hosts see them', () => {
    const queue = new TrackQueue(subsystem, device, whole);
    expect(queue.take(4)).toEqual({ tracks: [0, 1, 2, 5], bytes: 4 * LENGTH, ahead: [] });
    expect(trackBytes(subsystem, device, [0, 3, 99])).toBe(2 * LENGTH);
  });

  it('names the tracks after a piece, and gives them out when their turn comes', () => {
    const queue = new TrackQueue(subsystem, device, whole);
    expect(queue.take(3, 2)).toMatchObject({ tracks: [0, 1, 2], ahead: [5, 40] });
    expect(queue.take(3, 9)).toMatchObject({ tracks: [5, 40, 41], ahead: [99] });
    expect(queue.take(3, 9)).toMatchObject({ tracks: [99], ahead: [] });
  });

  it('asks whether a track holds something when its turn comes', () => {
    const queue = new TrackQueue(subsystem, device, [{ first: 90, count: 9 }]);
    subsystem.writeSignature(device, trackIndex(95), 1, 1, LENGTH);
    expect(piecesOf(queue, 9)).toEqual([[95]]);
  });

  it('has nothing where there are no stretches', () => {
    expect(new TrackQueue(subsystem, device, []).take(5)).toBeUndefined();
  });
});
