import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runVdasd } from '../../../support/command-line.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { TOP } from '../../../support/tree.ts';

describe('vdasd validate', () => {
  it('says when there is no such folder, before it computes anything', () => {
    const result = runVdasd(['validate', '--data', join(temporaryFolder(), 'nowhere'), '--json']);
    expect(result.exitCode).toBe(4);
    expect(JSON.parse(result.output)).toMatchObject({ errors: [{ code: 'FILE_NOT_FOUND' }] });
  });

  it('ends at Ctrl-C while it computes', async () => {
    const command = [join(TOP, 'bin/vdasd.mjs'), 'validate'];
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (errors === '') child.kill('SIGINT');
      errors += chunk.toString();
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(130);
    expect(errors).toContain('interrupted');
    expect(output).toBe('');
  });

  it('says when a folder describes no drive', () => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'notes.txt'), 'nothing');
    const result = runVdasd(['validate', '--data', folder]);
    expect(result.exitCode).toBe(4);
    expect(result.errors).toMatch(/no drive is described/);
    expect(result.output).toBe('');
  });
});
