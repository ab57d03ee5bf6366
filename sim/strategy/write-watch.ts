/**
 * One hook for all the copies of a subsystem: tells each copy of the writes to its source, holds
 * hosts where a copy has the source serialized, and knows which writes are under way.
 *
 * A write counts as under way from its start until the model has executed it, so that a copy that
 * takes the source over can wait for those that were let through before.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import type { CopyHook, HookAnswer } from '../device/copy-hook.ts';

/** A copy that wants to know of the writes to its source. */
export interface WriteListener {
  /** Whether writes have to wait in their hosts: the source is serialized. */
  readonly isHolding: boolean;
  /** A write is about to get its data; see {@link CopyHook.beforeWrite}. */
  beforeWrite(track: number, slot: number): HookAnswer;
  /** The model has executed a write. */
  afterWrite(track: number): void;
  /** A write that was under way is so no more. */
  writeEnded(): void;
}

/** The hook of a timed subsystem. */
export class WriteWatch implements CopyHook {
  /** Copies by index of their source. */
  readonly #listeners: WriteListener[][] = [];
  /** Writes under way, by device. */
  readonly #underWay: Set<number>[] = [];

  /** Tells a copy of every write to a device from now on. */
  listen(device: number, listener: WriteListener): void {
    this.#listeners[device] = [...(this.#listeners[device] ?? []), listener];
  }

  /** Tells it no more. */
  leave(device: number, listener: WriteListener): void {
    const listening = this.#listeners[device] ?? [];
    invariant(listening.includes(listener), 'write-watch-listens');
    this.#listeners[device] = listening.filter((one) => one !== listener);
  }

  /** Writes to a device that have begun and are not executed yet. */
  underWayCount(device: number): number {
    return this.#underWay[device]?.size ?? 0;
  }

  beforeStart(device: number, _track: number, operation: 0 | 1, slot: number): HookAnswer {
    if (operation === 0) return 'go';
    const listeners = this.#listeners[device];
    if (listeners?.some(({ isHolding }) => isHolding) === true) return 'hold';
    let underWay = this.#underWay[device];
    if (underWay === undefined) {
      underWay = new Set();
      this.#underWay[device] = underWay;
    }
    underWay.add(slot);
    return 'go';
  }

  beforeWrite(device: number, track: number, slot: number): HookAnswer {
    let answer: HookAnswer = 'go';
    for (const listener of this.#listeners[device] ?? []) {
      if (listener.beforeWrite(track, slot) === 'hold') answer = 'hold';
    }
    return answer;
  }

  afterWrite(device: number, track: number, _write: number, slot: number): void {
    this.#underWay[device]?.delete(slot);
    const listeners = this.#listeners[device];
    if (listeners === undefined) return;
    for (const listener of listeners) listener.afterWrite(track);
    for (const listener of listeners) listener.writeEnded();
  }
}
