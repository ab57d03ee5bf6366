/**
 * What a run shows, in a few sentences made from its figures alone.
 *
 * @module
 */

import { figureText } from './figure-text.ts';
import { figureOf } from './figures.ts';
import type { TimedSummary, VariantSummary } from './summary.ts';

/** Share by which figures may differ and still be named together. */
const NEAR = 0.02;

/** Sentences for people; none where there is nothing to compare. */
export function findings({ variants }: TimedSummary): readonly string[] {
  if (variants.length < 2) return [];
  return [
    ...extremes(variants, 'elapsed', 'Done soonest', 'latest'),
    ...extremes(variants, 'sourceHeld', 'Source held least', 'longest'),
    ...extremes(variants, 'channelBytes', 'Fewest bytes over the channels', 'most'),
    ...extremes(
      variants,
      'response.during.p95',
      'Lowest 95th percentile of response during the copy',
      'highest',
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
  const means = seen.map(({ mean }) => mean);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  if (isNear(low, high)) return [];
  const at = (extreme: number): string => {
    const names = seen.filter(({ mean }) => isNear(mean, extreme)).map(({ label }) => label);
    return `${names.join(', ')} (${figureText(extreme, unit)})`;
  };
  return [`${least}: ${at(low)}; ${most}: ${at(high)}.`];
}

/** Whether two figures differ so little that neither deserves to be named before the other. */
function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= NEAR * Math.max(Math.abs(one), Math.abs(other));
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
