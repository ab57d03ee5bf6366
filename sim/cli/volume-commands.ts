/**
 * The commands about the volumes of a store and the data sets on them.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import { examples } from './common-options.ts';
import type { ReadOptions } from './data-set-read-command.ts';
import type { StoreOptions } from './store-command.ts';
import {
  ask,
  type Finish,
  hostOption,
  storeCommandOf,
  withStoreOptions,
} from './store-commands.ts';
import type { DefineOptions, ImportOptions, ScratchOptions } from './store-options.ts';
import { processTerminal } from './terminal.ts';

const VOLUME = 'serial of a volume, or device number';

/** Adds `volume` and its commands. */
export function addVolume(program: Command, finish: Finish): void {
  const volume = program.command('volume').description('Define, import, export and list volumes.');
  addDefine(volume, finish);
  addImport(volume, finish);
  addExport(volume, finish);
  withStoreOptions(storeCommandOf(volume, 'ls', 'List the devices and the volumes on them.'))
    .addHelpText('after', examples(['vdasd volume ls packs']))
    .action(async (folder: string, options: StoreOptions) => {
      await ask(folder, { kind: 'volumes' }, options, finish);
    });
  withStoreOptions(
    storeCommandOf(volume, 'show', 'Show a volume: label, VTOC, space, backups.')
      .argument('<volume>', VOLUME)
      .option('--digest', 'SHA-256 over all tracks; reads all of them'),
  )
    .addHelpText('after', examples(['vdasd volume show packs MVSRES --digest']))
    .action(async (folder: string, name: string, options: StoreOptions & { digest?: boolean }) => {
      const digest = options.digest ?? false;
      await ask(folder, { kind: 'volume', volume: name, digest }, options, finish);
    });
  withStoreOptions(
    storeCommandOf(volume, 'rm', 'Remove a device and the volume on it.')
      .argument('<volume>', VOLUME)
      .option('--even-backup', 'also when it holds a backup'),
  )
    .addHelpText('after', examples(['vdasd volume rm packs 0A8F']))
    .action(
      async (folder: string, name: string, options: StoreOptions & { evenBackup?: boolean }) => {
        const evenBackup = options.evenBackup ?? false;
        await ask(folder, { kind: 'volumeRemove', volume: name, evenBackup }, options, finish);
      },
    );
}

/** Adds `dataset` and its commands. */
export function addDataSet(program: Command, finish: Finish): void {
  const dataSet = program
    .command('dataset')
    .description('List, read and scratch data sets of a volume in a store.');
  withStoreOptions(
    storeCommandOf(dataSet, 'ls', 'List the data sets of a volume.').argument('<volume>', VOLUME),
  )
    .addHelpText('after', examples(['vdasd dataset ls packs MVSRES']))
    .action(async (folder: string, volume: string, options: StoreOptions) => {
      await ask(folder, { kind: 'dataSets', volume }, options, finish);
    });
  storeCommandOf(dataSet, 'read', 'Write the records of a data set or member.')
    .argument('<volume>', VOLUME)
    .argument('<dataset>', 'data set, or data set and member: SYS1.MACLIB(GETMAIN)')
    .option('-o, --output <file>', 'file to write, must not be there; standard output otherwise')
    .option('--text', 'EBCDIC to UTF-8, a line for each record')
    .option('--json', 'print one JSON document that names its schema; needs -o')
    .addHelpText(
      'after',
      examples(["vdasd dataset read packs MVSRES 'SYS1.MACLIB(GETMAIN)' --text"]),
    )
    .action(async (folder: string, volume: string, name: string, options: ReadOptions) => {
      const { dataSetReadCommand } = await import('./data-set-read-command.ts');
      finish(await dataSetReadCommand({ folder, volume, name }, options, processTerminal));
    });
  withStoreOptions(
    storeCommandOf(dataSet, 'scratch', 'Scratch data sets, and give their space back.')
      .argument('<volume>', VOLUME)
      .argument('<datasets...>', 'data sets; all of them or none are scratched')
      .option('--hold <time>', 'keep their tracks for so long, such as 1d')
      .option('--no-release', 'only the VTOC; their tracks stay where they are')
      .addOption(hostOption()),
  )
    .addHelpText('after', examples(['vdasd dataset scratch packs WORK01 TEMP.LIST --hold 1d']))
    .action(
      async (folder: string, volume: string, names: readonly string[], options: ScratchOptions) => {
        const { scratchRequest } = await import('./store-options.ts');
        await ask(folder, scratchRequest(volume, names, options), options, finish);
      },
    );
}

function addDefine(volume: Command, finish: Finish): void {
  withStoreOptions(
    storeCommandOf(volume, 'define', 'Define devices, or make an empty volume on one.')
      .option(
        '--device <number>',
        'device number or range, such as 0A90-0A9F; a free one otherwise',
      )
      .option('--model <model>', 'device model, such as 3390-9; 3390-3 when left out')
      .option('--cylinders <n>', 'cylinders; needed for a 3390-A')
      .option('--volser <serial>', 'initialise a volume: on an empty device, or a new one')
      .option('--owner <text>', 'owner on the label'),
  )
    .addHelpText(
      'after',
      examples([
        'vdasd volume define packs --volser WORK01',
        'vdasd volume define packs --device 0A90-0A9F --model 3380-K',
      ]),
    )
    .action(async (folder: string, options: DefineOptions) => {
      const { defineRequest } = await import('./store-options.ts');
      await ask(folder, defineRequest(options), options, finish);
    });
}

function addImport(volume: Command, finish: Finish): void {
  withStoreOptions(
    storeCommandOf(volume, 'import', 'Import an image; it is there when it is complete.')
      .argument('<file>', 'image file (CKD, CCKD or CCKD64; gzip around it is fine)')
      .option('--device <number>', 'device; an empty one of its model, or a new one otherwise')
      .option('--model <model>', 'model of a new device; the smallest that fits otherwise')
      .option('--shadows', 'read the shadow files beside it, NAME_1 and so on'),
  )
    .addHelpText(
      'after',
      examples([
        'vdasd volume import packs mvsres.cckd',
        'vdasd volume import packs x.ckd --device 0A90',
      ]),
    )
    .action(async (folder: string, file: string, options: ImportOptions) => {
      const { importRequest } = await import('./store-options.ts');
      await ask(folder, importRequest(file, options), options, finish);
    });
}

function addExport(volume: Command, finish: Finish): void {
  withStoreOptions(
    storeCommandOf(volume, 'export', 'Write a volume as an image.')
      .argument('<volume>', VOLUME)
      .argument('<file>', 'image file to write; must not be there')
      .addOption(
        new Option('--format <format>', 'format to write').choices(['ckd', 'cckd']).default('cckd'),
      ),
  )
    .addHelpText('after', examples(['vdasd volume export packs MVSRES mvsres.cckd']))
    .action(
      async (
        folder: string,
        name: string,
        file: string,
        options: StoreOptions & { format: 'ckd' | 'cckd' },
      ) => {
        const { format } = options;
        await ask(folder, { kind: 'volumeExport', volume: name, file, format }, options, finish);
      },
    );
}
