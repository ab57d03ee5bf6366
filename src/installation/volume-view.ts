/**
 * Looking at the volumes of an installation, straight and not through a channel.
 *
 * @module
 */
import type { VolumeName } from '../backup/backup-request.ts';
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { formatDeviceNumber } from '../base/units.ts';
import { deviceVolume } from '../host/device-volume.ts';
import { readVtoc, type Vtoc } from '../host/vtoc.ts';
import type { Device } from '../mapping/device-table.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import { labelOf, looking } from './device-label.ts';
import type { MachineRoom } from './machine-room.ts';
import type { VolumeReport, VolumeSummary } from './volume-report.ts';

/** A device in short. */
export function summarise({ subsystem, complex }: MachineRoom, device: Device): VolumeSummary {
  const volser = labelOf(subsystem, device)?.volser;
  const place = { subsystem: subsystem.configuration.name, device: device.number };
  return {
    device,
    ...(volser === undefined ? {} : { volser }),
    online: complex.hostsWithOnline(place).length > 0,
  };
}

/** A device in full. */
export function reportVolume(room: MachineRoom, device: Device): VolumeReport {
  const { subsystem, records } = room;
  const vtoc = readContents(subsystem, device);
  const place = { subsystem: subsystem.configuration.name, device: device.number };
  const backup = records.backupOn(place);
  return {
    ...summarise(room, device),
    space: subsystem.deviceSpace(device.index),
    ...(vtoc.kind === 'done' ? { vtoc: vtoc.value } : { trouble: vtoc.what }),
    ...(backup === undefined ? {} : { backup: { name: backup.job.name, copy: backup.copy } }),
  };
}

/** The device that a name means. Refused DEVICE_UNKNOWN or VOLUME_UNKNOWN. */
export function findDevice({ subsystem, complex }: MachineRoom, name: VolumeName): Outcome<Device> {
  if (name.kind === 'device') {
    const device = subsystem.findDevice(name.device);
    return device === undefined ? unknownDevice(formatDeviceNumber(name.device)) : done(device);
  }
  const bearing = subsystem
    .devices()
    .filter((device) => labelOf(subsystem, device)?.volser === name.volser)
    .toSorted((one, other) => one.number - other.number);
  const inUse = bearing.find(({ number }) => {
    const place = { subsystem: subsystem.configuration.name, device: number };
    return complex.hostsWithOnline(place).length > 0;
  });
  const found = inUse ?? bearing[0];
  if (found !== undefined) return done(found);
  return refuse('VOLUME_UNKNOWN', {
    what: `volume ${name.volser}`,
    limit: 'no device holds a volume of that serial',
    fix: 'list the volumes, or correct the serial',
  });
}

function readContents(subsystem: Subsystem, device: Device): Outcome<Vtoc> {
  return looking(() => readVtoc(deviceVolume(subsystem, device)));
}

function unknownDevice(device: string): ReturnType<typeof refuse> {
  return refuse('DEVICE_UNKNOWN', {
    what: `device ${device}`,
    limit: 'devices are those defined in this subsystem',
    fix: 'list the volumes, or correct the device number',
  });
}
