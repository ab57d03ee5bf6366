/**
 * The free cylinders of a group, and who may open them.
 *
 * A cylinder that was freed is used again before one that never was: its memory is there already.
 *
 * @module
 */
import type { StateKeeping } from '../base/kept-state.ts';
import { WordList } from '../base/word-list.ts';
import {
  CYLINDER_FREE,
  CYLINDER_QUARANTINED,
  type CylinderState,
  type CylinderTable,
} from './cylinder-table.ts';
import type { GroupShape } from './group-shape.ts';
import { COLLECTION_RIGHT, HOST_RIGHT, type TakeRight } from './placement.ts';
import { type ChangeOrder, Quarantine } from './quarantine.ts';

/** Cylinders without a live sector. */
export class FreeCylinders {
  readonly #shape: GroupShape;
  readonly #cylinders: CylinderTable;
  readonly #quarantine: Quarantine;
  /** Freed cylinders, the one used next last. */
  readonly #free = new WordList();

  constructor(shape: GroupShape, cylinders: CylinderTable, changes: ChangeOrder) {
    this.#shape = shape;
    this.#cylinders = cylinders;
    this.#quarantine = new Quarantine(changes);
  }

  /** Freed cylinders outlive the process under names that begin so. */
  keep(keeping: StateKeeping, name: string): void {
    this.#free.keep(keeping, `${name}.free`);
    this.#quarantine.keep(keeping, `${name}.quarantine`);
  }

  /** Cylinders that may be opened, those kept back included. */
  get count(): number {
    this.#cylinders.settle();
    return this.#free.length + this.#shape.cylinderCount - this.#cylinders.openedCount;
  }

  /** Cylinders that wait for their freeing to be durable. */
  get quarantinedCount(): number {
    this.#cylinders.settle();
    return this.#quarantine.count;
  }

  /** Whether somebody with this right may open a cylinder. */
  hasRoom(right: TakeRight): boolean {
    return this.count > keptBack(this.#shape, right);
  }

  /** Whether that will be so once the journal has what was freed. */
  hasRoomAfterQuarantine(right: TakeRight): boolean {
    const { count, quarantinedCount } = this;
    return quarantinedCount > 0 && count + quarantinedCount > keptBack(this.#shape, right);
  }

  /** Ends the quarantine of cylinders whose freeing is durable by now. */
  endQuarantine(): void {
    this.#quarantine.release((cylinder) => {
      this.#cylinders.advance(cylinder, CYLINDER_QUARANTINED, CYLINDER_FREE);
      this.#free.push(cylinder);
    });
  }

  /** A cylinder to open. The caller has made sure that there is one. */
  take(): number {
    return this.#free.pop() ?? this.#cylinders.extend();
  }

  /** Whether a cylinder that holds nothing any more has to go into quarantine. Asked once. */
  admit(cylinder: number): boolean {
    return this.#quarantine.admit(cylinder, this.#cylinders.hasMoved(cylinder));
  }

  /** A cylinder holds nothing any more. @param isKept - What {@link admit} has said. */
  add(cylinder: number, state: CylinderState, isKept: boolean): void {
    if (isKept) {
      this.#cylinders.advance(cylinder, state, CYLINDER_QUARANTINED);
    } else {
      this.#cylinders.advance(cylinder, state, CYLINDER_FREE);
      this.#free.push(cylinder);
    }
  }
}

/** Free cylinders that must be left for somebody else. */
function keptBack(shape: GroupShape, right: TakeRight): number {
  if (right === HOST_RIGHT) return shape.hostReserve;
  return right === COLLECTION_RIGHT ? 0 : shape.collectionReserve;
}
