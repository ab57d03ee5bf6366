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

/** Whole nanoseconds, of an instant or of a duration. Exact up to 2^53 (104 days). */
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

/** Brands nanoseconds. @throws RangeError when not whole, negative or beyond 2^53. */
export function nanos(value: number): Nanos {
  return whole(value, 'nanoseconds') as Nanos;
}

/** The instant so much later; the end of all time when that is nearer. */
export function laterBy(instant: Nanos, duration: number): Nanos {
  return nanos(Math.min(instant + duration, Number.MAX_SAFE_INTEGER));
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
