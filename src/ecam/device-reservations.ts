/**
 * Which devices are reserved, and to whom.
 *
 * A reservation is made and released by channel commands (the channel layer) and keeps everybody
 * else from the device. It is state of the subsystem, not of a host: the responder looks at it too,
 * because a copy onto a reserved device, or dropping one from it, would get round it.
 *
 * Only path groups reserve; whoever else asks finds the device taken. Reservations are not kept: they end
 * with the power of the control unit, as path groups do, and hosts make theirs again.
 *
 * @module
 */
import { type Refusal, refuse } from '../base/refusal.ts';
import { type DeviceIndex, formatDeviceNumber } from '../base/units.ts';
import type { Device } from '../mapping/device-table.ts';
import type { PathGroupId } from './path-group-id.ts';

interface Reservation {
  readonly holder: PathGroupId;
  /** A device that is removed and defined anew is another device. */
  readonly generation: number;
}

/** Reservations by device. */
export class DeviceReservations {
  readonly #reservations = new Map<DeviceIndex, Reservation>();

  /** The holder when it is somebody other than `asker`; otherwise `undefined`. */
  otherHolder(device: Device, asker: string): PathGroupId | undefined {
    const reservation = this.#reservations.get(device.index);
    if (reservation === undefined || reservation.generation !== device.generation) return undefined;
    return reservation.holder === asker ? undefined : reservation.holder;
  }

  /** Why `asker` may not use the device now, if it is reserved to somebody else. */
  refusal(device: Device, asker: PathGroupId): Refusal | undefined {
    const holder = this.otherHolder(device, asker);
    if (holder === undefined) return undefined;
    return refuse('DEVICE_RESERVED', {
      what: `device ${formatDeviceNumber(device.number)}`,
      limit: `reserved to ${holder}`,
      fix: 'send the message again when it was released',
    });
  }

  /** Reserves to `holder`. The caller has checked that nobody else holds it, or means to take it. */
  reserve(device: Device, holder: PathGroupId): void {
    this.#reservations.set(device.index, { holder, generation: device.generation });
  }

  /** Releases, when `holder` holds it; otherwise nothing happens. */
  release(device: Device, holder: PathGroupId): void {
    if (this.#reservations.get(device.index)?.holder === holder) {
      this.#reservations.delete(device.index);
    }
  }

  /** Releases everything that `holder` holds. */
  releaseAll(holder: PathGroupId): void {
    for (const [device, reservation] of this.#reservations) {
      if (reservation.holder === holder) this.#reservations.delete(device);
    }
  }
}
