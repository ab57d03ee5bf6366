/**
 * Searches the subsystem in a given source folder for a difference from the twin, in both content
 * modes, and says in one line of JSON what it found. A script, run by `planted-source.ts`.
 *
 * @module
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Testing from '../../src/testing.ts';
import type { SearchVerdict } from './planted-source.ts';

/** Sequences within which a bug has to be found, in each mode. */
const RUNS = 60;

const source = process.argv[2];
if (source === undefined) throw new Error('usage: search-model.ts SOURCE_FOLDER');
const { href } = pathToFileURL(join(source, 'testing.ts'));
const { searchCopyEngineModel, subsystemEngine, SUBSYSTEM_SHAPES } = (await import(
  href
)) as typeof Testing;

const settings = { runs: RUNS, commandsPerRun: 200, seed: 1, shapes: SUBSYSTEM_SHAPES };
const modes = [
  { content: 'bytes', contentLengths: [4, 8, 9, 40] },
  { content: 'signature', contentLengths: [8, 8, 8, 12] },
] as const;

let verdict: SearchVerdict = { began: true, caught: false, looked: 0, reason: '' };
for (const { content, contentLengths } of modes) {
  const run = { ...settings, contentLengths, shrink: false };
  const { sequences, failure } = searchCopyEngineModel(() => subsystemEngine({ content }), run);
  verdict = { ...verdict, looked: verdict.looked + sequences };
  if (failure === undefined) continue;
  verdict = { ...verdict, caught: true, reason: failure.reason };
  break;
}
process.stdout.write(`${JSON.stringify(verdict)}\n`);
