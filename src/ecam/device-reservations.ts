/**
 * Which devices are reserved, and to whom.
 *
 * A reservation is made and released by channel commands (the channel layer) and keeps everybody
 * else from the device. It is state of the subsystem, not of a host: the responder looks at it too,
 * because a copy onto a reserved device would get round it.
 *
 * A holder is a path group, or a single path that was never grouped.
 *
 * @module
 */
import type { DeviceIndex } from '../base/units.ts';
import type { Device } from '../mapping/device-table.ts';

interface Reservation {
  readonly holder: string;
  /** A device that is removed and defined anew is another device. */
  readonly generation: number;
}

/** Reservations by device. */
export class DeviceReservations {
  readonly #reservations = new Map<DeviceIndex, Reservation>();

  /** The holder when it is somebody other than `asker`; otherwise `undefined`. */
  otherHolder(device: Device, asker: string): string | undefined {
    const reservation = this.#reservations.get(device.index);
    if (reservation === undefined || reservation.generation !== device.generation) return undefined;
    return reservation.holder === asker ? undefined : reservation.holder;
  }

  /** Reserves to `holder`. The caller has checked that nobody else holds it, or means to take it. */
  reserve(device: Device, holder: string): void {
    this.#reservations.set(device.index, { holder, generation: device.generation });
  }

  /** Releases, when `holder` holds it; otherwise nothing happens. */
  release(device: Device, holder: string): void {
    if (this.#reservations.get(device.index)?.holder === holder) {
      this.#reservations.delete(device.index);
    }
  }

  /** Releases everything that `holder` holds. */
  releaseAll(holder: string): void {
    for (const [device, reservation] of this.#reservations) {
      if (reservation.holder === holder) this.#reservations.delete(device);
    }
  }
}
