/**
 * Who wants to hear of changed tracks, beside relations and conflict windows: retention rules, which
 * keep what a device held before, and releases that may still be undone.
 *
 * A device that nobody listens to costs its writes nothing: its watch word says so.
 *
 * @module
 */
import type { CommitSequence, DeviceIndex } from '../base/units.ts';
import { type DeviceTable, WATCH_CHANGE } from './device-table.ts';

/** Hears of changes to one device, each time before they are made. */
export interface ChangeListener {
  /** Those of a device are told in ascending order: each has one of its own, and keeps it. */
  readonly rank: number;
  /** A host is about to write one track. */
  noteWrite(track: number): void;
  /**
   * Tracks from `first` up to `end` are about to be changed together: copied over, cleared, cut off.
   *
   * @param sequence - The change; it may tell of several stretches, one after the other.
   */
  noteChange(first: number, end: number, sequence: CommitSequence): void;
  /** The device is removed; nobody listens to it any more. */
  noteRemoval(): void;
}

/** Listeners by device. Not kept: whoever listened listens again. */
export class ChangeWatch {
  readonly #devices: DeviceTable;
  readonly #listeners = new Map<DeviceIndex, readonly ChangeListener[]>();

  constructor(devices: DeviceTable) {
    this.#devices = devices;
  }

  /** Lets somebody hear of a device's changes from now on. */
  listen(device: DeviceIndex, listener: ChangeListener): void {
    const listeners = [...(this.#listeners.get(device) ?? []), listener];
    this.#keep(
      device,
      listeners.toSorted((one, other) => one.rank - other.rank),
    );
  }

  /** Ends listening. Nothing happens when the listener is not there. */
  ignore(device: DeviceIndex, listener: ChangeListener): void {
    const listeners = this.#listeners.get(device) ?? [];
    this.#keep(
      device,
      listeners.filter((other) => other !== listener),
    );
  }

  /** One track is about to be written. Called only where the device's watch word says so. */
  noteWrite(device: DeviceIndex, track: number): void {
    for (const listener of this.#listeners.get(device) ?? []) listener.noteWrite(track);
  }

  /** A stretch is about to be changed. */
  noteChange(device: DeviceIndex, first: number, end: number, sequence: CommitSequence): void {
    for (const listener of this.#listeners.get(device) ?? []) {
      listener.noteChange(first, end, sequence);
    }
  }

  /** A device is removed. */
  noteRemoval(device: DeviceIndex): void {
    const listeners = this.#listeners.get(device) ?? [];
    this.#keep(device, []);
    for (const listener of listeners) listener.noteRemoval();
  }

  #keep(device: DeviceIndex, listeners: readonly ChangeListener[]): void {
    const { watches } = this.#devices;
    const watch = watches[device] as number;
    if (listeners.length === 0) {
      this.#listeners.delete(device);
      watches[device] = watch & ~WATCH_CHANGE;
    } else {
      this.#listeners.set(device, listeners);
      watches[device] = watch | WATCH_CHANGE;
    }
  }
}
