/**
 * The superblock: which store this is, and the configuration of its subsystem. Written when the
 * store is made, and anew when one of its copies was damaged: two, one behind the other in one file.
 * Numbers are little-endian.
 *
 * | offset in a copy | bytes | content |
 * | --- | --- | --- |
 * | 0 | 8 | `VDASDSTO` |
 * | 8 | 4 | version of the store: 1 |
 * | 12 | 4 | bytes of a copy, a multiple of 4,096 |
 * | 16 | 16 | id of the store |
 * | 32 | 8 | real time when it was made, ms since 1970, as an IEEE double |
 * | 40 | 4 | bytes of the configuration |
 * | 44 | 4 | its CRC-32 |
 * | 48 | 12 | 0 |
 * | 60 | 4 | CRC-32 of the 60 bytes before |
 * | 64 | as it says | the configuration as JSON text, UTF-8 |
 *
 * The configuration is the complete one, so that other defaults of a later release change nothing, and
 * the sizes of the groups as they were worked out from it.
 *
 * @module
 */
import { crc32 } from 'node:zlib';
import type { GroupShape } from '../media/group-shape.ts';
import { SECTOR_BYTES } from '../media/logical-cylinder.ts';
import type { SubsystemConfiguration } from '../subsystem/configuration.ts';
import { type Medium, MediumFault, type MediumFile } from './medium.ts';
import { StoreFault } from './store-fault.ts';
import { SUPERBLOCK_DRAFT, SUPERBLOCK_FILE } from './store-layout.ts';

/** What a store is. */
export interface Superblock {
  /** 16 bytes. */
  readonly storeId: Uint8Array;
  readonly madeAtMillis: number;
  readonly configuration: SubsystemConfiguration;
  readonly shapes: readonly GroupShape[];
}

/** A superblock as read, and the copies that are damaged. */
export interface ReadSuperblock {
  readonly superblock: Superblock;
  /** Offsets of damaged copies. */
  readonly damagedAt: readonly number[];
}

const MAGIC = new TextEncoder().encode('VDASDSTO');
const VERSION = 1;
const HEADER_BYTES = 64;
const CHECKSUM_AT = 60;
const COPY_ALIGN = 4096;

/** Writes both copies under a draft's name, then puts the file in its place. @throws MediumFault */
export function writeSuperblock(medium: Medium, superblock: Superblock): void {
  const copy = encode(superblock);
  const file = medium.open(SUPERBLOCK_DRAFT, 'make');
  try {
    file.write(0, [copy, copy]);
    file.flush();
  } finally {
    file.close();
  }
  medium.rename(SUPERBLOCK_DRAFT, SUPERBLOCK_FILE);
  medium.flushFolder('');
}

/** @throws StoreFault STORE_ABSENT, STORE_DAMAGED, STORE_VERSION; MediumFault */
export function readSuperblock(medium: Medium): ReadSuperblock {
  const bytes = readWhole(medium);
  const offsets = copyOffsets(bytes);
  const damagedAt: number[] = [];
  let superblock: Superblock | undefined;
  for (const offset of offsets) {
    const read = decode(bytes.subarray(offset), offset);
    if (read === undefined) damagedAt.push(offset);
    else superblock ??= read;
  }
  if (superblock === undefined) {
    throw new StoreFault('STORE_DAMAGED', {
      what: 'no copy of the superblock can be read',
      place: { file: SUPERBLOCK_FILE, offset: 0 },
      limit: 'one of two copies is needed',
      fix: 'bring the file back from a copy of the store',
    });
  }
  return { superblock, damagedAt };
}

function encode({ storeId, madeAtMillis, configuration, shapes }: Superblock): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify({ configuration, shapes }));
  const copyBytes = Math.ceil((HEADER_BYTES + text.length) / COPY_ALIGN) * COPY_ALIGN;
  const bytes = new Uint8Array(copyBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC, 0);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, copyBytes, true);
  bytes.set(storeId, 16);
  view.setFloat64(32, madeAtMillis, true);
  view.setUint32(40, text.length, true);
  view.setUint32(44, crc32(text), true);
  view.setUint32(CHECKSUM_AT, crc32(bytes.subarray(0, CHECKSUM_AT)), true);
  bytes.set(text, HEADER_BYTES);
  return bytes;
}

/** @throws StoreFault STORE_VERSION */
function decode(bytes: Uint8Array, offset: number): Superblock | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  if (MAGIC.some((byte, at) => bytes[at] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  if (crc32(bytes.subarray(0, CHECKSUM_AT)) !== view.getUint32(CHECKSUM_AT, true)) return undefined;
  const version = view.getUint32(8, true);
  if (version !== VERSION) {
    throw new StoreFault('STORE_VERSION', {
      what: `a store of version ${version}`,
      place: { file: SUPERBLOCK_FILE, offset },
      limit: `versions up to ${VERSION} are read`,
      fix: 'open the store with a newer release',
    });
  }
  const text = bytes.subarray(HEADER_BYTES, HEADER_BYTES + view.getUint32(40, true));
  if (crc32(text) !== view.getUint32(44, true)) return undefined;
  const { configuration, shapes } = JSON.parse(new TextDecoder().decode(text)) as Pick<
    Superblock,
    'configuration' | 'shapes'
  >;
  const storeId = bytes.slice(16, 32);
  return { storeId, madeAtMillis: view.getFloat64(32, true), configuration, shapes };
}

/** Where copies begin: at the beginning, and behind the first, or in the middle where that is damaged. */
function copyOffsets(bytes: Uint8Array): readonly number[] {
  if (decode(bytes, 0) === undefined) {
    return [0, Math.floor(bytes.length / 2 / COPY_ALIGN) * COPY_ALIGN];
  }
  return [0, new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true)];
}

/**
 * All of a file; zeros where the medium gives an error.
 *
 * @throws MediumFault when it gives nothing else
 */
function readReadable(file: MediumFile): Uint8Array {
  const bytes = new Uint8Array(file.sizeBytes);
  try {
    return bytes.subarray(0, file.read(0, bytes));
  } catch (error) {
    if (!(error instanceof MediumFault && error.fault === 'failed')) throw error;
    let readable = 0;
    for (let at = 0; at < bytes.length; at += SECTOR_BYTES) {
      try {
        readable += file.read(at, bytes.subarray(at, at + SECTOR_BYTES));
      } catch (second) {
        if (!(second instanceof MediumFault && second.fault === 'failed')) throw second;
        bytes.fill(0, at, at + SECTOR_BYTES);
      }
    }
    if (readable === 0) throw error;
    return bytes;
  }
}

/** @throws StoreFault STORE_ABSENT */
function readWhole(medium: Medium): Uint8Array {
  try {
    const file = medium.open(SUPERBLOCK_FILE, 'read');
    try {
      return readReadable(file);
    } finally {
      file.close();
    }
  } catch (error) {
    if (!(error instanceof MediumFault && error.fault === 'absent')) throw error;
    throw new StoreFault('STORE_ABSENT', {
      what: `there is no store in ${medium.name}`,
      place: { file: SUPERBLOCK_FILE },
      limit: 'a store is a folder with a superblock',
      fix: 'check the name, or make a store there',
      cause: error,
    });
  }
}
