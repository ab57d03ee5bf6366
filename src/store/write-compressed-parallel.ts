/**
 * Writes compressed images with the compression on all processors: Node's pool compresses a batch of
 * tracks while the next batch is read and the one before is written.
 *
 * The file is the same, byte for byte, as the one that the image layer writes on its own.
 *
 * @module
 */
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { ByteSink } from '../base/ports.ts';
import type { TrackIndex } from '../base/units.ts';
import type { OutputOptions, WrittenImage } from '../image/image-output.ts';
import { deflateOptions, isWorthDeflating } from '../image/track-compression.ts';
import type { TrackContent, TrackSource } from '../image/track-source.ts';
import {
  CompressedWriter,
  compressibleBytes,
  compressionLevel,
} from '../image/write-compressed.ts';

const deflateAsync = promisify(deflate);

/** Tracks compressed at once. Two batches are in memory, each in a buffer of its own. */
const BATCH_TRACKS = 16;

/** A track on its way: its content, and the zlib stream when there is one. */
interface Prepared {
  readonly track: TrackIndex;
  readonly content: TrackContent;
  readonly deflated: Uint8Array | undefined;
}

/**
 * Writes a compressed image to an empty sink.
 *
 * @throws InputError like the sync writer of the image layer.
 */
export async function writeCompressedParallel(
  source: TrackSource,
  sink: ByteSink,
  options: OutputOptions,
): Promise<WrittenImage> {
  const { trackCount, slotBytes } = source.geometry;
  const level = compressionLevel(options);
  const writer = new CompressedWriter(source.geometry, sink, level);
  const prepareFrom = (first: number, buffer: Uint8Array): Promise<readonly Prepared[]> =>
    prepareBatch(source, first, level, buffer);
  let busy = new Uint8Array(BATCH_TRACKS * slotBytes);
  let idle = new Uint8Array(BATCH_TRACKS * slotBytes);
  let ahead = prepareFrom(0, busy);
  for (let first = 0; first < trackCount; first += BATCH_TRACKS) {
    const current = ahead;
    const next = first + BATCH_TRACKS;
    // Started before the current batch is awaited, so that the pool never runs dry.
    ahead = next < trackCount ? prepareFrom(next, idle) : Promise.resolve([]);
    // A failure there is reported when its turn comes; until then it must not count as unhandled.
    ahead.catch(() => undefined);
    for (const { track, content, deflated } of await current) {
      if (content.kind === 'null') writer.addNull(track, content.format);
      else writer.addBytes(track, content.bytes, deflated);
    }
    [idle, busy] = [busy, idle];
    options.progress?.(Math.min(next, trackCount));
  }
  return writer.finish();
}

/** Copies the tracks of a batch into `buffer`, a slot each, and sets the pool to work on them. */
async function prepareBatch(
  source: TrackSource,
  first: number,
  level: number,
  buffer: Uint8Array,
): Promise<readonly Prepared[]> {
  const { trackCount, slotBytes } = source.geometry;
  const count = Math.min(BATCH_TRACKS, trackCount - first);
  const batch: (Prepared | Promise<Prepared>)[] = [];
  source.scan(first, count, (track, content) => {
    if (content.kind === 'null' || content.bytes.length > slotBytes) {
      // The writer refuses a track that does not fit its slot.
      batch.push({ track, content, deflated: undefined });
      return;
    }
    const start = (track - first) * slotBytes;
    const bytes = buffer.subarray(start, start + content.bytes.length);
    bytes.set(content.bytes);
    batch.push(prepare(track, bytes, level));
  });
  return await Promise.all(batch);
}

async function prepare(track: TrackIndex, bytes: Uint8Array, level: number): Promise<Prepared> {
  const content: TrackContent = { kind: 'bytes', bytes };
  const raw = compressibleBytes(bytes);
  if (level === 0 || !isWorthDeflating(raw)) return { track, content, deflated: undefined };
  const deflated = await deflateAsync(raw, deflateOptions(level));
  return { track, content, deflated: deflated.length < raw.length ? deflated : undefined };
}
