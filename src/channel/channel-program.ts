/**
 * Channel programs: chains of commands that a host sends down a channel path as one piece of work.
 *
 * | command | code | bytes out | bytes in |
 * | --- | --- | --- | --- |
 * | define extent | 63 | 16 | |
 * | locate record | 47 | 16 | |
 * | read track | DE | | the track |
 * | write full track | 95 | the track | |
 * | reserve, release, unconditional reserve | B4, 94, 14 | | 32 |
 * | read device characteristics | 64 | | 64 |
 * | sense id | E4 | | 7 or 12 |
 * | set path group id | AF | 12 | |
 * | sense path group id | 34 | | 12 |
 * | perform subsystem function | 27 | 2 + the message | |
 * | read subsystem data | 3E | | the answer |
 *
 * Codes are the real ones (docs/sources.md, S-16). Parameters are typed; the bytes they would take
 * are counted. An ECAM message travels as perform subsystem function, its answer comes back with the
 * read subsystem data that follows in the same chain.
 *
 * @module
 */
import type { TrackIndex } from '../base/units.ts';
import type { PathGroupId } from '../ecam/path-group-id.ts';

/** One command of a channel program. */
export type ChannelCommand =
  | {
      readonly kind: 'defineExtent';
      /** First and last track that the rest of the chain may touch. */
      readonly first: TrackIndex;
      readonly last: TrackIndex;
      /** Whether the chain may write. */
      readonly write: boolean;
      /** Writes may use the space kept back for the metadata of running backups. */
      readonly reserve?: boolean;
    }
  | {
      readonly kind: 'locateRecord';
      /** Track of the next read or write; each of these moves on by one. */
      readonly track: TrackIndex;
    }
  | { readonly kind: 'readTrack' }
  | { readonly kind: 'writeTrack'; readonly image: Uint8Array }
  | { readonly kind: 'reserve' }
  | { readonly kind: 'release' }
  | { readonly kind: 'unconditionalReserve' }
  | { readonly kind: 'readDeviceCharacteristics' }
  | { readonly kind: 'senseId' }
  | {
      readonly kind: 'setPathGroupId';
      readonly id: PathGroupId;
      /** Join the group, or leave it. */
      readonly function: 'establish' | 'resign';
    }
  | { readonly kind: 'sensePathGroupId' }
  | {
      readonly kind: 'performSubsystemFunction';
      /** An ECAM message. */
      readonly message: Uint8Array;
    }
  | { readonly kind: 'readSubsystemData' };

/** Commands in the order of their execution. */
export type ChannelProgram = readonly ChannelCommand[];

/** Code of each command. */
export const COMMAND_CODES: Readonly<Record<ChannelCommand['kind'], number>> = Object.freeze({
  defineExtent: 0x63,
  locateRecord: 0x47,
  readTrack: 0xde,
  writeTrack: 0x95,
  reserve: 0xb4,
  release: 0x94,
  unconditionalReserve: 0x14,
  readDeviceCharacteristics: 0x64,
  senseId: 0xe4,
  setPathGroupId: 0xaf,
  sensePathGroupId: 0x34,
  performSubsystemFunction: 0x27,
  readSubsystemData: 0x3e,
});

/** Parameter bytes that a command sends to the subsystem, its own data included. */
export function bytesOutOf(command: ChannelCommand): number {
  switch (command.kind) {
    case 'defineExtent':
    case 'locateRecord':
      return 16;
    case 'setPathGroupId':
      return 12;
    case 'writeTrack':
      return command.image.length;
    case 'performSubsystemFunction':
      // The order and its flags stand before the message.
      return 2 + command.message.length;
    default:
      return 0;
  }
}

/** A command by its code and name, for refusals: `95 writeTrack`. */
export function formatCommand({ kind }: ChannelCommand): string {
  return `${COMMAND_CODES[kind].toString(16).toUpperCase().padStart(2, '0')} ${kind}`;
}
