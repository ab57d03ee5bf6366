/**
 * All relations: their records, their progress, and what changes of a device mean for them.
 *
 * @module
 */
import type { CommitOrder } from '../base/commit-order.ts';
import { invariant } from '../base/invariant.ts';
import type { KeptFigures, Plain } from '../base/kept-state.ts';
import type { Journal } from '../base/ports.ts';
import { RecordTable } from '../base/record-table.ts';
import { TouchedEntries } from '../base/touched-entries.ts';
import type { CommitSequence, DeviceIndex } from '../base/units.ts';
import { ChangeWatch } from '../mapping/change-watch.ts';
import {
  type DeviceTable,
  WATCH_CHANGE,
  WATCH_TARGET,
  WATCH_WINDOW,
} from '../mapping/device-table.ts';
import type { ConflictWindow, ConflictWindows } from './conflict-window.ts';
import { EndedRelations } from './ended-relations.ts';
import type { CopyExtent } from './extent.ts';
import { ProgressTable } from './progress-table.ts';
import {
  type Relation,
  type RelationId,
  type RelationPhase,
  type RelationState,
  relationId,
} from './relation.ts';
import { type RelationProgress, startProgress, unwrittenTracks } from './relation-progress.ts';
import { type Claim, TargetClaims } from './target-claims.ts';

/** In place of a home group: none. */
const ANYWHERE = -1;

/** Tracks from `first` up to `end` of a device are changed together. */
export interface StretchChange {
  readonly device: DeviceIndex;
  readonly first: number;
  readonly end: number;
  /** The change; it may touch several stretches. */
  readonly sequence: CommitSequence;
}

/** Relations by id. */
export class RelationTable implements KeptFigures {
  readonly kind = 'figures';
  readonly name = 'relations';
  readonly claims: TargetClaims;
  readonly windows: ConflictWindows;
  /** Who else hears of changes. */
  readonly changes: ChangeWatch;
  /**
   * Groups in which the background copy found no space when it last tried, -1 for all of them: pending
   * relations whose targets have their home there are waiting for it.
   */
  readonly fullGroups = new Set<number>();
  readonly #devices: DeviceTable;
  readonly #records: RecordTable<RelationId, Relation>;
  readonly #progress: ProgressTable;
  /** Relations with background duty, oldest first. */
  readonly #pending = new Set<RelationId>();
  readonly #ended = new EndedRelations();
  readonly #countMax: number;
  /** What of its target a relation still holds, where that is not all of it. */
  readonly #keptClaims: TouchedEntries<RelationId>;
  #lastId = 0;

  constructor(
    devices: DeviceTable,
    windows: ConflictWindows,
    order: CommitOrder,
    journal: Journal,
    countMax: number,
  ) {
    this.#devices = devices;
    this.windows = windows;
    this.claims = new TargetClaims(devices);
    this.changes = new ChangeWatch(devices);
    this.#records = new RecordTable('relation', order, journal);
    this.#countMax = countMax;
    const extentsOf = (id: RelationId): readonly CopyExtent[] => this.require(id).extents;
    this.#progress = new ProgressTable(windows, extentsOf, journal);
    this.#keptClaims = new TouchedEntries('relations.claims', {
      keys: () => this.#cutRelations(),
      save: (id) => this.#saveClaims(id),
      restore: (saved) => this.#restoreClaims(saved),
    });
    journal.keep(this.#keptClaims);
    journal.keep(this);
  }

  save(): Plain {
    return { lastId: this.#lastId, ended: this.#ended.count, full: [...this.fullGroups] };
  }

  /** Which relations have duty, and in which order the others lost theirs, follows from them. */
  restore(saved: Plain | undefined): void {
    const { lastId, ended, full } = (saved ?? { lastId: 0, ended: 0, full: [] }) as {
      readonly lastId: number;
      readonly ended: number;
      readonly full: readonly number[];
    };
    this.#lastId = lastId;
    for (const group of full) this.fullGroups.add(group);
    const others: { readonly id: RelationId; readonly endedAs: number }[] = [];
    for (const [id, { endedAs }] of this.#progress.entries()) {
      if (endedAs === 0) this.#pending.add(id);
      else others.push({ id, endedAs });
    }
    this.#ended.restore(ended, others);
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: RelationId): Relation | undefined {
    return this.#records.get(id);
  }

  require(id: RelationId): Relation {
    return this.#records.require(id);
  }

  values(): IterableIterator<Relation> {
    return this.#records.values();
  }

  progress(id: RelationId): RelationProgress {
    return this.#progress.require(id);
  }

  /** Home group of a relation's target; -1 when it has none. */
  homeOf(id: RelationId): number {
    return this.#devices.require(this.require(id).target).homeGroup ?? ANYWHERE;
  }

  /** Relations with background duty, oldest first. */
  pending(): Iterable<RelationId> {
    return this.#pending;
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Whether `count` more relations fit, if need be after forgetting the oldest ended ones. */
  hasRoom(count: number): boolean {
    return this.#records.size - this.#endedCount() + count <= this.#countMax;
  }

  /** Adds a relation and gives it its target tracks. */
  add(
    relation: Omit<Relation, 'id' | 'phase'>,
    sourceGeneration: number,
    window: ConflictWindow | null,
  ): RelationId {
    if (this.#records.size >= this.#countMax) {
      this.forget(this.#ended.takeOldest((ended) => this.#records.has(ended)));
    }
    this.#lastId += 1;
    const id = relationId(this.#lastId);
    const isPending = relation.background === 'copy';
    // Frozen here, part by part: a general deep freeze costs a third of making a relation.
    for (const extent of relation.extents) Object.freeze(extent);
    Object.freeze(relation.extents);
    const phase = isPending ? 'copying' : 'shared';
    this.#records.insert(id, Object.freeze({ id, ...relation, phase }));
    const progress = startProgress(relation.extents, isPending, sourceGeneration, window);
    const { starts } = progress;
    this.#progress.begin(id, progress);
    if (isPending) this.#pending.add(id);
    else this.#noteEnded(id, progress);
    relation.extents.forEach((extent, at) => {
      const first = extent.targetFirst;
      const end = first + extent.targetCount;
      const claim = { first, end, relation: id, offset: starts[at] as number };
      this.#lose(this.claims.add(relation.target, claim));
    });
    return id;
  }

  /** One track is being written by a host. Called only where the device's watch word says so. */
  noteWrite(device: DeviceIndex, track: number): void {
    const watch = this.#devices.watches[device] as number;
    if ((watch & WATCH_TARGET) !== 0) {
      const claim = this.claims.find(device, track);
      if (claim !== undefined) {
        this.progress(claim.relation).written.set(claim.offset + (track - claim.first));
      }
    }
    if ((watch & WATCH_WINDOW) !== 0) this.windows.note(device, track, track + 1);
    if ((watch & WATCH_CHANGE) !== 0) this.changes.noteWrite(device, track);
  }

  /** A stretch is about to be changed at once. `exempt` is the series that changes its own targets. */
  noteChange(change: StretchChange, exempt?: ConflictWindow): void {
    const { device, first, end, sequence } = change;
    this.windows.note(device, first, end, exempt);
    this.changes.noteChange(device, first, end, sequence);
  }

  /** The same for tracks that are changed one by one: those that are targets count as written. */
  noteWrites(change: StretchChange): void {
    this.noteChange(change);
    for (const claim of this.claims.overlapping(change.device, change.first, change.end)) {
      const { written } = this.progress(claim.relation);
      const end = claim.offset + (claim.end - claim.first);
      for (let offset = claim.offset; offset < end; offset += 1) written.set(offset);
    }
  }

  /** Target tracks of a stretch leave their relations: they were cleared, or fell off the image. */
  release(device: DeviceIndex, first: number, end: number): void {
    this.#lose(this.claims.remove(device, first, end));
  }

  /** Whether the background copy still has to come to a track that no host has written since. */
  isOwed(claim: Claim): boolean {
    const progress = this.progress(claim.relation);
    const end = claim.offset + (claim.end - claim.first);
    return unwrittenTracks(progress, progress.duty.within(claim.offset, end)) > 0;
  }

  /** The background copy has come to so many tracks more, the next ones of its duty. */
  advance(id: RelationId, count: number): void {
    this.progress(id).duty.advance(count);
    this.#progress.touch(id);
  }

  /** The background copy could not read a track. */
  noteFailed(id: RelationId): void {
    this.progress(id).failedTracks += 1;
    this.#progress.touch(id);
  }

  /** Drops background duty for target tracks. @returns Tracks for which there was duty. */
  withdraw(id: RelationId, first: number, end: number): number {
    const relation = this.require(id);
    const progress = this.progress(id);
    let withdrawn = 0;
    relation.extents.forEach((extent, at) => {
      const from = Math.max(first, extent.targetFirst);
      const to = Math.min(end, extent.targetFirst + extent.targetCount);
      if (from >= to) return;
      const base = (progress.starts[at] as number) - extent.targetFirst;
      withdrawn += unwrittenTracks(progress, progress.duty.subtract(base + from, base + to));
    });
    progress.withdrawnTracks += withdrawn;
    this.#progress.touch(id);
    this.settle(id);
    return withdrawn;
  }

  /** Ends the pending state of a relation whose duty is done or dropped. */
  settle(id: RelationId): void {
    const progress = this.progress(id);
    if (progress.duty.total > 0 || !this.#endPending(id)) return;
    progress.isPhysicallyComplete = progress.withdrawnTracks === 0 && progress.failedTracks === 0;
    let phase: RelationPhase = 'withdrawn';
    if (progress.withdrawnTracks === 0) phase = progress.failedTracks > 0 ? 'partial' : 'complete';
    this.#setPhase(id, phase);
  }

  /** Ends a relation whatever it still owes. */
  end(id: RelationId, phase: RelationPhase): void {
    const { duty } = this.progress(id);
    duty.subtract(0, Number.MAX_SAFE_INTEGER);
    this.#endPending(id);
    this.#setPhase(id, phase);
  }

  /** @returns Whether the relation was pending. */
  #endPending(id: RelationId): boolean {
    const wasPending = this.#pending.delete(id);
    if (wasPending) this.#noteEnded(id, this.progress(id));
    return wasPending;
  }

  #noteEnded(id: RelationId, progress: RelationProgress): void {
    progress.endedAs = this.#ended.add(id);
    this.#progress.touch(id);
  }

  #setPhase(id: RelationId, phase: RelationPhase): void {
    this.#records.replace(id, { ...this.require(id), phase });
  }

  /** Forgets a relation without duty. Its tracks stay as they are. */
  forget(id: RelationId): void {
    invariant(!this.#pending.has(id), 'relation-forgotten-not-pending', String(id));
    const relation = this.require(id);
    for (const claim of this.claimsOf(relation)) {
      this.claims.remove(relation.target, claim.first, claim.end);
    }
    this.#progress.forget(id);
    this.#keptClaims.touch(id);
    this.#records.delete(id);
    this.#ended.clean(this.#records.size, (other) => this.#records.has(other));
  }

  /** Target tracks that a relation still holds. */
  claimsOf(relation: Relation): readonly Claim[] {
    const { id, target, extents } = relation;
    return extents.flatMap(({ targetFirst, targetCount }) =>
      this.claims
        .overlapping(target, targetFirst, targetFirst + targetCount)
        .filter((claim) => claim.relation === id),
    );
  }

  /** Whether a pending relation has the device as source or target. */
  isDevicePending(device: DeviceIndex): boolean {
    for (const id of this.#pending) {
      const { source, target } = this.require(id);
      if (source === device || target === device) return true;
    }
    return false;
  }

  state(id: RelationId): RelationState {
    const progress = this.progress(id);
    return {
      state: this.require(id).phase,
      waitsForSpace: this.#waitsForSpace(id),
      logicallyComplete: true,
      physicallyComplete: progress.isPhysicallyComplete,
      tracksTotal: progress.tracksTotal,
      tracksCopied: progress.copied.count,
      tracksRemaining: progress.duty.total,
      tracksFailed: progress.failedTracks,
      targetWrites: progress.written.count,
      conflict: progress.window !== null && progress.window.first !== undefined,
    };
  }

  /** The extent in which a track of a relation lies, and its place there. */
  locate(id: RelationId, offset: number): { readonly extent: CopyExtent; readonly delta: number } {
    const { extents } = this.require(id);
    const { starts } = this.progress(id);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { extent: extents[low] as CopyExtent, delta: offset - (starts[low] as number) };
  }

  #lose(taken: readonly Claim[]): void {
    for (const claim of taken) {
      const progress = this.progress(claim.relation);
      const count = claim.end - claim.first;
      progress.claimedTracks -= count;
      this.#keptClaims.touch(claim.relation);
      const dropped = progress.duty.subtract(claim.offset, claim.offset + count);
      progress.withdrawnTracks += unwrittenTracks(progress, dropped);
      this.#progress.touch(claim.relation);
      const { phase } = this.require(claim.relation);
      if (progress.claimedTracks === 0 && (phase === 'shared' || phase === 'copying')) {
        this.end(claim.relation, 'superseded');
      } else {
        this.settle(claim.relation);
      }
    }
  }

  #waitsForSpace(id: RelationId): boolean {
    if (this.fullGroups.size === 0 || !this.#pending.has(id)) return false;
    return this.fullGroups.has(this.homeOf(id)) || this.fullGroups.has(ANYWHERE);
  }

  #endedCount(): number {
    return this.#records.size - this.#pending.size;
  }

  /** Relations that have lost some of their target. */
  *#cutRelations(): Generator<RelationId> {
    for (const [id, { claimedTracks, tracksTotal }] of this.#progress.entries()) {
      if (claimedTracks < tracksTotal) yield id;
    }
  }

  /** Number of the first track and count of each stretch that a relation still holds. */
  #saveClaims(id: RelationId): Plain | undefined {
    const progress = this.#progress.get(id);
    if (progress === undefined || progress.claimedTracks === progress.tracksTotal) return undefined;
    return this.claimsOf(this.require(id)).flatMap(({ offset, first, end }) => [
      offset,
      end - first,
    ]);
  }

  #restoreClaims(saved: ReadonlyMap<RelationId, Plain>): void {
    for (const [id, progress] of this.#progress.entries()) {
      const { target, extents } = this.require(id);
      const whole = (): readonly number[] =>
        extents.flatMap(({ targetCount }, at) => [progress.starts[at] as number, targetCount]);
      const stretches = (saved.get(id) as readonly number[] | undefined) ?? whole();
      progress.claimedTracks = 0;
      for (let at = 0; at < stretches.length; at += 2) {
        const [offset, count] = stretches.slice(at, at + 2) as [number, number];
        const { extent, delta } = this.locate(id, offset);
        const first = extent.targetFirst + delta;
        this.claims.add(target, { first, end: first + count, relation: id, offset });
        progress.claimedTracks += count;
      }
    }
  }
}
