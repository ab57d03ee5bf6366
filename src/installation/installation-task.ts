/**
 * Work on an installation that takes its time: machines whose steps are short, so that whoever drives
 * them can show how far they are, and stop between two steps.
 *
 * @module
 */
import type { Outcome } from '../base/refusal.ts';
import type { Step, StepMachine, StepWaiting } from '../base/step.ts';

/** How far a task is. */
export interface TaskProgress {
  /** What is being done, for people. */
  readonly what: string;
  readonly done: number;
  /** Absent while nobody can tell. */
  readonly total?: number;
}

/**
 * A task: step it until it answers `done` or a refusal. By then everything that it did is durable.
 *
 * `waiting` says that it waits for what nothing under way here brings, for instance space. Whoever does
 * not step it any more, then or ever, closes the installation without another commit: the memory is
 * changed, and the store is as it was before (for work in the background: as its last step left it).
 */
export interface InstallationTask<Value> extends StepMachine<Value> {
  readonly progress: TaskProgress;
}

/** A task that was stopped before its end. */
export interface TaskStopped {
  readonly kind: 'stopped';
}

/** Drives a task to its end, or until somebody says stop. */
export function runTask<Value>(
  task: InstallationTask<Value>,
  shouldStop: () => boolean = () => false,
): Outcome<Value> | StepWaiting | TaskStopped {
  for (;;) {
    if (shouldStop()) return { kind: 'stopped' };
    const step: Step<Value> = task.step();
    if (step.kind !== 'again') return step;
  }
}
