/**
 * The entries about deleted space: `scratch`, `release`, `undoRelease`.
 *
 * @module
 */
import {
  type DataProcessor,
  deviceNumber,
  formatDeviceNumber,
  IntervalReleaseJob,
  nanos,
  type Refusal,
  refuse,
  ScratchJob,
  type ScratchResult,
  type VolumeRelease,
} from '../../src/index.ts';
import { type EntryMachine, type EntryStep, ended } from './entry-machine.ts';
import type { Laboratory } from './laboratory.ts';
import { formatBytes, formatCount } from './quantity.ts';
import type { EntryOf } from './scenario.ts';

/** A message of a release that can be undone. */
interface UndoableRelease {
  readonly host: DataProcessor;
  readonly subsystem: string;
  readonly token: Uint8Array;
}

/** Releases by the names that a scenario gave them. */
export type ReleaseNames = Map<string, readonly UndoableRelease[]>;

/** The machine of a `scratch`. */
export function scratchEntry(laboratory: Laboratory, entry: EntryOf<'scratch'>): EntryMachine {
  const { host, volume, dataSet, release } = entry.fields;
  const job = new ScratchJob(laboratory.host(host), { volser: volume, dataSets: dataSet, release });
  const step = (): EntryStep => {
    const done = job.step();
    return done.kind === 'done' ? afterScratch(laboratory, done.value) : done;
  };
  return { title: `scratch ${dataSet.join(', ')} on ${volume}`, step };
}

function afterScratch(laboratory: Laboratory, result: ScratchResult): EntryStep {
  const { volser, ranges, metadata, released, notReleased } = result;
  const written = metadata.writes.map(({ track }) => ({ first: track, count: 1 }));
  laboratory.noteWrites(volser, [...ranges, ...written]);
  const tracks = ranges.reduce((sum, { count }) => sum + count, 0);
  const figures = {
    volume: volser,
    dataSets: result.dataSets.map(({ name }) => name),
    tracks,
    releasedTracks: released?.tracks ?? 0,
    releasedBytes: released?.bytes ?? 0,
    notReleased: notReleased?.code ?? null,
  };
  const names = formatCount(result.dataSets.length, 'data set');
  return ended(figures, [
    `${names} of ${formatCount(tracks, 'track')} scratched on ${volser}, ` +
      (released === undefined
        ? `nothing released${notReleased === undefined ? '' : ` (${notReleased.limit})`}`
        : `${formatCount(released.tracks, 'track')} released, ${formatBytes(released.bytes)} held by nobody else`),
  ]);
}

/** The machine of a `release`: every volume on its own, left alone where that is safer. */
export function releaseEntry(
  laboratory: Laboratory,
  entry: EntryOf<'release'>,
  releases: ReleaseNames,
): EntryMachine {
  const { volume, exclude, emptyVolumes, dryRun, hold, as } = entry.fields;
  const host = laboratory.host(entry.fields.host);
  const isAll = volume.includes('all');
  const job = new IntervalReleaseJob(host, {
    ...(isAll ? {} : { volumes: volume }),
    exclude,
    emptyVolumes,
    dryRun,
    ...(hold === undefined ? {} : { hold: nanos(hold) }),
  });
  const step = (): EntryStep => {
    const done = job.step();
    if (done.kind !== 'done') return done;
    const [only] = done.value;
    // Somebody who names one volume is to know why it was left alone.
    if (!isAll && done.value.length === 1 && only?.kind === 'leftAlone') return only.why;
    if (!dryRun) noteReleased(laboratory, done.value);
    if (as !== undefined) {
      const undoable = done.value.flatMap((one) =>
        one.kind === 'released'
          ? one.undoTokens.map((token) => ({ host, subsystem: one.subsystem, token }))
          : [],
      );
      releases.set(as, undoable);
    }
    return conclude(done.value, dryRun);
  };
  return { title: `release ${volume.join(', ')}${dryRun ? ' (dry run)' : ''}`, step };
}

function conclude(volumes: readonly VolumeRelease[], dryRun: boolean): EntryStep {
  const released = volumes.filter((one) => one.kind === 'released');
  const alone = volumes.filter((one) => one.kind === 'leftAlone');
  const figures = {
    dryRun,
    tracks: released.reduce((sum, one) => sum + one.tracks, 0),
    bytes: released.reduce((sum, one) => sum + one.bytes, 0),
    volumes: released.map((one) => ({
      volume: one.volser,
      device: formatDeviceNumber(deviceNumber(one.device)),
      stretches: one.ranges.length,
      tracks: one.tracks,
      bytes: one.bytes,
    })),
    leftAlone: alone.map(({ volser, why }) => ({ volume: volser, code: why.code })),
  };
  const would = dryRun ? 'would be ' : '';
  return ended(figures, [
    ...released.map(
      ({ volser, tracks, bytes }) =>
        `${volser}: ${formatCount(tracks, 'track')} ${would}released, ` +
        `${formatBytes(bytes)} held by nobody else`,
    ),
    ...alone.map(({ volser, why }) => `${volser} left alone: ${why.code}, ${why.limit}`),
  ]);
}

/** The machine of an `undoRelease`: one message for each that released something. */
export function undoReleaseEntry(
  entry: EntryOf<'undoRelease'>,
  releases: ReleaseNames,
): EntryMachine {
  const { release } = entry.fields;
  let at = 0;
  let tracks = 0;
  let changedTracks = 0;
  const step = (): EntryStep => {
    const undoable = releases.get(release);
    if (undoable === undefined) return refuseNotMade(release);
    const next = undoable[at];
    if (next === undefined) {
      return ended({ release, tracks, changedTracks }, [
        `${formatCount(tracks, 'track')} of ${release} are back` +
          (changedTracks === 0 ? '' : `, ${formatCount(changedTracks, 'track')} changed since`),
      ]);
    }
    const answer = next.host.exchange(next.subsystem, {
      kind: 'undoRelease',
      undoToken: next.token,
    });
    if (answer.kind !== 'done') return answer;
    if (answer.value.kind === 'releaseUndone') {
      tracks += answer.value.tracks;
      changedTracks += answer.value.changedTracks;
    }
    at += 1;
    return { kind: 'again' };
  };
  return { title: `undo release ${release}`, step };
}

function noteReleased(laboratory: Laboratory, volumes: readonly VolumeRelease[]): void {
  for (const one of volumes) {
    if (one.kind === 'released') laboratory.noteWrites(one.volser, one.ranges);
  }
}

function refuseNotMade(release: string): Refusal {
  return refuse('HOLD_UNKNOWN', {
    what: `release ${release}`,
    limit: 'it was not made',
    fix: 'release before',
  });
}
