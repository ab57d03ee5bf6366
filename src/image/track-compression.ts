/**
 * Compression of one track image: zlib both ways, bzip2 for reading only.
 *
 * Output is limited by the room that the caller gives, so that a damaged or hostile image cannot
 * make the reader allocate more than one slot.
 *
 * @module
 */
import { deflateSync, inflateSync } from 'node:zlib';
import Bunzip from 'seek-bzip';
import { TRACK_BYTES_MAX } from '../base/limits.ts';

/** Byte 0 of a track image: how the rest is compressed. */
export const STORED = 0;
export const ZLIB = 1;
export const BZIP2 = 2;

/** Why a track image could not be expanded. */
export interface ExpandFault {
  readonly what: string;
}

/** What zlib hands out when asked for its engine, too. */
interface InflateInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/** Bytes tried first, to see whether a track shrinks at all. */
const PROBE_BYTES = 4096;
/** A probe that keeps more than this part of its bytes says that the track is not worth the time. */
const PROBE_WORTHWHILE = 0.97;

/**
 * Expands one stream into `into`.
 *
 * @returns Bytes written, or why the stream is damaged. All of `input` must belong to the stream.
 */
export function expandTrack(
  method: typeof ZLIB | typeof BZIP2,
  input: Uint8Array,
  into: Uint8Array,
): number | ExpandFault {
  return method === ZLIB ? inflate(input, into) : bunzip(input, into);
}

/**
 * The zlib stream of `input`, or `undefined` when it is not worth having: it is no smaller, or a
 * probe of 4 KiB from the middle says that the bytes do not shrink.
 *
 * @param level - 1 (fastest) to 9 (smallest).
 */
export function deflateTrack(input: Uint8Array, level: number): Uint8Array | undefined {
  if (input.length > 2 * PROBE_BYTES) {
    const middle = (input.length - PROBE_BYTES) >>> 1;
    const probe = deflateSync(input.subarray(middle, middle + PROBE_BYTES), PROBE_OPTIONS);
    if (probe.length > PROBE_BYTES * PROBE_WORTHWHILE) return undefined;
  }
  const deflated = deflateSync(input, { level, chunkSize: TRACK_BYTES_MAX });
  return deflated.length < input.length ? deflated : undefined;
}

const PROBE_OPTIONS = Object.freeze({ level: 1, windowBits: 12, memLevel: 5, chunkSize: 8192 });

function inflate(input: Uint8Array, into: Uint8Array): number | ExpandFault {
  let info: InflateInfo;
  try {
    const options = { maxOutputLength: into.length, chunkSize: TRACK_BYTES_MAX, info: true };
    info = inflateSync(input, options) as unknown as InflateInfo;
  } catch (error) {
    return { what: reasonOf(error, into.length) };
  }
  const { buffer, engine } = info;
  if (engine.bytesWritten !== input.length) {
    return { what: `${input.length - engine.bytesWritten} bytes follow the zlib stream` };
  }
  into.set(buffer);
  return buffer.length;
}

function bunzip(input: Uint8Array, into: Uint8Array): number | ExpandFault {
  let at = 0;
  let written = 0;
  const readByte = (): number => {
    const byte = input[at];
    if (byte === undefined) throw new TypeError('unexpected end of the bzip2 stream');
    at += 1;
    return byte;
  };
  const source = {
    readByte,
    // Never at the end: a stream that stops early then fails instead of passing for a whole one.
    eof: () => false,
    read(target: Uint8Array, offset: number, length: number): number {
      for (let done = 0; done < length; done += 1) target[offset + done] = readByte();
      return length;
    },
  };
  const writeByte = (byte: number): void => {
    if (written === into.length) throw new RangeError('past the slot');
    into[written] = byte;
    written += 1;
  };
  try {
    Bunzip.decode(source, { writeByte });
  } catch (error) {
    return { what: reasonOf(error, into.length) };
  }
  if (at !== input.length) return { what: `${input.length - at} bytes follow the bzip2 stream` };
  return written;
}

function reasonOf(error: unknown, room: number): string {
  if (error instanceof RangeError) return `it expands past the ${room} bytes of its slot`;
  return error instanceof Error ? error.message : 'damaged stream';
}
