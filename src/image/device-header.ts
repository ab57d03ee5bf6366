/**
 * The first 512 bytes of every image file: what it is and the shape of the volume.
 *
 * | offset | bytes | field |
 * | --- | --- | --- |
 * | 0 | 8 | ASCII identifier |
 * | 8 | 4 | heads |
 * | 12 | 4 | slot: bytes that one track takes |
 * | 16 | 1 | low byte of the device type |
 * | 17 | 1 | number of this file in its set, from 1; 0 for an only file |
 * | 18 | 2 | highest cylinder of this file; 0 in the last or only file |
 * | 20 | 12 | ASCII serial number (newer writers) |
 *
 * Numbers are little-endian in every file, also where the tables behind are not (docs/formats.md).
 *
 * @module
 */
import { TRACK_BYTES_MAX } from '../base/limits.ts';
import type { ByteSource } from '../base/ports.ts';
import { DEVICE_MODELS, type DeviceType, slotBytes } from '../geometry/device-model.ts';
import { TRACK_BYTES_MIN } from '../track/track-image.ts';
import { imageFault, readExactly } from './image-fault.ts';

/** Bytes of the header. */
export const DEVICE_HEADER_BYTES = 512;

/** Layout of a file: every track in a slot, tables and compressed tracks, or the same as a shadow. */
export type FileKind = 'plain' | 'compressed' | 'shadow';

/** What the header says. */
export interface DeviceHeader {
  readonly kind: FileKind;
  /** Tables with 64-bit offsets. */
  readonly wide: boolean;
  readonly type: DeviceType;
  readonly slotBytes: number;
  readonly sequence: number;
  readonly highCylinder: number;
  readonly serial?: string;
}

const IDENTIFIERS: Readonly<Record<string, { readonly kind: FileKind; readonly wide: boolean }>> =
  Object.freeze({
    CKD_P370: { kind: 'plain', wide: false },
    CKD_C370: { kind: 'compressed', wide: false },
    CKD_S370: { kind: 'shadow', wide: false },
    CKD_P064: { kind: 'plain', wide: true },
    CKD_C064: { kind: 'compressed', wide: true },
    CKD_S064: { kind: 'shadow', wide: true },
  });
const SERIAL_OFFSET = 20;
const SERIAL_BYTES = 12;
const DEVICE_TYPES: readonly DeviceType[] = [...new Set(DEVICE_MODELS.map((model) => model.type))];

/**
 * Reads and checks the header of a file.
 *
 * @throws InputError IMAGE_NOT_RECOGNISED, IMAGE_UNSUPPORTED, IMAGE_TRUNCATED, IMAGE_GEOMETRY
 */
export function readDeviceHeader(source: ByteSource): DeviceHeader {
  const bytes = new Uint8Array(DEVICE_HEADER_BYTES);
  const layout = readIdentifier(source, bytes);
  readExactly(source, 0, bytes, 'its header');
  const view = new DataView(bytes.buffer);
  const headCount = view.getUint32(8, true);
  const slot = view.getUint32(12, true);
  const serial = decodeSerial(bytes.subarray(SERIAL_OFFSET, SERIAL_OFFSET + SERIAL_BYTES));
  return Object.freeze({
    ...layout,
    type: findType(source, view.getUint8(16), headCount, slot),
    slotBytes: slot,
    sequence: view.getUint8(17),
    highCylinder: view.getUint16(18, true),
    ...(serial === undefined ? {} : { serial }),
  });
}

/** The header as bytes. */
export function encodeDeviceHeader(header: DeviceHeader): Uint8Array {
  const bytes = new Uint8Array(DEVICE_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  putAscii(bytes, 0, identifierOf(header));
  view.setUint32(8, header.type.headCount, true);
  view.setUint32(12, header.slotBytes, true);
  view.setUint8(16, header.type.code & 0xff);
  view.setUint8(17, header.sequence);
  view.setUint16(18, header.highCylinder, true);
  if (header.serial !== undefined) {
    putAscii(bytes, SERIAL_OFFSET, header.serial.slice(0, SERIAL_BYTES));
  }
  return bytes;
}

function identifierOf(header: DeviceHeader): string {
  const letter = { plain: 'P', compressed: 'C', shadow: 'S' }[header.kind];
  return `CKD_${letter}${header.wide ? '064' : '370'}`;
}

function readIdentifier(
  source: ByteSource,
  bytes: Uint8Array,
): { readonly kind: FileKind; readonly wide: boolean } {
  const got = source.readAt(0, bytes.subarray(0, 8));
  const identifier = String.fromCharCode(...bytes.subarray(0, got));
  const layout = IDENTIFIERS[identifier];
  if (layout !== undefined) return layout;
  if (identifier.startsWith('FBA_')) {
    throw imageFault('IMAGE_UNSUPPORTED', source, 0, {
      what: 'a fixed-block image has no tracks',
      limit: 'only count-key-data volumes can be read',
      fix: 'give a CKD, CCKD or CCKD64 image',
    });
  }
  throw imageFault('IMAGE_NOT_RECOGNISED', source, 0, {
    what: 'the file does not begin like a volume image',
    limit: `the first eight bytes must be one of ${Object.keys(IDENTIFIERS).join(', ')}`,
  });
}

/** The type whose low byte, heads and, where several are left, slot agree. */
function findType(source: ByteSource, low: number, headCount: number, slot: number): DeviceType {
  const sameByte = DEVICE_TYPES.filter((type) => (type.code & 0xff) === low);
  if (sameByte.length === 0) {
    throw imageFault('IMAGE_GEOMETRY', source, 16, {
      what: `device type X'${low.toString(16).toUpperCase().padStart(2, '0')}' is unknown`,
      limit: `known are ${[...new Set(DEVICE_TYPES.map((type) => type.name))].join(', ')}`,
    });
  }
  const sameHeads = sameByte.filter((type) => type.headCount === headCount);
  const first = sameHeads[0];
  if (first === undefined) {
    throw imageFault('IMAGE_GEOMETRY', source, 8, {
      what: `the header gives ${headCount} heads`,
      limit: `a ${sameByte[0]?.name} has ${sameByte[0]?.headCount}`,
    });
  }
  if (slot < TRACK_BYTES_MIN || slot >= TRACK_BYTES_MAX) {
    throw imageFault('IMAGE_GEOMETRY', source, 12, {
      what: `the header gives ${slot} bytes a track`,
      limit: `a track takes ${TRACK_BYTES_MIN} to ${TRACK_BYTES_MAX - 1} bytes`,
    });
  }
  return sameHeads.find((type) => slotBytes(type) === slot) ?? first;
}

/** Printable text up to the first zero or trailing blank; anything else is no serial number. */
function decodeSerial(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes).replace(/[\0 ]+$/, '');
  return /^[\x20-\x7e]+$/.test(text) ? text : undefined;
}

function putAscii(bytes: Uint8Array, offset: number, text: string): void {
  for (let at = 0; at < text.length; at += 1) bytes[offset + at] = text.charCodeAt(at);
}
