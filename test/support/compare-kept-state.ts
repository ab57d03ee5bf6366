/**
 * Compares everything that two keepers keep, word by word and field by field.
 *
 * @module
 */
import { inspect, isDeepStrictEqual } from 'node:util';
import { KEPT_BLOCK_WORDS, type KeptPart, type KeptWords } from '../../src/base/kept-state.ts';
import type { StateKeeper } from '../../src/store/state-keeper.ts';

/** How much was compared. */
export interface ComparedState {
  parts: number;
  words: number;
  records: number;
  entries: number;
  figures: number;
}

/** Nothing was compared yet. */
export function noState(): ComparedState {
  return { parts: 0, words: 0, records: 0, entries: 0, figures: 0 };
}

/**
 * Compares all parts.
 *
 * @param counts - Counts up what was compared.
 * @throws Error naming the part, and where in it the first difference is.
 */
export function compareKeptState(
  expected: StateKeeper,
  found: StateKeeper,
  counts: ComparedState,
): void {
  const names = [...expected.parts.keys()];
  if (!isDeepStrictEqual(names, [...found.parts.keys()])) throw new Error('parts have other names');
  for (const name of names) {
    const one = expected.parts.get(name) as KeptPart;
    const other = found.parts.get(name) as KeptPart;
    counts.parts += 1;
    if (one.kind === 'words' && other.kind === 'words') compareWords(one, other, counts);
    else comparePlain(name, plainOf(one, counts), plainOf(other, counts));
  }
}

function compareWords(expected: KeptWords, found: KeptWords, counts: ComparedState): void {
  const one = new Uint32Array(KEPT_BLOCK_WORDS);
  const other = new Uint32Array(KEPT_BLOCK_WORDS);
  const most = Math.max(expected.wordCount, found.wordCount);
  for (let block = 0; block * KEPT_BLOCK_WORDS < most; block += 1) {
    copyBlock(expected, block, one);
    copyBlock(found, block, other);
    for (let word = 0; word < KEPT_BLOCK_WORDS; word += 1) {
      if (one[word] === other[word]) continue;
      const at = block * KEPT_BLOCK_WORDS + word;
      throw new Error(`${expected.name}: word ${at} is ${one[word]}, but ${other[word]} came back`);
    }
    counts.words += KEPT_BLOCK_WORDS;
  }
}

/** Behind the last word in use everything is 0. */
function copyBlock(part: KeptWords, block: number, into: Uint32Array): void {
  if (block * KEPT_BLOCK_WORDS < part.wordCount) part.copyOut(block, into, 0);
  else into.fill(0);
}

function plainOf(part: KeptPart, counts: ComparedState): unknown {
  if (part.kind === 'records') {
    const records = [...part.entries()];
    counts.records += records.length;
    return records;
  }
  if (part.kind === 'entries') {
    const entries = new Map(Array.from(part.keys(), (key) => [key, part.save(key)] as const));
    counts.entries += entries.size;
    return entries;
  }
  counts.figures += 1;
  return part.kind === 'figures' ? part.save() : undefined;
}

function comparePlain(name: string, expected: unknown, found: unknown): void {
  if (isDeepStrictEqual(expected, found)) return;
  if (expected instanceof Map && found instanceof Map) {
    for (const key of new Set([...expected.keys(), ...found.keys()])) {
      comparePlain(`${name} ${key}`, expected.get(key), found.get(key));
    }
  }
  throw new Error(`${name}: ${inspect(expected)} came back as ${inspect(found)}`);
}
