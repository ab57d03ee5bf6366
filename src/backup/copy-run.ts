/**
 * One copy job under way: the plan, the pairs of volumes with what was found out about them, and
 * what the job holds. The steps (`steps/`) read and advance it; the machine (`copy-job.ts`) decides
 * which step comes next.
 *
 * A backup and a restore are the same run in two directions. What differs hangs on the plan of each
 * pair: where the source is found, what the target may hold, and which names the copy gets.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { StepAgain, StepWaiting } from '../base/step.ts';
import type { CommitSequence, Nanos } from '../base/units.ts';
import type { EcamRequest, MessageDataSet, SourceDefinition } from '../ecam/messages.ts';
import type { DataProcessor, ExchangeAnswer } from '../host/data-processor.ts';
import type { ComplexMember } from '../host/host-complex.ts';
import type {
  ConflictRecord,
  CopyLineage,
  CopyMethod,
  JobKind,
  StepNumber,
  TrackRun,
} from '../host/host-records.ts';
import type { Enqueue, ResourceNeed } from '../host/serialization.ts';
import type { UnitControlBlock } from '../host/unit-control-block.ts';
import type { VolumeLabel } from '../host/volume-label.ts';
import type { Vtoc } from '../host/vtoc.ts';
import type {
  BackupOptions,
  BackupPair,
  RestoreOptions,
  TransferOptions,
  VolumeName,
} from './backup-request.ts';
import type { HostCopy } from './host-copy.ts';
import type { MetadataUpdate } from './metadata-update.ts';
import type { StepLog } from './step-log.ts';
import type { TargetCandidate } from './target-selection.ts';

/** What one pair is about. */
export type PairPlan =
  | { readonly kind: 'backup'; readonly request: BackupPair }
  | {
      readonly kind: 'restore';
      /** Number of the backup's record. */
      readonly backupId: number;
      readonly copy: CopyLineage;
      readonly target: VolumeName;
    };

/** What the whole job is about. */
export type CopyPlan =
  | {
      readonly kind: 'backup';
      readonly options: BackupOptions;
      readonly pairs: readonly PairPlan[];
    }
  | {
      readonly kind: 'restore';
      readonly options: RestoreOptions;
      readonly pairs: readonly PairPlan[];
    };

/** A source as step 202 found it. */
export interface LocatedSource {
  readonly block: UnitControlBlock;
  readonly label: VolumeLabel;
  readonly vtoc: Vtoc;
  readonly runs: readonly TrackRun[];
  readonly dataSets: readonly MessageDataSet[];
}

/** A target as step 203 settled it. */
export interface LocatedTarget {
  readonly block: UnitControlBlock;
  /** Serial on the label before the copy, if there was a label. */
  readonly previousVolser: string | undefined;
  /** Serial that the copy will bear. */
  readonly volser: string;
}

/** The search for a target that the host chooses: what was looked at so far. */
interface TargetSearch {
  readonly blocks: readonly UnitControlBlock[];
  readonly candidates: TargetCandidate[];
  /** The candidate that was chosen and locked, to be looked at once more. */
  chosen: UnitControlBlock | undefined;
}

/** One source definition on its way: message, then token, then execution. */
export interface Definition {
  readonly message: SourceDefinition;
  token: Uint8Array | undefined;
}

/** A job of the subsystem that inquiries ask about. */
export interface PollingEntry {
  readonly subsystem: string;
  readonly token: Uint8Array;
  isSatisfied: boolean;
  isPhysicallyComplete: boolean;
}

/** What has become of a target so far; said when a job fails. */
type TargetState =
  | { readonly kind: 'untouched' }
  | { readonly kind: 'offline' }
  | { readonly kind: 'partlyCopied'; readonly done: number; readonly of: number; unit: string }
  | { readonly kind: 'copied' }
  | { readonly kind: 'metadataPartly' }
  | { readonly kind: 'metadataDone' };

/** One source volume and the copy that is made of it. */
export interface CopyPair {
  readonly plan: PairPlan;
  source: LocatedSource | undefined;
  target: LocatedTarget | undefined;
  search: TargetSearch | undefined;
  /** Whether the source's subsystem lets hosts select its snapshot copy; asked at step 203. */
  isSelectable: boolean | undefined;
  /** Redundancy groups there that take no new backups; asked at step 203. */
  criticalGroups: ReadonlySet<number>;
  method: CopyMethod;
  methodReason: string | undefined;
  definitions: Definition[];
  executedCount: number;
  readonly pollingTokens: Uint8Array[];
  sequence: CommitSequence | undefined;
  takenAt: Nanos | undefined;
  hostCopy: HostCopy | undefined;
  /** Hosts on which the target was online before. */
  onlineAt: readonly ComplexMember[];
  isReserved: boolean;
  metadata: MetadataUpdate | undefined;
  isRecognised: boolean;
  state: TargetState;
}

/** The states of a job, in the order in which a job without trouble goes through them. */
export type Phase =
  | 'accept'
  | 'serialize'
  | 'locateSource'
  | 'locateTarget'
  | 'prepareTarget'
  | 'define'
  | 'execute'
  | 'hostCopy'
  | 'inquire'
  | 'updateMetadata'
  | 'recognise'
  | 'exit';

/** What a step answers: the next state, the same state again, wait, or no. */
export type PhaseAnswer =
  | { readonly kind: 'go'; readonly to: Phase }
  | StepAgain
  | StepWaiting
  | Refusal;

/** Makes a transition. */
export function go(to: Phase): PhaseAnswer {
  return { kind: 'go', to };
}

/** A job under way. */
export class CopyRun {
  readonly host: DataProcessor;
  readonly kind: JobKind;
  readonly jobId: number;
  readonly log: StepLog;
  /** Who the job is, for messages and lock holders: `backup nightly of SYSA, job 3`. */
  readonly owner: string;
  readonly pairs: CopyPair[] = [];
  readonly polling: PollingEntry[] = [];
  enqueue: Enqueue | undefined;
  /** Times that the definitions were sent, because tokens had expired before. */
  definitionRounds = 0;
  /** Times that an execution was sent again. */
  resends = 0;
  /** First write into the window of a serial series. */
  conflict: ConflictRecord | undefined;
  #plan: CopyPlan | undefined;

  constructor(host: DataProcessor, kind: JobKind, name: string, jobId: number, log: StepLog) {
    this.host = host;
    this.kind = kind;
    this.jobId = jobId;
    this.log = log;
    this.owner = `${kind} ${name} of ${host.name}, job ${jobId}`;
  }

  /** Takes over the plan; once, at step 201. */
  begin(plan: CopyPlan): void {
    invariant(this.#plan === undefined, 'copy-run-begins-once', this.owner);
    this.#plan = plan;
    for (const pair of plan.pairs) this.pairs.push(freshPair(pair, plan.options));
  }

  get plan(): CopyPlan {
    invariant(this.#plan !== undefined, 'copy-run-has-plan', this.owner);
    return this.#plan;
  }

  get options(): TransferOptions {
    return this.plan.options;
  }

  /** Forgets what was found while resources were held that were given back meanwhile. */
  forgetLocated(): void {
    for (const pair of this.pairs) Object.assign(pair, freshPair(pair.plan, this.options));
  }

  /** Pairs that are copied in this way. */
  pairsBy(method: CopyMethod): readonly CopyPair[] {
    return this.pairs.filter((pair) => pair.method === method);
  }

  /** Sends one ECAM message and books it to the two steps it belongs to. */
  exchange(
    subsystem: string,
    request: EcamRequest,
    steps: { readonly sent: StepNumber; readonly received: StepNumber },
  ): ExchangeAnswer {
    const account = this.log.account();
    const bytesBefore = account.cost().channelBytesIn;
    const answer = this.host.exchange(subsystem, request);
    const bytesIn = account.cost().channelBytesIn - bytesBefore;
    if (answer.kind === 'waiting' || answer.kind === 'again') return answer;
    this.log.countMessage(steps.sent, request.kind);
    // Without a byte there was no answer: the channel refused, not the subsystem.
    if (bytesIn > 0) {
      if (steps.received !== steps.sent) this.log.moveBytesIn(steps.sent, steps.received, bytesIn);
      this.log.countMessage(steps.received, answer.kind === 'done' ? answer.value.kind : 'refused');
    }
    return answer;
  }

  /**
   * Holds further resources. When somebody else has one of them, everything is given back and the
   * job starts over from the source (or is refused, as asked).
   *
   * @returns `undefined` when held; otherwise the answer of the step.
   */
  hold(needs: readonly ResourceNeed[]): PhaseAnswer | undefined {
    const { enqueue } = this;
    invariant(enqueue !== undefined, 'copy-run-holds', this.owner);
    const blocker = enqueue.extend(needs);
    if (blocker === undefined) return undefined;
    if (this.options.onBusy === 'refuse') {
      return refuse('VOLUME_BUSY', {
        what: this.owner,
        limit: blocker,
        fix: 'try again later, or ask with onBusy: wait',
      });
    }
    this.log.note(this.log.current, `gave everything back and waited: ${blocker}`);
    enqueue.restart(needs);
    this.forgetLocated();
    return go('serialize');
  }
}

/** The located source of a pair. */
export function sourceOf(pair: CopyPair): LocatedSource {
  invariant(pair.source !== undefined, 'copy-pair-source-located');
  return pair.source;
}

/** The settled target of a pair. */
export function targetOf(pair: CopyPair): LocatedTarget {
  invariant(pair.target !== undefined, 'copy-pair-target-located');
  return pair.target;
}

function freshPair(plan: PairPlan, options: TransferOptions): CopyPair {
  return {
    plan,
    source: undefined,
    target: undefined,
    search: undefined,
    isSelectable: undefined,
    criticalGroups: new Set(),
    method: options.method,
    methodReason: options.method === 'hostCopy' ? 'asked for' : undefined,
    definitions: [],
    executedCount: 0,
    pollingTokens: [],
    sequence: undefined,
    takenAt: undefined,
    hostCopy: undefined,
    onlineAt: [],
    isReserved: false,
    metadata: undefined,
    isRecognised: false,
    state: { kind: 'untouched' },
  };
}
