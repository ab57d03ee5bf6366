/**
 * `vdasd dataset read`: the records of a data set or member on a volume in a store.
 *
 * Records go out as they are read, so the store is open in this thread; it is registered as read, and
 * nobody who writes is in the way.
 *
 * @module
 */
import { InputError, Installation, VolumeStopped } from '../../src/index.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { openToRead } from './open-to-read.ts';
import { parseWanted, writeRecords } from './record-output.ts';
import { reportRefusal } from './report-refusal.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** Where the records are. */
interface StoredDataSet {
  readonly folder: string;
  readonly volume: string;
  /** Data set, or data set and member. */
  readonly name: string;
}

/** Options of `dataset read`. */
export interface ReadOptions {
  readonly output?: string;
  readonly text?: boolean;
  readonly json?: boolean;
}

/** Writes the records; exit 3 when only a part of the data set is on this volume. */
export async function dataSetReadCommand(
  { folder, volume, name }: StoredDataSet,
  options: ReadOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const wanted = parseWanted(name);
  if (options.json === true && options.output === undefined) {
    throw new InputError('USAGE', {
      what: '--json without -o',
      limit: 'the records and the JSON would mix on standard output',
      fix: "see 'vdasd dataset read --help'",
    });
  }
  const { opened, warning } = openToRead(folder);
  if (warning !== undefined) terminal.error(`vdasd: warning: ${warning}`);
  try {
    const installation = new Installation(opened.stored, 'read');
    installation.host();
    const device = installation.findText(volume);
    if (device.kind === 'refused') return reportRefusal(device, options, terminal);
    const place = { kind: 'device', device: device.value.number } as const;
    const found = installation.read(place, wanted.dataSet, wanted.member);
    if (found.kind === 'refused') return reportRefusal(found, options, terminal);
    const written = await writeRecords(found.value, options);
    const { entry } = found.value;
    const isPartial = entry.dscb.volumeSequence > 1;
    if (isPartial) {
      terminal.error(
        `vdasd: warning: this is part ${entry.dscb.volumeSequence} of ${entry.name}; it begins on another volume`,
      );
    }
    if (options.json === true) {
      const said = { folder, volume, ...wanted, output: options.output, ...written };
      terminal.line(
        formatJson({ schema: 'vdasd.store-dataset-read/1', ...said, partial: isPartial }),
      );
    }
    return isPartial ? EXIT.partial : EXIT.done;
  } catch (error) {
    if (error instanceof VolumeStopped) return reportRefusal(error.refusal, options, terminal);
    throw error;
  } finally {
    opened.abandon();
  }
}
