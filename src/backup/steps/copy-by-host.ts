/**
 * In place of steps 204 to 207 for pairs that pointers cannot serve: the host moves the data.
 *
 * @module
 */
import { unreachable } from '../../base/invariant.ts';
import { AGAIN } from '../../base/step.ts';
import { commitSequence } from '../../base/units.ts';
import {
  type CopyPair,
  type CopyRun,
  go,
  type PhaseAnswer,
  sourceOf,
  targetOf,
} from '../copy-run.ts';
import { HostCopy } from '../host-copy.ts';
import { releaseSources } from './execute-target.ts';

/** Copies one track of one pair; with the last track the sources are released. */
export function copyByHost(run: CopyRun): PhaseAnswer {
  const pair = run.pairsBy('hostCopy').find(({ state }) => state.kind !== 'copied');
  if (pair === undefined) {
    releaseSources(run);
    return go(run.polling.length > 0 ? 'inquire' : 'updateMetadata');
  }
  const copy = pair.hostCopy ?? startCopy(run, pair);
  const step = copy.step();
  switch (step.kind) {
    case 'waiting':
    case 'refused':
      return step;
    case 'again':
      pair.state = {
        kind: 'partlyCopied',
        done: copy.copiedCount,
        of: copy.trackCount,
        unit: 'tracks',
      };
      return AGAIN;
    case 'done':
      pair.state = { kind: 'copied' };
      return AGAIN;
    default:
      return unreachable(step, 'host-copy-answer');
  }
}

function startCopy(run: CopyRun, pair: CopyPair): HostCopy {
  const { block: source } = sourceOf(pair);
  const { block: target, volser } = targetOf(pair);
  const copy = new HostCopy(run.host, { source, target }, sourceOf(pair).runs);
  pair.hostCopy = copy;
  // No subsystem gives a host copy a place in its order of changes; its moment is a moment of time.
  pair.sequence = commitSequence(0);
  pair.takenAt = run.log.now();
  run.host.records.markOverwritten(target, run.owner);
  run.log.note(206, `host copy for ${volser}: ${pair.methodReason ?? 'asked for'}`);
  return copy;
}
