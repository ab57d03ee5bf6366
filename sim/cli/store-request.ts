/**
 * What can be asked of a store, as data that travels to the task thread, and the answer.
 *
 * @module
 */
import type {
  Nanos,
  Refusal,
  RestoreRequest,
  VolumeBackupRequest,
  VolumeDefinition,
} from '../../src/index.ts';
import type { OpeningRecord, StoreRecord } from '../report/store-record.ts';
import type { Span } from '../scenario/field.ts';
import type { StoreForm } from '../scenario/store-document.ts';

/** A drive: redundancy group and member. */
export interface DriveName {
  readonly group: number;
  readonly member: number;
}

/** What a backup is asked with, but for volumes, which are still the words of the command line. */
interface BackupWords {
  readonly name: string | undefined;
  readonly sources: readonly string[];
  /** `auto`, or a volume or device for each source. */
  readonly targets: readonly string[];
  readonly options: Omit<VolumeBackupRequest, 'name' | 'source' | 'target'>;
}

/** What a restore is asked with, but for its target. */
interface RestoreWords {
  readonly to: string | undefined;
  readonly options: Omit<RestoreRequest, 'to' | 'onBusy'>;
}

/** One request. `volume` is a serial or a device number, as it was written. */
export type StoreRequest =
  | { readonly kind: 'init'; readonly form: StoreForm }
  | { readonly kind: 'volumes' }
  | { readonly kind: 'volume'; readonly volume: string; readonly digest: boolean }
  | {
      readonly kind: 'volumeDefine';
      readonly devices: Span | undefined;
      readonly definition: Omit<VolumeDefinition, 'device'>;
    }
  | {
      readonly kind: 'volumeImport';
      readonly file: string;
      readonly device: number | undefined;
      readonly model: string | undefined;
      readonly shadows: boolean;
    }
  | {
      readonly kind: 'volumeExport';
      readonly volume: string;
      readonly file: string;
      readonly format: 'ckd' | 'cckd';
    }
  | { readonly kind: 'volumeRemove'; readonly volume: string; readonly evenBackup: boolean }
  | { readonly kind: 'dataSets'; readonly volume: string }
  | {
      readonly kind: 'dataSetScratch';
      readonly volume: string;
      readonly dataSets: readonly string[];
      readonly hold: Nanos | undefined;
      readonly release: boolean;
    }
  | {
      readonly kind: 'snapshot';
      readonly pairs: readonly { readonly source: string; readonly target: string }[];
      readonly copy: 'none' | 'background';
      readonly overwrite: boolean;
      readonly supersede: boolean;
      readonly label: string | undefined;
      readonly wait: boolean;
    }
  | { readonly kind: 'backup'; readonly words: BackupWords; readonly dryRun: boolean }
  | { readonly kind: 'restore'; readonly words: RestoreWords; readonly dryRun: boolean }
  | { readonly kind: 'relations' }
  | { readonly kind: 'status'; readonly name: string; readonly detail: boolean }
  | { readonly kind: 'withdraw'; readonly name: string; readonly discard: boolean }
  | { readonly kind: 'drives' }
  | {
      readonly kind: 'driveFail' | 'driveReturn' | 'driveReplace';
      readonly drive: DriveName;
    }
  | { readonly kind: 'scrub' }
  | { readonly kind: 'work' }
  | {
      readonly kind: 'collect';
      readonly group: number | undefined;
      readonly cylinders: number | undefined;
    }
  | {
      readonly kind: 'release';
      readonly volumes: readonly string[];
      readonly exclude: readonly string[];
      readonly emptyVolumes: boolean;
      readonly hold: Nanos | undefined;
      readonly dryRun: boolean;
    }
  | { readonly kind: 'undo'; readonly token: string }
  | { readonly kind: 'space' }
  | { readonly kind: 'log'; readonly job: string | undefined; readonly all: boolean }
  | { readonly kind: 'check'; readonly repair: boolean; readonly salvage: boolean };

/** A request with the store and the host that it is about. */
export interface StoreTask {
  readonly kind: 'store';
  readonly folder: string;
  /** The host that asks; the usual one when absent. */
  readonly host: string | undefined;
  readonly request: StoreRequest;
}

/** What came of a request. */
export type StoreOutcome =
  | { readonly kind: 'done'; readonly record: StoreRecord }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Somebody asked it to end, and nothing of it is in the store. */
  | { readonly kind: 'stopped' };

/** The answer to a request. */
export interface StoreAnswer {
  readonly outcome: StoreOutcome;
  /** What opening the store took; absent where it was not opened. */
  readonly opening: OpeningRecord | null;
}
