/**
 * Progress of long work: a bar on a terminal, lines of JSON for programs, nothing otherwise. Always on
 * standard error, so that standard output stays the result.
 *
 * @module
 */

/** Told how far the work is; called often, shows itself seldom. */
export interface Progress {
  /**
   * @param done - Units finished.
   * @param total - Units in all.
   * @param what - What is being done now.
   */
  update(done: number, total: number, what: string): void;
  /** Takes the bar away, or prints the last line. */
  finish(): void;
}

/** How progress is to be shown. */
export type ProgressMode = 'auto' | 'json' | 'none';

/** Least time between two showings. */
const INTERVAL_MS = 100;
const BAR_CELLS = 24;

/** Progress for a command. `auto` is a bar on a terminal and nothing elsewhere. */
export function openProgress(mode: ProgressMode): Progress {
  const stream = process.stderr;
  if (mode === 'json') return jsonProgress((line) => stream.write(`${line}\n`));
  if (mode === 'auto' && stream.isTTY) return barProgress((text) => stream.write(text));
  return { update: () => undefined, finish: () => undefined };
}

function jsonProgress(write: (line: string) => void): Progress {
  const isDue = every(INTERVAL_MS);
  let last = '';
  let shown = '';
  return {
    update: (done, total, what) => {
      last = JSON.stringify({ schema: 'vdasd.progress/1', done, total, what });
      if (!isDue()) return;
      write(last);
      shown = last;
    },
    finish: () => {
      if (last !== shown) write(last);
    },
  };
}

function barProgress(write: (text: string) => void): Progress {
  const isDue = every(INTERVAL_MS);
  let isShown = false;
  return {
    update: (done, total, what) => {
      if (!isDue()) return;
      const share = total === 0 ? 0 : Math.min(1, done / total);
      const full = Math.round(share * BAR_CELLS);
      const bar = '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
      const percent = `${Math.floor(share * 100)}`.padStart(3);
      const room = Math.max(0, (process.stderr.columns ?? 80) - BAR_CELLS - 8);
      write(`\r\u001b[K${bar} ${percent} % ${what.slice(0, room)}`);
      isShown = true;
    },
    finish: () => {
      if (isShown) write('\r\u001b[K');
    },
  };
}

/** Answers true at most once in so many milliseconds. */
function every(interval: number): () => boolean {
  let next = 0;
  return () => {
    const now = performance.now();
    if (now < next) return false;
    next = now + interval;
    return true;
  };
}
