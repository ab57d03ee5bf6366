/**
 * A backup as an installation is asked for it.
 *
 * @module
 */
import type { BackupRequest, TargetName } from '../backup/backup-request.ts';
import { done, type Outcome } from '../base/refusal.ts';
import type { DataProcessor } from '../host/data-processor.ts';
import type { Installation } from './installation.ts';

/** A backup; nobody waits for what another job holds. */
export interface VolumeBackupRequest extends Omit<BackupRequest, 'onBusy'> {
  /** Take the named targets even where they hold data sets; default false. */
  readonly overwrite?: boolean;
}

/** Takes the named targets out of use, so that no job takes them for volumes that somebody needs. */
export function giveTargetsUp(
  installation: Installation,
  host: DataProcessor,
  target: VolumeBackupRequest['target'],
): Outcome<null> {
  const names: readonly TargetName[] = target === undefined ? [] : [target].flat();
  for (const name of names) {
    if (name.kind === 'auto') continue;
    const found = installation.find(name);
    if (found.kind === 'refused') return found;
    const offline = host.varyOffline(found.value.number);
    if (offline.kind === 'refused') return offline;
  }
  return done(null);
}
