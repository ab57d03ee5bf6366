/**
 * Traces in files: gzip and zstd are streamed, known by their content; what is written appears whole.
 *
 * @module
 */
import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import type { Transform } from 'node:stream';
import {
  constants,
  createGunzip,
  createGzip,
  createZstdCompress,
  createZstdDecompress,
} from 'node:zlib';
import { InputError } from '../../src/index.ts';
import { fileFault, withFile } from '../../src/store.ts';
import type { OpenTrace, TraceFeed } from '../load/trace-feed.ts';
import type { TraceCompression } from '../report/trace-record.ts';
import { beginFile } from './unfinished-files.ts';

const CHUNK_BYTES = 262_144;
/** Writing zstd at its usual level (our choice). */
const ZSTD_LEVEL = 3;

/** Told how far the reading is, in bytes of the file. */
export type TraceProgress = (done: number, total: number, what: string) => void;

/** What a file is compressed with, by its first bytes. */
function compressionOf(head: Uint8Array): TraceCompression {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  const isFrame = a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd;
  // A frame that is skipped: 16 magic numbers.
  const isSkipped = ((a ?? 0) & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18;
  return isFrame || isSkipped ? 'zstd' : 'none';
}

/** A compressed file. */
interface CompressedFile {
  readonly path: string;
  readonly fileBytes: number;
  readonly compression: 'gzip' | 'zstd';
}

/** A trace file that was read. */
export interface ReadTrace {
  readonly trace: OpenTrace;
  readonly compression: TraceCompression;
  readonly fileBytes: number;
}

/**
 * Reads a trace file through a feed.
 *
 * @param between - Awaited between chunks: writers that compress catch up there.
 * @throws InputError FILE_NOT_FOUND, FILE_REFUSED, FILE_IO, TRACE_COMPRESSION, and what the feed throws.
 */
export async function readTraceFile(
  path: string,
  feed: TraceFeed,
  progress: TraceProgress,
  between: () => Promise<void> | undefined = () => undefined,
): Promise<ReadTrace> {
  requireFile(path);
  const descriptor = withFile(path, 'opening', () => openSync(path, 'r'));
  let isOpen = true;
  try {
    const head = new Uint8Array(4);
    const fileBytes = withFile(path, 'reading', () => {
      readSync(descriptor, head, 0, head.length, 0);
      return fstatSync(descriptor).size;
    });
    const compression = compressionOf(head);
    if (compression === 'none') {
      await readPlain({ path, descriptor, fileBytes }, feed, progress, between);
    } else {
      isOpen = false;
      closeSync(descriptor);
      await readCompressed({ path, fileBytes, compression }, feed, progress, between);
    }
    return { trace: feed.end(), compression, fileBytes };
  } finally {
    if (isOpen) closeSync(descriptor);
  }
}

/** A trace is read from its beginning again, for its digest if for nothing else: pipes cannot. */
function requireFile(path: string): void {
  const status = withFile(path, 'opening', () => statSync(path));
  if (status.isFile()) return;
  throw new InputError('FILE_REFUSED', {
    what: status.isDirectory() ? 'this is a folder' : 'this is a pipe or a device',
    place: { file: path },
    limit: 'traces are read from files, more than once',
    fix: 'give the name of a file; compressed ones are read as they are',
  });
}

async function readPlain(
  file: { readonly path: string; readonly descriptor: number; readonly fileBytes: number },
  feed: TraceFeed,
  progress: TraceProgress,
  between: () => Promise<void> | undefined,
): Promise<void> {
  const chunk = new Uint8Array(CHUNK_BYTES);
  let done = 0;
  while (!feed.isDone) {
    const got = withFile(file.path, 'reading', () => readSync(file.descriptor, chunk));
    if (got === 0) break;
    done += got;
    feed.push(chunk.subarray(0, got));
    progress(done, file.fileBytes, `reading ${file.path}`);
    const waiting = between();
    if (waiting !== undefined) await waiting;
  }
}

async function readCompressed(
  file: CompressedFile,
  feed: TraceFeed,
  progress: TraceProgress,
  between: () => Promise<void> | undefined,
): Promise<void> {
  let from = 0;
  let expanded = 0;
  while (from < file.fileBytes && !feed.isDone) {
    const part = await readFrames(file, from, expanded, feed, progress, between);
    expanded = part.expanded;
    // The library ends with the first frame of zstd, and all members of gzip: go on behind it.
    if (part.taken === 0 || file.compression === 'gzip') break;
    from += part.taken;
  }
}

/** Reads what one decompressor takes. @returns How many bytes of the file it took. */
async function readFrames(
  file: CompressedFile,
  from: number,
  expandedBefore: number,
  feed: TraceFeed,
  progress: TraceProgress,
  between: () => Promise<void> | undefined,
): Promise<{ readonly taken: number; readonly expanded: number }> {
  const source = createReadStream(file.path, { start: from, highWaterMark: CHUNK_BYTES });
  const options = { chunkSize: CHUNK_BYTES };
  const expand =
    file.compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
  source.on('error', (error) => {
    expand.destroy(error);
  });
  source.pipe(expand);
  let expanded = expandedBefore;
  const chunks: AsyncIterator<Uint8Array> = expand[Symbol.asyncIterator]();
  try {
    while (!feed.isDone) {
      const next = await chunks.next().catch((error: unknown) => {
        throw compressionFault(file, expanded, error);
      });
      if (next.done === true) break;
      expanded += next.value.length;
      feed.push(next.value);
      progress(from + source.bytesRead, file.fileBytes, `reading ${file.path}`);
      await between();
    }
    return { taken: expand.bytesWritten, expanded };
  } finally {
    expand.destroy();
    source.destroy();
  }
}

function compressionFault(
  { path, compression }: { readonly path: string; readonly compression: string },
  expanded: number,
  error: unknown,
): unknown {
  const fault = error as NodeJS.ErrnoException;
  // Troubles of the compression have codes of zlib; what the system says has a number.
  if (fault.errno !== undefined && fault.syscall !== undefined) {
    return fileFault(path, 'reading', error);
  }
  return new InputError('TRACE_COMPRESSION', {
    what: `${compression} cannot be expanded behind byte ${expanded} of the content: ${fault.message}`,
    place: { file: path },
    limit: 'the whole file must be sound',
    fix: 'fetch the file again, or expand as much of it as there is by other means',
  });
}

/** Compression that a file's name asks for. */
export function compressionOfName(path: string): TraceCompression {
  if (path.endsWith('.gz')) return 'gzip';
  return path.endsWith('.zst') || path.endsWith('.zstd') ? 'zstd' : 'none';
}

/** A file that a trace is written to; it appears under its name when it is finished. */
export class TraceSinkFile {
  /** Bytes in the file so far. */
  writtenBytes = 0;
  readonly #path: string;
  readonly #unfinished: string;
  readonly #descriptor: number;
  readonly #compress: Transform | undefined;
  readonly #ended: Promise<void> | undefined;

  /** @throws InputError FILE_EXISTS, FILE_NOT_FOUND, FILE_REFUSED */
  constructor(path: string, compression: TraceCompression) {
    if (existsSync(path)) {
      throw new InputError('FILE_EXISTS', {
        what: 'the file is there already',
        place: { file: path },
        limit: 'it is not overwritten',
        fix: 'choose another name, or remove it first',
      });
    }
    this.#path = path;
    this.#unfinished = beginFile(path);
    this.#descriptor = withFile(path, 'creating', () => openSync(this.#unfinished, 'w'));
    const compress = compressor(compression);
    this.#compress = compress;
    if (compress === undefined) return;
    this.#ended = new Promise((resolve, reject) => {
      compress.on('data', (bytes: Uint8Array) => {
        this.#append(bytes);
      });
      compress.on('end', resolve);
      compress.on('error', reject);
    });
  }

  /** Takes the next bytes. */
  write(bytes: Uint8Array): void {
    if (this.#compress === undefined) this.#append(bytes);
    else this.#compress.write(bytes);
  }

  /** Resolves when more can be written without piling up; undefined for at once. */
  ready(): Promise<void> | undefined {
    const compress = this.#compress;
    if (compress?.writableNeedDrain !== true) return undefined;
    return new Promise((resolve) => {
      compress.once('drain', resolve);
    });
  }

  /** Ends the file and gives it its name. */
  async finish(): Promise<void> {
    this.#compress?.end();
    await this.#ended;
    closeSync(this.#descriptor);
    withFile(this.#path, 'writing', () => {
      renameSync(this.#unfinished, this.#path);
    });
  }

  #append(bytes: Uint8Array): void {
    withFile(this.#path, 'writing', () => {
      let done = 0;
      while (done < bytes.length) done += writeSync(this.#descriptor, bytes, done);
    });
    this.writtenBytes += bytes.length;
  }
}

function compressor(compression: TraceCompression): Transform | undefined {
  if (compression === 'none') return undefined;
  if (compression === 'gzip') return createGzip();
  return createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } });
}
