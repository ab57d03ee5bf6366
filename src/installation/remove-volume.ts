/**
 * Removing a device with the volume on it.
 *
 * @module
 */
import { type Outcome, refuse } from '../base/refusal.ts';
import { formatDeviceNumber } from '../base/units.ts';
import type { Device } from '../mapping/device-table.ts';
import type { MachineRoom } from './machine-room.ts';

/** Removes a device. Refused DEVICE_IN_USE while copies need it, TARGET_HAS_DATA for a backup. */
export function removeVolume(
  room: MachineRoom,
  device: Device,
  evenBackup: boolean,
): Outcome<null> {
  const { subsystem, records } = room;
  const number = formatDeviceNumber(device.number);
  const place = { subsystem: subsystem.configuration.name, device: device.number };
  const backup = records.backupOn(place);
  if (backup !== undefined && !evenBackup) {
    return refuse('TARGET_HAS_DATA', {
      what: `removing device ${number}`,
      limit: `it holds backup ${backup.job.name} of ${backup.copy.sourceVolser}`,
      fix: 'discard the backup, or ask to remove it even so',
    });
  }
  const removed = subsystem.removeDevice(device.number);
  if (removed.kind === 'refused') return removed;
  records.markOverwritten(place, `removal of device ${number}`);
  room.forgetDevice(device);
  return removed;
}
