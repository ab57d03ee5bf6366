/**
 * Steps 204 and 205: one source definition for each extent, sent one after the other, each answered
 * with a token.
 *
 * A whole volume is one extent. Where a volume has more extents than an execution takes tokens,
 * several share a message (our choice; the patent sets no limit). Messages name the data sets whose
 * extents they cover, as far as the message has room.
 *
 * @module
 */
import { MESSAGE_BYTES_MAX, TOKENS_PER_EXECUTION_MAX } from '../../base/limits.ts';
import { AGAIN } from '../../base/step.ts';
import type { MessageDataSet, MessageExtent, SourceDefinition } from '../../ecam/messages.ts';
import type { TrackRun } from '../../host/host-records.ts';
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

/** Bytes of a message that are left for data sets, after extents and all else. */
const DATA_SET_BYTES_MAX = MESSAGE_BYTES_MAX / 2;

/** Sends one definition; when all have their token, goes on. */
export function defineSource(run: CopyRun): PhaseAnswer {
  const pairs = run.pairsBy('pointer');
  if (pairs.every((pair) => pair.definitions.length === 0)) planDefinitions(run, pairs);
  for (const pair of pairs) {
    const next = pair.definitions.find(({ token }) => token === undefined);
    if (next !== undefined) return sendDefinition(run, pair, next);
  }
  return go('execute');
}

function sendDefinition(run: CopyRun, pair: CopyPair, next: Definition): PhaseAnswer {
  const answer = run.exchange(sourceOf(pair).block.subsystem, next.message, {
    sent: 204,
    received: 205,
  });
  if (answer.kind !== 'done') return answer;
  if (answer.value.kind !== 'sourceAccepted') return unexpected(answer.value.kind);
  next.token = answer.value.token;
  return AGAIN;
}

/** Plans the messages of all pairs. A serial series runs through the pairs of one subsystem. */
function planDefinitions(run: CopyRun, pairs: readonly CopyPair[]): void {
  run.definitionRounds += 1;
  const bySubsystem = Map.groupBy(pairs, (pair) => sourceOf(pair).block.subsystem);
  for (const group of bySubsystem.values()) {
    const extentCount = group.reduce((sum, pair) => sum + sourceOf(pair).runs.length, 0);
    const perMessage = Math.ceil(extentCount / (TOKENS_PER_EXECUTION_MAX - group.length));
    const messages = group.flatMap((pair) =>
      definitionsOf(run, pair, perMessage).map((message) => ({ pair, message })),
    );
    messages.forEach(({ pair, message }, at) => {
      const ordinal = { ordinal: at + 1, of: messages.length };
      // A repeated round is a new series: the parts of the old one may still be known.
      const id = `${run.kind}-${run.jobId}-${run.definitionRounds}`;
      const isSerial = run.options.atomic === 'serial';
      pair.definitions.push({
        message: isSerial ? { ...message, series: { id, ...ordinal } } : message,
        token: undefined,
      });
    });
  }
}

function definitionsOf(
  run: CopyRun,
  pair: CopyPair,
  perMessage: number,
): readonly SourceDefinition[] {
  const source = sourceOf(pair);
  if (isWholeDevice(run, pair)) return [definition(run, pair, [], source.dataSets)];
  const messages: SourceDefinition[] = [];
  for (let at = 0; at < source.runs.length; at += perMessage) {
    const runs = source.runs.slice(at, at + perMessage);
    const dataSets = source.dataSets.filter(({ extents }) =>
      extents.some((extent) => runs.some((one) => overlaps(one, extent))),
    );
    messages.push(definition(run, pair, runs, dataSets));
  }
  return messages;
}

/**
 * Whether the message can name the whole device, which costs the subsystem least and makes a smaller
 * target image as large as the source's. A serial series needs extents to watch, and a restore must
 * not carry the cylinders of a larger copy back.
 */
export function isWholeDevice(run: CopyRun, pair: CopyPair): boolean {
  if (run.options.atomic === 'serial') return false;
  if (run.plan.kind === 'backup') return run.plan.options.extents === 'volume';
  if (pair.plan.kind !== 'restore') return false;
  const { wholeVolume, sourceCylinders } = pair.plan.copy;
  return wholeVolume && sourceOf(pair).block.cylinders === sourceCylinders;
}

function definition(
  run: CopyRun,
  pair: CopyPair,
  runs: readonly TrackRun[],
  dataSets: readonly MessageDataSet[],
): SourceDefinition {
  const source = sourceOf(pair);
  const { options } = run;
  const named = fittingDataSets(dataSets);
  if (named.length < dataSets.length) {
    run.log.note(204, `${dataSets.length - named.length} data sets are not named: no room`);
  }
  return {
    kind: 'sourceDefinition',
    source: { device: source.block.device, volser: source.label.volser },
    target: { device: targetOf(pair).block.device },
    extents: runs.map(extentOf),
    wholeDevice: runs.length === 0,
    dataSets: named,
    copy: options.copy,
    separation: options.separation,
    supersede: options.supersede,
    label: printable(run.plan.options.name, 64),
  };
}

function extentOf({ first, count }: TrackRun): MessageExtent {
  return { sourceFirst: first, targetFirst: first, trackCount: count };
}

function overlaps(one: TrackRun, other: { first: number; count: number }): boolean {
  return one.first < other.first + other.count && other.first < one.first + one.count;
}

/** As many data sets as surely fit: 52 bytes each and 16 for every extent are generous. */
function fittingDataSets(dataSets: readonly MessageDataSet[]): readonly MessageDataSet[] {
  let bytes = 0;
  const fitting: MessageDataSet[] = [];
  for (const { name, extents } of dataSets) {
    bytes += 52 + 16 * extents.length;
    if (bytes > DATA_SET_BYTES_MAX) break;
    fitting.push({ name: printable(name, 44), extents });
  }
  return fitting;
}

/** Messages carry printable ASCII. */
function printable(text: string, length: number): string {
  return text.replace(/[^ -~]/g, '?').slice(0, length);
}
