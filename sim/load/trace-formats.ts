/**
 * Every trace format: what it is called, how it is read and written, what its units are and what is
 * lost in it. `docs/traces.md` has the same in words.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import { AlibabaParser, AlibabaRows } from './formats/alibaba.ts';
import { BlkparseParser, BlkparseRows } from './formats/blkparse.ts';
import { CompactReader, CompactWriter } from './formats/compact.ts';
import { ColumnRows, DeclaredParser, OWN_COLUMNS } from './formats/declared-columns.ts';
import { FiveColumnParser, FiveColumnRows } from './formats/disksim-ascii.ts';
import { ValidateParser, ValidateRows } from './formats/disksim-validate.ts';
import { FioParser, FioRows, type FioVersion } from './formats/fio-iolog.ts';
import { FILE_TIME_EPOCH_SECONDS, MsrParser, MsrRows } from './formats/msr-cambridge.ts';
import { NetappParser, NetappRows } from './formats/netapp-wlc.ts';
import { OracleGeneralParser, OracleGeneralWriter } from './formats/oracle-general.ts';
import { SpcParser, SpcRows } from './formats/spc.ts';
import { SystorParser, SystorRows } from './formats/systor.ts';
import { TencentParser, TencentRows } from './formats/tencent.ts';
import { VscsiParser, VscsiRows, type VscsiVersion } from './formats/vscsi.ts';
import { type LineParser, LineReader } from './line-reader.ts';
import { RecordReader } from './record-reader.ts';
import { RecordWriter } from './record-writer.ts';
import type { BatchSink } from './request-batch.ts';
import { LineWriter, type RowWriter } from './text-writer.ts';
import type { ZeroPoint } from './trace-clock.ts';
import { RequestIntake, type TraceReader, type TraceReadOptions } from './trace-reader.ts';
import type { TraceOutput, TraceWriter } from './trace-writer.ts';

/** Names of the formats, as `--format` takes them. */
export const TRACE_FORMATS = Object.freeze([
  'msr',
  'spc',
  'vscsi1',
  'vscsi2',
  'oracle-general',
  'alibaba',
  'tencent',
  'systor',
  'blkparse',
  'fio2',
  'fio3',
  'disksim',
  'disksim-validate',
  'mqsim',
  'netapp',
  'columns',
  'compact',
] as const);

/** One of {@link TRACE_FORMATS}. */
export type TraceFormatName = (typeof TRACE_FORMATS)[number];

/** A format. */
export interface TraceFormat {
  readonly name: TraceFormatName;
  readonly title: string;
  /** Ending of its files, without compression. */
  readonly suffix: string;
  /** Whether it is made of lines; otherwise of binary records. */
  readonly isText: boolean;
  readonly zero: ZeroPoint;
  /** Seconds from 1970 to what its times count from; undefined when that is not known. */
  readonly epochSeconds: number | undefined;
  /** Times are whole seconds: requests of one second are spread over it. */
  readonly isWholeSeconds: boolean;
  /** What writing loses, in a sentence; empty for nothing. */
  readonly losses: string;
  readonly open: (options: TraceReadOptions, intake: RequestIntake) => TraceReader;
  readonly create: (output: TraceOutput) => TraceWriter;
}

const BLOCK_BYTES = 512;
const NANO_DIGITS = 9;
const READS_AND_WRITES = 'trims and flushes are left out';
const MICROS = 'times are cut to microseconds';
const NO_RESPONSES = 'no response times';
const BLOCKS = 'ranges are widened to blocks of 512 bytes';
const NUMBERS = 'volumes have numbers, not names';
const CUT = 'addresses are cut to blocks';
const FROM_ZERO = 'requests before the zero point come at it';

type Differing = Omit<TraceFormat, 'isText' | 'isWholeSeconds' | 'open' | 'create'> & {
  readonly isWholeSeconds?: true;
};

function lines(
  format: Differing,
  parser: (intake: RequestIntake, options: TraceReadOptions) => LineParser,
  rows: (blockBytes: number) => RowWriter,
): TraceFormat {
  return Object.freeze({
    isWholeSeconds: false,
    ...format,
    isText: true,
    open: (options: TraceReadOptions, intake: RequestIntake) =>
      new LineReader(intake, parser(intake, options)),
    create: (output: TraceOutput) => new LineWriter(output, rows(output.blockBytes)),
  });
}

function vscsi(version: VscsiVersion): TraceFormat {
  const losses = [MICROS, CUT, 'one volume: others are left out', FROM_ZERO];
  return Object.freeze({
    name: `vscsi${version}` as const,
    title: `vscsi, version ${version} (CloudPhysics)`,
    suffix: 'vscsi',
    isText: false,
    zero: 'first',
    epochSeconds: undefined,
    isWholeSeconds: false,
    losses: (version === 1 ? [...losses, NO_RESPONSES] : losses).join('; '),
    open: (_options: TraceReadOptions, intake: RequestIntake) =>
      new RecordReader(intake, new VscsiParser(intake, version)),
    create: (output: TraceOutput) => new RecordWriter(output, new VscsiRows(version)),
  });
}

function fio(version: FioVersion): TraceFormat {
  const unit = version === 2 ? 'times are cut to milliseconds' : MICROS;
  return lines(
    {
      name: `fio${version}` as const,
      title: `fio log, version ${version}`,
      suffix: 'log',
      zero: 'file',
      epochSeconds: undefined,
      losses: `${unit}; ${NO_RESPONSES}; ${FROM_ZERO}`,
    },
    (intake, { wait }) => new FioParser(intake, version, wait ?? 'absoluteMillis'),
    () => new FioRows(version),
  );
}

const MSR = lines(
  {
    name: 'msr',
    title: 'MSR Cambridge',
    suffix: 'csv',
    zero: 'first',
    epochSeconds: -FILE_TIME_EPOCH_SECONDS,
    losses: `${READS_AND_WRITES}; times are cut to 100 ns; an unknown response is written as 0`,
  },
  (intake) => new MsrParser(intake),
  () => new MsrRows(),
);

const SPC = lines(
  {
    name: 'spc',
    title: 'SPC (UMass Financial, WebSearch)',
    suffix: 'spc',
    zero: 'file',
    epochSeconds: undefined,
    losses: `${READS_AND_WRITES}; ${MICROS}; ${NO_RESPONSES}; ${NUMBERS}; ${CUT}; ${FROM_ZERO}`,
  },
  (intake, { blockBytes }) => new SpcParser(intake, blockBytes ?? BLOCK_BYTES),
  (blockBytes) => new SpcRows(blockBytes),
);

const ORACLE_GENERAL: TraceFormat = Object.freeze({
  name: 'oracle-general',
  title: 'oracleGeneral (libCacheSim)',
  suffix: 'bin',
  isText: false,
  zero: 'first',
  epochSeconds: undefined,
  isWholeSeconds: true,
  losses: `operations, ${NO_RESPONSES}; times are cut to seconds; ${CUT}; one volume: others are left out, and so are flushes; ${FROM_ZERO}`,
  open: (options: TraceReadOptions, intake: RequestIntake) =>
    new RecordReader(intake, new OracleGeneralParser(intake, options.blockBytes ?? BLOCK_BYTES)),
  create: (output: TraceOutput) => new OracleGeneralWriter(output),
});

const ALIBABA = lines(
  {
    name: 'alibaba',
    title: 'Alibaba block traces 2020',
    suffix: 'csv',
    zero: 'first',
    epochSeconds: 0,
    losses: `${READS_AND_WRITES}; ${MICROS}; ${NO_RESPONSES}; ${NUMBERS}`,
  },
  (intake) => new AlibabaParser(intake),
  () => new AlibabaRows(),
);

const TENCENT = lines(
  {
    name: 'tencent',
    title: 'Tencent block storage 2018',
    suffix: 'csv',
    zero: 'first',
    epochSeconds: 0,
    isWholeSeconds: true,
    losses: `${READS_AND_WRITES}; times are cut to seconds; ${NO_RESPONSES}; ${NUMBERS}; ${BLOCKS}`,
  },
  (intake) => new TencentParser(intake),
  () => new TencentRows(),
);

const SYSTOR = lines(
  {
    name: 'systor',
    title: "SYSTOR '17 (Fujitsu virtual desktops)",
    suffix: 'csv',
    zero: 'first',
    epochSeconds: 0,
    losses: `${READS_AND_WRITES}; ${MICROS}; ${NUMBERS}`,
  },
  (intake) => new SystorParser(intake),
  () => new SystorRows(),
);

const BLKPARSE = lines(
  {
    name: 'blkparse',
    title: 'blkparse text',
    suffix: 'blkparse',
    zero: 'file',
    epochSeconds: undefined,
    losses: `${NO_RESPONSES}; ${BLOCKS}; volumes are numbered under major 8; one event a request; ${FROM_ZERO}`,
  },
  (intake, { action }) => new BlkparseParser(intake, action ?? 'D'),
  () => new BlkparseRows('D'),
);

const DISKSIM = lines(
  {
    name: 'disksim',
    title: 'DiskSim ascii',
    suffix: 'trace',
    zero: 'file',
    epochSeconds: undefined,
    losses: `${READS_AND_WRITES}; ${NO_RESPONSES}; ${NUMBERS}; ${BLOCKS}; ${FROM_ZERO}`,
  },
  (intake, { blockBytes }) =>
    new FiveColumnParser(intake, 'disksim', {
      blockBytes: blockBytes ?? BLOCK_BYTES,
      timeDigits: NANO_DIGITS,
    }),
  (blockBytes) => new FiveColumnRows('disksim', blockBytes),
);

const MQSIM = lines(
  {
    name: 'mqsim',
    title: 'MQSim, SSDSim, FlashSim',
    suffix: 'trace',
    zero: 'file',
    epochSeconds: undefined,
    losses: `${READS_AND_WRITES}; ${NO_RESPONSES}; ${NUMBERS}; ${BLOCKS}; ${FROM_ZERO}`,
  },
  (intake, { blockBytes, timeDigits }) =>
    new FiveColumnParser(intake, 'mqsim', {
      blockBytes: blockBytes ?? BLOCK_BYTES,
      timeDigits: timeDigits ?? NANO_DIGITS,
    }),
  (blockBytes) => new FiveColumnRows('mqsim', blockBytes),
);

const VALIDATE = lines(
  {
    name: 'disksim-validate',
    title: 'DiskSim validation',
    suffix: 'trace',
    zero: 'file',
    epochSeconds: undefined,
    losses: `${READS_AND_WRITES}; one request at a time: what overlapped comes one after the other; one volume; ${BLOCKS}; an unknown response is written as 0`,
  },
  (intake) => new ValidateParser(intake),
  () => new ValidateRows(),
);

const NETAPP = lines(
  {
    name: 'netapp',
    title: 'NetApp workload (hfplayer, TraceRAR)',
    suffix: 'csv',
    zero: 'file',
    epochSeconds: undefined,
    losses: `${READS_AND_WRITES}; ${NUMBERS}; ${BLOCKS}; ${FROM_ZERO}; an unknown response is written as 0`,
  },
  (intake) => new NetappParser(intake),
  () => new NetappRows(),
);

const COLUMNS = lines(
  {
    name: 'columns',
    title: 'declared columns, and our own text form',
    suffix: 'csv',
    zero: 'first',
    epochSeconds: undefined,
    losses: `the date of the zero point; ${FROM_ZERO}`,
  },
  (intake, { columns }) => new DeclaredParser(intake, columns ?? OWN_COLUMNS),
  () => new ColumnRows(),
);

const COMPACT: TraceFormat = Object.freeze({
  name: 'compact',
  title: 'compact, our own',
  suffix: 'vtr',
  isText: false,
  zero: 'file',
  epochSeconds: 0,
  isWholeSeconds: false,
  losses: '',
  open: (options: TraceReadOptions, intake: RequestIntake) =>
    new CompactReader(intake, options.file),
  create: (output: TraceOutput) => new CompactWriter(output),
});

const FORMATS: Readonly<Record<TraceFormatName, TraceFormat>> = Object.freeze({
  msr: MSR,
  spc: SPC,
  vscsi1: vscsi(1),
  vscsi2: vscsi(2),
  'oracle-general': ORACLE_GENERAL,
  alibaba: ALIBABA,
  tencent: TENCENT,
  systor: SYSTOR,
  blkparse: BLKPARSE,
  fio2: fio(2),
  fio3: fio(3),
  disksim: DISKSIM,
  'disksim-validate': VALIDATE,
  mqsim: MQSIM,
  netapp: NETAPP,
  columns: COLUMNS,
  compact: COMPACT,
});

/** The format with this name. @throws InputError USAGE */
export function traceFormat(name: string): TraceFormat {
  const format = TRACE_FORMATS.find((one) => one === name);
  if (format !== undefined) return FORMATS[format];
  throw new InputError('USAGE', {
    what: `${name} is no trace format`,
    limit: `formats: ${TRACE_FORMATS.join(', ')}`,
    fix: 'name one of them, or leave --format out and let the content tell',
  });
}

/** Opens a reader: bytes are pushed into it, batches go to the sink. */
export function openTraceReader(
  format: TraceFormat,
  options: TraceReadOptions,
  sink: BatchSink,
): TraceReader {
  // A trace in our own text form counts from its own zero.
  const isOwnText = format.name === 'columns' && options.columns === undefined;
  const intake = new RequestIntake(options, isOwnText ? 'file' : format.zero, sink);
  return format.open(options, intake);
}

/**
 * Makes a writer. Formats that count from the start of the trace begin at 0; others begin at the date
 * of its zero point where the source tells it.
 */
export function createTraceWriter(format: TraceFormat, output: TraceOutput): TraceWriter {
  const hasDate = format.epochSeconds !== undefined;
  return format.create({
    bytes: output.bytes,
    volumes: output.volumes,
    blockBytes: output.blockBytes,
    earliestSeconds: format.epochSeconds ?? 0,
    // Asked late: the date is known with the first request.
    get originSeconds() {
      return hasDate ? output.originSeconds : 0;
    },
    get originNanos() {
      return hasDate ? output.originNanos : 0;
    },
  });
}
