/**
 * One hook for all the copies of a subsystem: tells each copy of the writes to its source, holds
 * hosts where a copy has the source serialized, and knows which writes are under way.
 *
 * A write counts as under way from its start until the model has executed or refused it, so that a
 * copy that takes the source over can wait for those that were let through before.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import type { CopyHook, HookAnswer } from '../device/copy-hook.ts';

/** A copy that wants to know of the writes to its source. */
export interface WriteListener {
  /**
   * A write is about to start; held here it waits in its host. Asked again when it is released, so that
   * it must be answered the same way twice.
   */
  beforeStart(track: number): HookAnswer;
  /** A write is about to get its data; see {@link CopyHook.beforeWrite}. */
  beforeWrite(track: number, slot: number): HookAnswer;
  /** The model has executed a write. */
  afterWrite(track: number): void;
  /** A write that was under way is so no more. */
  writeEnded(): void;
}

const NOBODY: readonly WriteListener[] = Object.freeze([]);

/** The hook of a timed subsystem. */
export class WriteWatch implements CopyHook {
  /** Copies by index of their source. */
  readonly #listeners: WriteListener[][] = [];
  /** Device of the write under way in each slot, and 1; 0 for none. */
  #underWay = new Int32Array(256);
  readonly #counts: number[] = [];

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
    return this.#counts[device] ?? 0;
  }

  beforeStart(device: number, track: number, operation: 0 | 1, slot: number): HookAnswer {
    if (operation === 0) return 'go';
    for (const listener of this.#listeners[device] ?? NOBODY) {
      if (listener.beforeStart(track) === 'hold') return 'hold';
    }
    if (slot >= this.#underWay.length) this.#grow(slot);
    this.#underWay[slot] = device + 1;
    this.#counts[device] = (this.#counts[device] ?? 0) + 1;
    return 'go';
  }

  beforeWrite(device: number, track: number, slot: number): HookAnswer {
    let answer: HookAnswer = 'go';
    for (const listener of this.#listeners[device] ?? NOBODY) {
      if (listener.beforeWrite(track, slot) === 'hold') answer = 'hold';
    }
    return answer;
  }

  afterWrite(device: number, track: number, _write: number, slot: number): void {
    for (const listener of this.#listeners[device] ?? NOBODY) listener.afterWrite(track);
    this.#forget(slot);
  }

  writeRefused(slot: number): void {
    this.#forget(slot);
  }

  #forget(slot: number): void {
    const device = (this.#underWay[slot] ?? 0) - 1;
    if (device < 0) return;
    this.#underWay[slot] = 0;
    this.#counts[device] = (this.#counts[device] ?? 0) - 1;
    for (const listener of this.#listeners[device] ?? NOBODY) listener.writeEnded();
  }

  #grow(slot: number): void {
    const grown = new Int32Array(2 * slot);
    grown.set(this.#underWay);
    this.#underWay = grown;
  }
}
