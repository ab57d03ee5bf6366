/**
 * The tables of docs/strategies.md are those of the code: every method with its sentence, every option
 * with its kind, default and purpose, every figure that a copy reports.
 */
import { describe, expect, it } from 'vitest';
import { COPY_METHODS } from '../../sim/strategy/copy-methods.ts';
import type { MethodOption } from '../../sim/strategy/method-options.ts';
import { projectText } from '../support/tree.ts';

const page = projectText('docs/strategies.md');

/** Rows of the table whose head has these cells. */
function rowsOf(...head: readonly string[]): readonly string[] {
  const lines = page.split('\n');
  const at = lines.indexOf(`| ${head.join(' | ')} |`);
  expect(at).toBeGreaterThan(0);
  const rows = lines.slice(at + 2);
  return rows.slice(
    0,
    rows.findIndex((line) => !line.startsWith('|')),
  );
}

/** A default as scenarios write it. */
function formatFallback({ kind, fallback, values }: MethodOption): string {
  if (kind === 'bytes') return `${Number(fallback) / 2 ** 20} MiB`;
  if (kind === 'duration') {
    const milliseconds = Number(fallback) / 1_000_000;
    return milliseconds % 1000 === 0 ? `${milliseconds / 1000} s` : `${milliseconds} ms`;
  }
  return kind === 'choice' ? `${fallback} (of ${values?.join(', ')})` : String(fallback);
}

describe('the page on ways to copy', () => {
  it('lists every method with its sentence', () => {
    const expected = COPY_METHODS.map(({ name, summary }) => `| \`${name}\` | ${summary} |`);
    expect(rowsOf('method', 'in a sentence')).toEqual(expected);
  });

  it('lists every option with its kind, default and purpose', () => {
    const expected = COPY_METHODS.flatMap(({ name, options }) =>
      Object.entries(options).map(
        ([option, said]) =>
          `| \`${name}\` | \`${option}\` | ${said.kind} | ${formatFallback(said)} | ${said.says} |`,
      ),
    );
    expect(expected.length).toBeGreaterThan(30);
    expect(rowsOf('method', 'option', 'kind', 'default', 'what for')).toEqual(expected);
  });
});
