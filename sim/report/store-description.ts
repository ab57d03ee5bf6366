/**
 * Describes volumes and jobs of a store as plain data.
 *
 * @module
 */
import {
  type CopyLineage,
  formatDeviceNumber,
  formatRefusal,
  type HostRecords,
  type JobRecord,
  STEP_NAMES,
  toHexadecimal,
  type VolumeSummary,
} from '../../src/index.ts';
import type { CopyRecord, HostJobRecord } from './copy-record.ts';
import type { StoreMoment } from './store-moment.ts';
import type { VolumeRow } from './store-record.ts';

/** Gives a model time its date. */
export type MomentOf = (nanos: number) => StoreMoment;

/** A device in short, with the backup that it holds. */
export function describeVolume(
  { device, volser, online }: VolumeSummary,
  subsystem: string,
  records: HostRecords,
  momentOf: MomentOf,
): VolumeRow {
  const held = records.backupOn({ subsystem, device: device.number });
  return {
    device: formatDeviceNumber(device.number),
    model: device.model.name,
    cylinders: device.cylinders,
    volser: volser ?? null,
    state: online ? 'online' : volser === undefined ? 'empty' : 'offline',
    readOnly: device.readOnly,
    backup:
      held === undefined
        ? null
        : {
            job: held.job.name,
            of: held.copy.sourceVolser,
            takenAt: momentOf(held.copy.takenAt),
          },
  };
}

/** A job with its copies and steps. */
export function describeJob(job: JobRecord, momentOf: MomentOf): HostJobRecord {
  const [first, last] = [job.steps[0], job.steps.at(-1)];
  const { failure } = job;
  return {
    id: job.id,
    name: job.name,
    job: job.kind,
    host: job.host,
    state: job.state,
    startedAt: first === undefined ? null : momentOf(first.startedAt),
    endedAt: last === undefined ? null : momentOf(last.endedAt),
    logicallyComplete: job.logicallyComplete,
    physicallyComplete: job.physicallyComplete,
    copies: job.copies.map((copy) => describeCopy(copy, momentOf)),
    failure:
      failure === undefined
        ? null
        : {
            step: failure.step,
            why: formatRefusal(failure.refusal),
            targetState: failure.targetState,
          },
    steps: job.steps.map((step) => ({
      step: step.step,
      name: STEP_NAMES[step.step],
      startedAt: momentOf(step.startedAt),
      endedAt: momentOf(step.endedAt),
      channelPrograms: step.cost.channelPrograms,
      channelBytes: step.cost.channelBytesIn + step.cost.channelBytesOut,
      processorNanos: step.cost.processorNanos,
      messages: step.messages,
      notes: step.notes,
    })),
  };
}

function describeCopy(copy: CopyLineage, momentOf: MomentOf): CopyRecord {
  return {
    source: formatDeviceNumber(copy.source.device),
    sourceVolser: copy.sourceVolser,
    target: formatDeviceNumber(copy.target.device),
    targetVolser: copy.targetVolser,
    identity: copy.identity,
    method: copy.method,
    methodReason: copy.methodReason ?? null,
    takenAt: momentOf(copy.takenAt),
    sequence: copy.sequence,
    pollingTokens: copy.pollingTokens.map(toHexadecimal),
    overwrittenBy: copy.overwrittenBy ?? null,
  };
}
