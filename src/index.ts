/**
 * The door of the model: everything that a program needs to build a subsystem, hang hosts on it and
 * back volumes up. Read-only views are in `inspect.ts`, the oracle and its commands in `testing.ts`,
 * image files in `image.ts`, durability in `store.ts`.
 *
 * @module
 */

export {
  type BackupStatus,
  discardBackup,
  inquireBackup,
  withdrawBackup,
} from './backup/backup-control.ts';
export { startBackup } from './backup/backup-job.ts';
export type {
  BackupRequest,
  RestoreRequest,
  TargetName,
  VolumeName,
} from './backup/backup-request.ts';
export type { CopyJob } from './backup/copy-job.ts';
export { startRestore } from './backup/restore-job.ts';
export { XxHash64 } from './base/checksum.ts';
export { CountingMeter, ManualClock, MEMORY_JOURNAL, SILENT_TRACE } from './base/default-ports.ts';
export { InputError, type InputErrorCode, type InputPlace } from './base/errors.ts';
export { InvariantViolation, invariant, unreachable } from './base/invariant.ts';
export { CYLINDER_COUNT_MAX, TRACKS_PER_INQUIRY_DEFAULT } from './base/limits.ts';
export type {
  ByteSink,
  ByteSource,
  Checksum,
  Clock,
  Compress,
  DriveWork,
  Journal,
  JournalRecord,
  Meter,
  MeterCounter,
  Random,
  Trace,
} from './base/ports.ts';
export { SeededRandom } from './base/random.ts';
export {
  type Done,
  done,
  formatRefusal,
  granted,
  type Outcome,
  type ReasonCode,
  type Refusal,
  refuse,
} from './base/refusal.ts';
export type { StepAgain, StepWaiting } from './base/step.ts';
export { AGAIN, type Step, type StepMachine, type WaitReason, waiting } from './base/step.ts';
export {
  type CommitSequence,
  commitSequence,
  type DeviceIndex,
  type DeviceNumber,
  deviceNumber,
  formatDeviceNumber,
  type Nanos,
  nanos,
  type TrackIndex,
  trackIndex,
} from './base/units.ts';
export { ControlUnit } from './channel/control-unit.ts';
export { PathGroup } from './channel/path-group.ts';
export type { CopyExtent } from './copy/extent.ts';
export type {
  Relation,
  RelationId,
  RelationState,
  RelationTracks,
  SeriesConflict,
} from './copy/relation.ts';
export type { SnapshotRequest, SnapshotResult } from './copy/snapshot-request.ts';
export { fromHexadecimal, toHexadecimal } from './ecam/hexadecimal.ts';
export type { EcamAnswer, EcamRequest } from './ecam/messages.ts';
export { Responder } from './ecam/responder.ts';
export {
  decodeCchh,
  encodeCchh,
  formatAddress,
  type TrackAddress,
  toTrackAddress,
  toTrackIndex,
} from './geometry/address.ts';
export {
  cylinderCapacity,
  DEVICE_MODELS,
  type DeviceModel,
  type DeviceType,
  EXTENDED_CYLINDERS_MIN,
  extendedModel,
  findModel,
  findModelForImage,
} from './geometry/device-model.ts';
export { recordsFit, recordsPerTrack } from './geometry/track-capacity.ts';
export { compareMetadata, type MetadataExpectation } from './host/compare-metadata.ts';
export { DataProcessor } from './host/data-processor.ts';
export type { DataSetEntry } from './host/data-set-entry.ts';
export { readSequential, recordText } from './host/data-set-reading.ts';
export { deviceTracks, deviceVolume, VolumeStopped } from './host/device-volume.ts';
export { HostComplex } from './host/host-complex.ts';
export type { CopyLineage, JobRecord } from './host/host-records.ts';
export { HostRecords, STEP_NAMES, totalCost, totalMessages } from './host/host-records.ts';
export { imageVolume } from './host/image-volume.ts';
export { initialiseVolume } from './host/initialise-volume.ts';
export {
  IntervalReleaseJob,
  type IntervalReleaseRequest,
  type VolumeRelease,
} from './host/interval-release.ts';
export { listMembers, type Member, readMember } from './host/partitioned.ts';
export {
  RestoreDataSetJob,
  type RestoreDataSetRequest,
  type RestoredDataSet,
} from './host/restore-data-set.ts';
export { buildSampleVolume } from './host/sample-volume.ts';
export { ScratchJob, type ScratchRequest, type ScratchResult } from './host/scratch-data-set.ts';
export type { UnitControlBlock } from './host/unit-control-block.ts';
export { VolumeBuilder } from './host/volume-builder.ts';
export { readVolumeLabel } from './host/volume-label.ts';
export { MemoryVolume, type TrackRange, type VolumeTracks } from './host/volume-tracks.ts';
export type { VolumeWarning } from './host/volume-warning.ts';
export { findDataSet, readVtoc, type Vtoc } from './host/vtoc.ts';
export type { TrackSource } from './image/track-source.ts';
export {
  type WorkFigures,
  type WorkOptions,
  type WorkReport,
} from './installation/background-task.ts';
export type { CopyStatus, WithdrawRequest } from './installation/copy-control.ts';
export type {
  CopyTaskResult,
  VolumeBackupRequest,
  VolumeRestoreRequest,
} from './installation/copy-task.ts';
export type { DataSetContent } from './installation/data-set-view.ts';
export type { HostRecord } from './installation/host-table.ts';
export type { ImportRequest } from './installation/import-task.ts';
export {
  Installation,
  type RelationReport,
} from './installation/installation.ts';
export type { InstallationHost } from './installation/installation-host.ts';
export { type InstallationStore, memoryStore } from './installation/installation-store.ts';
export {
  type InstallationTask,
  runTask,
  type TaskProgress,
  type TaskStopped,
} from './installation/installation-task.ts';
export { HOST_NAME_DEFAULT } from './installation/machine-room.ts';
export type {
  SnapshotPair,
  VolumeSnapshot,
  VolumeSnapshotRequest,
} from './installation/snapshot-volumes.ts';
export type { VolumeDefinition } from './installation/volume-definition.ts';
export type {
  HeldBackup,
  ImportedVolume,
  VolumeReport,
  VolumeSummary,
} from './installation/volume-report.ts';
export type { Device, OutOfSpacePolicy } from './mapping/device-table.ts';
export type { PointId } from './mapping/retained-point.ts';
export type { ScrubState } from './reclaim/scrub.ts';
export type { BackgroundReport } from './subsystem/background-report.ts';
export type {
  CapacityReport,
  CheckReport,
  DeviceSpaceReport,
  GroupSpaceReport,
  PointSpaceReport,
} from './subsystem/capacity-report.ts';
export type { SubsystemInput, SubsystemPorts } from './subsystem/configuration.ts';
export type { DrivesReport, MemberReport } from './subsystem/drive-control.ts';
export type { LostTrack } from './subsystem/lost-tracks.ts';
export type { PointChoice } from './subsystem/retention.ts';
export type { SpaceForecast } from './subsystem/space-forecast.ts';
export { Subsystem, type TrackEntry } from './subsystem/subsystem.ts';
export { buildNullTrack, type NullFormat } from './track/null-track.ts';
export {
  buildTrack,
  parseTrack,
  type RecordContent,
  recordData,
  recordKey,
  type TrackRecord,
} from './track/track-image.ts';
