/**
 * The machine of a copy job: which step comes after which, and what happens when one says no.
 *
 * | state | patent's step | file |
 * | --- | --- | --- |
 * | accept | 201 | this one |
 * | serialize, locateSource | 202 | steps/serialize-source.ts, steps/locate-source.ts |
 * | locateTarget, prepareTarget | 203 | steps/locate-target.ts |
 * | define | 204, 205 | steps/define-source.ts |
 * | execute | 206, 207 | steps/execute-target.ts |
 * | hostCopy | in place of 204 to 207 | steps/copy-by-host.ts |
 * | inquire | 208, 209 | steps/inquire-status.ts |
 * | updateMetadata | 210 | steps/update-metadata.ts |
 * | recognise | 210 | steps/recognise-copy.ts |
 * | exit | 211 | this one |
 *
 * Each call of {@link CopyJob.step} does one bounded piece: one message, one look at a volume, one
 * track. Serialization of the sources ends with the last acknowledgment, that of the targets with the
 * job. A refusal at any step ends the job: reservations and resources are released, a target that
 * was not touched goes back into use, and the record says what state the target is in.
 *
 * @module
 */
import { castDraft } from 'immer';
import { unreachable } from '../base/invariant.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import { AGAIN, type Step, type StepMachine, type StepWaiting } from '../base/step.ts';
import type { DataProcessor } from '../host/data-processor.ts';
import type { JobKind, JobRecord, StepNumber } from '../host/host-records.ts';
import { describeDevice } from '../host/unit-control-block.ts';
import {
  type CopyPair,
  type CopyPlan,
  CopyRun,
  go,
  type LocatedTarget,
  type Phase,
  type PhaseAnswer,
  sourceOf,
} from './copy-run.ts';
import { lineageOf } from './lineage.ts';
import { StepLog } from './step-log.ts';
import { copyByHost } from './steps/copy-by-host.ts';
import { defineSource } from './steps/define-source.ts';
import { executeTarget } from './steps/execute-target.ts';
import { inquireStatus } from './steps/inquire-status.ts';
import { locateSource } from './steps/locate-source.ts';
import { locateTarget, prepareTarget } from './steps/locate-target.ts';
import { recogniseCopy } from './steps/recognise-copy.ts';
import { serializeSource } from './steps/serialize-source.ts';
import { updateMetadata } from './steps/update-metadata.ts';

const STEP_OF: Readonly<Record<Phase, StepNumber>> = Object.freeze({
  accept: 201,
  serialize: 202,
  locateSource: 202,
  locateTarget: 203,
  prepareTarget: 203,
  define: 204,
  execute: 206,
  hostCopy: 206,
  inquire: 208,
  updateMetadata: 210,
  recognise: 210,
  exit: 211,
});

/** A backup or a restore. Done with the job's record. */
export class CopyJob implements StepMachine<JobRecord> {
  readonly #run: CopyRun;
  readonly #plan: () => Outcome<CopyPlan>;
  #phase: Phase = 'accept';
  /** What the record says about the targets. */
  #targetState = '';
  #ended: Step<JobRecord> | undefined;

  /**
   * Opens the record of a job; nothing else happens before the first step.
   *
   * @param plan - Checks the request and says what is to be done; called at step 201.
   */
  constructor(
    host: DataProcessor,
    job: { readonly kind: JobKind; readonly name: string },
    plan: () => Outcome<CopyPlan>,
  ) {
    const { records, complex } = host;
    const { id } = records.open({ ...job, host: host.name });
    const log = new StepLog(complex.clock, records, id);
    this.#run = new CopyRun(host, job.kind, job.name, id, log);
    this.#plan = plan;
  }

  /** The job's record as it is now. */
  get record(): JobRecord {
    return this.#run.host.records.job(this.#run.jobId);
  }

  /** The state that the next step works in. */
  get phase(): Phase {
    return this.#phase;
  }

  step(): Step<JobRecord> {
    if (this.#ended !== undefined) return this.#ended;
    const run = this.#run;
    run.log.enter(STEP_OF[this.#phase]);
    const answer = run.host.meter.charge(run.log.account(), () => this.#work());
    this.#noteTargets();
    switch (answer.kind) {
      case 'go':
        this.#phase = answer.to;
        return AGAIN;
      case 'again':
        return answer;
      case 'waiting':
        run.log.flush();
        return this.#isUnwilling(answer) ? this.#fail(reserved(answer)) : answer;
      case 'refused':
        return this.#fail(answer);
      case 'ended':
        this.#ended = done(this.record);
        return this.#ended;
      default:
        return unreachable(answer, 'copy-job-answer');
    }
  }

  #work(): PhaseAnswer | { readonly kind: 'ended' } {
    const run = this.#run;
    switch (this.#phase) {
      case 'accept':
        return this.#accept();
      case 'serialize':
        return serializeSource(run);
      case 'locateSource':
        return locateSource(run);
      case 'locateTarget':
        return locateTarget(run);
      case 'prepareTarget':
        return prepareTarget(run);
      case 'define':
        return defineSource(run);
      case 'execute':
        return executeTarget(run);
      case 'hostCopy':
        return copyByHost(run);
      case 'inquire':
        return inquireStatus(run);
      case 'updateMetadata':
        return updateMetadata(run);
      case 'recognise':
        return recogniseCopy(run);
      case 'exit':
        return this.#exit();
      default:
        return unreachable(this.#phase, 'copy-job-phase');
    }
  }

  /** The record says at every moment what has become of the targets, in case it is the last. */
  #noteTargets(): void {
    const { pairs, host, jobId } = this.#run;
    const targetState = pairs
      .flatMap((pair) => (pair.target ? [describeStanding(pair, pair.target)] : []))
      .join('; ');
    if (targetState === this.#targetState || this.#phase === 'exit') return;
    this.#targetState = targetState;
    host.records.update(jobId, (draft) => {
      draft.targetState = targetState;
    });
  }

  /** A job that was told not to wait does not wait for other hosts' reservations, either. */
  #isUnwilling(answer: StepWaiting): boolean {
    return answer.for === 'reservation' && this.#run.options.onBusy === 'refuse';
  }

  #accept(): PhaseAnswer {
    const plan = this.#plan();
    if (plan.kind === 'refused') return plan;
    this.#run.begin(plan.value);
    return go('serialize');
  }

  #exit(): { readonly kind: 'ended' } {
    const run = this.#run;
    run.enqueue?.release();
    run.log.note(211, 'targets released');
    run.log.flush();
    const isHostCopied = run.pairsBy('hostCopy').length > 0;
    const copies = run.pairs.map((pair) => lineageOf(run, pair));
    run.host.records.update(run.jobId, (draft) => {
      draft.state = 'done';
      draft.targetState = '';
      draft.logicallyComplete = true;
      draft.physicallyComplete =
        run.polling.every((entry) => entry.isPhysicallyComplete) &&
        (run.polling.length > 0 || isHostCopied);
      draft.copies = castDraft(copies);
      if (run.conflict !== undefined) draft.conflict = run.conflict;
    });
    return { kind: 'ended' };
  }

  /** Ends the job: gives everything back, and says what became of the targets. */
  #fail(refusal: Refusal): Refusal {
    const run = this.#run;
    const step = run.log.current;
    const targetState = run.pairs.map((pair) => describeTarget(pair)).join('; ');
    run.host.meter.charge(run.log.account(), () => {
      this.#giveUpSeries();
      for (const pair of run.pairs) this.#giveBack(pair);
    });
    run.enqueue?.release();
    run.log.flush();
    run.host.records.update(run.jobId, (draft) => {
      draft.state = 'failed';
      draft.targetState = '';
      draft.failure = { step, refusal, targetState };
      if (run.conflict !== undefined) draft.conflict = run.conflict;
    });
    this.#ended = refusal;
    return refusal;
  }

  /**
   * Withdraws what a serial series has executed, where parts of it are left: nobody will execute
   * them, and a series that never ends would be watched for ever and keep its slots.
   */
  #giveUpSeries(): void {
    const { pairs, polling, log } = this.#run;
    const unfinished = new Set(
      pairs
        .filter(({ definitions, executedCount }) => executedCount < definitions.length)
        .map((pair) => sourceOf(pair).block.subsystem),
    );
    for (const { subsystem, token } of polling) {
      if (!unfinished.has(subsystem)) continue;
      const steps = { sent: log.current, received: log.current };
      const answer = this.#run.exchange(
        subsystem,
        { kind: 'withdraw', pollingToken: token },
        steps,
      );
      if (answer.kind === 'refused') log.note(log.current, `withdraw: ${answer.code}`);
    }
  }

  /** Releases a target; one that was only taken offline goes back to where it was online. */
  #giveBack(pair: CopyPair): void {
    const { target } = pair;
    if (target === undefined) return;
    const { host, log } = this.#run;
    if (pair.isReserved) {
      const released = host.release(target.block);
      if (released.kind === 'refused') log.note(log.current, `release: ${released.code}`);
      pair.isReserved = false;
    }
    if (pair.state.kind === 'offline') host.complex.signalStateChange(target.block, pair.onlineAt);
  }
}

function reserved(answer: StepWaiting): Refusal {
  return refuse('DEVICE_RESERVED', {
    what: answer.detail,
    limit: 'the job was told not to wait',
    fix: 'try again later, or ask with onBusy: wait',
  });
}

/** What became of the target of a job that has ended, for people. */
function describeTarget(pair: CopyPair): string {
  const { target, state } = pair;
  if (target === undefined) return 'target not chosen yet';
  const standing = describeStanding(pair, target);
  if (state.kind === 'untouched') return standing;
  if (state.kind === 'offline') return `${standing} and back as it was`;
  if (state.kind !== 'partlyCopied') return `${standing}; it is offline`;
  return `${standing}: ${state.done} of ${state.of} ${state.unit}; it is offline`;
}

/** What is to be said of a settled target should the job end here with its process. */
function describeStanding({ source, state }: CopyPair, target: LocatedTarget): string {
  const where = `target ${describeDevice(target.block)}`;
  const bears = source === undefined ? '' : ` and bears serial ${source.label.volser}`;
  switch (state.kind) {
    case 'untouched':
    case 'offline':
      return `${where} is untouched`;
    case 'partlyCopied':
      return `${where} is overwritten in part`;
    case 'copied':
      return `${where} holds a complete copy${bears}`;
    case 'metadataPartly':
      return `${where} holds a complete copy whose metadata is rewritten in part`;
    case 'metadataDone':
      return `${where} holds a complete copy, rewritten as ${target.volser}`;
    default:
      return unreachable(state, 'copy-target-state');
  }
}
