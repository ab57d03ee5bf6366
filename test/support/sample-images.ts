/**
 * Volume images made from nothing, in every form that a reader may meet: files in memory, tracks from
 * a seed, and a builder of its own for the compressed forms that the product reads and does not write
 * (big-endian, 64-bit, shadows, other null formats).
 *
 * The builder shares no code with the product's writer; it lays out tables and images in its own order.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { ByteSink, ByteSource } from '../../src/base/ports.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import type { ImageReader } from '../../src/image/image-reader.ts';
import { openImage } from '../../src/image/open-image.ts';
import {
  type ImageGeometry,
  imageGeometry,
  type TrackContent,
  type TrackSource,
} from '../../src/image/track-source.ts';
import type { NullFormat } from '../../src/track/null-track.ts';
import { buildTrack, type RecordContent } from '../../src/track/track-image.ts';

/** A file in memory, for both directions. Holes read as zeros. */
export class MemoryFile implements ByteSource, ByteSink {
  readonly name: string;
  #bytes: Uint8Array;
  #size: number;

  constructor(name: string, bytes: Uint8Array = new Uint8Array(0)) {
    this.name = name;
    this.#bytes = bytes;
    this.#size = bytes.length;
  }

  get sizeBytes(): number {
    return this.#size;
  }

  /** The content; changing it changes the file. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  readAt(offset: number, into: Uint8Array): number {
    const part = this.bytes.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, offset);
    this.#size = Math.max(this.#size, end);
  }
}

/** Shape of a model with any number of cylinders. */
export function sampleGeometry(
  modelName: string,
  cylinders: number,
  serial?: string,
): ImageGeometry {
  const model = findModel(modelName);
  if (model === undefined) throw new RangeError(`no model ${modelName}`);
  return imageGeometry(model.type, cylinders, serial);
}

/**
 * Tracks of a volume from a seed: null tracks of every format that fits, short ones, full ones, with
 * and without keys, end-of-file records, odd counts.
 */
export function sampleTracks(geometry: ImageGeometry, seed: number): readonly TrackContent[] {
  const random = new SeededRandom(seed, 'sample tracks');
  return Array.from({ length: geometry.trackCount }, (_, track) => {
    const choice = random.below(8);
    if (choice < 2) return nullContent(choice as NullFormat);
    if (choice === 2 && geometry.slotBytes > 49_277) return nullContent(2);
    return { kind: 'bytes', bytes: sampleTrack(geometry, track, random) };
  });
}

/** A null content. */
export function nullContent(format: NullFormat): TrackContent {
  return { kind: 'null', format };
}

/** One track with records, never a null track. */
function sampleTrack(geometry: ImageGeometry, track: number, random: SeededRandom): Uint8Array {
  const { headCount } = geometry.type;
  const room = geometry.slotBytes - 29;
  const records: RecordContent[] = [];
  const full = random.below(3) === 0;
  let used = 0;
  for (let number = 1; number < 200; number += 1) {
    const key = random.below(3) === 0 ? random.bytes(1 + random.below(44)) : new Uint8Array(0);
    const data = sampleData(random, 1 + random.below(full ? room : 400));
    used += 8 + key.length + data.length;
    if (used > room || (!full && number > 3)) break;
    const odd = random.below(10) === 0 ? { cchh: 0x0001_0002 } : {};
    records.push({ number, key, data, ...odd });
  }
  if (records.length === 0) records.push({ number: 1, data: random.bytes(100) });
  const address = { cylinder: Math.floor(track / headCount), head: track % headCount };
  return buildTrack(address, records, random.bytes(8));
}

/** Data that shrinks, or does not. */
function sampleData(random: SeededRandom, length: number): Uint8Array {
  const data = random.bytes(length);
  if (random.below(4) > 0) data.fill(0x40, 0, Math.floor(length * 0.8));
  return data;
}

/** A source over contents in memory. */
export function sourceOf(geometry: ImageGeometry, contents: readonly TrackContent[]): TrackSource {
  return {
    geometry,
    scan: (first, count, visit) => {
      for (let track = first; track < first + count; track += 1) {
        visit(track as Parameters<typeof visit>[0], contents[track] ?? nullContent(1));
      }
    },
  };
}

/** All tracks of a source, copied. */
export function tracksOf(source: TrackSource): readonly TrackContent[] {
  const contents: TrackContent[] = [];
  source.scan(0, source.geometry.trackCount, (_, content) => {
    contents.push(
      content.kind === 'null' ? content : { kind: 'bytes', bytes: content.bytes.slice() },
    );
  });
  return contents;
}

/** Contents in a form that compares quickly and prints shortly: a hash for each track with bytes. */
export function fingerprints(contents: readonly TrackContent[]): readonly string[] {
  return contents.map((content) =>
    content.kind === 'null'
      ? `null ${content.format}`
      : createHash('sha1').update(content.bytes).digest('hex'),
  );
}

/** Opens files in memory: the parts of an image, and shadows. */
export function openMemory(
  parts: readonly ByteSource[],
  shadows: readonly ByteSource[] = [],
): ImageReader {
  return openImage({ parts, shadows });
}

/** A plain set of files with a fixed number of cylinders in each but the last. */
export function buildPlainSet(
  geometry: ImageGeometry,
  contents: readonly TrackContent[],
  cylindersPerPart: number,
): readonly MemoryFile[] {
  const { slotBytes, cylinders, type } = geometry;
  const files: MemoryFile[] = [];
  for (let first = 0; first < cylinders; first += cylindersPerPart) {
    const own = Math.min(cylindersPerPart, cylinders - first);
    const isLast = first + own === cylinders;
    const bytes = new Uint8Array(512 + own * type.headCount * slotBytes);
    const highCylinder = isLast ? 0 : first + own - 1;
    bytes.set(deviceHeader(geometry, 'CKD_P370', files.length + 1, highCylinder));
    for (let at = 0; at < own * type.headCount; at += 1) {
      const track = first * type.headCount + at;
      bytes.set(
        trackBytes(geometry, contents[track] ?? nullContent(1), track),
        512 + at * slotBytes,
      );
    }
    files.push(new MemoryFile(`set_${files.length + 1}.ckd`, bytes));
  }
  return files;
}

/** What {@link buildCompressed} makes. */
export interface CompressedForm {
  readonly wide?: boolean;
  readonly bigEndian?: boolean;
  /** Null format of the header; 1 by default. */
  readonly nullFormat?: NullFormat;
  readonly compression?: 'zlib' | 'none';
  /** Makes a shadow file: tracks for which it holds are left to older files. */
  readonly older?: (track: number) => boolean;
  /** Option bits added to those of the byte order. */
  readonly options?: number;
  readonly name?: string;
}

/** A compressed file, the youngest tracks first, tables behind everything they name. */
export function buildCompressed(
  geometry: ImageGeometry,
  contents: readonly TrackContent[],
  form: CompressedForm = {},
): MemoryFile {
  const { wide = false, bigEndian = false, nullFormat = 1, older = () => false } = form;
  const isShadow = form.older !== undefined;
  const entryBytes = wide ? 16 : 8;
  const groups = Math.ceil(geometry.trackCount / 256);
  const name = form.name ?? (isShadow ? 'shadow.cckd' : 'base.cckd');
  const file = new MemoryFile(name, new Uint8Array(1024 + groups * (wide ? 8 : 4)));
  for (let group = groups - 1; group >= 0; group -= 1) {
    const table = new DataView(new ArrayBuffer(256 * entryBytes));
    let plain = true;
    for (let entry = 255; entry >= 0; entry -= 1) {
      const track = group * 256 + entry;
      const content = contents[track] ?? nullContent(nullFormat);
      const put = (offset: number, length: number): void => {
        putOffset(table, entry * entryBytes, offset, wide, !bigEndian);
        table.setUint16(entry * entryBytes + (wide ? 8 : 4), length, !bigEndian);
        table.setUint16(entry * entryBytes + (wide ? 10 : 6), length, !bigEndian);
      };
      if (track < geometry.trackCount && older(track)) {
        put(-1, 0xffff);
        plain = false;
      } else if (content.kind === 'null' && !(content.format === 0 && nullFormat === 2)) {
        put(0, content.format);
        plain &&= content.format === nullFormat;
      } else {
        const image = storedImage(trackBytes(geometry, content, track), form.compression ?? 'zlib');
        put(file.sizeBytes, image.length);
        file.writeAt(file.sizeBytes, image);
        plain = false;
      }
    }
    const allOlder =
      isShadow &&
      Array.from({ length: 256 }, (_, at) => group * 256 + at)
        .filter((track) => track < geometry.trackCount)
        .every(older);
    const at = 1024 + group * (wide ? 8 : 4);
    const level1 = new DataView(file.bytes.buffer, file.bytes.byteOffset);
    if (allOlder) putOffset(level1, at, -1, wide, !bigEndian);
    else if (!plain) {
      putOffset(level1, at, file.sizeBytes, wide, !bigEndian);
      file.writeAt(file.sizeBytes, new Uint8Array(table.buffer));
    }
  }
  const identifier = `CKD_${isShadow ? 'S' : 'C'}${wide ? '064' : '370'}`;
  file.writeAt(0, deviceHeader(geometry, identifier, 0, 0));
  file.writeAt(512, secondHeader(geometry, file.sizeBytes, form));
  return file;
}

/** A track image as a compressed file keeps it. */
function storedImage(bytes: Uint8Array, compression: 'zlib' | 'none'): Uint8Array {
  const data = bytes.subarray(5);
  const body = compression === 'zlib' ? deflateSync(data) : data;
  const image = new Uint8Array(5 + body.length);
  image.set(bytes.subarray(0, 5));
  image[0] = compression === 'zlib' ? 1 : 0;
  image.set(body, 5);
  return image;
}

/** A bzip2 stream of `BZIP2_RECORDS` on cylinder 0, head 1, without its home address. */
export const BZIP2_STREAM: Uint8Array = Buffer.from(
  'QlpoOTFBWSZTWS162PsAAAJeAP/AAAQQAAIIAWAACKAAUKaZGJiYgioR6mEG1L7NdX5iimBE1W1BpqqKVBSMqJNO1EsomBEgifp4vupln8XckU4UJAtetj7A',
  'base64',
);

/** The records in {@link BZIP2_STREAM}; record 0 is zeros. */
export const BZIP2_RECORDS: readonly RecordContent[] = [
  { number: 1, data: Uint8Array.from({ length: 300 }, (_, at) => at % 7) },
  { number: 2, key: Buffer.from('KEY2', 'latin1'), data: new Uint8Array(600) },
];

function secondHeader(
  geometry: ImageGeometry,
  sizeBytes: number,
  form: CompressedForm,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(512));
  const { wide = false, bigEndian = false, nullFormat = 1 } = form;
  view.setUint8(1, 3);
  view.setUint8(2, 1);
  view.setUint8(3, (bigEndian ? 2 : 0) | (form.options ?? 0));
  view.setInt32(4, Math.ceil(geometry.trackCount / 256), !bigEndian);
  view.setInt32(8, 256, !bigEndian);
  for (const at of wide ? [16, 24] : [12, 16]) {
    putOffset(view, at, sizeBytes, wide, !bigEndian);
  }
  view.setUint32(wide ? 12 : 40, geometry.cylinders, true);
  view.setUint8(wide ? 72 : 44, nullFormat);
  view.setUint8(wide ? 73 : 45, 1);
  view.setInt16(wide ? 74 : 46, -1, !bigEndian);
  return new Uint8Array(view.buffer);
}

function deviceHeader(
  geometry: ImageGeometry,
  identifier: string,
  sequence: number,
  highCylinder: number,
): Uint8Array {
  const bytes = Buffer.alloc(512);
  bytes.write(identifier, 'latin1');
  bytes.writeUInt32LE(geometry.type.headCount, 8);
  bytes.writeUInt32LE(geometry.slotBytes, 12);
  bytes[16] = geometry.type.code & 0xff;
  bytes[17] = sequence;
  bytes.writeUInt16LE(highCylinder, 18);
  bytes.write(geometry.serial ?? '', 20, 'latin1');
  return bytes;
}

/** Bytes of a content, null tracks spelled out record by record. */
export function trackBytes(
  geometry: ImageGeometry,
  content: TrackContent,
  track: number,
): Uint8Array {
  if (content.kind === 'bytes') return content.bytes;
  const { headCount } = geometry.type;
  const address = { cylinder: Math.floor(track / headCount), head: track % headCount };
  const records: readonly (readonly RecordContent[])[] = [
    [{ number: 1, data: new Uint8Array(0) }],
    [],
    Array.from({ length: 12 }, (_, at) => ({ number: at + 1, data: new Uint8Array(4096) })),
  ];
  return buildTrack(address, records[content.format] ?? []);
}

/** @param offset - -1 for all ones. */
function putOffset(
  view: DataView,
  at: number,
  offset: number,
  wide: boolean,
  little: boolean,
): void {
  if (wide) view.setBigInt64(at, BigInt(offset), little);
  else view.setUint32(at, offset >>> 0, little);
}
