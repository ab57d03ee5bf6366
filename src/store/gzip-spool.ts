/**
 * Images in gzip are expanded into a temporary file first: image formats are read at any offset, gzip
 * only from front to back.
 *
 * The temporary file has no name once it is open where the system allows that, so nothing is left
 * behind however the process ends. Pages of zeros are not written and take no room.
 *
 * @module
 */
import {
  closeSync,
  createReadStream,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { InputError } from '../base/errors.ts';
import type { ByteSource } from '../base/ports.ts';
import { fileFault, withFile } from './file-fault.ts';
import { FileSource } from './open-file.ts';

const CHUNK_BYTES = 262_144;
const PAGE_BYTES = 4096;
const ZEROS = Buffer.alloc(PAGE_BYTES);

/** Whether a file begins like gzip. */
export function isGzip(source: ByteSource): boolean {
  const magic = new Uint8Array(2);
  return source.readAt(0, magic) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
}

/**
 * Expands a gzip file into a nameless temporary file in the system's folder for them.
 *
 * @returns The expanded bytes, under the name of the gzip file; closing it frees the room.
 * @throws InputError IMAGE_TRUNCATED, IMAGE_COMPRESSION, FILE_IO
 */
export async function spoolGzip(path: string): Promise<FileSource> {
  const folder = withFile(tmpdir(), 'making a temporary folder', () =>
    mkdtempSync(join(tmpdir(), 'vdasd-')),
  );
  const spool = join(folder, 'expanded');
  try {
    const descriptor = withFile(spool, 'creating', () => openSync(spool, 'wx+'));
    try {
      unlinkSync(spool);
      await expand(path, spool, descriptor);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    return new FileSource(path, descriptor);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function expand(path: string, spool: string, descriptor: number): Promise<void> {
  let end = 0;
  const write = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      withFile(spool, 'writing', () => {
        writeSparse(descriptor, chunk, end);
      });
      end += chunk.length;
    }
  };
  try {
    await pipeline(createReadStream(path), createGunzip({ chunkSize: CHUNK_BYTES }), write);
    withFile(spool, 'writing', () => {
      ftruncateSync(descriptor, end);
    });
  } catch (error) {
    throw gzipFault(path, end, error);
  }
}

/** Writes runs of pages that hold anything. */
function writeSparse(descriptor: number, chunk: Buffer, offset: number): void {
  let from = -1;
  for (let at = 0; at < chunk.length; at += PAGE_BYTES) {
    const page = chunk.subarray(at, at + PAGE_BYTES);
    const empty = page.equals(page.length === PAGE_BYTES ? ZEROS : ZEROS.subarray(0, page.length));
    if (!empty && from < 0) from = at;
    if (empty && from >= 0) {
      writeAll(descriptor, chunk.subarray(from, at), offset + from);
      from = -1;
    }
  }
  if (from >= 0) writeAll(descriptor, chunk.subarray(from), offset + from);
}

function writeAll(descriptor: number, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, offset + done);
  }
}

function gzipFault(path: string, expandedBytes: number, error: unknown): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === 'Z_BUF_ERROR') {
    return new InputError('IMAGE_TRUNCATED', {
      what: `the gzip file ends after ${expandedBytes} expanded bytes`,
      limit: 'a gzip file ends with its checksum',
      fix: 'copy the file again from where it came from',
      place: { file: path },
    });
  }
  if (code?.startsWith('Z_') === true) {
    return new InputError('IMAGE_COMPRESSION', {
      what: `the gzip file is damaged after ${expandedBytes} expanded bytes: ${String(error)}`,
      limit: 'gzip data must expand and match its checksum',
      fix: 'copy the file again from where it came from',
      place: { file: path },
    });
  }
  return fileFault(path, 'expanding', error);
}
