/**
 * Which units a scenario has: every combination of a method to compare, a point of the sweep, and a
 * replication. Each is run by itself, in any order, and leaves its own folder.
 *
 * @module
 */
import type { Scenario } from './scenario.ts';
import { type SweepPoint, sweepPoints } from './sweep-point.ts';

/** Method of units of a scenario that compares none. */
const METHOD_NONE = 'run';

/** One timed run of a scenario. */
export interface Unit {
  /** Name of its folder. */
  readonly id: string;
  /** Copy method that takes the place of those of copy entries; `run` for none. */
  readonly method: string;
  /** From 0. */
  readonly replication: number;
  readonly point: SweepPoint;
}

/** Every unit of a scenario: by point, then by replication, then by method. */
export function planUnits(scenario: Scenario): readonly Unit[] {
  const methods = scenario.compare?.map((one) => one.as) ?? [METHOD_NONE];
  const points = sweepPoints(scenario.sweep);
  const names = folderNames(points);
  const units: Unit[] = [];
  for (const [at, point] of points.entries()) {
    for (let replication = 0; replication < scenario.replications; replication += 1) {
      for (const method of methods) {
        const parts = [...(names[at] === '' ? [] : [names[at]]), method, `r${replication}`];
        units.push({ id: parts.join('-'), method, replication, point });
      }
    }
  }
  return units;
}

/** The name of every point in folders: the last part of each place with its value. */
function folderNames(points: readonly SweepPoint[]): readonly string[] {
  const names = points.map((point) =>
    Object.entries(point)
      .map(([place, value]) => `${place.split('.').at(-1)}=${plainText(value)}`)
      .join('-'),
  );
  const isUnique = new Set(names.map((name) => name.toLowerCase())).size === names.length;
  return isUnique ? names : names.map((name, at) => `p${at}-${name}`);
}

/** A value in the characters that every file system takes. */
function plainText(value: string): string {
  return value.replaceAll(/[^A-Za-z0-9.]+/g, '_').replaceAll(/^_|_$/g, '');
}

/** Values of the sweep at a unit by the last parts of their places, where these tell them apart. */
export function pointNames({ point }: Unit): Readonly<Record<string, string>> {
  const places = Object.keys(point);
  const short = places.map((place) => place.split('.').at(-1) ?? place);
  const isUnique = new Set(short).size === short.length;
  return Object.fromEntries(
    places.map((place, at) => [isUnique ? (short[at] ?? place) : place, point[place] ?? '']),
  );
}
