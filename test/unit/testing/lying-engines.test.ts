/**
 * Would the runner notice? Engines that do everything right except for one lie, each of which must be
 * found, and for the right reason.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import {
  ANSWER_DONE,
  type Answer,
  type BackgroundState,
  type CopyEngine,
  type DeviceRange,
  NaiveTwin,
  runCopyEngineModel,
  type SeriesReport,
  type SnapshotOrder,
  searchCopyEngineModel,
  type TrackContent,
  type TrackRange,
  type WrittenContent,
} from '../../../src/testing.ts';

/** An engine that separates targets at once, so that nothing is ever pending. */
class HonestEngine extends NaiveTwin {
  override isPending(_copy: number): boolean {
    return false;
  }

  override withdraw(copy: number, range?: DeviceRange): Answer<number> {
    const answer = super.withdraw(copy, range);
    return answer.kind === 'done' ? { kind: 'done', value: 0 } : answer;
  }

  override snapshot(copy: number, order: SnapshotOrder): Answer {
    return super.snapshot(copy, { ...order, background: false });
  }

  check(): readonly string[] {
    return [];
  }
}

const SETTINGS = { runs: 60, commandsPerRun: 120, seed: 5 };

class RefusesNothing extends HonestEngine {
  override brokenRules(): readonly string[] {
    return [];
  }
}

class RefusesLargeGroups extends HonestEngine {
  override brokenRules(order: SnapshotOrder): readonly string[] {
    return order.extents.length > 2 ? ['BUSY_RETRY'] : super.brokenRules(order);
  }
}

class ChangesOnRefusal extends HonestEngine {
  override snapshot(copy: number, order: SnapshotOrder): Answer {
    const answer = super.snapshot(copy, order);
    const target = order.extents[0]?.target;
    if (answer.kind === 'refused' && target !== undefined) super.write(target, 0, LIE);
    return answer;
  }
}

class CopiesOneByOne extends HonestEngine {
  override snapshot(copy: number, order: SnapshotOrder): Answer {
    if (this.brokenRules(order).length > 0 || order.extents.length === 0) {
      return super.snapshot(copy, order);
    }
    const { extents, ...rest } = order;
    // A name of its own for every extent: what discard then drops is only the last one.
    for (const [at, extent] of extents.entries()) {
      super.snapshot(copy + at / 100, { ...rest, extents: [extent] });
    }
    return ANSWER_DONE;
  }
}

class ForgetsLastTrack extends HonestEngine {
  override snapshot(copy: number, order: SnapshotOrder): Answer {
    const extent = order.extents.at(-1);
    const before = extent && super.read(extent.target, extent.targetFirst + extent.targetCount - 1);
    const answer = super.snapshot(copy, order);
    if (answer.kind === 'refused' || extent === undefined || before?.kind !== 'done') return answer;
    if (before.value.kind !== 'neverWritten') {
      super.write(extent.target, extent.targetFirst + extent.targetCount - 1, before.value);
    }
    return answer;
  }
}

class LosesNullKind extends HonestEngine {
  override write(device: number, track: number, content: WrittenContent): Answer {
    return super.write(
      device,
      track,
      content.kind === 'null' ? { kind: 'null', format: 1 } : content,
    );
  }
}

class DiscardsNothing extends HonestEngine {
  override discard(_copy: number): Answer {
    return ANSWER_DONE;
  }
}

class MissesChanges extends HonestEngine {
  override changedTracks(from: number, to?: number): readonly TrackRange[] {
    return super.changedTracks(from, to).slice(1);
  }
}

class NamesUntouchedTracks extends HonestEngine {
  override changedTracks(_from: number, _to?: number): readonly TrackRange[] {
    return [{ first: 0, count: 64 }];
  }
}

class KeepsPointAlive extends HonestEngine {
  override readPoint(point: number, track: number): Answer<TrackContent> {
    const { device } = this.points().find((known) => known.point === point) ?? {};
    return device === undefined ? super.readPoint(point, track) : super.read(device, track);
  }
}

class ForgetsToShrink extends HonestEngine {
  override resizeDevice(device: number, trackCount: number): Answer {
    const before = this.device(device)?.contents.slice() ?? [];
    const answer = super.resizeDevice(device, trackCount);
    for (const [track, content] of before.entries()) {
      if (content.kind === 'null' && track === trackCount - 1) super.write(device, track, LIE);
    }
    return answer;
  }
}

class NeverReportsConflict extends HonestEngine {
  override seriesReport(series: number): SeriesReport {
    return { open: super.seriesReport(series).open };
  }
}

class KeepsWindowOpen extends HonestEngine {
  override seriesReport(series: number): SeriesReport {
    return { ...super.seriesReport(series), open: true };
  }
}

class IsPendingForEver extends HonestEngine {
  override isPending(_copy: number): boolean {
    return true;
  }
}

class NeverEnds extends HonestEngine {
  override backgroundStep(): BackgroundState {
    return 'more';
  }
}

class BreaksInvariant extends HonestEngine {
  override check(): readonly string[] {
    return this.copies().length > 2 ? ['page-parents: 2 counted, 1 kept'] : [];
  }
}

class WritesWhenRead extends HonestEngine {
  override read(device: number, track: number): Answer<TrackContent> {
    const answer = super.read(device, track);
    if (answer.kind === 'done' && answer.value.kind === 'neverWritten') {
      super.write(device, track, { kind: 'null', format: 1 });
    }
    return answer;
  }
}

class Throws extends HonestEngine {
  override snapshot(copy: number, order: SnapshotOrder): Answer {
    if (order.wholeDevices.length > 1) throw new Error('index out of range');
    return super.snapshot(copy, order);
  }
}

const LIE: WrittenContent = { kind: 'bytes', bytes: new Uint8Array(4) };

const LIARS: readonly [string, () => CopyEngine, RegExp][] = [
  ['refuses nothing', () => new RefusesNothing(), /is accepted, not refused with/],
  ['refuses good requests', () => new RefusesLargeGroups(), /BUSY_RETRY, not (accepted|refused)/],
  ['changes state on refusal', () => new ChangesOnRefusal(), /device \d+ track 0 shows/],
  ['copies one extent after the other', () => new CopiesOneByOne(), /discard|shows|RELATION/],
  ['forgets the last track', () => new ForgetsLastTrack(), /track \d+ shows .* not/],
  ['loses the kind of null tracks', () => new LosesNullKind(), /shows null track of format 1/],
  ['discards nothing', () => new DiscardsNothing(), /shows .* not never written/],
  ['misses changes', () => new MissesChanges(), /differs from point \d+, but is not named/],
  ['names untouched tracks', () => new NamesUntouchedTracks(), /is named as changed since point/],
  ['lets a point follow its device', () => new KeepsPointAlive(), /point \d+ track \d+ (shows|is)/],
  ['damages the last track on resizing', () => new ForgetsToShrink(), /shows .* not null track/],
  [
    'never reports a conflict',
    () => new NeverReportsConflict(),
    /series \d+ is reported with no conflict, not a conflict/,
  ],
  ['keeps a window open', () => new KeepsWindowOpen(), /series \d+ is reported open: true/],
  ['is pending for ever', () => new IsPendingForEver(), /is pending though|no work left/],
  ['never ends background work', () => new NeverEnds(), /background work does not end/],
  ['breaks an invariant', () => new BreaksInvariant(), /invariants do not hold: page-parents/],
  ['writes when it is read', () => new WritesWhenRead(), /shows null track of format 1/],
  ['throws', () => new Throws(), /index out of range/],
];

describe('an engine that does everything right', () => {
  it('passes, and the run has looked at every kind of operation', () => {
    const { sequences, counts } = runCopyEngineModel(() => new HonestEngine(), SETTINGS);
    expect(sequences).toBe(SETTINGS.runs);
    expect([...counts.accepted.keys()].toSorted()).toEqual([
      'announce',
      'background',
      'clear',
      'compare',
      'define',
      'difference',
      'discard',
      'merge',
      'read',
      'recall',
      'release',
      'remove',
      'resize',
      'retain',
      'series',
      'snapshot',
      'withdraw',
      'write',
    ]);
    const rules = ['EXTENT_OVERLAP', 'EXTENT_IDENTICAL', 'EXTENT_OUT_OF_DEVICE', 'DEVICE_EXISTS'];
    const more = ['EXTENT_LENGTHS_DIFFER', 'EXTENT_EMPTY', 'GEOMETRY_MISMATCH', 'TARGET_TOO_SMALL'];
    for (const rule of [...rules, ...more]) expect(counts.refused.get(rule)).toBeGreaterThan(0);
    expect(counts.checks).toBeGreaterThan(SETTINGS.runs);
  });
});

describe('an engine that', () => {
  it.each(LIARS)('%s is caught', (_lie, makeEngine, reason) => {
    const { failure } = searchCopyEngineModel(makeEngine, SETTINGS);
    expect(failure?.reason).toMatch(reason);
    expect(failure?.commandCount).toBeLessThanOrEqual(8);
  });
});
