/**
 * vscsi traces (VMware vscsiStats, CloudPhysics): binary, little-endian, one volume a file.
 *
 * | version | bytes | sn | length, bytes | nSG | command | version | block of 512 | microseconds | response, us |
 * | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
 * | 1 | 32 | u32 at 0 | u32 at 4 | u32 at 8 | u16 at 12 | u16 at 14 | u64 at 16 | u64 at 24 | |
 * | 2 | 40 | u32 at 4 | u32 at 8 | u32 at 12 | u16 at 0 | u16 at 2 | u64 at 16 | u64 at 24 | u64 at 32 |
 *
 * The high byte of the version field is 1 or 2. Commands are SCSI operation codes; those that move no
 * data to or from blocks are passed over.
 *
 * @module
 */
import { type RecordParser, type RecordVerdict, set64, wholeOf64 } from '../record-reader.ts';
import type { RecordRows } from '../record-writer.ts';
import { FLUSH, NO_RESPONSE, READ, type RequestBatch, TRIM, WRITE } from '../request-batch.ts';
import type { WriterContext } from '../text-writer.ts';
import type { RequestIntake } from '../trace-reader.ts';

const BLOCK_BYTES = 512;
const MICROS_PER_SECOND = 1e6;
const NANOS_PER_MICRO = 1_000;
const UNMAP = 0x42;
const READ_10 = 0x28;
const WRITE_10 = 0x2a;
const SYNCHRONIZE_10 = 0x35;
const READ_16 = 0x88;
const WRITE_16 = 0x8a;
const SYNCHRONIZE_16 = 0x91;
/** Blocks that a command of ten bytes can address. */
const BLOCKS_10 = 2 ** 32;

const OPERATIONS: Readonly<Record<number, number>> = Object.freeze({
  8: READ,
  [READ_10]: READ,
  168: READ,
  [READ_16]: READ,
  10: WRITE,
  [WRITE_10]: WRITE,
  170: WRITE,
  [WRITE_16]: WRITE,
  [UNMAP]: TRIM,
  [SYNCHRONIZE_10]: FLUSH,
  [SYNCHRONIZE_16]: FLUSH,
});

/** Bytes of a record by version. */
const RECORD_BYTES = Object.freeze({ 1: 32, 2: 40 } as const);

/** Version of a vscsi trace. */
export type VscsiVersion = 1 | 2;

/** Where the fields that the versions have in different places stand. */
const PLACES = Object.freeze({
  1: { length: 4, command: 12, version: 14 },
  2: { length: 8, command: 0, version: 2 },
} as const);

/** Version of the trace that begins so; undefined for none. */
export function vscsiVersion(head: Uint8Array): VscsiVersion | undefined {
  for (const version of [2, 1] as const) {
    const size = RECORD_BYTES[version];
    // Two records, or the one that there is.
    const count = Math.min(2, Math.floor(head.length / size));
    if (count === 0) continue;
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const isIt = (record: number): boolean =>
      view.getUint16(record * size + PLACES[version].version, true) >>> 8 === version &&
      view.getUint16(record * size + PLACES[version].command, true) < 0x100;
    if (Array.from({ length: count }, (_, record) => isIt(record)).every(Boolean)) return version;
  }
  return undefined;
}

/** Parses records of vscsi. */
export class VscsiParser implements RecordParser {
  readonly recordBytes: number;
  readonly #intake: RequestIntake;
  readonly #version: VscsiVersion;
  readonly #operations = new Int8Array(256).fill(-1);
  readonly #volume: number;

  constructor(intake: RequestIntake, version: VscsiVersion) {
    this.#intake = intake;
    this.#version = version;
    this.recordBytes = RECORD_BYTES[version];
    this.#volume = intake.volumes.ofNumber(0);
    for (const [code, operation] of Object.entries(OPERATIONS)) {
      this.#operations[Number(code)] = operation;
    }
  }

  record(view: DataView, at: number): RecordVerdict {
    const places = PLACES[this.#version];
    if (view.getUint16(at + places.version, true) >>> 8 !== this.#version) return 'record';
    const command = view.getUint16(at + places.command, true);
    if (command > 0xff) return 'operation';
    const micros = wholeOf64(view, at + 24);
    if (Number.isNaN(micros)) return 'time';
    const operation = this.#operations[command] as number;
    if (operation < 0) return 'skip';
    const length = view.getUint32(at + places.length, true);
    const block = wholeOf64(view, at + 16);
    if (Number.isNaN(block)) return 'offset';
    let response = NO_RESPONSE;
    if (this.#version === 2) {
      response = wholeOf64(view, at + 32) * NANOS_PER_MICRO;
      if (!(response <= Number.MAX_SAFE_INTEGER)) return 'response';
    }
    const seconds = Math.floor(micros / MICROS_PER_SECOND);
    const nanos = (micros - seconds * MICROS_PER_SECOND) * NANOS_PER_MICRO;
    const intake = this.#intake;
    const arrival = intake.clock.arrival(seconds, nanos);
    return intake.take(arrival, this.#volume, operation, block * BLOCK_BYTES, length, response);
  }
}

/** Writes records of vscsi. The first volume only: a file holds one. */
export class VscsiRows implements RecordRows {
  readonly recordBytes: number;
  readonly #version: VscsiVersion;
  #sequence = 0;

  constructor(version: VscsiVersion) {
    this.#version = version;
    this.recordBytes = RECORD_BYTES[version];
  }

  row(
    view: DataView,
    place: number,
    batch: RequestBatch,
    at: number,
    context: WriterContext,
  ): boolean {
    const offset = batch.offset[at] as number;
    const length = batch.length[at] as number;
    const block = Math.floor(offset / BLOCK_BYTES);
    if (batch.volume[at] !== 0 || length >= 2 ** 32) return false;
    const version = this.#version;
    const places = PLACES[version];
    const micros = this.#micros(batch.arrival[at] as number, context);
    view.setUint32(place + (version === 1 ? 0 : 4), this.#sequence, true);
    view.setUint32(place + places.length, length, true);
    // Elements of the scatter list are not known; one is the least.
    view.setUint32(place + (version === 1 ? 8 : 12), 1, true);
    view.setUint16(place + places.command, commandOf(batch.operation[at] as number, block), true);
    view.setUint16(place + places.version, version << 8, true);
    set64(view, place + 16, block);
    set64(view, place + 24, micros);
    if (version === 2) {
      const response = Math.max(0, batch.response[at] as number);
      set64(view, place + 32, Math.round(response / NANOS_PER_MICRO));
    }
    this.#sequence += 1;
    return true;
  }

  #micros(arrival: number, context: WriterContext): number {
    context.moment(arrival);
    return context.seconds * MICROS_PER_SECOND + Math.floor(context.nanos / NANOS_PER_MICRO);
  }
}

function commandOf(operation: number, block: number): number {
  const isLong = block >= BLOCKS_10;
  if (operation === READ) return isLong ? READ_16 : READ_10;
  if (operation === WRITE) return isLong ? WRITE_16 : WRITE_10;
  if (operation === TRIM) return UNMAP;
  return isLong ? SYNCHRONIZE_16 : SYNCHRONIZE_10;
}
