/**
 * Contents wrapped into tracks: what relocation may change is accepted, everything else is seen.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCchh } from '../../../src/geometry/address.ts';
import { contentOfTrack, trackOfContent } from '../../../src/testing/track-payload.ts';
import { relocateTrack } from '../../../src/track/relocation.ts';

const HERE = { cylinder: 3, head: 1 };
const THERE = { cylinder: 40, head: 7 };
const CONTENT = Uint8Array.of(1, 2, 3, 4);

describe('a content as a track', () => {
  it('comes back at its own address and at any other', () => {
    const place = fc.record({ cylinder: fc.nat(107), head: fc.nat(7) });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), place, place, (content, from, to) => {
        const track = trackOfContent(content, from);
        expect(contentOfTrack(track, from)).toEqual(content);
        const moved = relocateTrack(track, encodeCchh(to.cylinder, to.head));
        expect(contentOfTrack(moved, to)).toEqual(content);
      }),
    );
  });

  it('is not accepted at an address to which it was not relocated', () => {
    expect(contentOfTrack(trackOfContent(CONTENT, HERE), THERE)).toMatch(/whose byte \d+ is/);
  });

  it('shows every single changed byte, except those of the content itself', () => {
    const track = trackOfContent(CONTENT, HERE);
    const contentAt = 21 + 8;
    for (const at of track.keys()) {
      if (at >= contentAt && at < contentAt + CONTENT.length) continue;
      const changed = track.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      const seen = (): unknown => contentOfTrack(changed, HERE);
      // Lengths that no longer add up are no track at all, which parsing says by throwing.
      expect(typeof attempt(seen)).toBe('string');
    }
  });
});

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return String(error);
  }
}
