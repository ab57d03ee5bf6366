/**
 * The folder of a unit: made beside its place, and put there when it is whole. A folder that is there
 * is a finished unit.
 *
 * @module
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../src/index.ts';
import { withFile } from '../../src/store.ts';
import type { RequestSink } from '../record/request-sink.ts';
import type { UnitRecord } from '../record/unit-record.ts';
import { openRequestCsv, openRequestParquet } from '../report/request-files.ts';
import { UNIT_FILES } from '../report/run-folder.ts';
import { readUnit, unitFiles } from '../report/unit-files.ts';
import { beginFile } from './unfinished-files.ts';

/** Whether a unit is finished. */
export function isUnitFinished(units: string, id: string): boolean {
  return existsSync(join(units, id, UNIT_FILES.record));
}

/** Reads a finished unit. @throws InputError FILE_IO when it is damaged, or that of another folder */
export async function readUnitFolder(units: string, id: string): Promise<UnitRecord> {
  const folder = join(units, id);
  const unit = await readUnit((name) => {
    const path = join(folder, name);
    return withFile(path, 'reading', () => readFileSync(path));
  }).catch((error: unknown) => {
    if (error instanceof InputError) throw error;
    // The libraries throw whatever damaged bytes lead them to.
    throw damaged(folder, `the unit cannot be read: ${(error as Error).message}`);
  });
  if (unit.id !== id) throw damaged(folder, `this is the unit ${unit.id}`);
  return unit;
}

function damaged(folder: string, what: string): InputError {
  return new InputError('FILE_IO', {
    what,
    place: { file: folder },
    limit: 'a folder of a unit stays as it was written',
    fix: 'remove this folder and run the same command again: the other units are kept',
  });
}

/** A unit's folder while the unit runs. */
export class UnitFolder {
  /** Where its files are for now. */
  readonly path: string;
  readonly #final: string;
  readonly #finish: (() => void)[] = [];

  /** Begins a folder; what is there unfinished is thrown away. */
  constructor(units: string, id: string) {
    this.#final = join(units, id);
    this.path = beginFile(this.#final);
    rmSync(this.path, { recursive: true, force: true });
    withFile(this.path, 'making the folder', () => mkdirSync(this.path, { recursive: true }));
  }

  /** Takes single requests, as they are done, into files. */
  openRequests(classes: readonly string[]): RequestSink {
    const open = (name: string) => {
      const path = join(this.path, name);
      const file = withFile(path, 'writing', () => openSync(path, 'w'));
      this.#finish.push(() => closeSync(file));
      return {
        write: (bytes: Uint8Array) => withFile(path, 'writing', () => writeAll(file, bytes)),
      };
    };
    const files = [
      openRequestParquet(classes, open(UNIT_FILES.requestsParquet)),
      openRequestCsv(classes, open(UNIT_FILES.requestsCsv)),
    ];
    this.#finish.unshift(() => {
      for (const file of files) file.finish();
    });
    return {
      requests: (columns) => {
        for (const file of files) file.requests(columns);
      },
    };
  }

  /** Writes the record and puts the folder into its place. */
  finish(record: UnitRecord): void {
    for (const end of this.#finish) end();
    for (const { name, bytes } of unitFiles(record)) {
      const path = join(this.path, name);
      withFile(path, 'writing', () => writeFileSync(path, bytes));
    }
    withFile(this.#final, 'writing', () => renameSync(this.path, this.#final));
  }

  /** Throws the folder away. */
  discard(): void {
    for (const end of this.#finish) end();
    rmSync(this.path, { recursive: true, force: true });
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
