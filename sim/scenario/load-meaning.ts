/**
 * What the loads of a scenario must mean: keys that belong to their kind of arrival and place.
 *
 * @module
 */

import { TRACE_FORMATS } from '../load/trace-formats.ts';
import type { ValuePath } from './document.ts';
import type { LoadForm } from './load-schema.ts';
import { checkKnown, checkOnce, type Report } from './meaning-report.ts';
import type { Scenario } from './scenario.ts';

type Key = keyof LoadForm;

/** Keys that a kind of arrival needs; `undefined` where the schema has a default. */
const NEEDED: Readonly<Record<LoadForm['arrival'], readonly Key[]>> = Object.freeze({
  poisson: ['rate'],
  even: ['rate'],
  bursts: ['rate'],
  daily: ['rate'],
  window: ['rate', 'between'],
  closed: ['users', 'think'],
  trace: ['trace'],
});
const OPTIONAL: readonly Key[] = ['rate', 'between', 'users', 'think', 'trace', 'hours'];

/** Checks every load. */
export function checkLoads(scenario: Scenario, report: Report): void {
  const names = new Set<string>();
  const hosts = scenario.hosts.map(({ name }) => name);
  for (const [at, load] of scenario.loads.entries()) {
    const path = ['loads', at];
    checkOnce(names, load.name, 'load', [...path, 'name'], report);
    if (scenario.subsystems.some(({ content }) => content !== 'signature')) {
      const limit = 'generated load has no bytes';
      report(path, { what: 'a load on real tracks', limit, fix: 'use content: signature' });
    }
    if (load.host !== undefined) {
      checkKnown(load.host, hosts, 'host', [...path, 'host'], report);
    } else if (hosts.length === 0) {
      report(path, { what: 'a load without hosts', limit: 'a host asks', fix: 'add a host' });
    }
    checkArrival(load, path, report);
    checkMix(load, path, report);
  }
}

function checkArrival(load: LoadForm, path: ValuePath, report: Report): void {
  const needed = NEEDED[load.arrival];
  for (const key of OPTIONAL) {
    const isNeeded = needed.includes(key);
    const isThere = load[key] !== undefined;
    if (isNeeded === isThere || (key === 'hours' && load.arrival === 'daily')) continue;
    const what = isThere ? `${key} of a load with arrival: ${load.arrival}` : `'${key}' is missing`;
    const limit = isThere ? 'it has none' : `a load with arrival: ${load.arrival} needs it`;
    report(isThere ? [...path, key] : path, {
      what,
      limit,
      fix: isThere ? 'leave it out' : `add ${key}`,
    });
  }
  if (load.arrival === 'bursts' && load.peak <= 1) {
    const limit = 'bursts are denser than the mean';
    report([...path, 'peak'], { what: `a peak of ${load.peak}`, limit, fix: 'write more than 1' });
  }
  if (load.rate === 0) {
    const text = { what: 'a rate of 0', limit: 'a load asks', fix: 'leave the load out' };
    report([...path, 'rate'], text);
  }
  if (load.trace?.timeScale === 0) {
    const limit = 'all requests would come at once';
    const text = { what: 'a time scale of 0', limit, fix: 'write 0.5, or 2' };
    report([...path, 'trace', 'timeScale'], text);
  }
  const format = load.trace?.format;
  if (format !== undefined) {
    checkKnown(format, TRACE_FORMATS, 'trace format', [...path, 'trace', 'format'], report);
  }
}

function checkMix(load: LoadForm, path: ValuePath, report: Report): void {
  const { place, hotTracks, reads, logWrites, size } = load;
  if (place === 'hotCold' && (hotTracks <= 0 || hotTracks >= 1)) {
    const text = { what: 'all tracks or none hot', limit: 'some are', fix: 'write 20 %' };
    report([...path, 'hotTracks'], text);
  }
  if (place === 'oltp' && reads + logWrites > 1) {
    const limit = 'reads and writes of the log are parts of one whole';
    report([...path, 'logWrites'], {
      what: 'more reads and log writes than requests',
      limit,
      fix: 'write fewer',
    });
  }
  if (place === 'oltp' && size.length > 1) {
    const limit = 'blocks of a transaction system have one size';
    report([...path, 'size'], { what: 'several sizes', limit, fix: 'write one' });
  }
  if (size.every(({ weight }) => weight === 0)) {
    const text = {
      what: 'no size has any weight',
      limit: 'one of them comes',
      fix: 'leave x 0 out',
    };
    report([...path, 'size'], text);
  }
}
