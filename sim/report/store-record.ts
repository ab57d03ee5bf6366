/**
 * What commands about a store find out and do, as plain data for text and JSON.
 *
 * Devices are four hexadecimal digits, tokens 32; times are {@link StoreMoment}s.
 *
 * @module
 */
import type { DrivesRecord } from '../scenario/drives-record.ts';
import type { SpaceRecord } from '../scenario/space-record.ts';
import type {
  CopyStatusRecord,
  JobEndRecord,
  LogRecord,
  RelationsRecord,
  SnapshotRecord,
  WithdrawnRecord,
} from './copy-record.ts';
import type { DataSetRecord, VtocRecord } from './image-record.ts';
import type { StoreMoment } from './store-moment.ts';

/** What opening a store took. */
export interface OpeningRecord {
  /** Whether whoever wrote last had closed it. */
  readonly wasClosed: boolean;
  readonly checkpoint: number;
  readonly deltas: number;
  readonly journalRecords: number;
  readonly journalBytes: number;
  /** Where a record lies that was being written when the last writer ended, and was never acknowledged. */
  readonly tornTail: string | null;
  readonly cylindersWrittenAgain: number;
  readonly damage: readonly {
    readonly where: string;
    readonly what: string;
    readonly outcome: 'healed' | 'lost';
  }[];
  /** What is to be known about a store that could be opened in a lesser way only. */
  readonly warning: string | null;
  /** As `group/member`. */
  readonly missingDrives: readonly string[];
}

/** A store that was made. */
export interface InitRecord {
  readonly kind: 'init';
  readonly folder: string;
  readonly name: string;
  readonly storeId: string;
  readonly capacityBytes: number;
  readonly groups: readonly {
    readonly dataDrives: number;
    readonly redundancyDrives: number;
    readonly capacityBytes: number;
  }[];
  readonly spares: number;
  readonly devices: number;
  readonly volumes: readonly string[];
}

/** One device with the volume on it, in short. */
export interface VolumeRow {
  readonly device: string;
  readonly model: string;
  readonly cylinders: number;
  readonly volser: string | null;
  readonly state: 'online' | 'offline' | 'empty';
  readonly readOnly: boolean;
  /** The backup that the device holds. */
  readonly backup: {
    readonly job: string;
    readonly of: string;
    readonly takenAt: StoreMoment;
  } | null;
}

/** All devices. */
interface VolumesRecord {
  readonly kind: 'volumes';
  readonly volumes: readonly VolumeRow[];
}

/** Devices that were defined. */
export interface DefinedRecord {
  readonly kind: 'volumeDefine';
  readonly volumes: readonly VolumeRow[];
}

/** A device that was removed. */
interface RemovedRecord {
  readonly kind: 'volumeRemove';
  readonly volume: VolumeRow;
}

/** One device in full. */
export interface VolumeRecord {
  readonly kind: 'volume';
  readonly volume: VolumeRow;
  readonly owner: string | null;
  readonly trackCount: number;
  readonly space: {
    readonly mapped: number;
    readonly unique: number;
    readonly shared: number;
    readonly rawBytes: number;
    readonly storedBytes: number;
    readonly uniqueBytes: number;
  };
  readonly vtoc: VtocRecord | null;
  /** SHA-256 over all tracks, when asked for. */
  readonly digest: string | null;
  /** Why the volume cannot be read, and what its VTOC warns of. */
  readonly warnings: readonly string[];
}

/** A volume that was imported. */
export interface ImportRecord {
  readonly kind: 'volumeImport';
  readonly files: readonly string[];
  readonly volume: VolumeRow;
  readonly tracks: number;
  readonly byteTracks: number;
  /** Why no host has it in use, where that is so. */
  readonly offline: string | null;
  readonly warnings: readonly string[];
}

/** A volume that was exported. */
export interface ExportRecord {
  readonly kind: 'volumeExport';
  readonly volume: VolumeRow;
  readonly files: readonly string[];
  readonly format: 'ckd' | 'cckd';
  readonly nullTracks: number;
  readonly byteTracks: number;
  readonly bytesWritten: number;
}

/** Data sets of a volume. */
export interface DataSetsRecord {
  readonly kind: 'dataSets';
  readonly volume: VolumeRow;
  readonly dataSets: readonly DataSetRecord[];
  readonly warnings: readonly string[];
  /** Whether some of the VTOC could not be read. */
  readonly partial: boolean;
}

/** Data sets that were scratched. */
export interface ScratchRecord {
  readonly kind: 'dataSetScratch';
  readonly volser: string;
  readonly dataSets: readonly string[];
  /** Tracks that held something stored, and the space that comes back. */
  readonly tracks: number;
  readonly bytes: number;
  /** Takes the release back while its hold lasts. */
  readonly undoToken: string | null;
  readonly undoUntil: StoreMoment | null;
  /** Why nothing was released, where that is so. */
  readonly notReleased: string | null;
}

/** How all drives stand. */
export interface StoreDrivesRecord extends DrivesRecord {
  readonly kind: 'drives';
}

/** What became of a drive. */
export interface DriveChangeRecord {
  readonly kind: 'driveFail' | 'driveReturn' | 'driveReplace';
  readonly drive: string;
  /** A failed drive: whether a spare has its place now. A brought one: whether it waits as a spare. */
  readonly spare: boolean;
  /** A drive whose place a spare has taken now that there is one again. */
  readonly takesOver: string | null;
  readonly redundancy: string;
}

/** Work in the background. */
export interface WorkRecord {
  readonly kind: 'work' | 'scrub';
  /** Nothing is owed any more. */
  readonly idle: boolean;
  /** Somebody asked it to end. */
  readonly interrupted: boolean;
  readonly waitsForSpace: boolean;
  readonly done: Readonly<Record<string, number>>;
  /** What is still owed. */
  readonly tracksRemaining: number;
  readonly faultyCylinders: number;
  readonly lostTracks: number;
}

/** Free space that was collected. */
interface CollectedRecord {
  readonly kind: 'collect';
  readonly cylinders: number;
  readonly tracks: number;
}

/** Space that was given back. */
export interface ReleasedRecord {
  readonly kind: 'release';
  readonly dryRun: boolean;
  readonly volumes: readonly {
    readonly volser: string;
    readonly device: string | null;
    readonly tracks: number;
    readonly bytes: number;
    readonly undoTokens: readonly string[];
    /** Why the volume was left alone, with the code of the refusal. */
    readonly leftAlone: { readonly code: string; readonly why: string } | null;
  }[];
}

/** A release that was taken back. */
export interface UndoneRecord {
  readonly kind: 'undo';
  readonly tracks: number;
  readonly changedTracks: number;
}

/** Space of a store. */
interface StoreSpaceRecord extends SpaceRecord {
  readonly kind: 'space';
}

/** What a check found, or a repair did. */
export interface CheckRecord {
  readonly kind: 'check';
  /** What is wrong; after a repair: still wrong. */
  readonly problems: readonly {
    /** `superblock`, `checkpoint`, `journal`, `drive`, `track` or `state`. */
    readonly area: string;
    readonly where: string;
    readonly what: string;
    readonly remedy: 'repair' | 'none';
  }[];
  /** What is as it may be, and still worth knowing. */
  readonly notes: readonly string[];
  /** How much was looked at. */
  readonly looked: Readonly<Record<string, number>>;
  /** What a repair did; null where none was asked for. */
  readonly repaired: readonly string[] | null;
}

/** What a command leaves. */
export type StoreRecord =
  | InitRecord
  | VolumesRecord
  | DefinedRecord
  | RemovedRecord
  | VolumeRecord
  | ImportRecord
  | ExportRecord
  | DataSetsRecord
  | ScratchRecord
  | SnapshotRecord
  | JobEndRecord
  | LogRecord
  | RelationsRecord
  | CopyStatusRecord
  | WithdrawnRecord
  | StoreDrivesRecord
  | DriveChangeRecord
  | WorkRecord
  | CollectedRecord
  | ReleasedRecord
  | UndoneRecord
  | StoreSpaceRecord
  | CheckRecord;
