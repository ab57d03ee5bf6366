/**
 * Count-key-data devices as data: 2305, 2311, 2314, 3330, 3340, 3350, 3375, 3380, 3390, 9345.
 *
 * Figures are facts of the hardware as Hercules' device table and IBM's device characteristics give
 * them (docs/sources.md, S-10 and S-11). Primary and alternate cylinders stand apart: an image may
 * hold any number of cylinders from the primary count to the sum of both.
 *
 * @module
 */
import { CYLINDER_COUNT_MAX } from '../base/limits.ts';

/** How much track a record takes; see {@link file://./track-capacity.ts}. */
export type CapacityFormula =
  | {
      /** 2305, 3330, 3340, 3350: every record costs the same overhead. */
      readonly kind: 'constant';
      readonly keyOverhead: number;
      readonly overhead: number;
    }
  | {
      /** 2311, 2314: overhead grows with the record by a tolerance; the last record is cheaper. */
      readonly kind: 'tolerance';
      readonly keyOverhead: number;
      readonly overhead: number;
      readonly multiplier: number;
      readonly divisor: number;
    }
  | {
      /** 3375, 3380: data and key rounded up to whole cells. */
      readonly kind: 'cells';
      readonly cellBytes: number;
      readonly dataOverhead: number;
      readonly keyOverhead: number;
    }
  | {
      /** 3390, 9345: cells plus an error-correction segment every so many bytes. */
      readonly kind: 'segmentedCells';
      readonly f1: number;
      readonly f2: number;
      readonly f3: number;
      readonly f4: number;
      readonly f5: number;
      readonly f6: number;
    };

/** What all models of one device type share. */
export interface DeviceType {
  /** Type as four hexadecimal digits read as a number: 0x3390. */
  readonly code: number;
  /** Type in writing: `3390`. */
  readonly name: string;
  /** Tracks of a cylinder. */
  readonly headCount: number;
  /** Track length by which the capacity formula counts (DS4DEVTK). */
  readonly trackLength: number;
  /** Data bytes of the largest record without key. */
  readonly recordBytesMax: number;
  /** Data bytes of record 0 at most; 0 where the device does not tell. */
  readonly recordZeroBytesMax: number;
  /** Track length taken by home address and record 0. */
  readonly homeAndRecordZero: number;
  /** Rotational position sectors; 0 without sensing. */
  readonly sectorCount: number;
  /** Control unit that a host sees. */
  readonly controlUnit: number;
  readonly formula: CapacityFormula;
}

/** One model: a type with its number of cylinders. */
export interface DeviceModel {
  /** Name by which scenarios and messages know it: `3390-3`. */
  readonly name: string;
  readonly type: DeviceType;
  readonly primaryCylinders: number;
  readonly alternateCylinders: number;
  /** Model byte of sense id and read device characteristics. */
  readonly modelCode: number;
}

const type = (fields: DeviceType): DeviceType => Object.freeze(fields);
const constant = (keyOverhead: number, overhead: number): CapacityFormula =>
  Object.freeze({ kind: 'constant', keyOverhead, overhead });
const segmented = (f2: number, f3: number): CapacityFormula =>
  Object.freeze({ kind: 'segmentedCells', f1: 34, f2, f3, f4: 6, f5: 116, f6: 6 });

const T2305A = type({
  code: 0x2305,
  name: '2305',
  headCount: 8,
  trackLength: 14568,
  recordBytesMax: 14136,
  recordZeroBytesMax: 14568,
  homeAndRecordZero: 432,
  sectorCount: 90,
  controlUnit: 0x2835,
  formula: constant(202, 432),
});
const T2305B = type({
  ...T2305A,
  trackLength: 14858,
  recordBytesMax: 14660,
  recordZeroBytesMax: 14858,
  homeAndRecordZero: 198,
  formula: constant(91, 198),
});
const T2311 = type({
  code: 0x2311,
  name: '2311',
  headCount: 10,
  trackLength: 3625,
  recordBytesMax: 3625,
  recordZeroBytesMax: 0,
  homeAndRecordZero: 0,
  sectorCount: 0,
  controlUnit: 0x2841,
  formula: Object.freeze({
    kind: 'tolerance',
    keyOverhead: 20,
    overhead: 61,
    multiplier: 537,
    divisor: 512,
  }),
});
const T2314 = type({
  ...T2311,
  code: 0x2314,
  name: '2314',
  headCount: 20,
  trackLength: 7294,
  recordBytesMax: 7294,
  controlUnit: 0x2314,
  formula: Object.freeze({
    kind: 'tolerance',
    keyOverhead: 45,
    overhead: 101,
    multiplier: 2137,
    divisor: 2048,
  }),
});
const T3330 = type({
  code: 0x3330,
  name: '3330',
  headCount: 19,
  trackLength: 13165,
  recordBytesMax: 13030,
  recordZeroBytesMax: 13165,
  homeAndRecordZero: 135,
  sectorCount: 128,
  controlUnit: 0x3830,
  formula: constant(56, 135),
});
const T3340 = type({
  code: 0x3340,
  name: '3340',
  headCount: 12,
  trackLength: 8535,
  recordBytesMax: 8368,
  recordZeroBytesMax: 8535,
  homeAndRecordZero: 167,
  sectorCount: 64,
  controlUnit: 0x3830,
  formula: constant(75, 167),
});
const T3350 = type({
  code: 0x3350,
  name: '3350',
  headCount: 30,
  trackLength: 19254,
  recordBytesMax: 19069,
  recordZeroBytesMax: 19254,
  homeAndRecordZero: 185,
  sectorCount: 128,
  controlUnit: 0x3830,
  formula: constant(82, 185),
});
const T3375 = type({
  code: 0x3375,
  name: '3375',
  headCount: 12,
  trackLength: 36000,
  recordBytesMax: 35616,
  recordZeroBytesMax: 36000,
  homeAndRecordZero: 832,
  sectorCount: 196,
  controlUnit: 0x3880,
  formula: Object.freeze({ kind: 'cells', cellBytes: 32, dataOverhead: 384, keyOverhead: 160 }),
});
const T3380 = type({
  code: 0x3380,
  name: '3380',
  headCount: 15,
  trackLength: 47968,
  recordBytesMax: 47476,
  recordZeroBytesMax: 47988,
  homeAndRecordZero: 1088,
  sectorCount: 222,
  controlUnit: 0x3880,
  formula: Object.freeze({ kind: 'cells', cellBytes: 32, dataOverhead: 492, keyOverhead: 236 }),
});
const T3390 = type({
  code: 0x3390,
  name: '3390',
  headCount: 15,
  trackLength: 58786,
  recordBytesMax: 56664,
  recordZeroBytesMax: 57326,
  homeAndRecordZero: 1428,
  sectorCount: 224,
  controlUnit: 0x3990,
  formula: segmented(19, 9),
});
const T9345 = type({
  code: 0x9345,
  name: '9345',
  headCount: 15,
  trackLength: 48280,
  recordBytesMax: 46456,
  recordZeroBytesMax: 48174,
  homeAndRecordZero: 1184,
  sectorCount: 213,
  controlUnit: 0x9343,
  formula: segmented(18, 7),
});

const model = (
  deviceType: DeviceType,
  suffix: string,
  primaryCylinders: number,
  alternateCylinders: number,
  modelCode: number,
): DeviceModel =>
  Object.freeze({
    name: `${deviceType.name}-${suffix}`,
    type: deviceType,
    primaryCylinders,
    alternateCylinders,
    modelCode,
  });

/** Fewest cylinders of an extended address volume: one more than a 16-bit cylinder allows (65,520). */
export const EXTENDED_CYLINDERS_MIN = 65_521;

/**
 * The device models, smallest of each type first. The 3390-A stands apart: its cylinders are chosen
 * at definition ({@link extendedModel}).
 *
 * The alternates of the 2305 (6 and 12) are those of the newer Hercules table.
 */
export const DEVICE_MODELS: readonly DeviceModel[] = Object.freeze([
  model(T2305A, '1', 48, 6, 0x00),
  model(T2305B, '2', 96, 12, 0x02),
  model(T2311, '1', 200, 3, 0x00),
  model(T2314, '1', 200, 3, 0x00),
  model(T3330, '1', 404, 7, 0x01),
  model(T3330, '2', 808, 7, 0x11),
  model(T3330, '11', 808, 7, 0x11),
  model(T3340, '1', 348, 1, 0x01),
  model(T3340, '35', 348, 1, 0x01),
  model(T3340, '2', 696, 2, 0x02),
  model(T3340, '70', 696, 2, 0x02),
  model(T3350, '1', 555, 5, 0x00),
  model(T3375, '1', 959, 3, 0x02),
  model(T3380, '1', 885, 1, 0x02),
  model(T3380, 'A', 885, 1, 0x02),
  model(T3380, 'B', 885, 1, 0x02),
  model(T3380, 'D', 885, 1, 0x06),
  model(T3380, 'J', 885, 1, 0x16),
  model(T3380, '2', 1770, 2, 0x0a),
  model(T3380, 'E', 1770, 2, 0x0a),
  model(T3380, '3', 2655, 3, 0x1e),
  model(T3380, 'K', 2655, 3, 0x1e),
  model(T3380, 'EMC3380K+', 3339, 3, 0x1e),
  model(T3380, 'EMC3380K++', 3993, 3, 0x1e),
  model(T3390, '1', 1113, 1, 0x02),
  model(T3390, '2', 2226, 1, 0x06),
  model(T3390, '3', 3339, 1, 0x0a),
  model(T3390, '9', 10017, 3, 0x0c),
  model(T3390, '27', 32760, 3, 0x0c),
  model(T3390, 'J', 32760, 3, 0x0c),
  model(T3390, '54', 65520, 3, 0x0c),
  model(T3390, 'JJ', 65520, 3, 0x0c),
  model(T9345, '1', 1440, 0, 0x04),
  model(T9345, '2', 2156, 0, 0x04),
]);

/** A 3390-A: an extended address volume of a chosen size. */
export function extendedModel(cylinders: number): DeviceModel {
  if (
    !Number.isSafeInteger(cylinders) ||
    cylinders < EXTENDED_CYLINDERS_MIN ||
    cylinders > CYLINDER_COUNT_MAX
  ) {
    throw new RangeError(
      `a 3390-A has ${EXTENDED_CYLINDERS_MIN} to ${CYLINDER_COUNT_MAX} cylinders, got ${cylinders}`,
    );
  }
  return model(T3390, 'A', cylinders, 0, 0x0c);
}

/** The model of that name, or `undefined`. Names are case-sensitive as printed. */
export function findModel(name: string): DeviceModel | undefined {
  return DEVICE_MODELS.find((candidate) => candidate.name === name);
}

/** The model that everybody names, for one with the same figures that was read from somewhere. */
export function knownModel(read: DeviceModel): DeviceModel {
  const isExtended = read.type.code === T3390.code && read.name === `${T3390.name}-A`;
  const known = isExtended ? extendedModel(read.primaryCylinders) : findModel(read.name);
  const isSame =
    known?.type.code === read.type.code &&
    known.primaryCylinders === read.primaryCylinders &&
    known.alternateCylinders === read.alternateCylinders &&
    known.modelCode === read.modelCode;
  return isSame ? known : read;
}

/**
 * The smallest model of a type that holds an image: primary cylinders at most the image's, and the
 * sum of primary and alternate at least the image's. A 3390 beyond those is an extended volume.
 *
 * @param typeCode - Low byte of the device type as image headers give it (X'90'), or the whole code.
 */
export function findModelForImage(
  typeCode: number,
  headCount: number,
  cylinders: number,
): DeviceModel | undefined {
  const sameType = DEVICE_MODELS.filter(
    (candidate) =>
      (candidate.type.code === typeCode || (candidate.type.code & 0xff) === typeCode) &&
      candidate.type.headCount === headCount,
  );
  const exact = sameType.find(
    (candidate) =>
      cylinders >= candidate.primaryCylinders && cylinders <= cylinderCapacity(candidate),
  );
  if (exact !== undefined) return exact;
  const isExtended =
    sameType[0]?.type === T3390 &&
    cylinders >= EXTENDED_CYLINDERS_MIN &&
    cylinders <= CYLINDER_COUNT_MAX;
  return isExtended ? extendedModel(cylinders) : undefined;
}

/** Primary and alternate cylinders together: the most that an image of the model may hold. */
export function cylinderCapacity(deviceModel: DeviceModel): number {
  return deviceModel.primaryCylinders + deviceModel.alternateCylinders;
}

/**
 * Bytes that one track takes in an uncompressed image: home address, record 0, count, largest
 * record and end marker, rounded up to 512.
 */
export function slotBytes(deviceType: DeviceType): number {
  return Math.ceil((37 + deviceType.recordBytesMax) / 512) * 512;
}
