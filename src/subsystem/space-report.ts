/**
 * Reports about space: of the subsystem, by group, by device, by retained point, and when it will be
 * full.
 *
 * What the subsystem and its groups hold is kept and costs nothing to tell. What devices and points
 * hold is found by walking their directories. Nothing here changes any state but the samples of
 * {@link SpaceReports.sample}.
 *
 * @module
 */
import type { StateKeeping } from '../base/kept-state.ts';
import type { Clock } from '../base/ports.ts';
import type { DeviceIndex } from '../base/units.ts';
import type { Device } from '../mapping/device-table.ts';
import { visitEntries } from '../mapping/directory-walk.ts';
import type { RetainedPoint } from '../mapping/retained-points.ts';
import { nvsBytesOf } from '../media/group-shape.ts';
import { placeGroup, SECTOR_BYTES } from '../media/logical-cylinder.ts';
import type { LoadThresholds, LoadWatch } from '../media/net-capacity-load.ts';
import { ANY_GROUP } from '../media/placement.ts';
import type { RedundancyGroup } from '../media/redundancy-group.ts';
import { missingMembersMax, redundancyState } from '../media/redundancy-state.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';
import type {
  CapacityFigures,
  CapacityReport,
  DeviceSpaceReport,
  GroupSpaceReport,
  PointSpaceReport,
} from './capacity-report.ts';
import type { SubsystemParts } from './parts.ts';
import { LoadSamples, type SpaceForecast } from './space-forecast.ts';

/** All reports about space. */
export class SpaceReports {
  readonly #parts: SubsystemParts;
  readonly #clock: Clock;
  readonly #total = new LoadSamples();
  readonly #groups: readonly LoadSamples[];

  constructor(parts: SubsystemParts, clock: Clock, keeping: StateKeeping) {
    this.#parts = parts;
    this.#clock = clock;
    this.#groups = parts.load.groups.map(() => new LoadSamples());
    this.#total.keep(keeping, 'space.total');
    this.#groups.forEach((samples, group) => samples.keep(keeping, `space.group${group}`));
    this.sample();
  }

  get thresholds(): LoadThresholds {
    return this.#parts.load.thresholds;
  }

  /** Space of the whole subsystem. Costs O(1). */
  capacity(): CapacityReport {
    const { load } = this.#parts;
    load.observeAll();
    return { ...figuresOf(load.total), thresholds: load.thresholds };
  }

  /** Space of each redundancy group, by number. */
  groups(): readonly GroupSpaceReport[] {
    const { load, backEnd } = this.#parts;
    load.observeAll();
    return backEnd.groups.map((group, at) => groupReport(group, load.groups[at] as LoadWatch));
  }

  /** Space of one device. Walks its whole directory. */
  device(index: DeviceIndex): DeviceSpaceReport {
    return deviceReport(this.#parts, this.#parts.devices.require(index));
  }

  /** Space that each retained point and hold alone keeps, oldest first. Walks their directories. */
  points(): readonly PointSpaceReport[] {
    return Array.from(this.#parts.points.values(), (point) => pointReport(this.#parts, point));
  }

  /** Notes the load of this moment for {@link forecast}. Every step of background work does. */
  sample(): void {
    const { load } = this.#parts;
    const now = this.#clock.now();
    this.#total.note(now, load.total.space.liveSectors * SECTOR_BYTES);
    for (const [at, samples] of this.#groups.entries()) {
      samples.note(now, (load.groups[at] as LoadWatch).space.liveSectors * SECTOR_BYTES);
    }
  }

  /** When hosts will find no space in the subsystem, or in one group, if it goes on like this. */
  forecast(group: number = ANY_GROUP): SpaceForecast {
    this.sample();
    const { load } = this.#parts;
    const { space } = load.groups[group] ?? load.total;
    const full = (space.capacitySectors - space.reserveSectors) * SECTOR_BYTES;
    return (this.#groups[group] ?? this.#total).forecast(full);
  }
}

function figuresOf(watch: LoadWatch): CapacityFigures {
  const { space } = watch;
  const all = space.liveSectors + space.deadSectors + space.unwrittenSectors;
  return {
    capacityBytes: space.capacitySectors * SECTOR_BYTES,
    physicalBytes: all * SECTOR_BYTES,
    liveBytes: space.liveSectors * SECTOR_BYTES,
    deadBytes: space.deadSectors * SECTOR_BYTES,
    unwrittenBytes: space.unwrittenSectors * SECTOR_BYTES,
    reserveBytes: space.reserveSectors * SECTOR_BYTES,
    freeCylinders: space.freeCylinderCount,
    netCapacityLoadPercent: watch.netPercent,
    grossCapacityLoadPercent: watch.grossPercent,
    threshold: watch.threshold,
    grossThreshold: watch.grossThreshold,
  };
}

function groupReport(group: RedundancyGroup, watch: LoadWatch): GroupSpaceReport {
  const { shape } = group;
  const missingMembers = missingMembersMax(group);
  const nvsCylinders = [...group.openCylinders()].length + group.fullCount;
  return {
    ...figuresOf(watch),
    group: group.number,
    dataDrives: shape.dataDrives,
    redundancyDrives: shape.redundancyDrives,
    cylinders: shape.cylinderCount,
    hostReserveCylinders: shape.hostReserve,
    collectionReserveCylinders: shape.collectionReserve,
    quarantinedCylinders: group.quarantinedCount,
    nvsCylinders,
    nvsBytes: nvsCylinders * nvsBytesOf(shape),
    redundancy: redundancyState(missingMembers, shape.redundancyDrives),
    missingMembers,
  };
}

function deviceReport(parts: SubsystemParts, device: Device): DeviceSpaceReport {
  const { directory, instances } = parts;
  const { homeGroup } = device;
  const counted = { mapped: 0, unique: 0, shared: 0, outsideHome: 0, rawBytes: 0 };
  let uniqueSectors = 0;
  let sharedSectors = 0;
  const tree = directory.tree(device.index);
  visitEntries(directory.pages, tree, 0, device.trackCount, (_track, entry, isPathShared) => {
    if (entry < RESERVED_ENTRY_COUNT) return;
    counted.mapped += 1;
    counted.rawBytes += instances.lengthBytes(entry);
    if (homeGroup !== null && placeGroup(instances.place(entry)) !== homeGroup) {
      counted.outsideHome += 1;
    }
    if (isPathShared || instances.count(entry) > 1) {
      counted.shared += 1;
      sharedSectors += instances.sectors(entry);
    } else {
      counted.unique += 1;
      uniqueSectors += instances.sectors(entry);
    }
  });
  const storedBytes = (uniqueSectors + sharedSectors) * SECTOR_BYTES;
  return {
    ...counted,
    storedBytes,
    compressionRatio: storedBytes === 0 ? 1 : counted.rawBytes / storedBytes,
    uniqueBytes: uniqueSectors * SECTOR_BYTES,
    sharedBytes: sharedSectors * SECTOR_BYTES,
  };
}

function pointReport(parts: SubsystemParts, point: RetainedPoint): PointSpaceReport {
  const { pages, instances } = parts;
  let mapped = 0;
  let unique = 0;
  let uniqueSectors = 0;
  visitEntries(pages, point.tree, 0, point.trackCount, (_track, entry, isPathShared) => {
    if (entry < RESERVED_ENTRY_COUNT) return;
    mapped += 1;
    if (isPathShared || instances.count(entry) > 1) return;
    unique += 1;
    uniqueSectors += instances.sectors(entry);
  });
  const { id, device, name, kind } = point;
  const uniqueBytes = uniqueSectors * SECTOR_BYTES;
  return { point: id, device, name, kind, mapped, unique, uniqueBytes };
}
