/**
 * Scenarios whose subsystem lives in a store: the same run as in memory, and all of it is there afterwards.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScenarioFile } from '../../../../sim/index.ts';
import { loadScenario } from '../../../../sim/scenario/loading.ts';
import { Installation } from '../../../../src/index.ts';
import { openStore } from '../../../../src/store.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const folder = temporaryFolder();

const SCENARIO = `name: In a store
seed: 3
subsystems:
  - name: DSS1
    STORE
    capacity: 64 MiB
    groups: [{ dataDrives: 4, redundancyDrives: 2 }]
    devices:
      - { number: 0330, model: 3330-1, volume: { sample: production, volser: PROD01 } }
      - { number: 0331-0332, model: 3330-1 }
hosts:
  - { name: SYSA, subsystems: [DSS1] }
timeline:
  - backup: { host: SYSA, source: PROD01, target: auto, volser: BACK01, copy: background, as: nightly }
  - write: { host: SYSA, volume: PROD01, tracks: 20 }
  - inquire: { backup: nightly, until: physicallyComplete }
  - verify: { backup: nightly }
  - backup: { host: SYSA, source: PROD01, target: 0332, volser: BACK02, copy: background, as: later }
  - check: {}
`;

async function run(name: string, store: string): ReturnType<typeof runScenarioFile> {
  const file = join(folder, `${name}.yaml`);
  // The same lines, so that both records name the same places.
  writeFileSync(file, SCENARIO.replace('STORE', store));
  return await runScenarioFile(file, { out: join(folder, name) });
}

describe('a scenario with a store', () => {
  it('runs as in memory and leaves a store that goes on', async () => {
    const inMemory = await run('memory', '# in memory');
    const stored = await run('stored', 'store: kept');
    expect(stored.failure).toBeNull();
    expect(stored.outputs).toEqual(['kept']);
    const results = ({ steps }: typeof stored): unknown =>
      steps.map(({ cost, kind }) => ({ cost, kind }));
    expect(results(stored)).toEqual(results(inMemory));
    expect(stored.volumes).toEqual(inMemory.volumes);

    const opened = openStore(join(folder, 'stored/kept'), { mode: 'write' });
    try {
      const installation = new Installation(opened.stored);
      const { violations } = opened.stored.subsystem.check();
      expect(violations).toEqual([]);
      expect(installation.log().map(({ name, state }) => [name, state])).toEqual([
        ['nightly', 'done'],
        ['later', 'done'],
      ]);
      // The tokens of the run are still good for its host.
      const answer = installation.host('SYSA').status('later');
      expect(answer).toMatchObject({ kind: 'done', value: [{ status: { state: 'copying' } }] });
      expect(installation.host('SYSB').status('later').kind).toBe('refused');
    } finally {
      opened.close();
    }
  });

  it('makes a store and never takes one that is there', async () => {
    await expect(run('stored', 'store: kept')).rejects.toMatchObject({ code: 'STORE_EXISTS' });
  });

  it('has no clock', () => {
    const timed = `${SCENARIO.replace('STORE', 'store: kept')}timing: { duration: 1 s }\n`;
    expect(() => loadScenario(timed, 't.yaml')).toThrow('runs with a clock are many');
  });
});
