/**
 * Upper bounds of the model, each with the reason for its figure. Reaching one is a refusal or an
 * input error that names it, never undefined behaviour.
 *
 * @module
 */

/** Cylinders of the largest device: an extended address volume of 1 TB (IBM's own limit). */
export const CYLINDER_COUNT_MAX = 1_182_006;

/** Heads of a device. The address word keeps four bits for the head on extended devices only. */
export const HEAD_COUNT_MAX = 30;

/** Bytes of a track image: largest slot of any device (3390, 56,832) rounded up to a power of two. */
export const TRACK_BYTES_MAX = 65_536;

/** Devices of one subsystem by default: four logical control units of 64 (RVA). */
export const DEVICE_COUNT_DEFAULT = 256;

/** Devices of one subsystem at most: X'FFFF' device numbers. */
export const DEVICE_COUNT_MAX = 65_536;

/** Redundancy groups of one subsystem: a place keeps eight bits for its group. */
export const GROUP_COUNT_MAX = 256;

/** Bytes of one ECAM message. A group of 256 volumes with data sets stays well below. */
export const MESSAGE_BYTES_MAX = 1_048_576;

/** Source definitions that one path group may hold at once. */
export const DEFINITIONS_PER_PATH_GROUP_MAX = 4_096;

/** Source tokens of one target execution: four times the devices of a subsystem by default. */
export const TOKENS_PER_EXECUTION_MAX = 1_024;

/** Expired source tokens that a subsystem still tells apart from unknown ones. */
export const EXPIRED_TOKENS_MAX = 4_096;

/** Message bytes of all definitions and jobs that a subsystem holds, so that no host fills memory. */
export const DEFINITION_BYTES_HELD_MAX = 268_435_456;

/** Copy jobs that a subsystem remembers at once. */
export const JOB_COUNT_MAX = 65_536;

/** Extents of one source definition: a data set has at most 123, a volume of 255 of them far less. */
export const EXTENTS_PER_DEFINITION_MAX = 32_768;

/** Model time after which an unused source token expires: 600 s, in nanoseconds. */
export const SOURCE_TOKEN_LIFE_NANOS = 600_000_000_000;

/** Tracks that the background copies for each status inquiry unless told otherwise. */
export const TRACKS_PER_INQUIRY_DEFAULT = 1_000;

/** Net capacity load thresholds, in percent (RVA guideline 75; 90 and 95 are our choice). */
export const CAPACITY_WARN_PERCENT = 75;
export const CAPACITY_ALERT_PERCENT = 90;
export const CAPACITY_CRITICAL_PERCENT = 95;

/** Tracks kept back so that running backups can finish the metadata of their copies. */
export const METADATA_RESERVE_TRACKS = 64;
