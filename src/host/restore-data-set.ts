/**
 * Bringing a data set back that was scratched: from a device that shows its volume as it was, onto
 * the volume as it is, without touching anything else there.
 *
 * Its tracks are copied by pointer to where they were, which must be free; then the VTOC, the index
 * and the VVDS name it again. In this order the volume is right at every moment: until the VTOC is
 * written the tracks belong to nobody.
 *
 * @module
 */
import { invariant, unreachable } from '../base/invariant.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import { AGAIN, type Step, type StepMachine } from '../base/step.ts';
import { type DeviceNumber, formatDeviceNumber } from '../base/units.ts';
import type { EcamAnswer, EcamRequest } from '../ecam/messages.ts';
import type { DataProcessor } from './data-processor.ts';
import { allocatedRanges, type DataSetEntry } from './data-set-entry.ts';
import type { MetadataPlan } from './metadata-plan.ts';
import type { OnBusy } from './serialization.ts';
import { describeDevice } from './unit-control-block.ts';
import { VolumeBuilder } from './volume-builder.ts';
import type { VolumeTracks } from './volume-tracks.ts';
import { VolumeWork } from './volume-work.ts';
import { findDataSet, readVtoc } from './vtoc.ts';
import { refuseInconsistent } from './vtoc-consistency.ts';
import type { VvdsEntry } from './vvds.ts';

/** What to bring back. */
export interface RestoreDataSetRequest {
  /** Online volume on which it was. */
  readonly volser: string;
  readonly dataSet: string;
  /** Device of the same subsystem that shows the volume as it was; it stays offline. */
  readonly from: DeviceNumber;
  /** Default `wait`. */
  readonly onBusy?: OnBusy;
}

/** What was brought back. */
export interface RestoredDataSet {
  readonly dataSet: DataSetEntry;
  /** Tracks copied by pointer. */
  readonly tracks: number;
  readonly metadata: MetadataPlan;
}

/** A data set as another state of its volume described it. */
interface FormerDataSet {
  readonly entry: DataSetEntry;
  readonly vvdsEntries: readonly VvdsEntry[];
}

type Phase = 'serialize' | 'look' | 'plan' | 'define' | 'execute' | 'write' | 'ended';

/** Brings a data set back, one piece a step. */
export class RestoreDataSetJob implements StepMachine<RestoredDataSet> {
  readonly #host: DataProcessor;
  readonly #request: RestoreDataSetRequest;
  #phase: Phase = 'serialize';
  #work: VolumeWork | undefined;
  #former: FormerDataSet | undefined;
  #plan: MetadataPlan | undefined;
  #token: Uint8Array | undefined;
  #written = 0;
  #answer: Step<RestoredDataSet> = AGAIN;

  constructor(host: DataProcessor, request: RestoreDataSetRequest) {
    this.#host = host;
    this.#request = request;
  }

  step(): Step<RestoredDataSet> {
    if (this.#phase === 'ended') return this.#answer;
    const step = this.#next();
    if (step.kind === 'done' || step.kind === 'refused') {
      this.#work?.close();
      this.#phase = 'ended';
      this.#answer = step;
    }
    return step;
  }

  #next(): Step<RestoredDataSet> {
    switch (this.#phase) {
      case 'serialize':
        return this.#serialize();
      case 'look':
        return this.#look();
      case 'plan':
        return this.#planMetadata();
      case 'define':
        return this.#define();
      case 'execute':
        return this.#execute();
      case 'write':
        return this.#writeTrack();
      case 'ended':
        return this.#answer;
      default:
        return unreachable(this.#phase, 'restore-data-set-phase');
    }
  }

  #serialize(): Step<RestoredDataSet> {
    const { volser, dataSet, onBusy = 'wait' } = this.#request;
    if (this.#work === undefined) {
      const owner = `restore of ${dataSet} by ${this.#host.name}`;
      const opened = VolumeWork.open(this.#host, volser, [dataSet], { owner, onBusy });
      if (opened.kind === 'refused') return opened;
      this.#work = opened.value;
    }
    return this.#work.take() ?? this.#go('look');
  }

  #look(): Step<RestoredDataSet> {
    const { subsystem } = this.#taken().block;
    const sensed = this.#host.senseDevice({ subsystem, device: this.#request.from });
    if (sensed.kind !== 'done') return sensed;
    const found = this.#host.onVolume(sensed.value, (volume) =>
      readFormer(volume, this.#request, describeDevice(sensed.value)),
    );
    if (found.kind !== 'done') return found;
    this.#former = found.value;
    return this.#go('plan');
  }

  #planMetadata(): Step<RestoredDataSet> {
    const { entry, vvdsEntries } = this.#found();
    const planned = this.#host.onVolume(this.#taken().block, (volume) => {
      const opened = VolumeBuilder.open(volume);
      if (opened.kind === 'refused') return opened;
      const inconsistent = refuseInconsistent(opened.value.vtoc, 'updateIncomplete');
      if (inconsistent !== undefined) return inconsistent;
      const taken = opened.value.takeBack(entry, vvdsEntries);
      return taken.kind === 'refused' ? taken : opened.value.plan();
    });
    if (planned.kind !== 'done') return planned;
    this.#plan = planned.value;
    return this.#go(allocatedRanges(entry).length > 0 ? 'define' : 'write');
  }

  #define(): Step<RestoredDataSet> {
    const { block, volser } = this.#taken();
    const answer = this.#exchange({
      kind: 'sourceDefinition',
      source: { device: this.#request.from, volser },
      target: { device: block.device },
      extents: allocatedRanges(this.#found().entry).map(({ first, count }) => ({
        sourceFirst: first,
        targetFirst: first,
        trackCount: count,
      })),
      wholeDevice: false,
      dataSets: [],
      copy: 'none',
      separation: 'instance',
      supersede: true,
      label: '',
    });
    if (answer.kind !== 'done') return answer;
    invariant(answer.value.kind === 'sourceAccepted', 'restore-defined', answer.value.kind);
    this.#token = answer.value.token;
    return this.#go('execute');
  }

  #execute(): Step<RestoredDataSet> {
    invariant(this.#token !== undefined, 'restore-has-token');
    const answer = this.#exchange({ kind: 'targetExecution', tokens: [this.#token] });
    return answer.kind === 'done' ? this.#go('write') : answer;
  }

  #writeTrack(): Step<RestoredDataSet> {
    const metadata = this.#plan;
    invariant(metadata !== undefined, 'restore-planned');
    const next = metadata.writes[this.#written];
    if (next === undefined) {
      const { entry } = this.#found();
      return done({ dataSet: entry, tracks: entry.trackCount, metadata });
    }
    const written = this.#host.writeTrack(this.#taken().block, next.track, next.image, true);
    if (written.kind !== 'done') return written;
    this.#written += 1;
    return AGAIN;
  }

  #exchange(
    request: EcamRequest,
  ): Exclude<Step<Exclude<EcamAnswer, Refusal>>, { readonly kind: 'refused' }> | Refusal {
    return this.#host.exchange(this.#taken().block.subsystem, request);
  }

  #go(phase: Phase): Step<RestoredDataSet> {
    this.#phase = phase;
    return AGAIN;
  }

  #taken(): VolumeWork {
    invariant(this.#work !== undefined, 'restore-volume-taken');
    return this.#work;
  }

  #found(): FormerDataSet {
    invariant(this.#former !== undefined, 'restore-data-set-found');
    return this.#former;
  }
}

/** What the device that shows the past says of the data set. */
function readFormer(
  volume: VolumeTracks,
  { volser, dataSet, from }: RestoreDataSetRequest,
  where: string,
): Outcome<FormerDataSet> {
  const read = readVtoc(volume);
  if (read.kind === 'refused') return read;
  const vtoc = read.value;
  if (vtoc.label.volser !== volser) {
    return refuse('VOLUME_UNKNOWN', {
      what: `volume ${volser} on ${where}`,
      limit: `device ${formatDeviceNumber(from)} shows volume ${vtoc.label.volser}`,
      fix: 'open the device of that volume as it was',
    });
  }
  const inconsistent = refuseInconsistent(vtoc, 'updateIncomplete');
  if (inconsistent !== undefined) return inconsistent;
  const entry = findDataSet(vtoc, dataSet);
  if (entry.kind === 'refused') return entry;
  const entries = vtoc.vvds?.content?.entries ?? [];
  return done({ entry: entry.value, vvdsEntries: entries.filter(({ name }) => name === dataSet) });
}
