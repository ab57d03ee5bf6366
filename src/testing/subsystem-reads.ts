/**
 * What our subsystem shows, as contents of the small interface: tracks of devices and of points, in
 * both content modes.
 *
 * @module
 */
import { type DeviceIndex, trackIndex } from '../base/units.ts';
import { toTrackAddress } from '../geometry/address.ts';
import type { PointId } from '../mapping/retained-point.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { Answer, TrackContent } from './copy-engine.ts';
import {
  checkNullTrack,
  contentOfBytes,
  contentOfEntry,
  contentOfReserved,
} from './entry-content.ts';

/** Bytes of a content that is a signature. */
export const SIGNATURE_BYTES = 8;

/** One null track in so many is read as bytes. */
const NULL_READ_EVERY = 16;

/** A signature that cannot be read. */
const LOST: Answer<TrackContent> = Object.freeze({ kind: 'refused', code: 'TRACK_LOST' });

/** Reads one subsystem. */
export class SubsystemReads {
  readonly #subsystem: Subsystem;

  constructor(subsystem: Subsystem) {
    this.#subsystem = subsystem;
  }

  /** What a track of a device shows. */
  track(
    device: DeviceIndex,
    track: number,
    { heads, trackCount }: { readonly heads: number; readonly trackCount: number },
  ): Answer<TrackContent> {
    const at = trackIndex(track);
    const isThere = track < trackCount;
    const entry = isThere ? this.#subsystem.trackEntry(device, at) : undefined;
    if (entry?.kind === 'instance' && !entry.hasBytes) return this.#signature(device, track);
    // Null tracks read as bytes, too; looking at some of them is enough.
    if (isThere && entry?.kind !== 'instance' && track % NULL_READ_EVERY !== 0) {
      return { kind: 'done', value: contentOfEntry(entry) };
    }
    const outcome = this.#subsystem.readTrack(device, at);
    if (outcome.kind === 'refused') return { kind: 'refused', code: outcome.code };
    const address = toTrackAddress(at, heads);
    if (entry?.kind === 'instance') {
      return { kind: 'done', value: contentOfBytes(outcome.value, address) };
    }
    checkNullTrack(contentOfEntry(entry), outcome.value, address);
    return { kind: 'done', value: contentOfEntry(entry) };
  }

  /** What a track showed at a point. */
  ofPoint(point: PointId, track: number): Answer<TrackContent> {
    const { points, directory, instances, devices, store } = this.#subsystem.parts;
    const { tree, device } = points.require(point);
    const entry = directory.findIn(tree.root, tree.levels, track);
    if (entry < RESERVED_ENTRY_COUNT) return { kind: 'done', value: contentOfReserved(entry) };
    if (!instances.hasBytes(entry)) {
      if (!store.isReadable(entry)) return LOST;
      instances.loadSignature(entry);
      return { kind: 'done', value: this.#loaded() };
    }
    const at = trackIndex(track);
    const outcome = this.#subsystem.readTrackAt(point, at);
    if (outcome.kind === 'refused') return { kind: 'refused', code: outcome.code };
    const { headCount } = devices.require(device).model.type;
    return { kind: 'done', value: contentOfBytes(outcome.value, toTrackAddress(at, headCount)) };
  }

  #signature(device: DeviceIndex, track: number): Answer<TrackContent> {
    if (this.#subsystem.readSignature(device, trackIndex(track))) {
      return { kind: 'done', value: this.#loaded() };
    }
    if (this.#subsystem.isSignatureLost) return LOST;
    throw new Error(`track ${track} has an instance, but no signature`);
  }

  #loaded(): TrackContent {
    const bytes = new Uint8Array(SIGNATURE_BYTES);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, this.#subsystem.signatureLow);
    view.setUint32(4, this.#subsystem.signatureHigh);
    return { kind: 'bytes', bytes };
  }
}
