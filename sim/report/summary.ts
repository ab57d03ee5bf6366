/**
 * What a timed run says as a whole: every figure of every variant with its confidence interval over
 * replications, and differences to the first variant in pairs, since replications share their random
 * numbers.
 *
 * @module
 */
import { addHistograms, seenQuantile } from '../record/histogram-record.ts';
import type { UnitRecord } from '../record/unit-record.ts';
import { type Estimate, estimateOf } from './estimate.ts';
import { FIGURES, type FigureUnit } from './figures.ts';
import type { TimedManifest } from './run-folder.ts';
import { type Variant, variantsOf } from './variant.ts';

/** Schema of `summary.json` of a timed run. */
export const TIMED_SUMMARY = 'vdasd.timed-summary/1';
/** Share of intervals that hold the true mean, if replications are independent and near normal. */
export const CONFIDENCE = 0.95;

/** One figure of one variant. */
export interface FigureSummary extends Estimate {
  readonly unit: FigureUnit;
  /** By replication. */
  readonly values: readonly number[];
}

/** Response times of one class in one phase, all replications pooled; nanoseconds. */
interface ResponseSummary {
  readonly phase: string;
  readonly loadClass: string;
  readonly operation: string;
  readonly count: number;
  readonly meanNanos: number;
  readonly p50Nanos: number | null;
  readonly p90Nanos: number | null;
  readonly p95Nanos: number | null;
  readonly p99Nanos: number | null;
  readonly p999Nanos: number | null;
  readonly maxNanos: number;
}

/** What the copies of a variant are worth. */
interface ConsistencySummary {
  readonly copies: number;
  readonly torn: number;
  /** Copies that were never physically separate from their source. */
  readonly neverSeparate: number;
  /** Copies whose side file was full at any time; `null` for methods without one. */
  readonly overflowed: number | null;
}

/** One variant. */
export interface VariantSummary {
  readonly label: string;
  readonly method: string;
  readonly point: UnitRecord['point'];
  readonly units: readonly string[];
  readonly witnesses: readonly string[];
  readonly copies: ConsistencySummary;
  /** By id of the figure; without those that the variant does not have. */
  readonly figures: { readonly [id: string]: FigureSummary };
  /** This variant less the first, pair by pair of replications; absent for the first itself. */
  readonly differences?: { readonly [id: string]: Estimate };
  readonly responses: readonly ResponseSummary[];
}

/** `summary.json`. */
export interface TimedSummary {
  readonly schema: typeof TIMED_SUMMARY;
  readonly scenario: TimedManifest['scenario'];
  readonly seed: number;
  readonly confidence: number;
  readonly variants: readonly VariantSummary[];
}

/** Sums up the units of a run. */
export function summarise(
  manifest: Pick<TimedManifest, 'scenario' | 'seed'>,
  units: readonly UnitRecord[],
): TimedSummary {
  const variants = variantsOf(units);
  return {
    schema: TIMED_SUMMARY,
    scenario: manifest.scenario,
    seed: manifest.seed,
    confidence: CONFIDENCE,
    variants: variants.map((variant, at) =>
      summariseVariant(variant, at === 0 ? undefined : variants[0]),
    ),
  };
}

function summariseVariant(variant: Variant, first: Variant | undefined): VariantSummary {
  const { label, method, point, units } = variant;
  return {
    label,
    method,
    point,
    units: units.map(({ id }) => id),
    witnesses: units.map(({ witness }) => witness),
    copies: summariseCopies(units),
    figures: summariseFigures(units),
    ...(first === undefined ? {} : { differences: summariseDifferences(variant, first) }),
    responses: summariseResponses(units),
  };
}

function summariseCopies(units: readonly UnitRecord[]): ConsistencySummary {
  const copies = units.flatMap(({ strategies }) => strategies);
  const count = (is: (copy: (typeof copies)[number]) => boolean): number =>
    copies.filter(is).length;
  return {
    copies: copies.length,
    torn: count(({ consistency }) => consistency.kind === 'torn'),
    neverSeparate: count(({ exposureNanos }) => exposureNanos === null),
    overflowed: copies.every(({ overflowed }) => overflowed === null)
      ? null
      : count(({ overflowed }) => overflowed === true),
  };
}

function summariseFigures(units: readonly UnitRecord[]): Readonly<Record<string, FigureSummary>> {
  const summaries = FIGURES.flatMap((figure): [string, FigureSummary][] => {
    const values = units.flatMap((unit) => figure.of(unit) ?? []);
    // A mean over those replications that happen to have the figure would lean to one side.
    if (values.length < units.length) return [];
    return [[figure.id, { unit: figure.unit, ...estimateOf(values, CONFIDENCE), values }]];
  });
  return Object.fromEntries(summaries);
}

function summariseDifferences(
  variant: Variant,
  first: Variant,
): Readonly<Record<string, Estimate>> {
  const differences = FIGURES.flatMap((figure): [string, Estimate][] => {
    const values = variant.units.flatMap((unit) => {
      const pair = first.units.find(({ replication }) => replication === unit.replication);
      const own = figure.of(unit);
      const other = pair === undefined ? null : figure.of(pair);
      return own === null || other === null ? [] : [own - other];
    });
    return values.length === 0 ? [] : [[figure.id, estimateOf(values, CONFIDENCE)]];
  });
  return Object.fromEntries(differences);
}

function summariseResponses(units: readonly UnitRecord[]): readonly ResponseSummary[] {
  const records = units.flatMap(({ measures }) => measures.responses);
  const keys = new Map(
    records.map((one) => [`${one.phase}\n${one.loadClass}\n${one.operation}`, one] as const),
  );
  return [...keys.values()].map(({ phase, loadClass, operation }) => {
    const times = addHistograms(
      records
        .filter((one) => one.phase === phase && one.loadClass === loadClass)
        .filter((one) => one.operation === operation)
        .map(({ response }) => response),
    );
    return {
      phase,
      loadClass,
      operation,
      count: times.count,
      meanNanos: times.meanNanos,
      p50Nanos: seenQuantile(times, 0.5),
      p90Nanos: seenQuantile(times, 0.9),
      p95Nanos: seenQuantile(times, 0.95),
      p99Nanos: seenQuantile(times, 0.99),
      p999Nanos: seenQuantile(times, 0.999),
      maxNanos: times.maxNanos,
    };
  });
}
