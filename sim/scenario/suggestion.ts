/**
 * "Did you mean …?": the known word nearest to a mistyped one.
 *
 * @module
 */

/**
 * The nearest of `known` by edit distance, if it is near enough to be what was meant: at most a third
 * of the longer word differs (at least one letter), case ignored.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    const limit = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
    if (distance <= limit && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Known words that a fix lists. */
const SHOWN_MAX = 60;

/** The fix for an unknown word: the nearest known one, or all of them when none is near. */
export function suggest(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== undefined) return `did you mean '${near}'?`;
  if (known.length === 0) return 'none is defined here';
  const rest = known.length > SHOWN_MAX ? `, and ${known.length - SHOWN_MAX} more` : '';
  return `known here: ${known.slice(0, SHOWN_MAX).join(', ')}${rest}`;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
export function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      let cost = Math.min(
        (rows[row - 1]?.[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (rows[row - 1]?.[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && isSwap) {
        cost = Math.min(cost, (rows[row - 2]?.[column - 2] ?? 0) + 1);
      }
      line.push(cost);
    }
    rows.push(line);
  }
  return rows[from.length]?.[to.length] ?? 0;
}
