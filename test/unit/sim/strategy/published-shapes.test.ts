/**
 * The shapes that are published about ways to copy (docs/strategies.md, "What to expect"), on one small
 * volume under one load with one seed.
 */
import { describe, expect, it } from 'vitest';
import type { StrategyFigures } from '../../../../sim/record/strategy-figures.ts';
import type { CopyEnd } from '../../../../sim/strategy/copy-method.ts';
import { findCopyMethod } from '../../../../sim/strategy/copy-methods.ts';
import type { OptionValue } from '../../../../sim/strategy/method-options.ts';
import {
  CopyLaboratory,
  type CopyLaboratoryInput,
  type DoneRequest,
  SECOND,
} from '../../../support/timed-copy.ts';

const WARM_UP = 10 * SECOND;

interface Observed {
  readonly laboratory: CopyLaboratory;
  readonly end: CopyEnd;
  readonly figures: StrategyFigures;
  /** Instant of the copy's beginning. */
  readonly from: number;
  /** Instant at which the copy had ended. */
  readonly until: number;
}

/** Warm-up, copy, and so long after it. */
function observe(
  name: string,
  options: Readonly<Record<string, OptionValue>> = {},
  input: CopyLaboratoryInput = {},
  afterNanos = 10 * SECOND,
): Observed {
  const laboratory = new CopyLaboratory({ rate: 40, writeShare: 0.3, ...input });
  const entry = findCopyMethod(name);
  if (entry === undefined) throw new Error(`no method ${name}`);
  const method = entry.make(options);
  const context = laboratory.context();
  method.prepare(context);
  laboratory.engine.runUntil(WARM_UP);
  const end = laboratory.run(method, context);
  const until = laboratory.engine.now;
  laboratory.engine.runUntil(until + afterNanos);
  return { laboratory, end, figures: end.figures, from: WARM_UP, until };
}

function meanOf(requests: readonly DoneRequest[]): number {
  expect(requests.length).toBeGreaterThan(5);
  return requests.reduce((sum, { response }) => sum + response, 0) / requests.length;
}

function writesOf(requests: readonly DoneRequest[]): readonly DoneRequest[] {
  return requests.filter(({ operation }) => operation === 1);
}

/** Writes since an instant: the first to each track, and the later ones. */
function touches(requests: readonly DoneRequest[]): {
  readonly first: readonly DoneRequest[];
  readonly later: readonly DoneRequest[];
} {
  const seen = new Set<number>();
  const first: DoneRequest[] = [];
  const later: DoneRequest[] = [];
  for (const request of writesOf(requests)) {
    (seen.has(request.track) ? later : first).push(request);
    seen.add(request.track);
  }
  return { first, later };
}

/** Three dumps, twenty seconds apart, and when each was taken. */
interface Dumps {
  readonly laboratory: CopyLaboratory;
  readonly figures: readonly StrategyFigures[];
  readonly instants: readonly number[];
}

function threeDumps(name: string): Dumps {
  const laboratory = new CopyLaboratory({ rate: 10, writeShare: 0.5, cylinders: 40 });
  const method = findCopyMethod(name)?.make();
  if (method === undefined) throw new Error(`no method ${name}`);
  method.prepare(laboratory.context());
  const figures = [1, 2, 3].map((at) => {
    laboratory.engine.runUntil(at * 20 * SECOND);
    const { figures: one } = laboratory.run(method, laboratory.context());
    expect(one.consistency.kind).toBe('consistent');
    return one;
  });
  const instants = laboratory.events.filter(({ kind }) => kind === 'copy.instant');
  return { laboratory, figures, instants: instants.map(({ at }) => at) };
}

/** Tracks that hosts changed after one dump (-1: after the beginning) and before another. */
function changedSince({ laboratory, instants }: Dumps, one: number, other: number): number {
  const from = instants[one] ?? 0;
  const until = instants[other] as number;
  const changed = writesOf(laboratory.requests).filter(({ arrival, response }) => {
    const end = arrival + response;
    return end > from && end <= until;
  });
  return new Set(changed.map(({ track }) => track)).size;
}

describe('a snapshot', () => {
  it('moves no data and sends as many messages whatever the size of the volume', () => {
    const small = observe('snapshot', {}, { cylinders: 10 }).figures;
    const large = observe('snapshot', {}, { cylinders: 40 }).figures;
    expect(large.messages).toBe(small.messages);
    expect(large.messages).toBeLessThanOrEqual(12);
    expect(large.channelPrograms).toBe(small.channelPrograms);
    for (const figures of [small, large]) {
      expect(figures.driveReadBytes + figures.driveWriteBytes + figures.linkBytes).toBe(0);
      expect(figures.copiedTracks).toBe(0);
      expect(figures.exposureNanos).toBeNull();
      expect(figures.elapsedNanos).toBeLessThan(SECOND);
    }
    // What crosses the channel is label and VTOC, which the host reads to find the volume.
    const labelBytes = 16 * 60_000;
    expect(large.channelBytesIn + large.channelBytesOut).toBeLessThan(labelBytes);
  });

  it('costs the processor and the channel a small part of what a host copy costs', () => {
    const snapshot = observe('snapshot').figures;
    const hostCopy = observe('host-copy').figures;
    expect(hostCopy.processorNanos).toBeGreaterThan(15 * snapshot.processorNanos);
    const bytes = ({ channelBytesIn, channelBytesOut }: StrategyFigures): number =>
      channelBytesIn + channelBytesOut;
    expect(bytes(hostCopy)).toBeGreaterThan(200 * bytes(snapshot));
    expect(hostCopy.sourceHeldNanos).toBeGreaterThan(100 * snapshot.sourceHeldNanos);
  });

  it('takes space only for what changes while it is kept', () => {
    const short = observe('snapshot', { keep: SECOND }).figures.peakSpaceBytes;
    const long = observe('snapshot', { keep: 20 * SECOND }).figures.peakSpaceBytes;
    const full = observe('snapshot-background').figures.peakSpaceBytes;
    expect(short).toBeGreaterThan(0);
    expect(long).toBeGreaterThan(3 * short);
    expect(full).toBeGreaterThan(long);
  });

  it('is followed by a background copy that is slower and hurts less at a lower pace', () => {
    const fast = observe('snapshot-background', { pace: 200 });
    const slow = observe('snapshot-background', { pace: 20 });
    expect(slow.figures.exposureNanos).toBeGreaterThan(4 * (fast.figures.exposureNanos as number));
    const during = ({ laboratory, from, until }: Observed): number =>
      meanOf(laboratory.between(from, until));
    expect(during(slow)).toBeLessThan(during(fast));
    expect(slow.figures.channelBytesIn).toBeLessThan(1_000_000);
  });
});

describe('copy on write', () => {
  const kept = { background: false, keep: 100 * SECOND };
  // So few that hardly anybody waits for anybody, and every track is changed more than once.
  const calm = { rate: 4, writeShare: 1, cylinders: 8 };

  it('shows the cliff of first touches and the recovery after them; redirection does not', () => {
    const copied = observe('copy-on-write', kept, calm);
    const redirected = observe('snapshot', { keep: 100 * SECOND }, calm);
    const of = ({ laboratory, from, until }: Observed): ReturnType<typeof touches> =>
      touches(laboratory.between(from, until));
    const [cow, snap] = [of(copied), of(redirected)];
    expect(meanOf(cow.first)).toBeGreaterThan(4 * meanOf(cow.later));
    expect(meanOf(cow.first)).toBeGreaterThan(4 * meanOf(snap.first));
    expect(meanOf(snap.first)).toBeLessThan(1.2 * meanOf(snap.later));
    expect(meanOf(cow.later)).toBeLessThan(1.5 * meanOf(snap.later));
    expect(copied.figures.firstTouchCopies).toBe(cow.first.length);
    expect(redirected.figures.driveReadBytes).toBe(0);
  });

  it('copies a track once, however often it is changed', () => {
    const { figures } = observe('copy-on-write', kept, { rate: 60, writeShare: 1, cylinders: 3 });
    // Label and VTOC are never changed.
    expect(figures.firstTouchCopies).toBe(2 * 15);
    expect(figures.copiedTracks).toBe(2 * 15);
    expect(figures.exposureNanos).toBeNull();
  });
});

describe('copies inside the subsystem', () => {
  it('keep to their pace, and cross no channel', () => {
    const pace = 30;
    for (const [name, options] of [
      ['copy-on-write', { pace }],
      ['split-mirror', { pace, inStep: false, splitFor: 0 }],
    ] as const) {
      const { figures, laboratory } = observe(name, options, { rate: 0 }, 0);
      const expected = (laboratory.trackCount / pace) * SECOND;
      expect(figures.exposureNanos).toBeGreaterThan(0.9 * expected);
      expect(figures.exposureNanos).toBeLessThan(1.1 * expected);
      expect(figures.channelBytesIn + figures.channelBytesOut).toBeLessThan(1000);
    }
  });
});

describe('a host copy', () => {
  it('is torn without serialization and holds nobody; with it, it is one instant', () => {
    const without = observe('host-copy', { serialize: false }).figures;
    const within = observe('host-copy', { serialize: true });
    expect(without.consistency.kind).toBe('torn');
    expect(without.sourceHeldNanos).toBe(0);
    expect(within.figures.consistency.kind).toBe('consistent');
    expect(within.figures.sourceHeldNanos).toBe(within.figures.elapsedNanos);
    const { laboratory, from, until } = within;
    const finished = writesOf(laboratory.requests).filter(({ arrival, response }) => {
      const end = arrival + response;
      return arrival > from && end < until;
    });
    expect(finished).toEqual([]);
    expect(writesOf(laboratory.between(from, until)).length).toBeGreaterThan(5);
  });

  it('is torn more, the more is written', () => {
    const torn = [0.05, 0.3, 1].map((writeShare) => {
      const { consistency } = observe('host-copy', { serialize: false }, { writeShare }).figures;
      return consistency.kind === 'torn' ? consistency.tornTracks : 0;
    });
    expect(torn).toEqual(torn.toSorted((one, other) => one - other));
    expect(torn[2]).toBeGreaterThan(2 * (torn[0] as number));
  });

  it('is not torn where nobody writes', () => {
    const { consistency } = observe('host-copy', { serialize: false }, { writeShare: 0 }).figures;
    expect(consistency.kind).toBe('consistent');
  });
});

describe('extents sent one by one', () => {
  const serial = { pieces: 150, atomic: 'serial' };
  const busy = { rate: 400, writeShare: 1 };

  it('are torn without serialization, and one instant with it', () => {
    const without = observe('snapshot', { ...serial, serialize: false }, busy, 0).figures;
    const within = observe('snapshot', { ...serial, serialize: true }, busy, 0).figures;
    const group = observe('snapshot', { pieces: 150, serialize: false }, busy, 0).figures;
    expect(without.consistency.kind).toBe('torn');
    expect(within.consistency.kind).toBe('consistent');
    expect(group.consistency.kind).toBe('consistent');
    expect(within.sourceHeldNanos).toBeGreaterThan(0);
    expect(within.messages).toBe(150 + 150 + 150);
    expect(group.messages).toBe(150 + 1 + 1);
  });
});

describe('concurrent copy', () => {
  it('releases the source at once and needs a side file that grows with the write rate', () => {
    const runs = [0.1, 0.4, 0.9].map((writeShare) =>
      observe('concurrent-copy', {}, { writeShare }),
    );
    const sizes = runs.map(({ figures }) => figures.sideFilePeakBytes as number);
    const [few, some, many] = sizes as [number, number, number];
    expect(few).toBeGreaterThan(0);
    expect(some).toBeGreaterThan(1.5 * few);
    expect(many).toBeGreaterThan(1.3 * some);
    for (const { figures } of runs) {
      expect(figures.sourceHeldNanos).toBeLessThan(0.05 * SECOND);
      expect(figures.consistency.kind).toBe('consistent');
      expect(figures.overflowed).toBe(false);
    }
    const hostCopy = observe('host-copy').figures;
    expect(many).toBeLessThan(hostCopy.peakSpaceBytes);
  });

  it('intercepts only the first change of a track', () => {
    const { figures } = observe('concurrent-copy', {}, { rate: 100, writeShare: 1, cylinders: 3 });
    expect(figures.sideFilePeakBytes).toBeLessThanOrEqual(30 * 57_000);
  });

  it('ends in error when the side file is full and nobody is paced', () => {
    const small = { sideFile: 200_000, dataSpace: 0 };
    const { end, figures, laboratory } = observe('concurrent-copy', small, { writeShare: 1 });
    expect(end.failure).toMatch(/side file was full/);
    expect(figures.overflowed).toBe(true);
    expect(figures.consistency.kind).toBe('torn');
    expect(figures.exposureNanos).toBeNull();
    expect(laboratory.timed.heldCount).toBe(0);
  });

  it('makes writers wait instead, if it is told to, and then succeeds', () => {
    const small = { sideFile: 200_000, dataSpace: 0, overflow: 'pace' };
    const paced = observe('concurrent-copy', small, { writeShare: 1 });
    const roomy = observe('concurrent-copy', {}, { writeShare: 1 });
    expect(paced.end.failure).toBeUndefined();
    expect(paced.figures.overflowed).toBe(true);
    expect(paced.figures.consistency.kind).toBe('consistent');
    expect(paced.figures.sideFilePeakBytes).toBeLessThanOrEqual(200_000);
    const during = ({ laboratory, from, until }: Observed): number =>
      meanOf(writesOf(laboratory.between(from, until)));
    expect(during(paced)).toBeGreaterThan(1.5 * during(roomy));
  });

  it('needs less side file when first changes are delayed', () => {
    const input = { writeShare: 1 };
    const free = observe('concurrent-copy', {}, input).figures;
    const delayed = { pacingAt: 0, pacingDelay: 500_000_000, dataSpace: 0, sideFile: 50_000_000 };
    const paced = observe('concurrent-copy', delayed, input);
    expect(paced.end.failure).toBeUndefined();
    const { laboratory, from, until } = paced;
    const { first } = touches(laboratory.between(from, until));
    const slow = first.filter(({ response }) => response >= 500_000_000).length;
    expect(slow).toBeGreaterThan(0.2 * first.length);
    expect(free.overflowed).toBe(false);
  });
});

describe('a split mirror', () => {
  it('splits at once into a copy that stands alone, for drive work that is doubled', () => {
    const input = { writeShare: 1, rate: 20 };
    const { figures, laboratory } = observe('split-mirror', { splitFor: 5 * SECOND }, input, 0);
    expect(figures.elapsedNanos).toBeLessThan(0.1 * SECOND);
    expect(figures.exposureNanos).toBe(figures.elapsedNanos);
    expect(figures.lostDataNanos).toBe(0);
    expect(figures.consistency.kind).toBe('consistent');
    const written = (kind: string): number => {
      const other = new CopyLaboratory({ ...input });
      const entry = findCopyMethod(kind);
      entry?.make().prepare(other.context());
      const before = other.timed.notes.destagedCount;
      other.engine.runUntil(60 * SECOND);
      return other.timed.notes.destagedCount - before;
    };
    const ratio = written('split-mirror') / written('snapshot');
    expect(ratio).toBeGreaterThan(1.6);
    expect(ratio).toBeLessThan(2.5);
    expect(laboratory.subsystem.check().violations).toEqual([]);
  });

  it('is brought into step with what was changed while it was split, and no more', () => {
    const short = observe('split-mirror', { splitFor: SECOND }).figures;
    const long = observe('split-mirror', { splitFor: 8 * SECOND }).figures;
    expect(short.copiedTracks).toBeGreaterThan(0);
    expect(long.copiedTracks).toBeGreaterThan(2 * short.copiedTracks);
    expect(long.copiedTracks).toBeLessThan(300);
  });
});

describe('dumps', () => {
  it('carry everything, what changed since the full one, or what changed since the last', () => {
    const runs = ['full-dump', 'incremental-dump', 'differential-dump'].map(threeDumps);
    const [full, incremental, differential] = runs as [Dumps, Dumps, Dumps];
    const everything = full.laboratory.trackCount;
    for (const at of [0, 1, 2]) {
      expect(full.figures[at]?.copiedTracks).toBe(everything);
      expect(incremental.figures[at]?.copiedTracks).toBe(changedSince(incremental, at - 1, at));
      expect(differential.figures[at]?.copiedTracks).toBe(changedSince(differential, -1, at));
    }
    const link = ({ figures }: Dumps): number =>
      figures.reduce((sum, { linkBytes }) => sum + linkBytes, 0);
    expect(link(incremental)).toBeLessThan(0.8 * link(differential));
    expect(link(differential)).toBeLessThan(0.5 * link(full));
  });

  it('begin with a full one where nothing was dumped before', () => {
    const without = observe('incremental-dump', { base: false }).figures;
    const full = observe('full-dump').figures;
    expect(without.linkBytes).toBe(full.linkBytes);
  });

  it('hold the source for the snapshot only, or for as long as it is read', () => {
    const snapped = observe('full-dump').figures;
    const read = observe('full-dump', { from: 'source' }).figures;
    const torn = observe('full-dump', { from: 'source', serialize: false }).figures;
    expect(snapped.sourceHeldNanos).toBeLessThan(0.05 * SECOND);
    expect(read.sourceHeldNanos).toBe(read.elapsedNanos);
    expect(torn.consistency.kind).toBe('torn');
  });

  it('take as long as the link does, where that is slow', () => {
    const bytesPerSecond = 1_000_000;
    const parameters = { link: { bytesPerSecond, programNanos: 0 } };
    const { figures } = observe('full-dump', {}, { parameters });
    const linkNanos = (figures.linkBytes / bytesPerSecond) * SECOND;
    expect(figures.elapsedNanos).toBeGreaterThan(linkNanos);
    expect(figures.elapsedNanos).toBeLessThan(1.1 * linkNanos);
  });
});
