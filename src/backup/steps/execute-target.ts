/**
 * Steps 206 and 207: the tokens are executed, the pointers are copied, and the acknowledgment brings
 * the polling token.
 *
 * `atomic: group` executes all tokens of a subsystem in one message: one instant. `atomic: serial`
 * executes them one by one, as the patent does. With the last acknowledgment the sources are free
 * again; what follows concerns the copies only.
 *
 * @module
 */
import { invariant, unreachable } from '../../base/invariant.ts';
import { done } from '../../base/refusal.ts';
import { AGAIN, type Step } from '../../base/step.ts';
import type { CommitSequence } from '../../base/units.ts';
import type { Refused } from '../../ecam/messages.ts';
import {
  type CopyPair,
  type CopyRun,
  type Definition,
  go,
  type PhaseAnswer,
  sourceOf,
  targetOf,
} from '../copy-run.ts';
import { unexpected } from '../target-inspection.ts';

/** Rounds of definitions before the job gives up on tokens that expire under its hands. */
const DEFINITION_ROUNDS_MAX = 3;
/** Times that an execution is sent again because its acknowledgment was damaged on the way. */
const RESENDS_MAX = 3;

/** Executes what comes next; when everything is acknowledged, lets go of the sources. */
export function executeTarget(run: CopyRun): PhaseAnswer {
  const batch = nextBatch(run);
  if (batch === undefined) return afterLastAcknowledgment(run);
  const tokens = batch.definitions.map(({ definition }) => {
    invariant(definition.token !== undefined, 'backup-definition-accepted', run.owner);
    return definition.token;
  });
  const answer = run.exchange(
    batch.subsystem,
    { kind: 'targetExecution', tokens },
    { sent: 206, received: 207 },
  );
  switch (answer.kind) {
    case 'again':
    case 'waiting':
      return answer;
    case 'refused':
      return afterRefusal(run, batch, answer);
    case 'done':
      if (answer.value.kind !== 'executed') return unexpected(answer.value.kind);
      noteExecuted(run, batch, answer.value);
      return AGAIN;
    default:
      return unreachable(answer, 'backup-execution-answer');
  }
}

/** Lets go of everything that was only read: nothing of the sources is needed any more. */
export function releaseSources(run: CopyRun): void {
  run.enqueue?.releaseSome((need) => need.mode === 'shared');
  run.log.note(run.log.current, 'sources released');
}

/** Definitions that one message executes. */
interface Batch {
  readonly subsystem: string;
  readonly definitions: readonly { readonly pair: CopyPair; readonly definition: Definition }[];
}

function nextBatch(run: CopyRun): Batch | undefined {
  const pending = run
    .pairsBy('pointer')
    .filter((pair) => pair.executedCount < pair.definitions.length);
  const first = pending[0];
  if (first === undefined) return undefined;
  const { subsystem } = sourceOf(first).block;
  const definitions = pending
    .filter((pair) => sourceOf(pair).block.subsystem === subsystem)
    .flatMap((pair) =>
      pair.definitions.slice(pair.executedCount).map((definition) => ({ pair, definition })),
    );
  return {
    subsystem,
    definitions: run.options.atomic === 'serial' ? definitions.slice(0, 1) : definitions,
  };
}

function afterRefusal(run: CopyRun, batch: Batch, refused: Refused): PhaseAnswer {
  if (refused.code === 'TOKEN_CONSUMED' && refused.pollingToken !== undefined) {
    return adoptExecution(run, batch, refused.pollingToken);
  }
  if (refused.code === 'MESSAGE_MALFORMED' && run.resends < RESENDS_MAX) {
    // Whether the copy was made cannot be told from a damaged answer; asking again can do no harm.
    run.resends += 1;
    run.log.note(206, 'acknowledgment damaged, execution sent again');
    return AGAIN;
  }
  const mayDefineAgain =
    refused.code === 'TOKEN_EXPIRED' &&
    run.definitionRounds < DEFINITION_ROUNDS_MAX &&
    run.pairs.every((pair) => pair.executedCount === 0);
  if (!mayDefineAgain) return refused;
  run.log.note(206, 'tokens expired, definitions sent again');
  for (const pair of run.pairs) pair.definitions = [];
  return go('define');
}

/** The copy was made by the first sending; only its acknowledgment was lost. */
function adoptExecution(run: CopyRun, batch: Batch, pollingToken: Uint8Array): PhaseAnswer {
  const sequence = findSequence(run, batch, pollingToken);
  if (sequence.kind !== 'done') return sequence;
  run.log.note(207, 'acknowledgment was lost, polling token given again');
  noteExecuted(run, batch, { pollingToken, sequence: sequence.value });
  return AGAIN;
}

function findSequence(run: CopyRun, batch: Batch, token: Uint8Array): Step<CommitSequence> {
  const { pair } = firstOf(batch);
  const { device } = targetOf(pair).block;
  for (let from = 0; ; ) {
    const answer = run.exchange(
      batch.subsystem,
      { kind: 'queryDevice', device, from },
      { sent: 206, received: 207 },
    );
    if (answer.kind !== 'done') return answer;
    if (answer.value.kind !== 'device') return unexpected(answer.value.kind);
    const job = answer.value.jobs.find(({ pollingToken }) => sameToken(pollingToken, token));
    if (job !== undefined) return done(job.sequence);
    if (answer.value.next === undefined) return unexpected('device without the job');
    from = answer.value.next;
  }
}

function noteExecuted(
  run: CopyRun,
  batch: Batch,
  executed: { readonly pollingToken: Uint8Array; readonly sequence: CommitSequence },
): void {
  const { subsystem } = batch;
  for (const { pair } of batch.definitions) {
    if (pair.executedCount === 0) run.host.records.markOverwritten(targetOf(pair).block, run.owner);
    pair.executedCount += 1;
    pair.sequence = executed.sequence;
    pair.takenAt = run.log.now();
    if (!pair.pollingTokens.includes(executed.pollingToken)) {
      pair.pollingTokens.push(executed.pollingToken);
    }
    const of = pair.definitions.length;
    pair.state =
      pair.executedCount === of
        ? { kind: 'copied' }
        : { kind: 'partlyCopied', done: pair.executedCount, of, unit: 'extents' };
  }
  run.polling.push({
    subsystem,
    token: executed.pollingToken,
    isSatisfied: false,
    isPhysicallyComplete: false,
  });
  run.log.note(207, `copied at sequence ${executed.sequence} of ${subsystem}`);
}

function afterLastAcknowledgment(run: CopyRun): PhaseAnswer {
  if (run.pairsBy('hostCopy').length > 0) return go('hostCopy');
  releaseSources(run);
  return go('inquire');
}

function firstOf(batch: Batch): Batch['definitions'][number] {
  const [first] = batch.definitions;
  invariant(first !== undefined, 'backup-batch-not-empty');
  return first;
}

function sameToken(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one?.length === other.length && one.every((byte, at) => byte === other[at]);
}
