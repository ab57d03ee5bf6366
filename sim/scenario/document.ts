/**
 * A scenario file as text with places: YAML 1.2 in which every scalar stays the text that stands in
 * the file, and every value knows its line and column.
 *
 * YAML's own typing would make the device numbers 0E80 (zero times ten to the 80th) and 0190, and the
 * serial 000001, into other things; the failsafe schema leaves them alone, and `field.ts` parses.
 *
 * @module
 */
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';
import { InputError, type InputErrorCode } from '../../src/index.ts';

/** Line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Keys and indexes that lead to a value. */
export type ValuePath = readonly (string | number)[];

/** How often an alias may be expanded: YAML's protection against exponential growth. */
const ALIAS_COUNT_MAX = 100;

/** What a document is, for messages. */
export interface DocumentKind {
  /** For instance `scenario`. */
  readonly noun: string;
  /** Code of what is wrong with its form. */
  readonly fault: InputErrorCode;
}

const SCENARIO_FILE: DocumentKind = Object.freeze({ noun: 'scenario', fault: 'SCENARIO_INVALID' });

/** A parsed file: plain maps, lists and texts, and where each stands. */
export class SourceDocument {
  /** Name of the file, for messages. */
  readonly name: string;
  readonly kind: DocumentKind;
  /** Maps, arrays and strings. */
  readonly content: unknown;
  readonly #root: unknown;
  readonly #lines: LineCounter;
  readonly #resolve: (node: unknown) => unknown;

  private constructor(
    name: string,
    kind: DocumentKind,
    parsed: ReturnType<typeof parseDocument>,
    lines: LineCounter,
  ) {
    this.name = name;
    this.kind = kind;
    this.#root = parsed.contents;
    this.#lines = lines;
    this.#resolve = (node) => (isAlias(node) ? node.resolve(parsed) : node);
    this.content = parsed.toJS({ maxAliasCount: ALIAS_COUNT_MAX });
  }

  /**
   * Reads YAML.
   *
   * @returns The document, or every error of the YAML itself.
   */
  static parse(
    text: string,
    name: string,
    kind: DocumentKind = SCENARIO_FILE,
  ): SourceDocument | readonly InputError[] {
    const lines = new LineCounter();
    const parsed = parseDocument(text, {
      schema: 'failsafe',
      lineCounter: lines,
      prettyErrors: false,
    });
    if (parsed.errors.length > 0) {
      return parsed.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        const message =
          error.code === 'MULTIPLE_DOCS' ? 'a second document begins here' : error.message;
        return yamlError(kind, message, { file: name, line, column: col });
      });
    }
    try {
      return new SourceDocument(name, kind, parsed, lines);
    } catch (error) {
      // The library reports too many or unknown aliases while it expands them.
      if (error instanceof ReferenceError) return [yamlError(kind, error.message, { file: name })];
      throw error;
    }
  }

  /** Where the value of a path stands; the nearest value around it when there is none. */
  placeOf(path: ValuePath): Place {
    let node: unknown = this.#root;
    let best = node;
    for (const key of path) {
      node = this.#child(node, key);
      if (!isNode(node)) break;
      best = node;
    }
    return this.#place(best);
  }

  /** Where a key of the map at `path` stands. */
  placeOfKey(path: ValuePath, key: string): Place {
    let node: unknown = this.#resolve(this.#root);
    for (const step of path) node = this.#resolve(this.#child(node, step));
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    return this.#place(pair?.key ?? node);
  }

  #child(parent: unknown, key: string | number): unknown {
    const node = this.#resolve(parent);
    if (isMap(node)) return node.get(String(key), true);
    if (isSeq(node)) return node.get(key, true);
    return undefined;
  }

  #place(node: unknown): Place {
    const start = isNode(node) ? ((node as Node).range?.[0] ?? 0) : 0;
    const { line, col } = this.#lines.linePos(start);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

function yamlError(
  kind: DocumentKind,
  message: string,
  place: { file: string; line?: number; column?: number },
): InputError {
  return new InputError(kind.fault, {
    what: message.replace(/\.$/, ''),
    place,
    limit: `a ${kind.noun} is one YAML 1.2 document`,
    fix: 'correct the YAML',
  });
}
