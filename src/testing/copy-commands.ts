/**
 * The commands: fast-check arbitraries of everything that can be done to a copy engine.
 *
 * A command is a fast-check `Command` over a session and its engine, so that it can stand beside
 * commands of a tester's own in `fc.commands`. Commands carry picks (`track-picks.ts`) and become
 * operations when they run; one that finds nothing to act on does nothing.
 *
 * @module
 */
import fc from 'fast-check';
import { type CopyCommand, resolvedCommand, type WeightedCommand } from './copy-command.ts';
import type { DeviceShape, WrittenContent } from './copy-engine.ts';
import type { Operation } from './operation.ts';
import { extentOrders, orders, resolveOrder, reverseOrder } from './snapshot-orders.ts';
import {
  countPick,
  pick,
  pickCount,
  pickDevice,
  pickOf,
  pickTrack,
  trackPick,
} from './track-picks.ts';
import { SERIAL_BYTES, uniqueBytes } from './unique-content.ts';

/** What the commands may use. */
export interface CommandOptions {
  /** Shapes of the devices that commands define. */
  readonly shapes: readonly DeviceShape[];
  /** Lengths of written contents in bytes; at least 4, because a serial number leads each. */
  readonly contentLengths: readonly number[];
  /** Most devices at once. */
  readonly deviceCountMax: number;
}

/** Longest run of tracks that one write command writes. */
const WRITE_RUN_MAX = 12;

/** All commands, with weights under which most sequences build up, copy, and tear down. */
export function copyCommands(options: CommandOptions): readonly WeightedCommand[] {
  return [
    { weight: 26, arbitrary: writeCommand(options) },
    { weight: 6, arbitrary: mergeCommand() },
    { weight: 3, arbitrary: readCommand() },
    { weight: 1, arbitrary: compareCommand() },
    { weight: 18, arbitrary: snapshotCommand() },
    { weight: 4, arbitrary: restoreCommand() },
    { weight: 2, arbitrary: announceCommand() },
    { weight: 4, arbitrary: seriesCommand() },
    { weight: 2, arbitrary: seriesReportCommand() },
    { weight: 14, arbitrary: backgroundCommand() },
    { weight: 4, arbitrary: withdrawCommand() },
    { weight: 3, arbitrary: discardCommand() },
    { weight: 3, arbitrary: retainCommand() },
    { weight: 4, arbitrary: differenceCommand() },
    { weight: 2, arbitrary: releaseCommand() },
    { weight: 2, arbitrary: defineCommand(options) },
    { weight: 1, arbitrary: removeCommand() },
    { weight: 1, arbitrary: resizeCommand(options) },
    { weight: 1, arbitrary: clearCommand() },
    { weight: 1, arbitrary: recallCommand() },
  ];
}

/** A whole-track write of a run of tracks; now and then null tracks. */
function writeCommand(options: CommandOptions): fc.Arbitrary<CopyCommand> {
  const picks = fc.record({
    device: pick,
    track: trackPick,
    run: fc.integer({ min: 1, max: WRITE_RUN_MAX }),
    lengthBytes: fc.constantFrom(...options.contentLengths),
    nullFormat: fc.constantFrom<(0 | 1 | 2 | 'bytes')[]>(
      'bytes',
      'bytes',
      'bytes',
      'bytes',
      0,
      1,
      2,
    ),
  });
  return picks.map((picked) =>
    resolvedCommand('write', (session) => {
      const device = pickDevice(session, picked.device);
      if (device === undefined) return undefined;
      const first = pickTrack(session, device, picked.track);
      const count = Math.min(picked.run, device.trackCount - first);
      const { nullFormat, lengthBytes } = picked;
      const isNull = nullFormat !== 'bytes' && session.engine.keepsNullTracks === true;
      const contents = Array.from({ length: count }, (): WrittenContent => {
        if (isNull) return { kind: 'null', format: nullFormat };
        return { kind: 'bytes', bytes: uniqueBytes(session.nextSerial(), lengthBytes) };
      });
      return { kind: 'write', device: device.name, first, contents };
    }),
  );
}

/** A partial write: the rest of the track stays. */
function mergeCommand(): fc.Arbitrary<CopyCommand> {
  const picks = fc.record({ device: pick, track: trackPick, offset: fc.nat(8) });
  return picks.map((picked) =>
    resolvedCommand('merge', (session) => {
      const device = pickDevice(session, picked.device);
      if (device === undefined) return undefined;
      const track = pickTrack(session, device, picked.track);
      const bytes = uniqueBytes(session.nextSerial(), SERIAL_BYTES);
      return { kind: 'merge', device: device.name, track, offset: picked.offset, bytes };
    }),
  );
}

function readCommand(): fc.Arbitrary<CopyCommand> {
  // One in four looks behind the end of the device.
  const picks = fc.record({ device: pick, track: trackPick, behind: fc.constantFrom(0, 0, 0, 1) });
  return picks.map((picked) =>
    resolvedCommand('read', (session) => {
      const device = pickDevice(session, picked.device);
      if (device === undefined) return undefined;
      const track = pickTrack(session, device, picked.track) + picked.behind * device.trackCount;
      return { kind: 'read', device: device.name, track };
    }),
  );
}

function compareCommand(): fc.Arbitrary<CopyCommand> {
  return onDevice('compare', (device) => ({ kind: 'compare', device }));
}

function snapshotCommand(): fc.Arbitrary<CopyCommand> {
  return orders.map((picked) =>
    resolvedCommand('snapshot', (session) => {
      const order = resolveOrder(session, picked);
      return order && { kind: 'snapshot', copy: session.nextName(), order };
    }),
  );
}

/** A copy is given back to where it came from, whether it is pending or not. */
function restoreCommand(): fc.Arbitrary<CopyCommand> {
  return pick.map((value) =>
    resolvedCommand('restore', (session) => {
      const order = pickOf(session.recent.list(), value);
      return order && { kind: 'snapshot', copy: session.nextName(), order: reverseOrder(order) };
    }),
  );
}

/** Announces a series whose parts do not disturb each other. */
function announceCommand(): fc.Arbitrary<CopyCommand> {
  return fc.array(extentOrders, { minLength: 1, maxLength: 3 }).map((picked) =>
    resolvedCommand('announce', (session) => {
      if (session.engine.announceSeries === undefined) return undefined;
      const parts = picked
        .map((order) => resolveOrder(session, { ...order, supersede: true }))
        .filter((order) => order !== undefined && session.twin.brokenRules(order).length === 0)
        .map((order) => order?.extents ?? []);
      if (parts.length === 0) return undefined;
      return { kind: 'announce', series: session.nextName(), parts };
    }),
  );
}

/** The next part of an announced series. */
function seriesCommand(): fc.Arbitrary<CopyCommand> {
  const picks = fc.record({ series: pick, background: fc.boolean(), supersede: fc.boolean() });
  return picks.map(({ series, background, supersede }) =>
    resolvedCommand('series', (session) => {
      const parts = session.twin
        .series()
        .map((name) => session.twin.nextInSeries(name))
        .filter((part) => part !== undefined);
      const part = pickOf(parts, series);
      if (part === undefined) return undefined;
      const order = { ...part, wholeDevices: [], background, supersede };
      return { kind: 'snapshot', copy: session.nextName(), order };
    }),
  );
}

function seriesReportCommand(): fc.Arbitrary<CopyCommand> {
  return pick.map((value) =>
    resolvedCommand('series report', (session) => {
      if (session.engine.seriesReport === undefined) return undefined;
      const series = pickOf(session.twin.series(), value);
      return series === undefined ? undefined : { kind: 'series', series };
    }),
  );
}

/** Steps of few tracks end in the middle of things; large ones come to an end. */
function backgroundCommand(): fc.Arbitrary<CopyCommand> {
  const budget = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 400 }));
  return budget.map((trackBudget) =>
    resolvedCommand('background', () => ({ kind: 'background', trackBudget })),
  );
}

function withdrawCommand(): fc.Arbitrary<CopyCommand> {
  const picks = fc.record({
    copy: pick,
    device: pick,
    track: trackPick,
    count: countPick,
    isWhole: fc.boolean(),
  });
  return picks.map((picked) =>
    resolvedCommand('withdraw', (session) => {
      const copy = pickOf(session.twin.copies(), picked.copy);
      const device = pickDevice(session, picked.device);
      if (copy === undefined || device === undefined) return undefined;
      if (picked.isWhole) return { kind: 'withdraw', copy };
      const first = pickTrack(session, device, picked.track);
      const count = pickCount(picked.count, device.trackCount - first, 1);
      return { kind: 'withdraw', copy, range: { device: device.name, first, count } };
    }),
  );
}

function discardCommand(): fc.Arbitrary<CopyCommand> {
  return pick.map((value) =>
    resolvedCommand('discard', (session) => {
      const copy = pickOf(session.twin.copies(), value);
      return copy === undefined ? undefined : { kind: 'discard', copy };
    }),
  );
}

function retainCommand(): fc.Arbitrary<CopyCommand> {
  return pick.map((value) =>
    resolvedCommand('retain', (session) => {
      const device = pickDevice(session, value);
      if (device === undefined || session.engine.retain === undefined) return undefined;
      return { kind: 'retain', point: session.nextName(), device: device.name };
    }),
  );
}

function releaseCommand(): fc.Arbitrary<CopyCommand> {
  return pick.map((value) =>
    resolvedCommand('release', (session) => {
      const point = pickOf(session.twin.points(), value);
      return point && { kind: 'release', point: point.point };
    }),
  );
}

function differenceCommand(): fc.Arbitrary<CopyCommand> {
  const picks = fc.record({ from: pick, to: pick, isToNow: fc.boolean() });
  return picks.map((picked) =>
    resolvedCommand('difference', (session) => {
      const points = session.twin.points();
      const from = pickOf(points, picked.from);
      if (from === undefined) return undefined;
      if (picked.isToNow) return { kind: 'difference', from: from.point };
      const later = points.filter(
        ({ point, device }) => device === from.device && point >= from.point,
      );
      const to = pickOf(later, picked.to);
      return to && { kind: 'difference', from: from.point, to: to.point };
    }),
  );
}

/** A new device; one in eight takes a number that is taken. */
function defineCommand(options: CommandOptions): fc.Arbitrary<CopyCommand> {
  const picks = fc.record({ shape: fc.constantFrom(...options.shapes), taken: fc.nat(7) });
  return picks.map(({ shape, taken }) =>
    resolvedCommand('define', (session) => {
      const devices = session.twin.devices();
      const known = taken === 7 ? devices[0] : undefined;
      if (known !== undefined) return { kind: 'define', device: known.name, shape };
      if (devices.length >= options.deviceCountMax) return undefined;
      return { kind: 'define', device: session.nextName(), shape };
    }),
  );
}

function removeCommand(): fc.Arbitrary<CopyCommand> {
  return pick.map((value) =>
    resolvedCommand('remove', (session) => {
      const device = pickDevice(session, value);
      if (device === undefined || session.engine.removeDevice === undefined) return undefined;
      return { kind: 'remove', device: device.name };
    }),
  );
}

/** To the size of one of the shapes, within what the device can be; sometimes beyond. */
function resizeCommand(options: CommandOptions): fc.Arbitrary<CopyCommand> {
  const picks = fc.record({ device: pick, shape: fc.constantFrom(...options.shapes) });
  return picks.map((picked) =>
    resolvedCommand('resize', (session) => {
      const device = pickDevice(session, picked.device);
      if (device === undefined || session.engine.resizeDevice === undefined) return undefined;
      return { kind: 'resize', device: device.name, trackCount: picked.shape.trackCount };
    }),
  );
}

function clearCommand(): fc.Arbitrary<CopyCommand> {
  return pick.map((value) =>
    resolvedCommand('clear', (session) => {
      const device = pickDevice(session, value);
      if (device === undefined || session.engine.clearDevice === undefined) return undefined;
      // What shows a point is removed, not cleared.
      if (device.isReadOnly === true) return undefined;
      return { kind: 'clear', device: device.name };
    }),
  );
}

function recallCommand(): fc.Arbitrary<CopyCommand> {
  return pick.map((value) =>
    resolvedCommand('recall', (session) => {
      const point = pickOf(session.twin.points(), value);
      if (point === undefined || session.engine.readPoint === undefined) return undefined;
      return { kind: 'recall', point: point.point };
    }),
  );
}

function onDevice(name: string, make: (device: number) => Operation): fc.Arbitrary<CopyCommand> {
  return pick.map((value) =>
    resolvedCommand(name, (session) => {
      const device = pickDevice(session, value);
      return device && make(device.name);
    }),
  );
}
