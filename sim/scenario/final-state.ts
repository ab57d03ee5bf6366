/**
 * The state at the end of a run: subsystems with their counters, devices with their volumes.
 *
 * @module
 */
import { formatDeviceNumber } from '../../src/index.ts';
import { recordDrives } from './drives-record.ts';
import type { Laboratory } from './laboratory.ts';
import { recordSpace } from './record-space.ts';
import type { SubsystemRecord, VolumeRecord } from './run-record.ts';

/** Every subsystem. */
export function recordSubsystems(laboratory: Laboratory): readonly SubsystemRecord[] {
  return laboratory.subsystems.map((owner) => {
    const { name, form, subsystem, meter } = owner;
    return {
      name,
      content: form.content,
      devices: subsystem.devices().length,
      space: recordSpace(laboratory, owner),
      drives: recordDrives(owner),
      counters: Object.fromEntries(
        Object.entries(meter.totals()).toSorted(([left], [right]) => (left < right ? -1 : 1)),
      ),
    };
  });
}

/** Every device with a volume on it. */
export function recordVolumes(laboratory: Laboratory): readonly VolumeRecord[] {
  const volumes: VolumeRecord[] = [];
  for (const placed of laboratory.devices()) {
    const volser = laboratory.volserOf(placed);
    if (volser === undefined) continue;
    const { owner, device } = placed;
    const place = { subsystem: owner.name, device: device.number };
    volumes.push({
      subsystem: owner.name,
      device: formatDeviceNumber(device.number),
      model: device.model.name,
      volser,
      online: laboratory.complex.hostsWithOnline(place).length > 0,
    });
  }
  return volumes;
}
