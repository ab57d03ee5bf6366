/**
 * Traces with the service time that a real drive took for each request (DiskSim's "validate" form):
 * `R|W word block blocks service gap`, times in microseconds.
 *
 * One request was outstanding at a time; the gap is from the end of a request to the start of the
 * next one.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';

/** A measured trace, one array for each column. */
export interface MeasuredTrace {
  readonly count: number;
  /** 0 read, 1 write. */
  readonly operation: Uint8Array;
  readonly block: Float64Array;
  readonly blocks: Float64Array;
  readonly serviceNanos: Float64Array;
  readonly gapNanos: Float64Array;
}

const NANOS_PER_MICRO = 1000;
/** A service time or gap of longer than this many microseconds, a day, is no measurement. */
const MICROS_MAX = 86_400e6;

/**
 * Reads a trace.
 *
 * @throws InputError (TRACE_MALFORMED) with the line that is none, (TRACE_EMPTY) when none is there.
 */
export function readMeasuredTrace(text: string, name: string): MeasuredTrace {
  const lines = text.split('\n');
  const operation = new Uint8Array(lines.length);
  const [block, blocks, serviceNanos, gapNanos] = Array.from(
    { length: 4 },
    () => new Float64Array(lines.length),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  let count = 0;
  for (const [at, line] of lines.entries()) {
    const fields = line.trim().split(/\s+/);
    if (fields.length === 1 && (fields[0] === '' || fields[0] === '\u001a')) continue;
    const numbers = fields.slice(2, 6).map(Number);
    const isRequest =
      (fields[0] === 'R' || fields[0] === 'W') &&
      numbers.length === 4 &&
      numbers.every((n) => n >= 0) &&
      numbers.slice(0, 2).every(Number.isSafeInteger) &&
      numbers.slice(2).every((micros) => micros <= MICROS_MAX);
    if (!isRequest) {
      throw new InputError('TRACE_MALFORMED', {
        what: `'${line.trim().slice(0, 60)}' is no measured request`,
        place: { file: name, line: at + 1 },
        limit:
          'a line is R or W, a word, block, blocks, service time and gap in microseconds, of a day at most',
        fix: 'correct the line, or give the trace in this form',
      });
    }
    operation[count] = fields[0] === 'R' ? 0 : 1;
    block[count] = numbers[0] as number;
    blocks[count] = numbers[1] as number;
    serviceNanos[count] = Math.round((numbers[2] as number) * NANOS_PER_MICRO);
    gapNanos[count] = Math.round((numbers[3] as number) * NANOS_PER_MICRO);
    count += 1;
  }
  if (count === 0) throw empty(name);
  return {
    count,
    operation: operation.subarray(0, count),
    block: block.subarray(0, count),
    blocks: blocks.subarray(0, count),
    serviceNanos: serviceNanos.subarray(0, count),
    gapNanos: gapNanos.subarray(0, count),
  };
}

function empty(file: string): InputError {
  return new InputError('TRACE_EMPTY', {
    what: 'no request in it',
    place: { file },
    limit: 'a comparison needs measured requests',
    fix: 'give the trace that belongs to the drive',
  });
}
