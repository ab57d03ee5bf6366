/**
 * Unit control blocks: what a host knows of each device that it can reach.
 *
 * @module
 */
import { type DeviceNumber, formatDeviceNumber } from '../base/units.ts';
import type { DeviceType } from '../geometry/device-model.ts';
import type { DscbAddress } from './dscb-address.ts';

/** A volume that a host has online. */
export interface MountedVolume {
  readonly volser: string;
  /** Place of the format-4 DSCB. */
  readonly vtoc: DscbAddress;
}

/** One device in a host's device table. */
export interface UnitControlBlock {
  readonly subsystem: string;
  readonly device: DeviceNumber;
  readonly type: DeviceType;
  /** Cylinders of the image that the device holds, as read device characteristics told last. */
  readonly cylinders: number;
  /** Cylinders that the device can hold, alternates included. */
  readonly capacityCylinders: number;
  /** The subsystem lets nobody write it: it shows a volume as it was. */
  readonly readOnly: boolean;
  /** The volume, when the device is online. */
  readonly volume?: MountedVolume;
}

/** `0A80 in DSS3`, for people. */
export function describeDevice(place: {
  readonly subsystem: string;
  readonly device: DeviceNumber;
}): string {
  return `${formatDeviceNumber(place.device)} in ${place.subsystem}`;
}
