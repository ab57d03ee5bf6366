/**
 * The track store: contents become instances here, and come back checked.
 *
 * Joins space, bytes, checksums and the instance table, so that the write path and the background
 * copy make instances in one and the same way.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { Checksum, Meter } from '../base/ports.ts';
import { sectorsOf } from '../media/logical-cylinder.ts';
import type { Medium } from '../media/medium.ts';
import type { CapacityLoad } from '../media/net-capacity-load.ts';
import type { RedundancyGroup } from '../media/redundancy-group.ts';
import type { TrackInstances } from './track-instances.ts';

/** In the place of an instance id: there was no space. */
export const NO_SPACE = 0;
/** In the place of an instance id: the stored bytes do not match their checksum. */
export const DAMAGED = 1;

/** Makes, reads and duplicates instances. */
export class TrackStore {
  readonly #group: RedundancyGroup;
  readonly #medium: Medium;
  readonly #instances: TrackInstances;
  readonly #checksum: Checksum;
  readonly #meter: Meter;
  readonly #load: CapacityLoad;

  constructor(
    group: RedundancyGroup,
    medium: Medium,
    instances: TrackInstances,
    ports: { readonly checksum: Checksum; readonly meter: Meter },
    load: CapacityLoad,
  ) {
    this.#group = group;
    this.#medium = medium;
    this.#instances = instances;
    this.#checksum = ports.checksum;
    this.#meter = ports.meter;
    this.#load = load;
  }

  /** Takes space for a track of so many bytes. The next instance made lies there. */
  take(lengthBytes: number, mayUseReserve: boolean): boolean {
    const isTaken = this.#group.take(sectorsOf(lengthBytes), mayUseReserve);
    this.#load.observe(this.#group.number);
    return isTaken;
  }

  /** Stores bytes in the space just taken. @returns The instance. */
  storeBytes(bytes: Uint8Array, birth: number): number {
    this.#checksum.compute(bytes);
    this.#medium.write(this.#group.cylinder, this.#group.place, bytes);
    return this.#instances.create(
      bytes.length,
      true,
      this.#checksum.low,
      this.#checksum.high,
      birth,
    );
  }

  /** The bytes of an instance, checked: a view until the next change; `undefined` when damaged. */
  viewBytes(id: number): Uint8Array | undefined {
    const bytes = this.#instances.viewBytes(id);
    if (this.isIntact(id, bytes)) return bytes;
    this.#meter.add('checksumFailures', 1);
    return undefined;
  }

  /** Whether the content of an instance can be given back whole. Changes nothing. */
  isReadable(id: number): boolean {
    return !this.#instances.hasBytes(id) || this.isIntact(id, this.#instances.viewBytes(id));
  }

  /** Whether bytes match the checksum of an instance. */
  isIntact(id: number, bytes: Uint8Array): boolean {
    this.#checksum.compute(bytes);
    this.#instances.loadSignature(id);
    return (
      this.#instances.low === this.#checksum.low && this.#instances.high === this.#checksum.high
    );
  }

  /** Whether two instances hold the same content: the same bytes, or the same signature. */
  holdsSame(one: number, other: number): boolean {
    const instances = this.#instances;
    if (instances.hasBytes(one) !== instances.hasBytes(other)) return false;
    if (instances.lengthBytes(one) !== instances.lengthBytes(other)) return false;
    instances.loadSignature(one);
    const { low, high } = instances;
    instances.loadSignature(other);
    if (instances.low !== low || instances.high !== high) return false;
    if (!instances.hasBytes(one)) return true;
    const bytes = instances.viewBytes(one);
    const others = instances.viewBytes(other);
    return bytes.every((byte, at) => byte === others[at]);
  }

  /**
   * A second instance with the same content.
   *
   * @param birth - Called once there is something to be born; draws a commit sequence.
   * @returns The id, {@link NO_SPACE} or {@link DAMAGED}.
   */
  duplicate(id: number, birth: () => number, _group: number): number {
    const instances = this.#instances;
    const lengthBytes = instances.lengthBytes(id);
    const hasBytes = instances.hasBytes(id);
    const bytes = hasBytes ? this.viewBytes(id) : undefined;
    if (hasBytes && bytes === undefined) return DAMAGED;
    if (!this.take(lengthBytes, false)) return NO_SPACE;
    if (bytes !== undefined) this.#medium.write(this.#group.cylinder, this.#group.place, bytes);
    instances.loadSignature(id);
    const { low, high } = instances;
    const copy = instances.create(lengthBytes, hasBytes, low, high, birth());
    invariant(copy !== id, 'duplicate-is-another-instance');
    return copy;
  }
}
