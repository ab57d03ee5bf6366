/**
 * A scenario on a real MVS pack: backed up while it is written, exported, read by Hercules' tools,
 * restored, exported again.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RunRecord, runScenarioFile } from '../../sim/index.ts';
import { digestVolume, openImageFile } from '../../src/store.ts';
import { runVdasd } from '../support/command-line.ts';
import { debianTool } from '../support/debian-tools.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TOP } from '../support/tree.ts';

const pack = join(TOP, '../shared/data/packs/tso001.190');
const isThere = existsSync(pack);
if (!isThere) console.log('skipped: the real pack tso001.190 is not beside the project');

const folder = temporaryFolder();
const out = join(folder, 'out');
const PARTITIONED = 'HERC01.ISP.PROF';

const SCENARIO = `name: A real pack, backed up while it is written
seed: 4
subsystems:
  - name: DSS3
    capacity: 1 GiB
    devices:
      - { number: 0190, model: 3390-1, volume: { import: tso001.190, volser: TSO001 } }
      - { number: 0191, model: 3390-1 }
hosts:
  - { name: SYSA, paths: 4, subsystems: [DSS3] }
  - { name: SYSB, paths: 2, subsystems: [DSS3] }
timeline:
  - write: { host: SYSB, volume: TSO001, tracks: 50 }
  - export: { volume: TSO001, file: before.cckd }
  - backup: { host: SYSA, source: TSO001, target: 0191, identity: relabel, volser: TSO002, copy: background, as: nightly }
  - together:
      - write: { host: SYSB, volume: TSO001, tracks: 300 }
      - inquire: { backup: nightly, until: physicallyComplete, tracksPerInquiry: 20 }
  - verify: { backup: nightly }
  - export: { volume: TSO002, file: copy.cckd }
  - export: { volume: TSO001, file: changed.cckd }
  - restore: { backup: nightly, to: TSO001 }
  - verify: { backup: nightly, volume: TSO001 }
  - expect: { TSO001.digest: nightly.digest }
  - export: { volume: TSO001, file: restored.cckd }
  - check: {}
`;

let run: RunRecord;

async function digestOf(file: string): Promise<string> {
  const opened = await openImageFile(join(out, file));
  try {
    return digestVolume(opened.image).digest;
  } finally {
    opened.close();
  }
}

/** Names of data sets by `dasdls`. */
function dataSetsBy(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^[A-Z0-9@#$.]+$/.test(line) && line.includes('.'));
}

/** Files that `dasdpdsu` extracts, by name. */
function membersBy(
  tool: NonNullable<ReturnType<typeof debianTool>>,
  file: string,
): Record<string, Buffer> {
  const into = join(folder, `members-of-${file}`);
  mkdirSync(into);
  tool.run([join(out, file), PARTITIONED], { cwd: into });
  return Object.fromEntries(
    readdirSync(into).map((name) => [name, readFileSync(join(into, name))]),
  );
}

describe.skipIf(!isThere)('a real pack in a scenario', () => {
  beforeAll(async () => {
    copyFileSync(pack, join(folder, 'tso001.190'));
    writeFileSync(join(folder, 'day.yaml'), SCENARIO);
    run = await runScenarioFile(join(folder, 'day.yaml'), { out });
    console.log(`looked at 1 pack, ${run.steps.length} entries, ${run.outputs.length} exports`);
  });

  it('is backed up, verified and restored', () => {
    expect(run.failure).toBeNull();
    expect(run.outputs).toHaveLength(4);
  });

  it('comes back with the digest of the point in time', async () => {
    const [before, changed, restored] = [
      await digestOf('before.cckd'),
      await digestOf('changed.cckd'),
      await digestOf('restored.cckd'),
    ];
    expect(restored).toBe(before);
    expect(changed).not.toBe(before);
  });

  const dasdls = debianTool('dasdls');
  it.skipIf(dasdls === undefined)(
    'lists under dasdls with the new serial and the same data sets',
    () => {
      const list = (file: string): string => dasdls?.run([join(out, file)]).text ?? '';
      expect(list('copy.cckd')).toContain('VOLSER=TSO002');
      const names = dataSetsBy(list('before.cckd'));
      expect(names.length).toBeGreaterThan(5);
      expect(dataSetsBy(list('copy.cckd'))).toEqual(names);
    },
  );

  const dasdpdsu = debianTool('dasdpdsu');
  it.skipIf(dasdpdsu === undefined)(
    'gives the same members by dasdpdsu and by our own extract',
    () => {
      if (dasdpdsu === undefined) return;
      const source = membersBy(dasdpdsu, 'before.cckd');
      const copy = membersBy(dasdpdsu, 'copy.cckd');
      expect(Object.keys(source).length).toBeGreaterThan(5);
      expect(copy).toEqual(source);
      for (const [name, content] of Object.entries(copy)) {
        const member = name.replace(/\.mac$/i, '').toUpperCase();
        const file = join(folder, `ours-${member}`);
        const args = [join(out, 'copy.cckd'), `${PARTITIONED}(${member})`, '-o', file];
        expect(runVdasd(['image', 'extract', ...args]).errors).toBe('');
        expect(readFileSync(file).equals(content), member).toBe(true);
      }
    },
  );

  const cckdcdsk = debianTool('cckdcdsk');
  it.skipIf(cckdcdsk === undefined)('has exports that cckdcdsk finds no fault with', () => {
    for (const file of run.outputs) {
      const result = cckdcdsk?.run(['-3', '-ro', join(out, file)]);
      expect({ file, exitCode: result?.exitCode, text: result?.text.trim() }).toEqual({
        file,
        exitCode: 0,
        text: '',
      });
    }
  });
});
