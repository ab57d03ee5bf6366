/**
 * The figures by which methods are compared: what each is called, its unit, and how a unit gives it.
 *
 * A unit with several copies counts with their mean (peaks: with the largest), so that a day of hourly
 * backups can be set beside a single one.
 *
 * @module
 */
import { addHistograms, seenQuantile } from '../record/histogram-record.ts';
import type { StrategyFigures } from '../record/strategy-figures.ts';
import { AFTER, BEFORE, DURING, type HistogramRecord, WARM_UP } from '../record/unit-measures.ts';
import type { UnitRecord } from '../record/unit-record.ts';

/** Unit of a figure: decides how it is shown. */
export type FigureUnit = 'ns' | 'B' | 'count' | '1/s' | 'ratio';

/** A figure of a unit. */
export interface Figure {
  /** Key in `summary.json`. */
  readonly id: string;
  /** For people, without the unit. */
  readonly label: string;
  /** Title of a column. */
  readonly short: string;
  readonly unit: FigureUnit;
  /** What it says, in a sentence. */
  readonly meaning: string;
  readonly group: 'copy' | 'response' | 'load';
  /** `null` where the unit has nothing of the kind. */
  readonly of: (unit: UnitRecord) => number | null;
}

const NANOS_PER_SECOND = 1e9;

/** All figures, in the order of tables. */
export const FIGURES: readonly Figure[] = Object.freeze([
  copy(
    'elapsed',
    'Elapsed time',
    'elapsed',
    'ns',
    'From the request until the method is done.',
    (one) => one.elapsedNanos,
  ),
  copy(
    'sourceHeld',
    'Source held',
    'held',
    'ns',
    'How long hosts could not write to the source.',
    (one) => one.sourceHeldNanos,
  ),
  copy(
    'processor',
    'Host processor time',
    'host CPU',
    'ns',
    'Processor time that the copy cost the hosts.',
    (one) => one.processorNanos,
  ),
  copy(
    'messages',
    'Messages',
    'messages',
    'count',
    'Messages that made the copy.',
    (one) => one.messages,
  ),
  copy(
    'channelPrograms',
    'Channel programs',
    'programs',
    'count',
    'Channel programs that hosts started for the copy.',
    (one) => one.channelPrograms,
  ),
  copy(
    'channelBytes',
    'Bytes over channels',
    'channels',
    'B',
    'Bytes of the copy over the channels, both ways.',
    (one) => one.channelBytesIn + one.channelBytesOut,
  ),
  copy(
    'driveReadBytes',
    'Bytes read from drives',
    'drives read',
    'B',
    'Bytes that the copy read from drives.',
    (one) => one.driveReadBytes,
  ),
  copy(
    'driveWriteBytes',
    'Bytes written to drives',
    'drives written',
    'B',
    'Bytes that the copy wrote to drives.',
    (one) => one.driveWriteBytes,
  ),
  copy(
    'linkBytes',
    'Bytes over the link',
    'link',
    'B',
    'Bytes that crossed the link to the dump target.',
    (one) => one.linkBytes,
  ),
  peak(
    'peakSpace',
    'Space at peak',
    'peak space',
    'B',
    'Most space beyond what was stored when the copy began.',
    (one) => one.peakSpaceBytes,
  ),
  copy(
    'copiedTracks',
    'Tracks copied',
    'copied',
    'count',
    'Tracks that were physically copied.',
    (one) => one.copiedTracks,
  ),
  copy(
    'tornTracks',
    'Tracks not of one instant',
    'torn',
    'count',
    'Tracks of the copy less the most that show one instant, proved against the twin.',
    (one) => (one.consistency.kind === 'torn' ? one.consistency.tornTracks : 0),
  ),
  copy(
    'exposure',
    'Exposure',
    'exposure',
    'ns',
    'From the request until the copy is physically separate from its source; none: never.',
    (one) => one.exposureNanos,
  ),
  copy(
    'lostData',
    'Lost-data window',
    'lost data',
    'ns',
    'Age of the point in time when the copy becomes usable.',
    (one) => one.lostDataNanos,
  ),
  peak(
    'sideFilePeak',
    'Side file at peak',
    'side file',
    'B',
    'Most bytes of before-images that waited.',
    (one) => one.sideFilePeakBytes,
  ),
  copy(
    'firstTouchCopies',
    'First-touch copies',
    'first touch',
    'count',
    'Old tracks copied because a host changed them first.',
    (one) => one.firstTouchCopies,
  ),
  ...[BEFORE, DURING, AFTER].flatMap((phase) => [
    response(phase, 'mean', 'Mean response', meanOf),
    response(phase, 'p50', 'Median response', (times) => seenQuantile(times, 0.5)),
    response(phase, 'p95', 'Response p95', (times) => seenQuantile(times, 0.95)),
    response(phase, 'p99', 'Response p99', (times) => seenQuantile(times, 0.99)),
  ]),
  {
    id: 'throughput',
    label: 'Requests completed',
    short: 'requests/s',
    unit: '1/s',
    meaning: 'Requests completed a second of simulated time, warm-up left out.',
    group: 'load',
    of: (unit: UnitRecord) => {
      const nanos = unit.measures.phases
        .filter(({ phase }) => phase !== WARM_UP)
        .reduce((sum, { startNanos, endNanos }) => sum + endNanos - startNanos, 0);
      const { count } = responseOf(unit);
      return nanos === 0 || count === 0 ? null : (count * NANOS_PER_SECOND) / nanos;
    },
  },
  {
    id: 'hitRatio',
    label: 'Cache hit ratio',
    short: 'hits',
    unit: 'ratio',
    meaning: 'Share of requests served from the cache, warm-up left out.',
    group: 'load',
    of: (unit: UnitRecord) => {
      const measured = unit.measures.responses.filter(({ phase }) => phase !== WARM_UP);
      const count = measured.reduce((sum, one) => sum + one.response.count, 0);
      return count === 0 ? null : measured.reduce((sum, one) => sum + one.hits, 0) / count;
    },
  },
] satisfies readonly Figure[]);

/** The figure of an id. */
export function figureOf(id: string): Figure | undefined {
  return FIGURES.find((figure) => figure.id === id);
}

/** Response times of one phase, or of all but the warm-up; of one class, or of all. */
export function responseOf(
  { measures }: UnitRecord,
  phase?: string,
  loadClass?: string,
): HistogramRecord {
  return addHistograms(
    measures.responses
      .filter((one) => (phase === undefined ? one.phase !== WARM_UP : one.phase === phase))
      .filter((one) => loadClass === undefined || one.loadClass === loadClass)
      .map((one) => one.response),
  );
}

function copy(
  id: string,
  label: string,
  short: string,
  unit: FigureUnit,
  meaning: string,
  of: (figures: StrategyFigures) => number | null,
): Figure {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return { id, label, short, unit, meaning, group: 'copy', of: overCopies(of, mean) };
}

function peak(
  id: string,
  label: string,
  short: string,
  unit: FigureUnit,
  meaning: string,
  of: (figures: StrategyFigures) => number | null,
): Figure {
  const most = (values: readonly number[]): number => Math.max(...values);
  return { id, label, short, unit, meaning, group: 'copy', of: overCopies(of, most) };
}

/** One number for all copies of a unit; none as soon as one copy has none. */
function overCopies(
  of: (figures: StrategyFigures) => number | null,
  together: (values: readonly number[]) => number,
): Figure['of'] {
  return ({ strategies }) => {
    const values = strategies.flatMap((one) => of(one) ?? []);
    return values.length === 0 || values.length < strategies.length ? null : together(values);
  };
}

function meanOf(times: HistogramRecord): number | null {
  return times.count === 0 ? null : times.meanNanos;
}

function response(
  phase: string,
  id: string,
  label: string,
  of: (times: HistogramRecord) => number | null,
): Figure {
  return {
    id: `response.${phase}.${id}`,
    label: `${label}, ${phase}`,
    short: `${id} ${phase}`,
    unit: 'ns',
    meaning: `Of requests that arrived ${phase} the copy, all classes together.`,
    group: 'response',
    of: (unit) => of(responseOf(unit, phase)),
  };
}
