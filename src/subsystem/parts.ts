/**
 * The parts of a subsystem and how they are joined. The doors `inspect` and `testing` look at them;
 * everybody else uses the subsystem's own operations.
 *
 * @module
 */
import { CommitOrder } from '../base/commit-order.ts';
import { METADATA_RESERVE_TRACKS } from '../base/limits.ts';
import { BackgroundCopy } from '../copy/background-copy.ts';
import { ConflictWindows } from '../copy/conflict-window.ts';
import { RelationTable } from '../copy/relation-table.ts';
import { Snapshots } from '../copy/snapshot.ts';
import { DeviceTable } from '../mapping/device-table.ts';
import { DirectoryPages, type DirectoryShape } from '../mapping/directory-pages.ts';
import { DirectoryRanges } from '../mapping/directory-range.ts';
import { ReleaseQueue } from '../mapping/release-queue.ts';
import { RetainedPoints } from '../mapping/retained-points.ts';
import { TrackDirectory } from '../mapping/track-directory.ts';
import { TrackInstances } from '../mapping/track-instances.ts';
import { TrackStore } from '../mapping/track-store.ts';
import { SECTOR_BYTES } from '../media/logical-cylinder.ts';
import { ArenaMedium, KeyedMedium, type Medium } from '../media/medium.ts';
import { CapacityLoad, LOAD_THRESHOLDS_DEFAULT } from '../media/net-capacity-load.ts';
import { RedundancyGroup } from '../media/redundancy-group.ts';
import type { SubsystemConfiguration, SubsystemPorts } from './configuration.ts';

/** Entries of directory pages: chosen by measurement (docs/decisions/0002). */
const DIRECTORY_SHAPE: DirectoryShape = Object.freeze({ leafBits: 7, interiorBits: 9 });

/** Sectors of a full 3390 track, by which the metadata reserve is measured. */
const RESERVE_TRACK_SECTORS = 111;
/** The reserve never takes more than this part of a small subsystem (our choice). */
const RESERVE_DIVISOR = 16;

/**
 * Memory is taken half a megabyte at a time by a small subsystem, so that thousands of them can come
 * and go, and 16 MiB at a time by a large one, where that makes reads a tenth faster.
 */
const LARGE_CAPACITY_BYTES = 2 ** 36;
const MEMORY_BITS_SMALL = 17;
const MEMORY_BITS_LARGE = 22;

/** All parts of one subsystem. */
export interface SubsystemParts {
  readonly commits: CommitOrder;
  readonly devices: DeviceTable;
  readonly group: RedundancyGroup;
  readonly medium: Medium;
  readonly load: CapacityLoad;
  readonly instances: TrackInstances;
  readonly store: TrackStore;
  readonly pages: DirectoryPages;
  readonly queue: ReleaseQueue;
  readonly directory: TrackDirectory;
  readonly ranges: DirectoryRanges;
  readonly points: RetainedPoints;
  readonly windows: ConflictWindows;
  readonly relations: RelationTable;
  readonly snapshots: Snapshots;
  readonly background: BackgroundCopy;
}

/** Joins the parts. @param shape - Another shape of directory pages, for measurements and tests. */
export function assembleParts(
  configuration: SubsystemConfiguration,
  ports: SubsystemPorts,
  shape: DirectoryShape = DIRECTORY_SHAPE,
): SubsystemParts {
  const { journal, meter } = ports;
  const commits = new CommitOrder();
  const devices = new DeviceTable(configuration.deviceCountMax, commits, journal);
  const capacitySectors = Math.floor(configuration.capacityBytes / SECTOR_BYTES);
  const group = new RedundancyGroup(0, capacitySectors, reserveSectors(capacitySectors));
  const medium = configuration.content === 'bytes' ? new ArenaMedium() : new KeyedMedium();
  const load = new CapacityLoad(group, [group], LOAD_THRESHOLDS_DEFAULT, ports.trace);
  const memoryBits =
    configuration.capacityBytes < LARGE_CAPACITY_BYTES ? MEMORY_BITS_SMALL : MEMORY_BITS_LARGE;
  const instances = new TrackInstances(group, medium, memoryBits);
  const store = new TrackStore(group, medium, instances, ports, load);
  const pages = new DirectoryPages(shape, instances, memoryBits);
  const queue = new ReleaseQueue(pages, instances);
  const directory = new TrackDirectory(devices, pages, queue);
  const ranges = new DirectoryRanges(directory, devices, instances);
  const points = new RetainedPoints(directory, commits, journal);
  const windows = new ConflictWindows(devices);
  const relations = new RelationTable(
    devices,
    windows,
    commits,
    journal,
    configuration.jobCountMax,
  );
  const snapshots = new Snapshots(devices, ranges, relations, commits, meter);
  const background = new BackgroundCopy(
    { devices, relations, directory, instances, store, load, backEnd: group, commits },
    meter,
  );
  return Object.freeze({
    commits,
    devices,
    group,
    medium,
    load,
    instances,
    store,
    pages,
    queue,
    directory,
    ranges,
    points,
    windows,
    relations,
    snapshots,
    background,
  });
}

function reserveSectors(capacitySectors: number): number {
  const wanted = METADATA_RESERVE_TRACKS * RESERVE_TRACK_SECTORS;
  return Math.min(wanted, Math.floor(capacitySectors / RESERVE_DIVISOR));
}
