/**
 * A volume reached through channel programs, as the structure code sees it.
 *
 * Every track read is one program of define extent, locate record and read track; every write one
 * with write track. Nothing is cached. Structure code just calls `readTrack`; when the channel cannot
 * answer at once (the device is reserved to another host, there is no space), the whole piece of work
 * is interrupted and answered as a step, and done again from its start later. Work that changes a
 * volume therefore collects its writes ({@link file://./volume-tracks.ts}, `TrackOverlay`) and lets
 * its job issue them one by one.
 *
 * @module
 */
import { InvariantViolation } from '../base/invariant.ts';
import { done, type Outcome, type Refusal } from '../base/refusal.ts';
import { AGAIN, type Step, type StepWaiting } from '../base/step.ts';
import type { TrackIndex } from '../base/units.ts';
import type { ChannelProgram } from '../channel/channel-program.ts';
import type { ChannelResult } from '../channel/control-unit.ts';
import type { DeviceType } from '../geometry/device-model.ts';
import type { UnitControlBlock } from './unit-control-block.ts';
import type { VolumeTracks } from './volume-tracks.ts';

/** Runs a channel program against one device. */
export type ProgramRunner = (program: ChannelProgram) => Step<ChannelResult>;

/** The program that reads one track. */
export function readTrackProgram(track: TrackIndex): ChannelProgram {
  return [
    { kind: 'defineExtent', first: track, last: track, write: false },
    { kind: 'locateRecord', track },
    { kind: 'readTrack' },
  ];
}

/**
 * The program that writes one track.
 *
 * @param reserve - May use the space kept back for the metadata of running backups.
 */
export function writeTrackProgram(
  track: TrackIndex,
  image: Uint8Array,
  reserve: boolean,
): ChannelProgram {
  return [
    { kind: 'defineExtent', first: track, last: track, write: true, reserve },
    { kind: 'locateRecord', track },
    { kind: 'writeTrack', image },
  ];
}

/** What the reading program of one track brought. */
export function trackRead(step: Step<ChannelResult>): Step<Uint8Array> {
  if (step.kind !== 'done') return step;
  const [image] = step.value.data;
  if (image === undefined) throw new InvariantViolation('channel-track-read', undefined);
  return done(image);
}

/** A volume behind channel programs. Open it with {@link onChannelVolume}. */
export class ChannelVolume implements VolumeTracks {
  readonly type: DeviceType;
  readonly cylinders: number;
  readonly #run: ProgramRunner;

  constructor(block: UnitControlBlock, run: ProgramRunner) {
    this.type = block.type;
    this.cylinders = block.cylinders;
    this.#run = run;
  }

  readTrack(track: TrackIndex): Uint8Array {
    return answered(trackRead(this.#run(readTrackProgram(track))));
  }

  writeTrack(track: TrackIndex, image: Uint8Array): void {
    answered(this.#run(writeTrackProgram(track, image, false)));
  }
}

/**
 * Does a piece of work on a volume.
 *
 * @param work - Structure code; it may be run again from its start, so it must change nothing but
 * the volume, and the volume only in ways that do no harm when repeated.
 * @returns What `work` answers, or `waiting` or a refusal of the channel that interrupted it.
 */
export function onChannelVolume<Value>(
  block: UnitControlBlock,
  run: ProgramRunner,
  work: (volume: ChannelVolume) => Outcome<Value>,
): Step<Value> {
  try {
    return work(new ChannelVolume(block, run));
  } catch (thrown) {
    if (thrown instanceof VolumeInterruption) return thrown.answer;
    throw thrown;
  }
}

/** Carries an answer of the channel out through structure code that knows nothing of channels. */
class VolumeInterruption extends Error {
  readonly answer: StepWaiting | Refusal | typeof AGAIN;

  constructor(answer: StepWaiting | Refusal | typeof AGAIN) {
    super('interrupted by the channel');
    this.answer = answer;
  }
}

function answered<Value>(step: Step<Value>): Value {
  if (step.kind === 'done') return step.value;
  throw new VolumeInterruption(step);
}
