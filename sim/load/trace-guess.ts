/**
 * Guesses the format of a trace from its first bytes, whatever the file is called.
 *
 * Binary formats are known by magic or by fields that must be in order. Text is given to every text
 * format, and the one that understands most of it wins; the more particular formats are asked first.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import { blkparseAction } from './formats/blkparse.ts';
import { isCompact } from './formats/compact.ts';
import { OWN_COLUMNS, OWN_TITLES } from './formats/declared-columns.ts';
import { fioVersion } from './formats/fio-iolog.ts';
import { isNetappTitles } from './formats/netapp-wlc.ts';
import { looksLikeOracleGeneral } from './formats/oracle-general.ts';
import { vscsiVersion } from './formats/vscsi.ts';
import { printable } from './trace-account.ts';
import {
  openTraceReader,
  TRACE_FORMATS,
  type TraceFormat,
  type TraceFormatName,
  traceFormat,
} from './trace-formats.ts';
import type { TraceReadOptions } from './trace-reader.ts';

/** Bytes of the beginning that a guess is made from. */
export const GUESS_BYTES = 65_536;

/** How a trace is to be read, as far as its beginning tells. */
export interface TraceGuess {
  readonly format: TraceFormat;
  readonly options: Pick<TraceReadOptions, 'action' | 'columns'>;
}

/** Text formats in the order in which they are asked: where two understand a line, the first wins. */
const TEXT_FORMATS: readonly TraceFormatName[] = [
  'msr',
  'alibaba',
  'spc',
  'systor',
  'netapp',
  'tencent',
  'disksim-validate',
  'blkparse',
  'mqsim',
  'disksim',
];

/** Titles of known tables in columns, with their declarations. */
const KNOWN_TITLES: Readonly<Record<string, string>> = Object.freeze({
  [OWN_TITLES]: OWN_COLUMNS,
  // The text twin of a vscsi trace, as libCacheSim has it.
  'version,time,op,size,lbn':
    'time=time:s,op=op:r=28|8|a8|88:w=2a|a|aa|8a:f=35|91:t=42,offset=lbn:512,length=size',
});

/** Share of lines that a format has to understand for the guess. */
const SHARE_MIN = 0.5;
const LINE_FEED = 0x0a;

/**
 * Guesses a format.
 *
 * @param head - The first bytes, {@link GUESS_BYTES} of them where there are so many.
 * @param file - Name for messages.
 * @throws InputError TRACE_NOT_RECOGNISED
 */
export function guessTrace(head: Uint8Array, file: string): TraceGuess {
  const name = guessBinary(head) ?? (isText(head) ? guessText(head, file) : undefined);
  if (name === undefined) throw notRecognised(head, file);
  return { format: traceFormat(name), options: guessOptions(name, head) };
}

/** What the beginning of a trace of a known format tells about how to read it. */
export function guessOptions(name: TraceFormatName, head: Uint8Array): TraceGuess['options'] {
  if (name === 'blkparse') return { action: blkparseAction(decode(head)) };
  const columns = name === 'columns' ? KNOWN_TITLES[firstLine(head)] : undefined;
  return columns === undefined || columns === OWN_COLUMNS ? {} : { columns };
}

function guessBinary(head: Uint8Array): TraceFormatName | undefined {
  if (isCompact(head)) return 'compact';
  if (isText(head)) return undefined;
  const version = vscsiVersion(head);
  if (version !== undefined) return `vscsi${version}`;
  return looksLikeOracleGeneral(head) ? 'oracle-general' : undefined;
}

function guessText(head: Uint8Array, file: string): TraceFormatName | undefined {
  const text = decode(head);
  const version = fioVersion(text);
  if (version !== undefined) return `fio${version}`;
  if (Object.hasOwn(KNOWN_TITLES, firstLine(head))) return 'columns';
  if (isNetappTitles(text)) return 'netapp';
  const lines = wholeLines(head);
  let best: TraceFormatName | undefined;
  let bestShare = SHARE_MIN;
  for (const name of TEXT_FORMATS) {
    const share = shareUnderstood(name, lines, file);
    const isBetter = best === undefined ? share >= bestShare : share > bestShare;
    if (isBetter) [best, bestShare] = [name, share];
  }
  // Five columns of whole numbers are MQSim's; a fraction of a millisecond is DiskSim's.
  return best === 'mqsim' && /^\s*\d+\.\d+\s/m.test(text) ? 'disksim' : best;
}

/** Share of the requests and rejects of these lines that are requests. */
function shareUnderstood(name: TraceFormatName, lines: Uint8Array, file: string): number {
  const options: TraceReadOptions = {
    file,
    rejectLimit: Number.POSITIVE_INFINITY,
    ...guessOptions(name, lines),
  };
  const reader = openTraceReader(traceFormat(name), options, () => undefined);
  reader.push(lines);
  reader.end();
  const { requests, rejects, skipped } = reader.intake.account;
  const understood = requests + skipped.empty;
  return understood === 0 ? 0 : understood / (understood + rejects);
}

/** The beginning up to its last line end, unless it is all there is of a line. */
function wholeLines(head: Uint8Array): Uint8Array {
  const end = head.lastIndexOf(LINE_FEED);
  return head.length < GUESS_BYTES || end < 0 ? head : head.subarray(0, end + 1);
}

/** Whether bytes are text: no control characters but line ends, tabs and form feeds. */
function isText(head: Uint8Array): boolean {
  return head.length > 0 && head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

function firstLine(head: Uint8Array): string {
  const [line = ''] = decode(head.subarray(0, 1_024)).split('\n', 1);
  return line.replaceAll(/["\s\uFEFF]/g, '');
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function notRecognised(head: Uint8Array, file: string): InputError {
  if (head.length === 0) {
    return new InputError('TRACE_EMPTY', {
      what: 'the file is empty',
      place: { file },
      limit: 'a trace has at least one request',
      fix: 'give the name of a trace',
    });
  }
  const isArchive = decode(head.subarray(257, 262)) === 'ustar';
  const begins = printable(head.subarray(0, Math.min(head.length, 60)));
  return new InputError('TRACE_NOT_RECOGNISED', {
    what: isArchive ? 'this is a tar archive' : `the content is of no known format: ${begins}`,
    place: { file },
    limit: `formats: ${TRACE_FORMATS.join(', ')}`,
    fix: isArchive
      ? 'unpack it and give one of the files inside'
      : 'name the format (--format), or declare the columns (--columns time=1:us,op=2,…)',
  });
}
