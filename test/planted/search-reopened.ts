/**
 * Searches the subsystem of the source that it stands beside for a difference between a machine that
 * came up again and one that never went down, and says in one line of JSON what it found. A script, run
 * by `planted-source.ts`.
 *
 * @module
 */
import { BACK_END_CASES } from '../model/back-end-cases.ts';
import { noCounts } from '../support/kept-machines.ts';
import { reopenedSettings, runDuties, searchReopenedModel } from '../support/reopened-runs.ts';
import type { SearchVerdict } from './planted-source.ts';

/** Rounds of two sequences in each case within which a bug has to be found. */
const ROUNDS = 4;
const SEED = 1;

/** What differs in one round of a case; nothing when all is the same. */
function differenceIn(one: (typeof BACK_END_CASES)[number], round: number): string | undefined {
  const seed = SEED + round;
  try {
    runDuties(one, { runs: 1, seed }, noCounts(), new Map());
  } catch (error) {
    return String(error);
  }
  const settings = { ...reopenedSettings(one), runs: 1, seed, shrink: false };
  return searchReopenedModel(one, settings, noCounts()).failure?.reason;
}

let verdict: SearchVerdict = { began: true, caught: false, looked: 0, reason: '' };
search: for (let round = 0; round < ROUNDS; round += 1) {
  for (const one of BACK_END_CASES) {
    verdict = { ...verdict, looked: verdict.looked + 2 };
    const reason = differenceIn(one, round);
    if (reason === undefined) continue;
    verdict = { ...verdict, caught: true, reason };
    break search;
  }
}
process.stdout.write(`${JSON.stringify(verdict)}\n`);
