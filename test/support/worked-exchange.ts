/**
 * The worked exchange of docs/messages.md, run for real: the bytes of every message, in order.
 *
 * @module
 */
import { deviceNumber } from '../../src/base/units.ts';
import { decodeAnswer, encodeRequest } from '../../src/ecam/codec.ts';
import type { EcamAnswer, EcamRequest } from '../../src/ecam/messages.ts';
import { EcamBench, FIRST_DEVICE, SYSA } from './ecam-host.ts';

/** One message of the exchange. */
export interface WorkedMessage {
  readonly kind: string;
  readonly bytes: Uint8Array;
}

/** Runs definition, execution, its repetition, and inquiries before and after the background copy. */
export function workedExchange(): readonly WorkedMessage[] {
  const bench = new EcamBench();
  const messages: WorkedMessage[] = [];
  const send = (request: EcamRequest): EcamAnswer => {
    const bytes = encodeRequest(request);
    const answer = bench.responder.respond(SYSA, bytes);
    const decoded = decodeAnswer(answer);
    messages.push({ kind: request.kind, bytes }, { kind: decoded.kind, bytes: answer });
    return decoded;
  };
  for (const track of [0, 1, 2]) bench.write(FIRST_DEVICE, track, track);

  const accepted = send({
    kind: 'sourceDefinition',
    source: { device: deviceNumber(0x0a80), volser: 'PROD01' },
    target: { device: deviceNumber(0x0a81) },
    extents: [],
    wholeDevice: true,
    dataSets: [{ name: 'SYS1.PROD', extents: [{ first: 15, count: 30 }] }],
    copy: 'background',
    separation: 'instance',
    supersede: false,
    label: 'nightly',
  });
  if (accepted.kind !== 'sourceAccepted') throw new Error(accepted.kind);
  const execution = { kind: 'targetExecution', tokens: [accepted.token] } as const;
  const executed = send(execution);
  if (executed.kind !== 'executed') throw new Error(executed.kind);
  send(execution);
  const inquiry = { kind: 'statusInquiry', pollingToken: executed.pollingToken } as const;
  send(inquiry);
  bench.settle();
  send({ ...inquiry, detail: true });
  return messages;
}
