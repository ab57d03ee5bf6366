/**
 * The label of a physical cylinder: its sector 0, written at destage, by which a drive, a place and a
 * generation of a cylinder are recognised. Numbers are big-endian.
 *
 * | offset | bytes | content |
 * | --- | --- | --- |
 * | 0 | 4 | `VLC1` |
 * | 4 | 4 | redundancy group |
 * | 8 | 4 | member |
 * | 12 | 4 | cylinder |
 * | 16 | 4 | sequence: the cylinder clock when it was left |
 * | 20 | 1 | kind of its instances (placement.ts) |
 * | 21 | 1 | data members |
 * | 22 | 1 | redundancy members |
 * | 23 | 1 | 0 |
 * | 24 | 4 | sectors of a physical cylinder |
 * | 28 | 28 | 0 |
 * | 56 | 8 | checksum of the first 56 bytes |
 * | 64 | 448 | 0 |
 *
 * @module
 */
import type { Checksum } from '../base/ports.ts';
import { SECTOR_BYTES } from './logical-cylinder.ts';

const MAGIC = 0x564c_4331;
const CHECKSUM_AT = 56;

/** What a label says. */
export interface CylinderLabel {
  readonly group: number;
  readonly member: number;
  readonly cylinder: number;
  readonly sequence: number;
  readonly kind: number;
  readonly dataDrives: number;
  readonly redundancyDrives: number;
  readonly cylinderSectors: number;
}

/** Writes the label into the first sector of a physical cylinder. */
export function writeLabel(bytes: Uint8Array, label: CylinderLabel, checksum: Checksum): void {
  const sector = bytes.subarray(0, SECTOR_BYTES);
  sector.fill(0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, SECTOR_BYTES);
  view.setUint32(0, MAGIC);
  view.setUint32(4, label.group);
  view.setUint32(8, label.member);
  view.setUint32(12, label.cylinder);
  view.setUint32(16, label.sequence);
  view.setUint8(20, label.kind);
  view.setUint8(21, label.dataDrives);
  view.setUint8(22, label.redundancyDrives);
  view.setUint32(24, label.cylinderSectors);
  checksum.compute(sector.subarray(0, CHECKSUM_AT));
  view.setUint32(CHECKSUM_AT, checksum.high);
  view.setUint32(CHECKSUM_AT + 4, checksum.low);
}

/** Whether the first sector of a physical cylinder holds this label. */
export function hasLabel(bytes: Uint8Array, label: CylinderLabel, checksum: Checksum): boolean {
  const expected = new Uint8Array(SECTOR_BYTES);
  writeLabel(expected, label, checksum);
  for (let at = 0; at < SECTOR_BYTES; at += 1) if (bytes[at] !== expected[at]) return false;
  return true;
}
