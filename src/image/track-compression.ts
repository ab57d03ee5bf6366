/**
 * Compression of one track image: zlib both ways, bzip2 for reading only.
 *
 * Output is limited by the room that the caller gives, so that a damaged or hostile image cannot
 * make the reader allocate more than one slot.
 *
 * @module
 */
import { deflateSync, inflateSync, type ZlibOptions } from 'node:zlib';
import Bunzip from 'seek-bzip';
import { TRACK_BYTES_MAX } from '../base/limits.ts';
import { HOME_ADDRESS_BYTES } from '../track/track-image.ts';

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

/** Room for most compressed tracks: larger buffers only keep the collector busy. */
const DEFLATE_CHUNK_BYTES = 32_768;
/** Tracks below this length are stored as they are (Hercules' own limit). */
const TRACK_BYTES_WORTH = 512;
/** Bytes tried first at each place, to see whether a long track shrinks at all. */
const PROBE_BYTES = 2048;
/** A probe that keeps more than this part of its bytes counts as incompressible. */
const PROBE_KEEPS = 0.97;
const PROBE_OPTIONS = Object.freeze({ level: 1, windowBits: 11, memLevel: 4, chunkSize: 4096 });

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
 * Whether compressing is worth its time: not for short tracks, and not when two probes, a quarter and
 * three quarters in, both say that the bytes do not shrink. Full tracks of packed or encrypted data
 * are copied ten times faster so.
 *
 * @param raw - The track without its home address.
 */
export function isWorthDeflating(raw: Uint8Array): boolean {
  if (raw.length + HOME_ADDRESS_BYTES < TRACK_BYTES_WORTH) return false;
  if (raw.length < 4 * PROBE_BYTES) return true;
  const quarter = raw.length >>> 2;
  return shrinksAt(raw, quarter) || shrinksAt(raw, 3 * quarter - PROBE_BYTES);
}

/**
 * Options of zlib for a track. At level 1 a window of 8 KiB makes hard tracks 1.4 times faster and
 * real volumes no larger (measured on the public packs); higher levels use the whole window.
 */
export function deflateOptions(level: number): Readonly<ZlibOptions> {
  return { level, windowBits: level === 1 ? 13 : 15, memLevel: 9, chunkSize: DEFLATE_CHUNK_BYTES };
}

/**
 * The zlib stream of `raw`, or `undefined` when it is no smaller.
 *
 * @param level - 1 (fastest) to 9 (smallest).
 */
export function deflateTrack(raw: Uint8Array, level: number): Uint8Array | undefined {
  const deflated = deflateSync(raw, deflateOptions(level));
  return deflated.length < raw.length ? deflated : undefined;
}

function shrinksAt(raw: Uint8Array, offset: number): boolean {
  const probe = deflateSync(raw.subarray(offset, offset + PROBE_BYTES), PROBE_OPTIONS);
  return probe.length <= PROBE_BYTES * PROBE_KEEPS;
}

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
