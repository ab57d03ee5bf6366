/**
 * The testing door, `vdasd/testing`: the naive twin and the fast-check kit with which any copy engine
 * can be checked, ours among them. `docs/testing.md` shows how to plug in an engine.
 *
 * @module
 */
export { exactSequence } from './testing/command-sequence.ts';
export type { CopyCommand, WeightedCommand } from './testing/copy-command.ts';
export {
  type CommandOptions,
  copyCommands,
} from './testing/copy-commands.ts';
export {
  ANSWER_DONE,
  type Answer,
  type BackgroundState,
  type CopyEngine,
  contentsEqual,
  type DeviceShape,
  formatContent,
  NEVER_WRITTEN_CONTENT,
  type SeriesReport,
  type SnapshotDevice,
  type SnapshotExtent,
  type SnapshotOrder,
  type SnapshotSeries,
  type TrackContent,
  type WrittenContent,
} from './testing/copy-engine.ts';
export { brokenRules } from './testing/copy-rules.ts';
export type { DeviceRange, TrackRange } from './testing/device-range.ts';
export { driveCommands } from './testing/drive-commands.ts';
export type {
  DamageKind,
  DamageOrder,
  EngineDrives,
  EngineGroup,
  LostPlace,
} from './testing/engine-drives.ts';
export { ModelMismatch } from './testing/model-mismatch.ts';
export { ModelSession, type SessionOptions } from './testing/model-session.ts';
export { NaiveTwin } from './testing/naive-twin.ts';
export { formatOperation, type Operation, type OperationKind } from './testing/operation.ts';
export {
  formatFailure,
  type ModelFailure,
  type ModelReport,
  type ModelRunInput,
  runCopyEngineModel,
  searchCopyEngineModel,
} from './testing/run-copy-engine-model.ts';
export type { SessionCounts } from './testing/session-counts.ts';
export { spaceCommands } from './testing/space-commands.ts';
export {
  SUBSYSTEM_SHAPES,
  type SubsystemEngineOptions,
  subsystemEngine,
} from './testing/subsystem-engine.ts';
export { NO_COPY, type RuledDevice } from './testing/twin-device.ts';
export { refusalCodes, type TwinRefusal } from './testing/twin-refusal.ts';
