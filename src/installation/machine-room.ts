/**
 * The machine room of an installation: the subsystem, the processors in front of it, their records, and
 * how what they did becomes durable. Everything that works on an installation works on this.
 *
 * @module
 */
import { formatRefusal } from '../base/refusal.ts';
import type { CommitSequence } from '../base/units.ts';
import { ControlUnit } from '../channel/control-unit.ts';
import { Responder } from '../ecam/responder.ts';
import type { DataProcessor } from '../host/data-processor.ts';
import { HostComplex } from '../host/host-complex.ts';
import { HostRecords } from '../host/host-records.ts';
import type { Device } from '../mapping/device-table.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import { labelOf } from './device-label.ts';
import { type HostRecord, HostTable } from './host-table.ts';
import type { InstallationStore } from './installation-store.ts';

/** The host that commands speak for unless they name one. */
export const HOST_NAME_DEFAULT = 'VDASD';

/** A subsystem with its processors. */
export class MachineRoom {
  readonly subsystem: Subsystem;
  readonly records: HostRecords;
  readonly complex: HostComplex;
  readonly #store: InstallationStore;
  readonly #mode: 'read' | 'write';
  readonly #hosts: HostTable;

  /**
   * Brings everything up on a store.
   *
   * @param mode - `read`: nothing becomes durable, so whatever is done is tried in memory alone, and jobs
   * that a process which died has left open stay as they are.
   */
  constructor(store: InstallationStore, mode: 'read' | 'write') {
    const { subsystem, journal } = store;
    this.subsystem = subsystem;
    this.#store = store;
    this.#mode = mode;
    const controlUnit = new ControlUnit(subsystem, new Responder(subsystem), subsystem.ports.meter);
    this.records = new HostRecords(journal, subsystem.commits);
    this.complex = new HostComplex({ clock: subsystem.ports.clock, records: this.records });
    this.#hosts = new HostTable(subsystem, controlUnit, this.complex, journal);
    if (mode === 'write') this.records.markInterrupted();
  }

  /**
   * The processor of that name. It comes up when it is asked for, and has every volume in use that is
   * fit.
   *
   * @throws InputError USAGE when the name is none.
   */
  processor(name: string): DataProcessor {
    return this.#hosts.processor(name);
  }

  /** Hosts that were up when something became durable, in the order in which they came. */
  hosts(): readonly HostRecord[] {
    return this.#hosts.records();
  }

  /** Makes everything that was done durable, unless the installation is there to be read. */
  commit(): CommitSequence {
    this.#hosts.note();
    return this.#mode === 'write' ? this.#store.commit() : this.subsystem.commits.last();
  }

  /** Does work that moves much data; see {@link InstallationStore.bulk}. */
  bulk<Value>(work: () => Value): Value {
    return this.#store.bulk(work);
  }

  /**
   * Makes a new volume known to the default host and every other that is up, and has it taken into use
   * if it is fit.
   *
   * @returns Why the default host does not, if so.
   */
  takeIntoUse(device: Device): string | undefined {
    const place = { subsystem: this.subsystem.configuration.name, device: device.number };
    const first = this.processor(HOST_NAME_DEFAULT);
    for (const processor of this.#hosts.processors()) {
      const recognised = processor.recognise(place);
      if (processor !== first || recognised.kind === 'done') continue;
      return recognised.kind === 'refused' ? formatRefusal(recognised) : 'it is reserved';
    }
    return undefined;
  }

  /** Every host that is up looks anew at devices whose volume is another than the one it has in use. */
  lookAgain(): void {
    const { name } = this.subsystem.configuration;
    for (const device of this.subsystem.devices()) {
      const volser = labelOf(this.subsystem, device)?.volser;
      for (const processor of this.#hosts.processors()) {
        if (processor.findDevice(device.number)?.volume?.volser === volser) continue;
        processor.recognise({ subsystem: name, device: device.number });
      }
    }
  }

  /** Hosts forget a device that is gone. */
  forgetDevice(device: Device): void {
    const { name } = this.subsystem.configuration;
    for (const processor of this.#hosts.processors()) {
      processor.forgetDevice({ subsystem: name, device: device.number });
    }
  }
}
