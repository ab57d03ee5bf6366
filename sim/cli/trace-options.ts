/**
 * Options of the trace and replay commands, from words to numbers.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import { timeDigitsOf } from '../load/column-declaration.ts';
import { OPERATION_NAMES } from '../load/request-batch.ts';
import type { TraceFeedOptions } from '../load/trace-feed.ts';
import { traceFormat } from '../load/trace-formats.ts';
import { type TraceSelection, WHOLE_TRACE } from '../load/trace-selection.ts';
import { CACHE_BYTES_DEFAULT } from '../replay/mapping-replay.ts';
import { REPLAY_DEFAULTS, type ReplayOptions, type WarmUp } from '../replay/replay-options.ts';
import type { ReplayMode } from '../replay/timing-replay.ts';
import type { ReplayLevel } from '../report/trace-record.ts';
import { type Parsed, parseBytes, parseCount, parseDuration } from '../scenario/quantity.ts';

/** Options of every command that reads a trace, as commander gives them. */
export interface TraceOptions {
  readonly format?: string;
  readonly columns?: string;
  readonly rejects?: string;
  readonly zero?: 'first' | 'file';
  readonly blockBytes?: string;
  readonly timeUnit?: string;
  readonly action?: string;
  readonly wait?: 'absolute-ms' | 'relative-us';
  readonly spread?: 'auto' | 'even' | 'none';
  readonly from?: string;
  readonly until?: string;
  readonly limit?: string;
  readonly volume?: readonly string[];
  readonly operation?: readonly string[];
  readonly timeScale?: string;
  readonly addressScale?: string;
  readonly addressLimit?: string;
  readonly json?: boolean;
  readonly progress?: 'auto' | 'json' | 'none';
}

/** Options of `trace convert`. */
export interface ConvertOptions extends TraceOptions {
  readonly to: string;
  readonly compress?: 'none' | 'gzip' | 'zstd';
}

/** Options of `trace stats`. */
export interface StatsOptions extends TraceOptions {
  readonly cache?: string;
}

/** Options of `replay`. */
export interface ReplayCommandOptions extends TraceOptions {
  readonly level: 'mapping' | 'timing';
  readonly cache?: string;
  readonly policy?: 'lru' | 'fifo';
  readonly capacity?: string;
  readonly trackBytes?: string;
  readonly warmUp?: string;
  readonly snapshotEvery?: string;
  readonly snapshotsKept?: string;
  readonly preload?: boolean;
  readonly mode?: 'open' | 'closed' | 'dependency';
  readonly outstanding?: string;
  readonly parameters?: string;
}

/** Rejects that are put up with unless something else is said. */
const REJECTS_DEFAULT = 100;
const BLOCK_BYTES_DEFAULT = 512;
const TRACK_BYTES_MAX = 1_048_576;
const PARAMETERS_DEFAULT = 'rva';
const OUTSTANDING_DEFAULT = 32;

/** How a trace is read. @throws InputError USAGE */
export function feedOptions(
  file: string,
  options: TraceOptions,
  rejectsDefault: number = REJECTS_DEFAULT,
): TraceFeedOptions {
  const { format, columns, zero, action, wait } = options;
  if (columns !== undefined && format !== undefined && format !== 'columns') {
    const limit = 'declared columns are a format of their own';
    usage(`--columns with --format ${format}`, limit, 'leave one of them out');
  }
  return {
    file,
    rejectLimit:
      options.rejects === undefined ? rejectsDefault : count('--rejects', options.rejects),
    spread: options.spread ?? 'auto',
    selection: selection(options),
    blockBytes: blockBytesOf(options),
    ...(format === undefined ? {} : { format: traceFormat(format).name }),
    ...(columns === undefined ? {} : { columns }),
    ...(zero === undefined ? {} : { zero }),
    ...(options.timeUnit === undefined ? {} : { timeDigits: timeDigitsOf(options.timeUnit) }),
    ...(action === undefined ? {} : { action }),
    ...(wait === undefined
      ? {}
      : { wait: wait === 'relative-us' ? 'relativeMicros' : 'absoluteMillis' }),
  };
}

/** Bytes of a block. @throws InputError USAGE */
export function blockBytesOf({ blockBytes }: TraceOptions): number {
  if (blockBytes === undefined) return BLOCK_BYTES_DEFAULT;
  const bytes = count('--block-bytes', blockBytes);
  if (bytes === 0) usage('--block-bytes 0', 'a block has at least one byte', 'write 512 or 4096');
  return bytes;
}

/** Level and options of a replay. @throws InputError USAGE */
export function replayLevel(options: ReplayCommandOptions): ReplayLevel {
  const shared = sharedOptions(options);
  if (options.level === 'mapping') {
    const { mode, outstanding, parameters } = options;
    if (mode !== undefined || outstanding !== undefined || parameters !== undefined) {
      const limit = 'at mapping level no time passes';
      usage(
        '--mode, --outstanding or --parameters',
        limit,
        'add --level timing, or leave them out',
      );
    }
    return {
      kind: 'mapping',
      options: {
        ...shared,
        cacheBytes:
          options.cache === undefined ? CACHE_BYTES_DEFAULT : size('--cache', options.cache),
        policy: options.policy ?? 'lru',
      },
    };
  }
  if (options.cache !== undefined || options.policy !== undefined) {
    const limit = 'with timing the cache is that of the parameter set, and least recently used';
    usage(
      '--cache and --policy with --level timing',
      limit,
      'leave them out, or give --parameters',
    );
  }
  return {
    kind: 'timing',
    parameters: options.parameters ?? PARAMETERS_DEFAULT,
    options: {
      ...shared,
      capacityBytes: options.capacity === undefined ? null : shared.capacityBytes,
      mode: modeOf(options),
    },
  };
}

function sharedOptions(options: ReplayCommandOptions): ReplayOptions {
  const trackBytes =
    options.trackBytes === undefined
      ? REPLAY_DEFAULTS.trackBytes
      : count('--track-bytes', options.trackBytes);
  if (trackBytes < 1 || trackBytes > TRACK_BYTES_MAX) {
    const limit = `a track has 1 to ${TRACK_BYTES_MAX} bytes of a volume`;
    usage(`--track-bytes ${trackBytes}`, limit, 'write 56664 for a full 3390 track');
  }
  const kept =
    options.snapshotsKept === undefined
      ? REPLAY_DEFAULTS.snapshotsKept
      : count('--snapshots-kept', options.snapshotsKept);
  if (kept === 0) usage('--snapshots-kept 0', 'at least one is kept', 'write 1 or more');
  return {
    trackBytes,
    capacityBytes:
      options.capacity === undefined
        ? REPLAY_DEFAULTS.capacityBytes
        : size('--capacity', options.capacity),
    warmUp: warmUpOf(options.warmUp),
    snapshots: paceOf(options.snapshotEvery),
    snapshotsKept: kept,
    isPreloaded: options.preload ?? REPLAY_DEFAULTS.isPreloaded,
  };
}

function warmUpOf(text: string | undefined): WarmUp {
  if (text === undefined) return { kind: 'none' };
  if (text === 'fill') return { kind: 'fill' };
  if (/^[\d_]+$/.test(text)) return { kind: 'requests', count: count('--warm-up', text) };
  return { kind: 'time', nanos: duration('--warm-up', text) };
}

function paceOf(text: string | undefined): ReplayOptions['snapshots'] {
  if (text === undefined) return { kind: 'never' };
  const isCount = /^[\d_]+$/.test(text);
  const every = isCount ? count('--snapshot-every', text) : duration('--snapshot-every', text);
  if (every === 0) {
    usage(`--snapshot-every ${text}`, 'it is more than nothing', 'write 10000, or 60s');
  }
  return isCount ? { kind: 'requests', count: every } : { kind: 'time', nanos: every };
}

function modeOf({ mode = 'open', outstanding }: ReplayCommandOptions): ReplayMode {
  if (mode !== 'closed') {
    if (outstanding === undefined) return { kind: mode };
    const limit = `with --mode ${mode} the trace says how many requests are under way`;
    usage(`--outstanding ${outstanding}`, limit, 'add --mode closed, or leave it out');
  }
  const under =
    outstanding === undefined ? OUTSTANDING_DEFAULT : count('--outstanding', outstanding);
  if (under === 0) usage('--outstanding 0', 'at least one request is under way', 'write 1 or more');
  return { kind: 'closed', outstanding: under };
}

function selection(options: TraceOptions): TraceSelection {
  const { from, until, limit, addressLimit } = options;
  const requestLimit = limit === undefined ? WHOLE_TRACE.requestLimit : count('--limit', limit);
  if (requestLimit === 0) usage('--limit 0', 'there is at least one request', 'write 1 or more');
  return {
    fromNanos: from === undefined ? WHOLE_TRACE.fromNanos : duration('--from', from),
    untilNanos: until === undefined ? WHOLE_TRACE.untilNanos : duration('--until', until),
    requestLimit,
    volumes: options.volume ?? [],
    operations: (options.operation ?? []).map(operationOf),
    timeScale: factor('--time-scale', options.timeScale),
    addressScale: factor('--address-scale', options.addressScale),
    addressLimit:
      addressLimit === undefined
        ? WHOLE_TRACE.addressLimit
        : Math.max(1, size('--address-limit', addressLimit)),
  };
}

function operationOf(name: string): number {
  const at = OPERATION_NAMES.findIndex((operation) => operation === name);
  if (at < 0) {
    usage(`--operation ${name}`, `operations: ${OPERATION_NAMES.join(', ')}`, 'name one of them');
  }
  return at;
}

/** A list of whole numbers, separated by commas. @throws InputError USAGE */
export function counts(option: string, text: string | undefined): readonly number[] {
  if (text === undefined) return [];
  return text.split(',').map((part) => {
    const value = count(option, part.trim());
    if (value === 0) usage(`${option} ${text}`, 'sizes are 1 or more', 'write 100,1000,10000');
    return value;
  });
}

function factor(option: string, text: string | undefined): number {
  if (text === undefined) return 1;
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) {
    usage(`${option} ${text}`, 'it is a number above 0', 'write 0.5, or 2');
  }
  return value;
}

function count(option: string, text: string): number {
  return valueOf(option, text, parseCount(text));
}

function size(option: string, text: string): number {
  return valueOf(option, text, parseBytes(text));
}

function duration(option: string, text: string): number {
  return valueOf(option, text, parseDuration(text));
}

function valueOf(option: string, text: string, parsed: Parsed<number>): number {
  if (parsed.kind === 'value') return parsed.value;
  return usage(`${option} ${text}: ${parsed.what}`, 'the option cannot be read', parsed.fix);
}

function usage(what: string, limit: string, fix: string): never {
  throw new InputError('USAGE', { what, limit, fix });
}
