/**
 * What the task thread tells the main thread.
 *
 * @module
 */
import type { ThrownData } from '../sweep/thread-error.ts';

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
