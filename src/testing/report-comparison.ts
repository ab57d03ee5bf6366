/**
 * Comparing what an engine tells of differences and series with what the twin knows.
 *
 * @module
 */
import type { CopyEngine, SeriesReport } from './copy-engine.ts';
import { mismatch } from './model-mismatch.ts';
import type { NaiveTwin } from './naive-twin.ts';
import { formatRange } from './operation.ts';
import { tracksOf } from './track-ranges.ts';

/** What changed since a point, against the least and the most that may have. @returns In words. */
export function compareDifference(
  engine: CopyEngine,
  twin: NaiveTwin,
  from: number,
  to: number | undefined,
): string {
  const changed = engine.changedTracks?.(from, to) ?? [];
  const named = new Set(tracksOf(changed));
  for (const track of tracksOf(twin.changedTracks(from, to))) {
    if (!named.has(track)) mismatch(`track ${track} differs from point ${from}, but is not named`);
  }
  const touched = new Set(tracksOf(twin.touchedTracks(from)));
  for (const track of named) {
    if (!touched.has(track)) mismatch(`track ${track} is named as changed since point ${from}`);
  }
  return changed.length === 0 ? 'nothing' : changed.map(formatRange).join(', ');
}

/** State of a series, and one of the conflicts that its first disturbance hit. @returns In words. */
export function compareSeries(engine: CopyEngine, twin: NaiveTwin, series: number): string {
  const answer = engine.seriesReport?.(series);
  if (answer === undefined) return 'not told';
  const { open } = twin.seriesReport(series);
  if (answer.open !== open) mismatch(`series ${series} is reported open: ${answer.open}`);
  const conflicts = twin.conflicts(series).map(formatConflict);
  const shown = formatConflict(answer.conflict);
  const isRight =
    conflicts.length === 0 ? answer.conflict === undefined : conflicts.includes(shown);
  if (!isRight) {
    const [first = 'no conflict'] = conflicts;
    mismatch(`series ${series} is reported with ${shown}, not ${first}`);
  }
  return `${open ? 'open' : 'closed'}, ${shown}`;
}

function formatConflict(conflict: SeriesReport['conflict']): string {
  if (conflict === undefined) return 'no conflict';
  return `a conflict at device ${conflict.device} track ${conflict.track}, ${conflict.side} side`;
}
