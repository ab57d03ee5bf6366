/**
 * The floors hold, and the linter would notice if they did not: one planted violation for every
 * kind of rule, in a copy of the configuration with nothing but the planted file.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LABORATORY_FLOORS, MODEL_FLOORS } from '../../scripts/floors.ts';

const top = join(import.meta.dirname, '../..');
const oxlint = join(top, 'node_modules/oxlint/bin/oxlint');
const made: string[] = [];

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

/** Lints a tree that holds just the given files, under our configuration. */
function lint(files: Readonly<Record<string, string>>): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'vdasd-floors-'));
  made.push(folder);
  for (const name of ['oxlint.config.ts', 'tsconfig.json', 'package.json', 'scripts/floors.ts']) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(top, name), join(folder, name));
  }
  symlinkSync(join(top, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const run = spawnSync(process.execPath, [oxlint, 'src', 'sim'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status: run.status, output: run.stdout + run.stderr };
}

const CLEAN = {
  'src/base/units.ts': 'export const one = 1;\n',
  'src/mapping/pages.ts': "import { one } from '../base/units.ts';\nexport const two = one + 1;\n",
  'sim/cli/main.ts':
    "import { readFileSync } from 'node:fs';\nexport const text = readFileSync('x');\n",
};

describe('the floors', () => {
  it('accept a tree that keeps them', () => {
    const { status, output } = lint(CLEAN);
    expect(output).toContain('Found 0 warnings and 0 errors');
    expect(status).toBe(0);
  });

  it.each([
    [
      'an upward import',
      'src/base/units.ts',
      "import { two } from '../mapping/pages.ts';\nexport const one = two;\n",
      'imports point to lower floors',
    ],
    [
      'a sideways import',
      'src/media/drive.ts',
      "import { x } from '../image/reader.ts';\nexport const y = x;\n",
      'imports point to lower floors',
    ],
    [
      'an import of a door from inside',
      'src/copy/snapshot.ts',
      "import { x } from '../index.ts';\nexport const y = x;\n",
      'doors stand above',
    ],
    [
      'a node: module in the model',
      'src/base/files.ts',
      "import { sep } from 'node:path';\nexport const s = sep;\n",
      'run',
    ],
    [
      'a node: module beyond the allowed one',
      'src/image/files.ts',
      "import { sep } from 'node:path';\nexport const s = sep;\n",
      'runs anywhere',
    ],
    [
      'the wall clock',
      'src/base/time.ts',
      'export const now = () => Date.now();\n',
      'through src/base/ports.ts',
    ],
    ['chance', 'src/base/dice.ts', 'export const roll = () => Math.random();\n', 'Random port'],
    [
      'the laboratory behind the doors',
      'sim/cli/peek.ts',
      "import { one } from '../../src/base/units.ts';\nexport const two = one;\n",
      'through its doors only',
    ],
    [
      'a laboratory import upward',
      'sim/scenario/run.ts',
      "import { text } from '../cli/main.ts';\nexport const t = text;\n",
      'imports point to lower floors',
    ],
  ])('refuse %s', (_name, file, text, message) => {
    const { status, output } = lint({ ...CLEAN, [file]: text });
    expect(output).toContain(message);
    expect(status).not.toBe(0);
  });

  it.each([
    ['src', MODEL_FLOORS],
    ['sim', LABORATORY_FLOORS],
  ] as const)('name every folder of %s', (tree, floors) => {
    const folders = readdirSync(join(top, tree), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !['scenarios', 'samples'].includes(entry.name))
      .map((entry) => `${tree}/${entry.name}`);
    expect(folders.length).toBeGreaterThan(0);
    expect(floors.map((floor) => floor.folder).toSorted()).toEqual(folders.toSorted());
  });
});
