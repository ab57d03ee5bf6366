/**
 * A random walk over the token rules: two hosts define, execute, inquire and let time pass, with their
 * own tokens, each other's, used ones and forged ones. A map from token to owner and state says what
 * the answer must be.
 *
 * The parts of the subsystem are handed in, so that the planted bugs can walk a changed copy.
 *
 * @module
 */
import type { ManualClock } from '../../src/base/default-ports.ts';
import type { SeededRandom } from '../../src/base/random.ts';
import type * as Units from '../../src/base/units.ts';
import type * as Codec from '../../src/ecam/codec.ts';
import type { EcamAnswer, EcamRequest } from '../../src/ecam/messages.ts';
import type { PathGroupId, pathGroupId } from '../../src/ecam/path-group-id.ts';
import type { Responder } from '../../src/ecam/responder.ts';
import type { findModel } from '../../src/geometry/device-model.ts';
import type { Subsystem } from '../../src/subsystem/subsystem.ts';

/** What is walked. */
export interface TokenParts {
  readonly ManualClock: typeof ManualClock;
  readonly SeededRandom: typeof SeededRandom;
  readonly Responder: typeof Responder;
  readonly Subsystem: typeof Subsystem;
  readonly codec: typeof Codec;
  readonly units: typeof Units;
  readonly pathGroupId: typeof pathGroupId;
  readonly findModel: typeof findModel;
}

/** What a walk saw. */
export interface TokenWalk {
  readonly exchanges: number;
  /** Answers by kind or refusal code. */
  readonly answers: ReadonlyMap<string, number>;
  /** What went wrong; empty when nothing did. */
  readonly reason: string;
}

/** A token as the map knows it. */
interface KnownToken {
  readonly bytes: Uint8Array;
  readonly owner: PathGroupId;
  /** A source token becomes consumed by execution and expired by time; a polling token stays. */
  readonly kind: 'source' | 'polling';
  readonly expiresAt: number;
  /** Polling token of the copy that consumed it. */
  polling?: Uint8Array;
}

const LIFE_NANOS = 1_000;

/** Walks until an answer is wrong, at most so many exchanges. */
export function walkTokens(parts: TokenParts, seed: number, exchangesMax: number): TokenWalk {
  const walk = new Walk(parts, seed);
  let exchanges = 0;
  let reason = '';
  while (exchanges < exchangesMax && reason === '') {
    exchanges += 1;
    try {
      reason = walk.step();
    } catch (error) {
      reason = String(error);
    }
  }
  return { exchanges, answers: walk.answers, reason };
}

class Walk {
  readonly answers = new Map<string, number>();
  readonly #parts: TokenParts;
  readonly #random: SeededRandom;
  readonly #clock: ManualClock;
  readonly #responder: Responder;
  readonly #subsystem: Subsystem;
  readonly #hosts: readonly PathGroupId[];
  readonly #tokens: KnownToken[] = [];
  #copies = 0;

  constructor(parts: TokenParts, seed: number) {
    this.#parts = parts;
    this.#random = new parts.SeededRandom(seed, 'token walk');
    this.#clock = new parts.ManualClock();
    const ports = { clock: this.#clock, random: new parts.SeededRandom(seed, 'tokens') };
    const sourceTokenLife = parts.units.nanos(LIFE_NANOS);
    const input = { name: 'TOKENS', capacityBytes: 2 ** 28, sourceTokenLife };
    this.#subsystem = parts.Subsystem.create(input, ports);
    this.#responder = new parts.Responder(this.#subsystem);
    this.#hosts = ['A', 'B'].map((digit) => parts.pathGroupId(digit.repeat(22)));
    const model = parts.findModel('2305-1');
    if (model === undefined) throw new Error('no 2305-1');
    for (const number of [1, 2]) {
      this.#subsystem.defineDevice({ number: parts.units.deviceNumber(number), model });
    }
  }

  /** One exchange. @returns What was wrong with the answer; empty when nothing was. */
  step(): string {
    const [host, other] = this.#draw(2) === 0 ? this.#hosts : this.#hosts.toReversed();
    if (host === undefined || other === undefined) throw new Error('two hosts');
    switch (this.#draw(8)) {
      case 0:
      case 1:
        return this.#define(host);
      case 2:
        this.#clock.advance(this.#parts.units.nanos(this.#draw(LIFE_NANOS / 3)));
        return '';
      case 3:
        return this.#inquire(host, this.#pickToken());
      case 4:
        return this.#execute(host, { bytes: this.#random.bytes(16) });
      default:
        return this.#execute(host, this.#pickToken());
    }
  }

  #define(host: PathGroupId): string {
    const answer = this.#exchange(host, {
      kind: 'sourceDefinition',
      source: { device: 1 },
      target: { device: 2 },
      extents: [{ sourceFirst: 0, targetFirst: this.#draw(300), trackCount: 1 + this.#draw(20) }],
      wholeDevice: false,
      dataSets: [],
      copy: 'none',
      separation: 'instance',
      supersede: false,
      label: '',
    });
    if (answer.kind !== 'sourceAccepted') return `a definition is answered ${told(answer)}`;
    const { token, expiresAt } = answer;
    this.#tokens.push({ bytes: token, owner: host, kind: 'source', expiresAt });
    return '';
  }

  #execute(host: PathGroupId, token: KnownToken | { readonly bytes: Uint8Array }): string {
    const answer = this.#exchange(host, { kind: 'targetExecution', tokens: [token.bytes] });
    const expected = this.#expectExecute(host, token);
    if (told(answer) !== expected) return `an execution is ${told(answer)}, not ${expected}`;
    if (answer.kind === 'executed' && 'owner' in token) {
      token.polling = answer.pollingToken;
      this.#copies += 1;
      this.#tokens.push({
        bytes: answer.pollingToken,
        owner: host,
        kind: 'polling',
        expiresAt: Number.POSITIVE_INFINITY,
      });
    }
    if (answer.kind === 'refused' && answer.code === 'TOKEN_CONSUMED' && 'owner' in token) {
      const again = Buffer.from(answer.pollingToken ?? new Uint8Array(0)).toString('hex');
      const first = Buffer.from(token.polling ?? new Uint8Array(0)).toString('hex');
      if (again !== first) return `the polling token comes back as ${again}, not ${first}`;
    }
    return this.#countCopies();
  }

  #inquire(host: PathGroupId, token: KnownToken | { readonly bytes: Uint8Array }): string {
    const answer = this.#exchange(host, { kind: 'statusInquiry', pollingToken: token.bytes });
    let expected = 'status';
    if (!('owner' in token)) expected = 'TOKEN_UNKNOWN';
    else if (token.owner !== host) expected = 'SECURITY_REJECT';
    else if (token.kind !== 'polling') expected = 'TOKEN_WRONG_KIND';
    return told(answer) === expected ? '' : `an inquiry is ${told(answer)}, not ${expected}`;
  }

  #expectExecute(host: PathGroupId, token: KnownToken | { readonly bytes: Uint8Array }): string {
    if (!('owner' in token)) return 'TOKEN_UNKNOWN';
    if (token.owner !== host) return 'SECURITY_REJECT';
    if (token.kind !== 'source') return 'TOKEN_WRONG_KIND';
    if (token.polling !== undefined) return 'TOKEN_CONSUMED';
    return this.#clock.now() >= token.expiresAt ? 'TOKEN_EXPIRED' : 'executed';
  }

  /** Refused executions copy nothing: as many relations as executions were answered. */
  #countCopies(): string {
    const relations = [...this.#subsystem.relations()].length;
    return relations === this.#copies ? '' : `${relations} copies for ${this.#copies} executions`;
  }

  #exchange(host: PathGroupId, request: EcamRequest): EcamAnswer {
    const { codec } = this.#parts;
    const bytes = this.#responder.respond(host, codec.encodeRequest(request));
    const answer = codec.decodeAnswer(bytes);
    this.answers.set(told(answer), (this.answers.get(told(answer)) ?? 0) + 1);
    return answer;
  }

  /** Recent tokens mostly: old ones only say again that they are used or expired. */
  #pickToken(): KnownToken | { readonly bytes: Uint8Array } {
    const recent = this.#tokens.slice(-12);
    return recent[this.#draw(recent.length + 1)] ?? { bytes: new Uint8Array(16) };
  }

  #draw(bound: number): number {
    return this.#random.below(Math.max(Math.floor(bound), 1));
  }
}

function told(answer: EcamAnswer): string {
  return answer.kind === 'refused' ? answer.code : answer.kind;
}
