/**
 * An inspection as text.
 *
 * @module
 */

import { formatBytes, formatCount, formatNumber } from '../scenario/quantity.ts';
import type { DataSetRecord, ImageInspection, VtocRecord } from './image-record.ts';
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
  if (vtoc !== null) facts.push(...describeVtocFacts(vtoc));
  facts.push(
    [
      'tracks',
      `${formatNumber(image.nonNullTracks)} with data (${formatBytes(image.trackBytes)}), ` +
        `${formatNumber(image.nullTracks)} null`,
    ],
    ['digest', image.digest],
  );
  const lines = facts.map(([name, value]) => `${name.padEnd(8)} ${value}`);
  if (vtoc !== null && vtoc.dataSets.length > 0) {
    lines.push('', ...formatDataSets(vtoc.dataSets, width));
  }
  return lines;
}

/** What a VTOC is and what it says is free, each with its name. */
export function describeVtocFacts(vtoc: VtocRecord): readonly (readonly [string, string])[] {
  const { extent } = vtoc;
  return [
    [
      'VTOC',
      `${extent.from} to ${extent.to}, ${formatCount(vtoc.dscbs, 'DSCB')}${describeOwn(vtoc)}`,
    ],
    [
      'free',
      `${formatCount(vtoc.freeTracks, 'track')} in ${formatCount(vtoc.freeExtents, 'extent')}, ` +
        (AUTHORITIES[vtoc.freeSpaceAuthority] ?? ''),
    ],
  ];
}

/** Where the figures of free space come from, in words. */
const AUTHORITIES: Readonly<Record<string, string>> = Object.freeze({
  format5: 'by the format 5 DSCBs',
  format7: 'by the format 7 DSCBs',
  index: 'by the VTOC index',
  invalid: 'computed from the data sets',
});

/** A table of data sets. */
export function formatDataSets(
  dataSets: readonly DataSetRecord[],
  width: number,
): readonly string[] {
  return formatTable(
    [
      // Never cut: a name is what `image extract` wants.
      { title: 'data set' },
      { title: 'org', leaves: 4 },
      { title: 'recfm', leaves: 5 },
      { title: 'lrecl', align: 'right', leaves: 3 },
      { title: 'blksize', align: 'right', leaves: 2 },
      { title: 'tracks', align: 'right' },
      { title: 'extents', shrinks: true, leaves: 1 },
    ],
    dataSets.map((one) => [
      toPrintable(one.name),
      one.organisation,
      one.recordFormat,
      String(one.recordLength),
      String(one.blockLength),
      formatNumber(one.trackCount),
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
  const cylinders = formatCount(image.cylinders, 'cylinder');
  return `${cylinders} of ${formatCount(image.headCount, 'track')}, ${formatCount(image.trackCount, 'track')}`;
}

function describeLabel(image: ImageInspection): string {
  const owner = image.owner === null || image.owner === '' ? '' : `, owner ${image.owner}`;
  return `${image.volser ?? ''}${owner}`;
}

function describeOwn(vtoc: { readonly indexed: boolean; readonly vvds: boolean }): string {
  return `${vtoc.indexed ? ', indexed' : ''}${vtoc.vvds ? ', with VVDS' : ''}`;
}
