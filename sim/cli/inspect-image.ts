/**
 * Inspecting an image file.
 *
 * @module
 */
import { digestVolume, openImageFile } from '../../src/store.ts';
import { describeImage, type ImageInspection } from '../report/image-record.ts';
import type { TaskProgress } from './task-progress.ts';

/** Reads everything of an image: structures first, then every track for the digest. */
export async function inspectImage(file: string, progress: TaskProgress): Promise<ImageInspection> {
  const opened = await openImageFile(file);
  try {
    const total = opened.image.geometry.trackCount;
    const digest = digestVolume(opened.image, (done) => {
      progress(done, total, `reading ${file}`);
    });
    return describeImage(opened, digest);
  } finally {
    opened.close();
  }
}
