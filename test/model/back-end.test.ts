/**
 * The back end behaves like the naive twin under random writes, copies, scratches, drive failures,
 * damage of every kind, collection, rebuild and scrub: every read equals the twin, and past the
 * redundancy of a group a track may be lost instead, but only by name. Invariants 1 to 7 are walked.
 *
 * Continuous integration runs 500 sequences of 300 commands: 100 of each case.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { ZstdCompress } from '../../src/store.ts';
import {
  driveCommands,
  type ModelReport,
  runCopyEngineModel,
  spaceCommands,
  subsystemEngine,
} from '../../src/testing.ts';
import { modelSettings, printReport } from '../support/model-settings.ts';
import { BACK_END_CASES, type BackEndCase, backEndShapes } from './back-end-cases.ts';

const DEVICES_MAX = 6;
const COMMANDS = 300;
/** Sequences of a case, where nobody says. */
const RUNS = 20;

describe.each(BACK_END_CASES)('$name', (one) => {
  it('behaves like the twin', () => {
    const settings = {
      ...modelSettings(RUNS),
      ...backEndShapes(one),
      commandsPerRun: COMMANDS,
      contentLengths: one.contentLengths,
      excusedCodes: ['WAITING_FOR_SPACE', 'OUT_OF_SPACE'],
      moreCommands: [
        ...driveCommands(),
        ...spaceCommands({ contentLengths: one.contentLengths, deviceCountMax: DEVICES_MAX }),
      ],
    };
    const options = {
      ...one.options,
      ...(one.compresses && { ports: { compress: new ZstdCompress() } }),
    };
    const report = runCopyEngineModel(() => subsystemEngine(one.input, options), settings);
    printReport(`back end, ${one.name}`, settings, report);
    process.stdout.write(`  ${told(report)}\n`);
    expect(report.sequences).toBe(settings.runs);
    expectSeen(one, report, settings.runs);
  });
});

/** A run that saw nothing is red: floors a sequence, well below what is usual. */
function expectSeen(one: BackEndCase, { counts }: ModelReport, runs: number): void {
  const floors: [string, number, number][] = [
    ['reads past the redundancy', counts.comparedPast, 500],
    ['lost reads', sum(counts.lost), 1],
    ['collected cylinders', counts.work.get('collectedCylinders') ?? 0, 3],
    ['moved tracks', counts.work.get('collectedTracks') ?? 0, 20],
    ['scrubbed cylinders', counts.work.get('scrubbedCylinders') ?? 0, 1],
    ['scratches', counts.accepted.get('scratch') ?? 0, 3],
    ['scratches undone', counts.accepted.get('undo') ?? 0, 1],
    ['phases of damage', counts.acts.get('end a phase of damage') ?? 0, 0.3],
  ];
  if (one.hasRedundancy) {
    floors.push(
      ['reads under damage', counts.comparedDamaged, 1_500],
      ['failed drives', counts.acts.get('fail a drive') ?? 0, 2],
      ['damaged sectors', counts.acts.get('damage sectors') ?? 0, 2],
      ['healed tracks', counts.work.get('healedTracks') ?? 0, 2],
      ['rebuilt cylinders', counts.work.get('rebuiltCylinders') ?? 0, 0.5],
      ['cylinders with faults', counts.work.get('faultyCylinders') ?? 0, 0.1],
    );
  }
  for (const [what, count, least] of floors) {
    expect(count, what).toBeGreaterThanOrEqual(Math.floor(least * runs));
  }
}

function told({ counts }: ModelReport): string {
  const work = [...counts.work].map(([name, count]) => `${count} ${name}`).join(', ');
  const phases = counts.acts.get('end a phase of damage') ?? 0;
  return (
    `${counts.comparedDamaged} tracks compared under damage, ${counts.comparedPast} past redundancy, ` +
    `${sum(counts.lost)} of them lost, ${phases} phases mended, ${work}`
  );
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
