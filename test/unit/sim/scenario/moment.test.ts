import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatCalendar,
  type Moment,
  nanosOf,
  parseCalendar,
  parseMoment,
  parseRecurrence,
  timesOf,
} from '../../../../sim/scenario/moment.ts';

const HOUR = 3_600_000_000_000;
const MONDAY = 1_767_571_200;

function moment(text: string): Moment | string {
  const parsed = parseMoment(text);
  return parsed.kind === 'value' ? parsed.value : parsed.what;
}

function times(text: string, from: number, until: number): readonly number[] {
  const parsed = parseRecurrence(text);
  if (parsed.kind === 'fault') throw new Error(parsed.what);
  return [...timesOf(parsed.value, MONDAY, from, until)];
}

describe('a moment', () => {
  it('is told from the start, of a day, on a date, or at the end', () => {
    expect(moment('2 h')).toEqual({ kind: 'elapsed', nanos: 2 * HOUR });
    expect(moment('14:30')).toEqual({ kind: 'timeOfDay', second: 52_200 });
    expect(moment('2026-01-05 08:00')).toEqual({ kind: 'date', seconds: MONDAY + 28_800 });
    expect(moment('end')).toEqual({ kind: 'end' });
  });

  it('is refused when it is in no calendar and on no clock', () => {
    for (const text of ['24:00', '12:60', '2026-02-29', '2026-13-01', 'tomorrow', '90']) {
      expect(parseMoment(text).kind).toBe('fault');
    }
    expect(parseMoment('2028-02-29').kind).toBe('value');
  });

  it('of a day is the first one that comes', () => {
    const noon = { kind: 'timeOfDay', second: 43_200 } as const;
    expect(nanosOf(noon, MONDAY)).toBe(12 * HOUR);
    expect(nanosOf(noon, MONDAY + 46_800)).toBe(23 * HOUR);
    expect(nanosOf({ kind: 'end' }, MONDAY)).toBeUndefined();
  });
});

describe('the calendar', () => {
  it('is the one of the platform, over every date that can be written', () => {
    const seconds = fc.integer({ min: 0, max: 253_402_300_799 });
    fc.assert(
      fc.property(seconds, (second) => {
        const text = new Date(second * 1_000).toISOString().slice(0, 19);
        expect(formatCalendar(second)).toBe(text);
        expect(parseCalendar(text)).toEqual({ kind: 'value', value: second });
      }),
      { seed: 4, numRuns: 2_000 },
    );
  });
});

describe('what recurs', () => {
  it('by an interval begins where it is told to', () => {
    expect(times('6 h', 6 * HOUR, 24 * HOUR)).toEqual([6 * HOUR, 12 * HOUR, 18 * HOUR]);
  });

  it('by a cron pattern happens in UTC, the start included and the end not', () => {
    expect(times('0 */8 * * *', 0, 24 * HOUR)).toEqual([0, 8 * HOUR, 16 * HOUR]);
    expect(times('30 3 * * TUE', 0, 48 * HOUR)).toEqual([27.5 * HOUR]);
    expect(times('0 3 * * *', 4 * HOUR, 24 * HOUR)).toEqual([]);
  });

  it('is refused with what cron has against it', () => {
    const parsed = parseRecurrence('0 99 * * *');
    expect(parsed).toMatchObject({ kind: 'fault', what: expect.stringContaining('hour') });
    expect(parseRecurrence('0 s').kind).toBe('fault');
  });
});
