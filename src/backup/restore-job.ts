/**
 * A restore: the messages of a backup in the other direction, from the copy onto its source.
 *
 * What the copy is and what it was made from comes from the host's records. The original device is
 * taken offline, gets the tracks of the copy by pointers, and gets back its serial and names.
 *
 * @module
 */
import { done, type Outcome, refuse } from '../base/refusal.ts';
import type { DataProcessor } from '../host/data-processor.ts';
import { type CopyLineage, isHeld, type JobRecord } from '../host/host-records.ts';
import {
  completeRestore,
  type RestoreOptions,
  type RestoreRequest,
  type VolumeName,
} from './backup-request.ts';
import { CopyJob } from './copy-job.ts';
import type { PairPlan } from './copy-run.ts';
import { checkStillThere } from './lineage.ts';

/** Begins a restore; see {@link file://./backup-job.ts} for how to drive it. */
export function startRestore(host: DataProcessor, request: RestoreRequest): CopyJob {
  const name = request.name ?? `restore of ${request.backup}`;
  return new CopyJob(host, { kind: 'restore', name }, () => {
    const options = completeRestore(request);
    if (options.kind === 'refused') return options;
    const job = findBackupToRestore(host, options.value.backup);
    if (job.kind === 'refused') return job;
    const copies = findCopies(job.value, options.value);
    if (copies.kind === 'refused') return copies;
    const pairs = copies.value.map(
      (copy): PairPlan => ({
        kind: 'restore',
        backupId: job.value.id,
        copy,
        target: options.value.to ?? originalPlace(host, copy),
      }),
    );
    return done({ kind: 'restore', options: options.value, pairs });
  });
}

/** The latest finished backup of that name some of whose copies are there; else the latest of all. */
function findBackupToRestore(host: DataProcessor, name: string): Outcome<JobRecord> {
  const job = host.records.generations(name).findLast(isHeld);
  return job === undefined ? findFinishedBackup(host, name) : done(job);
}

/** The latest finished backup of that name. Refused BACKUP_UNKNOWN. */
export function findFinishedBackup(host: DataProcessor, name: string): Outcome<JobRecord> {
  const job = host.records
    .generations(name)
    .findLast(({ kind, state }) => kind === 'backup' && state === 'done');
  if (job !== undefined) return done(job);
  return refuse('BACKUP_UNKNOWN', {
    what: `backup ${name}`,
    limit: 'the records of the host have no finished backup of that name',
    fix: 'check the name, and that the backup has ended',
  });
}

/** The copies that the request means. */
function findCopies(job: JobRecord, options: RestoreOptions): Outcome<readonly CopyLineage[]> {
  const { volumes } = options;
  const copies = job.copies.filter((copy) => volumes?.includes(copy.sourceVolser) ?? true);
  if (copies.length === 0 || copies.length < (volumes?.length ?? 1)) {
    const has = job.copies.map(({ sourceVolser }) => sourceVolser).join(', ');
    return refuse('BACKUP_UNKNOWN', {
      what: `volumes ${volumes?.join(', ') ?? ''} of backup ${options.backup}`,
      limit: `the backup has ${has}`,
      fix: 'name volumes that were backed up',
    });
  }
  if (options.to !== undefined && copies.length > 1) {
    return refuse('NO_TARGET', {
      what: `one target for ${copies.length} volumes`,
      limit: 'each volume needs its own target',
      fix: 'name the one volume that goes there',
    });
  }
  for (const copy of copies) {
    const gone = checkStillThere(job, copy.target);
    if (gone !== undefined) return gone;
  }
  return done(copies);
}

/** Where the original is: by its serial if that is online, otherwise the device it was on. */
function originalPlace(host: DataProcessor, copy: CopyLineage): VolumeName {
  const online = host.findVolume(copy.sourceVolser);
  const isElsewhere = online !== undefined && online.device !== copy.target.device;
  return { kind: 'device', device: isElsewhere ? online.device : copy.source.device };
}
