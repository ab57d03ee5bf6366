/**
 * What a run shows, in a few sentences made from its figures alone.
 *
 * @module
 */

import { figureText } from './figure-text.ts';
import { figureOf } from './figures.ts';
import type { TimedSummary, VariantSummary } from './summary.ts';

/** Sentences for people; none where there is nothing to compare. */
export function findings({ variants }: TimedSummary): readonly string[] {
  if (variants.length < 2) return [];
  return [
    ...extremes(variants, 'elapsed', 'was done soonest', 'took longest'),
    ...extremes(variants, 'sourceHeld', 'kept hosts from the source least', 'most'),
    ...extremes(variants, 'channelBytes', 'moved the fewest bytes over the channels', 'the most'),
    ...extremes(
      variants,
      'response.during.p95',
      'slowed requests least (95th percentile during the copy)',
      'most',
    ),
    ...tornSentence(variants),
    ...exposureSentence(variants),
  ];
}

function extremes(
  variants: readonly VariantSummary[],
  id: string,
  least: string,
  most: string,
): readonly string[] {
  const unit = figureOf(id)?.unit ?? 'count';
  const seen = variants.flatMap(({ label, figures }) => {
    const own = figures[id];
    return own === undefined ? [] : [{ label, mean: own.mean }];
  });
  // A method without the figure might be the least or the most of all.
  if (seen.length < variants.length) return [];
  const sorted = seen.toSorted((one, other) => one.mean - other.mean);
  const [first] = sorted;
  const last = sorted.at(-1);
  if (first === undefined || last === undefined || first.mean === last.mean) return [];
  const text = (one: typeof first): string => `${one.label} (${figureText(one.mean, unit)})`;
  return [`${text(first)} ${least}, ${text(last)} ${most}.`];
}

function tornSentence(variants: readonly VariantSummary[]): readonly string[] {
  const withCopies = variants.filter(({ copies }) => copies.copies > 0);
  const torn = withCopies.filter(({ copies }) => copies.torn > 0);
  if (withCopies.length === 0) return [];
  if (torn.length === 0)
    return ['Every copy shows its source at one instant, proved track by track.'];
  const names = torn.map(({ label, figures }) => {
    const tracks = figures['tornTracks'];
    return tracks === undefined ? label : `${label} (${figureText(tracks.mean, 'count')} tracks)`;
  });
  return [
    `Torn, that is without one instant that all tracks show: ${names.join(', ')}. ` +
      'All others show their source at one instant, proved track by track.',
  ];
}

function exposureSentence(variants: readonly VariantSummary[]): readonly string[] {
  const never = variants.filter(({ copies }) => copies.neverSeparate > 0).map(({ label }) => label);
  return never.length === 0
    ? []
    : [
        `Never physically separate from the source: ${never.join(', ')}; a damaged source damages it too.`,
      ];
}
