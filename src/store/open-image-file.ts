/**
 * Opens a volume image by its name: gzip around it, further parts and shadow files beside it.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { InputError } from '../base/errors.ts';
import { type DeviceHeader, readDeviceHeader } from '../image/device-header.ts';
import type { ImageReader } from '../image/image-reader.ts';
import { openImage } from '../image/open-image.ts';
import { PART_COUNT_MAX } from '../image/write-plain.ts';
import { isGzip, spoolGzip } from './gzip-spool.ts';
import { nextPartName, SHADOW_COUNT_MAX, shadowName } from './image-names.ts';
import { FileSource } from './open-file.ts';

/** How to open an image. */
export interface OpenImageOptions {
  /**
   * Shadow files of a compressed image: `true` for `NAME_1` to `NAME_8` beside it, or a pattern such
   * as `volume_*.cckd`. Default: none are read.
   */
  readonly shadows?: boolean | string;
}

/** An image open for reading. */
export interface OpenedImage {
  readonly image: ImageReader;
  /** Names of the files read: parts in order, then shadow files from the oldest. */
  readonly files: readonly string[];
  /** The image's warnings and those about the files beside it. */
  readonly warnings: readonly string[];
  /** Closes the files; the image cannot be read any more. */
  close(): void;
}

/**
 * Opens an image of any format we read.
 *
 * @param path - The only file, the first part of a set, or the base of a compressed image.
 * @throws InputError with file, offset, limit and fix. Nothing stays open then.
 */
export async function openImageFile(
  path: string,
  options: OpenImageOptions = {},
): Promise<OpenedImage> {
  const opened: FileSource[] = [];
  const close = (): void => {
    for (const source of opened.splice(0)) source.close();
  };
  const open = async (file: string): Promise<FileSource> => {
    const source = await openMaybeGzip(file);
    opened.push(source);
    return source;
  };
  try {
    const { parts, header } = await openParts(path, open);
    const beside = findShadows(path, header, options.shadows ?? false);
    const shadows: FileSource[] = [];
    for (const name of beside.names) shadows.push(await open(name));
    const image = openImage({ parts, shadows });
    return Object.freeze({
      image,
      files: Object.freeze(opened.map((source) => source.name)),
      warnings: Object.freeze([...image.warnings, ...beside.warnings]),
      close,
    });
  } catch (error) {
    close();
    throw error;
  }
}

async function openMaybeGzip(path: string): Promise<FileSource> {
  const source = FileSource.open(path);
  let gzip = false;
  try {
    gzip = isGzip(source);
  } finally {
    if (gzip) source.close();
  }
  return gzip ? await spoolGzip(path) : source;
}

/** Opens the file and, when it is the first of a set, all further parts. */
async function openParts(
  path: string,
  open: (file: string) => Promise<FileSource>,
): Promise<{ parts: readonly FileSource[]; header: DeviceHeader }> {
  const first = await open(path);
  const header = readDeviceHeader(first);
  const parts = [first];
  if (header.kind !== 'plain') return { parts, header };
  if (header.sequence > 1) {
    throw new InputError('IMAGE_PART_ORDER', {
      what: `this is part ${header.sequence} of its set, given as the first`,
      limit: 'a set is known by the name of its first part',
      fix: `give part 1; its name should be ${nextPartName(path, 1)}`,
      place: { file: path, offset: 17 },
    });
  }
  let last = header;
  while (last.sequence === parts.length && last.highCylinder !== 0) {
    const number = parts.length + 1;
    const name = number > PART_COUNT_MAX ? undefined : nextPartName(path, number);
    if (name === undefined || !existsSync(name)) throw missingPart(path, number, name, last);
    const part = await open(name);
    parts.push(part);
    last = readDeviceHeader(part);
  }
  return { parts, header };
}

function missingPart(
  path: string,
  number: number,
  name: string | undefined,
  last: DeviceHeader,
): InputError {
  return new InputError('IMAGE_PART_MISSING', {
    what: `part ${number} of the set is missing${name === undefined ? '' : `: there is no ${name}`}`,
    limit: `part ${number - 1} ends at cylinder ${last.highCylinder} and says that another follows; a set has at most ${PART_COUNT_MAX}`,
    fix: 'put all parts of the set beside each other',
    place: { file: name ?? path },
  });
}

/** The shadow files to read, and a warning about those that are there and were not asked for. */
function findShadows(
  path: string,
  header: DeviceHeader,
  wanted: boolean | string,
): { readonly names: readonly string[]; readonly warnings: readonly string[] } {
  // A shadow file given as the base is refused by the reader, which says why.
  if (header.kind === 'shadow') return { names: [], warnings: [] };
  const pattern = typeof wanted === 'string' ? wanted : undefined;
  const names: string[] = [];
  for (let number = 1; number <= SHADOW_COUNT_MAX; number += 1) {
    const name = shadowName(path, number, pattern);
    if (!existsSync(name)) break;
    names.push(name);
  }
  if (wanted === false) {
    const stale = header.kind === 'compressed' && names.length > 0;
    const warning = `${path}: shadow files lie beside it (${names.join(', ')}) and were not read; they may hold newer tracks`;
    return { names: [], warnings: stale ? [warning] : [] };
  }
  if (names.length === 0) {
    const first = shadowName(path, 1, pattern);
    throw new InputError('FILE_NOT_FOUND', {
      what: `no shadow file is there: ${first} does not exist`,
      limit: 'shadow files are numbered from 1 without a gap',
      fix: 'open the image without shadow files, or give their pattern, for instance volume_*.cckd',
      place: { file: first },
    });
  }
  return { names, warnings: [] };
}
