/**
 * A pointer copy of volumes as they are, labels included: definitions and one execution, as a host sends
 * them, without the steps of a backup around them.
 *
 * The targets bear the serials of their sources afterwards, so they stay offline where those are in use.
 *
 * @module
 */
import type { VolumeName } from '../backup/backup-request.ts';
import { unexpected } from '../backup/target-inspection.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import { type CommitSequence, type DeviceNumber, formatDeviceNumber } from '../base/units.ts';
import type { Separation } from '../copy/relation.ts';
import { toHexadecimal } from '../ecam/hexadecimal.ts';
import type { EcamAnswer, EcamRequest, MessageExtent } from '../ecam/messages.ts';
import type { DataProcessor } from '../host/data-processor.ts';
import type { Device } from '../mapping/device-table.ts';
import { settled } from './copy-control.ts';
import { labelOf } from './device-label.ts';
import { makeJobRoom } from './job-settling.ts';
import type { MachineRoom } from './machine-room.ts';
import { findDevice, reportVolume } from './volume-view.ts';

/** What to copy where. */
export interface VolumeSnapshotRequest {
  /** One instant for all pairs; at least one. */
  readonly pairs: readonly SnapshotPair[];
  /** Whether a physical copy follows; default `none`. */
  readonly copy?: 'none' | 'background';
  /** Default `instance`. */
  readonly separation?: Separation;
  /** Take over a target for which another copy still owes background work; default false. */
  readonly supersede?: boolean;
  /** Take targets even where they hold data sets or a backup; default false. */
  readonly overwrite?: boolean;
  /** Free text for people, at most 64 characters. */
  readonly label?: string;
}

/** One source and its target. */
export interface SnapshotPair {
  readonly source: VolumeName;
  readonly target: VolumeName;
  /** Stretches of tracks; default the whole device. */
  readonly extents?: readonly MessageExtent[];
}

/** A snapshot that was made. */
export interface VolumeSnapshot {
  /** 32 hexadecimal digits, good for the host that asked. */
  readonly pollingToken: string;
  /** The instant. */
  readonly sequence: CommitSequence;
  readonly tracks: number;
  readonly pairs: readonly { readonly source: DeviceNumber; readonly target: DeviceNumber }[];
}

/** A pair with its devices. */
interface FoundPair {
  readonly source: Device;
  readonly target: Device;
  readonly extents: readonly MessageExtent[];
}

/** Makes the copy, and makes it durable. A request that is refused has changed nothing. */
export function snapshotVolumes(
  room: MachineRoom,
  host: DataProcessor,
  request: VolumeSnapshotRequest,
): Outcome<VolumeSnapshot> {
  const found = findPairs(room, request);
  if (found.kind === 'refused') return found;
  makeJobRoom(host, room.subsystem.configuration.name);
  const executed = execute(room, host, request, found.value);
  if (executed.kind === 'refused') return executed;
  for (const { target } of found.value) {
    const place = { subsystem: room.subsystem.configuration.name, device: target.number };
    room.records.markOverwritten(place, `snapshot by ${host.name}`);
  }
  room.lookAgain();
  room.commit();
  return executed;
}

function findPairs(
  room: MachineRoom,
  { pairs, overwrite = false }: VolumeSnapshotRequest,
): Outcome<readonly FoundPair[]> {
  const found: FoundPair[] = [];
  for (const pair of pairs) {
    const source = findDevice(room, pair.source);
    if (source.kind === 'refused') return source;
    const target = findDevice(room, pair.target);
    if (target.kind === 'refused') return target;
    const loss = overwrite ? undefined : refuseLoss(room, target.value);
    if (loss !== undefined) return loss;
    found.push({ source: source.value, target: target.value, extents: pair.extents ?? [] });
  }
  return done(found);
}

/** Data sets and backups are not overwritten by the way. */
function refuseLoss(room: MachineRoom, target: Device): Refusal | undefined {
  const { vtoc, volser, trouble, backup } = reportVolume(room, target);
  if (volser === undefined) return undefined;
  const own = [vtoc?.index?.entry, vtoc?.vvds?.entry];
  const dataSets = vtoc?.entries.filter((entry) => !own.includes(entry)).length ?? 0;
  if (backup === undefined && dataSets === 0 && trouble === undefined) return undefined;
  const holds = trouble === undefined ? `${dataSets} data sets` : `what cannot be read: ${trouble}`;
  return refuse('TARGET_HAS_DATA', {
    what: `a snapshot onto volume ${volser} on ${formatDeviceNumber(target.number)}`,
    limit: backup === undefined ? `it holds ${holds}` : `it holds backup ${backup.name}`,
    fix: 'choose another target, or ask to overwrite it',
  });
}

function execute(
  room: MachineRoom,
  host: DataProcessor,
  request: VolumeSnapshotRequest,
  pairs: readonly FoundPair[],
): Outcome<VolumeSnapshot> {
  const tokens: Uint8Array[] = [];
  for (const pair of pairs) {
    const accepted = send(room, host, definition(room, request, pair));
    if (accepted.kind === 'refused') return accepted;
    if (accepted.value.kind !== 'sourceAccepted') return unexpected(accepted.value.kind);
    tokens.push(accepted.value.token);
  }
  const executed = send(room, host, { kind: 'targetExecution', tokens });
  if (executed.kind === 'refused') return executed;
  if (executed.value.kind !== 'executed') return unexpected(executed.value.kind);
  const { pollingToken, sequence, tracks } = executed.value;
  return done({
    pollingToken: toHexadecimal(pollingToken),
    sequence,
    tracks,
    pairs: pairs.map(({ source, target }) => ({ source: source.number, target: target.number })),
  });
}

function definition(
  room: MachineRoom,
  { copy = 'none', separation = 'instance', supersede = false, label = '' }: VolumeSnapshotRequest,
  { source, target, extents }: FoundPair,
): EcamRequest {
  const volser = labelOf(room.subsystem, source)?.volser;
  return {
    kind: 'sourceDefinition',
    source: { device: source.number, ...(volser === undefined ? {} : { volser }) },
    target: { device: target.number },
    extents,
    wholeDevice: extents.length === 0,
    dataSets: [],
    copy,
    separation,
    supersede,
    label,
  };
}

function send(
  { subsystem }: MachineRoom,
  host: DataProcessor,
  request: EcamRequest,
): Outcome<Exclude<EcamAnswer, Refusal>> {
  return settled(host.exchange(subsystem.configuration.name, request));
}
