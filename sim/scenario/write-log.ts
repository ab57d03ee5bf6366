/**
 * Which tracks hosts have written, and when, kept outside the subsystems: what a verification needs
 * to tell "changed since" from "wrong".
 *
 * "When" is a moment: a number that grows with everything that happens in the run.
 *
 * @module
 */
import type { Device } from '../../src/index.ts';
import type { LaboratorySubsystem, PlacedDevice } from './laboratory-subsystem.ts';

/** Last write of each track, and last copy onto each device. */
export class WriteLog {
  readonly #writes = new Map<LaboratorySubsystem, Map<Device['index'], Map<number, number>>>();
  readonly #copies = new Map<LaboratorySubsystem, Map<Device['index'], number>>();
  #moment = 0;

  /** The present moment. */
  get moment(): number {
    return this.#moment;
  }

  /** Time goes on. */
  tick(): void {
    this.#moment += 1;
  }

  /** A host wrote a track. */
  noteWrite({ owner, device }: PlacedDevice, track: number): void {
    this.#tracksOf({ owner, device }).set(track, this.#moment);
  }

  /** A copy was made onto a device: what was written before is gone. */
  noteCopy({ owner, device }: PlacedDevice): void {
    const moments = this.#copies.get(owner) ?? new Map<Device['index'], number>();
    moments.set(device.index, this.#moment);
    this.#copies.set(owner, moments);
  }

  /** Moment of the last copy onto a device; 0 when there was none. */
  lastCopy({ owner, device }: PlacedDevice): number {
    return this.#copies.get(owner)?.get(device.index) ?? 0;
  }

  /** Whether a host wrote a track after a moment. */
  isWrittenAfter(placed: PlacedDevice, track: number, moment: number): boolean {
    return (this.#tracksOf(placed).get(track) ?? -1) > moment;
  }

  #tracksOf({ owner, device }: PlacedDevice): Map<number, number> {
    const devices = this.#writes.get(owner) ?? new Map<Device['index'], Map<number, number>>();
    this.#writes.set(owner, devices);
    const tracks = devices.get(device.index) ?? new Map<number, number>();
    devices.set(device.index, tracks);
    return tracks;
  }
}
