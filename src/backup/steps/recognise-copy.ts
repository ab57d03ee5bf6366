/**
 * The end of step 210 and step 211: device recognition is forced, and everything is released.
 *
 * @module
 */
import { AGAIN } from '../../base/step.ts';
import { describeDevice } from '../../host/unit-control-block.ts';
import {
  type CopyPair,
  type CopyRun,
  go,
  type PhaseAnswer,
  sourceOf,
  targetOf,
} from '../copy-run.ts';

/** Releases one device and has it recognised, or leaves it offline where its serial is taken. */
export function recogniseCopy(run: CopyRun): PhaseAnswer {
  const pair = run.pairs.find((one) => !one.isRecognised);
  if (pair === undefined) return go('exit');
  const { block, volser } = targetOf(pair);
  if (pair.isReserved) {
    const released = run.host.release(block);
    if (released.kind !== 'done') return released;
    pair.isReserved = false;
  }
  const taken = volserHolder(run, pair);
  if (taken !== undefined) {
    run.log.note(210, `${describeDevice(block)} stays offline: ${volser} is online on ${taken}`);
    pair.isRecognised = true;
    return AGAIN;
  }
  const recognised = run.host.recognise(block);
  if (recognised.kind !== 'done') return recognised;
  run.host.complex.signalStateChange(block, pair.onlineAt);
  pair.isRecognised = true;
  run.log.note(210, `${volser} is online on ${describeDevice(block)}`);
  return AGAIN;
}

/** A clone bears the serial of its source; where that is online, the clone stays offline. */
function volserHolder(run: CopyRun, pair: CopyPair): string | undefined {
  const { block, volser } = targetOf(pair);
  if (volser !== sourceOf(pair).label.volser) return undefined;
  const holder = run.host.findVolume(volser);
  return holder === undefined || holder.device === block.device
    ? undefined
    : describeDevice(holder);
}
