/**
 * The scenarios that are shipped, with and without a clock.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadScenario } from '../../sim/index.ts';
import { TOP } from './tree.ts';

/** Where they are. */
export const SCENARIO_FOLDER = join(TOP, 'sim/scenarios');

/** Names of the files. */
export function shippedScenarios(): {
  readonly untimed: readonly string[];
  readonly timed: readonly string[];
} {
  const all = readdirSync(SCENARIO_FOLDER).filter((name) => name.endsWith('.yaml'));
  const hasClock = (name: string): boolean =>
    loadScenario(readFileSync(join(SCENARIO_FOLDER, name), 'utf8'), name).timing !== undefined;
  return { untimed: all.filter((name) => !hasClock(name)), timed: all.filter(hasClock) };
}
