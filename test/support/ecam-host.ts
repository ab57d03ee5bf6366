/**
 * A subsystem with a responder and devices, and hosts that talk to it in messages: what tests of
 * the message layer and of the channel start from.
 *
 * @module
 */
import { CountingMeter, ManualClock } from '../../src/base/default-ports.ts';
import type { Journal } from '../../src/base/ports.ts';
import { SeededRandom } from '../../src/base/random.ts';
import type { ReasonCode } from '../../src/base/refusal.ts';
import {
  type DeviceNumber,
  deviceNumber,
  type TrackIndex,
  trackIndex,
} from '../../src/base/units.ts';
import { decodeAnswer, encodeRequest } from '../../src/ecam/codec.ts';
import type { EcamAnswer, EcamRequest, SourceDefinition } from '../../src/ecam/messages.ts';
import { type PathGroupId, pathGroupIdOfHost } from '../../src/ecam/path-group-id.ts';
import { Responder } from '../../src/ecam/responder.ts';
import { toTrackAddress } from '../../src/geometry/address.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import type { Device } from '../../src/mapping/device-table.ts';
import type { SubsystemInput } from '../../src/subsystem/configuration.ts';
import { Subsystem } from '../../src/subsystem/subsystem.ts';
import { buildTrack } from '../../src/track/track-image.ts';

export const SYSA = pathGroupIdOfHost('SYSA');
export const SYSB = pathGroupIdOfHost('SYSB');

/** Devices 0A80 up, each a 3390-1 of ten cylinders. */
const DEVICE_COUNT = 8;
export const FIRST_DEVICE = 0x0a80;
export const TRACKS = 150;

/** A subsystem, its clock and meter, and its responder. */
export class EcamBench {
  readonly clock = new ManualClock();
  readonly meter = new CountingMeter();
  readonly subsystem: Subsystem;
  readonly responder: Responder;

  constructor(input: Partial<SubsystemInput> = {}, journal?: Journal) {
    const { clock, meter } = this;
    const random = new SeededRandom(7, 'ecam');
    this.subsystem = Subsystem.create(
      { name: 'DSS3', capacityBytes: 256 * 1024 * 1024, ...input },
      { clock, meter, random, ...(journal && { journal }) },
    );
    this.responder = new Responder(this.subsystem);
    for (let at = 0; at < DEVICE_COUNT; at += 1) this.defineDevice(FIRST_DEVICE + at);
  }

  defineDevice(number: number, modelName = '3390-1', cylinders = 10): Device {
    const model = findModel(modelName);
    if (model === undefined) throw new Error(`no model ${modelName}`);
    const defined = this.subsystem.defineDevice({ number: deviceNumber(number), model, cylinders });
    if (defined.kind === 'refused') throw new Error(defined.code);
    return defined.value;
  }

  device(number: number): Device {
    const device = this.subsystem.findDevice(deviceNumber(number));
    if (device === undefined) throw new Error(`no device ${number}`);
    return device;
  }

  /** Sends a message and reads the answer; counts as host SYSA unless told otherwise. */
  ask(request: EcamRequest, pathGroup: PathGroupId = SYSA): EcamAnswer {
    return decodeAnswer(this.responder.respond(pathGroup, encodeRequest(request)));
  }

  /** Sends a message whose answer must be of a kind. */
  get<Kind extends EcamAnswer['kind']>(
    kind: Kind,
    request: EcamRequest,
    pathGroup: PathGroupId = SYSA,
  ): EcamAnswer & { readonly kind: Kind } {
    const answer = this.ask(request, pathGroup);
    if (!isKind(answer, kind)) throw new Error(`${request.kind}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** The reason for which a message is refused. */
  refusal(request: EcamRequest, pathGroup: PathGroupId = SYSA): ReasonCode {
    return this.get('refused', request, pathGroup).code;
  }

  /** Defines a copy and answers its token. */
  define(change: Partial<SourceDefinition> = {}, pathGroup: PathGroupId = SYSA): Uint8Array {
    return this.get('sourceAccepted', definition(change), pathGroup).token;
  }

  /** Executes tokens and answers the polling token. */
  execute(tokens: readonly Uint8Array[], pathGroup: PathGroupId = SYSA): Uint8Array {
    return this.get('executed', { kind: 'targetExecution', tokens }, pathGroup).pollingToken;
  }

  /** Writes a track that is told apart by `value`. */
  write(number: number, track: number, value: number): void {
    const { index } = this.device(number);
    const written = this.subsystem.writeTrack(index, trackIndex(track), trackImage(track, value));
    if (written.kind !== 'done') throw new Error(written.kind);
  }

  read(number: number, track: number): Uint8Array {
    const read = this.subsystem.readTrack(this.device(number).index, trackIndex(track));
    if (read.kind === 'refused') throw new Error(read.code);
    return read.value;
  }

  /** Runs the background copy to its end. */
  settle(): void {
    while (!this.subsystem.backgroundStep({ tracks: 1000 }).idle);
  }
}

/** A whole-device copy of 0A80 to 0A81 with background copy, changed as told. */
export function definition(change: Partial<SourceDefinition> = {}): SourceDefinition {
  return {
    kind: 'sourceDefinition',
    source: { device: FIRST_DEVICE },
    target: { device: FIRST_DEVICE + 1 },
    extents: [],
    wholeDevice: true,
    dataSets: [],
    copy: 'background',
    separation: 'instance',
    supersede: false,
    label: '',
    ...change,
  };
}

/** A valid track of a 3390 whose one record is told apart by `value`. */
export function trackImage(track: number, value: number): Uint8Array {
  const address = toTrackAddress(trackIndex(track), 15);
  return buildTrack(address, [{ number: 1, data: new Uint8Array(64).fill(value) }]);
}

/** A track of a device, for channel programs. */
export function trackOf(track: number): TrackIndex {
  return trackIndex(track);
}

/** A device number, 0 for 0A80. */
export function deviceAt(at: number): DeviceNumber {
  return deviceNumber(FIRST_DEVICE + at);
}

function isKind<Kind extends EcamAnswer['kind']>(
  answer: EcamAnswer,
  kind: Kind,
): answer is EcamAnswer & { readonly kind: Kind } {
  return answer.kind === kind;
}
