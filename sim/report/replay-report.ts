/**
 * A replay as text.
 *
 * @module
 */
import type { MappingResult } from '../replay/mapping-replay.ts';
import type { ResponseFigures } from '../replay/replay-statistics.ts';
import type { ReplayMode, TimingResult } from '../replay/timing-replay.ts';
import { formatBytes, formatCount, formatDuration, formatNumber } from '../scenario/quantity.ts';
import { toPrintable } from './printable.ts';
import { formatTable } from './table.ts';
import type { ReplayRecord } from './trace-record.ts';
import { fact, formatReading, formatRejects, percent } from './trace-report.ts';

const VOLUMES_SHOWN = 20;

/** Lines of `vdasd replay`. */
export function formatReplay(replay: ReplayRecord, width: number): readonly string[] {
  const { reading, mapping, timing, level } = replay;
  return [
    ...formatReading(reading),
    '',
    ...(mapping === null ? [] : formatMapping(mapping, replay.volumes, width)),
    ...(timing === null || level.kind !== 'timing'
      ? []
      : formatTiming(timing, level.options.mode, level.parameters, width)),
    ...formatRejects(reading.firstRejects, width),
  ];
}

function formatMapping(
  result: MappingResult,
  names: readonly string[],
  width: number,
): readonly string[] {
  const { counts } = result;
  const ratio = (share: number | null): string => (share === null ? 'none' : percent(share));
  const rows = result.volumes
    .slice(0, VOLUMES_SHOWN)
    .map(({ volume, mapped, shared, uniqueBytes, sharedBytes }) => [
      toPrintable(names[volume] ?? `${volume}`),
      formatNumber(mapped),
      formatNumber(shared),
      formatBytes(uniqueBytes),
      formatBytes(sharedBytes),
    ]);
  return [
    fact('level', 'mapping: no time passes'),
    fact('replayed', `${formatCount(counts.requests, 'request')}${warmUp(result.warmUpRequests)}`),
    fact(
      'tracks',
      `${formatNumber(counts.trackReads)} read, ${ratio(result.readHitRatio)} from the cache of ` +
        `${formatNumber(result.cacheTracks)}; ${formatNumber(counts.trackWrites)} written`,
    ),
    fact('hits', `${ratio(result.hitRatio)} of reads and writes together`),
    fact(
      'space',
      `${formatBytes(result.liveBytes)} live, ${result.netCapacityLoadPercent.toFixed(3)} % net capacity load; ` +
        `${formatBytes(result.memory.totalBytes)} of memory for the map`,
    ),
    fact('snapshots', formatNumber(result.snapshotCount)),
    ...(counts.unwrittenReads === 0
      ? []
      : [
          fact('unwritten', `${formatCount(counts.unwrittenReads, 'track')} read before any write`),
        ]),
    '',
    ...formatTable(
      [
        { title: 'volume', shrinks: true },
        ...['tracks', 'shared', 'unique', 'shared bytes'].map((title) => ({
          title,
          align: 'right' as const,
        })),
      ],
      rows,
      width,
    ),
  ];
}

function formatTiming(
  result: TimingResult,
  mode: ReplayMode,
  parameters: string,
  width: number,
): readonly string[] {
  const { parts, hitRatio, requestsPerSecond } = result;
  const rate =
    requestsPerSecond === null
      ? 'not enough time for rates'
      : `${formatNumber(Number(requestsPerSecond.toPrecision(4)))} requests a second`;
  const rows = [
    ...responseRow('all', result.all),
    ...responseRow('reads', result.reads),
    ...responseRow('writes', result.writes),
    ...responseRow('as measured in the trace', result.measured),
  ];
  const stations = result.stations.map((row) => [
    row.name,
    percent(row.utilisation),
    formatNumber(row.arrivals),
    row.meanQueue.toPrecision(3),
    formatDuration(row.meanStayNanos),
  ]);
  const right = (title: string) => ({ title, align: 'right' as const });
  return [
    fact('level', `timing, ${describeMode(mode)}; parameters ${parameters}`),
    fact(
      'replayed',
      `${formatCount(result.requests, 'request')}${warmUp(result.warmUpRequests)}; ${rate}`,
    ),
    fact(
      'time',
      `${formatDuration(result.simulatedNanos)} simulated for ${formatDuration(Math.max(0, result.traceNanos))} of the trace; ` +
        `at most ${formatCount(result.peakOutstanding, 'request')} under way`,
    ),
    fact(
      'space',
      `${formatCount(result.groups, 'redundancy group')}, ${formatBytes(result.capacityBytes)}; ` +
        `${formatCount(result.preloadedTracks, 'track')} there before`,
    ),
    fact('hits', hitRatio === null ? 'none' : percent(hitRatio)),
    ...(parts === null
      ? []
      : [
          fact(
            'parts',
            `IOSQ ${formatDuration(parts.iosqNanos)}, pend ${formatDuration(parts.pendNanos)}, ` +
              `disconnect ${formatDuration(parts.disconnectNanos)}, connect ${formatDuration(parts.connectNanos)} (mean of a track)`,
          ),
        ]),
    fact('snapshots', formatNumber(result.snapshotCount)),
    fact('witness', `${result.witness}, ${formatCount(result.eventCount, 'event')}`),
    '',
    ...formatTable(
      [{ title: 'response' }, ...['requests', 'mean', 'p50', 'p95', 'p99', 'most'].map(right)],
      rows,
      width,
    ),
    '',
    ...formatTable(
      [{ title: 'place' }, ...['used', 'arrivals', 'queue', 'stay'].map(right)],
      stations,
      width,
    ),
  ];
}

function describeMode(mode: ReplayMode): string {
  switch (mode.kind) {
    case 'closed':
      return `closed: ${formatCount(mode.outstanding, 'request')} under way, arrivals of the trace do not count`;
    case 'dependency':
      return 'by dependency: requests follow completions as they did in the trace';
    default:
      return 'open: requests arrive when the trace says';
  }
}

function responseRow(name: string, figures: ResponseFigures | null): readonly string[][] {
  if (figures === null) return [];
  const { requests, meanNanos, p50Nanos, p95Nanos, p99Nanos, maxNanos } = figures;
  const times = [meanNanos, p50Nanos, p95Nanos, p99Nanos, maxNanos];
  return [[name, formatNumber(requests), ...times.map(formatDuration)]];
}

function warmUp(requests: number): string {
  return requests === 0 ? '' : `, after ${formatNumber(requests)} of warm-up`;
}
