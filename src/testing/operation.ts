/**
 * One thing done to an engine and to its twin: plain data, so that a failing sequence can be told
 * step by step and done again.
 *
 * @module
 */
import { unreachable } from '../base/invariant.ts';
import {
  type DeviceShape,
  formatContent,
  type SnapshotExtent,
  type SnapshotOrder,
  type WrittenContent,
} from './copy-engine.ts';
import type { DeviceRange, TrackRange } from './device-range.ts';

/** Everything that the commands do. Devices, copies and points are named by number. */
export type Operation =
  | { readonly kind: 'define'; readonly device: number; readonly shape: DeviceShape }
  | { readonly kind: 'remove'; readonly device: number }
  | { readonly kind: 'resize'; readonly device: number; readonly trackCount: number }
  | { readonly kind: 'clear'; readonly device: number }
  | {
      readonly kind: 'write';
      readonly device: number;
      readonly first: number;
      /** One content per track, from `first` on. */
      readonly contents: readonly WrittenContent[];
    }
  | {
      /** Read, change some bytes, write back: what a partial write comes down to. */
      readonly kind: 'merge';
      readonly device: number;
      readonly track: number;
      readonly offset: number;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'read'; readonly device: number; readonly track: number }
  | { readonly kind: 'compare'; readonly device: number }
  | { readonly kind: 'snapshot'; readonly copy: number; readonly order: SnapshotOrder }
  | { readonly kind: 'background'; readonly trackBudget: number }
  | {
      readonly kind: 'withdraw';
      readonly copy: number;
      readonly range?: DeviceRange;
    }
  | { readonly kind: 'discard'; readonly copy: number }
  | { readonly kind: 'retain'; readonly point: number; readonly device: number }
  | { readonly kind: 'release'; readonly point: number }
  | { readonly kind: 'recall'; readonly point: number }
  | { readonly kind: 'difference'; readonly from: number; readonly to?: number }
  | {
      readonly kind: 'announce';
      readonly series: number;
      readonly parts: readonly (readonly SnapshotExtent[])[];
    }
  | { readonly kind: 'series'; readonly series: number }
  | {
      readonly kind: 'scratch';
      readonly device: number;
      readonly ranges: readonly TrackRange[];
      /** Under this name it can be undone. */
      readonly hold?: number;
    }
  | { readonly kind: 'undo'; readonly hold: number }
  | { readonly kind: 'forget'; readonly hold: number }
  | { readonly kind: 'open'; readonly device: number; readonly point: number };

/** The kinds of operation. */
export type OperationKind = Operation['kind'];

/** An operation as one line for people. */
export function formatOperation(operation: Operation): string {
  switch (operation.kind) {
    case 'define': {
      const { device, shape } = operation;
      return `define device ${device} as ${shape.name} with ${shape.trackCount} tracks`;
    }
    case 'remove':
      return `remove device ${operation.device}`;
    case 'resize':
      return `resize device ${operation.device} to ${operation.trackCount} tracks`;
    case 'clear':
      return `clear device ${operation.device}`;
    case 'write': {
      const { device, first, contents } = operation;
      const [content] = contents;
      const what = content === undefined ? 'nothing' : formatContent(content);
      const where = `device ${device} track ${formatRun(first, contents.length)}`;
      return `write ${where}: ${what}${contents.length > 1 ? ' and so on' : ''}`;
    }
    case 'merge': {
      const { device, track, offset, bytes } = operation;
      return `merge ${bytes.length} bytes at ${offset} into device ${device} track ${track}`;
    }
    case 'read':
      return `read device ${operation.device} track ${operation.track}`;
    case 'compare':
      return `compare device ${operation.device}`;
    case 'snapshot':
      return `snapshot ${operation.copy}: ${formatOrder(operation.order)}`;
    case 'background':
      return `background step of ${operation.trackBudget} tracks`;
    case 'withdraw': {
      const { copy, range } = operation;
      if (range === undefined) return `withdraw copy ${copy}`;
      return `withdraw copy ${copy} from device ${range.device} track ${formatRange(range)}`;
    }
    case 'discard':
      return `discard copy ${operation.copy}`;
    case 'retain':
      return `retain device ${operation.device} as point ${operation.point}`;
    case 'release':
      return `release point ${operation.point}`;
    case 'recall':
      return `compare point ${operation.point}`;
    case 'difference':
      return `difference from point ${operation.from} to ${operation.to ?? 'now'}`;
    case 'announce': {
      const parts = operation.parts.map((extents) => extents.map(formatExtent).join(' and '));
      return `announce series ${operation.series}: ${parts.join(', then ')}`;
    }
    case 'series':
      return `report of series ${operation.series}`;
    case 'scratch': {
      const { device, ranges, hold } = operation;
      const how = hold === undefined ? '' : `, held as ${hold}`;
      return `scratch device ${device} track ${ranges.map(formatRange).join(' and ')}${how}`;
    }
    case 'undo':
      return `undo scratch ${operation.hold}`;
    case 'forget':
      return `give up scratch ${operation.hold}`;
    case 'open':
      return `open point ${operation.point} as device ${operation.device}`;
    default:
      return unreachable(operation, 'operation-kind');
  }
}

/** A run of tracks: `7`, or `7..9`. */
export function formatRange(range: TrackRange): string {
  return formatRun(range.first, range.count);
}

function formatOrder(order: SnapshotOrder): string {
  const parts = order.wholeDevices.map(({ source, target }) => `${source} -> ${target}`);
  parts.push(...order.extents.map(formatExtent));
  if (order.background) parts.push('in the background');
  if (order.supersede) parts.push('superseding');
  if (order.separation !== undefined) parts.push('into another redundancy group');
  const { series } = order;
  if (series !== undefined) parts.push(`${series.ordinal} of ${series.of} in series ${series.id}`);
  return parts.join(', ');
}

function formatExtent(extent: SnapshotExtent): string {
  const from = formatRun(extent.sourceFirst, extent.sourceCount);
  const to = formatRun(extent.targetFirst, extent.targetCount);
  return `${extent.source}[${from}] -> ${extent.target}[${to}]`;
}

function formatRun(first: number, count: number): string {
  if (count === 0) return `${first} (none)`;
  return count === 1 ? String(first) : `${first}..${first + count - 1}`;
}
