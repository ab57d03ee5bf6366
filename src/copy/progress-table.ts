/**
 * The progress of all relations, and what of it is kept.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { KeptBitmaps } from '../base/kept-bitmaps.ts';
import type { Plain } from '../base/kept-state.ts';
import type { Journal } from '../base/ports.ts';
import { TouchedEntries } from '../base/touched-entries.ts';
import type { ConflictWindows } from './conflict-window.ts';
import type { CopyExtent } from './extent.ts';
import type { RelationId } from './relation.ts';
import { type RelationProgress, restoreProgress, saveProgress } from './relation-progress.ts';

/** Progress by relation. */
export class ProgressTable {
  readonly #windows: ConflictWindows;
  readonly #extentsOf: (id: RelationId) => readonly CopyExtent[];
  readonly #progress = new Map<RelationId, RelationProgress>();
  readonly #kept: TouchedEntries<RelationId>;
  readonly #keptTracks = new KeptBitmaps('relations.tracks');

  /** @param extentsOf - Of a relation whose record is there. */
  constructor(
    windows: ConflictWindows,
    extentsOf: (id: RelationId) => readonly CopyExtent[],
    journal: Journal,
  ) {
    this.#windows = windows;
    this.#extentsOf = extentsOf;
    this.#kept = new TouchedEntries('relations.progress', {
      keys: () => this.#progress.keys(),
      save: (id) => this.#save(id),
      restore: (saved) => this.#restore(saved),
    });
    journal.keep(this.#kept);
    journal.keep(this.#keptTracks);
  }

  get(id: RelationId): RelationProgress | undefined {
    return this.#progress.get(id);
  }

  require(id: RelationId): RelationProgress {
    const progress = this.#progress.get(id);
    invariant(progress !== undefined, 'relation-has-progress', String(id));
    return progress;
  }

  /** All of it, oldest relation first. */
  entries(): IterableIterator<[RelationId, RelationProgress]> {
    return this.#progress.entries();
  }

  /** A relation is there, with its bitmaps and its window. */
  begin(id: RelationId, progress: RelationProgress): void {
    this.#progress.set(id, progress);
    this.#kept.touch(id);
    if (progress.window !== null) this.#windows.hold(progress.window);
    if (!this.#keptTracks.isKept) return;
    this.#keptTracks.add(writtenName(id), progress.written);
    this.#keptTracks.add(copiedName(id), progress.copied);
  }

  /** Anything but its bitmaps changes. */
  touch(id: RelationId): void {
    this.#kept.touch(id);
  }

  /** A relation is forgotten. */
  forget(id: RelationId): void {
    const { window } = this.require(id);
    if (window !== null) this.#windows.letGo(window);
    this.#progress.delete(id);
    this.#kept.touch(id);
    if (!this.#keptTracks.isKept) return;
    this.#keptTracks.remove(writtenName(id));
    this.#keptTracks.remove(copiedName(id));
  }

  #save(id: RelationId): Plain | undefined {
    const progress = this.#progress.get(id);
    return progress === undefined ? undefined : saveProgress(progress);
  }

  #restore(saved: ReadonlyMap<RelationId, Plain>): void {
    const numbered = this.#windows.numbered.bind(this.#windows);
    for (const [id, one] of saved) {
      this.begin(id, restoreProgress(this.#extentsOf(id), one, numbered));
    }
  }
}

function writtenName(id: RelationId): string {
  return `${id}.written`;
}

function copiedName(id: RelationId): string {
  return `${id}.copied`;
}
