/**
 * What becomes of the cylinders of a group that were left: they wait in nonvolatile storage, go to the
 * drives, and are free when their last live sector has died.
 *
 * @module
 */
import type { KeptFigures, Plain } from '../base/kept-state.ts';
import type { DriveWork } from '../base/ports.ts';
import type { CylinderDirectories } from './cylinder-directories.ts';
import { CYLINDER_DESTAGED, CYLINDER_FULL } from './cylinder-table.ts';
import type { Destage, DestagedGroup } from './destage.ts';
import type { FreeCylinders } from './free-cylinders.ts';
import { nvsBytesOf } from './group-shape.ts';
import type { GroupStorage } from './group-storage.ts';
import type { NonvolatileStorage } from './nonvolatile-storage.ts';
import type { OpenCylinder } from './open-cylinder.ts';

/** What leaving, destaging and freeing has to do with. */
interface LeftCylindersParts {
  readonly destage: Destage;
  readonly directories: CylinderDirectories;
  readonly free: FreeCylinders;
  readonly storage: GroupStorage;
  readonly nvs: NonvolatileStorage;
  readonly driveWork: DriveWork;
  /** Storage can be had again as it was: what has come to hold nothing need not be written. */
  readonly keepsStorage: boolean;
}

/** Cylinders that are neither free nor quarantined nor open. */
export class LeftCylinders implements KeptFigures {
  readonly kind = 'figures';
  readonly name: string;
  readonly #group: DestagedGroup;
  readonly #parts: LeftCylindersParts;
  readonly #nvsBytes: number;
  #count = 0;

  constructor(group: DestagedGroup, parts: LeftCylindersParts) {
    this.name = `group${group.number}.left`;
    this.#group = group;
    this.#parts = parts;
    this.#nvsBytes = nvsBytesOf(group.shape);
  }

  get count(): number {
    return this.#count;
  }

  /** An open cylinder is left; what it has not taken is padded already. */
  add(open: OpenCylinder): void {
    const { cylinders } = this.#group;
    const { directories, storage, nvs } = this.#parts;
    const { cylinder } = open;
    directories.keep(cylinder, open);
    const live = cylinders.close(cylinder, open.unused);
    this.#count += 1;
    storage.leave(open);
    open.finish();
    if (live === 0) this.release(cylinder);
    else if (nvs.destage === 'atOnce') this.#destage(cylinder);
  }

  /** Destages the oldest full cylinder. @returns Whether there was one. */
  destageNext(): boolean {
    this.#group.cylinders.settle();
    const cylinder = this.#parts.storage.oldestFull;
    if (cylinder === undefined) return false;
    this.#destage(cylinder);
    return true;
  }

  /** The last live sector of a cylinder has died. */
  release(cylinder: number): void {
    const { cylinders, members } = this.#group;
    const { directories, free, keepsStorage } = this.#parts;
    const state = cylinders.state(cylinder);
    const isKept = free.admit(cylinder);
    if (state === CYLINDER_FULL) {
      // What is durable still leads here: to the drives with it, before storage gives it up.
      if (isKept && !keepsStorage) this.#write(cylinder);
      else this.#discard(cylinder);
      this.#leaveStorage(cylinder);
    }
    directories.forget(cylinder);
    if (this.#group.hasFaults) for (const member of members) member.forget(cylinder);
    this.#count -= 1;
    free.add(cylinder, state, isKept);
  }

  save(): Plain {
    return [this.#count, this.#parts.destage.destagedCount];
  }

  restore(saved: Plain | undefined): void {
    if (saved === undefined) return;
    const [count, destagedCount] = saved as [number, number];
    this.#count = count;
    this.#parts.destage.destagedCount = destagedCount;
  }

  #destage(cylinder: number): void {
    this.#write(cylinder);
    this.#group.cylinders.advance(cylinder, CYLINDER_FULL, CYLINDER_DESTAGED);
    this.#leaveStorage(cylinder);
  }

  #write(cylinder: number): void {
    const { destage, storage, driveWork } = this.#parts;
    const { stamp } = storage.filling(cylinder);
    destage.write(this.#group, cylinder, stamp, storage.buffers(cylinder));
    driveWork.cylinderWritten(this.#group.number, cylinder);
  }

  #discard(cylinder: number): void {
    const { destage, storage, driveWork } = this.#parts;
    const { stamp } = storage.filling(cylinder);
    destage.discard(this.#group, cylinder, stamp, storage.buffers(cylinder));
    driveWork.cylinderDropped(this.#group.number, cylinder);
  }

  #leaveStorage(cylinder: number): void {
    this.#parts.storage.remove(cylinder);
    this.#parts.nvs.release(this.#nvsBytes);
  }
}
