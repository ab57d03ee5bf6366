/**
 * The command line: what `bin/vdasd.mjs` starts.
 *
 * Standard output carries the result (text or, with `--json`, one JSON document that names its
 * schema), standard error everything else. The exit code says how it went (`exit-code.ts`).
 *
 * @module
 */
import { Command, CommanderError, Option } from 'commander';
import { removeUnfinishedFiles } from '../sweep/unfinished-files.ts';
import type {
  ExtractOptions,
  ImageOptions,
  RunOptions,
  ValidateOptions,
} from './command-options.ts';
import { examples, jsonOption, progressOption } from './common-options.ts';
import { addCompletion, namesOfStore } from './completion.ts';
import type { OfferNames } from './completion-offer.ts';
import { EXIT, EXIT_MEANINGS, type ExitCode } from './exit-code.ts';
import { howToGoOn } from './finished-units.ts';
import { stopTask } from './run-task.ts';
import { addStore } from './store-commands.ts';
import { endOnSignal, endQuietlyOnClosedPipe, processTerminal } from './terminal.ts';
import { addReplay, addTrace } from './trace-commands.ts';
import { VERSION } from './version.ts';
import { addDataSet, addVolume } from './volume-commands.ts';

/** Wrong usage is reported by us, in the form of every other error; see `usageError`. */
const NO_ERROR_OUTPUT = Object.freeze({ outputError: () => undefined });

/** Runs one command line and leaves its exit code in `process.exitCode`. */
export async function main(argv: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe();
  endOnSignal(async () => {
    await stopTask();
    removeUnfinishedFiles();
    return howToGoOn();
  });
  const program = buildProgram(
    (code) => {
      process.exitCode = code;
    },
    await namesOfStore(argv),
  );
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    removeUnfinishedFiles();
    process.exitCode = await endWithError(error, argv);
  }
}

/** Exit code of what a command threw, after saying what it was. */
async function endWithError(error: unknown, argv: readonly string[]): Promise<ExitCode> {
  const isUsage = error instanceof CommanderError;
  if (isUsage && error.exitCode === 0) return EXIT.done;
  // The help of a command that needs a subcommand has been printed and says enough.
  if (isUsage && error.code === 'commander.help') return EXIT.usage;
  // The model is loaded by the commands that need it: help and completion stay quick.
  const { reportError, usageError } = await import('./report-error.ts');
  return reportError(isUsage ? usageError(error.message) : error, argv.includes('--json'));
}

/**
 * All commands.
 *
 * @param finish - Told the exit code of the one that ran.
 * @param names - Completes names in a store, where that is asked for.
 */
function buildProgram(finish: (code: ExitCode) => void, names: OfferNames | undefined): Command {
  const program = new Command('vdasd')
    .description('A virtual disk subsystem with pointer-based snapshot copy, and its laboratory.')
    .version(`vdasd ${VERSION}`, '--version', 'show the version')
    .helpOption('--help', 'show help')
    .configureHelp({ showGlobalOptions: false, sortSubcommands: false })
    .exitOverride()
    .configureOutput(NO_ERROR_OUTPUT)
    .showSuggestionAfterError()
    .addHelpText('after', examples(['vdasd run scenario.yaml', 'vdasd image inspect pack.cckd']))
    .addHelpText('after', exitCodes());
  addRun(program, finish);
  addScenario(program, finish);
  addImage(program, finish);
  addReport(program, finish);
  addValidate(program, finish);
  addTrace(program, finish);
  addReplay(program, finish);
  addStore(program, finish);
  addVolume(program, finish);
  addDataSet(program, finish);
  addCompletion(program, names);
  for (const command of everyCommand(program)) {
    command.exitOverride().helpOption('--help', 'show help').configureOutput(NO_ERROR_OUTPUT);
  }
  return program;
}

function addRun(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('run')
    .description('Run a scenario and show what each step cost.')
    .argument('<file>', 'scenario file (YAML)')
    .option(
      '--out <folder>',
      'where exports, summary.json and manifest.json go; with a clock, everything',
    )
    .option('--seed <number>', 'seed to use instead of the one in the file')
    .option('--workers <number>', 'threads for runs in simulated time; one for each processor')
    .option('--restart', 'run again what is finished in the folder of --out')
    .addOption(jsonOption())
    .addOption(progressOption())
    .addHelpText(
      'after',
      examples([
        'vdasd run sim/scenarios/first-backup.yaml',
        'vdasd run day.yaml --out results --seed 8',
        'vdasd run day.yaml --json | jq .steps',
      ]),
    )
    .action(async (file: string, options: RunOptions) => {
      const { runCommand } = await import('./run-command.ts');
      finish(await runCommand(file, options, processTerminal));
    });
}

function addScenario(program: Command, finish: (code: ExitCode) => void): void {
  const scenario = program.command('scenario').description('Look at scenario files.');
  scenario
    .command('schema')
    .description('Print the JSON Schema of scenario files, for editors.')
    .addHelpText('after', examples(['vdasd scenario schema > scenario.schema.json']))
    .action(async () => {
      const { scenarioSchemaCommand } = await import('./scenario-command.ts');
      finish(scenarioSchemaCommand(processTerminal));
    });
  scenario
    .command('check')
    .description('Check a scenario file without running it.')
    .argument('<file>', 'scenario file (YAML)')
    .addOption(jsonOption())
    .addHelpText('after', examples(['vdasd scenario check day.yaml']))
    .action(async (file: string, options: { json?: boolean }) => {
      const { scenarioCheckCommand } = await import('./scenario-command.ts');
      finish(scenarioCheckCommand(file, options, processTerminal));
    });
}

function addImage(program: Command, finish: (code: ExitCode) => void): void {
  const image = program.command('image').description('Look at volume images, convert and extract.');
  image
    .command('inspect')
    .description('Show format, geometry, serial, VTOC, warnings and digest of an image.')
    .argument('<file>', 'image file (CKD, CCKD or CCKD64; gzip around it is fine)')
    .addOption(jsonOption())
    .addOption(progressOption())
    .addHelpText(
      'after',
      examples(['vdasd image inspect pack.cckd', 'vdasd image inspect pack.190 --json']),
    )
    .action(async (file: string, options: ImageOptions) => {
      const { imageInspectCommand } = await import('./image-inspect-command.ts');
      finish(await imageInspectCommand(file, options, processTerminal));
    });
  image
    .command('convert')
    .description('Write an image in another format.')
    .argument('<in>', 'image file to read')
    .argument('<out>', 'image file to write; must not be there')
    .addOption(
      new Option('--format <format>', 'format to write')
        .choices(['ckd', 'cckd'])
        .makeOptionMandatory(),
    )
    .addOption(jsonOption())
    .addOption(progressOption())
    .addHelpText('after', examples(['vdasd image convert pack.ckd pack.cckd --format cckd']))
    .action(
      async (from: string, to: string, options: ImageOptions & { format: 'ckd' | 'cckd' }) => {
        const { imageConvertCommand } = await import('./image-convert-command.ts');
        finish(await imageConvertCommand({ from, to }, options, processTerminal));
      },
    );
  image
    .command('list')
    .description('List the data sets of an image, and the members of partitioned ones.')
    .argument('<file>', 'image file')
    .addOption(jsonOption())
    .addHelpText('after', examples(['vdasd image list pack.cckd']))
    .action(async (file: string, options: ImageOptions) => {
      const { imageListCommand } = await import('./image-list-command.ts');
      finish(await imageListCommand(file, options, processTerminal));
    });
  image
    .command('extract')
    .description('Write the records of a data set or member.')
    .argument('<file>', 'image file')
    .argument('<dataset>', 'data set, or data set and member: SYS1.MACLIB(GETMAIN)')
    .option(
      '-o, --output <file>',
      'file to write, must not be there; standard output when left out',
    )
    .option('--text', 'EBCDIC to UTF-8, a line for each record')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples([
        "vdasd image extract pack.cckd 'SYS1.MACLIB(GETMAIN)' --text",
        'vdasd image extract pack.cckd USER.DATA -o data.bin',
      ]),
    )
    .action(async (file: string, dataSet: string, options: ExtractOptions) => {
      const { imageExtractCommand } = await import('./image-extract-command.ts');
      finish(await imageExtractCommand(file, dataSet, options, processTerminal));
    });
}

function addReport(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('report')
    .description('Make summary, report.html and plots of a run folder again.')
    .argument('<folder>', 'folder that a timed run left')
    .addOption(jsonOption())
    .addHelpText('after', examples(['vdasd report results']))
    .action(async (folder: string, options: { json?: boolean }) => {
      const { reportCommand } = await import('./report-command.ts');
      finish(await reportCommand(folder, options, processTerminal));
    });
  program
    .command('compare')
    .description('Set two run folders side by side.')
    .argument('<first>', 'run folder to compare with')
    .argument('<second>', 'run folder that is compared')
    .addOption(jsonOption())
    .addHelpText('after', examples(['vdasd compare results-before results-after']))
    .action(async (first: string, second: string, options: { json?: boolean }) => {
      const { compareCommand } = await import('./compare-command.ts');
      finish(compareCommand({ first, second }, options, processTerminal));
    });
}

function addValidate(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('validate')
    .description('Compare the timing model with exact, published and measured figures.')
    .option('--data <folder>', 'folder of DiskSim drive descriptions and measured traces')
    .addOption(jsonOption())
    .addHelpText('after', examples(['vdasd validate', 'vdasd validate --data ~/disksim-4.0/valid']))
    .action(async (options: ValidateOptions) => {
      const { validateCommand } = await import('./validate-command.ts');
      finish(await validateCommand(options, processTerminal));
    });
}

function exitCodes(): string {
  const lines = EXIT_MEANINGS.map(([code, meaning]) => `${String(code).padStart(5)}  ${meaning}`);
  return `Exit codes:\n${lines.join('\n')}\n`;
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
