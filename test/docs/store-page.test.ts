/**
 * What the page about stores shows is what happens: its commands are there and end well, its
 * configuration makes a store, its library example runs.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runVdasd } from '../support/command-line.ts';
import { projectText, TOP } from '../support/tree.ts';

const page = projectText('docs/store.md');

function blocks(language: string): readonly string[] {
  return [...page.matchAll(/```(\w+)\n([\s\S]*?)\n```/g)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? '');
}

/** The words of every command line in a block, without the comment behind it. */
function commands(block: string): readonly (readonly string[])[] {
  return [...block.matchAll(/^\$ vdasd ([^#\n]*)/gm)].map((match) =>
    (match[1] ?? '').trim().split(/\s+/),
  );
}

describe('the page about stores', () => {
  it('shows commands that work, on a configuration that works, and a program', {
    timeout: 180_000,
  }, () => {
    // Inside the package, so that the name `vdasd` leads to its own doors.
    const folder = join(TOP, 'out/store-page');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const [config = ''] = blocks('yaml');
    const [session = '', making = ''] = blocks('console');
    const [program = ''] = blocks('ts');
    writeFileSync(join(folder, 'store.yaml'), config);
    const run = (words: readonly string[]): void => {
      const { exitCode, errors } = runVdasd(words, { cwd: folder });
      expect(exitCode, `${words.join(' ')}: ${errors}`).toBe(0);
    };
    // The pack of the page is the volume of its configuration.
    run(['init', 'made', '--config', 'store.yaml']);
    run(['volume', 'export', 'made', 'PROD01', 'mvsres.cckd']);
    const shown = commands(session).map((words) =>
      words.map((word) => (word === 'MVSRES' ? 'PROD01' : word)),
    );
    expect(shown.length).toBe(8);
    for (const words of shown) run(words);
    for (const words of commands(making)) {
      rmSync(join(folder, 'packs'), { recursive: true });
      run(words);
    }
    writeFileSync(join(folder, 'program.ts'), program);
    const printed = execFileSync(process.execPath, ['program.ts'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(printed).toBe('b00 done\n');
    rmSync(folder, { recursive: true });
  });

  it('names commands that there are', () => {
    const help = runVdasd(['--help']).output;
    const named = [...page.matchAll(/^\| ((?:`[^`|]+`(?:, )?)+) \|/gm)]
      .flatMap((row) => [...(row[1] ?? '').matchAll(/`([a-z]+)/g)].map((word) => word[1] ?? ''))
      .filter(
        (word) => !['store', 'drives', 'journal', 'checkpoints', 'lock', 'readers'].includes(word),
      );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !new RegExp(`^  ${name} `, 'm').test(help))).toEqual([]);
  });
});
