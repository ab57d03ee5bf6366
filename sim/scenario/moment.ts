/**
 * When something happens: so long after the start, at a time of day, on a date, or at the end; and
 * again and again by an interval or by a cron pattern.
 *
 * The calendar of a run is UTC without leap seconds: a run has no zone, and no hour comes twice.
 * Source: our choice.
 *
 * @module
 */
import { Cron } from 'croner';
import { type Parsed, parseDuration } from './quantity.ts';

const NANOS_PER_SECOND = 1_000_000_000;
const SECONDS_PER_DAY = 86_400;
const MILLIS_PER_SECOND = 1_000;

/** A point of the calendar: whole seconds since 1970 in UTC. */
export type CalendarSeconds = number;

/** When something happens once. */
export type Moment =
  /** So long after the start. */
  | { readonly kind: 'elapsed'; readonly nanos: number }
  /** At this second of a day, the first time that it comes. */
  | { readonly kind: 'timeOfDay'; readonly second: number }
  | { readonly kind: 'date'; readonly seconds: CalendarSeconds }
  /** When everything else is over and loads have stopped. */
  | { readonly kind: 'end' };

/** How something happens again and again. */
export type Recurrence =
  | { readonly kind: 'interval'; readonly nanos: number }
  | { readonly kind: 'cron'; readonly pattern: string };

const MOMENT_FIX =
  'write a duration from the start (2 h), a time of day (14:30), a date and time (2026-01-05 14:30) or end';

/** Reads when something happens once. */
export function parseMoment(text: string): Parsed<Moment> {
  if (text === 'end') return { kind: 'value', value: { kind: 'end' } };
  if (/^\d+(:\d+)+$/.test(text)) {
    const second = secondOfDay(text);
    if (second !== undefined) return { kind: 'value', value: { kind: 'timeOfDay', second } };
    return { kind: 'fault', what: `'${text}' is no time of day`, fix: 'write 00:00 to 23:59:59' };
  }
  if (/^\d{4}-/.test(text)) {
    const date = parseCalendar(text);
    if (date.kind === 'fault') return date;
    return { kind: 'value', value: { kind: 'date', seconds: date.value } };
  }
  const duration = parseDuration(text);
  if (duration.kind === 'fault') return { ...duration, fix: MOMENT_FIX };
  return { kind: 'value', value: { kind: 'elapsed', nanos: duration.value } };
}

/** Reads a date, `2026-01-05`, with a time of day or without: midnight. */
export function parseCalendar(text: string): Parsed<CalendarSeconds> {
  const fix = 'write a date with its time, such as 2026-01-05 08:00';
  const parts = /^(\d{4})-(\d{2})-(\d{2})(?:[ T]([\d:]+))?$/.exec(text);
  const second = secondOfDay(parts?.[4] ?? '00:00');
  if (parts === null || second === undefined) {
    return { kind: 'fault', what: `'${text}' is no date and time`, fix };
  }
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    return { kind: 'fault', what: `${text} is not in the calendar`, fix };
  }
  return { kind: 'value', value: daysFromEpoch(year, month, day) * SECONDS_PER_DAY + second };
}

/** Reads how something happens again and again: a duration, or the five or six fields of cron. */
export function parseRecurrence(text: string): Parsed<Recurrence> {
  const fields = text.trim().split(/\s+/).length;
  if (fields < 5) {
    const duration = parseDuration(text);
    if (duration.kind === 'fault') {
      return { ...duration, fix: 'write an interval (10 min) or a cron pattern (0 3 * * *)' };
    }
    if (duration.value > 0) {
      return { kind: 'value', value: { kind: 'interval', nanos: duration.value } };
    }
    return { kind: 'fault', what: `an interval of ${text}`, fix: 'write a longer one' };
  }
  try {
    openCron(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : '';
    return {
      kind: 'fault',
      what: `'${text}' is no cron pattern: ${reason}`,
      fix: 'write minute, hour, day, month and weekday, such as 0 3 * * *',
    };
  }
  return { kind: 'value', value: { kind: 'cron', pattern: text } };
}

/**
 * Nanoseconds from the start to a moment.
 *
 * @param start - The calendar when the run begins.
 * @returns Negative for a date before the start; `undefined` for the end, which has no time.
 */
export function nanosOf(moment: Moment, start: CalendarSeconds): number | undefined {
  switch (moment.kind) {
    case 'elapsed':
      return moment.nanos;
    case 'timeOfDay': {
      const wait = (moment.second - (start % SECONDS_PER_DAY) + SECONDS_PER_DAY) % SECONDS_PER_DAY;
      return wait * NANOS_PER_SECOND;
    }
    case 'date':
      return (moment.seconds - start) * NANOS_PER_SECOND;
    default:
      return undefined;
  }
}

/**
 * Every time at which something that recurs happens, ascending.
 *
 * @param from - First time that counts, nanoseconds after the start; an interval begins there.
 * @param until - First time that no longer counts.
 */
export function* timesOf(
  recurrence: Recurrence,
  start: CalendarSeconds,
  from: number,
  until: number,
): Generator<number, void> {
  if (recurrence.kind === 'interval') {
    for (let at = from; at < until; at += recurrence.nanos) yield at;
    return;
  }
  const cron = openCron(recurrence.pattern);
  const first = start + Math.ceil(from / NANOS_PER_SECOND);
  const text = formatCalendar(first);
  if (cron.match(text)) yield (first - start) * NANOS_PER_SECOND;
  for (let next = cron.nextRun(text); next !== null; next = cron.nextRun(next)) {
    const at = (next.getTime() / MILLIS_PER_SECOND - start) * NANOS_PER_SECOND;
    if (at >= until) return;
    yield at;
  }
}

/** A point of the calendar as `2026-01-05T08:00:00`, in UTC. */
export function formatCalendar(seconds: CalendarSeconds): string {
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  const second = seconds - days * SECONDS_PER_DAY;
  const [year, month, day] = dateOf(days);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [Math.floor(second / 3_600), Math.floor(second / 60) % 60, second % 60];
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${clock.map(two).join(':')}`;
}

function openCron(pattern: string): Cron {
  return new Cron(pattern, { utcOffset: 0, mode: '5-or-6-parts', paused: true });
}

function secondOfDay(text: string): number | undefined {
  const parts = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (parts === null) return undefined;
  const [hour, minute, second] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return hour * 3_600 + minute * 60 + second;
}

/** Years of the Gregorian calendar repeat after 400; an era has so many days. */
const DAYS_PER_ERA = 146_097;
/** Days from the first of March of year 0 to the first of January of 1970. */
const DAYS_TO_EPOCH = 719_468;

/**
 * Days since 1970-01-01. Years are counted from March, so that the leap day is their last.
 */
function daysFromEpoch(year: number, month: number, day: number): number {
  const fromMarch = month > 2 ? year : year - 1;
  const era = Math.floor(fromMarch / 400);
  const yearOfEra = fromMarch - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - DAYS_TO_EPOCH;
}

/** The reverse of {@link daysFromEpoch}: year, month, day. */
function dateOf(days: number): readonly [year: number, month: number, day: number] {
  const shifted = days + DAYS_TO_EPOCH;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

function daysInMonth(year: number, month: number): number {
  const next = month === 12 ? daysFromEpoch(year + 1, 1, 1) : daysFromEpoch(year, month + 1, 1);
  return next - daysFromEpoch(year, month, 1);
}
