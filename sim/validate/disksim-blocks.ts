/**
 * The block language in which DiskSim describes drives: `type name { key = value, ... }`, lists in
 * brackets, blocks as values, `source file` in place of a block, comments from `#` on.
 *
 * Its files are read as they are, so that any drive that somebody has measured can be compared.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';

/** A value: a number or word as text, a list, a block, or the name of a file that holds the block. */
export type DiskSimValue =
  | { readonly kind: 'word'; readonly text: string; readonly line: number }
  | { readonly kind: 'list'; readonly values: readonly DiskSimValue[]; readonly line: number }
  | { readonly kind: 'source'; readonly file: string; readonly line: number }
  | DiskSimBlock;

/** `type name { ... }`; blocks inside others have no name. */
export interface DiskSimBlock {
  readonly kind: 'block';
  readonly type: string;
  readonly name: string;
  readonly fields: ReadonlyMap<string, DiskSimValue>;
  readonly file: string;
  readonly line: number;
}

/** One component inside another: `disksim_bus bus0 [ ... ]`. */
export interface DiskSimComponent {
  readonly type: string;
  readonly name: string;
  readonly children: readonly DiskSimComponent[];
}

/** A file: its blocks, what it includes, which instances follow which block, and the topology. */
export interface DiskSimFile {
  readonly name: string;
  readonly blocks: readonly DiskSimBlock[];
  readonly sources: readonly string[];
  /** Block name by instance name. */
  readonly instances: ReadonlyMap<string, string>;
  readonly topology: readonly DiskSimComponent[];
}

/**
 * Reads a file of blocks.
 *
 * @param text - The file's text.
 * @param name - The file's name, for messages.
 * @throws InputError (CONFIGURATION_INVALID) with the line.
 */
export function readDiskSimFile(text: string, name: string): DiskSimFile {
  return new BlockReader(text, name).file();
}

/** Ends a word: white space and the signs of the language. */
const SIGN = /[\s{}[\],=#]/;

class BlockReader {
  readonly #text: string;
  readonly #name: string;
  #at = 0;
  #line = 1;

  constructor(text: string, name: string) {
    this.#text = text;
    this.#name = name;
  }

  file(): DiskSimFile {
    const blocks: DiskSimBlock[] = [];
    const sources: string[] = [];
    const instances = new Map<string, string>();
    const topology: DiskSimComponent[] = [];
    for (;;) {
      this.#skip();
      if (this.#at >= this.#text.length) break;
      const line = this.#line;
      const type = this.#word();
      if (type === 'source') sources.push(this.#word());
      else if (type === 'instantiate') this.#instances(instances);
      else if (type === 'topology') topology.push(...this.#components());
      else blocks.push(this.#block(type, this.#word(), line));
    }
    return { name: this.#name, blocks, sources, instances, topology };
  }

  /** `[ a, b ] as NAME`; a range `a .. c` stands for both ends and what counts between them. */
  #instances(instances: Map<string, string>): void {
    this.#expect('[');
    const names: string[] = [];
    while (!this.#takes(']')) {
      const name = this.#word();
      if (name === '..') names.push(...rangeAfter(names.at(-1) ?? '', this.#word()));
      else names.push(name);
      this.#takes(',');
    }
    const as = this.#word();
    if (as !== 'as') this.#fail(`'${as}' stands where 'as' belongs`);
    const block = this.#word();
    for (const name of names) instances.set(name, block);
  }

  #components(): readonly DiskSimComponent[] {
    const components: DiskSimComponent[] = [];
    for (;;) {
      this.#skip();
      const next = this.#text[this.#at];
      if (next === undefined || next === ']') return components;
      const type = this.#word();
      const name = this.#word();
      this.#expect('[');
      const children = this.#components();
      this.#expect(']');
      components.push({ type, name, children });
      // The one that is not inside another ends the topology.
      if (!this.#takes(',') && type === 'disksim_iodriver') return components;
    }
  }

  #block(type: string, name: string, line: number): DiskSimBlock {
    this.#expect('{');
    const fields = new Map<string, DiskSimValue>();
    while (!this.#takes('}')) {
      const key = this.#key();
      fields.set(key, this.#value());
      this.#takes(',');
    }
    return { kind: 'block', type, name, fields, file: this.#name, line };
  }

  #value(): DiskSimValue {
    this.#skip();
    const line = this.#line;
    if (this.#takes('[')) {
      const values: DiskSimValue[] = [];
      while (!this.#takes(']')) {
        values.push(this.#value());
        this.#takes(',');
      }
      return { kind: 'list', values, line };
    }
    const text = this.#word();
    if (text === 'source') return { kind: 'source', file: this.#word(), line };
    this.#skip();
    return this.#text[this.#at] === '{'
      ? this.#block(text, '', line)
      : { kind: 'word', text, line };
  }

  /** Keys are several words, and may hold slashes and brackets; the equals sign ends them. */
  #key(): string {
    this.#skip();
    const end = this.#text.indexOf('=', this.#at);
    const key = end < 0 ? '' : this.#text.slice(this.#at, end).trim();
    if (key === '' || /[{}[\]#\n]/.test(key)) this.#fail('no key stands here');
    this.#at = end + 1;
    return key;
  }

  #word(): string {
    this.#skip();
    const from = this.#at;
    while (this.#at < this.#text.length && !SIGN.test(this.#text[this.#at] as string)) {
      this.#at += 1;
    }
    if (this.#at === from) this.#fail('a word is missing');
    return this.#text.slice(from, this.#at);
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) this.#fail(`'${sign}' is missing`);
  }

  #takes(sign: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  /** Passes white space and comments, and counts lines. */
  #skip(): void {
    for (; this.#at < this.#text.length; this.#at += 1) {
      const sign = this.#text[this.#at] as string;
      if (sign === '#') {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      }
      if (this.#text[this.#at] === '\n') this.#line += 1;
      else if (!/\s/.test(this.#text[this.#at] ?? ' ')) return;
    }
  }

  #fail(what: string): never {
    throw new InputError('CONFIGURATION_INVALID', {
      what: `${this.#name}: ${what}`,
      place: { file: this.#name, line: this.#line },
      limit: 'the file is to be blocks of keys and values, as DiskSim reads them',
      fix: 'correct the line, or take the file out of the folder',
    });
  }
}

/** `disk0 .. disk8`: what follows the first name, up to the last. */
function rangeAfter(first: string, last: string): readonly string[] {
  const [, stem = '', from = ''] = /^(.*?)(\d+)$/.exec(first) ?? [];
  const to = Number(last.slice(stem.length));
  const names: string[] = [];
  for (let number = Number(from) + 1; number <= to; number += 1) names.push(`${stem}${number}`);
  return names;
}
