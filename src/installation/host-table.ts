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
import { InputError } from '../base/errors.ts';
import { invariant } from '../base/invariant.ts';
import type { Journal } from '../base/ports.ts';
import { RecordTable } from '../base/record-table.ts';
import type { DeviceNumber } from '../base/units.ts';
import type { ControlUnit } from '../channel/control-unit.ts';
import { type PathGroupId, pathGroupIdOfHost } from '../ecam/path-group-id.ts';
import { DataProcessor } from '../host/data-processor.ts';
import type { HostComplex } from '../host/host-complex.ts';
import type { MountedVolume } from '../host/unit-control-block.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';

/** A host as its record. */
export interface HostRecord {
  readonly name: string;
  readonly pathGroup: PathGroupId;
  /** Requests that the host has named. */
  readonly requestCount: number;
  /** Volumes that the host has in use, by device number, ascending. */
  readonly online: readonly (MountedVolume & { readonly device: DeviceNumber })[];
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

  /**
   * The host of that name; it comes up when it is asked for the first time.
   *
   * @throws InputError USAGE when the name is none.
   */
  processor(name: string): DataProcessor {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    checkHostName(name);
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
    this.#takeOnline(processor, record?.online ?? []);
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
      .flatMap(({ device, volume }) => (volume === undefined ? [] : [{ device, ...volume }]));
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
      online.every((volume, at) => isSameVolume(volume, before.online[at]));
    if (!isSame) this.#records.replace(name, { ...before, requestCount, online });
  }

  /**
   * Takes every volume into use that is fit for it, those first that the host had before. A device whose
   * volume is not fit, or whose serial is in use already, stays offline.
   */
  #takeOnline(processor: DataProcessor, before: HostRecord['online']): void {
    const { name: subsystem } = this.#subsystem.configuration;
    for (const { device, ...volume } of before) {
      if (processor.findDevice(device) !== undefined) {
        processor.takeBack({ subsystem, device }, volume);
      }
    }
    for (const { device, volume } of processor.devices()) {
      if (volume === undefined) processor.recognise({ subsystem, device });
    }
  }
}

function checkHostName(name: string): void {
  if (/^[!-~]{1,32}$/.test(name)) return;
  throw new InputError('USAGE', {
    what: `host ${JSON.stringify(name)}`,
    limit: 'the name of a host has 1 to 32 printable characters and no blank',
    fix: 'choose another name',
  });
}

function isSameVolume(
  one: HostRecord['online'][number],
  other: HostRecord['online'][number] | undefined,
): boolean {
  return (
    one.device === other?.device &&
    one.volser === other.volser &&
    one.vtoc.track === other.vtoc.track &&
    one.vtoc.record === other.vtoc.record
  );
}
