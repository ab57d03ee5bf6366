/**
 * The process's ends: standard output and error, their width and colour, a closed pipe, Ctrl-C.
 *
 * @module
 */
import { writeSync } from 'node:fs';
import { styleText } from 'node:util';
import { EXIT } from './exit-code.ts';

/** Characters a line when output is no terminal. */
const WIDTH_DEFAULT = 100;

/** Emphasis of a piece of text. */
type Emphasis = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** Where a command writes to. */
export interface Terminal {
  /** One line to standard output. */
  readonly line: (text?: string) => void;
  /** One line to standard error. */
  readonly error: (text: string) => void;
  /** Text with emphasis where the output shows it. */
  readonly style: (emphasis: Emphasis, text: string) => string;
  /** Characters a line. */
  readonly width: number;
}

/** The terminal, or pipe, of this process. */
export const processTerminal: Terminal = Object.freeze({
  line: (text = '') => {
    process.stdout.write(`${text}\n`);
  },
  error: (text: string) => {
    process.stderr.write(`${text}\n`);
  },
  // The library honours NO_COLOR, FORCE_COLOR and whether the stream is a terminal.
  style: (emphasis: Emphasis, text: string) =>
    styleText(emphasis, text, { stream: process.stdout }),
  width: process.stdout.columns ?? WIDTH_DEFAULT,
});

/** Plain data as JSON with stable key order, the way every `--json` prints it. */
export function formatJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/**
 * Ends quietly when the reader of our output has gone: `vdasd … | head` is no error. Output that is
 * lost for another reason is one.
 *
 * Installed once by the command line.
 */
export function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.done);
      // Nothing can be said about standard error on standard error.
      if (stream === process.stderr) return;
      writeSync(2, `vdasd: standard output cannot be written; ${error.message}; make room there\n`);
      process.exit(error.code === 'ENOSPC' ? EXIT.capacity : EXIT.integrity);
    });
  }
}

/** Signals that ask to end, with the exit code of each: 128 and its number, as shells have it. */
const ENDING_SIGNALS = Object.freeze({
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.hungUp,
});

/**
 * Ends at Ctrl-C, at a request to end, and when the terminal goes away, after `cleanUp`, which removes
 * files that are half written and answers how to go on, to be said behind that.
 *
 * A second Ctrl-C ends at once. The others may come twice by themselves, to the whole group of
 * processes and from the launcher, so only the first counts.
 */
export function endOnSignal(cleanUp: () => Promise<string>): void {
  let isEnding = false;
  for (const [signal, code] of Object.entries(ENDING_SIGNALS)) {
    process.on(signal, () => {
      if (isEnding && signal === 'SIGINT') process.exit(code);
      if (isEnding) return;
      isEnding = true;
      void cleanUp()
        .then((howToGoOn) => {
          // What was done when the signal came is done, and has been told.
          if (process.exitCode === EXIT.done) process.exit(EXIT.done);
          sayInterrupted(howToGoOn);
        })
        .finally(() => process.exit(code));
    });
  }
}

function sayInterrupted(howToGoOn: string): void {
  try {
    writeSync(2, `\nvdasd: interrupted; nothing was left half written${howToGoOn}\n`);
  } catch (error) {
    // The terminal is gone: nobody is left to tell.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
