/**
 * `vdasd trace inspect`, `convert`, `stats`, and `vdasd replay`: each is a task, its result printed.
 *
 * A trace of which some was rejected leaves exit code 3: partial.
 *
 * @module
 */
import { formatReplay } from '../report/replay-report.ts';
import type { TraceReading } from '../report/trace-record.ts';
import {
  formatConversion,
  formatTraceInspection,
  formatTraceStats,
} from '../report/trace-report.ts';
import { compressionOfName } from '../sweep/trace-files.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { openProgress } from './progress.ts';
import { runTask } from './run-task.ts';
import { formatJson, type Terminal } from './terminal.ts';
import {
  blockBytesOf,
  type ConvertOptions,
  counts,
  feedOptions,
  type ReplayCommandOptions,
  replayLevel,
  type StatsOptions,
  type TraceOptions,
} from './trace-options.ts';

/** Shows what a trace is. Puts up with any number of rejects: counting them is what it is for. */
export async function traceInspectCommand(
  file: string,
  options: TraceOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const input = feedOptions(file, options, Number.POSITIVE_INFINITY);
  const found = await runTask(
    { kind: 'traceInspect', input },
    openProgress(options.progress ?? 'auto'),
  );
  const text = (): readonly string[] => formatTraceInspection(found, terminal.width);
  return show(
    { schema: 'vdasd.trace-inspect/1', ...found },
    text,
    found.reading,
    options,
    terminal,
  );
}

/** Writes a trace in another format. */
export async function traceConvertCommand(
  file: string,
  to: string,
  options: ConvertOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const input = feedOptions(file, options);
  const done = await runTask(
    {
      kind: 'traceConvert',
      input,
      to,
      format: options.to,
      compression: options.compress ?? compressionOfName(to),
      blockBytes: blockBytesOf(options),
    },
    openProgress(options.progress ?? 'auto'),
  );
  const text = (): readonly string[] => formatConversion(done);
  return show({ schema: 'vdasd.trace-convert/1', ...done }, text, done.reading, options, terminal);
}

/** Shows figures of a trace. */
export async function traceStatsCommand(
  file: string,
  options: StatsOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const input = feedOptions(file, options);
  const cacheObjects = counts('--cache', options.cache);
  const stats = await runTask(
    { kind: 'traceStats', input, cacheObjects },
    openProgress(options.progress ?? 'auto'),
  );
  const text = (): readonly string[] => formatTraceStats(stats, terminal.width);
  return show({ schema: 'vdasd.trace-stats/1', ...stats }, text, stats.reading, options, terminal);
}

/** Replays a trace. */
export async function replayCommand(
  file: string,
  options: ReplayCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const input = feedOptions(file, options);
  const level = replayLevel(options);
  const replay = await runTask(
    { kind: 'replay', input, level },
    openProgress(options.progress ?? 'auto'),
  );
  const text = (): readonly string[] => formatReplay(replay, terminal.width);
  return show({ schema: 'vdasd.replay/1', ...replay }, text, replay.reading, options, terminal);
}

function show(
  json: object,
  text: () => readonly string[],
  reading: TraceReading,
  options: TraceOptions,
  terminal: Terminal,
): ExitCode {
  if (options.json === true) terminal.line(formatJson(json));
  else for (const line of text()) terminal.line(line);
  if (reading.rejects === 0) return EXIT.done;
  terminal.error(
    `vdasd: warning: ${reading.file}: ${reading.rejects} of ${reading.records} lines or records were rejected`,
  );
  return EXIT.partial;
}
