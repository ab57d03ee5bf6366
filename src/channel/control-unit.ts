/**
 * The control unit: what hosts reach of a subsystem. It knows which path belongs to which path
 * group, keeps reservations, runs channel programs and hands ECAM messages to the responder with the
 * path group that they came over.
 *
 * A chain is checked whole (chain-check.ts) before its first command runs. Then commands run in
 * order; a track write is wholly in or wholly out. A chain that has to wait for space keeps the
 * tracks before the one that waits; run again, it writes them again with the same bytes.
 *
 * Paths and their groups end with the process, as they do with the power of a control unit: hosts group
 * theirs anew. Only what the responder holds for a path group is kept.
 *
 * A track that the drives have lost ends the chain with unit check and sense (unit-check.ts).
 *
 * Bytes *in* go from the subsystem to the data processor (reads), bytes *out* the other way.
 *
 * @module
 */
import { unreachable } from '../base/invariant.ts';
import type { Meter } from '../base/ports.ts';
import { done, type Refusal, refuse } from '../base/refusal.ts';
import { type Step, type StepWaiting, waiting } from '../base/step.ts';
import { type DeviceNumber, formatDeviceNumber, type TrackIndex } from '../base/units.ts';
import { type PathGroupId, pathGroupIdBytes } from '../ecam/path-group-id.ts';
import type { Responder } from '../ecam/responder.ts';
import { toTrackAddress } from '../geometry/address.ts';
import type { Device } from '../mapping/device-table.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import { checkChain } from './chain-check.ts';
import { bytesOutOf, type ChannelCommand, type ChannelProgram } from './channel-program.ts';
import { deviceCharacteristics, senseId } from './device-characteristics.ts';
import { processorNanos } from './processor-cost.ts';
import { asUnitCheck, SENSE_BYTES } from './unit-check.ts';

/** Where a channel program goes: a device, or the control unit itself (path groups and ECAM). */
export type ChannelAddress = DeviceNumber | 'control';

/** What one channel program moved, and what it cost the data processor. */
interface ChannelCost {
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly processorNanos: number;
}

/** A channel program that ended. */
export interface ChannelResult {
  /** What each reading command read, in order. */
  readonly data: readonly Uint8Array[];
  readonly cost: ChannelCost;
}

/** One channel program on its way through the control unit. */
interface Run {
  readonly path: number;
  readonly device: Device | undefined;
  readonly data: Uint8Array[];
  track: number;
  reserve: boolean;
  /** Answer to the ECAM message of the chain. */
  answer: Uint8Array;
  bytesIn: number;
  bytesOut: number;
}

/** First byte of sense path group id: group state, X'C0' grouped and X'80' not, single or multipath. */
const PATH_GROUPED = 0xc8;
const PATH_UNGROUPED = 0x80;

/** What hangs between channel paths and one subsystem. */
export class ControlUnit {
  readonly #subsystem: Subsystem;
  readonly #responder: Responder;
  readonly #meter: Meter;
  /** Path group of each attached path. */
  readonly #groups: (PathGroupId | undefined)[] = [];

  /** @param meter - Counts the programs, bytes and processor time of all hosts together. */
  constructor(subsystem: Subsystem, responder: Responder, meter: Meter) {
    this.#subsystem = subsystem;
    this.#responder = responder;
    this.#meter = meter;
  }

  /** Attaches one more channel path, not yet grouped, and answers its number. */
  attachPath(): number {
    return this.#groups.push(undefined) - 1;
  }

  /**
   * Runs a channel program that comes over a path.
   *
   * @param hostMeter - Counts programs, bytes and processor time for the sending host.
   * @returns `waiting` for a reservation (nothing ran) or for space (see above); a refusal when the
   * chain breaks a rule (nothing ran) or a track could not be read or written.
   */
  execute(
    path: number,
    address: ChannelAddress,
    program: ChannelProgram,
    hostMeter?: Meter,
  ): Step<ChannelResult> {
    const device = address === 'control' ? undefined : this.#subsystem.findDevice(address);
    const refusal =
      address !== 'control' && device === undefined
        ? unknownDevice(address)
        : checkChain(program, device, this.#groups[path] !== undefined);
    const busy = refusal === undefined && device && this.#waitForReservation(path, device, program);
    // The channel starts a chain again by itself when a device becomes free: waiting costs nothing.
    if (busy) return busy;

    const run: Run = {
      path,
      device,
      data: [],
      track: 0,
      reserve: false,
      answer: new Uint8Array(0),
      bytesIn: 0,
      bytesOut: 0,
    };
    const stopped = refusal ?? this.#runChain(run, program);
    const cost = {
      bytesIn: run.bytesIn,
      bytesOut: run.bytesOut,
      processorNanos: processorNanos(run.bytesIn, run.bytesOut),
    };
    count(this.#meter, cost);
    if (hostMeter !== undefined) count(hostMeter, cost);
    return stopped ?? done({ data: run.data, cost });
  }

  #runChain(run: Run, program: ChannelProgram): Refusal | StepWaiting | undefined {
    for (const command of program) {
      const stopped = this.#runCommand(run, command);
      if (stopped !== undefined) return stopped;
      run.bytesOut += bytesOutOf(command);
    }
    return undefined;
  }

  #runCommand(run: Run, command: ChannelCommand): Refusal | StepWaiting | undefined {
    switch (command.kind) {
      case 'defineExtent':
        run.reserve = command.reserve === true;
        return undefined;
      case 'locateRecord':
        run.track = command.track;
        return undefined;
      case 'readTrack':
        return this.#readTrack(run);
      case 'writeTrack':
        return this.#writeTrack(run, command.image);
      case 'setPathGroupId':
        return this.#setPathGroupId(run.path, command);
      case 'performSubsystemFunction':
        run.answer = this.#responder.respond(this.#groupOf(run.path), command.message);
        return undefined;
      case 'reserve':
      case 'unconditionalReserve':
        this.#responder.reservations.reserve(run.device as Device, this.#groupOf(run.path));
        // Sense bytes: zeros when all is well.
        return this.#send(run, new Uint8Array(SENSE_BYTES));
      case 'release':
        this.#responder.reservations.release(run.device as Device, this.#groupOf(run.path));
        return this.#send(run, new Uint8Array(SENSE_BYTES));
      case 'readDeviceCharacteristics': {
        const { model, cylinders } = run.device as Device;
        return this.#send(run, deviceCharacteristics(model, cylinders));
      }
      case 'senseId':
        return this.#send(run, senseId((run.device as Device).model));
      case 'sensePathGroupId':
        return this.#send(run, this.#pathGroupBytes(run.path));
      case 'readSubsystemData':
        return this.#send(run, run.answer);
      default:
        return unreachable(command, 'channel-command-known');
    }
  }

  #send(run: Run, bytes: Uint8Array): undefined {
    run.data.push(bytes);
    run.bytesIn += bytes.length;
    return undefined;
  }

  #readTrack(run: Run): Refusal | undefined {
    const { index, model, cylinders } = run.device as Device;
    const track = run.track as TrackIndex;
    const read = this.#subsystem.readTrack(index, track);
    if (read.kind === 'refused') {
      return asUnitCheck(read, toTrackAddress(track, model.type.headCount), cylinders);
    }
    run.track += 1;
    return this.#send(run, read.value);
  }

  #writeTrack(run: Run, image: Uint8Array): Refusal | StepWaiting | undefined {
    const { index } = run.device as Device;
    const options = { reserve: run.reserve };
    for (;;) {
      const written = this.#subsystem.writeTrack(index, run.track as TrackIndex, image, options);
      if (written.kind === 'again') continue;
      if (written.kind !== 'done') return written;
      run.track += 1;
      return undefined;
    }
  }

  #setPathGroupId(
    path: number,
    command: ChannelCommand & { readonly kind: 'setPathGroupId' },
  ): Refusal | undefined {
    const group = this.#groups[path];
    if (group !== undefined && group !== command.id) {
      return refuse('COMMAND_REJECT', {
        what: `set path group id ${command.id} on path ${path}`,
        limit: `the path belongs to path group ${group}`,
        fix: 'resign from the group first',
      });
    }
    this.#groups[path] = command.function === 'establish' ? command.id : undefined;
    // A group without paths can never release what it holds.
    if (!this.#groups.includes(command.id)) this.#responder.reservations.releaseAll(command.id);
    return undefined;
  }

  #pathGroupBytes(path: number): Uint8Array {
    const bytes = new Uint8Array(12);
    const group = this.#groups[path];
    bytes[0] = group === undefined ? PATH_UNGROUPED : PATH_GROUPED;
    if (group !== undefined) bytes.set(pathGroupIdBytes(group), 1);
    return bytes;
  }

  /** The group of a path that the chain check found grouped. */
  #groupOf(path: number): PathGroupId {
    return this.#groups[path] as PathGroupId;
  }

  #waitForReservation(
    path: number,
    device: Device,
    program: ChannelProgram,
  ): StepWaiting | undefined {
    // Made for taking a device away from a host that has died.
    if (program[0]?.kind === 'unconditionalReserve') return undefined;
    const asker = this.#groups[path] ?? `path ${path}`;
    const holder = this.#responder.reservations.otherHolder(device, asker);
    if (holder === undefined) return undefined;
    const number = formatDeviceNumber(device.number);
    return waiting('reservation', `device ${number} is reserved to ${holder}`);
  }
}

function count(meter: Meter, cost: ChannelCost): void {
  meter.add('channelPrograms', 1);
  meter.add('channelBytesIn', cost.bytesIn);
  meter.add('channelBytesOut', cost.bytesOut);
  meter.add('processorNanos', cost.processorNanos);
}

function unknownDevice(number: DeviceNumber): Refusal {
  return refuse('DEVICE_UNKNOWN', {
    what: `device ${formatDeviceNumber(number)}`,
    limit: 'devices are those defined in this subsystem',
    fix: 'check the device number, and that host and subsystem belong together',
  });
}
