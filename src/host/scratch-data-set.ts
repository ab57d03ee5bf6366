/**
 * Scratching data sets: the volume forgets them, and the subsystem is told that their tracks are not
 * needed any more (dynamic release of deleted space).
 *
 * The order is safe at every moment. First the VTOC, in the order of all metadata updates: format 4
 * marked as inconsistent, everything else, format 4 as it is to stay. Only then the release, under
 * the same serialization, so that nobody can have allocated the tracks in between. Whoever stops
 * after the VTOC leaves tracks that hold space and belong to nobody; an interval release finds them.
 *
 * Source: docs/sources.md, S-09 (a scratched data set's space goes back at once).
 *
 * @module
 */
import { invariant, unreachable } from '../base/invariant.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import { AGAIN, type Step, type StepMachine } from '../base/step.ts';
import type { Nanos } from '../base/units.ts';
import type { SpaceReleased } from '../ecam/messages.ts';
import type { DataProcessor } from './data-processor.ts';
import { allocatedRanges, type DataSetEntry } from './data-set-entry.ts';
import { ORGANISATION_CODE, SMS_FLAG } from './dscb-data-set.ts';
import { normaliseRanges } from './free-space.ts';
import type { MetadataPlan } from './metadata-plan.ts';
import type { OnBusy } from './serialization.ts';
import { VolumeBuilder } from './volume-builder.ts';
import type { TrackRange, VolumeTracks } from './volume-tracks.ts';
import { VolumeWork } from './volume-work.ts';
import { refuseInconsistent } from './vtoc-consistency.ts';

/** Which data sets to scratch. */
export interface ScratchRequest {
  readonly volser: string;
  /** At least one; all or none are scratched. */
  readonly dataSets: readonly string[];
  /** Model time for which the subsystem keeps their tracks, so that the release can be undone. */
  readonly hold?: Nanos;
  /** Tell the subsystem; default true. */
  readonly release?: boolean;
  /** Default `wait`. */
  readonly onBusy?: OnBusy;
}

/** What was done. */
export interface ScratchResult {
  readonly volser: string;
  /** The data sets as the VTOC had them. */
  readonly dataSets: readonly DataSetEntry[];
  /** Their tracks, sorted and joined. */
  readonly ranges: readonly TrackRange[];
  /** What the update of the metadata changed and wrote. */
  readonly metadata: MetadataPlan;
  /** What the subsystem answered; absent when it was not asked, or had nothing to release. */
  readonly released?: SpaceReleased;
  /** Why the subsystem released nothing, though asked. The data sets are scratched all the same. */
  readonly notReleased?: Refusal;
}

/** What scratching data sets would write, and which tracks it would free. */
export interface ScratchPlan {
  readonly dataSets: readonly DataSetEntry[];
  readonly ranges: readonly TrackRange[];
  readonly metadata: MetadataPlan;
}

/**
 * Plans the scratching; writes nothing.
 *
 * Refused DATA_SET_UNKNOWN, DATA_SET_UNSUPPORTED for the volume's own index and VVDS, DATA_SET_DAMAGED
 * for VSAM and SMS-managed data sets whose VVDS cannot be read, VTOC_INVALID, and as reading the VTOC is.
 */
export function planScratch(volume: VolumeTracks, names: readonly string[]): Outcome<ScratchPlan> {
  const opened = VolumeBuilder.open(volume);
  if (opened.kind === 'refused') return opened;
  const builder = opened.value;
  const inconsistent = refuseInconsistent(builder.vtoc, 'updateIncomplete');
  if (inconsistent !== undefined) return inconsistent;
  const dataSets: DataSetEntry[] = [];
  for (const name of new Set(names)) {
    const own = [builder.vtoc.index, builder.vtoc.vvds].find((one) => one?.entry.name === name);
    if (own !== undefined) return refuseOwn(name, builder.vtoc.label.volser);
    const scratched = builder.scratch(name);
    if (scratched.kind === 'refused') return scratched;
    const entry = scratched.value;
    if (needsVvds(entry) && builder.vtoc.vvds?.content === undefined) return refuseNoVvds(entry);
    dataSets.push(entry);
  }
  const metadata = builder.plan();
  if (metadata.kind === 'refused') return metadata;
  const ranges = normaliseRanges(dataSets.flatMap((entry) => allocatedRanges(entry)));
  return done({ dataSets, ranges, metadata: metadata.value });
}

type Phase = 'serialize' | 'plan' | 'write' | 'release' | 'ended';

/** Scratches data sets of an online volume, one piece a step. */
export class ScratchJob implements StepMachine<ScratchResult> {
  readonly #host: DataProcessor;
  readonly #request: ScratchRequest;
  #phase: Phase = 'serialize';
  #work: VolumeWork | undefined;
  #plan: ScratchPlan | undefined;
  #written = 0;
  #requestName = '';
  #answer: Step<ScratchResult> = AGAIN;

  constructor(host: DataProcessor, request: ScratchRequest) {
    this.#host = host;
    this.#request = request;
  }

  step(): Step<ScratchResult> {
    if (this.#phase === 'ended') return this.#answer;
    const step = this.#next();
    if (step.kind === 'done' || step.kind === 'refused') {
      this.#work?.close();
      this.#phase = 'ended';
      this.#answer = step;
    }
    return step;
  }

  #next(): Step<ScratchResult> {
    switch (this.#phase) {
      case 'serialize':
        return this.#serialize();
      case 'plan':
        return this.#planMetadata();
      case 'write':
        return this.#writeTrack();
      case 'release':
        return this.#release();
      case 'ended':
        return this.#answer;
      default:
        return unreachable(this.#phase, 'scratch-phase');
    }
  }

  #serialize(): Step<ScratchResult> {
    const { volser, dataSets, onBusy = 'wait' } = this.#request;
    if (this.#work === undefined) {
      const owner = `scratch on ${volser} by ${this.#host.name}`;
      const opened = VolumeWork.open(this.#host, volser, dataSets, { owner, onBusy });
      if (opened.kind === 'refused') return opened;
      this.#work = opened.value;
    }
    const held = this.#work.take();
    if (held !== undefined) return held;
    this.#phase = 'plan';
    return AGAIN;
  }

  #planMetadata(): Step<ScratchResult> {
    const { block } = this.#taken();
    const planned = this.#host.onVolume(block, (volume) =>
      planScratch(volume, this.#request.dataSets),
    );
    if (planned.kind !== 'done') return planned;
    this.#plan = planned.value;
    this.#phase = 'write';
    return AGAIN;
  }

  #writeTrack(): Step<ScratchResult> {
    const plan = this.#planned();
    const next = plan.metadata.writes[this.#written];
    if (next === undefined) {
      const isAsked = this.#request.release !== false && plan.ranges.length > 0;
      if (!isAsked) return done(this.#result({}));
      this.#requestName = this.#host.nextRequestName();
      this.#phase = 'release';
      return AGAIN;
    }
    // The metadata reserve: a scratch must be possible on a subsystem that is full.
    const written = this.#host.writeTrack(this.#taken().block, next.track, next.image, true);
    if (written.kind !== 'done') return written;
    this.#written += 1;
    return AGAIN;
  }

  #release(): Step<ScratchResult> {
    const { block } = this.#taken();
    const { hold } = this.#request;
    const answer = this.#host.exchange(block.subsystem, {
      kind: 'releaseSpace',
      request: this.#requestName,
      device: block.device,
      ranges: this.#planned().ranges,
      ...(hold !== undefined && { hold }),
    });
    if (answer.kind === 'refused') return done(this.#result({ notReleased: answer }));
    if (answer.kind !== 'done') return answer;
    invariant(answer.value.kind === 'spaceReleased', 'scratch-answer', answer.value.kind);
    return done(this.#result({ released: answer.value }));
  }

  #result(end: Pick<ScratchResult, 'released' | 'notReleased'>): ScratchResult {
    return { volser: this.#request.volser, ...this.#planned(), ...end };
  }

  #taken(): VolumeWork {
    invariant(this.#work !== undefined, 'scratch-volume-taken');
    return this.#work;
  }

  #planned(): ScratchPlan {
    invariant(this.#plan !== undefined, 'scratch-planned');
    return this.#plan;
  }
}

function needsVvds({ dscb }: DataSetEntry): boolean {
  const isVsam = (dscb.organisationCode & ORGANISATION_CODE.VSAM) !== 0;
  return isVsam || (dscb.smsFlags & SMS_FLAG.managed) !== 0;
}

function refuseOwn(name: string, volser: string): Refusal {
  return refuse('DATA_SET_UNSUPPORTED', {
    what: `scratching ${name}`,
    limit: `volume ${volser} keeps its own metadata in it`,
    fix: 'initialise the volume anew, if it is to have none',
  });
}

function refuseNoVvds({ name }: DataSetEntry): Refusal {
  return refuse('DATA_SET_DAMAGED', {
    what: `scratching ${name}`,
    limit: 'the VVDS that describes it, too, cannot be read',
    fix: 'restore a backup of the volume first',
  });
}
