/**
 * Background work of the model in time: a step, its drive work, a pause, the next step.
 *
 * The model does a step at once and tells what drives had to do for it. The next step comes when they
 * have done it, and not before its turn at the pace that was asked for; so background work is slowed by
 * the load of hosts, which goes first at every drive.
 *
 * @module
 */
import type { Subsystem } from '../../src/index.ts';
import type { Engine, EnginePart } from '../engine/engine.ts';
import type { DriveNotes } from './drive-notes.ts';
import { type DriveTasks, TASK_BACKGROUND } from './drive-tasks.ts';

/** How background work is paced. */
export interface BackgroundPace {
  /** Tracks of budget a second; default: as fast as its own drive work is done. */
  readonly tracksPerSecond?: number;
  /** Tracks of budget of a step; default 16. */
  readonly tracksPerStep?: number;
}

/** A step without drive work takes the control unit a moment (our choice): time never stands still. */
const STEP_NANOS = 1_000_000;
/** How long it is before an idle subsystem is asked again whether there is something to do (our choice). */
const IDLE_NANOS = 100_000_000;
const TRACKS_PER_STEP = 16;

/** Number by which a task of background work names the pacer. */
export const PACER = 0;

/** What the pacer works with. */
export interface BackgroundPacerParts {
  readonly engine: Engine;
  /** Before the names of parts. */
  readonly prefix: string;
  readonly subsystem: Subsystem;
  readonly tasks: DriveTasks;
  readonly notes: DriveNotes;
  readonly pieceDone: (task: number) => void;
}

/** Paces background work. */
export class BackgroundPacer implements EnginePart {
  readonly name: string;
  /** Steps that found something to do. */
  stepCount = 0;
  readonly #parts: BackgroundPacerParts;
  readonly #handler: number;
  #isOn = false;
  /** A step is due, or its drive work is under way. */
  #isUnderWay = false;
  #stepTracks = TRACKS_PER_STEP;
  /** From step to step at the pace that was asked for. */
  #intervalNanos = 0;
  #startedAt = 0;
  #wasIdle = false;

  constructor(parts: BackgroundPacerParts) {
    const { engine, prefix } = parts;
    this.#parts = parts;
    this.name = `${prefix}background pacer`;
    this.#handler = engine.handler(`${prefix}background step`, () => this.#step());
    engine.attach(this);
  }

  /** Starts, or changes the pace. */
  start({ tracksPerSecond, tracksPerStep }: BackgroundPace): void {
    this.#stepTracks = tracksPerStep ?? TRACKS_PER_STEP;
    this.#intervalNanos =
      tracksPerSecond === undefined ? 0 : Math.round((this.#stepTracks * 1e9) / tracksPerSecond);
    this.#isOn = true;
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    this.#parts.engine.schedule(0, this.#handler);
  }

  /** Stops after the step that is under way. */
  stop(): void {
    this.#isOn = false;
  }

  /** The drive work of a step is done. */
  ended(): void {
    const { engine } = this.#parts;
    const spent = engine.now - this.#startedAt;
    const least = this.#wasIdle ? IDLE_NANOS : STEP_NANOS;
    const wanted = Math.max(least, this.#intervalNanos);
    engine.schedule(Math.max(0, wanted - spent), this.#handler);
  }

  save(): Float64Array {
    return Float64Array.of(
      this.stepCount,
      Number(this.#isOn),
      Number(this.#isUnderWay),
      this.#stepTracks,
      this.#intervalNanos,
      this.#startedAt,
      Number(this.#wasIdle),
    );
  }

  restore(values: Float64Array): void {
    const [steps = 0, isOn, isUnderWay, tracks = 0, interval = 0, startedAt = 0, wasIdle] = values;
    this.stepCount = steps;
    this.#isOn = isOn === 1;
    this.#isUnderWay = isUnderWay === 1;
    this.#stepTracks = tracks;
    this.#intervalNanos = interval;
    this.#startedAt = startedAt;
    this.#wasIdle = wasIdle === 1;
  }

  #step(): void {
    const { engine, subsystem, tasks, notes, pieceDone } = this.#parts;
    if (!this.#isOn) {
      this.#isUnderWay = false;
      return;
    }
    this.#startedAt = engine.now;
    const report = subsystem.backgroundStep({ tracks: this.#stepTracks });
    const { examined, releasedSlots, destaged, moved, collected, rebuilt, scrubbed } = report;
    const done = examined + releasedSlots + destaged + moved + collected + rebuilt + scrubbed;
    this.#wasIdle = done === 0 || report.waitsForSpace;
    if (!this.#wasIdle) this.stepCount += 1;
    const task = tasks.take(TASK_BACKGROUND, PACER, 0, 0);
    tasks.pending[task] = 1;
    notes.drain(task);
    pieceDone(task);
  }
}
