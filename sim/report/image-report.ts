/**
 * An inspection as text.
 *
 * @module
 */

import { formatBytes } from '../scenario/quantity.ts';
import type { DataSetRecord, ImageInspection } from './image-record.ts';
import { toPrintable } from './printable.ts';
import { formatTable } from './table.ts';

/** Lines of `vdasd image inspect`. */
export function formatInspection(image: ImageInspection, width: number): readonly string[] {
  const { vtoc } = image;
  const facts: (readonly [string, string])[] = [
    ['file', image.files.join(', ')],
    ['format', describeFormat(image)],
    ['device', `${image.model ?? image.deviceType}, ${describeShape(image)}`],
    ['volume', image.volser === null ? 'no label' : describeLabel(image)],
  ];
  if (vtoc !== null) {
    const { extent } = vtoc;
    facts.push(
      ['VTOC', `${extent.from} to ${extent.to}, ${vtoc.dscbs} DSCBs${describeOwn(vtoc)}`],
      [
        'free',
        `${vtoc.freeTracks} tracks in ${vtoc.freeExtents} extents (${vtoc.freeSpaceAuthority})`,
      ],
    );
  }
  facts.push(
    [
      'tracks',
      `${image.nonNullTracks} with data (${formatBytes(image.trackBytes)}), ${image.nullTracks} null`,
    ],
    ['digest', image.digest],
  );
  const lines = facts.map(([name, value]) => `${name.padEnd(8)} ${value}`);
  if (vtoc !== null && vtoc.dataSets.length > 0) {
    lines.push('', ...formatDataSets(vtoc.dataSets, width));
  }
  return lines;
}

/** A table of data sets. */
export function formatDataSets(
  dataSets: readonly DataSetRecord[],
  width: number,
): readonly string[] {
  return formatTable(
    [
      { title: 'data set', shrinks: true },
      { title: 'org' },
      { title: 'recfm' },
      { title: 'lrecl', align: 'right' },
      { title: 'blksize', align: 'right' },
      { title: 'tracks', align: 'right' },
      { title: 'extents', shrinks: true },
    ],
    dataSets.map((one) => [
      toPrintable(one.name),
      one.organisation,
      one.recordFormat,
      String(one.recordLength),
      String(one.blockLength),
      String(one.trackCount),
      one.extents.map((extent) => `${extent.from}–${extent.to}`).join(' '),
    ]),
    width,
  );
}

function describeFormat(image: ImageInspection): string {
  const parts = image.partCount > 1 ? `, ${image.partCount} parts` : '';
  const shadows = image.shadowCount > 0 ? `, ${image.shadowCount} shadow files` : '';
  return `${image.format.toUpperCase()}${parts}${shadows}`;
}

function describeShape(image: ImageInspection): string {
  return `${image.cylinders} cylinders of ${image.headCount} tracks, ${image.trackCount} tracks`;
}

function describeLabel(image: ImageInspection): string {
  const owner = image.owner === null || image.owner === '' ? '' : `, owner ${image.owner}`;
  return `${image.volser ?? ''}${owner}`;
}

function describeOwn(vtoc: { readonly indexed: boolean; readonly vvds: boolean }): string {
  return `${vtoc.indexed ? ', indexed' : ''}${vtoc.vvds ? ', with VVDS' : ''}`;
}
