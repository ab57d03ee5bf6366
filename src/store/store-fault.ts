/**
 * What a store answers when it cannot do what it was asked: what, where, which limit, and the fix.
 *
 * @module
 */
import { MediumFault, type MediumFaultKind } from './medium.ts';

/**
 * Stable codes of store faults.
 *
 * | code | means |
 * | --- | --- |
 * | STORE_ABSENT | there is no store |
 * | STORE_EXISTS | there is one already, where one was to be made |
 * | STORE_VERSION | it was written by a version that this one does not read |
 * | STORE_DAMAGED | something that is needed is damaged, in every copy |
 * | STORE_FULL | the medium has no space left |
 * | STORE_FAILED | the medium failed; nothing more is taken until the store is opened again |
 * | STORE_DENIED | the system does not let us |
 * | STORE_BUSY | another process writes to it |
 * | STORE_READ_ONLY | a change was asked of a store that was opened to be read |
 * | STORE_CLOSED | it was closed |
 */
export type StoreFaultCode =
  | 'STORE_ABSENT'
  | 'STORE_EXISTS'
  | 'STORE_VERSION'
  | 'STORE_DAMAGED'
  | 'STORE_FULL'
  | 'STORE_FAILED'
  | 'STORE_DENIED'
  | 'STORE_BUSY'
  | 'STORE_READ_ONLY'
  | 'STORE_CLOSED';

/** Where the trouble is: the file inside the store, and the byte. */
export interface StorePlace {
  readonly file?: string;
  readonly offset?: number;
}

/** A store cannot do what it was asked. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
  readonly code: StoreFaultCode;
  readonly what: string;
  readonly place: StorePlace;
  readonly limit: string;
  readonly fix: string;

  constructor(
    code: StoreFaultCode,
    text: {
      readonly what: string;
      readonly place?: StorePlace;
      readonly limit: string;
      readonly fix: string;
      readonly cause?: unknown;
    },
  ) {
    const place = text.place ?? {};
    super(`${formatPlace(place)}${text.what}; ${text.limit}; ${text.fix}`, { cause: text.cause });
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

/** What a fault of the medium means for the store. */
const MEANING: Readonly<Record<MediumFaultKind, readonly [StoreFaultCode, string, string]>> =
  Object.freeze({
    absent: ['STORE_DAMAGED', 'a store needs all of its files', 'check the store'],
    full: [
      'STORE_FULL',
      'the medium has no space left; what was acknowledged is safe',
      'make room, and open the store again',
    ],
    failed: [
      'STORE_FAILED',
      'the medium gave an error; what was acknowledged is safe',
      'check the medium, and open the store again',
    ],
    denied: [
      'STORE_DENIED',
      'the system does not let us',
      'change the permissions of the store, and open it again',
    ],
  });

/** A fault of the medium as one of the store; any other error stays what it is. */
export function storeFault(error: unknown): unknown {
  if (!(error instanceof MediumFault)) return error;
  const [code, limit, fix] = MEANING[error.fault];
  const place =
    error.offset === undefined ? { file: error.file } : { file: error.file, offset: error.offset };
  // The place says which file.
  const what = error.message.slice(`${error.file}: `.length);
  return new StoreFault(code, { what, place, limit, fix, cause: error });
}

/** Times that a reader looks again because a writer has just thrown away what it was about to read. */
export const READ_ATTEMPTS_MAX = 20;

/** Nothing is wrong with a store, but what was read of it may be of two moments. */
export function refuseHaste({ name }: { readonly name: string }, attempts: number): StoreFault {
  return new StoreFault('STORE_BUSY', {
    what: `the store in ${name}`,
    limit: `its writer made a checkpoint in each of ${attempts} attempts to read it`,
    fix: 'try again when the writer has less to do',
  });
}

function formatPlace({ file, offset }: StorePlace): string {
  if (file === undefined) return '';
  return offset === undefined ? `${file}: ` : `${file} at byte ${offset}: `;
}
