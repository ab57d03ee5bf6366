/**
 * The extents of a data set, wherever they are kept: three in its format 1 or 8, then format 3
 * after format 3 with thirteen each; a format 8 has one or more format 9 before them.
 *
 * | format 3 | |
 * | --- | --- |
 * | 0 | four times X'03' |
 * | 4 | four extents |
 * | 44 | X'F3' |
 * | 45 | nine extents |
 * | 135 | CCHHR of the next format 3 |
 *
 * | format 9 | |
 * | --- | --- |
 * | 0 | X'09', subtype X'01', number of format 9s, flag X'80' creation information valid |
 * | 4 | job name 8, step name 8, time of creation in microseconds since midnight 6 |
 * | 44 | X'F9' |
 * | 45 | number of format-3 addresses that follow (1), then 5 bytes each (our reading of the sources) |
 * | 135 | CCHHR of the next format 9, or of the first format 3 |
 *
 * Source: docs/sources.md, S-12 and S-13.
 *
 * @module
 */
import type { DeviceType } from '../geometry/device-model.ts';
import { isAllZero } from './big-endian.ts';
import { DSCB_BYTES, DSCB_ID, dscbId, NEXT_POINTER_OFFSET } from './dscb.ts';
import {
  type AddressSpace,
  type DscbAddress,
  readDscbAddress,
  writeDscbAddress,
} from './dscb-address.ts';
import { DATA_SET_OFFSET, EXTENTS_IN_DSCB } from './dscb-data-set.ts';
import { writeFieldText } from './ebcdic.ts';
import { EXTENT_BYTES, EXTENT_TYPE, type Extent, readExtent, writeExtent } from './extent.ts';
import type { TrackRange } from './volume-tracks.ts';

/** Extents of one format 3. */
const EXTENTS_PER_FORMAT_3 = 13;
/** Extents of a basic data set on one volume. */
export const BASIC_EXTENTS_MAX = 16;
/** Extents of an extended data set on one volume. */
export const EXTENDED_EXTENTS_MAX = 123;
/** Format-3 addresses that one format 9 holds in our layout. */
const POINTERS_PER_FORMAT_9 = 17;

const FORMAT_3_OFFSETS: readonly number[] = [
  ...Array.from({ length: 4 }, (_, at) => 4 + at * EXTENT_BYTES),
  ...Array.from({ length: 9 }, (_, at) => 45 + at * EXTENT_BYTES),
];

/** The extents of a data set and the DSCBs that its chain goes through. */
export interface DataSetExtents {
  /** Extents of data, in order; user labels not among them. */
  readonly extents: readonly Extent[];
  readonly userLabels: Extent | undefined;
  readonly format3s: readonly DscbAddress[];
  readonly format9s: readonly DscbAddress[];
  /** What is odd, in words. */
  readonly faults: readonly string[];
}

/** Finds a DSCB of the VTOC by its address. */
export type FindDscb = (address: DscbAddress) => Uint8Array | undefined;

/** Follows the chain of a format 1 or 8 and collects its extents. */
export function readDataSetExtents(
  dscb: Uint8Array,
  find: FindDscb,
  space: AddressSpace,
): DataSetExtents {
  const extents: Extent[] = [];
  const faults: string[] = [];
  const format3s: DscbAddress[] = [];
  const format9s: DscbAddress[] = [];
  const take = (bytes: Uint8Array, offset: number): void => {
    const read = readExtent(bytes, offset, space);
    if (read.kind === 'valid') extents.push(read.extent);
    else if (read.kind === 'invalid') faults.push(read.what);
  };
  for (let at = 0; at < EXTENTS_IN_DSCB; at += 1) {
    take(dscb, DATA_SET_OFFSET.extents + at * EXTENT_BYTES);
  }
  let holder = dscb;
  const visited = new Set<string>();
  for (;;) {
    if (isAllZero(holder, NEXT_POINTER_OFFSET, NEXT_POINTER_OFFSET + 5)) break;
    const address = readDscbAddress(holder, NEXT_POINTER_OFFSET, space);
    const bytes = address === undefined ? undefined : find(address);
    if (address === undefined || bytes === undefined) {
      faults.push('its chain of DSCBs points outside the VTOC');
      break;
    }
    const key = `${address.track}.${address.record}`;
    if (visited.has(key)) {
      faults.push('its chain of DSCBs runs in a circle');
      break;
    }
    visited.add(key);
    const id = dscbId(bytes);
    if (id === DSCB_ID.format9) format9s.push(address);
    else if (id === DSCB_ID.format3) {
      format3s.push(address);
      for (const offset of FORMAT_3_OFFSETS) take(bytes, offset);
    } else if (id === DSCB_ID.format2) {
      // Indexed sequential data sets chain through a format 2, which holds no extents.
    } else {
      faults.push(`its chain of DSCBs meets an id of X'${id.toString(16).toUpperCase()}'`);
      break;
    }
    holder = bytes;
  }
  const [first] = extents;
  const userLabels = first?.type === EXTENT_TYPE.userLabel ? first : undefined;
  if (userLabels !== undefined) extents.shift();
  return { extents, userLabels, format3s, format9s, faults };
}

/** Number of format-3 DSCBs that so many extents need, user labels counted. */
export function format3Count(extentCount: number): number {
  return Math.max(0, Math.ceil((extentCount - EXTENTS_IN_DSCB) / EXTENTS_PER_FORMAT_3));
}

/** An extent to store. */
export interface NewExtent {
  readonly type: number;
  readonly range: TrackRange;
}

/**
 * Stores extents into a data set DSCB and its chain.
 *
 * @param dscb - The format 1 or 8, changed in place.
 * @param chain - Addresses for the format 9s (format 8 only, one or none) and format 3s.
 * @returns The DSCBs of the chain, each with its address.
 */
export function writeDataSetExtents(
  dscb: Uint8Array,
  extents: readonly NewExtent[],
  chain: {
    readonly format9: DscbAddress | undefined;
    readonly format3s: readonly DscbAddress[];
    /** Name of the program that made the data set, for the format 9. */
    readonly jobName: string;
  },
  type: DeviceType,
): readonly { readonly address: DscbAddress; readonly bytes: Uint8Array }[] {
  const put = (bytes: Uint8Array, offset: number, at: number): void => {
    const extent = extents[at];
    if (extent === undefined) return;
    // User labels come first and are not numbered among the data extents.
    const labels = extents[0]?.type === EXTENT_TYPE.userLabel ? 1 : 0;
    writeExtent(bytes, offset, { ...extent, sequence: Math.max(0, at - labels) }, type);
  };
  for (let at = 0; at < EXTENTS_IN_DSCB; at += 1) {
    put(dscb, DATA_SET_OFFSET.extents + at * EXTENT_BYTES, at);
  }
  const first = chain.format9 ?? chain.format3s[0];
  writeDscbAddress(dscb, NEXT_POINTER_OFFSET, first, type);
  const written = chain.format3s.map((address, at) => {
    const bytes = new Uint8Array(DSCB_BYTES).fill(0x03, 0, 4);
    bytes[44] = DSCB_ID.format3;
    for (const [slot, offset] of FORMAT_3_OFFSETS.entries()) {
      put(bytes, offset, EXTENTS_IN_DSCB + at * EXTENTS_PER_FORMAT_3 + slot);
    }
    writeDscbAddress(bytes, NEXT_POINTER_OFFSET, chain.format3s[at + 1], type);
    return { address, bytes };
  });
  if (chain.format9 === undefined) return written;
  const bytes = buildFormat9(chain.format3s, chain.jobName, type);
  return [{ address: chain.format9, bytes }, ...written];
}

function buildFormat9(
  format3s: readonly DscbAddress[],
  jobName: string,
  type: DeviceType,
): Uint8Array {
  const bytes = new Uint8Array(DSCB_BYTES);
  bytes.set([0x09, 0x01, 1, 0x80]);
  writeFieldText(bytes, 4, 8, jobName);
  writeFieldText(bytes, 12, 8, 'CREATE');
  bytes[44] = DSCB_ID.format9;
  const listed = format3s.slice(0, POINTERS_PER_FORMAT_9);
  bytes[45] = listed.length;
  for (const [at, address] of listed.entries()) writeDscbAddress(bytes, 46 + at * 5, address, type);
  writeDscbAddress(bytes, NEXT_POINTER_OFFSET, format3s[0], type);
  return bytes;
}
