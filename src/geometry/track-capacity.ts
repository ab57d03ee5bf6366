/**
 * How many records a track holds, by the four formulas of the devices (docs/sources.md, S-10).
 *
 * Images hold no gaps, so capacity is a rule for writers: home address and record 0 are free, every
 * record takes the space its formula gives, and a record fits while the sum is at most the track
 * length. Integer division throughout.
 *
 * @module
 */
import { unreachable } from '../base/invariant.ts';
import type { DeviceType } from './device-model.ts';

/** Key and data length of a record. */
export interface RecordLengths {
  readonly keyBytes: number;
  readonly dataBytes: number;
}

/** Track length that a record takes when another record follows it. */
export function recordSpace(type: DeviceType, record: RecordLengths): number {
  const { formula } = type;
  const { keyBytes, dataBytes } = record;
  switch (formula.kind) {
    case 'constant':
      return keyBytes + dataBytes + (keyBytes > 0 ? formula.keyOverhead : 0) + formula.overhead;
    case 'tolerance': {
      const stretched = Math.floor(((keyBytes + dataBytes) * formula.multiplier) / formula.divisor);
      return stretched + (keyBytes > 0 ? formula.keyOverhead : 0) + formula.overhead;
    }
    case 'cells': {
      const { cellBytes } = formula;
      const data = roundUp(dataBytes + formula.dataOverhead, cellBytes);
      return keyBytes > 0 ? data + roundUp(keyBytes + formula.keyOverhead, cellBytes) : data;
    }
    case 'segmentedCells': {
      const area = (factor: number, bytes: number): number => {
        const segments = Math.ceil((bytes + formula.f6) / (2 * formula.f5));
        return roundUp(
          formula.f1 * factor + bytes + formula.f6 + formula.f4 * segments,
          formula.f1,
        );
      };
      const data = area(formula.f2, dataBytes);
      return keyBytes > 0 ? data + area(formula.f3, keyBytes) : data;
    }
    default:
      return unreachable(formula, 'capacity-formula');
  }
}

/** Track length that a record takes as the last one of its track. */
export function lastRecordSpace(type: DeviceType, record: RecordLengths): number {
  if (type.formula.kind !== 'tolerance') return recordSpace(type, record);
  const key = record.keyBytes > 0 ? type.formula.keyOverhead : 0;
  return record.keyBytes + record.dataBytes + key;
}

/** Whether these records, record 0 not among them, fit one track. */
export function recordsFit(type: DeviceType, records: readonly RecordLengths[]): boolean {
  let used = 0;
  for (const [at, record] of records.entries()) {
    const isLast = at === records.length - 1;
    used += isLast ? lastRecordSpace(type, record) : recordSpace(type, record);
  }
  return used <= type.trackLength;
}

/** How many equal records one track holds. */
export function recordsPerTrack(type: DeviceType, record: RecordLengths): number {
  const last = lastRecordSpace(type, record);
  if (last > type.trackLength) return 0;
  return 1 + Math.floor((type.trackLength - last) / recordSpace(type, record));
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
