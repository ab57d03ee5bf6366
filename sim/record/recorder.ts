/**
 * Takes down what happens in a unit: a few typed-array additions a request, a row of samples now and
 * then, in memory that does not grow with the number of requests.
 *
 * A request belongs to the phase in which it arrived, however late it is done: what a copy made wait
 * is counted as waiting for the copy.
 *
 * @module
 */
import { InputError, invariant } from '../../src/index.ts';
import type { Plain } from './plain.ts';
import { createRequestColumns, REQUEST_BATCH, type RequestSink } from './request-sink.ts';
import { ResponseTable } from './response-table.ts';
import { type Gauge, SeriesTable } from './series-table.ts';
import type { EventMark, PhaseSpan, UnitMeasures } from './unit-measures.ts';

/** Most events that are kept; the rest are counted. */
const EVENTS_MAX = 100_000;
/** Most load classes: their numbers are kept in a byte. */
const CLASSES_MAX = 256;
/** Most changes of phase. */
const PHASES_MAX = 1_000_000;

/** Which requests go to the sink: none, all, or the first of every n. */
type KeptRequests = 'none' | 'all' | { readonly oneIn: number };

/** What a recorder needs to know before it starts. */
export interface RecorderOptions {
  /** Names of the load classes; requests name them by number. */
  readonly classes: readonly string[];
  /** Interval of the time series. */
  readonly sampleNanos: number;
  /** Phase at the start. */
  readonly phase: string;
  readonly keepRequests: KeptRequests;
  /** Where kept requests go; needed unless none are kept. */
  readonly sink?: RequestSink;
}

/** Records one unit. */
export class Recorder {
  readonly #classes: readonly string[];
  readonly #responses: ResponseTable;
  readonly #series: SeriesTable;
  readonly #sink: RequestSink | undefined;
  readonly #columns = createRequestColumns();
  /** Keeps one of so many; 0 keeps none. */
  readonly #oneIn: number;
  #skip = 0;
  #spans: PhaseSpan[] = [];
  /** Phase number of every past span, beside {@link #spans}. */
  #spanPhases: number[] = [];
  #phase: number;
  #phaseStart = 0;
  #events: EventMark[] = [];
  #eventsDropped = 0;
  #requestCount = 0;
  #requestsKept = 0;
  #isFinished = false;

  /** @throws InputError when the options cannot be met. */
  constructor(options: RecorderOptions) {
    const { classes, keepRequests, sink } = options;
    if (classes.length === 0 || classes.length > CLASSES_MAX) {
      throw unfit(`${classes.length} load classes`, `1 to ${CLASSES_MAX}`);
    }
    if (!Number.isSafeInteger(options.sampleNanos) || options.sampleNanos < 1) {
      throw unfit(`a sample every ${options.sampleNanos} ns`, 'whole nanoseconds from 1 up');
    }
    this.#oneIn = oneIn(keepRequests);
    if (this.#oneIn > 0 && sink === undefined) {
      throw unfit('requests are kept and nobody takes them', 'a sink');
    }
    this.#classes = classes;
    this.#sink = sink;
    this.#responses = new ResponseTable(classes);
    this.#series = new SeriesTable(classes, options.sampleNanos);
    this.#phase = this.#responses.phaseOf(options.phase);
  }

  /**
   * A request is done. Parts are nanoseconds and add up to the response time; `flags` are those of
   * `request-sink.ts`.
   */
  request(
    loadClass: number,
    operation: number,
    device: number,
    track: number,
    bytes: number,
    arrival: number,
    queueNanos: number,
    pendNanos: number,
    disconnectNanos: number,
    connectNanos: number,
    flags: number,
  ): void {
    const phase = arrival >= this.#phaseStart ? this.#phase : this.#phaseAt(arrival);
    const response = queueNanos + pendNanos + disconnectNanos + connectNanos;
    const cell = this.#responses.cell(phase, loadClass, operation);
    this.#responses.add(
      cell,
      bytes,
      queueNanos,
      pendNanos,
      disconnectNanos,
      connectNanos,
      response,
      flags,
    );
    this.#series.response(loadClass, response);
    this.#requestCount += 1;
    if (this.#oneIn === 0) return;
    if (this.#skip > 0) {
      this.#skip -= 1;
      return;
    }
    this.#skip = this.#oneIn - 1;
    const columns = this.#columns;
    const row = columns.count;
    columns.arrival[row] = arrival;
    columns.loadClass[row] = loadClass;
    columns.operation[row] = operation;
    columns.device[row] = device;
    columns.track[row] = track;
    columns.bytes[row] = bytes;
    columns.queue[row] = queueNanos;
    columns.pend[row] = pendNanos;
    columns.disconnect[row] = disconnectNanos;
    columns.connect[row] = connectNanos;
    columns.flags[row] = flags;
    columns.count = row + 1;
    if (columns.count === REQUEST_BATCH) this.#handOver();
  }

  /** From `now` on requests arrive in `phase`. The same phase again changes nothing. */
  setPhase(phase: string, now: number): void {
    const number = this.#responses.phaseOf(phase);
    if (number === this.#phase) return;
    invariant(now >= this.#phaseStart, 'recorder-time-runs-forward');
    this.#endSpan(now);
    this.#phase = number;
    this.#phaseStart = now;
  }

  /** Name of the present phase. */
  get phase(): string {
    return this.#responses.phaseName(this.#phase);
  }

  /** Adds a gauge to the time series. Only before the first sample. */
  gauge(gauge: Gauge): void {
    this.#series.gauge(gauge);
  }

  /** Ends an interval of the time series at `now`; called every `sampleNanos`. */
  sample(now: number): void {
    this.#series.sample(now);
  }

  /** Something happened at `now`. */
  event(now: number, kind: string, data: Plain): void {
    if (this.#events.length < EVENTS_MAX) this.#events.push({ atNanos: now, kind, data });
    else this.#eventsDropped += 1;
  }

  /** Ends the last interval and phase, and hands over everything. Once. */
  finish(now: number): UnitMeasures {
    invariant(!this.#isFinished, 'recorder-finishes-once');
    this.#isFinished = true;
    this.#series.end(now);
    if (now > this.#phaseStart || this.#spans.length === 0) this.#endSpan(now);
    if (this.#columns.count > 0) this.#handOver();
    return {
      classes: this.#classes,
      phases: this.#spans,
      responses: this.#responses.records(),
      series: this.#series.record(),
      events: this.#events,
      eventsDropped: this.#eventsDropped,
      requestCount: this.#requestCount,
      requestsKept: this.#requestsKept,
    };
  }

  #handOver(): void {
    this.#requestsKept += this.#columns.count;
    this.#sink?.requests(this.#columns);
    this.#columns.count = 0;
  }

  #endSpan(now: number): void {
    invariant(this.#spans.length < PHASES_MAX, 'recorder-phase-limit');
    this.#spans.push({ phase: this.phase, startNanos: this.#phaseStart, endNanos: now });
    this.#spanPhases.push(this.#phase);
  }

  /** Phase of a request that arrived before the present one began: rarely far back. */
  #phaseAt(arrival: number): number {
    for (let at = this.#spans.length - 1; at > 0; at -= 1) {
      if ((this.#spans[at]?.startNanos ?? 0) <= arrival) return this.#spanPhases[at] ?? 0;
    }
    return this.#spanPhases[0] ?? 0;
  }
}

function oneIn(kept: KeptRequests): number {
  if (kept === 'none') return 0;
  if (kept === 'all') return 1;
  if (!Number.isSafeInteger(kept.oneIn) || kept.oneIn < 1) {
    throw unfit(`one request in ${kept.oneIn} is kept`, 'a whole number from 1 up');
  }
  return kept.oneIn;
}

function unfit(what: string, limit: string): InputError {
  return new InputError('CONFIGURATION_INVALID', {
    what,
    limit,
    fix: 'change what the run records',
  });
}
