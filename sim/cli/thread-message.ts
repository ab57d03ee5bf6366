/**
 * What the task thread is given, and what it tells the main thread.
 *
 * @module
 */
import type { ThrownData } from '../sweep/thread-error.ts';
import type { Task } from './task.ts';

/** What a task thread begins with. */
export interface ThreadData {
  readonly task: Task;
  /** One word: 1 when the task is asked to end by itself. Absent where it cannot. */
  readonly stop: Int32Array | undefined;
}

/** A message of the task thread. */
export type ThreadMessage =
  | {
      readonly kind: 'progress';
      readonly done: number;
      readonly total: number;
      readonly what: string;
    }
  /** A file will be written there: the main thread sweeps its folder when interrupted. */
  | { readonly kind: 'writes'; readonly path: string }
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'thrown'; readonly error: ThrownData };
