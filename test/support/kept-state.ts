/**
 * Whether two machines are the same, as far as their kept state goes: every word of every table, every
 * record, every entry, every figure.
 *
 * @module
 */
import {
  KEPT_BLOCK_WORDS,
  type KeptEntries,
  type KeptPart,
  type KeptRecords,
  type KeptWords,
  type Plain,
} from '../../src/base/kept-state.ts';
import { samePlain } from '../../src/store/plain-bytes.ts';
import type { StateKeeper } from '../../src/store/state-keeper.ts';

/** What was compared, and where the two differ. */
export interface KeptComparison {
  readonly differences: readonly string[];
  /** Parts, and blocks, records, entries and figures among them. */
  readonly parts: number;
  readonly looked: number;
}

/** Compares what two keepers keep. Both have been asked for their changes before. */
export function compareKept(one: StateKeeper, other: StateKeeper): KeptComparison {
  const differences: string[] = [];
  let looked = 0;
  const names = new Set([...one.parts.keys(), ...other.parts.keys()]);
  for (const name of names) {
    const left = one.parts.get(name);
    const right = other.parts.get(name);
    if (left === undefined || right === undefined || left.kind !== right.kind) {
      differences.push(`${name}: not on both sides`);
      continue;
    }
    const pairs = [...valuesOf(left, right)];
    looked += pairs.length;
    for (const [key, value, expected] of pairs) {
      if (samePlain(value, expected)) continue;
      differences.push(`${name} ${key}: ${JSON.stringify(value)} and ${JSON.stringify(expected)}`);
    }
  }
  return { differences, parts: names.size, looked };
}

type Pair = readonly [key: string | number, one: Plain | undefined, other: Plain | undefined];

function* valuesOf(one: KeptPart, other: KeptPart): Generator<Pair> {
  if (one.kind === 'words') yield* blocksOf(one, other as KeptWords);
  else if (one.kind === 'records') yield* recordsOf(one, other as KeptRecords);
  else if (one.kind === 'entries') yield* entriesOf(one, other as KeptEntries);
  else yield ['all', one.save(), (other as typeof one).save()];
}

function* blocksOf(one: KeptWords, other: KeptWords): Generator<Pair> {
  const count = Math.ceil(Math.max(one.wordCount, other.wordCount) / KEPT_BLOCK_WORDS);
  for (let block = 0; block < count; block += 1) {
    yield [block, wordsOf(one, block), wordsOf(other, block)];
  }
}

/** Words of a block; behind the end of a table there are zeros. */
function wordsOf(part: KeptWords, block: number): readonly number[] {
  const words = new Uint32Array(KEPT_BLOCK_WORDS);
  if (block * KEPT_BLOCK_WORDS < part.wordCount) part.copyOut(block, words, 0);
  return [...words];
}

function* recordsOf(one: KeptRecords, other: KeptRecords): Generator<Pair> {
  const left = [...one.entries()];
  const right = [...other.entries()];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    yield [at, left[at] as unknown as Plain, right[at] as unknown as Plain];
  }
}

function* entriesOf(one: KeptEntries, other: KeptEntries): Generator<Pair> {
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    yield [key, one.save(key), other.save(key)];
  }
}
