/**
 * Export and re-import of a volume in every format that we write.
 *
 * @module
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { OutputFormat, OutputOptions } from '../../src/image/image-output.ts';
import type { TrackSource } from '../../src/image/track-source.ts';
import { openImageFile } from '../../src/store/open-image-file.ts';
import { saveImageFile } from '../../src/store/save-image-file.ts';
import { digestVolume, type VolumeDigest } from '../../src/store/sha256.ts';

/** Opens an image by name and digests it. */
export async function digestFile(path: string, shadows = false): Promise<VolumeDigest> {
  const opened = await openImageFile(path, { shadows });
  try {
    return digestVolume(opened.image);
  } finally {
    opened.close();
  }
}

/**
 * Saves `source`, lets `look` see the files, reads them again and removes them.
 *
 * @returns The digest of what was read.
 */
export async function saveAndDigest(
  folder: string,
  format: OutputFormat,
  source: TrackSource,
  options: OutputOptions = {},
  look: (file: string) => void = () => undefined,
): Promise<VolumeDigest> {
  const path = join(folder, `saved.${format}`);
  const saved = await saveImageFile(path, format, source, { ...options, flush: false });
  try {
    const [first = ''] = saved.files;
    look(first);
    return await digestFile(first);
  } finally {
    for (const file of saved.files) rmSync(file);
  }
}
