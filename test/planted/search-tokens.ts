/**
 * Walks the token rules of a given source folder and says in one line of JSON what it found. A
 * script, run by `planted-source.ts`.
 *
 * @module
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type TokenParts, walkTokens } from '../model/token-walk.ts';
import type { SearchVerdict } from './planted-source.ts';

/** Exchanges within which a bug has to be found. */
const EXCHANGES = 2_000;

const source = process.argv[2];
if (source === undefined) throw new Error('usage: search-tokens.ts SOURCE_FOLDER');
const load = async (file: string): Promise<Record<string, unknown>> =>
  (await import(pathToFileURL(join(source, file)).href)) as Record<string, unknown>;

const codec = await load('ecam/codec.ts');
const units = await load('base/units.ts');
const named = {
  ...(await load('base/default-ports.ts')),
  ...(await load('base/random.ts')),
  ...(await load('ecam/responder.ts')),
  ...(await load('ecam/path-group-id.ts')),
  ...(await load('geometry/device-model.ts')),
  ...(await load('subsystem/subsystem.ts')),
};
const parts = { ...named, codec, units } as unknown as TokenParts;
const { exchanges, reason } = walkTokens(parts, 1, EXCHANGES);
const verdict: SearchVerdict = { began: true, caught: reason !== '', looked: exchanges, reason };
process.stdout.write(`${JSON.stringify(verdict)}\n`);
