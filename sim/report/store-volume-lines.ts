/**
 * Volumes of a store as text: lists, one volume in full, what came in and went out.
 *
 * @module
 */
import { formatBytes, formatCount, formatNumber } from '../scenario/quantity.ts';
import { describeVtocFacts, formatDataSets } from './image-report.ts';
import { toPrintable } from './printable.ts';
import { formatMoment } from './store-moment.ts';
import type {
  DataSetsRecord,
  DefinedRecord,
  ExportRecord,
  ImportRecord,
  InitRecord,
  ScratchRecord,
  VolumeRecord,
  VolumeRow,
} from './store-record.ts';
import { type Column, formatTable } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'device' },
  { title: 'volume' },
  { title: 'model' },
  { title: 'cylinders', align: 'right' },
  { title: 'state' },
  { title: 'backup of', shrinks: true, leaves: 1 },
];
/** Empty devices of a row are folded together from so many on. */
const FOLD_MIN = 3;

/** A store that was made. */
export function initLines(made: InitRecord): readonly string[] {
  const shapes = made.groups.map(
    ({ dataDrives, redundancyDrives }) => `${dataDrives}+${redundancyDrives}`,
  );
  return [
    `${made.folder}: store ${made.name}, ${formatBytes(made.capacityBytes)} for tracks on ` +
      `${formatCount(made.groups.length, 'redundancy group')} of ${shapes.join(', ')} drives, ` +
      formatCount(made.spares, 'spare'),
    formatCount(made.devices, 'device') +
      (made.volumes.length === 0 ? ', all empty' : `, volumes ${made.volumes.join(', ')}`),
    `Next: vdasd volume import ${made.folder} PACK`,
  ];
}

/** A table of devices; runs of empty devices that are alike take one line. */
export function volumeLines(
  volumes: readonly VolumeRow[],
  folder: string,
  width: number,
): readonly string[] {
  if (volumes.length === 0) return [`no devices; vdasd volume define ${folder} makes one`];
  const hasBackups = volumes.some(({ backup }) => backup !== null);
  const columns = hasBackups ? COLUMNS : COLUMNS.slice(0, -1);
  return formatTable(columns, foldEmpty(volumes).map(volumeCells), width);
}

/** Devices that were defined. */
export function definedLines({ volumes }: DefinedRecord): readonly string[] {
  const [first, last] = [volumes[0], volumes.at(-1)];
  if (first === undefined || last === undefined) return [];
  const names = volumes.length === 1 ? first.device : `${first.device} to ${last.device}`;
  const volume = first.volser === null ? 'empty' : `volume ${first.volser}`;
  return [`${names}: ${first.model}, ${formatCount(first.cylinders, 'cylinder')}, ${volume}`];
}

/** One volume in full. */
export function volumeDetailLines(record: VolumeRecord, width: number): readonly string[] {
  const { volume, space, vtoc } = record;
  const owner = record.owner === null || record.owner === '' ? '' : `, owner ${record.owner}`;
  const facts: (readonly [string, string])[] = [
    [
      'device',
      `${volume.device}, ${volume.model}, ${formatCount(volume.cylinders, 'cylinder')}, ` +
        `${formatCount(record.trackCount, 'track')}${volume.readOnly ? ', read-only' : ''}`,
    ],
    [
      'volume',
      volume.volser === null ? 'none' : `${toPrintable(volume.volser)}${owner}, ${volume.state}`,
    ],
    ...(vtoc === null ? [] : describeVtocFacts(vtoc)),
    [
      'tracks',
      `${formatNumber(space.mapped)} stored (${formatBytes(space.rawBytes)} in ` +
        `${formatBytes(space.storedBytes)}), ${formatNumber(space.shared)} of them shared`,
    ],
    ['alone', `${formatBytes(space.uniqueBytes)} are held by nobody else`],
    ...(volume.backup === null ? [] : [backupFact(volume.backup)]),
    ...(record.digest === null ? [] : [['digest', record.digest] as const]),
  ];
  const lines = facts.map(([name, value]) => `${name.padEnd(8)} ${value}`);
  if (vtoc === null || vtoc.dataSets.length === 0) return lines;
  return [...lines, '', ...formatDataSets(vtoc.dataSets, width)];
}

/** A volume that was imported. */
export function importLines(record: ImportRecord): readonly string[] {
  const { volume } = record;
  const serial = volume.volser === null ? 'a volume without label' : toPrintable(volume.volser);
  const state = record.offline === null ? '' : `; offline: ${record.offline}`;
  return [
    `${serial} is on ${volume.device}: ${volume.model}, ${formatCount(volume.cylinders, 'cylinder')}, ` +
      `${formatCount(record.byteTracks, 'track')} with data${state}`,
  ];
}

/** A volume that was exported. */
export function exportLines(record: ExportRecord): readonly string[] {
  const { volume } = record;
  return [
    `${record.files.join(', ')}: ${toPrintable(volume.volser ?? volume.device)}, ` +
      `${formatCount(volume.cylinders, 'cylinder')}, ` +
      `${formatCount(record.byteTracks, 'track')} with data, ` +
      `${formatBytes(record.bytesWritten)} as ${record.format}`,
  ];
}

/** Data sets of a volume. */
export function dataSetLines(record: DataSetsRecord, width: number): readonly string[] {
  if (record.dataSets.length === 0) {
    return [`${toPrintable(record.volume.volser ?? record.volume.device)} holds no data set`];
  }
  return formatDataSets(record.dataSets, width);
}

/** Data sets that were scratched. */
export function scratchLines(record: ScratchRecord, folder: string): readonly string[] {
  const names = record.dataSets.map(toPrintable).join(', ');
  const space =
    record.notReleased ??
    `${formatCount(record.tracks, 'track')} given back, ${formatBytes(record.bytes)}`;
  const undo =
    record.undoToken === null
      ? []
      : [
          `until ${record.undoUntil === null ? 'then' : formatMoment(record.undoUntil)}: ` +
            `vdasd release ${folder} --undo ${record.undoToken}`,
        ];
  return [`${record.volser}: scratched ${names}; ${space}`, ...undo];
}

interface Folded {
  readonly row: VolumeRow;
  readonly last: string;
}

function foldEmpty(volumes: readonly VolumeRow[]): readonly Folded[] {
  const folded: Folded[] = [];
  let at = 0;
  while (at < volumes.length) {
    const row = volumes[at] as VolumeRow;
    let end = at + 1;
    while (end < volumes.length && isSameEmpty(row, volumes[end] as VolumeRow, end - at)) end += 1;
    if (end - at >= FOLD_MIN) folded.push({ row, last: (volumes[end - 1] as VolumeRow).device });
    else for (const one of volumes.slice(at, end)) folded.push({ row: one, last: one.device });
    at = end;
  }
  return folded;
}

function isSameEmpty(first: VolumeRow, other: VolumeRow, distance: number): boolean {
  return (
    first.state === 'empty' &&
    other.state === 'empty' &&
    first.model === other.model &&
    first.cylinders === other.cylinders &&
    Number.parseInt(other.device, 16) === Number.parseInt(first.device, 16) + distance
  );
}

function volumeCells({ row, last }: Folded): readonly string[] {
  return [
    last === row.device ? row.device : `${row.device}–${last}`,
    row.volser === null ? '–' : toPrintable(row.volser),
    row.model,
    formatNumber(row.cylinders),
    `${row.state}${row.readOnly ? ', read-only' : ''}`,
    row.backup === null
      ? ''
      : `${row.backup.of}, ${formatMoment(row.backup.takenAt)} (${toPrintable(row.backup.job)})`,
  ];
}

function backupFact(backup: NonNullable<VolumeRow['backup']>): readonly [string, string] {
  const text = `of ${backup.of}, ${formatMoment(backup.takenAt)}, by job ${toPrintable(backup.job)}`;
  return ['backup', text];
}
