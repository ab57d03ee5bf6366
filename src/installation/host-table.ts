/**
 * The hosts of an installation by name: what outlives the process of each, and the data processor that
 * it is while the process runs.
 *
 * Kept are the path group id, so that tokens stay good; how many requests the host has named, so that no
 * name comes twice; and which volumes it has in use, because of two volumes of one serial only one can
 * be, and that is to be the same one next time. What a host has reserved or enqueued ends with the process.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { Journal } from '../base/ports.ts';
import { RecordTable } from '../base/record-table.ts';
import { type DeviceNumber, deviceNumber } from '../base/units.ts';
import type { ControlUnit } from '../channel/control-unit.ts';
import { type PathGroupId, pathGroupIdOfHost } from '../ecam/path-group-id.ts';
import { DataProcessor } from '../host/data-processor.ts';
import type { HostComplex } from '../host/host-complex.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';

/** A host as its record. */
export interface HostRecord {
  readonly name: string;
  readonly pathGroup: PathGroupId;
  /** Requests that the host has named. */
  readonly requestCount: number;
  /** Devices that the host has in use, ascending. */
  readonly online: readonly DeviceNumber[];
}

/** Channel paths of each host: two, so that one may fail (our choice). */
const PATH_COUNT = 2;

/** Hosts by name. */
export class HostTable {
  readonly #subsystem: Subsystem;
  readonly #controlUnit: ControlUnit;
  readonly #complex: HostComplex;
  readonly #records: RecordTable<string, HostRecord>;
  readonly #open = new Map<string, DataProcessor>();

  constructor(
    subsystem: Subsystem,
    controlUnit: ControlUnit,
    complex: HostComplex,
    journal: Journal,
  ) {
    this.#subsystem = subsystem;
    this.#controlUnit = controlUnit;
    this.#complex = complex;
    this.#records = new RecordTable('host', subsystem.commits, journal);
  }

  /** Hosts that have left a record, in the order in which they came. */
  records(): readonly HostRecord[] {
    return [...this.#records.values()];
  }

  /** Hosts that are up. */
  processors(): Iterable<DataProcessor> {
    return this.#open.values();
  }

  /** The host of that name; it comes up when it is asked for the first time. */
  processor(name: string): DataProcessor {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const record = this.#records.get(name);
    const processor = new DataProcessor(name, this.#complex, record?.requestCount ?? 0);
    const attached = processor.attach(this.#controlUnit, {
      subsystem: this.#subsystem.configuration.name,
      paths: PATH_COUNT,
      devices: this.#subsystem.devices().map(({ number }) => number),
      pathGroup: record?.pathGroup ?? pathGroupIdOfHost(name),
    });
    invariant(attached.kind === 'done', 'installation-host-attached', name);
    this.#open.set(name, processor);
    takeOnline(processor, record?.online ?? []);
    return processor;
  }

  /** Brings the records up to date with the hosts that are up. Before every commit. */
  note(): void {
    for (const processor of this.#open.values()) this.#noteOne(processor);
  }

  #noteOne(processor: DataProcessor): void {
    const { name, requestCount } = processor;
    const online = processor
      .devices()
      .filter(({ volume }) => volume !== undefined)
      .map(({ device }) => deviceNumber(device));
    const group = processor.pathGroup(this.#subsystem.configuration.name);
    invariant(group !== undefined, 'installation-host-attached', name);
    const before = this.#records.get(name);
    if (before === undefined) {
      this.#records.insert(name, { name, pathGroup: group.id, requestCount, online });
      return;
    }
    const isSame =
      before.requestCount === requestCount &&
      before.online.length === online.length &&
      online.every((device, at) => before.online[at] === device);
    if (!isSame) this.#records.replace(name, { ...before, requestCount, online });
  }
}

/**
 * Takes every volume into use that is fit for it, those first that the host had before. A device whose
 * volume is not fit, or whose serial is in use already, stays offline.
 */
function takeOnline(processor: DataProcessor, before: readonly DeviceNumber[]): void {
  const others = processor.devices().map(({ device }) => device);
  for (const device of new Set([...before, ...others])) {
    if (processor.findDevice(device) !== undefined) processor.varyOnline(device);
  }
}
