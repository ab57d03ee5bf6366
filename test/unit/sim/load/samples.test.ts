/**
 * The shipped samples: each is known by its content, parsed as it was published, written again
 * unchanged, and refused with its line or byte when it is damaged.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TraceFeed } from '../../../../sim/load/trace-feed.ts';
import {
  createTraceWriter,
  TRACE_FORMATS,
  type TraceFormatName,
  traceFormat,
} from '../../../../sim/load/trace-formats.ts';
import { WHOLE_TRACE } from '../../../../sim/load/trace-selection.ts';
import type { TraceWriter } from '../../../../sim/load/trace-writer.ts';
import { InputError } from '../../../../src/index.ts';
import { expectGolden } from '../../../support/golden.ts';
import { readRows } from '../../../support/traces.ts';
import { TOP } from '../../../support/tree.ts';

const FOLDER = join(TOP, 'sim/samples');

function sampleOf(name: TraceFormatName): Uint8Array {
  return readFileSync(join(FOLDER, `${name}.${traceFormat(name).suffix}`));
}

/** A trace in its own format, written by us from what was read. */
function rewritten(bytes: Uint8Array): Buffer {
  const pieces: Uint8Array[] = [];
  let writer: TraceWriter | undefined;
  const feed = new TraceFeed(
    { file: 'trace', rejectLimit: 0, spread: 'none', selection: WHOLE_TRACE },
    (trace) => {
      const made = createTraceWriter(trace.format, {
        bytes: (piece) => {
          pieces.push(piece);
        },
        volumes: trace.volumes,
        get originSeconds() {
          return trace.originSeconds;
        },
        get originNanos() {
          return trace.originNanos;
        },
        blockBytes: 512,
      });
      writer = made;
      return (batch) => {
        made.write(batch);
      };
    },
  );
  feed.push(bytes);
  feed.end();
  writer?.end();
  return Buffer.concat(pieces);
}

/** What reading threw. */
function refusalOf(read: () => unknown): InputError {
  try {
    read();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const TEXT = TRACE_FORMATS.filter((name) => traceFormat(name).isText);
const BINARY = TRACE_FORMATS.filter((name) => !traceFormat(name).isText);

describe('samples', () => {
  it('are there for every format, and no others', () => {
    const files = TRACE_FORMATS.map((name) => `${name}.${traceFormat(name).suffix}`);
    const compressed = ['alibaba.csv.gz', 'tencent.csv.zst'];
    expect(readdirSync(FOLDER).toSorted()).toEqual([...files, ...compressed].toSorted());
  });

  it('parse as they were published', () => {
    const parsed = Object.fromEntries(
      TRACE_FORMATS.map((name) => {
        const { rows, trace } = readRows(sampleOf(name));
        const { originSeconds, originNanos, assumptions, account } = trace;
        return [name, { rows, originSeconds, originNanos, assumptions, skipped: account.skipped }];
      }),
    );
    expectGolden('trace-samples', parsed);
  });

  it.each(TRACE_FORMATS)('%s is known by its content, whatever pieces it comes in', (name) => {
    const whole = readRows(sampleOf(name));
    expect(whole.trace.format.name).toBe(name);
    expect(whole.rows.length).toBeGreaterThan(30);
    expect(readRows(sampleOf(name), {}, 7).rows).toEqual(whole.rows);
  });

  it.each(TRACE_FORMATS)('%s is written again as it was read', (name) => {
    const bytes = sampleOf(name);
    const again = rewritten(bytes);
    // Clocks without a date are not kept: such traces begin at 0 again.
    if (name === 'vscsi1' || name === 'vscsi2' || name === 'oracle-general') {
      expect(readRows(again).rows).toEqual(readRows(bytes).rows);
    } else {
      expect(again.equals(Buffer.from(bytes))).toBe(true);
    }
  });

  it.each(TEXT)('%s with a damaged line is refused with that line', (name) => {
    const lines = new TextDecoder().decode(sampleOf(name)).split('\n');
    const at = lines.findIndex((line, place) => place >= 12 && !line.includes('wait'));
    // The line ends in its first or second field.
    const damaged = lines.map((line, place) => (place === at ? `${line.slice(0, 5)}?` : line));
    const text = damaged.join('\n');
    const refusal = refusalOf(() => readRows(text, { format: name }));
    expect(refusal.code).toBe('TRACE_MALFORMED');
    expect(refusal.place).toMatchObject({ file: 'trace', line: at + 1 });
    const { trace, rows } = readRows(text, { rejectLimit: 1 });
    expect(trace.format.name).toBe(name);
    expect(trace.account.rejects).toBe(1);
    expect(trace.account.firstRejects[0]).toMatchObject({ line: at + 1 });
    expect(rows).toHaveLength(readRows(sampleOf(name)).rows.length - 1);
  });

  it.each(BINARY)('%s with a damaged record is refused with its byte', (name) => {
    const bytes = Uint8Array.from(sampleOf(name));
    const size = { vscsi1: 32, vscsi2: 40, 'oracle-general': 24, compact: 32 }[name as 'vscsi1'];
    const at = 12 * size;
    // A version, the high word of a next place, a kind: each says that this is no record of the format.
    const spot = { vscsi1: 15, vscsi2: 3, 'oracle-general': 22, compact: 20 }[name as 'vscsi1'];
    bytes[at + spot] = 0x7c;
    const refusal = refusalOf(() => readRows(bytes, { format: name }));
    expect(refusal.code).toBe('TRACE_MALFORMED');
    expect(refusal.place).toMatchObject({ file: 'trace', offset: at });
  });

  it.each(BINARY)('%s that was cut off is refused with the byte of its last record', (name) => {
    const bytes = sampleOf(name);
    const size = { vscsi1: 32, vscsi2: 40, 'oracle-general': 24, compact: 32 }[name as 'vscsi1'];
    const refusal = refusalOf(() => readRows(bytes.subarray(0, bytes.length - 3)));
    expect(refusal.place).toEqual({ file: 'trace', offset: bytes.length - size });
    expect(refusal.what).toContain('ends inside a record');
  });
});
