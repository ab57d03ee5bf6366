/**
 * A backup: the door to steps 201 to 211.
 *
 * @module
 */
import { done } from '../base/refusal.ts';
import type { DataProcessor } from '../host/data-processor.ts';
import { type BackupRequest, completeBackup } from './backup-request.ts';
import { CopyJob } from './copy-job.ts';

/**
 * Begins a backup. Nothing happens before the job is stepped; a request that makes no sense is
 * refused by the first step.
 *
 * Step the job until it answers `done` or a refusal. `waiting` names what it waits for: `lock` ends
 * when another job lets go, `background` when the subsystem got time for background work, `space` and
 * `reservation` when there is some.
 */
export function startBackup(host: DataProcessor, request: BackupRequest): CopyJob {
  return new CopyJob(host, { kind: 'backup', name: request.name }, () => {
    const options = completeBackup(request);
    if (options.kind === 'refused') return options;
    const pairs = options.value.pairs.map((pair) => ({ kind: 'backup', request: pair }) as const);
    return done({ kind: 'backup', options: options.value, pairs });
  });
}
