/**
 * `docs/scenarios.md`: every example loads, and every key of the schema is explained.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario, runScenarioFile, scenarioJsonSchema } from '../../sim/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { projectText } from '../support/tree.ts';

const folder = temporaryFolder();

const text = projectText('docs/scenarios.md');
const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
const whole = examples.find((example) => example.startsWith('name:')) ?? '';
const entries = examples.filter((example) => example.startsWith('- '));

/** The whole file of the docs with a timeline that knows the names that the fragments use. */
function withEntries(fragment: string): string {
  const head = whole.slice(0, whole.indexOf('timeline:'));
  return (
    `${head}timeline:\n` +
    '  - backup: { host: SYSA, source: PROD01, copy: background, as: nightly }\n' +
    '  - snapshot: { pairs: [{ source: PROD01, target: 0A8F }], as: early }\n' +
    fragment.replace(/^(?=.)/gm, '  ')
  );
}

/** Every key of every map in the schema. */
function keysOf(schema: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(schema)) for (const one of schema) keysOf(one, found);
  else if (typeof schema === 'object' && schema !== null) {
    const { properties } = schema as { properties?: Record<string, unknown> };
    for (const key of Object.keys(properties ?? {})) found.add(key);
    for (const value of Object.values(schema)) keysOf(value, found);
  }
  return found;
}

describe('docs/scenarios.md', () => {
  it('has a whole file and an example for each kind of entry', () => {
    const kinds = new Set(entries.flatMap((one) => one.match(/^- (\w+)/gm) ?? []));
    expect([...kinds].map((kind) => kind.slice(2)).toSorted()).toEqual([
      'advance',
      'background',
      'backup',
      'check',
      'collect',
      'corrupt',
      'destage',
      'discard',
      'dropPoint',
      'expect',
      'export',
      'failDrive',
      'inquire',
      'openAt',
      'release',
      'remember',
      'replaceDrive',
      'report',
      'restore',
      'restoreDataSet',
      'retain',
      'returnDrive',
      'scratch',
      'scrub',
      'snapshot',
      'together',
      'undoRelease',
      'verify',
      'withdraw',
      'write',
    ]);
  });

  it('shows a whole file that runs', async () => {
    const file = join(folder, 'whole.yaml');
    writeFileSync(file, whole);
    const run = await runScenarioFile(file, { out: folder });
    expect(run.failure).toBeNull();
    expect(run.outputs).toEqual(['back02.cckd']);
  });

  it('has a whole file with a clock', () => {
    const timed = examples.find((example) => example.includes('\ntiming:')) ?? '';
    const { compare, loads, timeline, expect: expected } = loadScenario(timed, 'docs');
    expect(compare).toHaveLength(2);
    expect(loads).toHaveLength(4);
    expect(timeline).toHaveLength(5);
    expect(Object.keys(expected ?? {})).toHaveLength(2);
  });

  it.each(entries)('shows entries that load: %s', (fragment) => {
    expect(loadScenario(withEntries(fragment), 'docs').timeline.length).toBeGreaterThan(2);
  });

  it('explains every key', () => {
    const keys = keysOf(scenarioJsonSchema());
    expect(keys.size).toBeGreaterThan(60);
    expect(
      [...keys].filter((key) => !new RegExp(`\`${key}[\`:]|### .*\\b${key}\\b`).test(text)),
    ).toEqual([]);
  });
});
