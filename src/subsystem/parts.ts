/**
 * The parts of a subsystem and how they are joined. The doors `inspect` and `testing` look at them;
 * everybody else uses the subsystem's own operations.
 *
 * @module
 */
import { CommitOrder } from '../base/commit-order.ts';
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
import { BackEnd } from '../media/back-end.ts';
import { CapacityLoad } from '../media/net-capacity-load.ts';
import { PARITY_WASM } from '../media/parity-simd.ts';
import { FreeSpaceCollection } from '../reclaim/collection.ts';
import { Rebuild } from '../reclaim/rebuild.ts';
import { Scrub } from '../reclaim/scrub.ts';
import { checkPorts, type SubsystemConfiguration, type SubsystemPorts } from './configuration.ts';
import { shapeGroups } from './group-configuration.ts';

/** Entries of directory pages: chosen by measurement (docs/decisions/0002). */
const DIRECTORY_SHAPE: DirectoryShape = Object.freeze({ leafBits: 7, interiorBits: 9 });

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
  readonly backEnd: BackEnd;
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
  readonly collection: FreeSpaceCollection;
  readonly rebuild: Rebuild;
  readonly scrub: Scrub;
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
  const memoryBits =
    configuration.capacityBytes < LARGE_CAPACITY_BYTES ? MEMORY_BITS_SMALL : MEMORY_BITS_LARGE;
  const backEnd = assembleBackEnd(configuration, ports, commits, memoryBits);
  const { groups } = backEnd;
  const load = new CapacityLoad(
    groups.length === 1 ? (groups[0] ?? backEnd) : backEnd,
    groups,
    configuration.thresholds,
    ports.trace,
  );
  load.keep(journal);
  const instances = new TrackInstances(backEnd, memoryBits);
  const store = new TrackStore(backEnd, instances, ports, load);
  const pages = new DirectoryPages(shape, instances, memoryBits);
  const queue = new ReleaseQueue(pages, instances);
  const directory = new TrackDirectory(devices, pages, queue);
  const ranges = new DirectoryRanges(directory, devices, instances);
  const points = new RetainedPoints(directory, commits, journal);
  const windows = new ConflictWindows(devices, journal);
  const relations = new RelationTable(
    devices,
    windows,
    commits,
    journal,
    configuration.jobCountMax,
  );
  const snapshots = new Snapshots(devices, ranges, relations, commits, meter);
  const background = new BackgroundCopy(
    { devices, relations, directory, instances, store, load, backEnd, commits },
    meter,
  );
  const collection = new FreeSpaceCollection(
    { backEnd, instances, store, load, meter },
    configuration.collection.victim,
  );
  const healing = { backEnd, instances, store, meter };
  const rebuild = new Rebuild(healing);
  const scrub = new Scrub(healing);
  // In the order in which they are restored; devices, points, windows and relations have said so.
  journal.keep(commits);
  for (const part of [instances, pages, queue, collection, rebuild, scrub]) part.keep(journal);
  journal.keep(store);
  return Object.freeze({
    commits,
    devices,
    backEnd,
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
    collection,
    rebuild,
    scrub,
  });
}

function assembleBackEnd(
  configuration: SubsystemConfiguration,
  ports: SubsystemPorts,
  commits: CommitOrder,
  memoryBits: number,
): BackEnd {
  checkPorts(configuration, ports);
  return new BackEnd({
    shapes: shapeGroups(configuration.groups),
    hasBytes: configuration.content === 'bytes',
    nvsBytes: configuration.nvs.bytes,
    destage: configuration.nvs.destage,
    spareDrives: configuration.spareDrives,
    parity: PARITY_WASM,
    checksum: ports.checksum,
    driveWork: ports.driveWork,
    drives: ports.drives,
    keeping: ports.journal,
    changes: {
      next: () => commits.next(),
      durable: () => ports.journal.durable(),
    },
    memoryBits,
  });
}
