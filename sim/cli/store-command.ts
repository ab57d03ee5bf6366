/**
 * Commands about stores: the request goes to the task thread, the record comes back and is printed.
 *
 * @module
 */

import type { ReasonCode } from '../../src/index.ts';
import type { StoreRecord } from '../report/store-record.ts';
import { formatStoreRecord } from '../report/store-report.ts';
import { openingLines } from '../report/store-upkeep-lines.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { exitCodeOfRefusal } from './exit-code-of.ts';
import { storeStays } from './finished-units.ts';
import { openProgress } from './progress.ts';
import { reportRefusal } from './report-refusal.ts';
import { runTask } from './run-task.ts';
import type { StoreRequest } from './store-request.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** Options of every command about a store. */
export interface StoreOptions {
  readonly host?: string;
  readonly json?: boolean;
  readonly progress?: 'auto' | 'json' | 'none';
}

/** Asks a store and shows the answer. */
export async function storeCommand(
  folder: string,
  request: StoreRequest,
  options: StoreOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { outcome, opening } = await runTask(
    { kind: 'store', folder, host: options.host, request },
    openProgress(options.progress ?? 'auto'),
  );
  if (opening !== null) {
    for (const line of openingLines(opening, folder)) terminal.error(`vdasd: ${line}`);
  }
  switch (outcome.kind) {
    case 'refused':
      return reportRefusal(outcome.refusal, options, terminal);
    case 'stopped':
      storeStays(folder);
      return EXIT.interrupted;
    default: {
      const { record } = outcome;
      if (options.json === true) {
        const { kind, ...rest } = record;
        const schema = `vdasd.store-${SCHEMA_NAMES[kind]}/1`;
        terminal.line(formatJson({ schema, folder, ...rest, opening }));
      } else {
        for (const line of formatStoreRecord(record, folder, terminal.width)) terminal.line(line);
      }
      for (const warning of warningsOf(record)) terminal.error(`vdasd: warning: ${warning}`);
      return exitCodeOf(record);
    }
  }
}

/** Names of records in schemas. */
const SCHEMA_NAMES: Readonly<Record<StoreRecord['kind'], string>> = Object.freeze({
  init: 'init',
  volumes: 'volume-ls',
  volume: 'volume-show',
  volumeDefine: 'volume-define',
  volumeImport: 'volume-import',
  volumeExport: 'volume-export',
  volumeRemove: 'volume-rm',
  dataSets: 'dataset-ls',
  dataSetScratch: 'dataset-scratch',
  snapshot: 'snapshot',
  backup: 'backup',
  restore: 'restore',
  log: 'log',
  relations: 'relations',
  status: 'status',
  withdraw: 'withdraw',
  drives: 'drive-ls',
  driveFail: 'drive-fail',
  driveReturn: 'drive-return',
  driveReplace: 'drive-replace',
  work: 'work',
  scrub: 'scrub',
  collect: 'collect',
  release: 'release',
  undo: 'release-undo',
  space: 'space',
  check: 'check',
});

function warningsOf(record: StoreRecord): readonly string[] {
  return 'warnings' in record ? record.warnings : [];
}

/** Done, unless something is wrong with what was found, or somebody ended it early. */
function exitCodeOf(record: StoreRecord): ExitCode {
  if ('interrupted' in record && record.interrupted) return EXIT.interrupted;
  switch (record.kind) {
    case 'dataSets':
      return record.partial ? EXIT.partial : EXIT.done;
    case 'volume':
      return record.vtoc === null && record.warnings.length > 0 ? EXIT.partial : EXIT.done;
    case 'check':
      return record.problems.length === 0 ? EXIT.done : EXIT.integrity;
    case 'scrub':
      return record.lostTracks > 0 ? EXIT.integrity : EXIT.done;
    case 'backup':
    case 'restore':
      return record.waitsForSpace ? EXIT.capacity : EXIT.done;
    case 'work':
      return record.waitsForSpace ? EXIT.capacity : EXIT.done;
    case 'release': {
      const [spared] = record.volumes.flatMap(({ leftAlone }) => leftAlone ?? []);
      const isAll = record.volumes.every(({ leftAlone }) => leftAlone !== null);
      return spared !== undefined && isAll
        ? exitCodeOfRefusal(spared.code as ReasonCode)
        : EXIT.done;
    }
    default:
      return EXIT.done;
  }
}
