/**
 * Release of space that a host does not need any more, and undoing it.
 *
 * The rules of a target execution hold: a device that is reserved to another path group is left
 * alone, and what a token stands for is good for the path group that it was given to.
 *
 * @module
 */
import { EXTENTS_PER_DEFINITION_MAX } from '../base/limits.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { deviceNumber, formatDeviceNumber, laterBy, trackIndex } from '../base/units.ts';
import type { ReleasedSpace } from '../subsystem/deleted-space.ts';
import { encodeRequest } from './codec.ts';
import { unknownDevice } from './define-source.ts';
import type {
  Refused,
  ReleaseSpace,
  ReleaseUndone,
  SpaceReleased,
  UndoRelease,
} from './messages.ts';
import type { PathGroupId } from './path-group-id.ts';
import type { RememberedRelease, RequestKey } from './releases.ts';
import { findRelease, type ResponderState } from './responder-state.ts';
import { drawToken, tokenBytes, tokenKey } from './token.ts';

/** Releases tracks, says what releasing them would give, or answers again what it has done. */
export function releaseSpace(
  state: ResponderState,
  pathGroup: PathGroupId,
  request: ReleaseSpace,
): SpaceReleased | Refusal {
  const { subsystem, releases, reservations } = state;
  const device = subsystem.findDevice(deviceNumber(request.device));
  if (device === undefined) return unknownDevice(request.device);
  const isDryRun = request.dryRun === true;
  const key: RequestKey = `${pathGroup} ${request.request}`;
  const fingerprint = fingerprintOf(state, request);
  const known = isDryRun ? undefined : releases.get(key);
  if (known !== undefined) {
    return known.fingerprint === fingerprint ? answerOf(known) : nameReused(request);
  }
  const now = subsystem.ports.clock.now();
  const refusal =
    reservations.refusal(device, pathGroup) ??
    (isDryRun ? undefined : releases.checkRoom(pathGroup, now));
  if (refusal !== undefined) return refusal;

  const ranges = request.ranges.map(({ first, count }) => ({ first: trackIndex(first), count }));
  const released = subsystem.deletedSpace.release(device.index, ranges, {
    dryRun: isDryRun,
    ...(request.hold !== undefined && { hold: request.hold }),
  });
  if (released.kind === 'refused') return released;
  if (isDryRun) return figuresOf(released.value);

  const { hold } = released.value;
  const duration = hold === undefined ? 0 : (request.hold ?? 0);
  const expiresAt = hold === undefined ? undefined : laterBy(now, duration);
  const remembered: RememberedRelease = {
    key,
    pathGroup,
    device: { number: device.number, index: device.index, generation: device.generation },
    fingerprint,
    answer: { ...figuresOf(released.value), ...(expiresAt !== undefined && { expiresAt }) },
    undo: hold === undefined ? null : { token: drawToken(subsystem.ports.random), hold },
    undone: null,
    forgetAt: laterBy(now, Math.max(duration, subsystem.configuration.sourceTokenLife)),
  };
  releases.add(remembered, now);
  return answerOf(remembered);
}

/** Takes a release back, or answers again how it was taken back. */
export function undoRelease(
  state: ResponderState,
  pathGroup: PathGroupId,
  { undoToken }: UndoRelease,
): ReleaseUndone | Refused {
  const { subsystem, releases, reservations } = state;
  const release = findRelease(state, pathGroup, tokenKey(undoToken));
  if ('code' in release) return release;
  if (release.undone !== null) return release.undone;
  const device = subsystem.findDevice(release.device.number);
  const isSame =
    device?.index === release.device.index && device.generation === release.device.generation;
  if (!isSame || release.undo === null) return deviceChanged(release);
  const refusal = reservations.refusal(device, pathGroup);
  if (refusal !== undefined) return refusal;
  const undone = subsystem.deletedSpace.undo(release.undo.hold);
  if (undone.kind === 'refused') return undone;
  const { tracks, changedSince, sequence } = undone.value;
  const answer: ReleaseUndone = {
    kind: 'releaseUndone',
    tracks,
    changedTracks: changedSince.reduce((sum, { count }) => sum + count, 0),
    changed: changedSince.slice(0, EXTENTS_PER_DEFINITION_MAX),
    sequence,
  };
  releases.noteUndone(release.key, answer);
  return answer;
}

function figuresOf(released: ReleasedSpace): Omit<SpaceReleased, 'undoToken'> {
  const { tracks, bytes, sharedTracks, nullTracks, sequence } = released;
  return { kind: 'spaceReleased', tracks, bytes, sharedTracks, nullTracks, sequence };
}

function answerOf({ answer, undo }: RememberedRelease): SpaceReleased {
  return undo === null ? answer : { ...answer, undoToken: tokenBytes(undo.token) };
}

function fingerprintOf({ subsystem }: ResponderState, request: ReleaseSpace): string {
  const { checksum } = subsystem.ports;
  checksum.compute(encodeRequest(request));
  return `${checksum.high}.${checksum.low}`;
}

function nameReused({ request }: ReleaseSpace): Refusal {
  return refuse('REQUEST_NAME_REUSED', {
    what: `release request ${request}`,
    limit: 'the path group has asked for another release under this name',
    fix: 'give every request a name of its own',
  });
}

function deviceChanged({ device }: RememberedRelease): Refusal {
  return refuse('DEVICE_CHANGED', {
    what: `device ${formatDeviceNumber(device.number)}`,
    limit: 'a release can be undone on the device on which it was done',
    fix: 'restore the tracks from a copy',
  });
}
