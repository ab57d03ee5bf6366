/**
 * Values that an `expect` entry can name: figures of backups, snapshots, volumes and subsystems.
 *
 * @module
 */
import {
  type DataProcessor,
  deviceVolume,
  formatDeviceNumber,
  type JobRecord,
  type MemberReport,
  readVtoc,
  type Subsystem,
  totalCost,
  totalMessages,
} from '../../src/index.ts';
import type { Observed } from './comparison.ts';
import type { CopyWitnesses } from './copy-witnesses.ts';
import { dataSetValues } from './data-set-values.ts';
import { recordDrives } from './drives-record.ts';
import type { MadeRelation } from './entry-machine.ts';
import { parseDeviceOrVolume } from './field.ts';
import type { Laboratory } from './laboratory.ts';
import type { LaboratorySubsystem, PlacedDevice } from './laboratory-subsystem.ts';
import type { SnapshotNames } from './snapshot-entry.ts';

/** The thing that remembered values belong to. */
const REMEMBERED = 'remembered';

/** A value, computed when it is asked for. */
type Getter = () => Observed;

/** Where values come from. */
export interface ValueSources {
  readonly laboratory: Laboratory;
  readonly witnesses: CopyWitnesses;
  readonly snapshots: SnapshotNames;
  /** Values noted by `remember`. */
  readonly remembered: ReadonlyMap<string, Observed>;
  /** Relations that each named copy has made. */
  readonly relationsOf: (name: string) => readonly MadeRelation[];
}

/** The values of a thing by their names; `undefined` when there is no such thing. */
export function valuesOf(
  sources: ValueSources,
  thing: string,
): Readonly<Record<string, Getter>> | undefined {
  const { laboratory, snapshots, witnesses } = sources;
  const job = laboratory.complex.records.find(thing);
  if (job !== undefined) {
    return {
      ...jobValues(job),
      ...relationValues(sources.relationsOf(thing)),
      digest: () => witnesses.of(thing)[0]?.digest ?? 'unknown',
    };
  }
  if (thing === REMEMBERED) {
    return Object.fromEntries([...sources.remembered].map(([name, value]) => [name, () => value]));
  }
  if (snapshots.has(thing)) return relationValues(snapshots.of(thing));
  const subsystem = laboratory.subsystems.find(({ name }) => name === thing);
  if (subsystem !== undefined) return subsystemValues(subsystem);
  const host = laboratory.hosts.find(({ name }) => name === thing);
  if (host !== undefined) return hostValues(host);
  const [where = thing, dataSet] = thing.split(':', 2);
  const placed = laboratory.findVolume(where) ?? findDevice(laboratory, where);
  if (placed === undefined) return undefined;
  return dataSet === undefined
    ? volumeValues(laboratory, placed)
    : dataSetValues(laboratory, placed, dataSet);
}

/** A device by its four digits. */
function findDevice(laboratory: Laboratory, thing: string): PlacedDevice | undefined {
  const named = parseDeviceOrVolume(thing);
  if (named.kind === 'fault' || named.value.kind !== 'device') return undefined;
  return laboratory.findDevice(named.value.number);
}

/** Names of everything that has values now. */
export function thingsWithValues({ laboratory }: ValueSources): readonly string[] {
  return [
    ...laboratory.complex.records.all().map(({ name }) => name),
    ...laboratory.subsystems.map(({ name }) => name),
    ...laboratory.hosts.map(({ name }) => name),
    ...laboratory.onlineVolsers(),
  ];
}

function jobValues(job: JobRecord): Record<string, Getter> {
  const [first] = job.copies;
  const { conflict } = job;
  return {
    state: () => job.state,
    method: () => first?.method ?? 'none',
    target: () => (first === undefined ? 'none' : formatDeviceNumber(first.target.device)),
    volser: () => first?.targetVolser ?? 'none',
    sequence: () => first?.sequence ?? 0,
    copies: () => job.copies.length,
    logicallyComplete: () => job.logicallyComplete,
    physicallyComplete: () => job.physicallyComplete,
    conflict: () =>
      conflict === undefined
        ? 'none'
        : `${conflict.side} ${formatDeviceNumber(conflict.device)} track ${conflict.track}`,
    conflictSide: () => conflict?.side ?? 'none',
    messages: () => {
      const counts = totalMessages(job);
      return ['sourceDefinition', 'targetExecution', 'statusInquiry'].reduce(
        (sum, kind) => sum + (counts[kind] ?? 0),
        0,
      );
    },
    channelPrograms: () => totalCost(job).channelPrograms,
    channelBytes: () => totalCost(job).channelBytesIn + totalCost(job).channelBytesOut,
    channelBytesIn: () => totalCost(job).channelBytesIn,
    channelBytesOut: () => totalCost(job).channelBytesOut,
    processorTime: () => totalCost(job).processorNanos,
    tracksRewritten: () => job.copies.reduce((sum, copy) => sum + copy.rewritten.length, 0),
  };
}

function relationValues(relations: readonly MadeRelation[]): Record<string, Getter> {
  const states = (): ReturnType<LaboratorySubsystem['subsystem']['relationState']>[] =>
    relations.map(({ owner, id }) => owner.subsystem.relationState(id));
  const sum = (of: (state: ReturnType<typeof states>[number]) => number): Getter => {
    return () => states().reduce((total, state) => total + of(state), 0);
  };
  return {
    phase: () => states()[0]?.state ?? 'none',
    tracksTotal: sum((state) => state.tracksTotal),
    tracksCopied: sum((state) => state.tracksCopied),
    tracksRemaining: sum((state) => state.tracksRemaining),
    targetWrites: sum((state) => state.targetWrites),
    tracksShared: () =>
      relations.reduce(
        (total, { owner, id }) => total + owner.subsystem.relationTracks(id).shared,
        0,
      ),
  };
}

function subsystemValues({ subsystem, meter }: LaboratorySubsystem): Record<string, Getter> {
  const counters = Object.keys(meter.totals()) as Parameters<typeof meter.total>[0][];
  return {
    ...Object.fromEntries(counters.map((counter) => [counter, () => meter.total(counter)])),
    ...spaceValues(subsystem),
    ...driveValues(subsystem),
    devices: () => subsystem.devices().length,
    relations: () => [...subsystem.relations()].length,
    now: () => subsystem.ports.clock.now(),
  };
}

function spaceValues(subsystem: Subsystem): Record<string, Getter> {
  const { space } = subsystem;
  return {
    liveBytes: () => space.capacity().liveBytes,
    deadBytes: () => space.capacity().deadBytes,
    unwrittenBytes: () => space.capacity().unwrittenBytes,
    freeCylinders: () => space.capacity().freeCylinders,
    netCapacityLoad: () => space.capacity().netCapacityLoadPercent,
    grossCapacityLoad: () => space.capacity().grossCapacityLoadPercent,
    threshold: () => space.capacity().threshold,
    points: () => space.points().length,
    heldBytes: () => space.points().reduce((sum, { uniqueBytes }) => sum + uniqueBytes, 0),
    forecast: () => space.forecast().kind,
    fullAt: () => {
      const forecast = space.forecast();
      return forecast.kind === 'growing' ? forecast.fullAt : 'never';
    },
  };
}

/** The worst group's word stands for all. */
const REDUNDANCY_ORDER = ['full', 'exposed', 'degraded', 'beyond'] as const;

function driveValues(subsystem: Subsystem): Record<string, Getter> {
  const { drives } = subsystem;
  const sum = (of: keyof MemberReport & `${string}s`): number =>
    drives
      .report()
      .groups.flatMap(({ members }) => members)
      .reduce((total, member) => total + member[of], 0);
  return {
    redundancy: () => {
      const states = new Set(drives.report().groups.map(({ redundancy }) => redundancy));
      return REDUNDANCY_ORDER.findLast((state) => states.has(state)) ?? 'full';
    },
    spares: () => drives.report().spares,
    drivesFailed: () =>
      drives
        .report()
        .groups.flatMap(({ members }) => members)
        .filter(({ state }) => state === 'failed').length,
    missingCylinders: () => sum('missingCylinders'),
    unreadableSectors: () => sum('unreadableSectors'),
    destaged: () => drives.report().destagedCylinders,
    collected: () => drives.report().collectedCylinders,
    rebuilt: () => drives.report().rebuiltCylinders,
    evacuated: () => drives.report().evacuatedCylinders,
    healed: () => drives.report().healedTracks,
    scrubbed: () => drives.report().scrub.verified,
    lost: () => drives.lostTracks().length,
  };
}

function hostValues(host: DataProcessor): Record<string, Getter> {
  const { total } = host.meter;
  return {
    channelPrograms: () => total.cost().channelPrograms,
    channelBytes: () => total.cost().channelBytesIn + total.cost().channelBytesOut,
    channelBytesIn: () => total.cost().channelBytesIn,
    channelBytesOut: () => total.cost().channelBytesOut,
    processorTime: () => total.cost().processorNanos,
    volumesOnline: () => host.devices().filter(({ volume }) => volume !== undefined).length,
  };
}

function volumeValues(laboratory: Laboratory, placed: PlacedDevice): Record<string, Getter> {
  const { owner, device } = placed;
  return {
    device: () => formatDeviceNumber(device.number),
    subsystem: () => owner.name,
    model: () => device.model.name,
    cylinders: () => owner.subsystem.device(device.index).cylinders,
    digest: () => laboratory.digest(placed),
    dataSets: () =>
      owner.meter.unseen(() => {
        const vtoc = readVtoc(deviceVolume(owner.subsystem, device));
        return vtoc.kind === 'done' ? vtoc.value.entries.length : 0;
      }),
    tracksMapped: () => owner.subsystem.deviceSpace(device.index).mapped,
    tracksShared: () => owner.subsystem.deviceSpace(device.index).shared,
    tracksUnique: () => owner.subsystem.deviceSpace(device.index).unique,
    tracksElsewhere: () => owner.subsystem.deviceSpace(device.index).outsideHome,
    tracksLost: () =>
      recordDrives(owner).lost.filter(({ owners }) =>
        owners.some((one) => one.device === formatDeviceNumber(device.number)),
      ).length,
    rawBytes: () => owner.subsystem.deviceSpace(device.index).rawBytes,
    storedBytes: () => owner.subsystem.deviceSpace(device.index).storedBytes,
    ratio: () => owner.subsystem.deviceSpace(device.index).compressionRatio,
    points: () => owner.subsystem.retention.points(device.index).length,
  };
}
