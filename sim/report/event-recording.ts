/**
 * What happened in a unit, as a recording: one MessagePack record after another, a header first.
 *
 * All options of the library stand here. `pack` and `unpack` are imported by name so that every
 * machine runs the JavaScript build; records are plain maps, so that any MessagePack reader can read
 * them.
 *
 * @module
 */
import { Packr } from 'msgpackr/pack';
import { Unpackr } from 'msgpackr/unpack';
import { InputError } from '../../src/index.ts';
import type { Plain } from '../record/plain.ts';
import type { EventMark, UnitMeasures } from '../record/unit-measures.ts';
import { joinBytes } from './byte-sink.ts';

/** First record of a recording. */
export const EVENT_RECORDING = 'vdasd.events/1';

/** Options of the library, pinned. */
const PACKING = {
  useRecords: false,
  mapsAsObjects: true,
  moreTypes: false,
  structuredClone: false,
  variableMapSize: true,
  copyBuffers: true,
} as const;

/** Something in a recording. */
interface Recorded {
  readonly at: number;
  readonly kind: string;
  readonly data: Plain;
}

/** The recording of a unit: phases and events in order of time. */
export function eventRecording(unit: string, measures: UnitMeasures): Uint8Array {
  const packer = new Packr(PACKING);
  const phases = measures.phases.map(
    ({ phase, startNanos }): Recorded => ({ at: startNanos, kind: 'phase', data: { phase } }),
  );
  const events = measures.events.map(
    ({ atNanos, kind, data }): Recorded => ({ at: atNanos, kind, data }),
  );
  const records = [...phases, ...events].toSorted((one, other) => one.at - other.at);
  const header = {
    schema: EVENT_RECORDING,
    unit,
    records: records.length,
    dropped: measures.eventsDropped,
  };
  return joinBytes([header, ...records].map((record) => packer.pack(record).slice()));
}

/** The events of a recording, phases among them. @throws InputError when it is none. */
export function readEventRecording(bytes: Uint8Array): readonly EventMark[] {
  const [header, ...records] = new Unpackr(PACKING).unpackMultiple(bytes) as unknown[];
  if ((header as { schema?: unknown } | undefined)?.schema !== EVENT_RECORDING) {
    throw new InputError('FILE_IO', {
      what: 'a recording of events without its header',
      limit: `the first record names ${EVENT_RECORDING}`,
      fix: 'run the unit again',
    });
  }
  return (records as Recorded[]).map(({ at, kind, data }) => ({ atNanos: at, kind, data }));
}
