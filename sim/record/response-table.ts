/**
 * Response times and their parts by phase, class and operation.
 *
 * @module
 */
import { invariant } from '../../src/index.ts';
import { LogHistogram } from '../engine/log-histogram.ts';
import { histogramRecord } from './histogram-record.ts';
import { FLAG_HELD, FLAG_HIT } from './request-sink.ts';
import { OPERATIONS, type ResponseRecord } from './unit-measures.ts';

/** Sums kept for each cell. */
const SUMS = 5;
const OPERATION_COUNT = OPERATIONS.length;

/** Counts of one table; a cell is a phase, a class and an operation. */
export class ResponseTable {
  readonly #classes: readonly string[];
  readonly #phases: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #histograms: LogHistogram[] = [];
  /** Bytes, queue, pend, disconnect, connect of every cell. */
  #sums = new Float64Array(0);
  #hits = new Float64Array(0);
  #held = new Float64Array(0);

  constructor(classes: readonly string[]) {
    this.#classes = classes;
  }

  /** Number of a phase; a new name gets cells of its own. */
  phaseOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#phases.length;
    this.#phases.push(name);
    this.#numbers.set(name, number);
    const cells = this.#phases.length * this.#classes.length * OPERATION_COUNT;
    while (this.#histograms.length < cells) this.#histograms.push(new LogHistogram());
    this.#sums = grown(this.#sums, cells * SUMS);
    this.#hits = grown(this.#hits, cells);
    this.#held = grown(this.#held, cells);
    return number;
  }

  /** Name of a phase. */
  phaseName(number: number): string {
    const name = this.#phases[number];
    invariant(name !== undefined, 'response-phase-known');
    return name;
  }

  /** Number of a cell. */
  cell(phase: number, loadClass: number, operation: number): number {
    return (phase * this.#classes.length + loadClass) * OPERATION_COUNT + operation;
  }

  /** Adds a request to a cell. */
  add(
    cell: number,
    bytes: number,
    queue: number,
    pend: number,
    disconnect: number,
    connect: number,
    response: number,
    flags: number,
  ): void {
    const histogram = this.#histograms[cell];
    invariant(histogram !== undefined, 'response-cell-known');
    histogram.record(response);
    const sums = this.#sums;
    const at = cell * SUMS;
    sums[at] = (sums[at] ?? 0) + bytes;
    sums[at + 1] = (sums[at + 1] ?? 0) + queue;
    sums[at + 2] = (sums[at + 2] ?? 0) + pend;
    sums[at + 3] = (sums[at + 3] ?? 0) + disconnect;
    sums[at + 4] = (sums[at + 4] ?? 0) + connect;
    if ((flags & FLAG_HIT) !== 0) this.#hits[cell] = (this.#hits[cell] ?? 0) + 1;
    if ((flags & FLAG_HELD) !== 0) this.#held[cell] = (this.#held[cell] ?? 0) + 1;
  }

  /** Every cell that saw a request, phases in order of first appearance. */
  records(): readonly ResponseRecord[] {
    return this.#phases.flatMap((phase, phaseAt) =>
      this.#classes.flatMap((loadClass, classAt) =>
        OPERATIONS.flatMap((operation, operationAt): readonly ResponseRecord[] => {
          const cell = this.cell(phaseAt, classAt, operationAt);
          const histogram = this.#histograms[cell];
          if (histogram === undefined || histogram.count === 0) return [];
          const sum = (at: number): number => this.#sums[cell * SUMS + at] ?? 0;
          const mean = (at: number): number => sum(at) / histogram.count;
          return [
            {
              phase,
              loadClass,
              operation,
              bytes: sum(0),
              hits: this.#hits[cell] ?? 0,
              held: this.#held[cell] ?? 0,
              queueMeanNanos: mean(1),
              pendMeanNanos: mean(2),
              disconnectMeanNanos: mean(3),
              connectMeanNanos: mean(4),
              response: histogramRecord(histogram),
            },
          ];
        }),
      ),
    );
  }
}

function grown(table: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(table);
  return larger;
}
