/**
 * A subsystem that came up again from what was kept of it is the same machine: every word, record and
 * figure that is kept is the same, it goes on in the same way as one that never went down, and both
 * behave like the naive twin.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { formatFailure } from '../../src/testing.ts';
import { type KeptCounts, noCounts } from '../support/kept-machines.ts';
import { modelSettings, printReport } from '../support/model-settings.ts';
import { DUTY_NAMES } from '../support/random-duties.ts';
import { reopenedSettings, runDuties, searchReopenedModel } from '../support/reopened-runs.ts';
import { BACK_END_CASES } from './back-end-cases.ts';

/** Sequences of a case, where nobody says. */
const RUNS = 1;

/** Parts that were kept, and those of which some change was kept, in any case; groups as one. */
const seen = { kept: new Set<string>(), changed: new Set<string>(), asked: new Set<string>() };
/** What never changes here, and why. */
const UNCHANGED = [
  // Only a group of more than 256 cylinders has candidates left (test/unit/reclaim/victim-choice.test.ts).
  'collection.group.candidates.ends',
  // Tells nothing: it is there to derive what follows from the rest.
  'subsystem',
];

describe.each(BACK_END_CASES)('$name', (one) => {
  it('comes up as the machine that went down', () => {
    const counts = noCounts();
    const settings = { ...modelSettings(RUNS), ...reopenedSettings(one) };
    const report = searchReopenedModel(one, settings, counts);
    if (report.failure !== undefined) throw new Error(formatFailure(report.failure, settings));
    printReport(`reopened, ${one.name}`, settings, report);
    tell(counts);
    expect(report.sequences).toBe(settings.runs);
    expectCompared(counts, settings.runs);
  });

  it('goes on as the machine that went down, whatever is asked of it', () => {
    const counts = noCounts();
    const asked = new Map<string, number>();
    const { runs, seed = 0 } = modelSettings(RUNS);
    runDuties(one, { runs, seed }, counts, asked);
    tell(counts);
    for (const name of asked.keys()) seen.asked.add(name);
    expectCompared(counts, runs);
  });
});

it('has asked everything, and seen every part change', () => {
  expect(DUTY_NAMES.filter((name) => !seen.asked.has(name))).toEqual([]);
  const never = [...seen.kept].filter((name) => !seen.changed.has(name));
  expect(never.toSorted()).toEqual(UNCHANGED);
  expect(seen.kept.size).toBeGreaterThan(60);
});

function tell({ operations, reopened, beside, compared }: KeptCounts): void {
  process.stdout.write(
    `  ${operations} operations, ${beside} of them beside, ${reopened} times reopened, ` +
      `${compared.words} words, ${compared.records} records, ${compared.entries} entries, ` +
      `${compared.figures} figures compared\n`,
  );
}

/** A run that saw nothing is red: floors a sequence, well below what is usual. */
function expectCompared({ reopened, beside, compared, ...parts }: KeptCounts, runs: number): void {
  for (const name of parts.kept) seen.kept.add(withoutNumbers(name));
  for (const name of parts.changed) seen.changed.add(withoutNumbers(name));
  expect(reopened, 'times reopened').toBeGreaterThan(20 * runs);
  expect(beside, 'operations beside').toBeGreaterThan(80 * runs);
  expect(compared.words, 'words').toBeGreaterThan(1_000_000 * runs);
  expect(compared.records, 'records').toBeGreaterThan(300 * runs);
  expect(compared.entries, 'entries').toBeGreaterThan(300 * runs);
  expect(compared.figures, 'figures').toBeGreaterThan(1_000 * runs);
}

function withoutNumbers(name: string): string {
  return name.replaceAll(/\d+/g, '');
}
