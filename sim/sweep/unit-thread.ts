/**
 * The thread of a pool that runs units: the pool calls it by name with each task.
 *
 * @module
 */

import { runUnitIntoFolder } from './run-unit.ts';
import { packError, type ThrownData } from './thread-error.ts';
import type { UnitOutcome, UnitTask } from './unit-task.ts';

/** What a thread answers: errors would lose their class on the way. */
export type ThreadAnswer =
  | { readonly kind: 'ended'; readonly outcome: UnitOutcome }
  | { readonly kind: 'thrown'; readonly error: ThrownData };

/** Runs a unit. */
export async function runInThread(task: UnitTask): Promise<ThreadAnswer> {
  const { port } = task;
  try {
    const outcome = await runUnitIntoFolder(task, (progress) => port?.postMessage(progress));
    return { kind: 'ended', outcome };
  } catch (error) {
    return { kind: 'thrown', error: packError(error) };
  } finally {
    port?.close();
  }
}
