/**
 * The entries that let the back end work: `background`, `scrub`, `collect`, `destage`.
 *
 * @module
 */
import { type ScrubState, waiting } from '../../src/index.ts';
import { ownerOf } from './drive-entries.ts';
import { type EntryMachine, type EntryStep, ended, failed, oneStep } from './entry-machine.ts';
import type { BackgroundWork, Laboratory } from './laboratory.ts';
import { formatCount, formatNumber } from './quantity.ts';
import { addFigures, type Figures } from './run-record.ts';
import type { EntryOf } from './scenario.ts';

/** The machine of a `background`: steps of work until nothing is left of what was asked for. */
export function backgroundEntry(
  laboratory: Laboratory,
  entry: EntryOf<'background'>,
): EntryMachine {
  const { until, limit } = entry.fields;
  const tracks = entry.fields.tracks ?? laboratory.scenario.tracksPerInquiry;
  let steps = 0;
  let sum: Figures = {};
  const isDone = (work: BackgroundWork): boolean =>
    until === 'once' || (until === 'idle' ? work.isIdle : !laboratory.isRebuilding());
  const step = (): EntryStep => {
    if (limit !== undefined && steps >= limit) {
      return failed('timeout', {
        what: `background work is not ${until} after ${formatCount(steps, 'step')}`,
        limit: `the entry gives up after ${limit}`,
        fix: 'raise limit or tracks',
      });
    }
    const work = laboratory.work(tracks);
    steps += 1;
    sum = addFigures(sum, work.figures);
    if (isDone(work)) return ended({ steps, ...sum }, [describeWork(steps, sum)]);
    return work.isMoved
      ? { kind: 'again' }
      : waiting('background', `work that is not ${until} stands still`);
  };
  return { title: `background ${until === 'once' ? 'step' : `until ${until}`}`, step };
}

const WORK_WORDS: readonly (readonly [figure: string, words: string])[] = [
  ['copied', 'tracks copied'],
  ['destaged', 'cylinders destaged'],
  ['rebuilt', 'cylinders rebuilt'],
  ['scrubbed', 'cylinders scrubbed'],
  ['collected', 'cylinders collected'],
  ['moved', 'tracks moved'],
  ['releasedSlots', 'slots released'],
];

function describeWork(steps: number, figures: Figures): string {
  const done = WORK_WORDS.flatMap(([figure, words]) => {
    const count = figures[figure] ?? 0;
    return count === 0 ? [] : [`${formatNumber(count)} ${words}`];
  });
  return `${formatCount(steps, 'step')}: ${done.length === 0 ? 'nothing to do' : done.join(', ')}`;
}

/** The machine of a `scrub`: one pass over every cylinder. */
export function scrubEntry(laboratory: Laboratory, entry: EntryOf<'scrub'>): EntryMachine {
  const tracks = entry.fields.tracks ?? laboratory.scenario.tracksPerInquiry;
  let before: ScrubState | undefined;
  const step = (): EntryStep => {
    const { drives } = ownerOf(laboratory, entry.fields.subsystem).subsystem;
    if (before === undefined) {
      before = drives.scrubState();
      drives.requestScrub();
    }
    const isMoved = laboratory.pump(tracks);
    const now = drives.scrubState();
    if (now.state !== 'requested') {
      const verified = now.verified - before.verified;
      const faulty = now.faulty - before.faulty;
      const evacuated = now.evacuated - before.evacuated;
      return ended({ verified, faulty, evacuated }, [
        `${formatCount(verified, 'cylinder')} verified, ` +
          (faulty === 0 ? 'nothing wrong' : `${faulty} faulty, ${evacuated} emptied`),
      ]);
    }
    return isMoved ? { kind: 'again' } : waiting('background', 'the scrub stands still');
  };
  return { title: 'scrub', step };
}

/** The machine of a `collect`. */
export function collectEntry(laboratory: Laboratory, entry: EntryOf<'collect'>): EntryMachine {
  const { group, cylinders } = entry.fields;
  const title =
    cylinders === undefined ? 'collect' : `collect ${formatCount(cylinders, 'cylinder')}`;
  return oneStep(title, (): EntryStep => {
    const { subsystem } = ownerOf(laboratory, entry.fields.subsystem);
    const before = subsystem.capacity();
    const collected = subsystem.drives.collect({
      ...(group === undefined ? {} : { group }),
      ...(cylinders === undefined ? {} : { cylinders }),
    });
    if (collected.kind === 'refused') return collected;
    const after = subsystem.capacity();
    const freed = after.freeCylinders - before.freeCylinders;
    const { cylinders: emptied, tracks } = collected.value;
    return ended({ cylinders: emptied, tracks, freedCylinders: freed }, [
      `${formatCount(emptied, 'cylinder')} emptied, ` +
        `${formatCount(tracks, 'track')} moved, ` +
        `${formatCount(after.freeCylinders, 'free cylinder')} now`,
    ]);
  });
}

/** The machine of a `destage`: what a power warning does. */
export function destageEntry(laboratory: Laboratory, entry: EntryOf<'destage'>): EntryMachine {
  const { subsystem } = entry.fields;
  return oneStep('destage', (): EntryStep => {
    const chosen = laboratory.subsystems.filter((one) => (subsystem ?? one.name) === one.name);
    for (const one of chosen) one.subsystem.drives.closeOpen();
    return ended({ subsystems: chosen.length });
  });
}
