/**
 * Source definitions that wait for their execution, each held under its source token.
 *
 * | a token is | when |
 * | --- | --- |
 * | held | its definition was accepted, not executed, and its time has not run out |
 * | expired | its time ran out; the last {@link EXPIRED_TOKENS_MAX} of them are remembered |
 * | unknown | everything else, executed ones included: those are found in the job table |
 *
 * A definition freezes nothing: it is a record and no more. All definitions live equally long, so
 * the order of the table is the order in which they expire, and those whose time ran out are removed
 * from its front when a new one comes. Memory is bounded three times: definitions of a path group,
 * definitions of the subsystem, and message bytes of all that is held. At a bound the newcomer is
 * told to come again; what others hold is never touched.
 *
 * @module
 */
import type { CommitOrder } from '../base/commit-order.ts';
import { invariant } from '../base/invariant.ts';
import { DEFINITION_BYTES_HELD_MAX, EXPIRED_TOKENS_MAX } from '../base/limits.ts';
import type { Journal } from '../base/ports.ts';
import { RecordTable } from '../base/record-table.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { DeviceIndex, DeviceNumber, Nanos } from '../base/units.ts';
import type { SourceDefinition } from './messages.ts';
import type { PathGroupId } from './path-group-id.ts';
import type { TokenKey } from './token.ts';

/** A device as a definition found it. */
export interface DefinedDevice {
  readonly number: DeviceNumber;
  readonly index: DeviceIndex;
  /** Must be the same when the definition is executed. */
  readonly generation: number;
}

/** An accepted definition. */
export interface Definition {
  readonly token: TokenKey;
  /** The only path group that may execute it. */
  readonly pathGroup: PathGroupId;
  readonly source: DefinedDevice;
  readonly target: DefinedDevice;
  readonly request: SourceDefinition;
  /** Model time from which the token is refused. */
  readonly expiresAt: Nanos;
  /** Bytes of the message, as a measure of the memory held. */
  readonly bytes: number;
}

/** What is remembered of a definition whose time ran out. */
export interface ExpiredDefinition {
  readonly pathGroup: PathGroupId;
}

/** Definitions by source token. */
export class DefinitionTable {
  readonly #held: RecordTable<TokenKey, Definition>;
  readonly #expired: RecordTable<TokenKey, ExpiredDefinition>;
  readonly #countByPathGroup = new Map<PathGroupId, number>();
  readonly #perPathGroupMax: number;
  readonly #countMax: number;
  #bytesHeld = 0;

  /**
   * @param limits - Definitions of one path group, and of the whole subsystem.
   */
  constructor(
    limits: { readonly perPathGroupMax: number; readonly countMax: number },
    order: CommitOrder,
    journal: Journal,
  ) {
    this.#perPathGroupMax = limits.perPathGroupMax;
    this.#countMax = limits.countMax;
    this.#held = new RecordTable('definition', order, journal);
    this.#expired = new RecordTable('expiredDefinition', order, journal);
    journal.keep({
      kind: 'figures',
      name: 'ecam.definitions',
      save: () => null,
      restore: () => {
        this.#derive();
      },
    });
  }

  get size(): number {
    return this.#held.size;
  }

  /** Message bytes of all definitions held. */
  get bytesHeld(): number {
    return this.#bytesHeld;
  }

  /** The definition under a token, whether or not its time has run out. */
  get(token: TokenKey): Definition | undefined {
    return this.#held.get(token);
  }

  /** What is remembered of a removed definition whose time ran out. */
  expired(token: TokenKey): ExpiredDefinition | undefined {
    return this.#expired.get(token);
  }

  /** Why one more definition cannot be held, if it cannot. `jobBytes` are held by executed ones. */
  checkRoom(pathGroup: PathGroupId, bytes: number, jobBytes: number): Refusal | undefined {
    const held = this.#countByPathGroup.get(pathGroup) ?? 0;
    if (held >= this.#perPathGroupMax) {
      return busy(`path group ${pathGroup} holds ${held} definitions`, this.#perPathGroupMax);
    }
    if (this.#held.size >= this.#countMax) {
      return busy(`the subsystem holds ${this.#held.size} definitions`, this.#countMax);
    }
    const bytesAfter = this.#bytesHeld + jobBytes + bytes;
    if (bytesAfter > DEFINITION_BYTES_HELD_MAX) {
      return busy(`definitions would take ${bytesAfter} bytes`, DEFINITION_BYTES_HELD_MAX);
    }
    return undefined;
  }

  /** Holds a definition for which {@link checkRoom} found room. */
  hold(definition: Definition): void {
    this.#held.insert(definition.token, definition);
    this.#count(definition);
  }

  /** Lets go of a definition, because it was executed. */
  consume(token: TokenKey): void {
    const { pathGroup, bytes } = this.#held.require(token);
    this.#held.delete(token);
    const count = (this.#countByPathGroup.get(pathGroup) ?? 0) - 1;
    invariant(count >= 0, 'definition-count-not-negative', pathGroup);
    if (count === 0) this.#countByPathGroup.delete(pathGroup);
    else this.#countByPathGroup.set(pathGroup, count);
    this.#bytesHeld -= bytes;
    invariant(this.#bytesHeld >= 0, 'definition-bytes-not-negative');
  }

  /** Removes the definitions whose time has run out by `now`, and answers them. */
  expire(now: Nanos): readonly Definition[] {
    const gone: Definition[] = [];
    for (const definition of this.#held.values()) {
      if (!hasExpired(definition, now)) break;
      gone.push(definition);
    }
    for (const { token, pathGroup } of gone) {
      this.consume(token);
      this.#expired.insert(token, { pathGroup });
    }
    const surplus = this.#expired.size - EXPIRED_TOKENS_MAX;
    if (surplus > 0) {
      for (const token of [...this.#expired.keys()].slice(0, surplus)) this.#expired.delete(token);
    }
    return gone;
  }

  #count({ pathGroup, bytes }: Definition): void {
    this.#countByPathGroup.set(pathGroup, (this.#countByPathGroup.get(pathGroup) ?? 0) + 1);
    this.#bytesHeld += bytes;
  }

  /** Counts and bytes are not kept: the records tell them. */
  #derive(): void {
    this.#countByPathGroup.clear();
    this.#bytesHeld = 0;
    for (const definition of this.#held.values()) this.#count(definition);
  }
}

/** Whether the token of a definition is refused at `now`. */
export function hasExpired(definition: Definition, now: Nanos): boolean {
  return now >= definition.expiresAt;
}

function busy(what: string, limit: number): Refusal {
  return refuse('BUSY_RETRY', {
    what,
    limit: `at most ${limit}`,
    fix: 'execute what is defined, or try again when definitions have expired',
  });
}
