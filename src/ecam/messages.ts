/**
 * ECAM messages as typed records: what a host asks a subsystem to copy, and the answers.
 *
 * Three requests make a copy (steps 204 to 209 of the patent): a source definition answers with a
 * token, a target execution with that token makes the copy and answers with a polling token, and
 * status inquiries with the polling token tell how far it is. Their bytes are in
 * {@link file://./codec.ts}; every field is explained in docs/messages.md.
 *
 * Device numbers are those by which hosts know the devices. Tracks are counted from 0 on their
 * device. No message says who sends it: the channel does.
 *
 * @module
 */
import type { Refusal } from '../base/refusal.ts';
import type { CommitSequence, Nanos } from '../base/units.ts';
import type { RelationPhase, Separation, SeriesMembership } from '../copy/relation.ts';
import type { LoadThreshold } from '../media/net-capacity-load.ts';
import type { RedundancyState } from '../media/redundancy-state.ts';
import type { SpaceForecast } from '../subsystem/space-forecast.ts';

/** So many tracks of a device. */
interface TrackStretch {
  readonly first: number;
  readonly count: number;
}

/** A data set of the source, kept with the copy and given back by query device. */
export interface MessageDataSet {
  /** 1 to 44 characters. */
  readonly name: string;
  readonly extents: readonly TrackStretch[];
}

/** One stretch of tracks to copy. */
export interface MessageExtent {
  readonly sourceFirst: number;
  readonly targetFirst: number;
  readonly trackCount: number;
}

/** Says what is to be copied where. Copies and freezes nothing. */
export interface SourceDefinition {
  readonly kind: 'sourceDefinition';
  readonly source: {
    readonly device: number;
    /** Volume serial that the host found there, for the record of the job. */
    readonly volser?: string;
  };
  readonly target: { readonly device: number };
  /** At least one, unless the whole device is copied: then none. */
  readonly extents: readonly MessageExtent[];
  readonly wholeDevice: boolean;
  /** Place in a serial series, executed one by one; left out for everything else. */
  readonly series?: SeriesMembership;
  readonly dataSets: readonly MessageDataSet[];
  /** Whether a physical copy follows in the background. */
  readonly copy: 'none' | 'background';
  readonly separation: Separation;
  /** Take over target tracks for which another copy still owes background work. */
  readonly supersede: boolean;
  /** Free text for people, 0 to 64 characters. */
  readonly label: string;
}

/** Executes one definition, or several as one instant. */
interface TargetExecution {
  readonly kind: 'targetExecution';
  /** Source tokens, 16 bytes each. */
  readonly tokens: readonly Uint8Array[];
}

/** Asks how far a copy is. Has no side effect. */
export interface StatusInquiry {
  readonly kind: 'statusInquiry';
  readonly pollingToken: Uint8Array;
  /** Add what became of each track; costs a comparison of both devices. */
  readonly detail?: boolean;
}

/** Drops the background duty of a copy, or the copy itself. */
export interface Withdraw {
  readonly kind: 'withdraw';
  readonly pollingToken: Uint8Array;
  /** Drop the copy: its target tracks become never-written. */
  readonly discard?: boolean;
}

/** Asks about a device and the copies that it takes part in. */
export interface QueryDevice {
  readonly kind: 'queryDevice';
  readonly device: number;
  /** Copies to skip, for the next part of a long answer. */
  readonly from?: number;
  /** Add what its tracks take; costs a walk over all of them. */
  readonly space?: boolean;
}

/** Asks how full the subsystem is. */
interface QueryCapacity {
  readonly kind: 'queryCapacity';
}

/** Says that tracks of a device are not needed any more. */
export interface ReleaseSpace {
  readonly kind: 'releaseSpace';
  /** Name of the request, 1 to 44 characters; the same name from the same path group is the same request. */
  readonly request: string;
  readonly device: number;
  /** At least one; in any order. */
  readonly ranges: readonly TrackStretch[];
  /** Model time for which the release can be undone. */
  readonly hold?: Nanos;
  /** Answer what would be released, and release nothing. */
  readonly dryRun?: boolean;
}

/** Takes a release back. */
export interface UndoRelease {
  readonly kind: 'undoRelease';
  readonly undoToken: Uint8Array;
}

/** What a host may ask. */
export type EcamRequest =
  | SourceDefinition
  | TargetExecution
  | StatusInquiry
  | Withdraw
  | QueryDevice
  | QueryCapacity
  | ReleaseSpace
  | UndoRelease;

/** A definition is held under this token. */
export interface SourceAccepted {
  readonly kind: 'sourceAccepted';
  readonly token: Uint8Array;
  /** Model time from which the token is refused. */
  readonly expiresAt: Nanos;
}

/** The copy was made. */
export interface Executed {
  readonly kind: 'executed';
  readonly pollingToken: Uint8Array;
  /** The instant of the copy in the subsystem's order of changes. */
  readonly sequence: CommitSequence;
  /** Always true: all pointers are in place. */
  readonly logicallyComplete: boolean;
  readonly tracks: number;
}

/** First write that fell into the conflict window of a serial series. */
interface MessageConflict {
  readonly device: number;
  readonly track: number;
  readonly side: 'source' | 'target';
}

/** What became of the tracks of a copy; the five add up to all its tracks. */
export interface StatusDetail {
  readonly shared: number;
  readonly separatedByBackground: number;
  readonly separatedBySourceWrite: number;
  readonly separatedByTargetWrite: number;
  readonly empty: number;
}

/** How far a copy is, over all its relations. */
export interface Status {
  readonly kind: 'status';
  readonly state: JobState;
  /** The background copy has work left and found no space for it when it last tried. */
  readonly waitsForSpace: boolean;
  readonly logicallyComplete: boolean;
  readonly physicallyComplete: boolean;
  readonly tracksTotal: number;
  /** Tracks to which the background copy gave an instance of their own. */
  readonly tracksCopied: number;
  /** Tracks that the background copy has not come to. */
  readonly tracksRemaining: number;
  /** Tracks that the background copy could not read. */
  readonly tracksFailed: number;
  /** Target tracks written since the copy. */
  readonly targetWrites: number;
  /** Pairs of source and target device. */
  readonly relations: number;
  /** For a part of a serial series: the series, and how many of its parts were executed. */
  readonly series?: SeriesMembership & { readonly executed: number };
  /** The first conflict of the series, if there was one. */
  readonly conflict?: MessageConflict;
  readonly detail?: StatusDetail;
}

/**
 * Where a job stands: the state of its relations, the least finished first. `forgotten`: the
 * relation had ended and the subsystem has given up its record; the target stays as it is.
 */
export type JobState = RelationPhase | 'forgotten';

/** The background duty, or the copy, was dropped. */
export interface Withdrawn {
  readonly kind: 'withdrawn';
  /** Relations that had something to drop; 0 is success, too. */
  readonly withdrawn: number;
}

/** One definition of a job, as seen from a device that it names. */
export interface DeviceJob {
  readonly role: 'source' | 'target' | 'both';
  readonly source: number;
  readonly target: number;
  readonly volser?: string;
  readonly label: string;
  readonly state: JobState;
  readonly sequence: CommitSequence;
  readonly executedAt: Nanos;
  readonly tracks: number;
  readonly wholeDevice: boolean;
  /** Given to the path group that owns the job, to nobody else. */
  readonly pollingToken?: Uint8Array;
  readonly dataSets: readonly MessageDataSet[];
}

/** A device, and the copies that it takes part in, oldest first. */
export interface DeviceAnswer {
  readonly kind: 'device';
  readonly device: number;
  /** Model name: `3390-3`. */
  readonly model: string;
  /** Grows whenever the device number is defined anew. */
  readonly generation: number;
  /** Cylinders of the volume; may include alternates. */
  readonly cylinders: number;
  readonly headCount: number;
  readonly trackCount: number;
  /** Tracks that a volume here can have at most. */
  readonly trackCapacity: number;
  /** Redundancy group in which its tracks lie; left out when they may lie in any. */
  readonly homeGroup?: number;
  /** The device shows a retained point and takes no writes. */
  readonly readOnly: boolean;
  /** Reserved to a path group other than the asking one. */
  readonly reservedToOther: boolean;
  readonly jobs: readonly DeviceJob[];
  /** Value of `from` that continues the list; left out at its end. */
  readonly next?: number;
  /** When asked for. */
  readonly space?: DeviceSpace;
}

/** What the tracks of a device take. */
interface DeviceSpace {
  /** Tracks with stored content. */
  readonly mapped: number;
  /** Of these: tracks that share their stored content with nobody. */
  readonly unique: number;
  /** Of these: the others. */
  readonly shared: number;
  /** Bytes as hosts see them. */
  readonly rawBytes: number;
  /** Bytes as they are stored, in whole sectors. */
  readonly storedBytes: number;
  /** Of these: bytes of the tracks that share with nobody. */
  readonly uniqueBytes: number;
}

/** One redundancy group, as hosts are told. */
interface GroupSpace {
  readonly group: number;
  readonly capacityBytes: number;
  readonly liveBytes: number;
  readonly deadBytes: number;
  readonly freeCylinders: number;
  readonly threshold: LoadThreshold;
  readonly redundancy: RedundancyState;
}

/** How full the subsystem is. */
export interface CapacityAnswer {
  readonly kind: 'capacity';
  readonly subsystem: string;
  /** What tracks may fill. */
  readonly capacityBytes: number;
  /** All there is: live, dead and unwritten. */
  readonly physicalBytes: number;
  readonly liveBytes: number;
  readonly deadBytes: number;
  readonly unwrittenBytes: number;
  /** Kept back for the metadata of running backups. */
  readonly reserveBytes: number;
  /** Logical cylinders that can be opened. */
  readonly freeCylinders: number;
  /** Live in percent of the capacity, rounded to hundredths. */
  readonly netCapacityLoadPercent: number;
  /** Live and dead in percent of the physical, rounded to hundredths. */
  readonly grossCapacityLoadPercent: number;
  readonly threshold: LoadThreshold;
  /** Net loads from which the thresholds are reached, rounded to hundredths. */
  readonly warnPercent: number;
  readonly alertPercent: number;
  readonly criticalPercent: number;
  /** What the load did so far. */
  readonly trend: SpaceForecast['kind'];
  /** Model time at which there will be no space if it goes on like that; with `growing` only. */
  readonly fullAt?: Nanos;
  readonly groups: readonly GroupSpace[];
  /** Whether hosts may choose targets here. */
  readonly hostSelectable: boolean;
  readonly deviceCount: number;
  readonly deviceCountMax: number;
  /** Job slots taken, one for each executed definition. */
  readonly jobCount: number;
  readonly jobCountMax: number;
}

/** Tracks were released, or would be. */
export interface SpaceReleased {
  readonly kind: 'spaceReleased';
  /** Tracks that held something stored. */
  readonly tracks: number;
  /** Space that comes back: what only these tracks held. With a hold it comes back when that ends. */
  readonly bytes: number;
  /** Of the tracks: those whose content somebody else holds, too. */
  readonly sharedTracks: number;
  /** Null tracks, which hold no space. */
  readonly nullTracks: number;
  /** The release in the subsystem's order of changes. */
  readonly sequence: CommitSequence;
  /** With a hold: the token that takes the release back. */
  readonly undoToken?: Uint8Array;
  /** Model time from which the token is refused. */
  readonly expiresAt?: Nanos;
}

/** A release was taken back. */
export interface ReleaseUndone {
  readonly kind: 'releaseUndone';
  /** Tracks that have their content again. */
  readonly tracks: number;
  /** Released tracks that were changed since, and stay as they are. */
  readonly changedTracks: number;
  /** Where those are; the first ones when there are too many for one answer. */
  readonly changed: readonly TrackStretch[];
  readonly sequence: CommitSequence;
}

/** "No", with the reason; changes nothing. */
export interface Refused extends Refusal {
  /** With TOKEN_CONSUMED: the polling token that the first execution was answered with. */
  readonly pollingToken?: Uint8Array;
}

/** What a subsystem may answer. */
export type EcamAnswer =
  | SourceAccepted
  | Executed
  | Status
  | Withdrawn
  | DeviceAnswer
  | CapacityAnswer
  | SpaceReleased
  | ReleaseUndone
  | Refused;
