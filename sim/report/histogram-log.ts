/**
 * Response times as a log of HDR histograms, version 1.3 of the format, and as percentile
 * distributions, for the tools that read and draw them.
 *
 * The log has one line for every phase, class and operation, tagged `phase.class.operation`; values are
 * whole nanoseconds with three significant digits. Logs of several units can be added up line by line.
 *
 * @module
 */
import { build, HistogramLogWriter } from 'hdr-histogram-js';
import { addHistograms } from '../record/histogram-record.ts';
import type {
  HistogramRecord,
  PhaseSpan,
  ResponseRecord,
  UnitMeasures,
} from '../record/unit-measures.ts';

const NANOS_PER_SECOND = 1e9;
const NANOS_PER_MILLISECOND = 1e6;
const DIGITS = 3;
/** Lines of a distribution until the distance to 100 % has halved, as the format has it. */
const TICKS_PER_HALF = 5;
/** Largest value at first; the histogram grows when one is larger. */
const HIGHEST_AT_FIRST = 1e9;

/** The log of a unit. */
export function histogramLog(unit: string, measures: UnitMeasures): string {
  const lines: string[] = [];
  const writer = new HistogramLogWriter((text) => {
    lines.push(text);
  });
  writer.outputLogFormatVersion();
  writer.outputComment(
    `[vdasd response times of ${unit}, nanoseconds; tag: phase.class.operation]`,
  );
  writer.outputLegend();
  for (const record of measures.responses) {
    const span = spanOf(measures.phases, record.phase);
    const histogram = hdrHistogram(record.response);
    histogram.tag = histogramTag(record);
    writer.outputIntervalHistogram(
      histogram,
      span.startNanos / NANOS_PER_SECOND,
      span.endNanos / NANOS_PER_SECOND,
      NANOS_PER_MILLISECOND,
    );
  }
  return lines.join('');
}

/**
 * The percentile distribution of every phase, all classes and operations together, in milliseconds:
 * what the plotters of HDR histograms draw. By phase, in the form that a file may be named after.
 */
export function percentileDistributions(
  measures: UnitMeasures,
): readonly { readonly phase: string; readonly text: string }[] {
  const phases = [...new Set(measures.responses.map(({ phase }) => phase))];
  return phases.map((phase) => {
    const own = measures.responses.filter((record) => record.phase === phase);
    const histogram = hdrHistogram(addHistograms(own.map(({ response }) => response)));
    const text = histogram.outputPercentileDistribution(TICKS_PER_HALF, NANOS_PER_MILLISECOND);
    return { phase: plainName(phase), text };
  });
}

/** Tag of a line: what the log format separates by stands in no name. */
export function histogramTag(record: ResponseRecord): string {
  return [record.phase, record.loadClass, record.operation].map(plainName).join('.');
}

function plainName(name: string): string {
  return name.replaceAll(/[\s,.=/\\]+/g, '-');
}

function hdrHistogram({ values, counts }: HistogramRecord): ReturnType<typeof build> {
  const histogram = build({
    bitBucketSize: 64,
    autoResize: true,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_AT_FIRST,
    numberOfSignificantValueDigits: DIGITS,
  });
  for (const [at, value] of values.entries()) {
    histogram.recordValueWithCount(Math.round(value), counts[at] ?? 0);
  }
  return histogram;
}

/** From the first beginning of a phase to its last end. */
function spanOf(
  phases: readonly PhaseSpan[],
  name: string,
): { readonly startNanos: number; readonly endNanos: number } {
  const own = phases.filter(({ phase }) => phase === name);
  return { startNanos: own[0]?.startNanos ?? 0, endNanos: own.at(-1)?.endNanos ?? 0 };
}
