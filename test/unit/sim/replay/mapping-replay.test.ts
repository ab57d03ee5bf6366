import { describe, expect, it } from 'vitest';
import { FLUSH, READ, TRIM, WRITE } from '../../../../sim/load/request-batch.ts';
import { type MappingOptions, MappingReplay } from '../../../../sim/replay/mapping-replay.ts';
import { REPLAY_DEFAULTS } from '../../../../sim/replay/replay-options.ts';
import { SeededRandom } from '../../../../src/index.ts';
import { batchOf } from '../../../support/traces.ts';

const TRACK = 1_000;

function replayOf(change: Partial<MappingOptions> = {}): MappingReplay {
  return new MappingReplay({
    ...REPLAY_DEFAULTS,
    trackBytes: TRACK,
    capacityBytes: 2 ** 34,
    cacheBytes: 10 * TRACK,
    policy: 'lru',
    ...change,
  });
}

/** Random reads and writes over 30 tracks of two volumes. */
function randomRequests(count: number): [number, number, number, number, number][] {
  const random = new SeededRandom(3, 'replay test');
  return Array.from({ length: count }, (_, at) => [
    at * 1_000,
    random.below(2),
    random.below(3) === 0 ? WRITE : READ,
    random.below(15) * TRACK + random.below(TRACK / 2),
    1 + random.below(TRACK),
  ]);
}

describe('replay at mapping level', () => {
  it.each(['lru', 'fifo'] as const)('has the hits of a searched list, %s', (policy) => {
    const requests = randomRequests(3_000);
    const cache: string[] = [];
    let hits = 0;
    let accesses = 0;
    for (const [, volume, , offset, length] of requests) {
      const last = Math.floor((offset + length - 1) / TRACK);
      for (let track = Math.floor(offset / TRACK); track <= last; track += 1) {
        accesses += 1;
        const key = `${volume}.${track}`;
        const place = cache.indexOf(key);
        if (place >= 0) {
          hits += 1;
          if (policy === 'fifo') continue;
          cache.splice(place, 1);
        } else if (cache.length === 10) {
          cache.shift();
        }
        cache.push(key);
      }
    }
    const replay = replayOf({ policy });
    replay.take(batchOf(requests));
    const { counts, hitRatio } = replay.result();
    expect(counts.trackReads + counts.trackWrites).toBe(accesses);
    expect(counts.trackReadHits + counts.trackWriteHits).toBe(hits);
    expect(hitRatio).toBe(hits / accesses);
    expect(replay.subsystem.check().violations).toEqual([]);
  });

  it('takes snapshots every so many requests, and shows what they share', () => {
    const replay = replayOf({ snapshots: { kind: 'requests', count: 100 }, snapshotsKept: 3 });
    const requests = randomRequests(1_050);
    for (let at = 0; at < requests.length; at += 50) {
      replay.take(batchOf(requests.slice(at, at + 50)));
    }
    const result = replay.result();
    expect(result.snapshotCount).toBe(10);
    expect(result.snapshots.map(({ requests: before }) => before)).toEqual(
      Array.from({ length: 10 }, (_, at) => 100 * (at + 1)),
    );
    // Two volumes, three snapshots of each.
    expect(replay.subsystem.devices()).toHaveLength(8);
    for (const { mapped, shared } of result.volumes) {
      expect(mapped).toBe(16);
      expect(shared).toBeGreaterThan(0);
      expect(shared).toBeLessThan(mapped);
    }
    expect(replay.subsystem.check().violations).toEqual([]);
  });

  it('takes snapshots at instants of trace time, one for a gap of several', () => {
    const replay = replayOf({ snapshots: { kind: 'time', nanos: 10 } });
    const times = [0, 9, 10, 11, 45, 46, 50];
    replay.take(batchOf(times.map((time) => [time, 0, WRITE, 0, TRACK])));
    expect(replay.result().snapshots.map(({ nanos }) => nanos)).toEqual([10, 45, 50]);
  });

  it('keeps what a snapshot shows when the volume is written on', () => {
    const replay = replayOf({ snapshots: { kind: 'requests', count: 2 } });
    replay.take(
      batchOf([
        [0, 0, WRITE, 0, TRACK],
        [0, 0, WRITE, TRACK, TRACK],
        [0, 0, WRITE, 0, TRACK],
      ]),
    );
    const [source, target] = replay.subsystem.devices();
    const signature = (device: typeof source, track: number): number => {
      if (device === undefined) throw new Error('no device');
      replay.subsystem.readSignature(device.index, track as never);
      return replay.subsystem.signatureLow;
    };
    expect([signature(source, 0), signature(source, 1)]).toEqual([3, 2]);
    expect([signature(target, 0), signature(target, 1)]).toEqual([1, 2]);
  });

  it.each([
    [{ kind: 'requests', count: 3 }, 3],
    [{ kind: 'time', nanos: 20 }, 2],
    [{ kind: 'fill' }, 10],
    [{ kind: 'none' }, 0],
  ] as const)('does not count the warm-up %j', (warmUp, uncounted) => {
    const replay = replayOf({ warmUp });
    replay.take(
      batchOf(Array.from({ length: 20 }, (_, at) => [at * 10, 0, READ, at * TRACK, 1] as const)),
    );
    const { counts, warmUpRequests, cacheTracks } = replay.result();
    expect(warmUpRequests).toBe(uncounted);
    expect(counts.requests).toBe(20 - uncounted);
    expect(cacheTracks).toBe(10);
  });

  it.each([
    [{ kind: 'requests', count: 2 }, 'the warm-up was not over after all 2 requests'],
    [{ kind: 'time', nanos: 20 }, 'the warm-up was not over after all 2 requests'],
    [{ kind: 'fill' }, 'the cache was not full after all 2 requests'],
  ] as const)('refuses to count nothing, with the warm-up %j', (warmUp, what) => {
    const replay = replayOf({ warmUp });
    replay.take(
      batchOf([
        [0, 0, READ, 0, 1],
        [10, 0, READ, TRACK, 1],
      ]),
    );
    expect(() => replay.result()).toThrow(what);
  });

  it('tells the latest time of a trace that goes back in time', () => {
    const replay = replayOf();
    replay.take(
      batchOf([
        [0, 0, READ, 0, 1],
        [90, 0, READ, 0, 1],
        [-5, 0, READ, 0, 1],
      ]),
    );
    expect(replay.result().lastNanos).toBe(90);
  });

  it('gives whole trimmed tracks back, and counts flushes', () => {
    const replay = replayOf();
    replay.take(
      batchOf([
        [0, 0, WRITE, 0, 3 * TRACK],
        [0, 0, TRIM, 10, 3 * TRACK],
        [0, 0, FLUSH, 0, 0],
      ]),
    );
    const { counts, volumes } = replay.result();
    expect(counts).toMatchObject({ tracksTrimmed: 2, trimRequests: 1, flushRequests: 1 });
    expect(volumes[0]?.mapped).toBe(1);
  });

  it('makes content for first reads only when it is to', () => {
    const reads = batchOf([
      [0, 0, READ, 0, 1],
      [0, 0, READ, 0, 1],
    ]);
    for (const isPreloaded of [true, false]) {
      const replay = replayOf({ isPreloaded });
      replay.take(reads);
      const { counts, volumes } = replay.result();
      expect(counts.unwrittenReads).toBe(1);
      expect(volumes[0]?.mapped).toBe(isPreloaded ? 1 : 0);
    }
  });

  it('overwrites many times what the subsystem holds, and is full when it is', () => {
    const replay = replayOf({ capacityBytes: 2 ** 24 });
    const overwrite = Array.from(
      { length: 2_000 },
      (_, at) => [0, 0, WRITE, (at % 100) * TRACK, TRACK] as const,
    );
    for (let round = 0; round < 5; round += 1) replay.take(batchOf(overwrite));
    expect(replay.result().volumes[0]?.mapped).toBe(100);
    const fill = Array.from(
      { length: 2_000 },
      (_, at) => [0, 0, WRITE, at * TRACK, TRACK] as const,
    );
    expect(() => {
      replay.take(batchOf(fill));
    }).toThrow(expect.objectContaining({ code: 'CAPACITY_EXCEEDED' }));
  });
});
