/**
 * Which trouble leads to which exit code.
 *
 * @module
 */
import { InputError, type InputErrorCode, type ReasonCode, unreachable } from '../../src/index.ts';
import { StoreFault, type StoreFaultCode } from '../../src/store.ts';
import { ScenarioInvalid } from '../scenario/problems.ts';
import type { RunFailure } from '../scenario/run-record.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

const NOT_FOUND: readonly ReasonCode[] = [
  'BACKUP_UNKNOWN',
  'DATA_SET_UNKNOWN',
  'DEVICE_UNKNOWN',
  'DRIVE_UNKNOWN',
  'GROUP_UNKNOWN',
  'HOLD_UNKNOWN',
  'MEMBER_UNKNOWN',
  'NO_LABEL',
  'POINT_UNKNOWN',
  'RELATION_UNKNOWN',
  'SECTOR_UNKNOWN',
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
const INTEGRITY: readonly ReasonCode[] = [
  'BAD_VTOC_POINTER',
  'CHECKSUM_MISMATCH',
  'DATA_SET_DAMAGED',
  'TRACK_INVALID',
  'TRACK_LOST',
  'VTOC_INVALID',
];

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
function exitCodeOfInput(code: InputErrorCode): ExitCode {
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
    case 'DATA_SET_DAMAGED':
    case 'FILE_IO':
    case 'TRACE_NOT_RECOGNISED':
    case 'TRACE_MALFORMED':
    case 'TRACE_EMPTY':
    case 'TRACE_COMPRESSION':
      return EXIT.integrity;
    case 'IMAGE_TOO_LARGE':
    case 'FILE_NO_SPACE':
    case 'CAPACITY_EXCEEDED':
      return EXIT.capacity;
    case 'IMAGE_UNSUPPORTED':
    case 'FILE_EXISTS':
    case 'FILE_REFUSED':
      return EXIT.refused;
    case 'SCENARIO_INVALID':
    case 'CONFIGURATION_INVALID':
    case 'USAGE':
      return EXIT.usage;
    default:
      return unreachable(code, 'input-error-code');
  }
}

/** Exit code of a store that cannot do what it was asked. */
function exitCodeOfStore(code: StoreFaultCode): ExitCode {
  switch (code) {
    case 'STORE_ABSENT':
      return EXIT.notFound;
    case 'STORE_EXISTS':
    case 'STORE_VERSION':
    case 'STORE_DENIED':
    case 'STORE_READ_ONLY':
      return EXIT.refused;
    case 'STORE_BUSY':
      return EXIT.busy;
    case 'STORE_FULL':
      return EXIT.capacity;
    case 'STORE_DAMAGED':
    case 'STORE_FAILED':
      return EXIT.integrity;
    case 'STORE_CLOSED':
      return EXIT.internal;
    default:
      return unreachable(code, 'store-fault-code');
  }
}

/** A scenario whose only trouble is a missing file or too little space says so; others are usage. */
function exitCodeOfProblems({ problems }: ScenarioInvalid): ExitCode {
  const codes = new Set(problems.map(({ code }) => exitCodeOfInput(code)));
  const [first = EXIT.usage] = codes;
  return codes.size === 1 ? first : EXIT.usage;
}

/** Exit code of anything that was thrown. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof ScenarioInvalid) return exitCodeOfProblems(error);
  if (error instanceof InputError) return exitCodeOfInput(error.code);
  if (error instanceof StoreFault) return exitCodeOfStore(error.code);
  return EXIT.internal;
}

/** Exit code of what ended a run early. */
export function exitCodeOfFailure(failure: RunFailure): ExitCode {
  switch (failure.kind) {
    case 'refused':
      return exitCodeOfRefusal(failure.code as ReasonCode);
    case 'busy':
      return EXIT.busy;
    case 'space':
      return EXIT.capacity;
    case 'integrity':
      return EXIT.integrity;
    case 'timeout':
      return EXIT.timeout;
    case 'expectation':
      return EXIT.expectation;
    default:
      return unreachable(failure.kind, 'run-failure-kind');
  }
}
