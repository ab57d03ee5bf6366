import { describe, expect, it } from 'vitest';
import { Recorder, type RecorderOptions } from '../../../../sim/record/recorder.ts';
import {
  FLAG_HELD,
  FLAG_HIT,
  REQUEST_BATCH,
  type RequestColumns,
} from '../../../../sim/record/request-sink.ts';
import { AFTER, BEFORE, DURING } from '../../../../sim/record/unit-measures.ts';
import { InputError, InvariantViolation } from '../../../../src/index.ts';

const MS = 1e6;
const SECOND = 1e9;

function recorder(options: Partial<RecorderOptions> = {}): Recorder {
  return new Recorder({
    classes: ['oltp', 'batch'],
    sampleNanos: SECOND,
    phase: BEFORE,
    keepRequests: 'none',
    ...options,
  });
}

/** A request of class and operation that arrived at `arrival` and took 1 + 2 + 3 + 4 = 10 ms. */
function tenMillis(into: Recorder, arrival: number, loadClass = 0, operation = 0, flags = 0): void {
  into.request(loadClass, operation, 0x0a80, 17, 4096, arrival, MS, 2 * MS, 3 * MS, 4 * MS, flags);
}

describe('a recorder', () => {
  it('counts a request in the phase in which it arrived, however late it is done', () => {
    const one = recorder();
    tenMillis(one, 0.5 * SECOND);
    one.setPhase(DURING, SECOND);
    tenMillis(one, 0.9 * SECOND);
    tenMillis(one, SECOND);
    one.setPhase(AFTER, 2 * SECOND);
    one.setPhase(AFTER, 2.5 * SECOND);
    tenMillis(one, 0.1 * SECOND);
    tenMillis(one, 1.9 * SECOND);
    tenMillis(one, 2 * SECOND);
    const { responses, phases, requestCount } = one.finish(3 * SECOND);
    const counts = responses.map(({ phase, response }) => [phase, response.count]);
    expect(counts).toEqual([
      [BEFORE, 3],
      [DURING, 2],
      [AFTER, 1],
    ]);
    expect(requestCount).toBe(6);
    expect(phases).toEqual([
      { phase: BEFORE, startNanos: 0, endNanos: SECOND },
      { phase: DURING, startNanos: SECOND, endNanos: 2 * SECOND },
      { phase: AFTER, startNanos: 2 * SECOND, endNanos: 3 * SECOND },
    ]);
  });

  it('keeps classes, operations, parts, hits and holds apart', () => {
    const one = recorder();
    tenMillis(one, 0, 1, 1, FLAG_HIT);
    one.request(1, 1, 0, 0, 100, 0, 3 * MS, 0, 0, 0, FLAG_HELD | FLAG_HIT);
    tenMillis(one, 0, 0, 0);
    const [read, write] = one.finish(SECOND).responses;
    expect(read).toMatchObject({ loadClass: 'oltp', operation: 'read', hits: 0, bytes: 4096 });
    expect(write).toMatchObject({
      loadClass: 'batch',
      operation: 'write',
      bytes: 4196,
      hits: 2,
      held: 1,
      queueMeanNanos: 2 * MS,
      pendMeanNanos: MS,
      disconnectMeanNanos: 1.5 * MS,
      connectMeanNanos: 2 * MS,
    });
    expect(write?.response).toMatchObject({
      count: 2,
      meanNanos: 6.5 * MS,
      minNanos: 3 * MS,
      maxNanos: 10 * MS,
    });
  });

  it('samples gauges as readings, rates and means, and responses by class', () => {
    const one = recorder();
    let bytes = 0;
    let busy = 0;
    one.gauge({ name: 'load', unit: 'ratio', family: 'space', kind: 'last', read: () => 0.5 });
    one.gauge({ name: 'flow', unit: 'B/s', family: 'channel', kind: 'rate', read: () => bytes });
    one.gauge({ name: 'busy', unit: 'ratio', family: 'channel', kind: 'mean', read: () => busy });
    tenMillis(one, 0, 1);
    bytes = 500;
    busy = 0.25 * SECOND;
    one.sample(SECOND);
    bytes = 800;
    const { series } = one.finish(1.5 * SECOND);
    const valuesOf = (name: string) =>
      series.columns.find((column) => column.name === name)?.values;
    expect(series.atNanos).toEqual([SECOND, 1.5 * SECOND]);
    expect(valuesOf('load')).toEqual([0.5, 0.5]);
    expect(valuesOf('flow')).toEqual([500, 600]);
    expect(valuesOf('busy')).toEqual([0.25, 0]);
    expect(valuesOf('requests_per_second')).toEqual([1, 0]);
    expect(valuesOf('response_max')).toEqual([10 * MS, null]);
    expect(valuesOf('response_p99.batch')).toEqual([10 * MS, null]);
    expect(valuesOf('response_p99.oltp')).toEqual([null, null]);
  });

  it.each([
    ['all', 2 * REQUEST_BATCH + 5, 2 * REQUEST_BATCH + 5],
    [{ oneIn: 10 }, 1_001, 101],
  ] as const)('hands over %o in batches, in order', (keepRequests, given, kept) => {
    const arrivals: number[] = [];
    let largest = 0;
    const sink = {
      requests: ({ count, arrival }: RequestColumns) => {
        largest = Math.max(largest, count);
        arrivals.push(...arrival.subarray(0, count));
      },
    };
    const one = recorder({ keepRequests, sink });
    for (let at = 0; at < given; at += 1) tenMillis(one, at);
    expect(one.finish(SECOND).requestsKept).toBe(kept);
    expect(arrivals.length).toBe(kept);
    expect(arrivals).toEqual(arrivals.toSorted((first, second) => first - second));
    expect(largest).toBeLessThanOrEqual(REQUEST_BATCH);
  });

  it('keeps events in order and says what it was not asked to keep', () => {
    const one = recorder();
    one.event(5, 'driveFailed', { drive: 3 });
    const { events, eventsDropped, requestsKept } = one.finish(10);
    expect(events).toEqual([{ atNanos: 5, kind: 'driveFailed', data: { drive: 3 } }]);
    expect([eventsDropped, requestsKept]).toEqual([0, 0]);
  });

  it.each([
    [{ classes: [] }],
    [{ sampleNanos: 0 }],
    [{ keepRequests: 'all' as const }],
    [{ keepRequests: { oneIn: 0 } }],
  ])('refuses %o', (options) => {
    expect(() => recorder(options)).toThrow(InputError);
  });

  it('refuses two gauges of one name, and names that are no names of columns', () => {
    const one = recorder();
    const gauge = { unit: 'ratio', family: 'drive', kind: 'last', read: () => 0 } as const;
    one.gauge({ ...gauge, name: 'drive.0' });
    expect(() => one.gauge({ ...gauge, name: 'drive.0' })).toThrow(InputError);
    expect(() => one.gauge({ ...gauge, name: 'Drive 0' })).toThrow(InputError);
  });

  it('stops when time runs backward, and ends once', () => {
    const one = recorder();
    one.sample(SECOND);
    expect(() => one.sample(SECOND)).toThrow(InvariantViolation);
    one.finish(2 * SECOND);
    expect(() => one.finish(3 * SECOND)).toThrow(InvariantViolation);
  });
});
