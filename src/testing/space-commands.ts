/**
 * Commands for what engines may have beyond copies: scratching tracks with and without undo, devices
 * that show a point, separation by redundancy group; and hosts that write the same tracks over and
 * over, which is what collection lives from. They stand beside the commands of the copy
 * (`moreCommands`); those for features that an engine lacks do nothing.
 *
 * @module
 */
import fc from 'fast-check';
import { type CopyCommand, resolvedCommand, type WeightedCommand } from './copy-command.ts';
import type { CommandOptions } from './copy-commands.ts';
import type { WrittenContent } from './copy-engine.ts';
import type { TrackRange } from './device-range.ts';
import { orders, resolveOrder } from './snapshot-orders.ts';
import {
  countPick,
  pick,
  pickCount,
  pickDevice,
  pickOf,
  pickTrack,
  trackPick,
} from './track-picks.ts';
import { uniqueBytes } from './unique-content.ts';

/** Most stretches of one scratch. */
const STRETCHES_MAX = 3;

/** Most tracks that are rewritten together, and how often. */
const REWRITTEN_MAX = 16;
const ROUNDS_MAX = 6;

/** All of them. */
export function spaceCommands({
  contentLengths,
  deviceCountMax,
}: Omit<CommandOptions, 'shapes'>): readonly WeightedCommand[] {
  return [
    { weight: 8, arbitrary: rewriteCommand(contentLengths) },
    { weight: 5, arbitrary: scratchCommand() },
    { weight: 4, arbitrary: holdCommand('undo') },
    { weight: 1, arbitrary: holdCommand('forget') },
    { weight: 2, arbitrary: openCommand(deviceCountMax) },
    { weight: 5, arbitrary: separationCommand() },
  ];
}

/** Writes a few tracks again and again. */
function rewriteCommand(contentLengths: readonly number[]): fc.Arbitrary<CopyCommand> {
  const picks = fc.record({
    device: pick,
    track: trackPick,
    run: fc.integer({ min: 1, max: REWRITTEN_MAX }),
    rounds: fc.integer({ min: 1, max: ROUNDS_MAX }),
    lengthBytes: fc.constantFrom(...contentLengths),
  });
  return picks.map((picked) => ({
    check: () => true,
    run: (session) => {
      const device = pickDevice(session, picked.device);
      if (device === undefined) return;
      const first = pickTrack(session, device, picked.track);
      const count = Math.min(picked.run, device.trackCount - first);
      for (let round = 0; round < picked.rounds; round += 1) {
        const contents = Array.from({ length: count }, (): WrittenContent => {
          return { kind: 'bytes', bytes: uniqueBytes(session.nextSerial(), picked.lengthBytes) };
        });
        session.perform({ kind: 'write', device: device.name, first, contents });
      }
    },
    toString: () => 'rewrite',
  }));
}

function scratchCommand(): fc.Arbitrary<CopyCommand> {
  const stretch = fc.record({ track: trackPick, count: countPick });
  const picks = fc.record({
    device: pick,
    stretches: fc.array(stretch, { minLength: 1, maxLength: STRETCHES_MAX }),
    isHeld: fc.boolean(),
    /** One in sixteen names a stretch that is not there. */
    flaw: fc.nat(31),
  });
  return picks.map(({ device: at, stretches, isHeld, flaw }) =>
    resolvedCommand('scratch', (session) => {
      const device = pickDevice(session, at);
      if (device === undefined || session.engine.scratch === undefined) return undefined;
      const ranges = stretches.map(({ track, count }): TrackRange => {
        const first = pickTrack(session, device, track);
        return { first, count: pickCount(count, device.trackCount - first, 1) };
      });
      if (flaw === 0) ranges.push({ first: 0, count: device.trackCount + 1 });
      if (flaw === 1) ranges.push({ first: 0, count: 0 });
      const hold = isHeld ? { hold: session.nextName() } : {};
      return { kind: 'scratch', device: device.name, ranges, ...hold };
    }),
  );
}

function holdCommand(kind: 'undo' | 'forget'): fc.Arbitrary<CopyCommand> {
  return pick.map((value) =>
    resolvedCommand(kind, (session) => {
      const hold = pickOf(session.twin.holds(), value);
      return hold === undefined ? undefined : { kind, hold };
    }),
  );
}

function openCommand(deviceCountMax: number): fc.Arbitrary<CopyCommand> {
  return pick.map((value) =>
    resolvedCommand('open', (session) => {
      const point = pickOf(session.twin.points(), value);
      if (point === undefined || session.engine.openPoint === undefined) return undefined;
      const devices = session.twin.devices();
      // One at a time: nothing can be written to it.
      const hasOne = devices.some(({ isReadOnly }) => isReadOnly === true);
      if (hasOne || devices.length >= deviceCountMax) return undefined;
      return { kind: 'open', device: session.nextName(), point: point.point };
    }),
  );
}

/** A background copy into another redundancy group; refused where the home groups are not apart. */
function separationCommand(): fc.Arbitrary<CopyCommand> {
  return orders.map((picks) =>
    resolvedCommand('separation', (session) => {
      const order = resolveOrder(session, picks);
      if (order === undefined || (session.engine.drives?.groups.length ?? 0) < 2) return undefined;
      const separated = { ...order, background: true, separation: 'redundancyGroup' } as const;
      return { kind: 'snapshot', copy: session.nextName(), order: separated };
    }),
  );
}
