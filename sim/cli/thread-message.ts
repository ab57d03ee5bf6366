/**
 * What the task thread tells the main thread.
 *
 * @module
 */
import type { InputErrorCode, InputPlace } from '../../src/index.ts';

/** An input error as data. */
export interface InputProblem {
  readonly code: InputErrorCode;
  readonly what: string;
  readonly place: InputPlace;
  readonly limit: string;
  readonly fix: string;
}

/** An error as data. */
export type ThrownData =
  | { readonly kind: 'input'; readonly problem: InputProblem }
  | { readonly kind: 'scenario'; readonly problems: readonly InputProblem[] }
  | { readonly kind: 'bug'; readonly text: string };

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
