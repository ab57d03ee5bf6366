/**
 * Entries that are themselves work in simulated time, and not steps with a cost: `copy`, `advance`,
 * and `write`, whose tracks go the way of every host's request.
 *
 * @module
 */
import { deviceVolume, type Refusal, refuse, type TrackIndex } from '../../src/index.ts';
import { REQUEST_FAILED } from '../device/request-table.ts';
import { describeName } from './copy-entry.ts';
import { type EntryFailed, type EntryStep, ended, failed } from './entry-machine.ts';
import { formatBytes, formatDuration } from './quantity.ts';
import type { EntryOf, InnerEntry } from './scenario.ts';
import { devicesOfCopy, nameOfCopy } from './timed-copies.ts';
import type { TimedWorld } from './timed-world.ts';
import { drawPlaces, findArea } from './write-area.ts';

/** How such an entry ends. */
type TimedEnd = Extract<EntryStep, { kind: 'done' }> | Refusal | EntryFailed;

/** An entry that runs by itself once begun. */
export interface TimedMachine {
  readonly title: string;
  /** Begins; `end` is called once, now or later. */
  begin(end: (end: TimedEnd) => void): void;
}

/** The machine of an entry that is work in simulated time; `undefined` for every other kind. */
export function timedMachine(world: TimedWorld, entry: InnerEntry): TimedMachine | undefined {
  switch (entry.kind) {
    case 'copy':
      return copyMachine(world, entry);
    case 'write':
      return writeMachine(world, entry);
    case 'advance':
      return {
        title: `wait ${formatDuration(entry.fields)}`,
        begin: (end) => {
          world.after(entry.fields, () => end(endOf({ nanos: entry.fields })));
        },
      };
    default:
      return undefined;
  }
}

function copyMachine(world: TimedWorld, entry: EntryOf<'copy'>): TimedMachine {
  const { source: from, target: to } = entry.fields;
  const method = world.methods.get(entry.place.line);
  const title = `${method?.name ?? 'copy'} of ${describeName(from)} to ${describeName(to)}`;
  return {
    title,
    begin: (end) => {
      const devices = devicesOfCopy(world, entry);
      if (devices.kind === 'refused') {
        end(devices);
        return;
      }
      if (method === undefined) throw new RangeError(`no copy method at line ${entry.place.line}`);
      const name = nameOfCopy(entry);
      const context = world.copyContext(entry, devices.source, devices.target, name);
      const run = method.start(context, ({ figures, failure }) => {
        world.copies.delete(run);
        world.strategies.push(figures);
        if (failure !== undefined && !entry.fields.mayFail) {
          const limit = 'the copy could not be made';
          end(failed('refused', { what: failure, limit, fix: 'see what the method needs' }));
          return;
        }
        const { elapsedNanos, consistency } = figures;
        const torn = consistency.kind === 'torn' ? consistency.tornTracks : 0;
        const result = { name, method: method.name, elapsedNanos, torn };
        const how = failure ?? consistency.kind;
        end(
          endOf({ ...result, consistency: consistency.kind, failure: failure ?? null }, [
            `${name}: ${how}, ${formatDuration(elapsedNanos)}`,
          ]),
        );
      });
      world.copies.add(run);
    },
  };
}

/** Writes one track after the other, each when the one before is done. */
function writeMachine(world: TimedWorld, entry: EntryOf<'write'>): TimedMachine {
  const { fields } = entry;
  const { volume, tracks, pattern } = fields;
  const title = `write ${tracks} tracks of ${volume} (${pattern})`;
  const begin = (end: (end: TimedEnd) => void): void => {
    const { laboratory } = world;
    const placed = laboratory.findVolume(volume);
    if (placed === undefined) {
      end(laboratory.refuseUnknown({ kind: 'volume', volser: volume }));
      return;
    }
    const { owner, device } = placed;
    const area = owner.meter.unseen(() =>
      findArea(deviceVolume(owner.subsystem, device), {
        area: fields.area,
        dataSet: fields.dataSet,
      }),
    );
    if (area.kind === 'refused') {
      end(area);
      return;
    }
    const random = laboratory.random(`write ${entry.path.join('.')}`);
    const places = drawPlaces(pattern, area.value.trackCount, random);
    const written = new Set<TrackIndex>();
    const bytes = device.model.type.recordBytesMax;
    const timed = world.timedOf(owner);
    let count = 0;
    const next = (): void => {
      if (count === tracks) {
        const done = `${tracks} tracks, ${formatBytes(tracks * bytes)}`;
        end(endOf({ volume, tracks, distinctTracks: written.size, pattern }, [done]));
        return;
      }
      const { track } = area.value.at(places.next().value);
      written.add(track);
      count += 1;
      timed.submit(device.index, track, bytes, 1, world.entryClass, done, 0);
    };
    const done = timed.onDone((slot) => {
      if (((timed.requests.flags[slot] as number) & REQUEST_FAILED) === 0) {
        world.noteRequest(timed, slot);
        next();
        return;
      }
      const shortage = owner.subsystem.shortageAnswer(device.index);
      const { limit, fix } = { limit: 'the subsystem has no room', fix: 'give it more capacity' };
      const what = `write to ${volume}`;
      end(shortage.kind === 'refused' ? shortage : refuse('OUT_OF_SPACE', { what, limit, fix }));
    });
    next();
  };
  return { title, begin };
}

function endOf(
  result: Extract<EntryStep, { kind: 'done' }>['value']['result'],
  notes: readonly string[] = [],
): TimedEnd {
  return ended(result, notes) as TimedEnd;
}
