import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proveConsistency } from '../../../../sim/strategy/consistency-proof.ts';
import { HeldContents } from '../../../../sim/strategy/track-contents.ts';
import { VersionHistory } from '../../../../sim/strategy/version-history.ts';

const TRACKS = 6;

/** A volume in memory, the twin that looks at it, and every state that it ever had. */
class Volume {
  readonly contents = new HeldContents(TRACKS);
  readonly history: VersionHistory;
  readonly states: (readonly number[])[];
  readonly #now: number[] = Array.from({ length: TRACKS }, (_, track) => 100 + track);

  constructor() {
    this.#now.forEach((version, track) => this.contents.put(track, version, 0));
    this.history = new VersionHistory(this.contents, 0);
    this.states = [[...this.#now]];
  }

  write(track: number, version: number): void {
    this.#now[track] = version;
    this.contents.put(track, version, 0);
    this.history.noteChange(track, this.states.length * 10);
    this.states.push([...this.#now]);
  }

  read(track: number): number {
    return this.#now[track] as number;
  }

  /** Fewest tracks that differ from any one state: what torn means, the slow way. */
  fewestTorn(copy: readonly number[]): number {
    const differing = this.states.map(
      (state) => copy.filter((version, track) => version !== state[track]).length,
    );
    return Math.min(...differing);
  }
}

function contentsOf(versions: readonly number[]): HeldContents {
  const contents = new HeldContents(TRACKS);
  versions.forEach((version, track) => contents.put(track, version, 0));
  return contents;
}

/** Writes, some of them of content that a track had before, and reads of tracks between them. */
const writes = fc.array(
  fc.record({ track: fc.nat(TRACKS - 1), version: fc.nat(3), readBefore: fc.boolean() }),
  { minLength: 1, maxLength: 40 },
);

describe('the proof of a copy', () => {
  it('counts as torn what the slow comparison with every state counts', () => {
    let tornRuns = 0;
    fc.assert(
      fc.property(writes, (steps) => {
        const volume = new Volume();
        const copy: number[] = [];
        for (const { track, version, readBefore } of steps) {
          if (readBefore && copy.length < TRACKS) copy.push(volume.read(copy.length));
          volume.write(track, version);
        }
        while (copy.length < TRACKS) copy.push(volume.read(copy.length));
        const proof = proveConsistency(volume.history, contentsOf(copy));
        expect(proof.tornTracks).toBe(volume.fewestTorn(copy));
        expect(proof.foreignTracks).toBe(0);
        const shown = volume.states[proof.moment] as readonly number[];
        const differing = copy.filter((version, track) => version !== shown[track]).length;
        expect(differing).toBe(proof.tornTracks);
        if (proof.tornTracks > 0) tornRuns += 1;
      }),
      { numRuns: 500, seed: 7 },
    );
    expect(tornRuns).toBeGreaterThan(50);
  });

  it('confirms the moment that a copy of one instant claims', () => {
    fc.assert(
      fc.property(writes, fc.nat(), (steps, pick) => {
        const volume = new Volume();
        for (const { track, version } of steps) volume.write(track, version);
        const claim = pick % volume.states.length;
        const copy = contentsOf(volume.states[claim] as readonly number[]);
        const proof = proveConsistency(volume.history, copy, { claim });
        expect(proof).toMatchObject({ tornTracks: 0, moment: claim, claimHolds: true });
        expect(proof.momentNanos).toBe(claim * 10);
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it('denies a claim that another moment fits better', () => {
    const volume = new Volume();
    const before = [...(volume.states[0] as readonly number[])];
    volume.write(2, 1);
    volume.write(2, 2);
    const proof = proveConsistency(volume.history, contentsOf(before), { claim: 2 });
    expect(proof).toMatchObject({ tornTracks: 0, moment: 0, claimHolds: false });
  });

  it('names tracks that show what the source never held', () => {
    const volume = new Volume();
    const copy = [...(volume.states[0] as readonly number[])];
    copy[4] = 9999;
    const proof = proveConsistency(volume.history, contentsOf(copy));
    expect(proof).toMatchObject({ tracks: TRACKS, tornTracks: 1, foreignTracks: 1 });
  });

  it('leaves out tracks that were rewritten on purpose', () => {
    const volume = new Volume();
    const copy = [...(volume.states[0] as readonly number[])];
    copy[0] = 9999;
    const proof = proveConsistency(volume.history, contentsOf(copy), { except: new Set([0]) });
    expect(proof).toMatchObject({ tracks: TRACKS - 1, tornTracks: 0, foreignTracks: 0 });
  });

  it('tells the latest moment of a copy that is still equal to its source', () => {
    const volume = new Volume();
    volume.write(1, 1);
    const proof = proveConsistency(volume.history, volume.contents);
    expect(proof.moment).toBe(1);
  });

  it('keeps more changes than its first arrays hold', () => {
    const volume = new Volume();
    for (let change = 1; change <= 10_000; change += 1) volume.write(change % TRACKS, change);
    const claim = 6000;
    const copy = contentsOf(volume.states[claim] as readonly number[]);
    const proof = proveConsistency(volume.history, copy, { claim });
    expect(proof).toMatchObject({ tornTracks: 0, moment: claim, momentNanos: claim * 10 });
  });
});
