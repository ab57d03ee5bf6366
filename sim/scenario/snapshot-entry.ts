/**
 * The entry `snapshot`: a pointer copy asked of the subsystem directly, without a host's steps.
 *
 * @module
 */
import {
  type CopyExtent,
  deviceNumber,
  type Outcome,
  refuse,
  type SnapshotRequest,
  trackIndex,
} from '../../src/index.ts';
import { describeName } from './copy-entry.ts';
import { type EntryMachine, ended, type MadeRelation, oneStep } from './entry-machine.ts';
import type { DeviceOrVolume, Span } from './field.ts';
import type { Laboratory } from './laboratory.ts';
import type { LaboratorySubsystem, PlacedDevice } from './laboratory-subsystem.ts';
import { formatCount } from './quantity.ts';
import type { EntryOf } from './scenario.ts';

type Pair = EntryOf<'snapshot'>['fields']['pairs'][number];

/** Relations of snapshots by name. */
export class SnapshotNames {
  readonly #relations = new Map<string, readonly MadeRelation[]>();

  /** Relations of the snapshot of that name; none when it was not made. */
  of(name: string): readonly MadeRelation[] {
    return this.#relations.get(name) ?? [];
  }

  /** Whether a snapshot of that name was made. */
  has(name: string): boolean {
    return this.#relations.has(name);
  }

  /** Gives relations a name. */
  set(name: string, relations: readonly MadeRelation[]): void {
    this.#relations.set(name, relations);
  }
}

/** The machine of a `snapshot`. */
export function snapshotEntry(
  laboratory: Laboratory,
  entry: EntryOf<'snapshot'>,
  snapshots: SnapshotNames,
): EntryMachine {
  const { fields } = entry;
  const title = fields.pairs
    .map((pair) => `${describeName(pair.source)} → ${describeName(pair.target)}`)
    .join(', ');
  return oneStep(`snapshot ${title}`, () => {
    const owner = laboratory.subsystem(fields.subsystem ?? laboratory.subsystems[0]?.name ?? '');
    const request = toRequest(laboratory, owner, fields);
    if (request.kind === 'refused') return request;
    const made = owner.subsystem.snapshot(request.value);
    if (made.kind === 'refused') return made;
    const { relations, sequence, tracks, pagesShared } = made.value;
    if (fields.as !== undefined) {
      snapshots.set(
        fields.as,
        relations.map((id) => ({ owner, id })),
      );
    }
    return ended({ relations: relations.length, sequence, tracks, pagesShared }, [
      `${formatCount(tracks, 'track')} copied by pointers at sequence ${sequence}`,
    ]);
  });
}

function toRequest(
  laboratory: Laboratory,
  owner: LaboratorySubsystem,
  fields: EntryOf<'snapshot'>['fields'],
): Outcome<SnapshotRequest> {
  const extents: CopyExtent[] = [];
  const wholeDevices: { source: CopyExtent['source']; target: CopyExtent['target'] }[] = [];
  for (const pair of fields.pairs) {
    const source = findDevice(laboratory, owner, pair.source);
    if (source.kind === 'refused') return source;
    const target = findDevice(laboratory, owner, pair.target);
    if (target.kind === 'refused') return target;
    const ends = { source: source.value.device.index, target: target.value.device.index };
    const run = toRun(pair, source.value);
    if (run === undefined) {
      wholeDevices.push(ends);
      continue;
    }
    extents.push({
      ...ends,
      sourceFirst: trackIndex(run.first),
      sourceCount: run.count,
      targetFirst: trackIndex(pair.to ?? run.first),
      targetCount: run.count,
    });
  }
  return {
    kind: 'done',
    value: {
      extents,
      wholeDevices,
      background: fields.copy === 'background' ? 'copy' : 'none',
      separation: fields.separation,
      supersede: fields.supersede,
      ...(fields.as === undefined ? {} : { label: fields.as }),
    },
  };
}

function toRun(pair: Pair, source: PlacedDevice): { first: number; count: number } | undefined {
  const { tracks, cylinders } = pair;
  if (tracks !== undefined) return spanOf(tracks, 1);
  return cylinders && spanOf(cylinders, source.device.model.type.headCount);
}

function spanOf(span: Span, tracksEach: number): { first: number; count: number } {
  return { first: span.first * tracksEach, count: (span.last - span.first + 1) * tracksEach };
}

function findDevice(
  laboratory: Laboratory,
  owner: LaboratorySubsystem,
  name: DeviceOrVolume,
): Outcome<PlacedDevice> {
  const found =
    name.kind === 'device'
      ? laboratory.device(owner.name, deviceNumber(name.number))
      : laboratory.findVolume(name.volser, owner.name);
  if (found !== undefined) return { kind: 'done', value: found };
  return refuse(name.kind === 'device' ? 'DEVICE_UNKNOWN' : 'VOLUME_UNKNOWN', {
    what: `${name.kind} ${describeName(name)}`,
    limit: `${owner.name} has no such ${name.kind}`,
    fix: 'name a device or volume of that subsystem',
  });
}
