/**
 * Our subsystem behind the small interface, in both content modes.
 *
 * In `bytes` mode every content is wrapped into a real track (`track-payload.ts`), so that relocation
 * is checked with every read. In `signature` mode a content of eight bytes is a signature and any
 * other is written as bytes, as hosts write labels and tables of contents.
 *
 * `check` walks the subsystem's invariants, and what relations say about themselves.
 *
 * @module
 */
import { InvariantViolation } from '../base/invariant.ts';
import type { Step } from '../base/step.ts';
import {
  type CommitSequence,
  type DeviceIndex,
  deviceIndex,
  deviceNumber,
  nanos,
  trackIndex,
} from '../base/units.ts';
import type { CopyExtent } from '../copy/extent.ts';
import type { RelationId } from '../copy/relation.ts';
import { toTrackAddress } from '../geometry/address.ts';
import { findModel } from '../geometry/device-model.ts';
import type { Device } from '../mapping/device-table.ts';
import type { PointId } from '../mapping/retained-point.ts';
import { sectorsOf } from '../media/logical-cylinder.ts';
import type { SubsystemInput, SubsystemPorts } from '../subsystem/configuration.ts';
import { Subsystem } from '../subsystem/subsystem.ts';
import { fullTrackBytes } from '../subsystem/write-path.ts';
import {
  ANSWER_DONE,
  type Answer,
  type BackgroundState,
  type CopyEngine,
  type DeviceShape,
  type SeriesReport,
  type SnapshotExtent,
  type SnapshotOrder,
  type TrackContent,
  type WrittenContent,
} from './copy-engine.ts';
import type { DeviceRange, TrackRange } from './device-range.ts';
import { DurablePlaces, FlushedJournal } from './durable-places.ts';
import type { EngineDrives } from './engine-drives.ts';
import { SubsystemDrives } from './subsystem-drives.ts';
import { isSeparate, owedTracksOf } from './subsystem-duty.ts';
import { SubsystemInvariants } from './subsystem-invariants.ts';
import { SIGNATURE_BYTES, SubsystemReads } from './subsystem-reads.ts';
import { trackOfContent } from './track-payload.ts';

/** The smallest real devices, in sizes that may be copied onto each other and one that may not. */
export const SUBSYSTEM_SHAPES: readonly DeviceShape[] = Object.freeze([
  { name: '2305-1', trackCount: 384, trackCapacity: 432, geometry: '2305-1' },
  { name: '2305-1', trackCount: 432, trackCapacity: 432, geometry: '2305-1' },
  { name: '2305-1', trackCount: 96, trackCapacity: 432, geometry: '2305-1' },
  { name: '2305-2', trackCount: 768, trackCapacity: 864, geometry: '2305-2' },
]);

/** How a subsystem is adapted. */
export interface SubsystemEngineOptions {
  readonly ports?: Partial<SubsystemPorts>;
  /**
   * When changes become durable: at once, or only in background steps and when a write waits for it.
   * Then `check` also looks whether what is durable is still there. Content `bytes` only.
   */
  readonly durable?: 'atOnce' | 'inSteps';
}

/** What the subsystem calls that which a checker has named. */
export interface EngineNames {
  readonly relations: Map<number, readonly RelationId[]>;
  readonly points: Map<number, PointId>;
  /** Scratches by name; of one that found nothing to scratch, nothing. */
  readonly holds: Map<number, PointId | undefined>;
}

/** A checker has named nothing yet. */
export function noNames(): EngineNames {
  return { relations: new Map(), points: new Map(), holds: new Map() };
}

/** What makes changes durable when a checker says so. */
interface Flushed {
  flush(sequence: CommitSequence): void;
}

/**
 * Adapts a subsystem that may have lived in another process before.
 *
 * @param journal - Of the subsystem, where changes are durable only when it is flushed.
 */
export function adaptSubsystem(
  subsystem: Subsystem,
  names: EngineNames,
  journal?: Flushed,
): CopyEngine {
  return new SubsystemEngine(subsystem, names, journal);
}

/** Adapts a fresh subsystem. */
export function subsystemEngine(
  input: Partial<SubsystemInput> = {},
  { ports = {}, durable = 'atOnce' }: SubsystemEngineOptions = {},
): CopyEngine {
  const configured = { name: 'MODEL', capacityBytes: CAPACITY_BYTES, ...input };
  if (durable === 'atOnce') return adaptSubsystem(Subsystem.create(configured, ports), noNames());
  const journal = new FlushedJournal();
  return adaptSubsystem(Subsystem.create(configured, { ...ports, journal }), noNames(), journal);
}

/** A place in the device table that no test fills. */
const NO_DEVICE = deviceIndex(0xffff);

/** Space that no sequence of a model test fills. */
const CAPACITY_BYTES = 2 ** 30;

class SubsystemEngine implements CopyEngine {
  readonly keepsNullTracks = true;
  readonly drives: EngineDrives;
  readonly #subsystem: Subsystem;
  readonly #reads: SubsystemReads;
  readonly #isSignature: boolean;
  readonly #relations: EngineNames['relations'];
  readonly #points: EngineNames['points'];
  readonly #holds: EngineNames['holds'];
  readonly #journal: Flushed | undefined;
  readonly #durable = new DurablePlaces();
  readonly #invariants: SubsystemInvariants;

  /** @param journal - Of the subsystem, where it is the one that is flushed here. */
  constructor(subsystem: Subsystem, names: EngineNames, journal?: Flushed) {
    this.#relations = names.relations;
    this.#points = names.points;
    this.#holds = names.holds;
    this.drives = new SubsystemDrives(subsystem, (group, member, cylinder) => {
      this.#durable.noteDamage(group, member, cylinder);
    });
    this.#subsystem = subsystem;
    this.#reads = new SubsystemReads(subsystem);
    this.#isSignature = subsystem.configuration.content === 'signature';
    this.#journal = journal;
    this.#invariants = new SubsystemInvariants(subsystem);
  }

  defineDevice(device: number, shape: DeviceShape): Answer {
    const model = findModel(shape.name);
    if (model === undefined) throw new InvariantViolation('shape-is-a-model', shape.name);
    const cylinders = shape.trackCount / model.type.headCount;
    const number = deviceNumber(device);
    const { homeGroup } = shape;
    const home = homeGroup === undefined ? {} : { homeGroup };
    return answer(this.#subsystem.defineDevice({ number, model, cylinders, ...home }));
  }

  removeDevice(device: number): Answer {
    return answer(this.#subsystem.removeDevice(deviceNumber(device)));
  }

  resizeDevice(device: number, trackCount: number): Answer {
    const { index, heads } = this.#find(device);
    return answer(this.#subsystem.setCylinders(index, trackCount / heads));
  }

  clearDevice(device: number): Answer {
    this.#subsystem.clearDevice(this.#find(device).index);
    return ANSWER_DONE;
  }

  write(device: number, track: number, content: WrittenContent): Answer {
    const { index, heads, readOnly } = this.#find(device);
    const at = trackIndex(track);
    if (content.kind === 'null') {
      return answer(this.#subsystem.loadNullTrack(index, at, content.format));
    }
    const { bytes } = content;
    if (this.#isSignature && bytes.length === SIGNATURE_BYTES) {
      // The hot path does not explain itself: nobody writes signatures to a device that shows a point.
      if (readOnly) return { kind: 'refused', code: 'DEVICE_WRITE_PROTECTED' };
      return this.#write(() => this.#writeSignature(index, track, bytes));
    }
    const image = trackOfContent(bytes, toTrackAddress(at, heads));
    return this.#write(() => this.#subsystem.writeTrack(index, at, image));
  }

  hasRoom(device: number, content: WrittenContent): boolean {
    const { homeGroup, heads, model } = this.#find(device);
    if (content.kind === 'null') return true;
    const isSignature = this.#isSignature && content.bytes.length === SIGNATURE_BYTES;
    const sectors = sectorsOf(
      isSignature
        ? fullTrackBytes(model.type)
        : trackOfContent(content.bytes, toTrackAddress(trackIndex(0), heads)).length,
    );
    return this.#subsystem.parts.backEnd.groups.some((group) => {
      if (homeGroup !== null && group.number !== homeGroup) return false;
      const { capacitySectors, reserveSectors, liveSectors } = group;
      return liveSectors + sectors <= capacitySectors - reserveSectors;
    });
  }

  read(device: number, track: number): Answer<TrackContent> {
    const { healedCount } = this.#subsystem.parts.store;
    const { index, heads, trackCount } = this.#find(device);
    const answered = this.#reads.track(index, track, { heads, trackCount });
    if (this.#subsystem.parts.store.healedCount > healedCount) this.#checkHealed(device, track);
    return answered;
  }

  snapshot(copy: number, order: SnapshotOrder): Answer {
    const { background, supersede, series, separation } = order;
    const whole = order.wholeDevices.map(({ source, target }) => ({
      source: this.#index(source),
      target: this.#index(target),
    }));
    const outcome = this.#subsystem.snapshot({
      extents: order.extents.map((extent) => this.#extent(extent)),
      wholeDevices: whole,
      background: background ? 'copy' : 'none',
      supersede,
      ...(separation === undefined ? {} : { separation }),
      ...(series === undefined ? {} : { series: { ...series, id: `series ${series.id}` } }),
    });
    if (outcome.kind === 'refused') return { kind: 'refused', code: outcome.code };
    this.#relations.set(copy, outcome.value.relations);
    return ANSWER_DONE;
  }

  isPending(copy: number): boolean {
    return this.#relationsOf(copy).some((relation) => {
      return this.#subsystem.relationState(relation).state === 'copying';
    });
  }

  owedTracks(copy: number): readonly DeviceRange[] {
    return owedTracksOf(this.#subsystem, this.#relationsOf(copy));
  }

  backgroundStep(trackBudget: number): BackgroundState {
    const copies = [...this.#relations.keys()].filter((copy) => this.isPending(copy));
    const before = copies.map((copy) => [copy, this.owedTracks(copy)] as const);
    this.#flush();
    const { idle, waitsForSpace } = this.#subsystem.backgroundStep({ tracks: trackBudget });
    for (const [copy, owed] of before) this.#checkSeparated(copy, owed, this.owedTracks(copy));
    if (waitsForSpace) return 'stuck';
    return idle ? 'idle' : 'more';
  }

  withdraw(copy: number, range?: DeviceRange): Answer<number> {
    let withdrawn = 0;
    for (const id of this.#relationsOf(copy)) {
      const relation = this.#subsystem.relation(id);
      if (relation === undefined) continue;
      if (range !== undefined && relation.target !== this.#find(range.device).index) continue;
      const outcome =
        range === undefined
          ? this.#subsystem.withdraw(id)
          : this.#subsystem.withdraw(id, {
              first: trackIndex(range.first),
              count: range.count,
            });
      if (outcome.kind === 'refused') return { kind: 'refused', code: outcome.code };
      withdrawn += outcome.value.withdrawn;
    }
    return { kind: 'done', value: withdrawn };
  }

  discard(copy: number): Answer {
    for (const id of this.#relationsOf(copy)) {
      const outcome = this.#subsystem.discard(id);
      if (outcome.kind === 'refused') return { kind: 'refused', code: outcome.code };
    }
    return ANSWER_DONE;
  }

  retain(point: number, device: number): Answer {
    const { index } = this.#find(device);
    this.#points.set(point, this.#subsystem.retain(index, `point ${point}`));
    return ANSWER_DONE;
  }

  releasePoint(point: number): Answer {
    return answer(this.#subsystem.releasePoint(this.#point(point)));
  }

  readPoint(point: number, track: number): Answer<TrackContent> {
    return this.#reads.ofPoint(this.#point(point), track);
  }

  changedTracks(from: number, to?: number): readonly TrackRange[] {
    const end = to === undefined ? 'current' : this.#point(to);
    return [...this.#subsystem.changedTracks(this.#point(from), end)];
  }

  announceSeries(series: number, parts: readonly (readonly SnapshotExtent[])[]): Answer {
    const id = `series ${series}`;
    for (const [at, extents] of parts.entries()) {
      const part = extents.map((extent) => this.#extent(extent));
      const membership = { id, ordinal: at + 1, of: parts.length };
      const refusal = this.#subsystem.defineSeriesPart(membership, part);
      if (refusal !== undefined) return { kind: 'refused', code: refusal.code };
    }
    return ANSWER_DONE;
  }

  seriesReport(series: number): SeriesReport {
    const { open, first } = this.#subsystem.seriesConflict(`series ${series}`);
    if (first === undefined) return { open };
    const { track, side } = first;
    return { open, conflict: { device: this.#subsystem.device(first.device).number, track, side } };
  }

  scratch(device: number, ranges: readonly TrackRange[], hold?: number): Answer {
    const stretches = ranges.map(({ first, count }) => ({ first: trackIndex(first), count }));
    const outcome = this.#subsystem.deletedSpace.release(
      this.#find(device).index,
      stretches,
      hold === undefined ? {} : { hold: HOLD_TIME },
    );
    if (outcome.kind === 'refused') return { kind: 'refused', code: outcome.code };
    if (hold !== undefined) this.#holds.set(hold, outcome.value.hold);
    return ANSWER_DONE;
  }

  undoScratch(hold: number): Answer {
    const id = this.#holds.get(hold);
    if (id === undefined) return ANSWER_DONE;
    return answer(this.#subsystem.deletedSpace.undo(id));
  }

  forgetScratch(hold: number): Answer {
    const id = this.#holds.get(hold);
    if (id === undefined || this.#subsystem.deletedSpace.end(id)) return ANSWER_DONE;
    return { kind: 'refused', code: 'HOLD_UNKNOWN' };
  }

  openPoint(device: number, point: number): Answer {
    const id = this.#point(point);
    const { device: index } = this.#subsystem.parts.points.require(id);
    const number = deviceNumber(device);
    return answer(this.#subsystem.retention.openAt(index, { point: id }, { number }));
  }

  check(isDamaged: boolean): readonly string[] {
    return [
      ...this.#invariants.violations([...this.#relations.values()].flat(), isDamaged),
      ...this.#durable.violations(this.#subsystem.parts),
    ];
  }

  /** A write, which must not wait for anything but space once that was done. */
  #write(write: () => Step<CommitSequence>): Answer {
    let step = write();
    for (const reason of ['flush', 'nvs'] as const) {
      if (step.kind !== 'waiting' || step.for !== reason) continue;
      if (reason === 'nvs') this.drives.destage('waiting');
      else this.#flush();
      step = write();
      if (step.kind !== 'waiting' || step.for !== reason) continue;
      throw new Error(`a write still waits for ${reason}: ${step.detail}`);
    }
    return answer(step);
  }

  #writeSignature(index: DeviceIndex, track: number, bytes: Uint8Array): Step<CommitSequence> {
    const at = trackIndex(track);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const [low, high] = [view.getUint32(0), view.getUint32(4)];
    const sequence = this.#subsystem.writeSignature(index, at, low, high);
    if (sequence === 0) return this.#subsystem.shortageAnswer(index);
    return { kind: 'done', value: sequence };
  }

  /** What was healed lies somewhere else, intact. */
  #checkHealed(device: number, track: number): void {
    const entry = this.#subsystem.trackEntry(this.#find(device).index, trackIndex(track));
    if (entry.kind === 'instance' && this.#subsystem.parts.store.isIntact(entry.id)) return;
    throw new Error(`device ${device} track ${track} was healed, but is damaged`);
  }

  /** Everything so far is durable from now on. */
  #flush(): void {
    if (this.#journal === undefined) return;
    this.#journal.flush(this.#subsystem.commits.last());
    this.#durable.note(this.#subsystem.parts);
  }

  /** What the background copy has just come to is separate, as far as it could be read. */
  #checkSeparated(
    copy: number,
    before: readonly DeviceRange[],
    after: readonly DeviceRange[],
  ): void {
    const stillOwed = new Set(after.map(({ device, first }) => `${device}/${first}`));
    for (const { device, first } of before) {
      if (stillOwed.has(`${device}/${first}`)) continue;
      const { index } = this.#find(device);
      if (isSeparate(this.#subsystem, this.#relationsOf(copy), index, first)) continue;
      const answered = this.read(device, first);
      if (answered.kind === 'refused' && this.drives.lossCodes.includes(answered.code)) continue;
      throw new Error(`device ${device} track ${first} is owed no more, but is not separate`);
    }
  }

  #extent(extent: SnapshotExtent): CopyExtent {
    return {
      source: this.#index(extent.source),
      sourceFirst: trackIndex(extent.sourceFirst),
      sourceCount: extent.sourceCount,
      target: this.#index(extent.target),
      targetFirst: trackIndex(extent.targetFirst),
      targetCount: extent.targetCount,
    };
  }

  #find(device: number): Device & { readonly heads: number } {
    const found = this.#subsystem.findDevice(deviceNumber(device));
    if (found === undefined) throw new Error(`device ${device} is not there`);
    return { ...found, heads: found.model.type.headCount };
  }

  /** Place of a device in the table; of one that is not there, a place that nobody has. */
  #index(device: number): DeviceIndex {
    return this.#subsystem.findDevice(deviceNumber(device))?.index ?? NO_DEVICE;
  }

  #relationsOf(copy: number): readonly RelationId[] {
    return this.#relations.get(copy) ?? [];
  }

  #point(point: number): PointId {
    const id = this.#points.get(point);
    if (id === undefined) throw new Error(`point ${point} is not there`);
    return id;
  }
}

/** Longer than any sequence lasts: no time passes in it. */
const HOLD_TIME = nanos(1);

/** The outcome of a request, or of a write that does not have to wait. */
function answer(outcome: {
  readonly kind: string;
  readonly code?: string;
  readonly for?: string;
}): Answer {
  switch (outcome.kind) {
    case 'done':
      return ANSWER_DONE;
    case 'refused':
      return { kind: 'refused', code: outcome.code ?? '' };
    default:
      return { kind: 'refused', code: `WAITING_FOR_${(outcome.for ?? '').toUpperCase()}` };
  }
}
