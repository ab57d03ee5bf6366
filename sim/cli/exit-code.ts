/**
 * What the process's exit code says, and which error leads to which code.
 *
 * @module
 */
import { InputError, type InputErrorCode, type ReasonCode } from '../../src/index.ts';
import { ScenarioInvalid } from '../scenario/problems.ts';

/** Exit codes, stable; listed in `docs/scenarios.md`. 78 is given by the launcher, before us. */
export const EXIT = Object.freeze({
  done: 0,
  internal: 1,
  usage: 2,
  partial: 3,
  notFound: 4,
  refused: 5,
  busy: 6,
  capacity: 7,
  integrity: 8,
  timeout: 9,
  expectation: 10,
  wrongRuntime: 78,
  interrupted: 130,
} as const);

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const NOT_FOUND: readonly ReasonCode[] = [
  'BACKUP_UNKNOWN',
  'DATA_SET_UNKNOWN',
  'DEVICE_UNKNOWN',
  'MEMBER_UNKNOWN',
  'NO_LABEL',
  'RELATION_UNKNOWN',
  'TOKEN_UNKNOWN',
  'VOLUME_UNKNOWN',
];
const BUSY: readonly ReasonCode[] = [
  'BUSY_RETRY',
  'DEVICE_IN_USE',
  'DEVICE_RESERVED',
  'VOLUME_BUSY',
  'WAIT_NEVER_ENDS',
];
const CAPACITY: readonly ReasonCode[] = ['DEVICE_TABLE_FULL', 'OUT_OF_SPACE', 'SPACE_CRITICAL'];
const INTEGRITY: readonly ReasonCode[] = ['BAD_VTOC_POINTER', 'TRACK_INVALID', 'VTOC_INVALID'];

/** Exit code of a refusal: what it is about, otherwise "refused by rule". */
export function exitCodeOfRefusal(code: ReasonCode): ExitCode {
  if (NOT_FOUND.includes(code)) return EXIT.notFound;
  if (BUSY.includes(code)) return EXIT.busy;
  if (CAPACITY.includes(code)) return EXIT.capacity;
  if (INTEGRITY.includes(code)) return EXIT.integrity;
  if (code === 'TOKEN_EXPIRED') return EXIT.timeout;
  return EXIT.refused;
}

/** Exit code of bad input: damaged files are a matter of integrity, wrong words one of usage. */
export function exitCodeOfInput(code: InputErrorCode): ExitCode {
  switch (code) {
    case 'FILE_NOT_FOUND':
    case 'IMAGE_PART_MISSING':
      return EXIT.notFound;
    case 'IMAGE_NOT_RECOGNISED':
    case 'IMAGE_TRUNCATED':
    case 'IMAGE_GEOMETRY':
    case 'IMAGE_TABLE':
    case 'IMAGE_TRACK':
    case 'IMAGE_COMPRESSION':
    case 'IMAGE_PART_ORDER':
    case 'IMAGE_TOO_LARGE':
      return EXIT.integrity;
    case 'IMAGE_UNSUPPORTED':
      return EXIT.refused;
    case 'SCENARIO_INVALID':
    case 'CONFIGURATION_INVALID':
    case 'USAGE':
      return EXIT.usage;
    default:
      return EXIT.internal;
  }
}

/** Exit code of anything that was thrown. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof ScenarioInvalid) return EXIT.usage;
  if (error instanceof InputError) return exitCodeOfInput(error.code);
  return EXIT.internal;
}
