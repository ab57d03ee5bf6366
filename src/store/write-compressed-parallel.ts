/**
 * Writes compressed images with the compression on all processors: a batch of tracks is compressed
 * while the next batch is read and the one before is written.
 *
 * The file is the same, byte for byte, as the one that the image layer writes on its own.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { ByteSink } from '../base/ports.ts';
import type { TrackIndex } from '../base/units.ts';
import type { OutputOptions, WrittenImage } from '../image/image-output.ts';
import { isWorthDeflating } from '../image/track-compression.ts';
import type { TrackContent, TrackSource } from '../image/track-source.ts';
import {
  CompressedWriter,
  compressibleBytes,
  compressionLevel,
} from '../image/write-compressed.ts';
import { DeflatePool } from './deflate-pool.ts';

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
  const level = compressionLevel(options);
  invariant(level > 0, 'parallel-writer-compresses');
  const writer = new CompressedWriter(source.geometry, sink, level);
  const pool = new DeflatePool(level);
  try {
    await writeTracks(source, writer, pool, options.progress);
  } finally {
    pool.close();
  }
  return writer.finish();
}

async function writeTracks(
  source: TrackSource,
  writer: CompressedWriter,
  pool: DeflatePool,
  progress: OutputOptions['progress'],
): Promise<void> {
  const { trackCount, slotBytes } = source.geometry;
  const prepareFrom = (first: number, buffer: Uint8Array): Promise<readonly Prepared[]> =>
    prepareBatch(source, first, pool, buffer);
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
    progress?.(Math.min(next, trackCount));
  }
}

/** Copies the tracks of a batch into `buffer`, a slot each, and sets the pool to work on them. */
async function prepareBatch(
  source: TrackSource,
  first: number,
  pool: DeflatePool,
  buffer: Uint8Array,
): Promise<readonly Prepared[]> {
  const { trackCount, slotBytes } = source.geometry;
  const count = Math.min(BATCH_TRACKS, trackCount - first);
  const batch: Promise<Prepared>[] = [];
  source.scan(first, count, (track, content) => {
    if (content.kind === 'null' || content.bytes.length > slotBytes) {
      // The writer refuses a track that does not fit its slot.
      batch.push(Promise.resolve({ track, content, deflated: undefined }));
      return;
    }
    const start = (track - first) * slotBytes;
    const bytes = buffer.subarray(start, start + content.bytes.length);
    bytes.set(content.bytes);
    batch.push(prepare(track, bytes, pool));
  });
  return await Promise.all(batch);
}

async function prepare(track: TrackIndex, bytes: Uint8Array, pool: DeflatePool): Promise<Prepared> {
  const raw = compressibleBytes(bytes);
  const deflated = isWorthDeflating(raw) ? await pool.deflate(raw) : undefined;
  return { track, content: { kind: 'bytes', bytes }, deflated };
}
