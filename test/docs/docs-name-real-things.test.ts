/**
 * What the documentation names must exist: files, functions beside them in tables, pages linked,
 * tests behind the patent's claims.
 */
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFiles, projectText, TOP } from '../support/tree.ts';

const pages = projectFiles().filter((path) => path.endsWith('.md'));

/** Paths in backquotes that look like files of ours. */
function namedFiles(text: string): readonly string[] {
  return [
    ...text.matchAll(
      /`((?:src|sim|bench|test|scripts|docs|bin)\/[\w./-]+\.(?:ts|mjs|md|yaml|json))`/g,
    ),
  ].map((match) => match[1] ?? '');
}

/** Rows of tables whose cells hold a file and, in the next cell, names that it must contain. */
function namedFunctions(text: string): readonly { file: string; name: string }[] {
  const row = /^\|[^|]*\| `([\w./-]+\.ts)` \| ((?:`[\w.#]+`(?:, )?)+) \|/gm;
  return [...text.matchAll(row)].flatMap((match) =>
    [...(match[2] ?? '').matchAll(/`([\w.#]+)`/g)].map((name) => ({
      file: match[1] ?? '',
      name: (name[1] ?? '').split('.').at(-1) ?? '',
    })),
  );
}

describe('the documentation', () => {
  it('names files that exist', () => {
    const named = pages.flatMap((page) =>
      namedFiles(projectText(page)).map((file) => ({ page, file })),
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(({ file }) => !existsSync(join(TOP, file)))).toEqual([]);
    expect(namedFiles('see `src/nowhere.ts`')).toEqual(['src/nowhere.ts']);
  });

  it('names functions that stand in their files', () => {
    const named = namedFunctions(projectText('docs/architecture.md'));
    expect(named.length).toBeGreaterThan(20);
    const missing = named.filter(({ file, name }) => !projectText(file).includes(name));
    expect(missing).toEqual([]);
    expect(namedFunctions('| 1 | `src/a.ts` | `go`, `A.stop` | x |')).toEqual([
      { file: 'src/a.ts', name: 'go' },
      { file: 'src/a.ts', name: 'stop' },
    ]);
  });

  it('links to pages that exist', () => {
    const links = pages.flatMap((page) =>
      [...projectText(page).matchAll(/\]\(([^)#:]+?)(?:#[^)]*)?\)/g)].map((match) => ({
        page,
        to: normalize(join(dirname(page), match[1] ?? '')),
      })),
    );
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter(({ to }) => !existsSync(join(TOP, to)))).toEqual([]);
  });
});

describe('claims.md', () => {
  /** Rows `| claim | element | `test file` | test name |`. */
  const row = /^\| (\d+) \| (.+?) \| `(test\/[\w./-]+)` \| (.+?) \|$/gm;

  it('shows every claim of the patent by tests that exist', () => {
    const rows = [...projectText('docs/claims.md').matchAll(row)];
    const claims = new Set(rows.map((match) => Number(match[1])));
    expect([...claims].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const missing = rows.flatMap(([, claim, element, file = '', name = '']) =>
      existsSync(join(TOP, file)) && projectText(file).includes(name)
        ? []
        : [`claim ${claim}, ${element}: ${file} has no test "${name}"`],
    );
    expect(missing).toEqual([]);
    process.stdout.write(`claims: ${rows.length} elements shown by tests\n`);
  });
});
