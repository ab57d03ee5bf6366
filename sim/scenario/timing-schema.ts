/**
 * What a scenario says about time: how long it runs, when it begins to count, what is compared, how
 * often it is repeated, what is varied; and when an entry of the timeline happens.
 *
 * @module
 */
import { z } from 'zod';
import {
  deviceSpanField,
  durationField,
  listField,
  nameField,
  parsedField,
  parseName,
  positiveField,
  textField,
} from './field.ts';
import { METHOD_OPTIONS, parseRate } from './method-choice.ts';
import { parseCalendar, parseMoment, parseRecurrence } from './moment.ts';
import { type Parsed, parseCount, parseDuration } from './quantity.ts';
import { strictMap } from './strict-map.ts';

/** 2026-01-05, a Monday, at midnight. */
const START_DEFAULT = 1_767_571_200;
const SECOND = 1_000_000_000;

/** What has to be over before requests count. */
export type WarmUp =
  | { readonly kind: 'time'; readonly nanos: number }
  /** So many requests of the loads have ended. */
  | { readonly kind: 'requests'; readonly count: number }
  /** The cache of the controller is full. */
  | { readonly kind: 'fill' }
  /** The mean response time has become steady by the rule of MSER-5. */
  | { readonly kind: 'steady' };

/** Which single requests a run keeps. */
type KeptRequests = 'none' | 'all' | { readonly oneIn: number };

function parseWarmUp(text: string): Parsed<WarmUp> {
  if (text === 'fill' || text === 'steady') return { kind: 'value', value: { kind: text } };
  const counted = /^([\d_]+)\s+requests?$/.exec(text);
  if (counted !== null) {
    const count = parseCount(counted[1] ?? '');
    if (count.kind === 'fault') return count;
    return { kind: 'value', value: { kind: 'requests', count: count.value } };
  }
  const duration = parseDuration(text);
  if (duration.kind === 'value') {
    return { kind: 'value', value: { kind: 'time', nanos: duration.value } };
  }
  return {
    ...duration,
    fix: 'write a duration (1 min), a count (10_000 requests), fill or steady',
  };
}

function parseKept(text: string): Parsed<KeptRequests> {
  if (text === 'none' || text === 'all') return { kind: 'value', value: text };
  const oneIn = parseCount(/^1 in ([\d_]+)$/.exec(text)?.[1] ?? '');
  if (oneIn.kind === 'value' && oneIn.value > 0) {
    return { kind: 'value', value: { oneIn: oneIn.value } };
  }
  return {
    kind: 'fault',
    what: `'${text}' does not say which requests to keep`,
    fix: 'write none, all, or a share such as 1 in 100',
  };
}

/** The clock of a scenario. */
const TIMING = strictMap({
  duration: durationField('How long loads run; longer when entries are still running'),
  limit: durationField(
    'How long the run may take in all (exit 9); twice the duration when left out',
  ).optional(),
  warmUp: parsedField(
    parseWarmUp,
    ['string'],
    'What has to be over before requests count: a duration, 10_000 requests, fill or steady',
  ).default({ kind: 'time', nanos: 0 }),
  sample: durationField('Interval of the time series').default(SECOND),
  start: parsedField(
    parseCalendar,
    ['string'],
    'Calendar at the beginning, in UTC: 2026-01-05 08:00',
  ).default(START_DEFAULT),
  parameters: textField(
    'Parameter set of the subsystems: rva, iceberg, flash-array, or a file beside the scenario',
  ).default('rva'),
  background: parsedField(
    parseRate,
    ['string'],
    'Tracks of background work a second: 500 /s; as fast as the drives allow when left out',
  ).optional(),
  inquiryEvery: durationField('Interval between the status inquiries of a host').default(SECOND),
  keepRequests: parsedField(
    parseKept,
    ['string'],
    'Single requests that are kept: none, all, or a share such as 1 in 100',
  ).default('none'),
});

/** Keys that say when an entry of the timeline happens. */
export const WHEN_FIELDS = {
  at: listField(
    parseMoment,
    'When: a duration from the start, a time of day, a date and time, or end; or a list',
  ).optional(),
  every: parsedField(
    parseRecurrence,
    ['string'],
    'Again and again: an interval, or a cron pattern in UTC',
  ).optional(),
  from: parsedField(
    parseMoment,
    ['string'],
    'When it happens for the first time; after one interval when left out',
  ).optional(),
  until: parsedField(
    parseMoment,
    ['string'],
    'When it no longer happens; the end of the duration when left out',
  ).optional(),
  rotate: deviceSpanField(
    'Devices that take turns: each time, the next stands in the place of the first',
  ).optional(),
} as const;

/** A method to compare: its name, or a map with its options and a name for the table. */
const COMPARED = z.union([
  parsedField(parseName, ['string'], 'A copy method').transform((method) => ({
    method,
    as: method,
    options: {} as Readonly<Record<string, string>>,
  })),
  strictMap({
    method: nameField('A copy method'),
    as: nameField('Name in tables; the name of the method when left out').optional(),
    options: METHOD_OPTIONS,
  }).transform(({ method, as, options }) => ({ method, as: as ?? method, options })),
]);

/** Keys of a scenario that need `timing`. */
export const EXPERIMENT_FIELDS = {
  timing: TIMING.optional().meta({ description: 'Gives the scenario a clock' }),
  compare: z.array(COMPARED).min(1).optional().meta({
    description:
      'Copy methods that are run side by side under the same load; each is the method of copy entries that name none',
  }),
  replications: positiveField(
    'How often everything is run, each time with other random numbers, for confidence intervals',
  ).default(1),
  sweep: z.record(z.string(), z.array(z.string()).min(1)).optional().meta({
    description:
      'Values to vary, by place: loads.oltp.rate: [100 /s, 200 /s]; every combination is run',
  }),
  expect: z.record(z.string(), z.string()).optional().meta({
    description:
      'What must hold at the end, over all replications: snapshot.elapsed: < host-copy.elapsed',
  }),
} as const;

/** What `timing` holds once read. */
export type Timing = z.output<typeof TIMING>;
