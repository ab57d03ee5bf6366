/**
 * Step 210: label, VTOC, VTOC index, VVDS and free space of the copy are made right.
 *
 * Planned in one step on a view of the copy, then written one track a step. By now the sources are
 * free and a background copy may still run: a written track is simply one that needs no copying any
 * more.
 *
 * @module
 */
import { AGAIN, type Step } from '../../base/step.ts';
import { planCopyMetadata, planRestoredMetadata } from '../copy-metadata.ts';
import {
  type CopyPair,
  type CopyRun,
  go,
  type PhaseAnswer,
  sourceOf,
  targetOf,
} from '../copy-run.ts';
import type { MetadataUpdate } from '../metadata-update.ts';

/** Plans the update of one copy, or issues one of its writes. */
export function updateMetadata(run: CopyRun): PhaseAnswer {
  const pair = run.pairs.find(({ state }) => state.kind !== 'metadataDone');
  if (pair === undefined) return go('recognise');
  if (pair.metadata === undefined) {
    const planned = planUpdate(run, pair);
    if (planned.kind !== 'done') return planned;
    pair.metadata = planned.value;
    for (const line of planned.value.summary) run.log.note(210, line);
    return AGAIN;
  }
  const step = pair.metadata.step(run.host, targetOf(pair).block);
  if (pair.metadata.isUnderWay) pair.state = { kind: 'metadataPartly' };
  if (step.kind !== 'done') return step;
  pair.state = { kind: 'metadataDone' };
  return AGAIN;
}

function planUpdate(run: CopyRun, pair: CopyPair): Step<MetadataUpdate> {
  const { host } = run;
  // The copy of a larger image has made the target's image larger.
  const sensed = host.senseDevice(targetOf(pair).block);
  if (sensed.kind !== 'done') return sensed;
  const { plan } = pair;
  return host.onVolume(sensed.value, (volume) => {
    if (plan.kind === 'restore') return planRestoredMetadata(volume, plan.copy);
    return planCopyMetadata(volume, {
      identity: run.plan.kind === 'backup' ? run.plan.options.identity : 'relabel',
      sourceVolser: sourceOf(pair).label.volser,
      volser: targetOf(pair).volser,
      sourceCylinders: sourceOf(pair).block.cylinders,
    });
  });
}
