import { describe, expect, it } from 'vitest';
import type { CopyEnd, CopyMethod } from '../../../../sim/strategy/copy-method.ts';
import { COPY_METHODS, findCopyMethod } from '../../../../sim/strategy/copy-methods.ts';
import type { OptionValue } from '../../../../sim/strategy/method-options.ts';
import { DeviceContents } from '../../../../sim/strategy/track-contents.ts';
import { CopyLaboratory, type CopyLaboratoryInput, SECOND } from '../../../support/timed-copy.ts';

type Options = Readonly<Record<string, OptionValue>>;

const LOADED: CopyLaboratoryInput = { rate: 40, writeShare: 0.3 };

/** Every way that promises one instant. */
const CONSISTENT_WAYS: readonly (readonly [string, Options])[] = [
  ['host-copy', {}],
  ['host-copy', { tracksPerProgram: 1, buffers: 8 }],
  ['concurrent-copy', {}],
  ['concurrent-copy', { sideFile: 120_000, dataSpace: 0, overflow: 'pace' }],
  ['concurrent-copy', { pacingAt: 0 }],
  ['split-mirror', { splitFor: 2 * SECOND }],
  ['split-mirror', { inStep: false, splitFor: SECOND }],
  ['copy-on-write', {}],
  ['copy-on-write', { background: false, keep: 5 * SECOND }],
  ['snapshot', { keep: 5 * SECOND }],
  ['snapshot', { serialize: false, keep: SECOND }],
  ['snapshot', { pieces: 7, keep: SECOND }],
  ['snapshot', { pieces: 7, atomic: 'serial', serialize: true }],
  ['snapshot-background', {}],
  ['snapshot-background', { pieces: 3, pace: 200 }],
  ['full-dump', {}],
  ['full-dump', { from: 'source' }],
  ['incremental-dump', {}],
  ['incremental-dump', { base: false }],
  ['differential-dump', { pieces: 2 }],
];

function make(name: string, options: Options = {}): CopyMethod {
  const entry = findCopyMethod(name);
  if (entry === undefined) throw new Error(`no method ${name}`);
  return entry.make(options);
}

/** Runs a load for ten seconds, a copy, and what the caller wants after it. */
function underLoad(
  name: string,
  options: Options = {},
  input: CopyLaboratoryInput = LOADED,
): { readonly laboratory: CopyLaboratory; readonly end: CopyEnd; readonly startedAt: number } {
  const laboratory = new CopyLaboratory(input);
  const method = make(name, options);
  const context = laboratory.context();
  method.prepare(context);
  laboratory.engine.runUntil(10 * SECOND);
  const startedAt = laboratory.engine.now;
  const end = laboratory.run(method, context);
  return { laboratory, end, startedAt };
}

describe('every copy method', () => {
  for (const { name } of COPY_METHODS) {
    it(`${name} gives an idle volume's copy that is what the source is`, () => {
      const laboratory = new CopyLaboratory();
      const { figures, failure } = laboratory.copy(make(name));
      expect(failure).toBeUndefined();
      expect(figures.method).toBe(name);
      expect(figures.consistency.kind).toBe('consistent');
      expect(figures.consistency.tracks).toBe(laboratory.trackCount);
      expect(laboratory.subsystem.check().violations).toEqual([]);
    });
  }

  it('leaves nothing in the cache of what it went over once', () => {
    for (const { name } of COPY_METHODS) {
      const laboratory = new CopyLaboratory();
      const { figures } = laboratory.copy(make(name));
      expect(laboratory.timed.cache.usedCount, name).toBe(0);
      expect(figures.consistency.tracks).toBe(laboratory.trackCount);
    }
  });

  it('has what a host reads next on its way meanwhile, and counts that as its own', () => {
    const cache = { bytes: 4_000_000, trackBytes: 56_664, partialWriteMiss: 'never' } as const;
    for (const name of ['host-copy', 'concurrent-copy', 'full-dump', 'incremental-dump']) {
      const [without, ahead] = [0, 15].map((readAheadTracks) => {
        const laboratory = new CopyLaboratory({
          parameters: {
            cache: { ...cache, readAheadTracks },
            link: { bytesPerSecond: 1e9, programNanos: 0 },
          },
        });
        const { figures } = laboratory.copy(
          make(name, name === 'incremental-dump' ? { base: false } : {}),
        );
        expect(laboratory.timed.cache.usedCount, name).toBe(0);
        return figures;
      });
      expect(ahead?.driveReadBytes).toBe(without?.driveReadBytes);
      expect(ahead?.elapsedNanos).toBeLessThan(0.8 * (without?.elapsedNanos ?? 0));
    }
  });

  for (const [name, options] of CONSISTENT_WAYS) {
    it(`${name} ${JSON.stringify(options)} shows one instant under load`, () => {
      const { laboratory, end, startedAt } = underLoad(name, options);
      expect(end.failure).toBeUndefined();
      const { consistency } = end.figures;
      expect(consistency).toMatchObject({ kind: 'consistent', tracks: laboratory.trackCount });
      if (consistency.kind === 'torn') throw new Error('torn');
      expect(consistency.instantNanos).toBeGreaterThanOrEqual(startedAt);
      expect(consistency.instantNanos).toBeLessThanOrEqual(laboratory.engine.now);
      expect(laboratory.subsystem.check().violations).toEqual([]);
      expect(laboratory.timed.heldCount).toBe(0);
    });
  }

  it('is what a test took down at the instant, where the target keeps it', () => {
    let compared = 0;
    for (const [name, options] of CONSISTENT_WAYS) {
      // A mirror goes on after its split, and dumps leave nothing on the target.
      if (name.endsWith('dump') || name === 'split-mirror') continue;
      const seen: number[][] = [];
      const laboratory = new CopyLaboratory(LOADED, (kind) => {
        if (kind === 'copy.instant') seen.push(signatures(laboratory, laboratory.source.index));
      });
      laboratory.engine.runUntil(5 * SECOND);
      laboratory.run(make(name, options), laboratory.context());
      const isWhole = options['background'] !== false;
      if (!isWhole) continue;
      expect(seen).toHaveLength(1);
      expect(signatures(laboratory, laboratory.target.index)).toEqual(seen[0]);
      compared += laboratory.trackCount;
    }
    expect(compared).toBeGreaterThan(3000);
  });

  it('gives the same figures and the same events twice', () => {
    for (const { name } of COPY_METHODS) {
      const [one, other] = [underLoad(name), underLoad(name)];
      expect(other.end).toEqual(one.end);
      expect(other.laboratory.engine.witness).toBe(one.laboratory.engine.witness);
    }
  });

  it('may be stopped at any time, and lets the hosts go on', () => {
    for (const [name, options] of CONSISTENT_WAYS) {
      for (const after of [0, 5_000_000, 400_000_000]) {
        const laboratory = new CopyLaboratory(LOADED);
        const method = make(name, options);
        const context = laboratory.context();
        method.prepare(context);
        laboratory.engine.runUntil(SECOND);
        const ends: CopyEnd[] = [];
        const run = method.start(context, (end) => ends.push(end));
        laboratory.engine.runUntil(SECOND + after);
        run.stop();
        run.stop();
        expect(ends).toHaveLength(1);
        expect(run.phase).toBe('ended');
        laboratory.engine.runUntil(8 * SECOND);
        expect(laboratory.timed.heldCount).toBe(0);
        expect(laboratory.between(7 * SECOND, 8 * SECOND).length).toBeGreaterThan(10);
      }
    }
  });

  it('can be run again and again on the same volume and target', () => {
    for (const { name } of COPY_METHODS) {
      const laboratory = new CopyLaboratory(LOADED);
      const method = make(name);
      const first = laboratory.context();
      method.prepare(first);
      laboratory.engine.runUntil(SECOND);
      for (const context of [first, laboratory.context(), laboratory.context()]) {
        const { failure, figures } = laboratory.run(method, context);
        expect(`${name}: ${failure ?? 'done'}`).toBe(`${name}: done`);
        expect(figures.consistency.kind).toBe('consistent');
        laboratory.engine.runUntil(laboratory.engine.now + SECOND);
      }
      expect(laboratory.subsystem.check().violations).toEqual([]);
    }
  });
});

function signatures(
  laboratory: CopyLaboratory,
  device: CopyLaboratory['source']['index'],
): number[] {
  const contents = new DeviceContents(laboratory.subsystem, device);
  return Array.from({ length: contents.trackCount }, (_, track) => {
    contents.load(track);
    return contents.low;
  });
}
