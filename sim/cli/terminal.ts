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
 * Ends quietly when the reader of our output has gone: `vdasd … | head` is no error.
 *
 * Installed once by the command line.
 */
export function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(process.exitCode ?? EXIT.done);
    });
  }
}

/**
 * Ends with 130 at Ctrl-C, after `cleanUp`, which removes files that are half written.
 *
 * A second Ctrl-C finds no handler and ends at once.
 */
export function endOnInterrupt(cleanUp: () => Promise<void>): void {
  process.once('SIGINT', () => {
    void cleanUp().finally(() => {
      writeSync(2, '\nvdasd: interrupted; nothing was left half written\n');
      process.exit(EXIT.interrupted);
    });
  });
}
