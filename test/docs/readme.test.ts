/**
 * What the README shows is what happens: its library example runs, its sample is the output of the
 * command, its commands exist.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectText, TOP } from '../support/tree.ts';

const readme = projectText('README.md');

/** The only block of the README in that language that holds `mark`. */
function block(language: string, mark: string): string {
  const blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)\n```/g)]
    .filter((match) => match[1] === language && (match[2] ?? '').includes(mark))
    .map((match) => match[2] ?? '');
  expect(blocks).toHaveLength(1);
  return blocks[0] ?? '';
}

describe('the README', () => {
  it('has a library example that runs', () => {
    // Inside the package, so that the name `vdasd` leads to its own doors.
    const folder = join(TOP, 'out/readme-example');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'example.ts');
    writeFileSync(file, block('ts', "from 'vdasd'"));
    const printed = execFileSync(process.execPath, [file], { cwd: TOP, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(printed).toBe('17730090 tracks copied at sequence 3 []\n');
  });

  it('shows what npm start prints', { timeout: 180_000 }, () => {
    const printed = execFileSync(
      process.execPath,
      ['bin/vdasd.mjs', 'run', 'sim/scenarios/patents-claim.yaml'],
      { cwd: TOP, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', COLUMNS: '' } },
    );
    const sample = block('text', 'A backup by the host and by pointers');
    for (const part of sample.split('\n[…]\n')) expect(printed).toContain(part);
  });

  it('has a line for every scenario', () => {
    const names = readdirSync(join(TOP, 'sim/scenarios')).filter((name) => name.endsWith('.yaml'));
    expect(names.length).toBeGreaterThan(15);
    expect(
      names.filter(
        (name) => !readme.includes(`| \`${name}\``) && !readme.includes(`, \`${name}\` |`),
      ),
    ).toEqual([]);
  });

  it('gives the two commands', () => {
    expect(readme).toContain('npm ci && npm start');
    expect(readme).toContain('npm ci && npm test');
  });
});
