/**
 * A trace from its first byte to the batches that somebody takes: the format is guessed, whole seconds
 * are spread, requests are picked and scaled.
 *
 * @module
 */
import type { BatchSink } from './request-batch.ts';
import { SecondSpreader } from './second-spreader.ts';
import type { TraceAccount } from './trace-account.ts';
import type { TraceClock } from './trace-clock.ts';
import { openTraceReader, type TraceFormat, traceFormat } from './trace-formats.ts';
import { GUESS_BYTES, guessOptions, guessTrace } from './trace-guess.ts';
import type { TraceReader, TraceReadOptions } from './trace-reader.ts';
import { type TraceSelection, TraceSelector } from './trace-selection.ts';
import type { TraceVolumes } from './trace-volumes.ts';

const NANOS_PER_SECOND = 1e9;

/** How a trace is fed. */
export interface TraceFeedOptions extends TraceReadOptions {
  /** Name of the format; guessed from the content when left out. */
  readonly format?: string;
  /** Spread whole seconds: `auto` for formats that have nothing finer. */
  readonly spread: 'auto' | 'even' | 'none';
  readonly selection: TraceSelection;
}

/** A trace that is being read. */
export interface OpenTrace {
  readonly format: TraceFormat;
  readonly volumes: TraceVolumes;
  readonly account: TraceAccount;
  /** Date of the zero point, seconds and nanoseconds since 1970; known with the first request. */
  readonly originSeconds: number;
  readonly originNanos: number;
  /** What was assumed to read it, a sentence each. */
  readonly assumptions: readonly string[];
}

/** Is pushed bytes, expanded but otherwise as they stand in the file. */
export class TraceFeed {
  readonly #options: TraceFeedOptions;
  readonly #open: (trace: OpenTrace) => BatchSink;
  readonly #head: Uint8Array[] = [];
  #headBytes = 0;
  #reader: TraceReader | undefined;
  #spreader: SecondSpreader | undefined;
  #selector: TraceSelector | undefined;
  #trace: OpenTrace | undefined;

  /** @param open - Called once, when the format is known; gives the taker of the batches. */
  constructor(options: TraceFeedOptions, open: (trace: OpenTrace) => BatchSink) {
    this.#options = options;
    this.#open = open;
  }

  /** Nothing that still comes is wanted: the rest need not be read. */
  get isDone(): boolean {
    return this.#selector?.isDone ?? false;
  }

  /** Requests that were read and not picked. */
  get left(): number {
    return this.#selector?.left ?? 0;
  }

  /** @throws InputError TRACE_NOT_RECOGNISED, TRACE_MALFORMED */
  push(chunk: Uint8Array): void {
    if (this.#reader !== undefined) {
      this.#reader.push(chunk);
      return;
    }
    // The chunk may be reused by who pushes it.
    this.#head.push(chunk.slice());
    this.#headBytes += chunk.length;
    if (this.#headBytes >= GUESS_BYTES) this.#begin();
  }

  /**
   * Everything was pushed.
   *
   * @returns What was read.
   * @throws InputError TRACE_EMPTY when there was not one request, USAGE when none was picked.
   */
  end(): OpenTrace {
    if (this.#reader === undefined) this.#begin();
    // Where no more was wanted, the reading may have stopped in the middle of a line.
    if (!this.isDone) {
      this.#reader?.end();
      this.#spreader?.end();
    }
    const trace = this.trace;
    trace.account.requireRequests(trace.format.title);
    this.#selector?.end(trace.account.requests);
    return trace;
  }

  /** The trace, once its format is known. */
  get trace(): OpenTrace {
    if (this.#trace === undefined) throw new Error('the trace is not open yet');
    return this.#trace;
  }

  #begin(): void {
    const head = joined(this.#head, this.#headBytes);
    this.#head.length = 0;
    const guess = this.#guess(head.subarray(0, GUESS_BYTES));
    const options = { ...guess.options, ...this.#options };
    let deliver: BatchSink = () => undefined;
    const reader = openTraceReader(guess.format, options, (batch) => {
      deliver(batch);
    });
    const { intake } = reader;
    const isSpread =
      this.#options.spread === 'even' ||
      (this.#options.spread === 'auto' && guess.format.isWholeSeconds);
    const { format } = guess;
    const { fromNanos } = this.#options.selection;
    this.#trace = {
      format,
      volumes: intake.volumes,
      account: intake.account,
      get originSeconds() {
        return zeroPointOf(format, intake.clock, fromNanos).seconds;
      },
      get originNanos() {
        return zeroPointOf(format, intake.clock, fromNanos).nanos;
      },
      assumptions: assumptionsOf(format, options, isSpread),
    };
    const sink = this.#open(this.#trace);
    const selector = new TraceSelector(this.#options.selection, intake.volumes, sink);
    this.#selector = selector;
    deliver = (batch) => {
      selector.take(batch);
    };
    if (isSpread) {
      const spreader = new SecondSpreader(deliver);
      this.#spreader = spreader;
      deliver = (batch) => {
        spreader.take(batch);
      };
    }
    this.#reader = reader;
    reader.push(head);
  }

  #guess(head: Uint8Array): Pick<ReturnType<typeof guessTrace>, 'format' | 'options'> {
    const { format: name, columns, file } = this.#options;
    const chosen = name ?? (columns === undefined ? undefined : 'columns');
    if (chosen === undefined) return guessTrace(head, file);
    const format = traceFormat(chosen);
    return { format, options: guessOptions(format.name, head) };
  }
}

function joined(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/**
 * Date of the moment from which arrivals count: that of the trace, or, where only what comes later is
 * picked, that from which it is. Both 0 when the trace has no date.
 */
function zeroPointOf(
  { epochSeconds }: TraceFormat,
  clock: TraceClock,
  fromNanos: number,
): { readonly seconds: number; readonly nanos: number } {
  const seconds = clock.originSeconds + (epochSeconds ?? 0);
  const hasDate = epochSeconds !== undefined && (seconds !== 0 || clock.originNanos !== 0);
  if (!hasDate) return { seconds: 0, nanos: 0 };
  const later = Number.isFinite(fromNanos) ? fromNanos : 0;
  const laterSeconds = Math.floor(later / NANOS_PER_SECOND);
  const nanos = clock.originNanos + (later - laterSeconds * NANOS_PER_SECOND);
  const carry = nanos >= NANOS_PER_SECOND ? 1 : 0;
  return { seconds: seconds + laterSeconds + carry, nanos: nanos - carry * NANOS_PER_SECOND };
}

/** What a reader takes for granted, so that whoever reads the results can know it. */
function assumptionsOf(
  format: TraceFormat,
  options: TraceReadOptions,
  isSpread: boolean,
): readonly string[] {
  const zero = options.zero ?? format.zero;
  const said = [
    zero === 'first'
      ? 'times count from the first request'
      : 'times count from the zero point of the trace',
  ];
  if (isSpread) said.push('requests of one second are spread evenly over it');
  switch (format.name) {
    case 'mqsim':
      said.push(`times are whole numbers of 10^-${options.timeDigits ?? 9} s`);
      break;
    case 'blkparse':
      said.push(`the event ${options.action ?? 'D'} stands for a request`);
      break;
    case 'fio2':
      said.push(
        options.wait === 'relativeMicros'
          ? 'wait N is N microseconds after the wait before'
          : "wait N is until N milliseconds after the start, as fio's code has it",
      );
      break;
    case 'disksim-validate':
      said.push(
        'a request arrives when the one before was done on the measured drive, and its gap',
      );
      break;
    case 'oracle-general':
      said.push(
        `every request reads; its address is its object times ${options.blockBytes ?? 512}`,
      );
      break;
    case 'spc':
    case 'disksim':
      said.push(`a block has ${options.blockBytes ?? 512} bytes`);
      break;
    default:
  }
  return said;
}
