/**
 * Queries: a device with the copies that it takes part in, and the subsystem's space.
 *
 * A device may take part in more copies than one answer holds; the answer then says where to go on.
 * Others' copies are shown, their polling tokens are not.
 *
 * @module
 */
import { MESSAGE_BYTES_MAX } from '../base/limits.ts';
import type { Refusal } from '../base/refusal.ts';
import { deviceNumber } from '../base/units.ts';
import type { DeviceSpaceReport, GroupSpaceReport } from '../subsystem/capacity-report.ts';
import { unknownDevice } from './define-source.ts';
import type { DefinedDevice } from './definitions.ts';
import { type DevicePart, isDevice } from './jobs.ts';
import type { CapacityAnswer, DeviceAnswer, DeviceJob, QueryDevice } from './messages.ts';
import type { PathGroupId } from './path-group-id.ts';
import { standingOf } from './report-status.ts';
import type { ResponderState } from './responder-state.ts';
import { tokenBytes } from './token.ts';

/** Bytes that one entry may take beyond what its definition took: token, sequence, times, role. */
const ENTRY_EXTRA_BYTES = 128;

/** Answers what a device is and which copies it takes part in. */
export function describeDevice(
  state: ResponderState,
  pathGroup: PathGroupId,
  { device: number, from = 0, space = false }: QueryDevice,
): DeviceAnswer | Refusal {
  const { subsystem, jobs, reservations } = state;
  const device = subsystem.findDevice(deviceNumber(number));
  if (device === undefined) return unknownDevice(number);
  const entries: DeviceJob[] = [];
  let next: number | undefined;
  let at = 0;
  let bytes = 0;
  for (const entry of jobs.partsOf(device)) {
    if (at >= from) {
      bytes += entry.part.bytes + ENTRY_EXTRA_BYTES;
      if (bytes > MESSAGE_BYTES_MAX && entries.length > 0) {
        next = at;
        break;
      }
      entries.push(describeJob(state, pathGroup, device, entry));
    }
    at += 1;
  }
  return {
    kind: 'device',
    device: device.number,
    model: device.model.name,
    generation: device.generation,
    cylinders: device.cylinders,
    headCount: device.model.type.headCount,
    trackCount: device.trackCount,
    trackCapacity: device.trackCapacity,
    ...(device.homeGroup !== null && { homeGroup: device.homeGroup }),
    readOnly: device.readOnly,
    reservedToOther: reservations.otherHolder(device, pathGroup) !== undefined,
    jobs: entries,
    ...(next !== undefined && { next }),
    ...(space && { space: spaceOf(subsystem.space.device(device.index)) }),
  };
}

function describeJob(
  { subsystem }: ResponderState,
  pathGroup: PathGroupId,
  device: DefinedDevice,
  { job, part }: DevicePart,
): DeviceJob {
  const role = isDevice(part.target, device) ? 'target' : 'source';
  return {
    role: isDevice(part.source, part.target) ? 'both' : role,
    source: part.source.number,
    target: part.target.number,
    ...(part.volser !== null && { volser: part.volser }),
    label: part.label,
    state: standingOf(subsystem, part.relation).state,
    sequence: job.sequence,
    executedAt: job.executedAt,
    tracks: part.tracks,
    wholeDevice: part.wholeDevice,
    ...(job.pathGroup === pathGroup && { pollingToken: tokenBytes(job.token) }),
    dataSets: part.dataSets,
  };
}

function spaceOf(report: DeviceSpaceReport): NonNullable<DeviceAnswer['space']> {
  const { mapped, unique, shared, rawBytes, storedBytes, uniqueBytes } = report;
  return { mapped, unique, shared, rawBytes, storedBytes, uniqueBytes };
}

function groupOf(report: GroupSpaceReport): CapacityAnswer['groups'][number] {
  const { group, capacityBytes, liveBytes, deadBytes, freeCylinders, threshold, redundancy } =
    report;
  return { group, capacityBytes, liveBytes, deadBytes, freeCylinders, threshold, redundancy };
}

/** Answers how full the subsystem is. */
export function describeCapacity({ subsystem, jobs }: ResponderState): CapacityAnswer {
  const { name, hostSelectable, deviceCountMax, jobCountMax } = subsystem.configuration;
  const { thresholds, grossThreshold: _, ...figures } = subsystem.space.capacity();
  const forecast = subsystem.space.forecast();
  return {
    kind: 'capacity',
    subsystem: name.replace(/[^ -~]/g, '?').slice(0, 64),
    ...figures,
    warnPercent: thresholds.warn,
    alertPercent: thresholds.alert,
    criticalPercent: thresholds.critical,
    trend: forecast.kind,
    ...(forecast.kind === 'growing' && { fullAt: forecast.fullAt }),
    groups: subsystem.space.groups().map(groupOf),
    hostSelectable,
    deviceCount: subsystem.devices().length,
    deviceCountMax,
    jobCount: jobs.slots,
    jobCountMax,
  };
}
