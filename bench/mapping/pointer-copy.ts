/**
 * Pointer copy of whole devices, the mapping's part, against ways to copy a table of pointers.
 *
 * Ours: the target shares the source's root, and the target's former tree, which nobody else holds,
 * goes to the release queue. Peers copy (typed array, Map) or keep a persistent structure and pay at
 * the first change (Immer, Immutable.List); that first change is in their figure.
 *
 * @module
 */
import { enableMapSet, produce } from 'immer';
import { List } from 'immutable';
import { trackIndex } from '../../src/base/units.ts';
import { measure } from '../measure.ts';
import type { BenchRow } from '../report.ts';
import { drain, loadedSubsystem } from './loaded-device.ts';

/** One line of the table. */
export interface PointerCopyRow extends BenchRow {
  readonly nanosMedian: number;
  readonly nanosBest: number;
}

const TARGET_COUNT = 1_000;
/** Tracks above which a peer is left out: a Map ends at 2^24 entries, the others take minutes. */
const PEER_TRACKS_MAX = 200_000;

/** Runs everything; about a minute. */
export async function run(): Promise<readonly PointerCopyRow[]> {
  const rows: PointerCopyRow[] = [];
  for (const model of ['3390-1', '3390-3', '3390-9', '3390-A']) {
    rows.push(...shareRoots(model));
    globalThis.gc?.();
  }
  rows.push(discard());
  for (const count of [10, 256]) rows.push(group(count));
  enableMapSet();
  for (const [model, trackCount] of [
    ['3390-1', 16_695],
    ['3390-3', 50_085],
    ['3390-9', 150_255],
    ['3390-A', 17_730_090],
  ] as const) {
    rows.push(...peers(model, trackCount));
    globalThis.gc?.();
  }
  return rows;
}

function shareRoots(model: string): PointerCopyRow[] {
  const { subsystem, source, targets } = loadedSubsystem(model, TARGET_COUNT);
  const { directory } = subsystem.parts;
  const measureShare = (name: string): PointerCopyRow => {
    const figures = measure(name, {
      operations: TARGET_COUNT,
      // Every target gets a tree of its own, which the copy has to send to the release queue.
      before: () => {
        for (const { index } of targets) {
          directory.clear(index);
          subsystem.writeSignature(index, trackIndex(0), 1, 1);
        }
        drain(subsystem);
      },
      run: () => {
        for (const { index } of targets) directory.shareRoot(source.index, index);
      },
    });
    return { name, ...figures };
  };
  const rows = [measureShare(`${model}: share the root`)];
  for (let at = 0; at < 1_000; at += 1) {
    subsystem.retain(source.index, `held ${at}`);
    subsystem.writeSignature(source.index, trackIndex(at), at, 2);
  }
  rows.push(measureShare(`${model}: share the root, 1,000 snapshots there`));
  return rows;
}

function discard(): PointerCopyRow {
  const { subsystem, source, targets } = loadedSubsystem('3390-3', 1);
  const target = targets[0];
  if (target === undefined) throw new Error('no target');
  const wholeDevices = [{ source: source.index, target: target.index }];
  const name = '3390-3: discard a copy, foreground';
  let relation: Parameters<typeof subsystem.discard>[0] | undefined;
  const figures = measure(name, {
    operations: 1,
    rounds: 200,
    before: () => {
      const answer = subsystem.snapshot({ wholeDevices, background: 'none' });
      if (answer.kind === 'refused') throw new Error(answer.what);
      relation = answer.value.relations[0];
      subsystem.writeSignature(target.index, trackIndex(9), 1, 1);
    },
    run: () => {
      if (relation !== undefined) subsystem.discard(relation);
    },
    after: () => drain(subsystem),
  });
  return { name, ...figures };
}

/** The whole request: rules, pointers, relations with their journal records. */
function group(count: number): PointerCopyRow {
  const { subsystem, targets } = loadedSubsystem('3390-3', 2 * count);
  const wholeDevices = Array.from({ length: count }, (_, at) => {
    const [source, target] = [targets[at], targets[count + at]];
    if (source === undefined || target === undefined) throw new Error('no device');
    subsystem.writeSignature(source.index, trackIndex(5), 1, 1);
    return { source: source.index, target: target.index };
  });
  const name = `group of ${count} volumes, whole request`;
  const figures = measure(name, {
    operations: 1,
    rounds: 200,
    run: () => {
      const answer = subsystem.snapshot({ wholeDevices, background: 'none' });
      if (answer.kind === 'refused') throw new Error(answer.what);
    },
  });
  return { name, ...figures };
}

function peers(model: string, trackCount: number): PointerCopyRow[] {
  const rows: PointerCopyRow[] = [];
  const add = (peer: string, action: () => unknown, rounds = 15): void => {
    const name = `${model}: peer ${peer}`;
    const sink: unknown[] = [];
    const round = (): void => {
      sink[0] = action();
    };
    rows.push({ name, ...measure(name, { operations: 1, rounds, run: round }) });
  };
  const table = Uint32Array.from({ length: trackCount }, (_, at) => at);
  const kept = new Uint32Array(trackCount);
  add('typed array into a kept buffer', () => kept.set(table));
  add('typed array, fresh', () => table.slice());
  if (trackCount > PEER_TRACKS_MAX) return rows;
  const map = new Map(table.entries());
  add('Map copy', () => new Map(map));
  const array = produce([...table], () => undefined);
  add('Immer array, one change', () =>
    produce(array, (draft) => {
      draft[7] = 1;
    }),
  );
  const list = List(table);
  add('Immutable.List, one change', () => list.set(7, 1), 200);
  return rows;
}
