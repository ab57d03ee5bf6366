/**
 * Interval release of deleted space: now and then a host looks through its online volumes and tells
 * the subsystem which tracks belong to nobody.
 *
 * A track belongs to somebody when it is the label's, lies in the VTOC, or in an extent of a data set
 * (the VTOC index and the VVDS are data sets). Everything else of the volume that data sets may use is
 * released. That loses data where the VTOC does not tell the truth, so a volume is left alone when its
 * VTOC contradicts itself or says that an update was not ended (DIRF), when it lists no data set of
 * anybody (a volume of another operating system looks like that), when it is excluded by this request,
 * or when its device is excluded in the subsystem. A dry run tells what would go; a hold lets it be
 * undone.
 *
 * Source: docs/sources.md, S-07 and S-09; the precautions are our choice.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { EXTENTS_PER_DEFINITION_MAX } from '../base/limits.ts';
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import { AGAIN, type Step, type StepMachine } from '../base/step.ts';
import type { DeviceNumber, Nanos } from '../base/units.ts';
import type { DataProcessor } from './data-processor.ts';
import { allocatedRanges } from './data-set-entry.ts';
import { complementOf } from './free-space.ts';
import type { OnBusy } from './serialization.ts';
import { LABEL_TRACK } from './volume-label.ts';
import type { TrackRange } from './volume-tracks.ts';
import { VolumeWork } from './volume-work.ts';
import { readVtoc, type Vtoc } from './vtoc.ts';
import { refuseInconsistent } from './vtoc-consistency.ts';

/** Which volumes to look through, and how. */
export interface IntervalReleaseRequest {
  /** Serials; default: every volume that the host has online. */
  readonly volumes?: readonly string[];
  /** Serials to leave alone. */
  readonly exclude?: readonly string[];
  /** Look at volumes without any data set, too; default false. */
  readonly emptyVolumes?: boolean;
  /** Tell what would be released, and release nothing. */
  readonly dryRun?: boolean;
  /** Model time for which the releases can be undone. */
  readonly hold?: Nanos;
  /** Default `wait`. */
  readonly onBusy?: OnBusy;
}

/** What became of one volume. */
export type VolumeRelease =
  | {
      readonly kind: 'released';
      readonly volser: string;
      readonly subsystem: string;
      readonly device: DeviceNumber;
      /** Tracks that belong to nobody, sorted and joined. */
      readonly ranges: readonly TrackRange[];
      /** Of these: tracks that held something stored, and what only they held. */
      readonly tracks: number;
      readonly bytes: number;
      /** With a hold: one token for each message, in the order of the tracks. */
      readonly undoTokens: readonly Uint8Array[];
    }
  | { readonly kind: 'leftAlone'; readonly volser: string; readonly why: Refusal };

/**
 * Tracks of a volume that belong to nobody.
 *
 * Refused VTOC_INVALID when the VTOC contradicts itself, and VOLUME_EMPTY when it lists no data set but
 * its own, unless `emptyVolumes`.
 */
export function tracksOfNobody(vtoc: Vtoc, emptyVolumes: boolean): Outcome<readonly TrackRange[]> {
  const refusal = refuseInconsistent(vtoc, 'anyDoubt');
  if (refusal !== undefined) return refusal;
  const own = [vtoc.index?.entry, vtoc.vvds?.entry];
  if (!emptyVolumes && vtoc.entries.every((entry) => own.includes(entry))) {
    return refuse('VOLUME_EMPTY', {
      what: `release of everything on volume ${vtoc.label.volser}`,
      limit: 'its VTOC lists no data set, as that of a volume of another operating system',
      fix: 'ask with emptyVolumes when the volume is empty indeed, or clear the device',
    });
  }
  const used = [
    { first: LABEL_TRACK, count: 1 },
    vtoc.extent,
    ...vtoc.entries.flatMap((entry) => allocatedRanges(entry)),
  ];
  return done(complementOf(used, vtoc.usableTracks));
}

/** Looks through volumes, one message or one VTOC a step. Done with what became of each. */
export class IntervalReleaseJob implements StepMachine<readonly VolumeRelease[]> {
  readonly #host: DataProcessor;
  readonly #request: IntervalReleaseRequest;
  readonly #done: VolumeRelease[] = [];
  #waiting: readonly string[] | undefined;
  #current: VolumeUnderRelease | undefined;

  constructor(host: DataProcessor, request: IntervalReleaseRequest) {
    this.#host = host;
    this.#request = request;
  }

  step(): Step<readonly VolumeRelease[]> {
    this.#waiting ??= this.#volumes();
    if (this.#current === undefined) {
      const [volser, ...others] = this.#waiting;
      if (volser === undefined) return done([...this.#done]);
      this.#waiting = others;
      this.#current = new VolumeUnderRelease(this.#host, this.#request, volser);
      return AGAIN;
    }
    const step = this.#current.step();
    if (step.kind !== 'done' && step.kind !== 'refused') return step;
    const { volser } = this.#current;
    this.#current.close();
    this.#current = undefined;
    // One volume that cannot be looked through is no reason to leave the others.
    this.#done.push(step.kind === 'done' ? step.value : { kind: 'leftAlone', volser, why: step });
    return AGAIN;
  }

  #volumes(): readonly string[] {
    const { volumes, exclude = [] } = this.#request;
    const online = this.#host.devices().flatMap(({ volume }) => volume?.volser ?? []);
    return (volumes ?? online).filter((volser) => !exclude.includes(volser));
  }
}

/** One volume on its way. */
class VolumeUnderRelease {
  readonly volser: string;
  readonly #host: DataProcessor;
  readonly #request: IntervalReleaseRequest;
  #work: VolumeWork | undefined;
  #isTaken = false;
  #ranges: readonly TrackRange[] | undefined;
  #sent = 0;
  #requestName: string | undefined;
  #tracks = 0;
  #bytes = 0;
  readonly #undoTokens: Uint8Array[] = [];

  constructor(host: DataProcessor, request: IntervalReleaseRequest, volser: string) {
    this.#host = host;
    this.#request = request;
    this.volser = volser;
  }

  step(): Step<VolumeRelease> {
    if (this.#work === undefined) {
      const owner = `release on ${this.volser} by ${this.#host.name}`;
      const { onBusy = 'wait' } = this.#request;
      const opened = VolumeWork.open(this.#host, this.volser, [], { owner, onBusy });
      if (opened.kind === 'refused') return opened;
      this.#work = opened.value;
    }
    if (!this.#isTaken) {
      const held = this.#work.take();
      if (held !== undefined) return held;
      this.#isTaken = true;
      return AGAIN;
    }
    return this.#ranges === undefined ? this.#look() : this.#send();
  }

  close(): void {
    this.#work?.close();
  }

  #look(): Step<VolumeRelease> {
    const found = this.#host.onVolume(this.#open().block, (volume) => {
      const vtoc = readVtoc(volume);
      if (vtoc.kind === 'refused') return vtoc;
      return tracksOfNobody(vtoc.value, this.#request.emptyVolumes === true);
    });
    if (found.kind !== 'done') return found;
    this.#ranges = found.value;
    return AGAIN;
  }

  /** Sends as many stretches as one message holds. The name stays until its answer is there. */
  #send(): Step<VolumeRelease> {
    const { block } = this.#open();
    const ranges = this.#ranges ?? [];
    const part = ranges.slice(this.#sent, this.#sent + EXTENTS_PER_DEFINITION_MAX);
    if (part.length === 0) return done(this.#result(ranges));
    const { dryRun, hold } = this.#request;
    this.#requestName ??= this.#host.nextRequestName();
    const answer = this.#host.exchange(block.subsystem, {
      kind: 'releaseSpace',
      request: this.#requestName,
      device: block.device,
      ranges: part,
      ...(hold !== undefined && { hold }),
      ...(dryRun !== undefined && { dryRun }),
    });
    // What was released before is told all the same, with the tokens that undo it.
    if (answer.kind === 'refused' && this.#sent > 0) {
      return done(this.#result(ranges.slice(0, this.#sent)));
    }
    if (answer.kind !== 'done') return answer;
    const { value } = answer;
    invariant(value.kind === 'spaceReleased', 'interval-release-answer', value.kind);
    this.#requestName = undefined;
    this.#sent += part.length;
    this.#tracks += value.tracks;
    this.#bytes += value.bytes;
    if (value.undoToken !== undefined) this.#undoTokens.push(value.undoToken);
    return AGAIN;
  }

  #result(ranges: readonly TrackRange[]): VolumeRelease {
    const { subsystem, device } = this.#open().block;
    return {
      kind: 'released',
      volser: this.volser,
      subsystem,
      device,
      ranges,
      tracks: this.#tracks,
      bytes: this.#bytes,
      undoTokens: this.#undoTokens,
    };
  }

  #open(): VolumeWork {
    invariant(this.#work !== undefined, 'interval-release-volume-taken', this.volser);
    return this.#work;
  }
}
