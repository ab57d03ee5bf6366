/**
 * The loads of a run: each a source of requests over the free tracks of its volumes.
 *
 * Labels, VTOCs and whatever the system keeps about a volume are no load's to touch; a device without a
 * readable volume is all free.
 *
 * @module
 */
import { deviceVolume, invariant } from '../../src/index.ts';
import type { ArrivalLaw } from '../load/arrivals.ts';
import { WORKING_DAY } from '../load/arrivals.ts';
import { createLoadSource, type LoadInput } from '../load/load-source.ts';
import type { PlaceLaw } from '../load/places.ts';
import type { MixLaw } from '../load/request-mix.ts';
import type { TrackExtent } from '../load/track-space.ts';
import type { PlacedDevice } from './laboratory-subsystem.ts';
import type { LoadForm } from './load-schema.ts';
import type { FileRecord } from './run-record.ts';
import type { Scenario } from './scenario.ts';
import type { TimedWorld } from './timed-world.ts';
import { TraceLoad } from './trace-load.ts';
import { findArea } from './write-area.ts';

const NANOS_PER_SECOND = 1_000_000_000;
const SECONDS_PER_DAY = 86_400;

/** What all kinds of source have. */
interface RunningLoad {
  start(): void;
  stop(): void;
}

/** The loads of a run. */
export class TimedLoads {
  readonly #sources: readonly RunningLoad[];
  readonly #traces: readonly TraceLoad[];

  /** @param outside - Told of reading that has to be awaited before time goes on. */
  constructor(
    world: TimedWorld,
    numbers: { readonly seed: number; readonly replication: number },
    outside: (work: Promise<unknown>) => void,
  ) {
    const { laboratory, engine } = world;
    const [timed] = world.timed;
    invariant(timed !== undefined, 'loads-have-subsystem');
    const traces: TraceLoad[] = [];
    this.#sources = laboratory.scenario.loads.map((form, loadClass) => {
      const placed = form.volumes.map((name) => {
        const found = laboratory.find(name);
        invariant(found !== undefined, 'load-volume-known');
        return found;
      });
      const ear = (slot: number): void => world.noteRequest(timed, slot);
      if (form.arrival === 'trace') {
        const spaces = placed.map((one) => extentsOf(one));
        const load = new TraceLoad(world, { form, loadClass, spaces, ear, outside });
        traces.push(load);
        return load;
      }
      const [first] = placed;
      const trackBytes = first?.device.model.type.recordBytesMax ?? 0;
      const input: LoadInput = {
        name: `load ${form.name}`,
        loadClass,
        extents: placed.flatMap((one) => extentsOf(one)),
        arrival: arrivalOf(form, world.timing.start),
        mix: mixOf(form, trackBytes),
        ...numbers,
      };
      return createLoadSource(engine, timed, input, ear);
    });
    this.#traces = traces;
  }

  /** Traces that were read, each to where the run ended. */
  get inputs(): readonly FileRecord[] {
    return this.#traces.flatMap(({ input }) => input ?? []);
  }

  /** Lets requests come. */
  start(): void {
    for (const source of this.#sources) source.start();
  }

  /** No new requests. */
  stop(): void {
    for (const source of this.#sources) source.stop();
  }
}

/** Runs of free tracks of a device. */
function extentsOf({ owner, device }: PlacedDevice): readonly TrackExtent[] {
  const area = owner.meter.unseen(() =>
    findArea(deviceVolume(owner.subsystem, device), { area: 'any' }),
  );
  if (area.kind === 'refused') {
    return [{ device: device.index, firstTrack: 0, trackCount: device.trackCount }];
  }
  return area.value.runs().map(({ first, count }) => ({
    device: device.index,
    firstTrack: first,
    trackCount: count,
  }));
}

function arrivalOf(form: LoadForm, start: number): LoadInput['arrival'] {
  const { rate: perSecond = 0, users = 1, think = 0, peak, burst, between } = form;
  const startOfDayNanos = (start % SECONDS_PER_DAY) * NANOS_PER_SECOND;
  switch (form.arrival) {
    case 'closed':
      return { kind: 'closed', users, thinkNanos: think };
    case 'bursts':
      return { kind: 'bursts', perSecond, peak, burstNanos: burst };
    case 'daily':
      return { kind: 'daily', perSecond, startOfDayNanos, hours: form.hours ?? WORKING_DAY };
    case 'window':
      return {
        kind: 'window',
        perSecond,
        startOfDayNanos,
        fromNanos: (between?.from ?? 0) * NANOS_PER_SECOND,
        toNanos: (between?.to ?? 0) * NANOS_PER_SECOND,
      };
    default: {
      const kind: ArrivalLaw['kind'] = form.arrival === 'even' ? 'even' : 'poisson';
      return { kind, perSecond };
    }
  }
}

/** What a load asks for. @param trackBytes - Of a request for a whole track. */
function mixOf(form: LoadForm, trackBytes: number): MixLaw {
  const { reads, theta, logWrites } = form;
  const sizes = form.size.map(({ bytes, weight }) => ({
    bytes: bytes === 0 ? trackBytes : Math.min(bytes, trackBytes),
    weight,
  }));
  if (form.place === 'oltp') {
    return { kind: 'oltp', reads, bytes: sizes[0]?.bytes ?? trackBytes, theta, logWrites };
  }
  return { kind: 'plain', places: placesOf(form), reads, sizes };
}

function placesOf({ place, streams, theta, hotTracks, hotRequests }: LoadForm): PlaceLaw {
  switch (place) {
    case 'sequential':
      return { kind: 'sequential', streams };
    case 'zipf':
      return { kind: 'zipf', theta };
    case 'hotCold':
      return { kind: 'hotCold', hotTracks, hotRequests };
    default:
      return { kind: 'uniform' };
  }
}

/** Class of the requests that entries make by themselves. */
const ENTRIES_CLASS = 'entries';

/** Names of the classes of requests: the loads in their order, and the entries where they write. */
export function requestClasses({ loads, timeline }: Scenario): readonly string[] {
  const entries = timeline.flatMap((entry) =>
    entry.kind === 'together' ? entry.entries : [entry],
  );
  const names = loads.map(({ name }) => name);
  const isAlone = names.length > 0 && !entries.some(({ kind }) => kind === 'write');
  return isAlone ? names : [...names, ENTRIES_CLASS];
}
