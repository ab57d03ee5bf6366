/**
 * The copies of a run: which method each entry has, between which devices, under which name.
 *
 * @module
 */
import { invariant, type Refusal, refuse } from '../../src/index.ts';
import { findCopyMethod } from '../strategy/copy-methods.ts';
import { describeName } from './copy-entry.ts';
import type { PlacedDevice } from './laboratory-subsystem.ts';
import { readOptions } from './method-choice.ts';
import type { Occurrence } from './occurrences.ts';
import type { EntryOf } from './scenario.ts';
import type { TimedWorld } from './timed-world.ts';
import type { Unit } from './units.ts';

/** The devices of a copy. */
interface CopyEnds {
  readonly kind: 'ends';
  readonly source: PlacedDevice;
  readonly target: PlacedDevice;
}

/** Name of a copy; one that the scenario does not name is called after its line. */
export function nameOfCopy(entry: EntryOf<'copy'>): string {
  return entry.fields.as ?? `copy-L${entry.place.line}`;
}

/** The devices of a copy; a refusal when one is not there or they do not belong together. */
export function devicesOfCopy(world: TimedWorld, entry: EntryOf<'copy'>): CopyEnds | Refusal {
  const { laboratory } = world;
  const { source: from, target: to } = entry.fields;
  const source = laboratory.find(from);
  if (source === undefined) return laboratory.refuseUnknown(from);
  const target = laboratory.find(to);
  if (target === undefined) return laboratory.refuseUnknown(to);
  if (source.owner === target.owner) return { kind: 'ends', source, target };
  return refuse('DEVICE_UNKNOWN', {
    what: `copy of ${describeName(from)} to ${describeName(to)}`,
    limit: 'both have to be in one subsystem',
    fix: 'name a target in the subsystem of the source',
  });
}

/**
 * Makes the methods of all copy entries, and lets each make true what it takes for granted. An entry
 * that happens again keeps its method: the next copy may build on the last.
 */
export function prepareCopies(
  world: TimedWorld,
  occurrences: readonly Occurrence[],
  unit: Unit,
): void {
  const entries = occurrences
    .flatMap((one) => one.entries)
    .flatMap((entry) => (entry.kind === 'together' ? entry.entries : [entry]));
  for (const entry of entries) {
    if (entry.kind !== 'copy' || world.methods.has(entry.place.line)) continue;
    const { method, options } = choiceOf(world, entry, unit);
    const known = findCopyMethod(method);
    invariant(known !== undefined, 'copy-method-known', method);
    const made = known.make(readOptions(known.options, options).values);
    world.methods.set(entry.place.line, made);
    const ends = devicesOfCopy(world, entry);
    // Who names devices that are not there is told when the copy begins.
    if (ends.kind === 'refused') continue;
    made.prepare(world.copyContext(entry, ends.source, ends.target, nameOfCopy(entry)));
  }
}

/** The method of an entry: its own, or the one that the unit compares. */
function choiceOf(
  { laboratory }: TimedWorld,
  { fields }: EntryOf<'copy'>,
  unit: Unit,
): { readonly method: string; readonly options: Readonly<Record<string, string>> } {
  if (fields.method !== undefined) return { method: fields.method, options: fields.options };
  const compared = laboratory.scenario.compare?.find(({ as }) => as === unit.method);
  invariant(compared !== undefined, 'unit-method-compared', unit.method);
  return compared;
}
