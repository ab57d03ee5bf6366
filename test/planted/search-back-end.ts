/**
 * Searches the back end of the subsystem in a given source folder, under failing and damaged drives, for
 * a difference from the twin, and says in one line of JSON what it found. A script, run by
 * `planted-source.ts`.
 *
 * @module
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Testing from '../../src/testing.ts';
import { BACK_END_CASES, backEndShapes } from '../model/back-end-cases.ts';
import type { SearchVerdict } from './planted-source.ts';

/** Sequences within which a bug has to be found, in each case. */
const RUNS = 40;
const DEVICES_MAX = 6;
const COMMANDS = 200;

const source = process.argv[2];
if (source === undefined) throw new Error('usage: search-back-end.ts SOURCE_FOLDER');
const { driveCommands, searchCopyEngineModel, spaceCommands, subsystemEngine } = (await import(
  pathToFileURL(join(source, 'testing.ts')).href
)) as typeof Testing;

let verdict: SearchVerdict = { began: true, caught: false, looked: 0, reason: '' };
// Compression needs a port from outside; what is planted here has nothing to do with it.
for (const one of BACK_END_CASES.filter(({ compresses }) => compresses !== true)) {
  const { sequences, failure } = searchCopyEngineModel(
    () => subsystemEngine(one.input, one.options),
    {
      ...backEndShapes(one),
      runs: RUNS,
      seed: 1,
      commandsPerRun: COMMANDS,
      contentLengths: one.contentLengths,
      excusedCodes: ['WAITING_FOR_SPACE', 'OUT_OF_SPACE'],
      moreCommands: [
        ...driveCommands(),
        ...spaceCommands({ contentLengths: one.contentLengths, deviceCountMax: DEVICES_MAX }),
      ],
      checkEvery: 10,
      shrink: false,
    },
  );
  verdict = { ...verdict, looked: verdict.looked + sequences };
  if (failure === undefined) continue;
  verdict = { ...verdict, caught: true, reason: failure.reason };
  break;
}
process.stdout.write(`${JSON.stringify(verdict)}\n`);
