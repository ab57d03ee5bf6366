/**
 * How bad images are reported: one place that fills in file, offset, limit and fix.
 *
 * @module
 */
import { InputError, type InputErrorCode } from '../base/errors.ts';
import type { ByteSource } from '../base/ports.ts';

const FIXES: Readonly<Partial<Record<InputErrorCode, string>>> = Object.freeze({
  IMAGE_NOT_RECOGNISED: 'give a CKD, CCKD or CCKD64 image, plain or in gzip',
  IMAGE_TRUNCATED: 'copy the file again from where it came from',
  IMAGE_GEOMETRY: 'copy the file again, or make the volume anew for a known device',
  IMAGE_TABLE: 'repair a copy of the file with cckdcdsk, or copy it again',
  IMAGE_TRACK: 'repair a copy of the file with cckdcdsk -3, or copy it again',
  IMAGE_COMPRESSION: 'repair a copy of the file with cckdcdsk -3, or copy it again',
  IMAGE_PART_MISSING: 'put all parts of the set beside each other and give the first',
  IMAGE_PART_ORDER: 'give the parts of one set in the order of their numbers',
});

/**
 * An error about one place of one image file.
 *
 * @param offset - Byte offset of the trouble.
 * @param fix - What to do, when the usual advice for `code` does not fit.
 */
export function imageFault(
  code: InputErrorCode,
  source: Pick<ByteSource, 'name'>,
  offset: number,
  text: { readonly what: string; readonly limit: string; readonly fix?: string },
): InputError {
  return new InputError(code, {
    what: text.what,
    limit: text.limit,
    fix: text.fix ?? FIXES[code] ?? 'copy the file again',
    place: { file: source.name, offset },
  });
}

/** Reads exactly `length` bytes. @throws InputError IMAGE_TRUNCATED when the source ends before. */
export function readExactly(
  source: ByteSource,
  offset: number,
  into: Uint8Array,
  what: string,
): void {
  const got = source.readAt(offset, into);
  if (got === into.length) return;
  throw imageFault('IMAGE_TRUNCATED', source, offset + got, {
    what: `the file ends inside ${what}`,
    limit: `${into.length} bytes are needed from byte ${offset}, ${got} are there`,
  });
}
