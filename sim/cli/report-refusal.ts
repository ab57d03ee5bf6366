/**
 * A refusal as the end of a command: text or JSON, and its exit code.
 *
 * @module
 */
import { formatRefusal, type Refusal } from '../../src/index.ts';
import type { ExitCode } from './exit-code.ts';
import { exitCodeOfRefusal } from './exit-code-of.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** Says why something was refused and gives the exit code for it. */
export function reportRefusal(
  refusal: Refusal,
  options: { readonly json?: boolean },
  terminal: Terminal,
): ExitCode {
  const exitCode = exitCodeOfRefusal(refusal.code);
  if (options.json === true) {
    const { code, what, limit, fix } = refusal;
    const errors = [{ code, what, limit, fix }];
    terminal.line(formatJson({ schema: 'vdasd.error/1', exitCode, errors }));
  }
  terminal.error(`vdasd: ${formatRefusal(refusal)}`);
  return exitCode;
}
