/**
 * One command of a random sequence: what it is to fast-check, and how it becomes an operation.
 *
 * @module
 */
import type fc from 'fast-check';
import type { CopyEngine } from './copy-engine.ts';
import type { ModelSession } from './model-session.ts';
import type { Operation } from './operation.ts';

/** A command on a session. */
export type CopyCommand = fc.Command<ModelSession, CopyEngine>;

/** A kind of command with how often it comes, relative to the others. */
export interface WeightedCommand {
  readonly weight: number;
  readonly arbitrary: fc.Arbitrary<CopyCommand>;
}

/** A command that becomes an operation when it runs, or nothing. */
export function resolvedCommand(
  name: string,
  resolve: (session: ModelSession) => Operation | undefined,
): CopyCommand {
  return {
    check: () => true,
    run: (session) => {
      const operation = resolve(session);
      if (operation !== undefined) session.perform(operation);
    },
    toString: () => name,
  };
}
