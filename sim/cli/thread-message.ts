/**
 * What the task thread tells the main thread. Errors lose their class on the way between threads, so
 * the kinds that the command line tells apart travel as data.
 *
 * @module
 */
import { InputError, type InputErrorCode, type InputPlace } from '../../src/index.ts';
import { ScenarioInvalid } from '../scenario/problems.ts';

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

/** An error as data. */
export function packError(error: unknown): ThrownData {
  if (error instanceof ScenarioInvalid) {
    return { kind: 'scenario', problems: error.problems.map(packProblem) };
  }
  if (error instanceof InputError) return { kind: 'input', problem: packProblem(error) };
  return {
    kind: 'bug',
    text: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

/** The error again. */
export function unpackError(data: ThrownData): Error {
  switch (data.kind) {
    case 'scenario':
      return new ScenarioInvalid(data.problems.map(unpackProblem));
    case 'input':
      return unpackProblem(data.problem);
    default: {
      const error = new Error(data.text);
      error.stack = data.text;
      return error;
    }
  }
}

function packProblem(error: InputError): InputProblem {
  const { code, what, place, limit, fix } = error;
  return { code, what, place, limit, fix };
}

function unpackProblem(problem: InputProblem): InputError {
  return new InputError(problem.code, problem);
}
