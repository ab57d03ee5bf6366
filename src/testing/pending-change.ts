/**
 * Changes of a medium that are not durable yet, and files that can do without them.
 *
 * @module
 */
import { CHUNK_BYTES, SparseBytes } from './sparse-bytes.ts';

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
  /** Of a change that was forgotten: sectors that were written again, and are durable so. */
  readonly outlived: Set<number>;
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
    const { first, after, sizeBytes, isForgotten, outlived } = change;
    if (isForgotten) {
      // The length that is durable by now is a later one, or the same.
      this.durableSizeBytes = Math.max(this.durableSizeBytes, sizeBytes);
    } else {
      if (sizeBytes < this.durableSizeBytes) this.durable.cut(sizeBytes);
      this.durableSizeBytes = sizeBytes;
    }
    if (survives === true && outlived.size === 0) {
      this.#applyWhole(first * SECTOR_BYTES, after);
      return;
    }
    for (let at = 0; at < after.length; at += SECTOR_BYTES) {
      const sector = first + at / SECTOR_BYTES;
      if (outlived.has(sector) || !(survives === true || survives(sector))) continue;
      this.durable.write(sector * SECTOR_BYTES, after.subarray(at, at + SECTOR_BYTES));
    }
  }

  /** Whole chunks are shared by all copies of the file that a change reaches. */
  #applyWhole(offset: number, after: Uint8Array): void {
    let at = 0;
    const start = (CHUNK_BYTES - (offset % CHUNK_BYTES)) % CHUNK_BYTES;
    if (start > 0) {
      this.durable.write(offset, after.subarray(0, start));
      at = start;
    }
    for (const chunk of wholeChunks(after, start)) {
      this.durable.adopt((offset + at) / CHUNK_BYTES, chunk);
      at += CHUNK_BYTES;
    }
    if (at < after.length) this.durable.write(offset + at, after.subarray(at));
  }

  /** Whoever opens it now sees what is on the disk. */
  settle(): void {
    this.durable.cut(this.durableSizeBytes);
    this.live = new SparseBytes(this.durable);
    this.sizeBytes = this.durableSizeBytes;
  }
}

/** What was cut out of the bytes of changes, so that it is cut out once. */
const CHUNKS = new WeakMap<Uint8Array, readonly Uint8Array[]>();

/** Copies of the whole chunks in bytes of which the first chunk begins at `start`. */
function wholeChunks(bytes: Uint8Array, start: number): readonly Uint8Array[] {
  let chunks = CHUNKS.get(bytes);
  if (chunks === undefined) {
    const count = Math.max(0, Math.floor((bytes.length - start) / CHUNK_BYTES));
    chunks = Array.from({ length: count }, (_, at) =>
      bytes.slice(start + at * CHUNK_BYTES, start + (at + 1) * CHUNK_BYTES),
    );
    CHUNKS.set(bytes, chunks);
  }
  return chunks;
}

/** Sectors that a later change has made durable do not become again what an earlier one had made them. */
export function outlive(earlier: DataChange, later: DataChange): void {
  const from = Math.max(earlier.first, later.first);
  const end = Math.min(endOf(earlier), endOf(later));
  for (let sector = from; sector < end; sector += 1) earlier.outlived.add(sector);
}

function endOf({ first, after }: DataChange): number {
  return first + after.length / SECTOR_BYTES;
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
