/**
 * A responder that came up again from what was kept answers like one that never went down: tokens,
 * series, releases and what was told of jobs outlive the process; reservations do not.
 */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/default-ports.ts';
import { SeededRandom } from '../../../src/base/random.ts';
import { deviceNumber, nanos, trackIndex } from '../../../src/base/units.ts';
import { decodeAnswer, encodeRequest } from '../../../src/ecam/codec.ts';
import type { EcamAnswer, EcamRequest } from '../../../src/ecam/messages.ts';
import { type PathGroupId, pathGroupIdOfHost } from '../../../src/ecam/path-group-id.ts';
import { Responder } from '../../../src/ecam/responder.ts';
import { findModel } from '../../../src/geometry/device-model.ts';
import { packPlain, unpackPlain } from '../../../src/store/plain-bytes.ts';
import { type StateChange, StateKeeper } from '../../../src/store/state-keeper.ts';
import { Subsystem } from '../../../src/subsystem/subsystem.ts';
import { compareKeptState, noState } from '../../support/compare-kept-state.ts';
import { must } from '../backup/machine-room.ts';

const HOSTS = ['SYSA', 'SYSB'].map(pathGroupIdOfHost);
const DEVICES = 5;
const LIFE = nanos(1_000);

/** A subsystem with its responder, and what is kept of them. */
class Machine {
  readonly keeper = new StateKeeper();
  readonly subsystem: Subsystem;
  readonly responder: Responder;

  constructor(clock: ManualClock, log: readonly StateChange[], isLate: boolean) {
    const random = new SeededRandom(3, 'tokens');
    random.keep(this.keeper, 'tokens');
    this.subsystem = Subsystem.create(
      {
        name: 'KEPT',
        content: 'signature',
        capacityBytes: 4 * 2 ** 20,
        sourceTokenLife: LIFE,
        jobCountMax: 24,
        definitionsPerPathGroupMax: 8,
      },
      { clock, journal: this.keeper, random },
    );
    // A responder may come before what was kept is given back, or after.
    const early = isLate ? undefined : new Responder(this.subsystem);
    for (const change of log) this.keeper.apply(change);
    if (log.length > 0) this.keeper.restore();
    this.responder = early ?? new Responder(this.subsystem);
  }

  ask(host: PathGroupId, request: EcamRequest): EcamAnswer {
    return decodeAnswer(this.responder.respond(host, encodeRequest(request)));
  }
}

/** Random requests to one or two machines, which must answer alike. */
class Walk {
  readonly answers = new Map<string, number>();
  readonly compared = noState();
  reopened = 0;
  readonly #clock = new ManualClock();
  readonly #random: SeededRandom;
  readonly #log: StateChange[] = [];
  #current = new Machine(this.#clock, [], false);
  #beside: Machine | undefined;
  readonly #tokens: KnownToken[] = [];
  readonly #releases: { host: PathGroupId; request: EcamRequest }[] = [];
  #series = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed, 'walk');
    for (let device = 0; device < DEVICES; device += 1) this.#define(device);
  }

  step(at: number): void {
    const host = this.#pick(HOSTS);
    const duty = this.#random.below(16);
    if (duty < 9) this.#exchange(host, this.#request(host));
    else if (duty < 11) this.#write();
    else if (duty === 11) this.#clock.advance(nanos(this.#random.below(400)));
    else if (duty === 12) this.#all(({ subsystem }) => subsystem.backgroundStep({ tracks: 8 }));
    else if (duty === 13 && at % 5 === 0) this.#define(this.#random.below(DEVICES));
    else if (duty === 14) this.#repeatRelease();
    if (at % 7 === 0) this.#collect();
    if (at % 13 === 0) this.#turn();
  }

  /** Comes up beside the one that is up; next time that one goes down. */
  #turn(): void {
    this.#collect();
    if (this.#beside !== undefined) {
      compareKeptState(this.#current.keeper, this.#beside.keeper, this.compared);
      this.#current = this.#beside;
      this.#beside = undefined;
      return;
    }
    this.reopened += 1;
    const came = new Machine(this.#clock, this.#log, this.reopened % 2 === 0);
    came.keeper.settled = this.#current.keeper.settled;
    const names = [...this.#current.keeper.parts.keys()].toSorted();
    expect([...came.keeper.parts.keys()].toSorted()).toEqual(names);
    if (this.reopened % 2 === 1) {
      compareKeptState(this.#current.keeper, came.keeper, this.compared);
    }
    this.#beside = came;
  }

  #collect(): void {
    const change = this.#current.keeper.collect();
    const { words, ...rest } = change;
    this.#log.push({ words, ...(unpackPlain(packPlain(rest)) as Omit<StateChange, 'words'>) });
    this.#beside?.keeper.collect();
    const settled = this.#current.subsystem.commits.last();
    for (const machine of [this.#current, this.#beside]) {
      if (machine !== undefined) machine.keeper.settled = settled;
    }
  }

  #all<Value>(question: (machine: Machine) => Value): Value {
    const answer = question(this.#current);
    if (this.#beside === undefined) return answer;
    const other = question(this.#beside);
    if (!isDeepStrictEqual(answer, other)) expect(other).toEqual(answer);
    return answer;
  }

  #exchange(host: PathGroupId, request: EcamRequest): void {
    const answer = this.#all((machine) => machine.ask(host, request));
    const name = answer.kind === 'refused' ? answer.code : answer.kind;
    this.answers.set(name, (this.answers.get(name) ?? 0) + 1);
    for (const known of tokensOf(answer)) this.#tokens.push({ ...known, host });
    if (request.kind === 'releaseSpace') this.#releases.push({ host, request });
  }

  #repeatRelease(): void {
    const before = this.#releases.at(-1 - this.#random.below(3));
    if (before !== undefined) this.#exchange(before.host, before.request);
  }

  #request(host: PathGroupId): EcamRequest {
    const device = 0xa80 + this.#random.below(DEVICES + 1);
    const pollingToken = this.#token(host, 'polling');
    switch (this.#random.below(9)) {
      case 0:
      case 1:
        return this.#definition(device);
      case 2:
        return { kind: 'targetExecution', tokens: [this.#token(host, 'source')] };
      case 3:
        return {
          kind: 'targetExecution',
          tokens: [this.#token(host, 'source'), this.#token(host, 'source')],
        };
      case 4:
        return { kind: 'statusInquiry', pollingToken, detail: this.#random.below(2) === 0 };
      case 5:
        return { kind: 'withdraw', pollingToken, discard: this.#random.below(3) === 0 };
      case 6:
        return this.#random.below(4) === 0
          ? { kind: 'queryCapacity' }
          : { kind: 'queryDevice', device, from: this.#random.below(2) };
      case 7:
        return {
          kind: 'releaseSpace',
          request: `R${this.#random.below(40)}`,
          device,
          ranges: [{ first: this.#random.below(20), count: 1 + this.#random.below(20) }],
          ...(this.#random.below(2) === 0 && { hold: nanos(500) }),
        };
      default:
        return { kind: 'undoRelease', undoToken: this.#token(host, 'undo') };
    }
  }

  #definition(device: number): EcamRequest {
    const wholeDevice = this.#random.below(2) === 0;
    const isPart = this.#random.below(3) === 0;
    if (isPart && this.#random.below(4) === 0) this.#series += 1;
    return {
      kind: 'sourceDefinition',
      source: { device, volser: 'VOL001' },
      target: { device: 0xa80 + this.#random.below(DEVICES) },
      extents: wholeDevice
        ? []
        : [{ sourceFirst: 0, targetFirst: this.#random.below(30), trackCount: 10 }],
      wholeDevice,
      ...(isPart && {
        series: { id: `S${this.#series}`, ordinal: 1 + this.#random.below(3), of: 3 },
      }),
      dataSets: [{ name: 'A.B', extents: [{ first: 0, count: 1 }] }],
      copy: this.#random.below(2) === 0 ? 'none' : 'background',
      separation: 'instance',
      supersede: this.#random.below(2) === 0,
      label: 'walk',
    };
  }

  #write(): void {
    const number = deviceNumber(0xa80 + this.#random.below(DEVICES));
    const track = trackIndex(this.#random.below(30));
    const low = this.#random.below(2 ** 32);
    this.#all(({ subsystem }) => {
      const device = subsystem.findDevice(number);
      return device && subsystem.writeSignature(device.index, track, low, 7);
    });
  }

  /** Defines a device, or takes one away and defines it anew. */
  #define(at: number): void {
    const number = deviceNumber(0xa80 + at);
    this.#all(({ subsystem }) => {
      if (subsystem.findDevice(number) !== undefined) {
        if (subsystem.removeDevice(number).kind === 'refused') return undefined;
      }
      const model = findModel('3390-1');
      return model && must(subsystem.defineDevice({ number, model, cylinders: 4 }));
    });
  }

  /** Mostly one that the host may use for this, and a late one more often than an early one. */
  #token(host: PathGroupId, kind: KnownToken['kind']): Uint8Array {
    const isFit = this.#random.below(8) > 0;
    const fit = this.#tokens.filter((one) => !isFit || (one.host === host && one.kind === kind));
    const back = this.#random.below(this.#random.below(3) === 0 ? Math.max(1, fit.length) : 4);
    return fit.at(-1 - back)?.token ?? new Uint8Array(16);
  }

  #pick<Value>(from: readonly Value[]): Value {
    return from[this.#random.below(from.length)] as Value;
  }
}

interface KnownToken {
  readonly token: Uint8Array;
  readonly host: PathGroupId;
  readonly kind: 'source' | 'polling' | 'undo';
}

function tokensOf(answer: EcamAnswer): readonly Omit<KnownToken, 'host'>[] {
  if (answer.kind === 'sourceAccepted') return [{ token: answer.token, kind: 'source' }];
  if (answer.kind === 'executed') return [{ token: answer.pollingToken, kind: 'polling' }];
  const isHeld = answer.kind === 'spaceReleased' && answer.undoToken !== undefined;
  return isHeld ? [{ token: answer.undoToken, kind: 'undo' }] : [];
}

describe('a responder that came up again', () => {
  it.each([1, 2, 3])('answers like one that never went down, seed %d', (seed) => {
    const walk = new Walk(seed);
    for (let at = 1; at <= 2_500; at += 1) walk.step(at);
    process.stdout.write(
      `  ${[...walk.answers.values()].reduce((sum, count) => sum + count, 0)} exchanges, ` +
        `${walk.reopened} times reopened, ${walk.compared.records} records, ` +
        `${walk.compared.entries} entries compared; ${[...walk.answers].join(' ')}\n`,
    );
    for (const kind of [
      'sourceAccepted',
      'executed',
      'status',
      'withdrawn',
      'spaceReleased',
      'releaseUndone',
      'TOKEN_CONSUMED',
      'TOKEN_EXPIRED',
      'SECURITY_REJECT',
      'SERIES_INCOMPLETE',
      'SERIES_MISMATCH',
      'REQUEST_NAME_REUSED',
      'BUSY_RETRY',
      'DEVICE_CHANGED',
    ]) {
      expect(walk.answers.get(kind) ?? 0, kind).toBeGreaterThan(0);
    }
    expect(walk.reopened).toBeGreaterThan(80);
    expect(walk.compared.records).toBeGreaterThan(1_000);
    expect(walk.compared.entries).toBeGreaterThan(500);
  });

  it('has no reservation: whoever had one makes it again', () => {
    const clock = new ManualClock();
    const before = new Machine(clock, [], false);
    const model = findModel('3390-1');
    if (model === undefined) throw new Error('3390-1');
    const number = deviceNumber(0xa80);
    const device = must(before.subsystem.defineDevice({ number, model }));
    const [sysa, sysb] = HOSTS as [PathGroupId, PathGroupId];
    before.responder.reservations.reserve(device, sysa);
    expect(before.responder.reservations.otherHolder(device, sysb)).toBe(sysa);
    const after = new Machine(clock, [before.keeper.collect()], true);
    const found = after.subsystem.findDevice(number);
    expect(found).toEqual(device);
    expect(after.responder.reservations.otherHolder(device, sysb)).toBeUndefined();
  });
});
