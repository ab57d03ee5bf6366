/**
 * The hosts that work together: what they share, and what one tells the others.
 *
 * @module
 */
import { ManualClock } from '../base/default-ports.ts';
import type { Clock } from '../base/ports.ts';
import { type DeviceName, HostRecords } from './host-records.ts';
import { SerializationManager } from './serialization.ts';

/** A host as the others see it. */
export interface ComplexMember {
  readonly name: string;
  /** Whether the member has the device online. */
  hasOnline(place: DeviceName): boolean;
  /** Takes the device out of use; nothing when it is offline or unknown. */
  markOffline(place: DeviceName): void;
  /** Looks at the device anew and takes it into use if its volume is fit. */
  recogniseAgain(place: DeviceName): boolean;
}

/** What a complex is made of; each part has a default of its own. */
export interface ComplexInput {
  readonly clock?: Clock;
  readonly serialization?: SerializationManager;
  readonly records?: HostRecords;
}

/** Several hosts with one clock, one serialization and one set of records. */
export class HostComplex {
  readonly clock: Clock;
  readonly serialization: SerializationManager;
  readonly records: HostRecords;
  readonly #members: ComplexMember[] = [];

  constructor(input: ComplexInput = {}) {
    this.clock = input.clock ?? new ManualClock();
    this.serialization = input.serialization ?? new SerializationManager();
    this.records = input.records ?? new HostRecords();
  }

  /** Takes a host in. */
  join(member: ComplexMember): void {
    this.#members.push(member);
  }

  /** Members that have a device online. */
  hostsWithOnline(place: DeviceName): readonly ComplexMember[] {
    return this.#members.filter((member) => member.hasOnline(place));
  }

  /** Takes a device out of use everywhere. Answers where it was online. */
  varyOffline(place: DeviceName): readonly ComplexMember[] {
    const online = this.hostsWithOnline(place);
    for (const member of online) member.markOffline(place);
    return online;
  }

  /**
   * Tells the members that the volume on a device has changed: each of those that had it in use
   * looks at it anew. A member that cannot, because another host has the device reserved, leaves it
   * offline.
   */
  signalStateChange(place: DeviceName, hadOnline: readonly ComplexMember[]): void {
    for (const member of hadOnline) {
      if (!member.hasOnline(place)) member.recogniseAgain(place);
    }
  }
}
