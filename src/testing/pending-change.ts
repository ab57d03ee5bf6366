/**
 * Changes of a medium that are not durable yet, and files that can do without them.
 *
 * @module
 */
import { SparseBytes } from './sparse-bytes.ts';

/** What is written whole or not at all. */
export const SECTOR_BYTES = 512;

/** What a name stands for. */
export type Entry = DurableFile | 'folder';

/** Bytes or the length of a file changed. */
export interface DataChange {
  readonly kind: 'data';
  readonly file: DurableFile;
  /** First sector that was written. */
  readonly first: number;
  /** Whole sectors as they were after the write; none for a change of the length alone. */
  readonly after: Uint8Array;
  /** Length of the file after the change. */
  readonly sizeBytes: number;
  /** A flush failed while it was pending: no later flush makes it durable. */
  isForgotten: boolean;
}

/** A name was given, changed or taken away. */
export interface NameChange {
  readonly kind: 'name';
  readonly entry: Entry;
  readonly from?: string;
  readonly to?: string;
  /** Folders in which something changed: flushing any of them makes the change durable. */
  readonly folders: readonly string[];
}

/** A change that a power cut may leave, or not. */
export type PendingChange = DataChange | NameChange;

/** A file with two faces: as it is, and as it is on the disk. */
export class DurableFile {
  live = new SparseBytes();
  sizeBytes = 0;
  durable = new SparseBytes();
  durableSizeBytes = 0;

  /** Only what is durable, in a file of its own. */
  durableCopy(): DurableFile {
    const copy = new DurableFile();
    copy.durable = new SparseBytes(this.durable);
    copy.durableSizeBytes = this.durableSizeBytes;
    return copy;
  }

  /** A change, or those sectors of it that `survives` names, reaches the disk. */
  applyDurable(change: DataChange, survives: true | ((sector: number) => boolean)): void {
    const { first, after, sizeBytes } = change;
    if (sizeBytes < this.durableSizeBytes) this.durable.cut(sizeBytes);
    this.durableSizeBytes = sizeBytes;
    if (survives === true) {
      this.durable.write(first * SECTOR_BYTES, after);
      return;
    }
    for (let at = 0; at < after.length; at += SECTOR_BYTES) {
      const sector = first + at / SECTOR_BYTES;
      if (!survives(sector)) continue;
      this.durable.write(sector * SECTOR_BYTES, after.subarray(at, at + SECTOR_BYTES));
    }
  }

  /** Whoever opens it now sees what is on the disk. */
  settle(): void {
    this.durable.cut(this.durableSizeBytes);
    this.live = new SparseBytes(this.durable);
    this.sizeBytes = this.durableSizeBytes;
  }
}

/** The folder of a name; the top is the empty name. */
export function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}

/** Changes names as a change says, if what it is about is still there. */
export function applyNameChange(names: Map<string, Entry>, change: NameChange): void {
  const { entry, from, to } = change;
  if (from !== undefined && names.get(from) === entry) names.delete(from);
  if (to !== undefined) names.set(to, entry);
}
