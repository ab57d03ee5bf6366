/**
 * Reports about space.
 *
 * @module
 */
import type { Device } from '../mapping/device-table.ts';
import { SECTOR_BYTES } from '../media/logical-cylinder.ts';
import { netCapacityLoadPercent } from '../media/net-capacity-load.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type { CapacityReport, DeviceSpaceReport } from './capacity-report.ts';
import type { SubsystemParts } from './parts.ts';

/** Space of the whole subsystem. Costs O(1). */
export function capacityReport(parts: SubsystemParts): CapacityReport {
  const { group, load } = parts;
  load.observeAll();
  return {
    capacityBytes: group.capacitySectors * SECTOR_BYTES,
    liveBytes: group.liveSectors * SECTOR_BYTES,
    deadBytes: group.deadSectors * SECTOR_BYTES,
    unwrittenBytes: group.unwrittenSectors * SECTOR_BYTES,
    reserveBytes: group.reserveSectors * SECTOR_BYTES,
    netCapacityLoadPercent: netCapacityLoadPercent(group.liveSectors, group.capacitySectors),
    grossCapacityLoadPercent: netCapacityLoadPercent(
      group.liveSectors + group.deadSectors,
      group.capacitySectors,
    ),
    threshold: load.total.threshold,
  };
}

/** Space of one device, by a walk over its directory. */
export function deviceSpaceReport(parts: SubsystemParts, device: Device): DeviceSpaceReport {
  const { directory, instances } = parts;
  let mapped = 0;
  let shared = 0;
  let referencedBytes = 0;
  let uniqueBytes = 0;
  for (let track = 0; track < device.trackCount; ) {
    const empty = directory.emptySpan(device.index, track);
    if (empty > 0) {
      track += empty;
      continue;
    }
    const isPathShared = directory.isPathShared(device.index, track);
    const end = Math.min(device.trackCount, track + directory.leafLeft(track));
    for (; track < end; track += 1) {
      const entry = directory.find(device.index, track);
      if (entry < RESERVED_ENTRY_COUNT) continue;
      const bytes = instances.lengthBytes(entry);
      mapped += 1;
      referencedBytes += bytes;
      if (isPathShared || instances.count(entry) > 1) shared += 1;
      else uniqueBytes += bytes;
    }
  }
  return { mapped, shared, referencedBytes, uniqueBytes };
}
