/**
 * The rules of a chain, checked whole before any of its commands runs.
 *
 * | rule | refusal |
 * | --- | --- |
 * | a chain has a command; ECAM stands alone with its answer; unconditional reserve comes first | COMMAND_REJECT |
 * | define extent comes before locate, once, within the device; locate before read and write | COMMAND_REJECT |
 * | a write needs an extent defined for writing | COMMAND_REJECT |
 * | located, read and written tracks lie in the extent | FILE_PROTECTED |
 * | a track written is a whole valid track at its own address | TRACK_INVALID |
 * | ECAM, reserving and releasing ask who the host is: the path is grouped | PATH_NOT_GROUPED |
 *
 * @module
 */
import { type ReasonCode, type Refusal, refuse } from '../base/refusal.ts';
import { formatDeviceNumber, type TrackIndex } from '../base/units.ts';
import { encodeCchh, formatAddress, toTrackAddress } from '../geometry/address.ts';
import type { Device } from '../mapping/device-table.ts';
import { validateTrack } from '../track/track-image.ts';
import { type ChannelCommand, type ChannelProgram, formatCommand } from './channel-program.ts';

/** Commands that concern the path or the control unit, not a device. */
const CONTROL_COMMANDS: readonly ChannelCommand['kind'][] = [
  'setPathGroupId',
  'sensePathGroupId',
  'performSubsystemFunction',
  'readSubsystemData',
];
const ECAM_COMMANDS: readonly ChannelCommand['kind'][] = [
  'performSubsystemFunction',
  'readSubsystemData',
];
/** Commands whose meaning depends on who the host is. */
const GROUPED_COMMANDS: readonly ChannelCommand['kind'][] = [
  ...ECAM_COMMANDS,
  'reserve',
  'release',
  'unconditionalReserve',
];

/**
 * Why a chain cannot run, if it cannot.
 *
 * @param device - The device addressed; `undefined` when the control unit itself is.
 */
export function checkChain(
  program: ChannelProgram,
  device: Device | undefined,
  isGrouped: boolean,
): Refusal | undefined {
  if (program.length === 0) return reject(device, 'an empty chain', 'has a command');
  const hasEcam = program.some(({ kind }) => kind === 'performSubsystemFunction');
  for (const [at, command] of program.entries()) {
    const { kind } = command;
    if (device === undefined && !CONTROL_COMMANDS.includes(kind)) {
      return reject(device, formatCommand(command), 'needs a device');
    }
    if (!isGrouped && GROUPED_COMMANDS.includes(kind)) return ungrouped(command);
    if (hasEcam && !ECAM_COMMANDS.includes(kind)) {
      return reject(device, formatCommand(command), 'does not stand in one chain with ECAM');
    }
    if (kind === 'readSubsystemData' && program[at - 1]?.kind !== 'performSubsystemFunction') {
      return reject(device, formatCommand(command), 'follows perform subsystem function');
    }
    if (kind === 'unconditionalReserve' && at > 0) {
      return reject(device, formatCommand(command), 'is the first command');
    }
  }
  return device === undefined ? undefined : checkTracks(program, device);
}

/** Follows the place in the extent through the chain. */
function checkTracks(program: ChannelProgram, device: Device): Refusal | undefined {
  let extent: (ChannelCommand & { readonly kind: 'defineExtent' }) | undefined;
  let track: number | undefined;
  for (const command of program) {
    switch (command.kind) {
      case 'defineExtent': {
        if (extent !== undefined) return reject(device, formatCommand(command), 'stands once');
        const { first, last } = command;
        if (first > last || last >= device.trackCount) {
          const limit = `is within tracks 0 to ${device.trackCount - 1}`;
          return reject(device, `extent ${first} to ${last}`, limit);
        }
        extent = command;
        break;
      }
      case 'locateRecord':
        if (extent === undefined) {
          return reject(device, formatCommand(command), 'follows define extent');
        }
        track = command.track;
        if (isOutside(track, extent)) return fileProtected(device, track, extent);
        break;
      case 'readTrack':
      case 'writeTrack': {
        if (extent === undefined || track === undefined) {
          return reject(device, formatCommand(command), 'follows locate record');
        }
        if (isOutside(track, extent)) return fileProtected(device, track, extent);
        const refusal = command.kind === 'writeTrack' && checkWrite(command, extent, device, track);
        if (refusal) return refusal;
        track += 1;
        break;
      }
      default:
    }
  }
  return undefined;
}

function checkWrite(
  command: ChannelCommand & { readonly kind: 'writeTrack' },
  extent: ChannelCommand & { readonly kind: 'defineExtent' },
  device: Device,
  track: number,
): Refusal | undefined {
  if (!extent.write) return reject(device, formatCommand(command), 'needs a write extent');
  const address = toTrackAddress(track as TrackIndex, device.model.type.headCount);
  const fault = validateTrack(command.image, encodeCchh(address.cylinder, address.head));
  if (fault === undefined) return undefined;
  return refuse('TRACK_INVALID', {
    what: `track ${formatAddress(address)} of device ${formatDeviceNumber(device.number)}`,
    limit: `${fault.what} at byte ${fault.offset}`,
    fix: 'write a whole valid track at its own address',
  });
}

function isOutside(
  track: number,
  extent: { readonly first: number; readonly last: number },
): boolean {
  return track < extent.first || track > extent.last;
}

function fileProtected(
  device: Device,
  track: number,
  extent: { readonly first: number; readonly last: number },
): Refusal {
  return refuse('FILE_PROTECTED', {
    what: `track ${track} of device ${formatDeviceNumber(device.number)}`,
    limit: `the chain defined tracks ${extent.first} to ${extent.last}`,
    fix: 'define an extent that holds every track of the chain',
  });
}

function reject(device: Device | undefined, what: string, limit: string): Refusal {
  const where = device === undefined ? 'the control unit' : formatDeviceNumber(device.number);
  return refused(
    'COMMAND_REJECT',
    `${what} for ${where}`,
    limit,
    'send a chain that keeps the rules',
  );
}

function ungrouped(command: ChannelCommand): Refusal {
  return refused(
    'PATH_NOT_GROUPED',
    formatCommand(command),
    'comes over a path that belongs to a path group',
    'set the path group id on the path first',
  );
}

function refused(code: ReasonCode, what: string, limit: string, fix: string): Refusal {
  return refuse(code, { what, limit, fix });
}
