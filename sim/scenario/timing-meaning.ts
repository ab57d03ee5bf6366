/**
 * What a scenario must mean where it speaks of time: times within the run, methods that are there,
 * places that a sweep can vary.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import { SAMPLES_MAX } from '../record/series-table.ts';
import { COPY_METHODS, findCopyMethod } from '../strategy/copy-methods.ts';
import type { ValuePath } from './document.ts';
import { checkLoads } from './load-meaning.ts';
import { checkKnown, checkOnce, type Report } from './meaning-report.ts';
import { readOptions } from './method-choice.ts';
import { formatCalendar, nanosOf } from './moment.ts';
import { expandChain, OCCURRENCES_MAX, spanOf } from './occurrences.ts';
import { formatDuration, formatNumber } from './quantity.ts';
import type { EntryOf, InnerEntry, Scenario, TimelineEntry } from './scenario.ts';
import { suggest } from './suggestion.ts';
import { findPlace } from './sweep-point.ts';
import type { Timing } from './timing-schema.ts';

/** Units of one scenario. */
const UNITS_MAX = 10_000;

/** Checks everything about time. */
export function checkTiming(scenario: Scenario, report: Report): void {
  const { timing } = scenario;
  if (timing === undefined) {
    checkUntimed(scenario, report);
    return;
  }
  checkClock(timing, report);
  if (scenario.subsystems.length > 1) {
    const limit = 'a scenario with a clock has one';
    report(['subsystems', 1], { what: 'a second subsystem', limit, fix: 'leave it out' });
  }
  if (scenario.subsystems[0]?.store !== undefined) {
    const limit = 'runs with a clock are many, and each has a subsystem of its own';
    report(['subsystems', 0, 'store'], { what: 'a store', limit, fix: 'leave it out' });
  }
  checkCompared(scenario, report);
  checkSweep(scenario, report);
  checkLoads(scenario, report);
  for (const entry of scenario.timeline) {
    checkWhen(entry, timing, report);
    for (const one of innerOf(entry)) {
      if (one.kind === 'copy') checkCopy(one, scenario, report);
    }
  }
}

function innerOf(entry: TimelineEntry): readonly InnerEntry[] {
  return entry.kind === 'together' ? entry.entries : [entry];
}

/** Without a clock there is no load, no time of an entry and nothing to compare. */
function checkUntimed(scenario: Scenario, report: Report): void {
  const needs = (path: ValuePath, what: string): void => {
    const limit = 'the scenario has no clock';
    report(path, { what: `${what} without timing`, limit, fix: 'add timing with a duration' });
  };
  if (scenario.loads.length > 0) needs(['loads'], 'loads');
  if (scenario.compare !== undefined) needs(['compare'], 'compare');
  if (scenario.sweep !== undefined) needs(['sweep'], 'sweep');
  if (scenario.expect !== undefined) needs(['expect'], 'expect');
  if (scenario.replications > 1) needs(['replications'], 'replications');
  for (const entry of scenario.timeline) {
    if (entry.when !== undefined)
      needs([...entry.path.slice(0, -1), entry.when.kind], entry.when.kind);
    for (const one of innerOf(entry)) if (one.kind === 'copy') needs(one.path, 'copy');
  }
}

function checkClock(timing: Timing, report: Report): void {
  const { duration, limit, sample, warmUp } = timing;
  const bad = (key: string, what: string, text: string, fix: string): void => {
    report(['timing', key], { what, limit: text, fix });
  };
  if (duration === 0) bad('duration', 'a duration of nothing', 'a run takes time', 'write 10 min');
  if (limit !== undefined && limit < duration) {
    bad('limit', `a limit of ${formatDuration(limit)}`, 'it is at least the duration', 'raise it');
  }
  if (sample === 0 || sample > duration) {
    const fix = 'choose a part of the duration';
    bad('sample', `samples every ${formatDuration(sample)}`, 'there is at least one sample', fix);
  }
  if ((limit ?? 2 * duration) / sample > SAMPLES_MAX) {
    const most = `a run has ${formatNumber(SAMPLES_MAX)} samples at most, up to its limit`;
    bad('sample', `samples every ${formatDuration(sample)}`, most, 'sample less often');
  }
  if (warmUp.kind === 'time' && warmUp.nanos >= duration) {
    const fix = 'shorten the warm-up, or run longer';
    bad('warmUp', 'a warm-up as long as the run', 'nothing would count', fix);
  }
}

function checkCompared(scenario: Scenario, report: Report): void {
  const { compare } = scenario;
  if (compare === undefined) return;
  const taken = new Set<string>();
  for (const [at, one] of compare.entries()) {
    const path = ['compare', at];
    checkOnce(taken, one.as, 'method', path, report);
    checkMethod(one.method, one.options, path, report);
  }
  const isUsed = scenario.timeline.flatMap(innerOf).some(isOpenCopy);
  if (isUsed) return;
  report(['compare'], {
    what: 'compare without an entry that leaves its method open',
    limit: 'the methods take turns as the method of copy entries',
    fix: 'add a copy entry without method',
  });
}

function isOpenCopy(entry: InnerEntry): boolean {
  return entry.kind === 'copy' && entry.fields.method === undefined;
}

function checkMethod(
  method: string,
  options: Readonly<Record<string, string>>,
  path: ValuePath,
  report: Report,
): void {
  const known = findCopyMethod(method);
  if (known === undefined) {
    const fix = suggest(
      method,
      COPY_METHODS.map(({ name }) => name),
    );
    report(path, { what: `unknown copy method '${method}'`, limit: 'there is none', fix });
    return;
  }
  const { values, faults } = readOptions(known.options, options);
  for (const { name, what, fix } of faults) {
    report([...path, 'options', name], { what, limit: `${method} cannot take it`, fix });
  }
  try {
    known.make(values);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { what, limit, fix } = error;
    report([...path, 'options'], { what, limit, fix });
  }
}

function checkCopy(entry: EntryOf<'copy'>, scenario: Scenario, report: Report): void {
  const { method, options, host } = entry.fields;
  const { path } = entry;
  if (scenario.hosts.length === 0) {
    const limit = 'a host asks for a copy';
    report(path, { what: 'a copy without hosts', limit, fix: 'add a host' });
  }
  if (host !== undefined) {
    const hosts = scenario.hosts.map(({ name }) => name);
    checkKnown(host, hosts, 'host', [...path, 'host'], report);
  }
  if (method !== undefined) {
    checkMethod(method, options, [...path, 'method'], report);
    return;
  }
  if (scenario.compare === undefined) {
    const limit = 'only compare can leave it open';
    report(path, { what: 'a copy without method', limit, fix: 'add method, or compare' });
  }
  if (Object.keys(options).length === 0) return;
  report([...path, 'options'], {
    what: 'options of a method that is left open',
    limit: 'each method has options of its own',
    fix: 'write them in compare',
  });
}

function checkSweep(scenario: Scenario, report: Report): void {
  const { sweep, compare, replications, document } = scenario;
  let units = (compare?.length ?? 1) * replications;
  for (const [place, values] of Object.entries(sweep ?? {})) {
    units *= values.length;
    const found = findPlace(document.content, place);
    if (found.kind === 'found') continue;
    const limit = `'${place}' leads nowhere`;
    report(['sweep', place], { what: found.what, limit, fix: found.fix });
  }
  if (units <= UNITS_MAX) return;
  report(sweep === undefined ? ['replications'] : ['sweep'], {
    what: `${units} runs`,
    limit: `a scenario has at most ${UNITS_MAX}`,
    fix: 'vary less, or split the scenario',
  });
}

/** Times are within the run. */
function checkWhen(entry: TimelineEntry, timing: Timing, report: Report): void {
  const { when } = entry;
  const path = entry.path.slice(0, -1);
  if (when === undefined) return;
  if (when.kind === 'at') {
    for (const moment of when.moments) {
      const nanos = nanosOf(moment, timing.start);
      if (nanos === undefined || (nanos >= 0 && nanos <= timing.duration)) continue;
      report([...path, 'at'], {
        what: nanos < 0 ? 'a time before the start' : 'a time after the end',
        limit: `the run is from ${formatCalendar(timing.start)}, ${formatDuration(timing.duration)} long`,
        fix: 'choose a time within, or at: end',
      });
    }
    return;
  }
  const count = expandChain({ when, entries: [entry] }, timing).length;
  if (count > OCCURRENCES_MAX) {
    report([...path, 'every'], {
      what: `an entry that happens more than ${OCCURRENCES_MAX} times`,
      limit: 'nobody could look at them all',
      fix: 'choose a longer interval',
    });
  } else if (count === 0) {
    report([...path, 'every'], {
      what: 'an entry that never happens',
      limit: `its first time is not before ${formatDuration(spanOf(when, timing).until)}`,
      fix: 'choose a shorter interval, or a longer duration',
    });
  }
}
