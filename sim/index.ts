/**
 * The door of the laboratory (`vdasd/sim`): scenarios from a program.
 *
 * @module
 */
export type { RunEars, RunFileOptions } from './cli/run-file-options.ts';
export { type FileOutcome, runFile, runScenarioFile } from './cli/run-scenario-file.ts';
export type { TimedOutcome } from './cli/run-timed-file.ts';
export { formatRun, type Styler } from './report/run-report.ts';
export type { Place, ValuePath } from './scenario/document.ts';
export type { OpenScenarioImage, ScenarioFiles } from './scenario/files.ts';
export { loadScenario } from './scenario/loading.ts';
export { ScenarioInvalid } from './scenario/problems.ts';
export type {
  EntryCost,
  EntryOutcome,
  EntryRecord,
  FileRecord,
  Plain,
  RunFailure,
  RunRecord,
  SubsystemRecord,
  VolumeRecord,
} from './scenario/run-record.ts';
export { type RunOptions, runScenario } from './scenario/running.ts';
export type { InnerEntry, Scenario, TimelineEntry, TogetherEntry } from './scenario/scenario.ts';
export { scenarioJsonSchema } from './scenario/schema.ts';
