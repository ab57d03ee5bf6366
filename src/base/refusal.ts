/**
 * Refusals are values: the subsystem and the host answer "no" with a stable reason, what was
 * refused, the limit that was met and the fix. A refused request has changed no state.
 *
 * @module
 */

/** Every reason for which a request may be refused. The text of each is in `docs/messages.md`. */
export type ReasonCode =
  // copy rules
  | 'EXTENT_OVERLAP'
  | 'EXTENT_OUT_OF_DEVICE'
  | 'EXTENT_LENGTHS_DIFFER'
  | 'EXTENT_EMPTY'
  | 'EXTENT_IDENTICAL'
  | 'GEOMETRY_MISMATCH'
  | 'TARGET_TOO_SMALL'
  | 'TARGET_STILL_PENDING'
  | 'SAME_HOME_GROUP'
  | 'DEVICE_UNKNOWN'
  | 'DEVICE_EXISTS'
  | 'DEVICE_TABLE_FULL'
  | 'DEVICE_IN_USE'
  | 'DEVICE_RESERVED'
  | 'DEVICE_WRITE_PROTECTED'
  | 'CYLINDERS_OUT_OF_MODEL'
  | 'HOME_GROUP_UNKNOWN'
  | 'RELATION_UNKNOWN'
  | 'RELATION_STILL_PENDING'
  | 'POINT_UNKNOWN'
  | 'RETENTION_RULE_INVALID'
  | 'RELEASE_EXCLUDED'
  | 'HOLD_UNKNOWN'
  // content
  | 'TRACK_OUT_OF_DEVICE'
  | 'TRACK_INVALID'
  | 'CHECKSUM_MISMATCH'
  | 'TRACK_LOST'
  | 'SIGNATURE_HAS_NO_BYTES'
  | 'BYTES_CONTENT_ONLY'
  | 'SIGNATURE_CONTENT_ONLY'
  // space
  | 'OUT_OF_SPACE'
  | 'SPACE_CRITICAL'
  // drives
  | 'GROUP_UNKNOWN'
  | 'DRIVE_UNKNOWN'
  | 'DRIVE_STATE'
  | 'SECTOR_UNKNOWN'
  // messages and tokens
  | 'MESSAGE_MALFORMED'
  | 'MESSAGE_TOO_LARGE'
  | 'MESSAGE_VERSION_UNKNOWN'
  | 'MESSAGE_KIND_UNKNOWN'
  | 'TOKEN_UNKNOWN'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_CONSUMED'
  | 'TOKEN_WRONG_KIND'
  | 'SECURITY_REJECT'
  | 'SERIES_INCOMPLETE'
  | 'SERIES_MISMATCH'
  | 'GROUP_MISMATCH'
  | 'REQUEST_NAME_REUSED'
  | 'DEVICE_CHANGED'
  | 'BUSY_RETRY'
  // host
  | 'PATH_NOT_GROUPED'
  | 'COMMAND_REJECT'
  | 'FILE_PROTECTED'
  | 'VOLUME_UNKNOWN'
  | 'VOLUME_OFFLINE'
  | 'VOLUME_ONLINE'
  | 'VOLUME_BUSY'
  | 'VOLUME_EMPTY'
  | 'VOLSER_INVALID'
  | 'DUPLICATE_VOLSER'
  | 'NO_LABEL'
  | 'BAD_VTOC_POINTER'
  | 'VTOC_INVALID'
  | 'VTOC_FULL'
  | 'DATA_SET_UNKNOWN'
  | 'DATA_SET_EXISTS'
  | 'MEMBER_UNKNOWN'
  | 'DATA_SET_UNSUPPORTED'
  | 'DATA_SET_DAMAGED'
  | 'SPACE_NOT_ON_VOLUME'
  | 'NO_TARGET'
  | 'TARGET_HAS_DATA'
  | 'SOURCE_IS_TARGET'
  | 'NOT_HOST_SELECTABLE'
  | 'BACKUP_UNKNOWN'
  | 'BACKUP_TARGET_CHANGED'
  | 'JOB_INTERRUPTED'
  | 'WAIT_NEVER_ENDS';

/** "No", with the reason. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: ReasonCode;
  /** What was refused, with its address or name. */
  readonly what: string;
  /** The limit or rule that was met. */
  readonly limit: string;
  /** What the caller can do about it. */
  readonly fix: string;
}

/** "Yes", with the answer. */
export interface Done<Value> {
  readonly kind: 'done';
  readonly value: Value;
}

/** An answer that may be a refusal. */
export type Outcome<Value> = Done<Value> | Refusal;

/** Makes a refusal. */
export function refuse(
  code: ReasonCode,
  text: { readonly what: string; readonly limit: string; readonly fix: string },
): Refusal {
  return Object.freeze({ kind: 'refused', code, ...text });
}

/** Makes a "yes". */
export function done<Value>(value: Value): Done<Value> {
  return { kind: 'done', value };
}

/** The refusal as one sentence for people. */
export function formatRefusal(refusal: Refusal): string {
  return `${refusal.code}: ${refusal.what}; ${refusal.limit}; ${refusal.fix}`;
}

/**
 * The value of an answer that the caller knows to be "yes": for scripts and examples.
 *
 * @throws Error with the refusal in one sentence.
 */
export function granted<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'refused') throw new Error(formatRefusal(outcome));
  return outcome.value;
}
