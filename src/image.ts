/**
 * The door to volume images (`vdasd/image`): CKD, CCKD and CCKD64 bytes to and from tracks.
 *
 * Files are opened by the caller; `vdasd/store` does it on Node.
 *
 * @module
 */
export type { ByteSink, ByteSource } from './base/ports.ts';
export { type DeviceHeader, type FileKind, readDeviceHeader } from './image/device-header.ts';
export { digestTracks, type IncrementalHash, type TrackSummary } from './image/image-digest.ts';
export type { OutputFormat, OutputOptions, WrittenImage } from './image/image-output.ts';
export type { ImageFormat, ImageReader } from './image/image-reader.ts';
export { type ImageSources, openImage } from './image/open-image.ts';
export {
  contentBytes,
  type ImageGeometry,
  imageGeometry,
  type TrackContent,
  type TrackSource,
  type TrackVisitor,
  trackSource,
} from './image/track-source.ts';
export { planParts, writeImage } from './image/write-image.ts';
