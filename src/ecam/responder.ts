/**
 * The only way from a host to the copy functions: bytes in, bytes out.
 *
 * Whatever the bytes, there is an answer; nothing that a host sends is an internal error. The path
 * group is told by the channel (src/channel/control-unit.ts). Every request is checked whole before
 * anything changes, so a refusal changes nothing.
 *
 * | message | handled in |
 * | --- | --- |
 * | source definition | define-source.ts, definitions.ts |
 * | target execution | execute-target.ts, jobs.ts |
 * | status inquiry, withdraw | report-status.ts |
 * | query device, query capacity | describe-device.ts |
 * | release space, undo release | release-space.ts, releases.ts |
 *
 * @module
 */
import { unreachable } from '../base/invariant.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import { decodeRequest, encodeAnswer } from './codec.ts';
import { defineSource } from './define-source.ts';
import { DefinitionTable } from './definitions.ts';
import { describeCapacity, describeDevice } from './describe-device.ts';
import { DeviceReservations } from './device-reservations.ts';
import { executeTarget } from './execute-target.ts';
import { JobTable } from './jobs.ts';
import type { EcamAnswer, EcamRequest } from './messages.ts';
import type { PathGroupId } from './path-group-id.ts';
import { releaseSpace, undoRelease } from './release-space.ts';
import { ReleaseTable } from './releases.ts';
import { reportStatus, withdrawJob } from './report-status.ts';
import type { ResponderState } from './responder-state.ts';
import { SerialSeries } from './serial-series.ts';

/** Answers the ECAM messages of one subsystem. */
export class Responder {
  /** Reservations of devices, made by the channel layer and respected here. */
  readonly reservations = new DeviceReservations();
  readonly #state: ResponderState;

  constructor(subsystem: Subsystem) {
    const { commits, configuration, ports } = subsystem;
    const { definitionsPerPathGroupMax, jobCountMax } = configuration;
    this.#state = {
      subsystem,
      definitions: new DefinitionTable(
        { perPathGroupMax: definitionsPerPathGroupMax, countMax: jobCountMax },
        commits,
        ports.journal,
      ),
      jobs: new JobTable(jobCountMax, commits, ports.journal),
      series: new SerialSeries(ports.journal),
      releases: new ReleaseTable(definitionsPerPathGroupMax, commits, ports.journal),
      reservations: this.reservations,
    };
  }

  /**
   * Answers one message. Never throws, whatever the bytes are.
   *
   * @param pathGroup - Path group over which the message came.
   * @param bytes - The message, unchanged by this.
   */
  respond(pathGroup: PathGroupId, bytes: Uint8Array): Uint8Array {
    const { meter, trace } = this.#state.subsystem.ports;
    meter.add('ecamMessages', 1);
    const decoded = decodeRequest(bytes);
    const answer =
      decoded.kind === 'done' ? this.#answer(pathGroup, decoded.value, bytes.length) : decoded;
    if (answer.kind === 'refused') {
      meter.add('ecamRefusals', 1);
      if (answer.code === 'SECURITY_REJECT') {
        meter.add('securityRejects', 1);
        trace.emit('securityReject', { pathGroup });
      }
    }
    return encodeAnswer(answer);
  }

  #answer(pathGroup: PathGroupId, request: EcamRequest, bytes: number): EcamAnswer {
    const state = this.#state;
    switch (request.kind) {
      case 'sourceDefinition':
        return defineSource(state, pathGroup, request, bytes);
      case 'targetExecution':
        return executeTarget(state, pathGroup, request.tokens);
      case 'statusInquiry':
        return reportStatus(state, pathGroup, request);
      case 'withdraw':
        return withdrawJob(state, pathGroup, request);
      case 'queryDevice':
        return describeDevice(state, pathGroup, request);
      case 'queryCapacity':
        return describeCapacity(state);
      case 'releaseSpace':
        return releaseSpace(state, pathGroup, request);
      case 'undoRelease':
        return undoRelease(state, pathGroup, request);
      default:
        return unreachable(request, 'ecam-request-known');
    }
  }
}
