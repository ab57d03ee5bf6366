/**
 * Golden files: a result that must not change without somebody saying so.
 *
 * `VDASD_UPDATE_GOLDEN=1` writes them anew; the change then shows in the diff.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { TOP } from './tree.ts';

/** Compares a value with `test/golden/NAME.golden.json`. */
export function expectGolden(name: string, value: unknown): void {
  const path = join(TOP, 'test/golden', `${name}.golden.json`);
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (process.env['VDASD_UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  expect(existsSync(path), `${path} is missing; make it with VDASD_UPDATE_GOLDEN=1`).toBe(true);
  expect(JSON.parse(text), `differs from ${path}`).toEqual(JSON.parse(readFileSync(path, 'utf8')));
}
