/**
 * The folder of a timed run on disk: reading its manifest, units and summary; writing its report.
 *
 * @module
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../src/index.ts';
import { withFile } from '../../src/store.ts';
import type { UnitRecord } from '../record/unit-record.ts';
import { buildReport, type Report } from '../report/report-files.ts';
import { RUN_FILES, TIMED_MANIFEST, type TimedManifest } from '../report/run-folder.ts';
import { TIMED_SUMMARY, type TimedSummary } from '../report/summary.ts';
import { readTextFile, writeWholeFile } from '../sweep/text-file.ts';
import { isUnitFinished, readUnitFolder } from '../sweep/unit-folder.ts';
import { readReportAssets } from './report-assets.ts';

/**
 * Makes the report of a run folder again from its manifest and units, and writes it there.
 *
 * @throws InputError when the folder holds no timed run, or a unit is missing.
 */
export async function writeReport(folder: string): Promise<Report> {
  const manifest = readManifest(folder);
  const units: UnitRecord[] = [];
  for (const id of manifest.units) units.push(await readNamedUnit(folder, id));
  const report = await buildReport(manifest, units, readReportAssets());
  // Plots of an earlier version of the report must not stay beside the new ones.
  const plots = join(folder, RUN_FILES.plots);
  withFile(plots, 'removing', () => {
    rmSync(plots, { recursive: true, force: true });
  });
  for (const { name, bytes } of report.files) writeWholeFile(join(folder, name), bytes);
  return report;
}

/** The summary of a run folder. @throws InputError when there is none. */
export function readSummary(folder: string): TimedSummary {
  const summary = readRecord(join(folder, RUN_FILES.summary), TIMED_SUMMARY, 'variants');
  return summary as TimedSummary;
}

function readManifest(folder: string): TimedManifest {
  return readRecord(join(folder, RUN_FILES.manifest), TIMED_MANIFEST, 'units') as TimedManifest;
}

/** A JSON file that names its schema, and has this list. */
function readRecord(path: string, schema: string, list: string): unknown {
  const text = readTextFile(path);
  const record = parsed(text, path) as Readonly<Record<string, unknown>> | null;
  if (record?.['schema'] === schema) {
    if (Array.isArray(record[list])) return record;
    throw unreadable(path, `it has no '${list}'`);
  }
  throw new InputError('FILE_REFUSED', {
    what: `this is of schema '${String(record?.['schema'])}'`,
    place: { file: path },
    limit: `reports are made of timed runs, ${schema}`,
    fix: 'name the folder that a run with a clock left (vdasd run … --out FOLDER)',
  });
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(path, `this is no JSON: ${(error as Error).message}`);
  }
}

function unreadable(path: string, what: string): InputError {
  return new InputError('FILE_IO', {
    what,
    place: { file: path },
    limit: 'it stays as a run wrote it',
    fix: 'run it again',
  });
}

async function readNamedUnit(folder: string, id: string): Promise<UnitRecord> {
  const units = join(folder, RUN_FILES.units);
  if (!isUnitFinished(units, id)) {
    throw new InputError('FILE_NOT_FOUND', {
      what: `unit ${id} is not there`,
      place: { file: join(units, id) },
      limit: `${RUN_FILES.manifest} names it`,
      fix: 'run the same command again: finished units are kept, missing ones are run',
    });
  }
  return await readUnitFolder(units, id);
}
