/**
 * The commands about traces: `trace inspect`, `trace convert`, `trace stats`, and `replay`.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import { examples, jsonOption, progressOption } from './common-options.ts';
import type { ExitCode } from './exit-code.ts';
import { processTerminal } from './terminal.ts';
import type {
  ConvertOptions,
  ReplayCommandOptions,
  StatsOptions,
  TraceOptions,
} from './trace-options.ts';

type Finish = (code: ExitCode) => void;

const FILE = 'trace file (gzip and zstd around it are fine)';

/** Adds `trace` and its commands. */
export function addTrace(program: Command, finish: Finish): void {
  const trace = program.command('trace').description('Look at block traces, and convert them.');
  readingOptions(
    trace
      .command('inspect')
      .description(
        'Guess the format, show the first requests, count what is and is not understood.',
      )
      .argument('<file>', FILE),
  )
    .addHelpText(
      'after',
      examples([
        'vdasd trace inspect web.csv.gz',
        'vdasd trace inspect x.txt --columns time=1:us,op=2,offset=3:512,length=4',
      ]),
    )
    .action(async (file: string, options: TraceOptions) => {
      const { traceInspectCommand } = await import('./trace-command.ts');
      finish(await traceInspectCommand(file, options, processTerminal));
    });
  readingOptions(
    trace
      .command('convert')
      .description('Write a trace in another format, or a part of it.')
      .argument('<in>', FILE)
      .argument('<out>', 'file to write; must not be there; .gz and .zst compress'),
  )
    .requiredOption('--to <format>', 'format to write, such as compact')
    .addOption(
      new Option('--compress <how>', 'compression, whatever the name').choices([
        'none',
        'gzip',
        'zstd',
      ]),
    )
    .addHelpText('after', examples(['vdasd trace convert web.csv.gz web.vtr --to compact']))
    .action(async (from: string, to: string, options: ConvertOptions) => {
      const { traceConvertCommand } = await import('./trace-command.ts');
      finish(await traceConvertCommand(from, to, options, processTerminal));
    });
  readingOptions(
    trace
      .command('stats')
      .description('Show rates, mix, sizes, volumes and misses of plain caches.')
      .argument('<file>', FILE),
  )
    .option('--cache <objects>', 'sizes of caches for a table of misses, such as 100,1000')
    .addHelpText('after', examples(['vdasd trace stats web.csv.gz --cache 1000,10000']))
    .action(async (file: string, options: StatsOptions) => {
      const { traceStatsCommand } = await import('./trace-command.ts');
      finish(await traceStatsCommand(file, options, processTerminal));
    });
}

/** Adds `replay`. */
export function addReplay(program: Command, finish: Finish): void {
  readingOptions(
    program
      .command('replay')
      .description('Replay a trace against the mapping alone, or with timing.')
      .argument('<file>', FILE),
  )
    .addOption(
      new Option('--level <level>', 'how much of the subsystem takes part')
        .choices(['mapping', 'timing'])
        .default('mapping'),
    )
    .option('--cache <size>', 'room of the cache at mapping level, such as 256MiB')
    .addOption(
      new Option('--policy <policy>', 'which track leaves a full cache').choices(['lru', 'fifo']),
    )
    .option('--capacity <size>', 'usable space of the subsystem, such as 2TiB')
    .option('--track-bytes <n>', 'bytes of a volume on each track')
    .option('--warm-up <much>', 'not counted: a number of requests, a time such as 60s, or fill')
    .option('--snapshot-every <much>', 'snapshots of all volumes: every 10000 requests, or 60s')
    .option('--snapshots-kept <n>', 'snapshots of each volume that stay')
    .option('--no-preload', 'tracks that are read first were never written')
    .addOption(
      new Option('--mode <mode>', 'which clock a replay with timing follows').choices([
        'open',
        'closed',
        'dependency',
      ]),
    )
    .option('--outstanding <n>', 'requests under way in closed mode')
    .option(
      '--parameters <set>',
      'parameter set of the subsystem: rva, iceberg, flash-array, a file',
    )
    .addHelpText(
      'after',
      examples([
        'vdasd replay web.csv.gz --snapshot-every 60s',
        'vdasd replay web.csv.gz --level timing --parameters iceberg',
      ]),
    )
    .action(async (file: string, options: ReplayCommandOptions) => {
      const { replayCommand } = await import('./trace-command.ts');
      finish(await replayCommand(file, options, processTerminal));
    });
}

/** Options of every command that reads a trace. */
function readingOptions(command: Command): Command {
  return command
    .option('--format <format>', 'format of the trace, when its content does not tell')
    .option('--columns <declaration>', 'what the columns of a text trace mean')
    .option('--rejects <n>', 'lines or records that may be rejected before it is an error')
    .addOption(
      new Option('--zero <point>', 'times count from the first request or the file').choices([
        'first',
        'file',
      ]),
    )
    .option('--block-bytes <n>', 'bytes of a block, for formats that count in blocks')
    .option('--time-unit <unit>', 'unit of whole-number times (MQSim): ns, us, ms')
    .option('--action <letter>', 'event of blkparse text that stands for a request')
    .addOption(
      new Option('--wait <meaning>', 'meaning of wait in a fio log of version 2').choices([
        'absolute-ms',
        'relative-us',
      ]),
    )
    .addOption(
      new Option('--spread <how>', 'spread requests over whole seconds').choices([
        'auto',
        'even',
        'none',
      ]),
    )
    .option('--from <time>', 'from this time on, which becomes the zero point')
    .option('--until <time>', 'up to this time')
    .option('--limit <n>', 'so many requests at most')
    .option('--volume <name...>', 'only these volumes')
    .option('--operation <name...>', 'only these operations: read, write, trim, flush')
    .option('--time-scale <factor>', 'times are multiplied by it: 0.5 is twice as fast')
    .option('--address-scale <factor>', 'addresses are multiplied by it')
    .option('--address-limit <size>', 'addresses wrap around here')
    .addOption(jsonOption())
    .addOption(progressOption());
}
