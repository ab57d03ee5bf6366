/**
 * Errors on their way between threads: they would lose their class, so the kinds that the command line
 * tells apart travel as data.
 *
 * @module
 */
import { InputError, type InputErrorCode, type InputPlace } from '../../src/index.ts';
import { StoreFault, type StoreFaultCode } from '../../src/store.ts';
import { ScenarioInvalid } from '../scenario/problems.ts';

/** An input error as data. */
interface InputProblem {
  readonly code: InputErrorCode;
  readonly what: string;
  readonly place: InputPlace;
  readonly limit: string;
  readonly fix: string;
}

/** A fault of a store as data. */
interface StoreProblem extends Omit<InputProblem, 'code'> {
  readonly code: StoreFaultCode;
}

/** An error as data. */
export type ThrownData =
  | { readonly kind: 'input'; readonly problem: InputProblem }
  | { readonly kind: 'store'; readonly problem: StoreProblem }
  | { readonly kind: 'scenario'; readonly problems: readonly InputProblem[] }
  | { readonly kind: 'bug'; readonly text: string };

/** Makes data of an error. */
export function packError(error: unknown): ThrownData {
  if (error instanceof ScenarioInvalid) {
    return { kind: 'scenario', problems: error.problems.map(packProblem) };
  }
  if (error instanceof InputError) return { kind: 'input', problem: packProblem(error) };
  if (error instanceof StoreFault) {
    const { code, what, place, limit, fix } = error;
    return { kind: 'store', problem: { code, what, place, limit, fix } };
  }
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
    case 'store':
      return new StoreFault(data.problem.code, data.problem);
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
