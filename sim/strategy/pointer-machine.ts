/**
 * The host's side of a pointer copy as a machine of steps: either the device backup system with its
 * steps 201 to 211 for a labelled volume, or the bare messages for any device, one definition for
 * each of so many extents.
 *
 * @module
 */
import {
  AGAIN,
  type CopyJob,
  type DataProcessor,
  discardBackup,
  type EcamRequest,
  invariant,
  type JobRecord,
  type Refusal,
  type Step,
  startBackup,
  totalMessages,
  waiting,
} from '../../src/index.ts';
import type { CopyContext } from './copy-method.ts';

type ExchangeAnswer = ReturnType<DataProcessor['exchange']>;
type MessageExtent = Extract<EcamRequest, { kind: 'sourceDefinition' }>['extents'][number];

/** How a pointer copy is to be made. */
export interface PointerOptions {
  /** One execution for everything, or one for each extent. */
  readonly atomic: 'group' | 'serial';
  readonly background: boolean;
  /** 0 for the device backup system; otherwise bare messages with so many extents. */
  readonly pieces: number;
}

/** Ends with the tracks that it did not copy, or rewrote afterwards: they are not compared. */
export interface PointerMachine {
  step(): Step<ReadonlySet<number>>;
  /** The last execution was made, by the step just done: this is the point in time. */
  readonly isTaken: boolean;
  /** The last acknowledgment is in: nothing of the source is needed any more. */
  readonly isAcknowledged: boolean;
  /** Messages so far. */
  readonly messageCount: number;
  /** Gives the copy up again: its tracks become never-written. */
  discard(): Refusal | undefined;
}

/** Makes the machine that the options ask for. Nothing happens before its first step. */
export function pointerMachine(context: CopyContext, options: PointerOptions): PointerMachine {
  return options.pieces === 0
    ? new BackupMachine(context, options)
    : new MessageMachine(context, options);
}

/** A backup by the device backup system. */
class BackupMachine implements PointerMachine {
  readonly #context: CopyContext;
  readonly #isSerial: boolean;
  readonly #job: CopyJob;
  #isTaken = false;
  #isAcknowledged = false;
  #discardMessages = 0;

  constructor(context: CopyContext, options: PointerOptions) {
    const { host, source, target, name } = context;
    this.#context = context;
    this.#isSerial = options.atomic === 'serial';
    this.#job = startBackup(host, {
      name,
      source: host.findDevice(source.number)?.volume?.volser ?? 'NOBODY',
      target: { kind: 'device', device: target.number },
      identity: 'clone',
      atomic: options.atomic,
      extents: this.#isSerial ? 'allocated' : 'volume',
      copy: options.background ? 'background' : 'none',
      wait: options.background ? 'physical' : 'logical',
      reuse: true,
      supersede: true,
    });
  }

  get isTaken(): boolean {
    return this.#isTaken;
  }

  get isAcknowledged(): boolean {
    return this.#isAcknowledged;
  }

  get messageCount(): number {
    const messages = Object.values(totalMessages(this.#job.record));
    return messages.reduce((sum, count) => sum + count, this.#discardMessages);
  }

  step(): Step<ReadonlySet<number>> {
    const isExecuting = this.#job.phase === 'execute';
    const relationCount = isExecuting ? this.#relationCount() : 0;
    const step = this.#job.step();
    if (isExecuting) {
      this.#isAcknowledged = this.#job.phase !== 'execute';
      const isMade = !this.#isSerial && this.#relationCount() > relationCount;
      this.#isTaken ||= isMade || this.#isAcknowledged;
    }
    return step.kind === 'done' ? { kind: 'done', value: this.#notCopied(step.value) } : step;
  }

  discard(): Refusal | undefined {
    const { host, name } = this.#context;
    this.#discardMessages += 1;
    const step = discardBackup(host, name);
    return step.kind === 'refused' ? step : undefined;
  }

  /** Tracks that the copy has otherwise: those outside of its extents, and those that step 210 changed. */
  #notCopied({ copies }: JobRecord): ReadonlySet<number> {
    const { environment, source } = this.#context;
    const { cylinders, model } = environment.subsystem.device(source.index);
    const trackCount = cylinders * model.type.headCount;
    const tracks = new Set<number>();
    for (const { runs, rewritten, wholeVolume } of copies) {
      const isCopied = (track: number): boolean =>
        runs.some(({ first, count }) => track >= first && track < first + count);
      for (const { track } of rewritten) tracks.add(track);
      if (wholeVolume) continue;
      for (let track = 0; track < trackCount; track += 1) {
        if (!isCopied(track)) tracks.add(track);
      }
    }
    return tracks;
  }

  /** Relations ever made, as far as they are remembered: an execution makes one for each pair. */
  #relationCount(): number {
    let last = 0;
    for (const { id } of this.#context.environment.subsystem.relations()) last = Math.max(last, id);
    return last;
  }
}

/** Bare messages: define every extent, execute, inquire. */
class MessageMachine implements PointerMachine {
  readonly #context: CopyContext;
  readonly #options: PointerOptions;
  readonly #subsystem: string;
  readonly #extents: readonly MessageExtent[];
  readonly #series: string;
  readonly #tokens: Uint8Array[] = [];
  readonly #polling: Uint8Array[] = [];
  #executedCount = 0;
  #inquiredCount = 0;
  #messageCount = 0;

  constructor(context: CopyContext, options: PointerOptions) {
    const { environment, host, source } = context;
    const { cylinders, model } = environment.subsystem.device(source.index);
    this.#context = context;
    this.#options = options;
    this.#subsystem = host.findDevice(source.number)?.subsystem ?? '';
    this.#series = host.nextRequestName();
    this.#extents = evenExtents(cylinders * model.type.headCount, options.pieces);
  }

  get isTaken(): boolean {
    return this.#executedCount === this.#extents.length;
  }

  get isAcknowledged(): boolean {
    return this.isTaken;
  }

  get messageCount(): number {
    return this.#messageCount;
  }

  step(): Step<ReadonlySet<number>> {
    if (this.#tokens.length < this.#extents.length) return this.#define();
    if (!this.isTaken) return this.#execute();
    if (this.#inquiredCount < this.#polling.length) return this.#inquire();
    return { kind: 'done', value: new Set() };
  }

  discard(): Refusal | undefined {
    for (const pollingToken of this.#polling) {
      const answer = this.#send({ kind: 'withdraw', pollingToken, discard: true });
      if (answer.kind === 'refused') return answer;
    }
    return undefined;
  }

  #define(): Step<ReadonlySet<number>> {
    const { source, target, name } = this.#context;
    const { atomic, background } = this.#options;
    const ordinal = this.#tokens.length + 1;
    const extent = this.#extents[ordinal - 1] as MessageExtent;
    const of = this.#extents.length;
    const answer = this.#send({
      kind: 'sourceDefinition',
      source: { device: source.number },
      target: { device: target.number },
      extents: [extent],
      wholeDevice: false,
      ...(atomic === 'serial' ? { series: { id: this.#series, ordinal, of } } : {}),
      dataSets: [],
      copy: background ? 'background' : 'none',
      separation: 'instance',
      supersede: true,
      label: name,
    });
    if (answer.kind !== 'done') return answer;
    invariant(answer.value.kind === 'sourceAccepted', 'pointer-definition-accepted');
    this.#tokens.push(answer.value.token);
    return AGAIN;
  }

  #execute(): Step<ReadonlySet<number>> {
    const isSerial = this.#options.atomic === 'serial';
    const tokens = isSerial ? this.#tokens.slice(this.#executedCount).slice(0, 1) : this.#tokens;
    const answer = this.#send({ kind: 'targetExecution', tokens });
    if (answer.kind !== 'done') return answer;
    invariant(answer.value.kind === 'executed', 'pointer-execution-made');
    this.#polling.push(answer.value.pollingToken);
    this.#executedCount += tokens.length;
    return AGAIN;
  }

  #inquire(): Step<ReadonlySet<number>> {
    const pollingToken = this.#polling[this.#inquiredCount] as Uint8Array;
    const answer = this.#send({ kind: 'statusInquiry', pollingToken });
    if (answer.kind !== 'done') return answer;
    invariant(answer.value.kind === 'status', 'pointer-status-told');
    const { logicallyComplete, physicallyComplete, tracksRemaining } = answer.value;
    const isEnough = this.#options.background ? physicallyComplete : logicallyComplete;
    if (!isEnough) return waiting('background', `${tracksRemaining} tracks to copy`);
    this.#inquiredCount += 1;
    return AGAIN;
  }

  #send(request: EcamRequest): ExchangeAnswer {
    this.#messageCount += 1;
    return this.#context.host.exchange(this.#subsystem, request);
  }
}

/** A whole device in so many stretches, as even as they can be. */
function evenExtents(trackCount: number, pieces: number): readonly MessageExtent[] {
  const count = Math.min(pieces, trackCount);
  return Array.from({ length: count }, (_, at) => {
    const first = Math.floor((at * trackCount) / count);
    const end = Math.floor(((at + 1) * trackCount) / count);
    return { sourceFirst: first, targetFirst: first, trackCount: end - first };
  });
}
