/**
 * The commands about stores: making one, its copies, its upkeep.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import { examples, jsonOption, progressOption } from './common-options.ts';
import type { ExitCode } from './exit-code.ts';
import type { StoreOptions } from './store-command.ts';
import type {
  BackupCommandOptions,
  CheckOptions,
  CollectOptions,
  InitOptions,
  ReleaseOptions,
  RestoreCommandOptions,
  SnapshotOptions,
} from './store-options.ts';
import type { StoreRequest } from './store-request.ts';
import { processTerminal } from './terminal.ts';

/** Told the exit code of the command that ran. */
export type Finish = (code: ExitCode) => void;

/** What the argument of every command about a store says. */
const STORE_FOLDER = 'folder of the store';

/** Adds all commands about stores but those about volumes and data sets. */
export function addStore(program: Command, finish: Finish): void {
  addInit(program, finish);
  addSnapshot(program, finish);
  addBackup(program, finish);
  addRestore(program, finish);
  addCopyControl(program, finish);
  addDrive(program, finish);
  addWork(program, finish);
  addSpace(program, finish);
  addInspection(program, finish);
}

/** Runs a request that needs no words of its own turned into numbers. */
export async function ask(
  folder: string,
  request: StoreRequest,
  options: StoreOptions,
  finish: Finish,
): Promise<void> {
  const { storeCommand } = await import('./store-command.ts');
  finish(await storeCommand(folder, request, options, processTerminal));
}

/** A command about a store. */
export function storeCommandOf(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).argument('<store>', STORE_FOLDER);
}

/** The options of a command that changes a store or reads much of it. */
export function withStoreOptions(command: Command): Command {
  return command.addOption(jsonOption()).addOption(progressOption());
}

/** The option that names the host that asks. */
export function hostOption(): Option {
  return new Option('--host <name>', 'host that asks; the usual one when left out');
}

function addInit(program: Command, finish: Finish): void {
  withStoreOptions(
    program
      .command('init')
      .description('Make a store: a subsystem that lives in a folder.')
      .argument('<store>', 'folder to make; may be there when it is empty')
      .option('--config <file>', 'what it is made of (YAML)')
      .option('--name <name>', 'name of the subsystem')
      .option('--capacity <size>', 'space for tracks, such as 16GiB')
      .option('--drives <shape>', 'data and redundancy drives of each group, such as 6+2')
      .option('--spares <n>', 'drives that wait for one to fail')
      .addOption(
        new Option('--compression <how>', 'how tracks are stored').choices(['none', 'zstd']),
      ),
  )
    .addHelpText(
      'after',
      examples(['vdasd init packs', 'vdasd init packs --capacity 64GiB --drives 13+2']),
    )
    .action(async (folder: string, options: InitOptions) => {
      const { initRequest } = await import('./store-options.ts');
      await ask(folder, initRequest(options), options, finish);
    });
}

function addSnapshot(program: Command, finish: Finish): void {
  withStoreOptions(
    storeCommandOf(
      program,
      'snapshot',
      'Copy volumes by pointer, as they are, labels included, at one instant.',
    )
      .argument('<volumes...>', 'source and target, or several such pairs: serials or devices')
      .addOption(copyOption())
      .option('--wait', 'end when every track of the targets stands alone')
      .option('--overwrite', 'take targets even where they hold data sets or a backup')
      .option('--supersede', 'take targets for which another copy still owes work')
      .option('--label <text>', 'free text for people')
      .addOption(hostOption()),
  )
    .addHelpText(
      'after',
      examples([
        'vdasd snapshot packs MVSRES 0A85',
        'vdasd snapshot packs PROD01 0A85 PROD02 0A86',
      ]),
    )
    .action(async (folder: string, volumes: readonly string[], options: SnapshotOptions) => {
      const { snapshotRequest } = await import('./store-options.ts');
      await ask(folder, snapshotRequest(volumes, options), options, finish);
    });
}

function addBackup(program: Command, finish: Finish): void {
  withStoreOptions(
    storeCommandOf(program, 'backup', 'Back volumes up: steps 201 to 211, by pointer.')
      .requiredOption('--source <volume...>', 'volumes to back up; several are one instant')
      .option('--target <volume...>', 'where to: a device for each source, or auto')
      .option('--name <name>', 'name by which the job is found; the serials when left out')
      .addOption(
        new Option('--identity <mode>', 'whose name the copy bears').choices([
          'relabel',
          'clone',
          'conditioned',
        ]),
      )
      .option('--volser <serial...>', 'serials that the copies are to bear')
      .addOption(copyOption())
      .option('--wait', 'end when the background copy has ended')
      .option('--dry-run', 'try it, show what would be, and change nothing')
      .option('--reuse', 'the oldest backup may be overwritten when no target is free')
      .option('--overwrite', 'take named targets even where they hold data sets')
      .option('--supersede', 'take targets for which another copy still owes work')
      .addOption(
        new Option('--extents <what>', 'the whole image, or only what is allocated').choices([
          'volume',
          'allocated',
        ]),
      )
      .addOption(
        new Option('--atomic <how>', 'one instant, or one execution for each extent').choices([
          'group',
          'serial',
        ]),
      )
      .addOption(
        new Option('--separation <how>', 'what the background copy takes apart').choices([
          'instance',
          'redundancyGroup',
        ]),
      )
      .addOption(
        new Option('--method <how>', 'by pointer where possible, or through the host').choices([
          'pointer',
          'hostCopy',
        ]),
      )
      .addOption(hostOption()),
  )
    .addHelpText(
      'after',
      examples([
        'vdasd backup packs --source MVSRES',
        'vdasd backup packs --source PROD01 PROD02 --name nightly --copy background --wait',
        'vdasd backup packs --source MVSRES --target 0A85 --identity clone --dry-run',
      ]),
    )
    .action(async (folder: string, options: BackupCommandOptions) => {
      const { backupRequest } = await import('./store-options.ts');
      await ask(folder, backupRequest(options), options, finish);
    });
}

function addRestore(program: Command, finish: Finish): void {
  withStoreOptions(
    storeCommandOf(program, 'restore', 'Bring volumes back from a backup.')
      .argument('<backup>', 'name of the backup job')
      .option('--volume <serial...>', 'only these of its volumes')
      .option('--to <volume>', 'another device than the own one; for one volume')
      .addOption(copyOption())
      .option('--wait', 'end when the background copy has ended')
      .option('--dry-run', 'try it, show what would be, and change nothing')
      .option('--supersede', 'take targets for which another copy still owes work')
      .addOption(
        new Option('--method <how>', 'by pointer where possible, or through the host').choices([
          'pointer',
          'hostCopy',
        ]),
      )
      .addOption(hostOption()),
  )
    .addHelpText('after', examples(['vdasd restore packs nightly', 'vdasd restore packs MVSRES']))
    .action(async (folder: string, backup: string, options: RestoreCommandOptions) => {
      const { restoreRequest } = await import('./store-options.ts');
      await ask(folder, restoreRequest(backup, options), options, finish);
    });
}

function addCopyControl(program: Command, finish: Finish): void {
  withStoreOptions(
    storeCommandOf(program, 'relations', 'List the copies that the subsystem remembers.'),
  )
    .addHelpText('after', examples(['vdasd relations packs']))
    .action(async (folder: string, options: StoreOptions) => {
      await ask(folder, { kind: 'relations' }, options, finish);
    });
  withStoreOptions(
    storeCommandOf(program, 'status', 'Ask how far a copy is.')
      .argument('<copy>', 'polling token, or name of a job')
      .option('--detail', 'what became of each track; compares both devices')
      .addOption(hostOption()),
  )
    .addHelpText('after', examples(['vdasd status packs nightly']))
    .action(async (folder: string, name: string, options: StoreOptions & { detail?: boolean }) => {
      const detail = options.detail ?? false;
      await ask(folder, { kind: 'status', name, detail }, options, finish);
    });
  withStoreOptions(
    storeCommandOf(program, 'withdraw', 'Give up the background copy of a copy, or the copy.')
      .argument('<copy>', 'polling token, or name of a job')
      .option('--discard', 'drop the copy itself: its target is empty then')
      .addOption(hostOption()),
  )
    .addHelpText('after', examples(['vdasd withdraw packs nightly']))
    .action(async (folder: string, name: string, options: StoreOptions & { discard?: boolean }) => {
      const discard = options.discard ?? false;
      await ask(folder, { kind: 'withdraw', name, discard }, options, finish);
    });
}

function addDrive(program: Command, finish: Finish): void {
  const drive = program.command('drive').description('Look at the drives, fail and replace them.');
  withStoreOptions(
    storeCommandOf(drive, 'ls', 'List the drives, what was done for them, and what is lost.'),
  )
    .addHelpText('after', examples(['vdasd drive ls packs']))
    .action(async (folder: string, options: StoreOptions) => {
      await ask(folder, { kind: 'drives' }, options, finish);
    });
  const changes = [
    ['fail', 'driveFail', 'Have a drive fail; a spare takes its place when there is one.'],
    ['return', 'driveReturn', 'Bring a failed drive back with what it held.'],
    ['replace', 'driveReplace', 'Exchange a failed drive for an empty one.'],
  ] as const;
  for (const [name, kind, description] of changes) {
    withStoreOptions(
      storeCommandOf(drive, name, description).argument('<drive>', 'group and member, such as 0/5'),
    )
      .addHelpText('after', examples([`vdasd drive ${name} packs 0/5`]))
      .action(async (folder: string, text: string, options: StoreOptions) => {
        const { driveName } = await import('./store-options.ts');
        await ask(folder, { kind, drive: driveName(text) }, options, finish);
      });
  }
}

function addWork(program: Command, finish: Finish): void {
  withStoreOptions(
    storeCommandOf(
      program,
      'work',
      'Work in the background: copy, rebuild, destage, collect. Ctrl-C loses nothing.',
    ).addOption(new Option('--until <when>', 'when to end').choices(['idle']).default('idle')),
  )
    .addHelpText('after', examples(['vdasd work packs']))
    .action(async (folder: string, options: StoreOptions) => {
      await ask(folder, { kind: 'work' }, options, finish);
    });
  withStoreOptions(
    storeCommandOf(program, 'scrub', 'Verify everything on the drives, and heal what can be.'),
  )
    .addHelpText('after', examples(['vdasd scrub packs']))
    .action(async (folder: string, options: StoreOptions) => {
      await ask(folder, { kind: 'scrub' }, options, finish);
    });
}

function addSpace(program: Command, finish: Finish): void {
  withStoreOptions(
    storeCommandOf(program, 'collect', 'Collect free space now.')
      .option('--group <n>', 'only this redundancy group')
      .option('--cylinders <n>', 'so many cylinders of each, whether it is worth it or not'),
  )
    .addHelpText('after', examples(['vdasd collect packs']))
    .action(async (folder: string, options: CollectOptions) => {
      const { collectRequest } = await import('./store-options.ts');
      await ask(folder, collectRequest(options), options, finish);
    });
  withStoreOptions(
    storeCommandOf(program, 'release', 'Give back tracks that belong to no data set.')
      .option('--volume <volume...>', 'only these volumes')
      .option('--exclude <volume...>', 'leave these alone')
      .option('--empty-volumes', 'look at volumes without any data set, too')
      .option('--hold <time>', 'keep what is released for so long, such as 1d')
      .option('--dry-run', 'show what would be released')
      .option('--undo <token>', 'take a release back')
      .addOption(hostOption()),
  )
    .addHelpText(
      'after',
      examples(['vdasd release packs --dry-run', 'vdasd release packs --hold 1d']),
    )
    .action(async (folder: string, options: ReleaseOptions) => {
      const { releaseRequest } = await import('./store-options.ts');
      await ask(folder, releaseRequest(options), options, finish);
    });
  withStoreOptions(
    storeCommandOf(program, 'space', 'Show space by group, device and retained point.'),
  )
    .addHelpText('after', examples(['vdasd space packs']))
    .action(async (folder: string, options: StoreOptions) => {
      await ask(folder, { kind: 'space' }, options, finish);
    });
}

function addInspection(program: Command, finish: Finish): void {
  withStoreOptions(
    storeCommandOf(program, 'log', 'List the jobs of the hosts, or one with its steps.')
      .argument('[job]', 'name or number of a job')
      .option('--all', 'all jobs, not only the last fifty'),
  )
    .addHelpText('after', examples(['vdasd log packs', 'vdasd log packs nightly']))
    .action(
      async (
        folder: string,
        job: string | undefined,
        options: StoreOptions & { all?: boolean },
      ) => {
        await ask(folder, { kind: 'log', job, all: options.all ?? false }, options, finish);
      },
    );
  withStoreOptions(
    storeCommandOf(program, 'check', 'Look at everything in a store; changes nothing by itself.')
      .option('--repair', 'do what is safe about what is wrong')
      .option('--salvage', 'with --repair: give up what damage of the journal has hidden, too'),
  )
    .addHelpText('after', examples(['vdasd check packs', 'vdasd check packs --repair']))
    .action(async (folder: string, options: CheckOptions) => {
      const { checkRequest } = await import('./store-options.ts');
      await ask(folder, checkRequest(options), options, finish);
    });
}

function copyOption(): Option {
  return new Option('--copy <kind>', 'whether a physical copy follows').choices([
    'none',
    'background',
  ]);
}
