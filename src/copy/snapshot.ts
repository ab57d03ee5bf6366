/**
 * The snapshot: pointer copy of devices, extents and groups of both, at one instant.
 *
 * All rules are checked before anything changes; after that nothing can fail, since pointers need no
 * space for tracks. One execution takes one commit sequence, however many devices take part.
 *
 * @module
 */
import type { CommitOrder } from '../base/commit-order.ts';
import type { Meter } from '../base/ports.ts';
import { done, type Outcome, type Refusal } from '../base/refusal.ts';
import type { CommitSequence } from '../base/units.ts';
import type { DeviceTable } from '../mapping/device-table.ts';
import type { DirectoryRanges } from '../mapping/directory-range.ts';
import type { ConflictWindow } from './conflict-window.ts';
import type { CopyExtent } from './extent.ts';
import type { RelationId } from './relation.ts';
import type { RelationTable } from './relation-table.ts';
import { type PlannedCopy, pairExtents, planSnapshot, refusePlan } from './snapshot-plan.ts';
import type { SnapshotRequest, SnapshotResult } from './snapshot-request.ts';

/** Makes snapshots. */
export class Snapshots {
  readonly #devices: DeviceTable;
  readonly #ranges: DirectoryRanges;
  readonly #relations: RelationTable;
  readonly #order: CommitOrder;
  readonly #meter: Meter;

  constructor(
    devices: DeviceTable,
    ranges: DirectoryRanges,
    relations: RelationTable,
    order: CommitOrder,
    meter: Meter,
  ) {
    this.#devices = devices;
    this.#ranges = ranges;
    this.#relations = relations;
    this.#order = order;
    this.#meter = meter;
  }

  /** Why a request would be refused now, if so. Changes nothing. */
  validate(request: SnapshotRequest): Refusal | undefined {
    const plan = planSnapshot(request, this.#devices);
    if (plan.kind === 'refused') return plan;
    return refusePlan(request, plan.value, this.#devices, this.#relations);
  }

  /** Executes a request: this is the instant of the copy. */
  execute(request: SnapshotRequest): Outcome<SnapshotResult> {
    const plan = planSnapshot(request, this.#devices);
    if (plan.kind === 'refused') return plan;
    const refusal = refusePlan(request, plan.value, this.#devices, this.#relations);
    if (refusal !== undefined) return refusal;
    const sequence = this.#order.next();
    const window = this.#openWindow(request, plan.value);
    let tracks = 0;
    let pagesShared = 0;
    for (const { extent, isWhole } of plan.value) {
      pagesShared += this.#copyPointers(extent, isWhole, sequence, window);
      tracks += extent.targetCount;
    }
    const relations = this.#relate(request, plan.value, sequence, window);
    this.#meter.add('pointerCopies', tracks);
    return done({ relations, sequence, tracks, pagesShared });
  }

  #openWindow(request: SnapshotRequest, plan: readonly PlannedCopy[]): ConflictWindow | null {
    if (request.series === undefined) return null;
    const extents = plan.map(({ extent }) => extent);
    return this.#relations.windows.execute(request.series, extents);
  }

  /** @returns Subtrees shared whole. */
  #copyPointers(
    extent: CopyExtent,
    isWhole: boolean,
    sequence: CommitSequence,
    window: ConflictWindow | null,
  ): number {
    const { source, sourceFirst, target, targetFirst, targetCount } = extent;
    const end = targetFirst + targetCount;
    const change = { device: target, first: targetFirst, end, sequence };
    this.#relations.noteChange(change, window ?? undefined);
    if (isWhole && (this.#devices.trackCounts[target] as number) < targetCount) {
      this.#devices.setCylinders(target, this.#devices.require(source).cylinders);
    }
    return this.#ranges.copy({ source, sourceFirst, target, targetFirst, count: targetCount });
  }

  #relate(
    request: SnapshotRequest,
    plan: readonly PlannedCopy[],
    sequence: CommitSequence,
    window: ConflictWindow | null,
  ): readonly RelationId[] {
    return pairExtents(plan).map((extents) => {
      const { source, target } = extents[0] as CopyExtent;
      return this.#relations.add(
        {
          source,
          target,
          extents,
          sequence,
          background: request.background,
          separation: request.separation ?? 'instance',
          series: request.series ?? null,
          label: request.label ?? '',
        },
        this.#devices.require(source).generation,
        window,
      );
    });
  }
}
