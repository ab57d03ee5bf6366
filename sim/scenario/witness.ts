/**
 * An independent witness of a copy: a digest of every source track, taken at the instant of the copy
 * and kept outside the subsystem.
 *
 * A witness looks at tracks the way a host sees them, through the read path, and at nothing else: it
 * knows no instance, no page and no relation, so it can tell when those are wrong. It costs eight
 * bytes a track.
 *
 * @module
 */
import {
  type DeviceIndex,
  type Subsystem,
  type TrackIndex,
  trackIndex,
  XxHash64,
} from '../../src/index.ts';

/** A run of tracks. */
export interface Run {
  readonly first: number;
  readonly count: number;
}

/** Two halves of a digest. */
interface Digest {
  low: number;
  high: number;
}

/** Marks in front of what is hashed, so that different kinds of content never meet. */
const KIND_NULL = 1;
const KIND_SIGNATURE = 2;

const checksum = new XxHash64();
const small = new Uint8Array(16);
const words = new DataView(small.buffer);

/** Digests of some tracks of a device at one instant. */
export class TrackWitness {
  readonly runs: readonly Run[];
  readonly #digests: Uint32Array;
  readonly #starts = new Map<Run, number>();

  private constructor(runs: readonly Run[]) {
    this.runs = runs;
    let count = 0;
    for (const run of runs) {
      this.#starts.set(run, count);
      count += run.count;
    }
    this.#digests = new Uint32Array(2 * count);
  }

  /** Looks at the tracks as they are now. */
  static take(subsystem: Subsystem, device: DeviceIndex, runs: readonly Run[]): TrackWitness {
    const witness = new TrackWitness(runs);
    const digest: Digest = { low: 0, high: 0 };
    let at = 0;
    for (const run of runs) {
      for (let track = run.first; track < run.first + run.count; track += 1) {
        digestTrack(subsystem, device, trackIndex(track), digest);
        witness.#digests[at] = digest.low;
        witness.#digests[at + 1] = digest.high;
        at += 2;
      }
    }
    return witness;
  }

  /** Number of tracks looked at. */
  get trackCount(): number {
    return this.#digests.length / 2;
  }

  /** Whether the witness saw this track. */
  covers(track: number): boolean {
    return this.#place(track) !== undefined;
  }

  /** Tracks of the runs that a device, at the same places, does not show as they were. */
  *differences(subsystem: Subsystem, device: DeviceIndex): Iterable<number> {
    const digest: Digest = { low: 0, high: 0 };
    let at = 0;
    for (const run of this.runs) {
      for (let track = run.first; track < run.first + run.count; track += 1) {
        digestTrack(subsystem, device, trackIndex(track), digest);
        if (!this.#isAt(at, digest)) yield track;
        at += 2;
      }
    }
  }

  /** Whether these bytes are what the witness saw at a track. */
  sawBytes(track: number, bytes: Uint8Array): boolean {
    const place = this.#place(track);
    if (place === undefined) return false;
    const digest: Digest = { low: 0, high: 0 };
    digestBytes(bytes, digest);
    return this.#isAt(place, digest);
  }

  #isAt(place: number, digest: Digest): boolean {
    return this.#digests[place] === digest.low && this.#digests[place + 1] === digest.high;
  }

  #place(track: number): number | undefined {
    const run = this.runs.find((one) => track >= one.first && track < one.first + one.count);
    if (run === undefined) return undefined;
    return 2 * ((this.#starts.get(run) ?? 0) + track - run.first);
  }
}

/**
 * Digest of one track as a host sees it. A track never written and the null track that reads the
 * same have the same digest.
 */
function digestTrack(
  subsystem: Subsystem,
  device: DeviceIndex,
  track: TrackIndex,
  into: Digest,
): void {
  const entry = subsystem.trackEntry(device, track);
  if (entry.kind !== 'instance') {
    digestWords(KIND_NULL, entry.kind === 'null' ? entry.format : NEVER_WRITTEN_FORMAT, 0, into);
    return;
  }
  if (!entry.hasBytes) {
    subsystem.readSignature(device, track);
    digestWords(KIND_SIGNATURE, subsystem.signatureLow, subsystem.signatureHigh, into);
    return;
  }
  const read = subsystem.readTrack(device, track);
  if (read.kind === 'done') digestBytes(read.value, into);
  // A track that cannot be read equals nothing, itself included.
  else {
    into.low = Number.NaN;
    into.high = Number.NaN;
  }
}

/** A track never written reads like this null format. */
const NEVER_WRITTEN_FORMAT = 1;

function digestBytes(bytes: Uint8Array, into: Digest): void {
  checksum.compute(bytes);
  into.low = checksum.low;
  into.high = checksum.high;
}

function digestWords(kind: number, first: number, second: number, into: Digest): void {
  words.setUint32(0, kind);
  words.setUint32(4, first);
  words.setUint32(8, second);
  digestBytes(small, into);
}
