/**
 * Step machines: jobs and background work never block. A step does a bounded amount of work and says
 * what comes next; waiting is a state that the driver sees.
 *
 * @module
 */
import type { Refusal } from './refusal.ts';

/** What a waiting machine waits for. */
export type WaitReason = 'lock' | 'space' | 'nvs' | 'flush' | 'background' | 'reservation';

/** The machine has work left: step it again. */
export interface StepAgain {
  readonly kind: 'again';
}

/** The machine cannot go on until something else happens. */
export interface StepWaiting {
  readonly kind: 'waiting';
  readonly for: WaitReason;
  /** Who or what holds it, for people. */
  readonly detail: string;
}

/** The machine has ended with a value. */
export interface StepDone<Value> {
  readonly kind: 'done';
  readonly value: Value;
}

/** The answer of one step. A machine that was refused has ended, too. */
export type Step<Value> = StepAgain | StepWaiting | StepDone<Value> | Refusal;

/** A machine: call `step` until it answers `done` or `refused`. */
export interface StepMachine<Value> {
  step(): Step<Value>;
}

/** The one "again". */
export const AGAIN: StepAgain = Object.freeze({ kind: 'again' });

/** Makes a "waiting". */
export function waiting(reason: WaitReason, detail: string): StepWaiting {
  return { kind: 'waiting', for: reason, detail };
}
