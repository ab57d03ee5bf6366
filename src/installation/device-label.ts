/**
 * The label of the volume on a device, read straight and not through a channel.
 *
 * @module
 */
import type { Outcome } from '../base/refusal.ts';
import { deviceVolume, VolumeStopped } from '../host/device-volume.ts';
import { LABEL_TRACK, readVolumeLabel, type VolumeLabel } from '../host/volume-label.ts';
import type { Device } from '../mapping/device-table.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';

/** The label of a device's volume, if it has one that can be read. */
export function labelOf(subsystem: Subsystem, device: Device): VolumeLabel | undefined {
  const entry = subsystem.trackEntry(device.index, LABEL_TRACK);
  // Generated load has no bytes, and what was never written bears no label.
  if (entry.kind !== 'instance' || !entry.hasBytes) return undefined;
  const label = looking(() => readVolumeLabel(deviceVolume(subsystem, device)));
  return label.kind === 'done' ? label.value : undefined;
}

/** A track that cannot be read makes a volume unreadable, and nothing worse. */
export function looking<Value>(look: () => Outcome<Value>): Outcome<Value> {
  try {
    return look();
  } catch (error) {
    if (error instanceof VolumeStopped) return error.refusal;
    throw error;
  }
}
