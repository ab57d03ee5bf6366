/**
 * The entries `backup` and `restore`: the host's own jobs, step by step.
 *
 * @module
 */
import {
  type CopyJob,
  type DataProcessor,
  deviceNumber,
  formatDeviceNumber,
  type JobRecord,
  startBackup,
  startRestore,
  type TargetName,
  totalMessages,
  type VolumeName,
} from '../../src/index.ts';
import { type EntryMachine, type EntryStep, ended } from './entry-machine.ts';
import type { DeviceOrVolume } from './field.ts';
import type { Laboratory } from './laboratory.ts';
import type { PlacedDevice } from './laboratory-subsystem.ts';
import { formatCount } from './quantity.ts';
import type { Plain } from './run-record.ts';
import type { EntryOf, InnerEntry } from './scenario.ts';
import type { BackupTarget } from './timeline-schema.ts';

/** The machine of a `backup`. */
export function backupEntry(laboratory: Laboratory, entry: EntryOf<'backup'>): EntryMachine {
  const { fields } = entry;
  const name = copyNameOf(entry);
  const job = startBackup(laboratory.host(fields.host), {
    name,
    source: fields.source,
    target: fields.target.map(targetName),
    identity: fields.identity,
    ...(fields.volser === undefined ? {} : { volser: fields.volser }),
    extents: fields.extents,
    atomic: fields.atomic,
    copy: fields.copy,
    separation: fields.separation,
    wait: fields.wait,
    onBusy: fields.serialize,
    reuse: fields.reuse,
    supersede: fields.supersede,
    method: fields.method,
  });
  const by = fields.method === 'hostCopy' ? 'host copy' : 'backup';
  return jobMachine(job, {
    title: `${by} ${fields.as === undefined ? '' : `${name} `}of ${fields.source.join(', ')}`,
    copyName: name,
    tracksPerInquiry: fields.tracksPerInquiry ?? laboratory.scenario.tracksPerInquiry,
  });
}

/** The machine of a `restore`. */
export function restoreEntry(laboratory: Laboratory, entry: EntryOf<'restore'>): EntryMachine {
  const { fields } = entry;
  const { backup, to, volumes } = fields;
  const job = startRestore(hostOfBackup(laboratory, backup, fields.host), {
    name: `restore-L${entry.place.line}`,
    backup,
    ...(volumes === undefined ? {} : { volumes }),
    ...(to === undefined ? {} : { to: volumeName(to) }),
    wait: fields.wait,
    copy: fields.copy,
  });
  return jobMachine(job, {
    title: `restore ${backup}${to === undefined ? '' : ` to ${describeName(to)}`}`,
    copyName: job.record.name,
    tracksPerInquiry: laboratory.scenario.tracksPerInquiry,
  });
}

/** Name of a backup; one that the scenario does not name is called after its line. */
export function copyNameOf(entry: EntryOf<'backup'>): string {
  return entry.fields.as ?? `backup-L${entry.place.line}`;
}

/** Volumes that the copy of an entry reads, where it is one. */
export function copySources(laboratory: Laboratory, entry: InnerEntry): readonly PlacedDevice[] {
  if (entry.kind === 'backup') {
    return entry.fields.source.flatMap((volser) => laboratory.findVolume(volser) ?? []);
  }
  if (entry.kind !== 'restore') return [];
  const copies = laboratory.complex.records.find(entry.fields.backup)?.copies ?? [];
  return copies.flatMap(({ target }) => laboratory.device(target.subsystem, target.device) ?? []);
}

/** The host whose path group owns a backup; only it may inquire with its tokens. */
export function hostOfBackup(
  laboratory: Laboratory,
  backup: string,
  asked?: string,
): DataProcessor {
  const owner = asked ?? laboratory.complex.records.find(backup)?.host;
  const [first] = laboratory.hosts;
  if (owner !== undefined) return laboratory.host(owner);
  // A backup that has not run has no record; whichever host asks is told so.
  if (first === undefined) throw new RangeError('a backup needs a host');
  return first;
}

/** A device or volume in the words of the host. */
function volumeName(name: DeviceOrVolume): VolumeName {
  return name.kind === 'device'
    ? { kind: 'device', device: deviceNumber(name.number) }
    : { kind: 'volser', volser: name.volser };
}

/** A device or volume for people. */
export function describeName(name: DeviceOrVolume): string {
  return name.kind === 'device' ? formatDeviceNumber(deviceNumber(name.number)) : name.volser;
}

function targetName(target: BackupTarget): TargetName {
  return target.kind === 'auto' ? target : volumeName(target);
}

function jobMachine(
  job: CopyJob,
  about: { title: string; copyName: string; tracksPerInquiry: number },
): EntryMachine {
  return {
    ...about,
    job,
    step: (): EntryStep => {
      const step = job.step();
      return step.kind === 'done' ? ended(jobResult(step.value), jobNotes(step.value)) : step;
    },
  };
}

/** A finished job as plain data. */
function jobResult(job: JobRecord): { readonly [key: string]: Plain } {
  const { copies, conflict } = job;
  const methods = new Set(copies.map((copy) => copy.method));
  return {
    name: job.name,
    host: job.host,
    method: methods.size === 1 ? (copies[0]?.method ?? null) : 'mixed',
    source: copies.map((copy) => copy.sourceVolser),
    copies: copies.map((copy) => ({
      source: copy.sourceVolser,
      sourceDevice: formatDeviceNumber(copy.source.device),
      target: copy.targetVolser,
      targetDevice: formatDeviceNumber(copy.target.device),
      identity: copy.identity,
      method: copy.method,
      sequence: copy.sequence,
      tracks: copy.runs.reduce((sum, run) => sum + run.count, 0),
      tracksRewritten: copy.rewritten.length,
    })),
    logicallyComplete: job.logicallyComplete,
    physicallyComplete: job.physicallyComplete,
    conflict:
      conflict === undefined
        ? null
        : {
            device: formatDeviceNumber(conflict.device),
            track: conflict.track,
            side: conflict.side,
          },
    messages: { ...totalMessages(job) },
    steps: job.steps.map((step) => ({
      step: step.step,
      messages: { ...step.messages },
      channelPrograms: step.cost.channelPrograms,
      channelBytesIn: step.cost.channelBytesIn,
      channelBytesOut: step.cost.channelBytesOut,
      processorNanos: step.cost.processorNanos,
      notes: [...step.notes],
    })),
  };
}

/** What people want to know of a finished job. */
function jobNotes(job: JobRecord): readonly string[] {
  const notes = job.copies.map((copy) => {
    const how = copy.method === 'pointer' ? `at sequence ${copy.sequence}` : 'by the host';
    const why = copy.methodReason === undefined ? '' : ` (${copy.methodReason})`;
    const rewritten =
      copy.rewritten.length === 0
        ? 'nothing rewritten'
        : `${formatCount(copy.rewritten.length, 'track')} rewritten`;
    return (
      `${copy.sourceVolser} copied ${how}${why} to ${formatDeviceNumber(copy.target.device)}, ` +
      `now ${copy.targetVolser} (${copy.identity}, ${rewritten})`
    );
  });
  const { conflict } = job;
  if (conflict === undefined) return notes;
  const device = formatDeviceNumber(conflict.device);
  return [
    ...notes,
    `conflict: the ${conflict.side} ${device} was written within the series, first at track ${conflict.track}`,
  ];
}
