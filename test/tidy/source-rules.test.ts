/**
 * Our own rules about source text, each with a planted text that breaks it.
 */
import { describe, expect, it } from 'vitest';
import { projectFiles, projectText } from '../support/tree.ts';

/** A rule looks at one file and names what it finds wrong, line by line. */
type Rule = (path: string, text: string) => readonly string[];

const isModel = (path: string): boolean => path.startsWith('src/') || path.startsWith('sim/');

/** Lines that match, as `path:line: text`. */
function matching(path: string, text: string, pattern: RegExp): string[] {
  return text
    .split('\n')
    .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : []));
}

const RULES: Readonly<Record<string, { rule: Rule; planted: [path: string, text: string] }>> = {
  'file names are kebab-case and say what is inside': {
    rule: (path) => {
      const name = path.split('/').at(-1) ?? '';
      const isVague = /^(utils?|helpers?|common|types|misc)\.ts$/.test(name);
      return isVague || !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.ts$/.test(name) ? [path] : [];
    },
    planted: ['src/base/utils.ts', ''],
  },
  'a module opens with a description': {
    // Declarations for a package without types are no module of ours.
    rule: (path, text) =>
      path.endsWith('.d.ts') || /^\/\*\*[\s\S]*?@module\s*\n \*\//.test(text) ? [] : [path],
    planted: ['src/base/x.ts', 'export const x = 1;\n'],
  },
  'exports are named': {
    rule: (path, text) => matching(path, text, /^export default|^export \*/),
    planted: ['src/base/x.ts', 'export default 1;\n'],
  },
  'exports are documented': {
    rule: (path, text) => {
      const lines = text.split('\n');
      return lines.flatMap((line, at) => {
        if (!/^export (abstract )?(async )?(function|class|interface|type|const|let) \w/.test(line))
          return [];
        const above = lines[at - 1]?.trim() ?? '';
        // A row of constants may share the comment of its first.
        const isRow = above.startsWith('export const ') && line.startsWith('export const ');
        return above.endsWith('*/') || isRow ? [] : [`${path}:${at + 1}: ${line}`];
      });
    },
    planted: ['src/base/x.ts', '/** Header. @module */\n\nexport const x = 1;\n'],
  },
  'the model never waits on promises': {
    rule: (path, text) =>
      path.startsWith('src/') && !path.startsWith('src/store') && path !== 'src/base/checksum.ts'
        ? matching(path, text, /^[^*/]*(\basync\b|\bawait\b|Promise<)/)
        : [],
    planted: ['src/copy/x.ts', 'export async function x() {}\n'],
  },
  'nothing is left for later or silenced': {
    rule: (path, text) =>
      matching(
        path,
        text,
        /TO[D]O|FIX[M]E|X{3}|@ts-(ignore|nocheck|expect-error)|oxlint-disabl[e]|eslint-disabl[e]|biome-ignor[e]/,
      ),
    planted: ['src/copy/x.ts', `// ${['TO', 'DO'].join('')} later\n`],
  },
  'no catch hides': {
    rule: (path, text) =>
      [...text.matchAll(/catch\s*(\([^)]*\))?\s*\{\s*\}/g)].map((match) => `${path}: ${match[0]}`),
    planted: ['src/copy/x.ts', 'try { x(); } catch {}\n'],
  },
};

describe('source rules', () => {
  const files = projectFiles().filter((path) => isModel(path) && path.endsWith('.ts'));

  it('look at the whole model', () => {
    expect(files.length).toBeGreaterThan(40);
    process.stdout.write(`source rules: ${files.length} files looked at\n`);
  });

  it.each(Object.entries(RULES))('%s', (_name, { rule, planted }) => {
    expect(rule(...planted)).not.toEqual([]);
    expect(files.flatMap((path) => rule(path, projectText(path)))).toEqual([]);
  });
});

describe('the tree', () => {
  it('speaks of the project alone', () => {
    // Character classes keep this file from containing what it looks for.
    const banned = /\/wor[k]\/|bash_job[s]|\.librar[y]\/|registry\.np[m]/;
    expect(banned.test(['see ', 'work', 'main'].join('/'))).toBe(true);
    const texts = projectFiles().filter((path) =>
      /\.(ts|mjs|md|ya?ml|json|sh)$|^\.ci\/run$|^\.npmrc$/.test(path),
    );
    expect(texts.length).toBeGreaterThan(60);
    expect(texts.flatMap((path) => matching(path, projectText(path), banned))).toEqual([]);
  });

  it('holds no large file', () => {
    const large = projectFiles().filter((path) => projectText(path).length > 1_048_576);
    expect(large).toEqual([]);
  });
});
