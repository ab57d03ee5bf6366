/**
 * `vdasd image list`.
 *
 * @module
 */
import {
  imageVolume,
  listMembers,
  readVtoc,
  type VolumeTracks,
  type Vtoc,
} from '../../src/index.ts';
import { openImageFile } from '../../src/store.ts';
import { type DataSetRecord, describeDataSet, isPartlyRead } from '../report/image-record.ts';
import { formatDataSets } from '../report/image-report.ts';
import { toPrintable } from '../report/printable.ts';
import type { ImageOptions } from './command-options.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { reportRefusal } from './report-refusal.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** A data set with its members. */
interface ListedDataSet extends DataSetRecord {
  readonly members?: readonly { readonly name: string; readonly alias: boolean }[];
}

/** Lists data sets, and the members of partitioned ones; exit 3 when some could not be read. */
export async function imageListCommand(
  file: string,
  options: ImageOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const opened = await openImageFile(file);
  try {
    const volume = imageVolume(opened.image);
    const vtoc = readVtoc(volume);
    if (vtoc.kind === 'refused') return reportRefusal(vtoc, options, terminal);
    const warnings = [
      ...opened.warnings,
      ...vtoc.value.warnings.map((warning) => `${warning.code}: ${warning.what}`),
    ];
    const { dataSets, unread } = listDataSets(volume, vtoc.value);
    const isPartial = unread.length > 0 || isPartlyRead(vtoc);
    const { volser } = vtoc.value.label;
    if (options.json === true) {
      const found = { volser, dataSets, warnings: [...warnings, ...unread], partial: isPartial };
      terminal.line(formatJson({ schema: 'vdasd.image-list/1', file, ...found }));
    } else {
      for (const line of formatDataSets(dataSets, terminal.width)) terminal.line(line);
      printMembers(dataSets, terminal);
      for (const warning of [...warnings, ...unread]) terminal.error(`vdasd: warning: ${warning}`);
    }
    return isPartial ? EXIT.partial : EXIT.done;
  } finally {
    opened.close();
  }
}

function listDataSets(
  volume: VolumeTracks,
  vtoc: Vtoc,
): { dataSets: readonly ListedDataSet[]; unread: readonly string[] } {
  const unread: string[] = [];
  const dataSets = vtoc.entries.map((entry): ListedDataSet => {
    const record = describeDataSet(entry, volume.type.headCount);
    if (entry.organisation !== 'PO') return record;
    const members = listMembers(volume, entry);
    if (members.kind === 'refused') {
      unread.push(`${members.code}: ${members.what}, ${members.limit}`);
      return record;
    }
    const names = members.value.map(({ name, isAlias }) => ({ name, alias: isAlias }));
    return { ...record, members: names };
  });
  return { dataSets, unread };
}

function printMembers(dataSets: readonly ListedDataSet[], terminal: Terminal): void {
  for (const { name, members } of dataSets) {
    if (members === undefined) continue;
    terminal.line();
    terminal.line(terminal.style('bold', `${toPrintable(name)}: ${members.length} members`));
    const cells = members.map((member) => `${toPrintable(member.name)}${member.alias ? '*' : ''}`);
    const cellWidth = Math.max(8, ...cells.map((cell) => cell.length)) + 2;
    const perLine = Math.max(1, Math.floor((terminal.width - 2) / cellWidth));
    for (let at = 0; at < cells.length; at += perLine) {
      const row = cells.slice(at, at + perLine).map((cell) => cell.padEnd(cellWidth));
      terminal.line(`  ${row.join('')}`.trimEnd());
    }
  }
  const hasAlias = dataSets.some((one) => one.members?.some((member) => member.alias));
  if (hasAlias) terminal.line('* alias');
}
