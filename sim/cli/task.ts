/**
 * Long work of the command line, as data: what is to be done, and what came out.
 *
 * @module
 */
import type { ImageInspection } from '../report/image-record.ts';
import type { Validation } from '../validate/validation.ts';
import type { RunFileOptions } from './run-file-options.ts';
import type { FileOutcome } from './run-scenario-file.ts';
import type { StoreAnswer, StoreTask } from './store-request.ts';
import type { TraceTask, TraceTaskResults } from './trace-task.ts';

/** What a task thread can be asked. */
export type Task =
  | ({ readonly kind: 'run'; readonly file: string } & RunFileOptions)
  | {
      readonly kind: 'convert';
      readonly from: string;
      readonly to: string;
      readonly format: 'ckd' | 'cckd';
    }
  | { readonly kind: 'inspect'; readonly file: string }
  | { readonly kind: 'validate'; readonly data: string | undefined }
  | StoreTask
  | TraceTask;

/** A conversion that was made. */
export interface Conversion {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly format: 'ckd' | 'cckd';
  readonly device: string;
  readonly cylinders: number;
  readonly nullTracks: number;
  readonly byteTracks: number;
  readonly bytesWritten: number;
  readonly warnings: readonly string[];
}

/** What each kind of task answers. */
export interface TaskResults extends TraceTaskResults {
  readonly run: FileOutcome;
  readonly convert: Conversion;
  readonly inspect: ImageInspection;
  readonly validate: Validation;
  readonly store: StoreAnswer;
}
