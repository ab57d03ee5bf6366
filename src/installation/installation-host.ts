/**
 * One host of an installation: what it does on its volumes through channel programs and messages.
 *
 * @module
 */
import type { Outcome } from '../base/refusal.ts';
import type { DataProcessor } from '../host/data-processor.ts';
import {
  IntervalReleaseJob,
  type IntervalReleaseRequest,
  type VolumeRelease,
} from '../host/interval-release.ts';
import {
  RestoreDataSetJob,
  type RestoreDataSetRequest,
  type RestoredDataSet,
} from '../host/restore-data-set.ts';
import { ScratchJob, type ScratchRequest, type ScratchResult } from '../host/scratch-data-set.ts';
import { type CopyStatus, inquire, type WithdrawRequest, withdraw } from './copy-control.ts';
import {
  CopyTask,
  type CopyTaskResult,
  type VolumeBackupRequest,
  type VolumeRestoreRequest,
} from './copy-task.ts';
import { HostTask } from './host-task.ts';
import type { InstallationTask } from './installation-task.ts';
import type { MachineRoom } from './machine-room.ts';
import {
  snapshotVolumes,
  type VolumeSnapshot,
  type VolumeSnapshotRequest,
} from './snapshot-volumes.ts';

/** A host and what it does. */
export class InstallationHost {
  readonly name: string;
  readonly processor: DataProcessor;
  readonly #room: MachineRoom;

  constructor(room: MachineRoom, processor: DataProcessor) {
    this.#room = room;
    this.processor = processor;
    this.name = processor.name;
  }

  /**
   * Backs volumes up, steps 201 to 211. The whole job becomes durable as one; with `wait: 'physical'` the
   * background follows, piece by piece, and may be stopped: whoever works next goes on with it.
   */
  backup(request: VolumeBackupRequest): InstallationTask<CopyTaskResult> {
    return CopyTask.backup(this.#room, this.processor, request);
  }

  /** Restores volumes from a backup; as {@link backup}. */
  restore(request: VolumeRestoreRequest): InstallationTask<CopyTaskResult> {
    return CopyTask.restore(this.#room, this.processor, request);
  }

  /** Copies volumes by pointer, as they are, labels included. Costs the same whatever their size. */
  snapshot(request: VolumeSnapshotRequest): Outcome<VolumeSnapshot> {
    return snapshotVolumes(this.#room, this.processor, request);
  }

  /**
   * How far copies are.
   *
   * @param name - Name of a job, or a polling token of 32 hexadecimal digits.
   * @param detail - Ask what became of each track, which compares both devices.
   */
  status(name: string, detail = false): Outcome<readonly CopyStatus[]> {
    return inquire(this.#room, this.processor, name, detail);
  }

  /** Gives up the background copy of a job or token, or with `discard` the copy. Answers how many. */
  withdraw(request: WithdrawRequest): Outcome<number> {
    return withdraw(this.#room, this.processor, request);
  }

  /** Scratches data sets and releases their space. */
  scratch(request: Omit<ScratchRequest, 'onBusy'>): InstallationTask<ScratchResult> {
    const job = new ScratchJob(this.processor, { ...request, onBusy: 'refuse' });
    return new HostTask(this.#room, 'scratching', job);
  }

  /** Brings a scratched data set back from a device that shows its volume as it was. */
  restoreDataSet(
    request: Omit<RestoreDataSetRequest, 'onBusy'>,
  ): InstallationTask<RestoredDataSet> {
    const job = new RestoreDataSetJob(this.processor, { ...request, onBusy: 'refuse' });
    return new HostTask(this.#room, 'restoring', job);
  }

  /** Releases tracks that belong to nobody on the volumes that the host has in use. */
  release(
    request: Omit<IntervalReleaseRequest, 'onBusy'> = {},
  ): InstallationTask<readonly VolumeRelease[]> {
    const job = new IntervalReleaseJob(this.processor, { ...request, onBusy: 'refuse' });
    return new HostTask(this.#room, 'looking for tracks of nobody', job);
  }
}
