/**
 * When the entries of a timeline happen in a scenario with a clock.
 *
 * Entries form chains: an entry with `at` or `every`, and the entries after it that have neither. A
 * chain runs one entry after the other, each when the one before has ended; entries before the first
 * time begin at the start. A chain that happens several times gets names of its own each time:
 * `nightly-1`, `nightly-2` and so on, in all its entries, and devices that take turns.
 *
 * @module
 */
import { type Moment, nanosOf, timesOf } from './moment.ts';
import type { InnerEntry, Scenario, TimelineEntry, When } from './scenario.ts';
import type { Timing } from './timing-schema.ts';

/** Times that one chain may happen in a run. */
export const OCCURRENCES_MAX = 100_000;

/** Entries that run one after the other. */
export interface Chain {
  readonly when: When | undefined;
  readonly entries: readonly TimelineEntry[];
}

/** One time at which a chain happens. */
export interface Occurrence {
  /** Nanoseconds after the start; `undefined` for the end of the run. */
  readonly atNanos: number | undefined;
  /** Which time it is, from 1; 0 for a chain that happens once. */
  readonly ordinal: number;
  /** What happens, with the names of this time. */
  readonly entries: readonly TimelineEntry[];
}

/** The chains of a timeline. */
export function chainsOf(timeline: readonly TimelineEntry[]): readonly Chain[] {
  const chains: { when: When | undefined; entries: TimelineEntry[] }[] = [];
  for (const entry of timeline) {
    const last = chains.at(-1);
    if (entry.when === undefined && last !== undefined) last.entries.push(entry);
    else chains.push({ when: entry.when, entries: [entry] });
  }
  return chains;
}

/** Every occurrence of a scenario, in the order of time; those of one time in the order of the file. */
export function occurrencesOf(scenario: Scenario, timing: Timing): readonly Occurrence[] {
  const occurrences = chainsOf(scenario.timeline).flatMap((chain) => expandChain(chain, timing));
  const time = ({ atNanos }: Occurrence): number => atNanos ?? Number.POSITIVE_INFINITY;
  return occurrences.toSorted((left, right) =>
    time(left) === time(right) ? 0 : time(left) - time(right),
  );
}

/** Whether a chain may happen more than once, so that its names are numbered. */
export function isRepeated(when: When | undefined): boolean {
  return when?.kind === 'every' || (when?.kind === 'at' && when.moments.length > 1);
}

/** First and last time of an entry that recurs, nanoseconds after the start. */
export function spanOf(
  when: Extract<When, { kind: 'every' }>,
  timing: Timing,
): { readonly from: number; readonly until: number } {
  const interval = when.recurrence.kind === 'interval' ? when.recurrence.nanos : 0;
  const time = (moment: Moment | undefined, otherwise: number): number =>
    moment === undefined ? otherwise : (nanosOf(moment, timing.start) ?? timing.duration);
  return { from: time(when.from, interval), until: time(when.until, timing.duration) };
}

/** Every occurrence of a chain, in the order of time. */
export function expandChain(chain: Chain, timing: Timing): readonly Occurrence[] {
  const { when, entries } = chain;
  if (when === undefined) return [{ atNanos: 0, ordinal: 0, entries }];
  const times =
    when.kind === 'at'
      ? when.moments.map((moment) => nanosOf(moment, timing.start))
      : recurringTimes(when, timing);
  if (!isRepeated(when)) return times.map((atNanos) => ({ atNanos, ordinal: 0, entries }));
  const names = new Set(entries.flatMap(namesGivenBy));
  const rotate = when.kind === 'every' ? when.rotate : undefined;
  return times.map((atNanos, at) => {
    const renamed = (name: string): string => (names.has(name) ? `${name}-${at + 1}` : name);
    const turned = (device: number): number =>
      rotate !== undefined && device === rotate.first
        ? rotate.first + (at % (rotate.last - rotate.first + 1))
        : device;
    return {
      atNanos,
      ordinal: at + 1,
      entries: entries.map((entry) => instantiate(entry, renamed, turned)),
    };
  });
}

function recurringTimes(when: Extract<When, { kind: 'every' }>, timing: Timing): readonly number[] {
  const { from, until } = spanOf(when, timing);
  const times: number[] = [];
  for (const at of timesOf(when.recurrence, timing.start, from, until)) {
    times.push(at);
    // One more than may be, so that it is told.
    if (times.length > OCCURRENCES_MAX) break;
  }
  return times;
}

/** Keys of fields that hold the name of a backup, snapshot, point or release. */
const NAME_KEYS: ReadonlySet<string> = new Set(['as', 'backup', 'snapshot', 'point', 'release']);

/** Names that an entry gives. */
export function namesGivenBy(entry: TimelineEntry): readonly string[] {
  if (entry.kind === 'together') return entry.entries.flatMap(namesGivenBy);
  if (typeof entry.fields !== 'object' || !('as' in entry.fields)) return [];
  const name = entry.fields.as;
  return typeof name === 'string' ? [name] : [];
}

function instantiate(
  entry: TimelineEntry,
  renamed: (name: string) => string,
  turned: (device: number) => number,
): TimelineEntry {
  if (entry.kind === 'together') {
    const inner = entry.entries.map((one) => instantiate(one, renamed, turned) as InnerEntry);
    return { ...entry, entries: inner };
  }
  if (entry.kind === 'expect' || entry.kind === 'remember') {
    const fields = Object.entries(entry.fields).map(([name, text]) =>
      entry.kind === 'expect'
        ? [renamedThing(name, renamed), text]
        : [name, renamedThing(text, renamed)],
    );
    return { ...entry, fields: Object.fromEntries(fields) };
  }
  return { ...entry, fields: rewrite(entry.fields, undefined, renamed, turned) } as TimelineEntry;
}

/** The value of a thing with the thing's name of this time. */
function renamedThing(value: string, renamed: (name: string) => string): string {
  const [thing = '', ...rest] = value.split('.');
  return [renamed(thing), ...rest].join('.');
}

/** Fields with the names and devices of this time. */
function rewrite(
  value: unknown,
  key: string | undefined,
  renamed: (name: string) => string,
  turned: (device: number) => number,
): unknown {
  if (typeof value === 'string') {
    return key !== undefined && NAME_KEYS.has(key) ? renamed(value) : value;
  }
  if (Array.isArray(value)) return value.map((one) => rewrite(one, key, renamed, turned));
  if (typeof value !== 'object' || value === null) return value;
  const map = value as Readonly<Record<string, unknown>>;
  if (map['kind'] === 'device' && typeof map['number'] === 'number') {
    return { ...map, number: turned(map['number']) };
  }
  return Object.fromEntries(
    Object.entries(map).map(([name, inner]) => [name, rewrite(inner, name, renamed, turned)]),
  );
}
