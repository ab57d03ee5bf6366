/**
 * A copy method as the laboratory lists it: name, what it is in a sentence, its options, and how to
 * make one.
 *
 * @module
 */
import type { CopyContext, CopyEnd, CopyMethod, CopyRun } from './copy-method.ts';
import { CopySession } from './copy-session.ts';
import {
  completeOptions,
  type OptionTable,
  type OptionValue,
  type OptionValues,
} from './method-options.ts';

/** What a method does. `prepare` is optional: most take nothing for granted. */
export interface MethodBehaviour {
  readonly prepare?: (context: CopyContext) => void;
  readonly start: (context: CopyContext, onEnd: (end: CopyEnd) => void) => CopyRun;
}

/** A method that can be asked for by name. */
export interface MethodEntry {
  readonly name: string;
  /** One sentence for people. */
  readonly summary: string;
  readonly options: OptionTable;
  /** @throws InputError CONFIGURATION_INVALID for options that it does not have or that are out of bounds. */
  make(given?: Readonly<Record<string, OptionValue>>): CopyMethod;
}

/** Makes an entry whose behaviour sees complete options. */
export function defineMethod<const Table extends OptionTable>(
  head: { readonly name: string; readonly summary: string; readonly options: Table },
  behave: (options: OptionValues<Table>) => MethodBehaviour,
): MethodEntry {
  const { name } = head;
  return Object.freeze({
    ...head,
    make(given: Readonly<Record<string, OptionValue>> = {}) {
      const { prepare, start } = behave(completeOptions(name, head.options, given));
      return {
        name,
        prepare: prepare ?? (() => undefined),
        start: (context: CopyContext, onEnd: (end: CopyEnd) => void) =>
          startAlone(name, context, start, onEnd),
      };
    },
  });
}

/** Starts a copy unless another is being made onto its target; then it fails at once. */
function startAlone(
  name: string,
  context: CopyContext,
  start: MethodBehaviour['start'],
  onEnd: (end: CopyEnd) => void,
): CopyRun {
  const { environment, target } = context;
  const holder = environment.claim(target.index, context.name);
  if (holder === undefined) {
    return start(context, (end) => {
      environment.release(target.index);
      onEnd(end);
    });
  }
  const session = new CopySession(name, context, onEnd);
  session.begin(() => session.end(`the target is in use by copy ${holder}`));
  return session;
}
