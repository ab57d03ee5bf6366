/**
 * Defining, resizing and removing devices: the rules, and what each means for the tracks.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import {
  type CommitSequence,
  type DeviceIndex,
  type DeviceNumber,
  formatDeviceNumber,
} from '../base/units.ts';
import { cylinderCapacity, type DeviceModel } from '../geometry/device-model.ts';
import { type Device, type OutOfSpacePolicy, refuseReadOnly } from '../mapping/device-table.ts';
import type { SubsystemParts } from './parts.ts';

/** What a device is defined with. */
export interface DeviceInput {
  readonly number: DeviceNumber;
  readonly model: DeviceModel;
  /** Cylinders of the image; default the model's primary cylinders. */
  readonly cylinders?: number;
  /** Redundancy group that keeps its instances; default any, or the only one. */
  readonly homeGroup?: number;
  /** Default: the subsystem's. */
  readonly outOfSpace?: OutOfSpacePolicy;
  /** Release of deleted space keeps away from it; default false. */
  readonly releaseExcluded?: boolean;
}

/**
 * Defines a device whose tracks were never written.
 *
 * @param readOnly - Nobody ever writes it: it will show a retained point.
 */
export function defineDevice(
  parts: SubsystemParts,
  input: DeviceInput,
  outOfSpaceDefault: OutOfSpacePolicy,
  readOnly = false,
): Outcome<Device> {
  const { devices, pages, backEnd } = parts;
  const name = formatDeviceNumber(input.number);
  const cylinders = input.cylinders ?? input.model.primaryCylinders;
  const groupCount = backEnd.groups.length;
  const homeGroup = input.homeGroup ?? (groupCount === 1 ? 0 : null);
  if (devices.find(input.number) !== undefined) {
    return refuse('DEVICE_EXISTS', {
      what: `device ${name}`,
      limit: 'a device number is defined once',
      fix: 'choose another device number',
    });
  }
  if (devices.isFull()) {
    return refuse('DEVICE_TABLE_FULL', {
      what: `device ${name}`,
      limit: `the subsystem has at most ${devices.countMax} devices`,
      fix: 'remove a device, or configure more',
    });
  }
  if (homeGroup !== null && backEnd.groups[homeGroup] === undefined) {
    return refuse('HOME_GROUP_UNKNOWN', {
      what: `device ${name} with home group ${homeGroup}`,
      limit: `the subsystem has redundancy groups 0 to ${groupCount - 1}`,
      fix: 'choose one of them, or leave the home group out',
    });
  }
  const refusal = refuseCylinders(name, input.model, cylinders);
  if (refusal !== undefined) return refusal;
  const trackCapacity = cylinderCapacity(input.model) * input.model.type.headCount;
  const definition = {
    number: input.number,
    model: input.model,
    cylinders,
    homeGroup,
    outOfSpace: input.outOfSpace ?? outOfSpaceDefault,
    readOnly,
    releaseExcluded: input.releaseExcluded ?? false,
  };
  return done(devices.define(definition, pages.levelsFor(trackCapacity)));
}

/** Removes a device; its tracks are released in slices. */
export function removeDevice(parts: SubsystemParts, number: DeviceNumber): Outcome<null> {
  const { devices, relations, directory } = parts;
  const device = devices.find(number);
  if (device === undefined) {
    return refuse('DEVICE_UNKNOWN', {
      what: `device ${formatDeviceNumber(number)}`,
      limit: 'only a defined device can be removed',
      fix: 'check the device number',
    });
  }
  if (relations.isDevicePending(device.index)) {
    return refuse('DEVICE_IN_USE', {
      what: `device ${formatDeviceNumber(number)}`,
      limit: 'it takes part in a copy that is not complete',
      fix: 'wait until the copy is complete, or withdraw it',
    });
  }
  relations.release(device.index, 0, device.trackCapacity);
  relations.windows.forgetDevice(device.index);
  relations.changes.noteRemoval(device.index);
  directory.clear(device.index);
  devices.remove(device.index);
  return done(null);
}

/** Changes the cylinders of an image. Tracks that fall off its end were never written afterwards. */
export function setCylinders(
  parts: SubsystemParts,
  index: DeviceIndex,
  cylinders: number,
): Outcome<CommitSequence> {
  const { devices, relations, ranges, commits } = parts;
  const device = devices.require(index);
  const name = formatDeviceNumber(device.number);
  const refusal = refuseReadOnly(device) ?? refuseCylinders(name, device.model, cylinders);
  if (refusal !== undefined) return refusal;
  const trackCount = cylinders * device.model.type.headCount;
  const sequence = commits.next();
  if (trackCount < device.trackCount) {
    const end = device.trackCount;
    relations.noteChange({ device: index, first: trackCount, end, sequence });
    relations.release(index, trackCount, device.trackCount);
    ranges.clear(index, trackCount, device.trackCount - trackCount);
  }
  devices.setCylinders(index, cylinders);
  return done(sequence);
}

/** No track of the device was ever written. A read-only device is not cleared but removed. */
export function clearDevice(parts: SubsystemParts, index: DeviceIndex): CommitSequence {
  const { devices, relations, directory, commits } = parts;
  const { trackCount, readOnly } = devices.require(index);
  invariant(!readOnly, 'device-cleared-writable', String(index));
  const sequence = commits.next();
  relations.noteChange({ device: index, first: 0, end: trackCount, sequence });
  relations.release(index, 0, trackCount);
  directory.clear(index);
  return sequence;
}

function refuseCylinders(name: string, model: DeviceModel, cylinders: number): Refusal | undefined {
  const most = cylinderCapacity(model);
  if (Number.isSafeInteger(cylinders) && cylinders >= 1 && cylinders <= most) return undefined;
  return refuse('CYLINDERS_OUT_OF_MODEL', {
    what: `device ${name} with ${cylinders} cylinders`,
    limit: `a ${model.name} has 1 to ${most} cylinders, alternates included`,
    fix: 'choose a number of cylinders within the model',
  });
}
