/**
 * What the host's records keep of a finished copy, so that it can be told what the copy is and so
 * that a restore can give back what step 210 changed.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import {
  type CopyLineage,
  type DeviceName,
  type IdentityMode,
  isSameDevice,
  type JobRecord,
} from '../host/host-records.ts';
import { type CopyPair, type CopyRun, sourceOf, targetOf } from './copy-run.ts';

/** The lineage of a pair whose copy is complete. */
export function lineageOf(run: CopyRun, pair: CopyPair): CopyLineage {
  const source = sourceOf(pair);
  const target = targetOf(pair);
  const { sequence, takenAt } = pair;
  invariant(sequence !== undefined && takenAt !== undefined, 'backup-pair-copied', run.owner);
  return {
    source: { subsystem: source.block.subsystem, device: source.block.device },
    target: { subsystem: target.block.subsystem, device: target.block.device },
    sourceVolser: source.label.volser,
    targetVolser: target.volser,
    identity: identityOf(run, pair),
    sequence,
    takenAt,
    method: pair.method,
    ...(pair.methodReason === undefined ? {} : { methodReason: pair.methodReason }),
    sourceCylinders: source.block.cylinders,
    targetCylinders: run.host.findDevice(target.block.device)?.cylinders ?? target.block.cylinders,
    runs: source.runs,
    wholeVolume: isWholeVolume(run, pair),
    rewritten: pair.metadata?.rewritten ?? [],
    pollingTokens: pair.pollingTokens,
  };
}

/** How the copy is named: as asked for a backup; a restore gives the names back by relabelling. */
function identityOf(run: CopyRun, pair: CopyPair): IdentityMode {
  if (run.plan.kind === 'backup') return run.plan.options.identity;
  return pair.plan.kind === 'restore' && pair.plan.copy.identity === 'clone' ? 'clone' : 'relabel';
}

/**
 * Whether a device still holds the copy that a backup made there.
 *
 * @param job - The record of the backup as it is now.
 * @returns BACKUP_TARGET_CHANGED when something else was written over it.
 */
export function checkStillThere(job: JobRecord, place: DeviceName): Refusal | undefined {
  const copy = job.copies.find(({ target }) => isSameDevice(target, place));
  if (copy?.overwrittenBy === undefined) return undefined;
  return refuse('BACKUP_TARGET_CHANGED', {
    what: `copy of ${copy.sourceVolser} in backup ${job.name}`,
    limit: `its device was overwritten by ${copy.overwrittenBy}`,
    fix: 'take another backup',
  });
}

function isWholeVolume(run: CopyRun, pair: CopyPair): boolean {
  if (pair.plan.kind === 'restore') return pair.plan.copy.wholeVolume;
  return run.plan.kind === 'backup' && run.plan.options.extents === 'volume';
}
