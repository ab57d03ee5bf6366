/**
 * A medium in memory that knows what a power cut may leave of it: it keeps apart what is durable and
 * what was changed since, refuses calls on demand, and can be had again as it may be after the cut.
 *
 * What it takes for granted is what src/store/medium.ts takes for granted, and no more. A sector that
 * was written twice without a flush shows the first, the second or neither, never a mixture: that is
 * what "whole or not at all" says. A rename happens or does not; it never leaves two halves.
 *
 * @module
 */
import {
  type Medium,
  MediumFault,
  type MediumFaultKind,
  type MediumFile,
  type OpenMode,
} from '../store/medium.ts';
import {
  applyNameChange,
  type DataChange,
  DurableFile,
  type Entry,
  type NameChange,
  outlive,
  type PendingChange,
  parentOf,
  SECTOR_BYTES,
} from './pending-change.ts';

/** What was asked of the medium. */
export interface MediumCall {
  /** Counted from 1. */
  readonly number: number;
  readonly operation:
    | 'open'
    | 'make'
    | 'read'
    | 'write'
    | 'flush'
    | 'resize'
    | 'list'
    | 'makeFolder'
    | 'rename'
    | 'remove'
    | 'flushFolder';
  readonly file: string;
  /** Of a read or write. */
  readonly offset?: number;
  /** Of a read or write; the new size of a resize. */
  readonly bytes?: number;
}

/** How a call fails. */
export interface CallFailure {
  readonly fault: MediumFaultKind;
  /** Of a write: so many bytes land all the same. None unless said. */
  readonly landedBytes?: number;
}

/** Settings of a medium. */
export interface RecordingOptions {
  /** Memory that files may take, rounded up to 4 KiB pieces; no limit unless said. */
  readonly capacityBytes?: number;
}

/** Which changes a power cut leaves: each wholly, not at all, or by sector. */
export type Survival = boolean | ((sector: number) => boolean);

/** Files in memory, with a memory of what is durable. */
export class RecordingMedium implements Medium {
  readonly name = 'a medium in memory';
  /** Everything that was asked, in order. */
  readonly log: MediumCall[] = [];
  /** Asked before every call: `undefined` lets it pass. */
  failure: ((call: MediumCall) => CallFailure | undefined) | undefined;
  /** Told after every call that a power cut could tell from the one before. */
  changed: ((call: MediumCall) => void) | undefined;
  capacityBytes: number;
  readonly #names = new Map<string, Entry>();
  readonly #durableNames = new Map<string, Entry>();
  #pending: PendingChange[] = [];

  constructor({ capacityBytes = Number.POSITIVE_INFINITY }: RecordingOptions = {}) {
    this.capacityBytes = capacityBytes;
  }

  /** Changes that are not durable, oldest first. */
  get pending(): readonly PendingChange[] {
    return this.#pending;
  }

  open(name: string, mode: OpenMode): MediumFile {
    const call = this.#called(mode === 'make' ? 'make' : 'open', name);
    let file = this.#names.get(name);
    if (file === 'folder') throw fault('denied', call, 'it is a folder');
    if (file === undefined) {
      if (mode !== 'make') throw fault('absent', call, 'there is no such file');
      this.#requireFolder(call, parentOf(name));
      file = new DurableFile();
      this.#rename({ kind: 'name', to: name, entry: file, folders: [parentOf(name)] }, call);
    } else if (mode === 'make') {
      this.#resize(file, 0, call);
    }
    return this.#handle(name, file, mode !== 'read');
  }

  list(folder: string): readonly string[] {
    this.#called('list', folder);
    const names = [...this.#names.keys()].filter((name) => parentOf(name) === folder);
    return names.map((name) => name.slice(folder === '' ? 0 : folder.length + 1)).toSorted();
  }

  makeFolder(folder: string): void {
    const call = this.#called('makeFolder', folder);
    if (this.#names.get(folder) === 'folder') return;
    this.#requireFolder(call, parentOf(folder));
    this.#rename({ kind: 'name', to: folder, entry: 'folder', folders: [parentOf(folder)] }, call);
  }

  rename(from: string, to: string): void {
    const call = this.#called('rename', from);
    const entry = this.#names.get(from);
    if (entry === undefined) throw fault('absent', call, 'there is no such file');
    this.#requireFolder(call, parentOf(to));
    const folders = [parentOf(from), parentOf(to)];
    this.#rename({ kind: 'name', from, to, entry, folders }, call);
  }

  remove(name: string): void {
    const call = this.#called('remove', name);
    const entry = this.#names.get(name);
    if (entry === undefined) return;
    this.#rename({ kind: 'name', from: name, entry, folders: [parentOf(name)] }, call);
  }

  flushFolder(folder: string): void {
    const call = this.#called('flushFolder', folder);
    this.#pending = this.#pending.filter((change) => {
      if (change.kind !== 'name' || !change.folders.includes(folder)) return true;
      applyNameChange(this.#durableNames, change);
      return false;
    });
    this.changed?.(call);
  }

  /** Memory that files take. */
  get usedBytes(): number {
    let bytes = 0;
    for (const entry of this.#names.values()) {
      if (entry !== 'folder') bytes += entry.live.usedBytes;
    }
    return bytes;
  }

  /** Everything as it is, durable or not: what another process finds after this one was killed. */
  get files(): ReadonlyMap<string, Entry> {
    return this.#names;
  }

  /**
   * The medium as a power cut may leave it.
   *
   * @param survives - For each pending change, by place in {@link pending}.
   */
  afterPowerCut(survives: (change: PendingChange, at: number) => Survival): RecordingMedium {
    const after = new RecordingMedium({ capacityBytes: this.capacityBytes });
    const names = new Map(this.#durableNames);
    const copies = new Map<DurableFile, DurableFile>();
    const copyOf = (file: DurableFile): DurableFile => {
      let copy = copies.get(file);
      if (copy === undefined) {
        copy = file.durableCopy();
        copies.set(file, copy);
      }
      return copy;
    };
    this.#pending.forEach((change, at) => {
      const survival = survives(change, at);
      if (survival === false) return;
      if (change.kind === 'name') applyNameChange(names, change);
      else copyOf(change.file).applyDurable(change, survival);
    });
    for (const [name, entry] of names) {
      if (!isReachable(names, name)) continue;
      const survived = entry === 'folder' ? entry : copyOf(entry);
      if (survived !== 'folder') survived.settle();
      after.#names.set(name, survived);
      after.#durableNames.set(name, survived);
    }
    return after;
  }

  /** Tells media apart by what they hold now. */
  fingerprint(): string {
    const parts = [...this.#names].map(([name, entry]) =>
      entry === 'folder' ? `${name}/` : `${name}:${entry.sizeBytes}:${entry.live.fingerprint()}`,
    );
    return parts.toSorted().join(' ');
  }

  /** Changes bytes behind everybody's back, durably. */
  damage(name: string, offset: number, bytes: Uint8Array): void {
    const file = this.#names.get(name);
    if (!(file instanceof DurableFile)) throw new RangeError(`no file ${name}`);
    file.live.write(offset, bytes);
    file.durable.write(offset, bytes);
  }

  #handle(name: string, file: DurableFile, mayWrite: boolean): MediumFile {
    const writing = (operation: MediumCall['operation'], offset?: number, bytes?: number) => {
      const call = this.#announce(operation, name, offset, bytes);
      if (!mayWrite) throw fault('denied', call, 'the file is open to be read');
      return call;
    };
    return {
      name,
      get sizeBytes() {
        return file.sizeBytes;
      },
      read: (offset, into) => {
        this.#called('read', name, offset, into.length);
        const count = Math.max(0, Math.min(into.length, file.sizeBytes - offset));
        file.live.read(offset, into.subarray(0, count));
        return count;
      },
      write: (offset, pieces) => {
        const bytes = joined(pieces);
        const call = writing('write', offset, bytes.length);
        const failure = this.failure?.(call);
        if (failure !== undefined) {
          this.#write(file, offset, bytes.subarray(0, failure.landedBytes ?? 0), call);
          throw fault(failure.fault, call, 'as the test wants it');
        }
        if (this.usedBytes + file.live.bytesToTake(offset, bytes.length) > this.capacityBytes) {
          throw fault('full', call, 'no space left');
        }
        this.#write(file, offset, bytes, call);
      },
      flush: () => {
        const call = writing('flush');
        const failure = this.failure?.(call);
        if (failure !== undefined) {
          // The system forgets that these are not on the disk: no later flush writes them.
          for (const change of this.#pending) {
            if (change.kind === 'data' && change.file === file) change.isForgotten = true;
          }
          throw fault(failure.fault, call, 'as the test wants it');
        }
        this.#flush(file, call);
      },
      resize: (sizeBytes) => {
        const call = writing('resize', undefined, sizeBytes);
        this.#failOnDemand(call);
        this.#resize(file, sizeBytes, call);
      },
      close: () => undefined,
    };
  }

  #write(file: DurableFile, offset: number, bytes: Uint8Array, call: MediumCall): void {
    if (bytes.length === 0) return;
    file.live.write(offset, bytes);
    file.sizeBytes = Math.max(file.sizeBytes, offset + bytes.length);
    const first = Math.floor(offset / SECTOR_BYTES);
    const end = Math.ceil((offset + bytes.length) / SECTOR_BYTES);
    const after = new Uint8Array((end - first) * SECTOR_BYTES);
    file.live.read(first * SECTOR_BYTES, after);
    this.#note({ kind: 'data', file, first, after, sizeBytes: file.sizeBytes }, call);
  }

  #resize(file: DurableFile, sizeBytes: number, call: MediumCall): void {
    if (file.sizeBytes === sizeBytes) return;
    file.live.cut(sizeBytes);
    file.sizeBytes = sizeBytes;
    this.#note({ kind: 'data', file, first: 0, after: new Uint8Array(0), sizeBytes }, call);
  }

  #note(change: Omit<DataChange, 'isForgotten' | 'outlived'>, call: MediumCall): void {
    this.#pending.push({ ...change, isForgotten: false, outlived: new Set() });
    this.changed?.(call);
  }

  #flush(file: DurableFile, call: MediumCall): void {
    const forgotten: DataChange[] = [];
    this.#pending = this.#pending.filter((change) => {
      if (change.kind !== 'data' || change.file !== file) return true;
      if (change.isForgotten) {
        forgotten.push(change);
        return true;
      }
      file.applyDurable(change, true);
      for (const earlier of forgotten) outlive(earlier, change);
      return false;
    });
    this.changed?.(call);
  }

  #rename(change: NameChange, call: MediumCall): void {
    applyNameChange(this.#names, change);
    this.#pending.push(change);
    this.changed?.(call);
  }

  #requireFolder(call: MediumCall, folder: string): void {
    if (folder !== '' && this.#names.get(folder) !== 'folder') {
      throw fault('absent', call, 'there is no such folder');
    }
  }

  #called(
    operation: MediumCall['operation'],
    file: string,
    offset?: number,
    bytes?: number,
  ): MediumCall {
    const call = this.#announce(operation, file, offset, bytes);
    this.#failOnDemand(call);
    return call;
  }

  #announce(
    operation: MediumCall['operation'],
    file: string,
    offset?: number,
    bytes?: number,
  ): MediumCall {
    const call: MediumCall = {
      number: this.log.length + 1,
      operation,
      file,
      ...(offset === undefined ? {} : { offset }),
      ...(bytes === undefined ? {} : { bytes }),
    };
    this.log.push(call);
    return call;
  }

  #failOnDemand(call: MediumCall): void {
    const failure = this.failure?.(call);
    if (failure !== undefined) throw fault(failure.fault, call, 'as the test wants it');
  }
}

function fault(kind: MediumFaultKind, call: MediumCall, detail: string): MediumFault {
  const { file, operation, offset } = call;
  return new MediumFault(
    kind,
    { file, operation, ...(offset === undefined ? {} : { offset }) },
    detail,
  );
}

function isReachable(names: ReadonlyMap<string, Entry>, name: string): boolean {
  for (let folder = parentOf(name); folder !== ''; folder = parentOf(folder)) {
    if (names.get(folder) !== 'folder') return false;
  }
  return true;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
