/**
 * Branded numbers: the kinds of number that must never be mixed up.
 *
 * A brand costs nothing at run time. Casts to a brand stand here, where typed arrays are read, and
 * nowhere else; the makers check what they are given.
 *
 * @module
 */

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** A track of one device, counted from 0: cylinder times heads plus head. */
export type TrackIndex = Branded<number, 'TrackIndex'>;

/** Name of an immutable track instance, or one of the reserved directory entries 0 to 3. */
export type InstanceId = Branded<number, 'InstanceId'>;

/** Place of a device in the device table, 0 up. Not the host's device number. */
export type DeviceIndex = Branded<number, 'DeviceIndex'>;

/** The address by which hosts know a device, 0 to X'FFFF', written as four hexadecimal digits. */
export type DeviceNumber = Branded<number, 'DeviceNumber'>;

/**
 * Whole nanoseconds, of an instant or of a duration: exact up to 2^53 (104 days), and in steps of 1,024
 * up to {@link NANOS_MAX}, for those who live longer.
 */
export type Nanos = Branded<number, 'Nanos'>;

/** Position of a change in the one order in which a subsystem executes changes; 0 means none. */
export type CommitSequence = Branded<number, 'CommitSequence'>;

/** Brands a track index. @throws RangeError when it is no whole number from 0 up. */
export function trackIndex(value: number): TrackIndex {
  return whole(value, 'track index') as TrackIndex;
}

/** Brands a directory entry read from a page. Unchecked: pages hold nothing else. */
export function instanceId(value: number): InstanceId {
  return value as InstanceId;
}

/** Brands a place in the device table. @throws RangeError when it is no whole number from 0 up. */
export function deviceIndex(value: number): DeviceIndex {
  return whole(value, 'device index') as DeviceIndex;
}

/** Brands a device number. @throws RangeError outside 0 to X'FFFF'. */
export function deviceNumber(value: number): DeviceNumber {
  whole(value, 'device number');
  if (value > 0xffff) throw new RangeError(`device number must be at most FFFF, got ${value}`);
  return value as DeviceNumber;
}

/** The end of all time: the last step before 2^63 ns, some 292 years. */
export const NANOS_MAX = 2 ** 63 - 1_024;
/** Nanoseconds of a step beyond 2^53: a power of two, so that every step up to 2^63 is a number. */
const NANOS_STEP = 1_024;

/**
 * Brands nanoseconds; beyond 2^53 the nearest step.
 *
 * @throws RangeError when not whole, negative or beyond {@link NANOS_MAX}.
 */
export function nanos(value: number): Nanos {
  if (!Number.isInteger(value) || value < 0 || value > NANOS_MAX) {
    throw new RangeError(`nanoseconds must be a whole number from 0 to 2^63-1024, got ${value}`);
  }
  if (value <= Number.MAX_SAFE_INTEGER) return value as Nanos;
  return (Math.round(value / NANOS_STEP) * NANOS_STEP) as Nanos;
}

/** Whether a number is what {@link nanos} makes of it. */
export function isNanos(value: number): value is Nanos {
  if (value > Number.MAX_SAFE_INTEGER) return value <= NANOS_MAX && value % NANOS_STEP === 0;
  return Number.isInteger(value) && value >= 0;
}

/** The instant so much later; the end of all time when that is nearer. */
export function laterBy(instant: Nanos, duration: number): Nanos {
  return nanos(Math.min(instant + duration, NANOS_MAX));
}

/** Brands a commit sequence. @throws RangeError when it is no whole number from 0 up. */
export function commitSequence(value: number): CommitSequence {
  return whole(value, 'commit sequence') as CommitSequence;
}

/** A device number as the field writes it: four upper-case hexadecimal digits. */
export function formatDeviceNumber(device: DeviceNumber): string {
  return device.toString(16).toUpperCase().padStart(4, '0');
}

function whole(value: number, what: string): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${what} must be a whole number from 0 to 2^53-1, got ${value}`);
  }
  return value;
}
