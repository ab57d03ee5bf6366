/**
 * The keys of a DiskSim block, taken one by one: numbers, words and lists with the line on which
 * they stand, and a list of the keys that nobody asked for.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import type { DiskSimBlock, DiskSimValue } from './disksim-blocks.ts';

/** Reads the fields of one block and remembers which were read. */
export class DiskSimFields {
  readonly block: DiskSimBlock;
  readonly #asked = new Set<string>();

  constructor(block: DiskSimBlock) {
    this.block = block;
  }

  has(key: string): boolean {
    return this.block.fields.has(key);
  }

  /** A number that has to be there. @throws InputError CONFIGURATION_INVALID */
  number(key: string): number {
    return this.#toNumber(key, this.value(key));
  }

  /** A number, or another one where the key is left out. */
  numberOr(key: string, otherwise: number): number {
    return this.has(key) ? this.number(key) : otherwise;
  }

  /** 0 or 1. */
  flag(key: string): boolean {
    return this.number(key) !== 0;
  }

  flagOr(key: string, otherwise: boolean): boolean {
    return this.has(key) ? this.flag(key) : otherwise;
  }

  /** A word that has to be there. */
  word(key: string): string {
    const value = this.value(key);
    if (value.kind !== 'word') this.fail(key, value.line, 'it has to be one word');
    return value.text;
  }

  /** A list of numbers; none where the key is left out. */
  numbers(key: string): readonly number[] {
    if (!this.has(key)) return [];
    return this.list(key).map((value) => this.#toNumber(key, value));
  }

  /** A list. */
  list(key: string): readonly DiskSimValue[] {
    const value = this.value(key);
    if (value.kind !== 'list') this.fail(key, value.line, 'it has to be a list in brackets');
    return value.values;
  }

  /** A value of any kind that has to be there. */
  value(key: string): DiskSimValue {
    this.#asked.add(key);
    const value = this.block.fields.get(key);
    if (value === undefined) {
      this.fail(key, this.block.line, `a ${this.block.type} block needs it`, 'is missing');
    }
    return value;
  }

  /** Keys known to change no service time, or that only another part reads. */
  passOver(keys: readonly string[]): void {
    for (const key of keys) this.#asked.add(key);
  }

  /** Keys that nobody asked for, in the order of the file. */
  unused(): readonly string[] {
    return [...this.block.fields.keys()].filter((key) => !this.#asked.has(key));
  }

  /** Refuses the block because of a key. */
  fail(key: string, line: number, limit: string, problem = 'cannot be used'): never {
    throw new InputError('CONFIGURATION_INVALID', {
      what: `'${key}' ${problem}`,
      place: { file: this.block.file, line },
      limit,
      fix: 'correct the description of the drive, or take it out of the folder',
    });
  }

  #toNumber(key: string, value: DiskSimValue): number {
    const number = value.kind === 'word' ? Number(value.text) : Number.NaN;
    if (!Number.isFinite(number)) this.fail(key, value.line, 'it has to be a number');
    return number;
  }
}
