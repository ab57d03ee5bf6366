/**
 * A whole ECAM exchange of a device backup: source definition, target execution and status inquiry,
 * each encoded, decoded, answered, encoded and decoded again, with 10 and with 10,000 relations there.
 *
 * The peer is JSON for the same six messages, without a subsystem behind it; our own bytes stand
 * beside it in the same way. To reach: 100 µs an exchange, and 10,000 relations within 1.5 times 10.
 *
 * @module
 */
import { Bench } from 'tinybench';
import { type DeviceNumber, deviceNumber, trackIndex } from '../../src/base/units.ts';
import { decodeAnswer, decodeRequest, encodeAnswer, encodeRequest } from '../../src/ecam/codec.ts';
import type { EcamAnswer, EcamRequest, SourceDefinition } from '../../src/ecam/messages.ts';
import { pathGroupIdOfHost } from '../../src/ecam/path-group-id.ts';
import { Responder } from '../../src/ecam/responder.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import { Subsystem } from '../../src/subsystem/subsystem.ts';

/** One line of the table. */
export interface ExchangeRow {
  readonly name: string;
  /** Microseconds of one exchange, the median. */
  readonly microsMedian: number;
  /** Microseconds of the slowest exchange in a hundred. */
  readonly micros99: number;
}

/** Runs everything; a few seconds. */
export async function run(): Promise<readonly ExchangeRow[]> {
  const bench = new Bench({ time: 1_000, warmupTime: 500 });
  for (const relations of [10, 10_000]) {
    const host = new ExchangingHost(relations);
    bench.add(`exchange, ${relations.toLocaleString('en-US')} relations`, () => host.exchange());
  }
  const { requests, answers } = new ExchangingHost(10).exchange();
  bench.add('the six messages as bytes', () => {
    for (const request of requests) decodeRequest(encodeRequest(request));
    for (const answer of answers) decodeAnswer(encodeAnswer(answer));
  });
  bench.add('peer: the six messages as JSON', () => {
    for (const message of [...requests, ...answers]) {
      JSON.parse(JSON.stringify(message, bytesAsList), listAsBytes);
    }
  });
  await bench.run();
  return bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') throw new Error(`${name} is ${result.state}`);
    const { latency } = result;
    return { name, microsMedian: latency.p50 * 1_000, micros99: latency.p99 * 1_000 };
  });
}

/** The messages of one exchange. */
interface Exchange {
  readonly requests: readonly EcamRequest[];
  readonly answers: readonly EcamAnswer[];
}

/** A host that makes the same copy over and over, next to many others that stay. */
class ExchangingHost {
  readonly #responder: Responder;
  readonly #pathGroup = pathGroupIdOfHost('SYSA');

  constructor(relations: number) {
    const subsystem = Subsystem.create({
      name: 'BENCH',
      content: 'signature',
      capacityBytes: 2 ** 40,
      // A few jobs more than stay: the oldest that were reported go, so the number keeps.
      jobCountMax: relations + TARGET_COUNT,
    });
    this.#responder = new Responder(subsystem);
    const model = findModel('3390-3');
    if (model === undefined) throw new Error('no 3390-3');
    for (let at = 0; at <= TARGET_COUNT; at += 1) {
      subsystem.defineDevice({ number: device(at), model });
    }
    const source = subsystem.devices()[0]?.index;
    if (source === undefined) throw new Error('no source');
    for (let track = 0; track < 50_085; track += 1) {
      subsystem.writeSignature(source, trackIndex(track), track, 1);
    }
    for (let at = 0; at < relations; at += 1) {
      const first = Math.floor(at / (TARGET_COUNT - 1)) * EXTENT_TRACKS;
      this.#copy({
        target: { device: device(2 + (at % (TARGET_COUNT - 1))) },
        wholeDevice: false,
        extents: [{ sourceFirst: first, targetFirst: first, trackCount: EXTENT_TRACKS }],
        copy: 'background',
      });
    }
  }

  /** The whole device once more. */
  exchange(): Exchange {
    return this.#copy({});
  }

  #copy(change: Partial<SourceDefinition>): Exchange {
    const definition: SourceDefinition = { ...WHOLE_DEVICE, ...change };
    const accepted = this.#send(definition);
    if (accepted.kind !== 'sourceAccepted') throw new Error(JSON.stringify(accepted));
    const execution = { kind: 'targetExecution', tokens: [accepted.token] } as const;
    const executed = this.#send(execution);
    if (executed.kind !== 'executed') throw new Error(JSON.stringify(executed));
    const inquiry = { kind: 'statusInquiry', pollingToken: executed.pollingToken } as const;
    const status = this.#send(inquiry);
    if (status.kind !== 'status') throw new Error(JSON.stringify(status));
    return { requests: [definition, execution, inquiry], answers: [accepted, executed, status] };
  }

  #send(request: EcamRequest): EcamAnswer {
    return decodeAnswer(this.#responder.respond(this.#pathGroup, encodeRequest(request)));
  }
}

const TARGET_COUNT = 63;
const EXTENT_TRACKS = 5;
const device = (at: number): DeviceNumber => deviceNumber(0x0a80 + at);

const WHOLE_DEVICE: SourceDefinition = Object.freeze({
  kind: 'sourceDefinition',
  source: { device: device(0), volser: 'PROD01' },
  target: { device: device(1) },
  extents: [],
  wholeDevice: true,
  dataSets: [{ name: 'SYS1.PROD.MASTER', extents: [{ first: 15, count: 300 }] }],
  copy: 'none',
  separation: 'instance',
  supersede: false,
  label: 'nightly',
});

function bytesAsList(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { bytes: [...value] } : value;
}

function listAsBytes(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('bytes' in value)) return value;
  return Uint8Array.from(value.bytes as number[]);
}
