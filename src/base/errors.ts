/**
 * Errors of input that comes from outside (files, configurations): thrown, because reading a file
 * has no sensible half result. Requests inside the model answer with refusals instead.
 *
 * @module
 */

/** Stable codes of input errors. */
export type InputErrorCode =
  | 'IMAGE_NOT_RECOGNISED'
  | 'IMAGE_TRUNCATED'
  | 'IMAGE_GEOMETRY'
  | 'IMAGE_TABLE'
  | 'IMAGE_TRACK'
  | 'IMAGE_COMPRESSION'
  | 'IMAGE_PART_MISSING'
  | 'IMAGE_PART_ORDER'
  | 'IMAGE_UNSUPPORTED'
  | 'IMAGE_TOO_LARGE'
  | 'DATA_SET_DAMAGED'
  | 'FILE_NOT_FOUND'
  | 'FILE_EXISTS'
  | 'FILE_REFUSED'
  | 'FILE_NO_SPACE'
  | 'FILE_IO'
  | 'TRACE_NOT_RECOGNISED'
  | 'TRACE_MALFORMED'
  | 'TRACE_EMPTY'
  | 'TRACE_COMPRESSION'
  | 'SCENARIO_INVALID'
  | 'CONFIGURATION_INVALID'
  | 'CAPACITY_EXCEEDED'
  | 'USAGE';

/** Where the trouble is: any of the fields that are known. */
export interface InputPlace {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Byte offset in the file. */
  readonly offset?: number;
}

/** Bad input: what, where, the limit that was broken, and the fix. */
export class InputError extends Error {
  readonly code: InputErrorCode;
  readonly what: string;
  readonly place: InputPlace;
  readonly limit: string;
  readonly fix: string;

  constructor(
    code: InputErrorCode,
    text: {
      readonly what: string;
      readonly place?: InputPlace;
      readonly limit: string;
      readonly fix: string;
    },
  ) {
    const place = text.place ?? {};
    super(`${formatPlace(place)}${text.what}; ${text.limit}; ${text.fix}`);
    this.name = 'InputError';
    this.code = code;
    this.what = text.what;
    this.place = place;
    this.limit = text.limit;
    this.fix = text.fix;
  }

  /** Plain data for JSON output. */
  toJSON(): object {
    const { code, what, place, limit, fix } = this;
    return { code, what, place, limit, fix };
  }
}

function formatPlace(place: InputPlace): string {
  let text = place.file ?? '';
  if (place.line !== undefined) text += `:${place.line}`;
  if (place.column !== undefined) text += `:${place.column}`;
  if (place.offset !== undefined) text += `${text === '' ? '' : ' '}at byte ${place.offset}`;
  return text === '' ? '' : `${text}: `;
}
