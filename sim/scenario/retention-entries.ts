/**
 * The entries about points in time: `retain`, `dropPoint`, `openAt`.
 *
 * @module
 */
import {
  commitSequence,
  deviceNumber,
  formatDeviceNumber,
  nanos,
  type Outcome,
  type PointChoice,
  type PointId,
  RestoreDataSetJob,
  refuse,
} from '../../src/index.ts';
import { describeName } from './copy-entry.ts';
import { type EntryMachine, type EntryStep, ended, oneStep } from './entry-machine.ts';
import type { Laboratory } from './laboratory.ts';
import type { LaboratorySubsystem } from './laboratory-subsystem.ts';
import { formatCount, formatDuration } from './quantity.ts';
import type { EntryOf } from './scenario.ts';

/** Points by the names that a scenario gave them. */
export type PointNames = Map<string, { readonly owner: LaboratorySubsystem; readonly id: PointId }>;

/** The machine of a `retain`. */
export function retainEntry(
  laboratory: Laboratory,
  entry: EntryOf<'retain'>,
  points: PointNames,
): EntryMachine {
  const { volume, as } = entry.fields;
  return oneStep(`retain ${describeName(volume)} as ${as}`, (): EntryStep => {
    const placed = laboratory.find(volume);
    if (placed === undefined) return laboratory.refuseUnknown(volume);
    const { owner, device } = placed;
    const point = owner.subsystem.retention.retain(device.index, as);
    points.set(as, { owner, id: point.id });
    return ended({
      point: as,
      device: formatDeviceNumber(device.number),
      sequence: point.sequence,
    });
  });
}

/** The machine of a `dropPoint`. */
export function dropPointEntry(entry: EntryOf<'dropPoint'>, points: PointNames): EntryMachine {
  const { point } = entry.fields;
  return oneStep(`drop point ${point}`, (): EntryStep => {
    const found = points.get(point);
    if (found === undefined) return refuseNotMade(point);
    const { retention } = found.owner.subsystem;
    const held = retention.held(found.id);
    const dropped = retention.drop(found.id);
    if (dropped.kind === 'refused') return dropped;
    points.delete(point);
    return ended({ point, tracks: held.uniqueTracks, bytes: held.uniqueBytes }, [
      `${formatCount(held.uniqueTracks, 'track')} were held by ${point} alone`,
    ]);
  });
}

/** The machine of an `openAt`. */
export function openAtEntry(
  laboratory: Laboratory,
  entry: EntryOf<'openAt'>,
  points: PointNames,
): EntryMachine {
  const { volume, as, host } = entry.fields;
  const number = deviceNumber(as);
  const when = describeChoice(entry);
  const title = `open ${describeName(volume)} ${when} on ${formatDeviceNumber(number)}`;
  return oneStep(title, (): EntryStep => {
    const placed = laboratory.find(volume);
    if (placed === undefined) return laboratory.refuseUnknown(volume);
    const { owner, device } = placed;
    const choice = toChoice(entry, points);
    if (choice.kind === 'refused') return choice;
    const opened = owner.subsystem.retention.openAt(device.index, choice.value, { number });
    if (opened.kind === 'refused') return opened;
    if (host !== undefined) {
      const sensed = laboratory.host(host).senseDevice({ subsystem: owner.name, device: number });
      if (sensed.kind !== 'done') return sensed;
    }
    const { mapped } = owner.subsystem.deviceSpace(opened.value.index);
    return ended({ device: formatDeviceNumber(number), tracks: mapped }, [
      `${formatDeviceNumber(number)} shows ${describeName(volume)} ${when}, read-only`,
    ]);
  });
}

/** The machine of a `restoreDataSet`. */
export function restoreDataSetEntry(
  laboratory: Laboratory,
  entry: EntryOf<'restoreDataSet'>,
): EntryMachine {
  const { volume, dataSet, from, host } = entry.fields;
  const device = deviceNumber(from);
  const job = new RestoreDataSetJob(laboratory.host(host), {
    volser: volume,
    dataSet,
    from: device,
  });
  const step = (): EntryStep => {
    const done = job.step();
    if (done.kind !== 'done') return done;
    const { tracks, metadata } = done.value;
    laboratory.noteWrites(
      volume,
      metadata.writes.map(({ track }) => ({ first: track, count: 1 })),
    );
    return ended({ volume, dataSet, from: formatDeviceNumber(device), tracks }, [
      `${dataSet} is back on ${volume}: ${formatCount(tracks, 'track')} copied by pointers, ` +
        `${formatCount(metadata.writes.length, 'track')} of metadata written`,
    ]);
  };
  return { title: `restore ${dataSet} on ${volume} from ${formatDeviceNumber(device)}`, step };
}

function describeChoice({ fields }: EntryOf<'openAt'>): string {
  if (fields.point !== undefined) return `at ${fields.point}`;
  if (fields.ago !== undefined) return `as ${formatDuration(fields.ago)} ago`;
  return `at sequence ${fields.sequence ?? 0}`;
}

function toChoice({ fields }: EntryOf<'openAt'>, points: PointNames): Outcome<PointChoice> {
  const { ago, point, sequence = 0 } = fields;
  if (ago !== undefined) return { kind: 'done', value: { ago: nanos(ago) } };
  if (point === undefined) return { kind: 'done', value: { sequence: commitSequence(sequence) } };
  const found = points.get(point);
  return found === undefined ? refuseNotMade(point) : { kind: 'done', value: { point: found.id } };
}

function refuseNotMade(point: string): ReturnType<typeof refuse> {
  return refuse('POINT_UNKNOWN', {
    what: `point ${point}`,
    limit: 'it was not made, or is dropped',
    fix: 'retain it before',
  });
}
