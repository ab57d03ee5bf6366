/**
 * An image open for reading, whatever its format.
 *
 * @module
 */
import type { TrackIndex } from '../base/units.ts';
import type { DeviceModel } from '../geometry/device-model.ts';
import type { TrackContent, TrackSource } from './track-source.ts';

/** Format of an image on disk. */
export type ImageFormat = 'ckd' | 'cckd' | 'cckd64';

/**
 * A volume image. Every track that comes out has been checked: home address at its place, record 0,
 * a record chain that ends inside the slot, and nothing behind the end marker of a compressed one.
 */
export interface ImageReader extends TrackSource {
  readonly format: ImageFormat;
  /** The smallest model with this number of cylinders; absent when there is none (a warning says so). */
  readonly model?: DeviceModel;
  /** Files of the set, and shadow files on top. */
  readonly partCount: number;
  readonly shadowCount: number;
  /** Oddities that were accepted, for people. */
  readonly warnings: readonly string[];
  /**
   * One track. Bytes are the caller's to keep.
   *
   * @throws InputError when the track is damaged; RangeError when it is not on the volume.
   */
  readTrack(track: TrackIndex): TrackContent;
}
