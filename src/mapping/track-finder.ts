/**
 * Finding tracks: where they lie, or from the redundancy of their group. Changes nothing.
 *
 * A stored track is believed only when the checksum bound to its instance and place matches
 * (media/stored-track.ts) and the track's own checksum does, too. Where drives hold no bytes, damage is
 * a state of the drives, and the few tracks that hosts wrote as bytes stand beside the instances.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { Checksum, Compress, Meter } from '../base/ports.ts';
import type { BackEnd } from '../media/back-end.ts';
import { placeMember, placeSector } from '../media/logical-cylinder.ts';
import { type StoredIdentity, StoredTrack, UNCOMPRESSED } from '../media/stored-track.ts';
import type { TrackInstances } from './track-instances.ts';

/** The ports of finder and store. */
export interface TrackStorePorts {
  readonly checksum: Checksum;
  readonly meter: Meter;
  /** Needed where a group compresses with zstd. */
  readonly compress?: Compress | undefined;
}

/** A track found in its sectors. */
export interface FoundTrack {
  /** As stored. */
  readonly stored: Uint8Array;
  readonly compression: number;
  /** The track itself. */
  readonly raw: Uint8Array;
}

/** Finds tracks by their instances. */
export class TrackFinder {
  readonly #backEnd: BackEnd;
  readonly #instances: TrackInstances;
  readonly #checksum: Checksum;
  readonly #meter: Meter;
  readonly #compress: Compress | undefined;
  readonly #stored: StoredTrack;

  constructor(backEnd: BackEnd, instances: TrackInstances, ports: TrackStorePorts) {
    this.#backEnd = backEnd;
    this.#instances = instances;
    this.#checksum = ports.checksum;
    this.#meter = ports.meter;
    this.#compress = ports.compress;
    this.#stored = new StoredTrack(ports.checksum);
  }

  /**
   * Whether a track can be read, by what is known of the drives. Has no side effect, reads nothing,
   * and so does not see silent damage.
   */
  isReadable(id: number): boolean {
    if (!this.#backEnd.hasFaults || !this.isErased(id)) return true;
    const place = this.#instances.place(id);
    return this.#backEnd.repair.isWithinReach(
      this.#backEnd.groupOf(place),
      this.#instances.cylinder(id),
      placeMember(place),
      placeSector(place),
      this.#instances.sectors(id),
    );
  }

  /** Whether a track lies intact where it should, without help from redundancy. No side effect. */
  isIntact(id: number): boolean {
    if (this.#backEnd.hasBytes) return this.findDirectly(id, false) !== undefined;
    if (this.isErased(id)) return false;
    return !this.#instances.hasBytes(id) || this.#findKept(id) !== undefined;
  }

  /** Whether a track can be had, from where it lies or from redundancy. Reads both; no side effect. */
  isRecoverable(id: number): boolean {
    if (!this.isReadable(id)) return false;
    if (!this.#backEnd.hasBytes) return true;
    return (this.findDirectly(id, false) ?? this.findRepaired(id)) !== undefined;
  }

  /** The track where it lies, or from the redundancy; moves nothing. */
  find(id: number): FoundTrack | undefined {
    return this.findDirectly(id) ?? this.findRepaired(id);
  }

  /** The track where it lies, if it is right. @param counts - Whether a mismatch is counted. */
  findDirectly(id: number, counts = true): FoundTrack | undefined {
    if (!this.#backEnd.hasBytes) return this.#findKept(id);
    if (this.isErased(id)) return undefined;
    const sectors = this.#sectorsAt(id);
    const found = sectors === undefined ? undefined : this.#recognise(id, sectors);
    if (found === undefined && counts) this.#meter.add('checksumFailures', 1);
    return found;
  }

  /** A track that hosts wrote as bytes, of a subsystem whose drives hold none. */
  #findKept(id: number): FoundTrack | undefined {
    if (this.#backEnd.hasFaults && this.isErased(id)) return undefined;
    const raw = this.#instances.bytesOf(id);
    if (raw === undefined || !this.#matches(id, raw)) return undefined;
    return { raw, stored: raw, compression: UNCOMPRESSED };
  }

  /** The track from the redundancy of its group, in bytes of its own. */
  findRepaired(id: number): FoundTrack | undefined {
    const backEnd = this.#backEnd;
    const place = this.#instances.place(id);
    if (!backEnd.hasBytes) {
      const raw = this.#instances.bytesOf(id);
      if (raw === undefined || !this.isReadable(id) || !this.#matches(id, raw)) return undefined;
      return { raw, stored: raw, compression: UNCOMPRESSED };
    }
    let found: FoundTrack | undefined;
    backEnd.repair.reconstructRange(
      backEnd.groupOf(place),
      this.#instances.cylinder(id),
      placeMember(place),
      placeSector(place),
      this.#instances.sectors(id),
      (sectors) => {
        found = this.#recognise(id, sectors);
        return found !== undefined;
      },
    );
    return found;
  }

  isErased(id: number): boolean {
    const place = this.#instances.place(id);
    const group = this.#backEnd.groupOf(place);
    if (!group.hasFaults) return false;
    const cylinder = this.#instances.cylinder(id);
    const sectors = this.#instances.sectors(id);
    return group.isErased(cylinder, placeMember(place), placeSector(place), sectors);
  }

  /** The sectors of an instance, right or wrong; none where the medium gives an error. */
  #sectorsAt(id: number): Uint8Array | undefined {
    const place = this.#instances.place(id);
    const cylinder = this.#instances.cylinder(id);
    const sectors = this.#instances.sectors(id);
    const group = this.#backEnd.groupOf(place);
    return group.read(cylinder, placeMember(place), placeSector(place), sectors);
  }

  #recognise(id: number, sectors: Uint8Array): FoundTrack | undefined {
    const stored = this.#stored.recognise(sectors, this.identity(id));
    if (stored === undefined) return undefined;
    const { compression } = this.#stored;
    if (compression === UNCOMPRESSED) {
      this.#instances.loadSignature(id);
      const { low, high } = this.#instances;
      const isRight = this.#stored.low === low && this.#stored.high === high;
      return isRight ? { stored, compression, raw: stored } : undefined;
    }
    invariant(this.#compress !== undefined, 'store-has-compression');
    const raw = this.#compress.expand(stored, this.#instances.lengthBytes(id));
    return this.#matches(id, raw) ? { stored, compression, raw } : undefined;
  }

  #matches(id: number, raw: Uint8Array): boolean {
    this.#checksum.compute(raw);
    this.#instances.loadSignature(id);
    const { low, high } = this.#instances;
    return this.#checksum.low === low && this.#checksum.high === high;
  }

  identity(id: number): StoredIdentity {
    const instances = this.#instances;
    return {
      id,
      lengthBytes: instances.lengthBytes(id),
      birth: instances.birth(id),
      cylinder: instances.cylinder(id),
      place: instances.place(id),
    };
  }
}
