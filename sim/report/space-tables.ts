/**
 * Space as text: by group, by device, by retained point, and a sentence about the future.
 *
 * @module
 */
import { formatBytes, formatDuration, formatNumber } from '../scenario/quantity.ts';
import type { SpaceRecord } from '../scenario/space-record.ts';
import { type Column, formatTable } from './table.ts';

const GROUP_COLUMNS: readonly Column[] = [
  { title: 'group', align: 'right' },
  { title: 'drives', align: 'right' },
  { title: 'live', align: 'right' },
  { title: 'of', align: 'right' },
  { title: 'net', align: 'right' },
  { title: 'of physical', align: 'right', leaves: 1 },
  { title: 'collectable', align: 'right' },
  { title: 'free', align: 'right' },
  { title: 'kept back', align: 'right', leaves: 2 },
  { title: 'redundancy' },
];
const DEVICE_COLUMNS: readonly Column[] = [
  { title: 'device' },
  { title: 'volume' },
  { title: 'tracks', align: 'right' },
  { title: 'unique', align: 'right' },
  { title: 'shared', align: 'right' },
  { title: 'elsewhere', align: 'right', leaves: 1 },
  { title: 'raw', align: 'right' },
  { title: 'stored', align: 'right' },
  { title: 'ratio', align: 'right' },
];
const POINT_COLUMNS: readonly Column[] = [
  { title: 'point', align: 'right' },
  { title: 'name', shrinks: true },
  { title: 'kind' },
  { title: 'device' },
  { title: 'as it was at', align: 'right' },
  { title: 'sequence', align: 'right', leaves: 1 },
  { title: 'tracks', align: 'right' },
  { title: 'unique', align: 'right' },
  { title: 'held alone', align: 'right' },
];

/** Lines about the space of a subsystem. */
export function formatSpace(space: SpaceRecord, width: number): readonly string[] {
  return [
    ...formatTable(GROUP_COLUMNS, space.groups.map(groupRow), width),
    ...(space.devices.length === 0
      ? []
      : ['', ...formatTable(DEVICE_COLUMNS, space.devices.map(deviceRow), width)]),
    ...(space.points.length === 0
      ? []
      : ['', ...formatTable(POINT_COLUMNS, space.points.map(pointRow), width)]),
    '',
    forecastLine(space.forecast),
  ];
}

/** What is to be expected, in a sentence. */
function forecastLine(forecast: SpaceRecord['forecast']): string {
  switch (forecast.kind) {
    case 'growing':
      return (
        `Growing by ${formatBytes(forecast.bytesPerHour)} an hour: hosts find no space at ` +
        `${formatDuration(forecast.fullAt)} of model time (a line through ` +
        `${formatDuration(forecast.windowNanos)}).`
      );
    case 'notGrowing':
      return `Not growing in the last ${formatDuration(forecast.windowNanos)} of model time.`;
    default:
      return 'No forecast: the load was not looked at often enough in model time.';
  }
}

function groupRow(group: SpaceRecord['groups'][number]): readonly string[] {
  return [
    String(group.group),
    `${group.dataDrives}+${group.redundancyDrives}`,
    formatBytes(group.liveBytes),
    formatBytes(group.capacityBytes),
    formatPercent(group.netCapacityLoadPercent),
    formatPercent(group.grossCapacityLoadPercent),
    formatBytes(group.deadBytes),
    `${formatNumber(group.freeCylinders)} of ${formatNumber(group.cylinders)} cyl`,
    `${formatNumber(group.hostReserveCylinders)} cyl`,
    group.redundancy,
  ];
}

function deviceRow(device: SpaceRecord['devices'][number]): readonly string[] {
  return [
    device.device,
    device.volser ?? '–',
    formatNumber(device.mapped),
    formatNumber(device.unique),
    formatNumber(device.shared),
    device.outsideHome === 0 ? '–' : formatNumber(device.outsideHome),
    formatBytes(device.rawBytes),
    formatBytes(device.storedBytes),
    device.compressionRatio.toFixed(2),
  ];
}

function pointRow(point: SpaceRecord['points'][number]): readonly string[] {
  return [
    String(point.point),
    point.name === '' ? '–' : point.name,
    point.kind,
    point.device,
    point.since === 0 ? 'start' : formatDuration(point.since),
    formatNumber(point.sequence),
    formatNumber(point.mapped),
    formatNumber(point.unique),
    formatBytes(point.uniqueBytes),
  ];
}

function formatPercent(percent: number): string {
  return `${percent.toFixed(1)} %`;
}
