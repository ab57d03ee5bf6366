import { describe, expect, it } from 'vitest';
import { READ, TRIM, WRITE } from '../../../../sim/load/request-batch.ts';
import { TraceStatistics } from '../../../../sim/load/trace-statistics.ts';
import { batchOf } from '../../../support/traces.ts';

describe('statistics of a trace', () => {
  it('count operations, volumes, sequence and tracks', () => {
    const statistics = new TraceStatistics();
    statistics.take(
      batchOf([
        [0, 0, READ, 0, 56_664, 5_000],
        [1e9, 0, WRITE, 56_664, 1_000],
        [1e9, 1, READ, 56_663, 2],
        [3e9, 0, TRIM, 10, 512],
      ]),
    );
    statistics.take(batchOf([[2e9, 0, READ, 57_664, 336]]));
    const figures = statistics.figures(['a', 'b']);
    expect(figures).toMatchObject({
      requests: 5,
      bytes: 58_514,
      spanNanos: 3e9,
      requestsPerSecond: 5 / 3,
      readShare: 0.75,
      sequentialShare: 0.5,
      tracks: 4,
      volumeCount: 2,
    });
    expect(figures.operations.map(({ requests }) => requests)).toEqual([3, 1, 1, 0]);
    expect(figures.volumes).toEqual([
      { name: 'a', requests: 4, bytes: 58_512, endBytes: 58_000 },
      { name: 'b', requests: 1, bytes: 2, endBytes: 56_665 },
    ]);
    expect(figures.responseNanos).toMatchObject({ mean: 5_000, max: 5_000 });
  });

  it('have no rates when the span is too short', () => {
    const statistics = new TraceStatistics();
    statistics.take(
      batchOf([
        [0, 0, READ, 0, 512],
        [999_999, 0, READ, 0, 512],
      ]),
    );
    const { requestsPerSecond, responseNanos } = statistics.figures(['a']);
    expect([requestsPerSecond, responseNanos]).toEqual([null, null]);
  });
});
