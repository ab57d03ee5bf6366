/**
 * What all the copies of one subsystem in time share: the engine, the hook in front of its hosts'
 * writes, and waiting.
 *
 * @module
 */
import type { Subsystem } from '../../src/index.ts';
import { TrackLook } from '../../src/inspect.ts';
import type { TimedSubsystem } from '../device/timed-subsystem.ts';
import type { Engine } from '../engine/engine.ts';
import type { Plain } from '../record/plain.ts';
import { WriteWatch } from './write-watch.ts';

/** Takes down what copies do: kind of the event and its data. */
export type NoteEvent = (kind: string, data: { readonly [key: string]: Plain }) => void;

/** Made once for a timed subsystem, before the run begins; becomes its copy hook. */
export class CopyEnvironment {
  readonly timed: TimedSubsystem;
  readonly engine: Engine;
  readonly subsystem: Subsystem;
  readonly watch = new WriteWatch();
  /** Tells what tracks hold, without reading them. */
  readonly look: TrackLook;
  readonly note: NoteEvent;
  readonly #handler: number;
  /** Name of the copy that has each target, by device. */
  readonly #claims = new Map<number, string>();
  /** What runs when a wait is over, by number; free numbers hold nothing. */
  readonly #waits: ((() => void) | undefined)[] = [];

  /** @param note - Where the events of copies go; default nowhere. */
  constructor(timed: TimedSubsystem, note: NoteEvent = () => undefined) {
    this.timed = timed;
    this.engine = timed.engine;
    this.subsystem = timed.subsystem;
    this.look = new TrackLook(this.subsystem);
    this.note = note;
    this.#handler = this.engine.handler(`copy wait of ${this.subsystem.configuration.name}`, (at) =>
      this.#run(at),
    );
    timed.copyHook = this.watch;
  }

  get now(): number {
    return this.engine.now;
  }

  /**
   * Takes a target for a copy, so that no other is made onto it meanwhile.
   *
   * @returns The copy that has it already; `undefined` when it was free.
   */
  claim(target: number, copy: string): string | undefined {
    const holder = this.#claims.get(target);
    if (holder === undefined) this.#claims.set(target, copy);
    return holder;
  }

  /** Gives a target back that was free when it was claimed. */
  release(target: number): void {
    this.#claims.delete(target);
  }

  /** Runs something after some nanoseconds of simulated time. */
  after(nanos: number, run: () => void): void {
    let at = this.#waits.indexOf(undefined);
    if (at < 0) at = this.#waits.length;
    this.#waits[at] = run;
    this.engine.schedule(Math.round(nanos), this.#handler, at);
  }

  #run(at: number): void {
    const run = this.#waits[at];
    this.#waits[at] = undefined;
    run?.();
  }
}
