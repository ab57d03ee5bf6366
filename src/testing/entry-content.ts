/**
 * What the directory of our subsystem says about a track, as content of the small interface.
 *
 * @module
 */
import { formatAddress, type TrackAddress } from '../geometry/address.ts';
import type { TrackEntry } from '../subsystem/subsystem.ts';
import {
  NEVER_WRITTEN,
  nullFormatOfEntry,
  type ReservedEntry,
  recogniseNullTrack,
} from '../track/null-track.ts';
import { formatContent, NEVER_WRITTEN_CONTENT, type TrackContent } from './copy-engine.ts';
import { contentOfTrack } from './track-payload.ts';

/** A track that nobody has written reads like this format. */
const NEVER_WRITTEN_FORMAT = 1;

/** The content of a track that was read at an address. @throws Error when it is not as written. */
export function contentOfBytes(track: Uint8Array, address: TrackAddress): TrackContent {
  const bytes = contentOfTrack(track, address);
  if (typeof bytes === 'string') throw new Error(`at ${formatAddress(address)} stands ${bytes}`);
  return { kind: 'bytes', bytes };
}

/** The content behind a reserved directory entry. */
export function contentOfReserved(entry: number): TrackContent {
  if (entry === NEVER_WRITTEN) return NEVER_WRITTEN_CONTENT;
  return { kind: 'null', format: nullFormatOfEntry(entry as ReservedEntry) };
}

/** The content of a track without instance. */
export function contentOfEntry(entry: TrackEntry | undefined): TrackContent {
  return entry?.kind === 'null' ? entry : NEVER_WRITTEN_CONTENT;
}

/** A track without instance must read as the null track of its kind, at its own address. */
export function checkNullTrack(
  content: TrackContent,
  bytes: Uint8Array,
  address: TrackAddress,
): void {
  const expected = content.kind === 'null' ? content.format : NEVER_WRITTEN_FORMAT;
  const format = recogniseNullTrack(bytes, address);
  if (format === expected) return;
  throw new Error(`${formatContent(content)} reads as null track of format ${format}`);
}
