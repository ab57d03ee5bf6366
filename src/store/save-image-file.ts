/**
 * Writes volume images to files: under a temporary name first, under their own when complete, so that
 * a failed or interrupted export never leaves half an image and never destroys the one that was there.
 *
 * @module
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { InputError } from '../base/errors.ts';
import type { OutputFormat, OutputOptions, WrittenImage } from '../image/image-output.ts';
import type { TrackSource } from '../image/track-source.ts';
import { planParts, writeImage } from '../image/write-image.ts';
import { withFile } from './file-fault.ts';
import { outputPartName, unfinishedName } from './image-names.ts';
import { FileSink } from './open-file.ts';
import { writeCompressedParallel } from './write-compressed-parallel.ts';

/** How to write an image file. */
export interface SaveImageOptions extends OutputOptions {
  /** Replace files that are there. Default false: they are refused. */
  readonly overwrite?: boolean;
  /**
   * Bring the files to the disk before they get their names, so that they are whole even after a loss
   * of power. Default true; false for files that can be made again.
   */
  readonly flush?: boolean;
}

/** What has been written, with the names. */
export interface SavedImage extends WrittenImage {
  readonly files: readonly string[];
}

/** Names of the files that a save to `path` makes. @throws InputError IMAGE_TOO_LARGE */
export function outputFiles(
  path: string,
  format: OutputFormat,
  geometry: TrackSource['geometry'],
  options: OutputOptions = {},
): readonly string[] {
  const plan = planParts(format, geometry, options);
  if (plan.length === 1) return Object.freeze([path]);
  return Object.freeze(plan.map((_, at) => outputPartName(path, at + 1)));
}

/**
 * Writes every track of `source` to `path`, or to `path` with `_1`, `_2` … when it is a plain image
 * above 2 GiB.
 *
 * @throws InputError FILE_EXISTS, FILE_REFUSED, FILE_NO_SPACE, FILE_IO, IMAGE_TOO_LARGE, IMAGE_TRACK, and what the source throws.
 * Nothing has changed then.
 */
export async function saveImageFile(
  path: string,
  format: OutputFormat,
  source: TrackSource,
  options: SaveImageOptions = {},
): Promise<SavedImage> {
  const files = outputFiles(path, format, source.geometry, options);
  if (options.overwrite !== true) refuseExisting(files);
  const unfinished = files.map((file) => unfinishedName(file, process.pid));
  const sinks: FileSink[] = [];
  try {
    for (const [at, file] of files.entries()) {
      const name = unfinished[at] ?? file;
      // Left by a process that had our number and was interrupted.
      rmSync(name, { force: true });
      sinks.push(FileSink.create(name, file));
    }
    const written = await write(format, source, sinks, options);
    if (options.flush ?? true) for (const sink of sinks) sink.flush();
    closeAll(sinks);
    if (options.overwrite !== true) refuseExisting(files);
    publish(unfinished, files);
    return Object.freeze({ ...written, files });
  } finally {
    closeAll(sinks);
    for (const name of unfinished) rmSync(name, { force: true });
  }
}

async function write(
  format: OutputFormat,
  source: TrackSource,
  sinks: readonly FileSink[],
  options: OutputOptions,
): Promise<WrittenImage> {
  const [sink] = sinks;
  if (format === 'cckd' && sink !== undefined && options.compression !== 'none') {
    return await writeCompressedParallel(source, sink, options);
  }
  return writeImage(format, source, sinks, options);
}

/** The first part comes last: without it the others are no image. */
function publish(unfinished: readonly string[], files: readonly string[]): void {
  for (let at = files.length - 1; at >= 0; at -= 1) {
    const [from, to] = [unfinished[at] ?? '', files[at] ?? ''];
    withFile(to, 'renaming', () => {
      renameSync(from, to);
    });
  }
}

function closeAll(sinks: FileSink[]): void {
  for (const sink of sinks.splice(0)) sink.close();
}

function refuseExisting(files: readonly string[]): void {
  const file = files.find((name) => existsSync(name));
  if (file === undefined) return;
  throw new InputError('FILE_EXISTS', {
    what: 'the file is there already',
    limit: 'files are not replaced unless told to',
    fix: 'choose another name, or allow replacing it',
    place: { file },
  });
}
