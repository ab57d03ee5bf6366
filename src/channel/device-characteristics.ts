/**
 * What a device says of itself: the 64 bytes of read device characteristics and the 7 or 12 bytes of
 * sense id.
 *
 * | offset | bytes | field |
 * | --- | --- | --- |
 * | 0 | 2 | control unit type |
 * | 2 | 1 | control unit model |
 * | 3 | 2 | device type |
 * | 5 | 1 | device model |
 * | 6 | 4 | facilities |
 * | 10 | 1 | device class, X'20' for direct access |
 * | 11 | 1 | unit type |
 * | 12 | 2 | primary cylinders; X'FFFE' when there are more than 65,520 |
 * | 14 | 2 | tracks of a cylinder |
 * | 16 | 1 | sectors |
 * | 17 | 3 | track length |
 * | 20 | 2 | length of home address and record 0 |
 * | 22 | 6 | capacity formula and its factors |
 * | 28 | 2 | first alternate cylinder, when the volume includes alternates |
 * | 30 | 2 | alternate tracks of the volume |
 * | 40, 41 | 2 | record ids for error recording: the unit type |
 * | 42 | 1 | control unit code |
 * | 43 | 1 | X'02' |
 * | 44 | 2 | largest record 0 |
 * | 47 | 1 | X'01' |
 * | 48 | 1 | factor F6 |
 * | 49 | 2 | rotational position factors |
 * | 57 | 1 | X'FF' |
 * | 60 | 4 | all primary cylinders, when X'FFFE' stands at 12 |
 *
 * Figures are facts of the hardware, taken from what an independent implementation answers for each
 * model (docs/sources.md, S-10 and S-16); the tests compare whole answers. The cylinders are those
 * of the volume: a volume that includes its alternate cylinders says so at 28 and 30.
 *
 * @module
 */
import type { CapacityFormula, DeviceModel } from '../geometry/device-model.ts';

/** Bytes of read device characteristics. */
export const CHARACTERISTICS_BYTES = 64;
/** Value at offset 12 that sends the reader to offset 60. */
const CYLINDERS_ELSEWHERE = 0xfffe;
/** Most cylinders that offset 12 says itself. */
const CYLINDERS_COMPATIBLE_MAX = 65_520;

/** What the characteristics say and the geometry does not. */
interface ChannelFacts {
  readonly controlUnitModel: number;
  readonly controlUnitCode: number;
  readonly facilities: number;
  /** Unit type by model code; 0 stands for all others. */
  readonly unitTypes: Readonly<Record<number, number>>;
  readonly positionFactors: number;
}

const OLD: ChannelFacts = {
  controlUnitModel: 0,
  controlUnitCode: 0,
  facilities: 0,
  unitTypes: { 0: 0 },
  positionFactors: 0,
};
const FACTS: Readonly<Record<number, ChannelFacts>> = Object.freeze({
  0x2835: OLD,
  0x2841: OLD,
  0x2314: OLD,
  0x3830: { ...OLD, controlUnitModel: 0x02 },
  0x3880: {
    controlUnitModel: 0x05,
    controlUnitCode: 0x09,
    facilities: 0x8000_0000,
    unitTypes: { 0: 0x0e },
    positionFactors: 0x5007,
  },
  0x3990: {
    controlUnitModel: 0xc2,
    controlUnitCode: 0x10,
    facilities: 0xd000_0000,
    unitTypes: { 0x02: 0x26, 0x06: 0x27, 0x0a: 0x24, 0: 0x32 },
    positionFactors: 0x7708,
  },
  0x9343: {
    controlUnitModel: 0xe0,
    controlUnitCode: 0x11,
    facilities: 0x8000_0000,
    unitTypes: { 0: 0x04 },
    positionFactors: 0x8b07,
  },
});

/**
 * The characteristics of a device.
 *
 * @param cylinders - Cylinders of its volume, alternates included.
 */
export function deviceCharacteristics(model: DeviceModel, cylinders: number): Uint8Array {
  const { type } = model;
  const facts = factsOf(model);
  const primary = Math.min(cylinders, model.primaryCylinders);
  const isLarge = primary > CYLINDERS_COMPATIBLE_MAX;
  const unitType = facts.unitTypes[model.modelCode] ?? facts.unitTypes[0] ?? 0;
  const bytes = new Uint8Array(CHARACTERISTICS_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, type.controlUnit);
  bytes[2] = facts.controlUnitModel;
  view.setUint16(3, type.code);
  bytes[5] = model.modelCode;
  view.setUint32(6, facts.facilities);
  bytes[10] = 0x20;
  bytes[11] = unitType;
  view.setUint16(12, isLarge ? CYLINDERS_ELSEWHERE : primary);
  view.setUint16(14, type.headCount);
  bytes[16] = type.sectorCount;
  bytes[17] = type.trackLength >>> 16;
  view.setUint16(18, type.trackLength & 0xffff);
  view.setUint16(20, type.homeAndRecordZero);
  setFormula(view, type.formula);
  if (cylinders > primary) {
    view.setUint16(28, primary);
    view.setUint16(30, (cylinders - primary) * type.headCount);
  }
  bytes[40] = unitType;
  bytes[41] = unitType;
  bytes[42] = facts.controlUnitCode;
  bytes[43] = 0x02;
  view.setUint16(44, type.recordZeroBytesMax);
  bytes[47] = 0x01;
  view.setUint16(49, facts.positionFactors);
  bytes[57] = 0xff;
  if (isLarge) view.setUint32(60, primary);
  return bytes;
}

/** Formula number and factors. Devices before the 3375 leave them out. */
function setFormula(view: DataView, formula: CapacityFormula): void {
  if (formula.kind === 'cells') {
    view.setUint8(22, 1);
    view.setUint8(23, formula.cellBytes);
    view.setUint16(24, formula.dataOverhead);
    view.setUint16(26, formula.keyOverhead);
  } else if (formula.kind === 'segmentedCells') {
    const { f1, f2, f3, f4, f5, f6 } = formula;
    for (const [at, factor] of [2, f1, f2, f3, f4, f5].entries()) view.setUint8(22 + at, factor);
    view.setUint8(48, f6);
  }
}

/**
 * Sense id: X'FF', control unit type and model, device type and model; a 3990 adds a zero and one
 * command word.
 */
export function senseId(model: DeviceModel): Uint8Array {
  const { type } = model;
  const hasCommandWord = type.controlUnit === 0x3990;
  const bytes = new Uint8Array(hasCommandWord ? 12 : 7);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0xff;
  view.setUint16(1, type.controlUnit);
  bytes[3] = factsOf(model).controlUnitModel;
  view.setUint16(4, type.code);
  bytes[6] = model.modelCode;
  // Read configuration data, X'FA', of 256 bytes.
  if (hasCommandWord) view.setUint32(8, 0x40fa_0100);
  return bytes;
}

/** What a host reads out of the characteristics. */
export interface DeviceCharacteristics {
  /** Type as hexadecimal digits read as a number: 0x3390. */
  readonly typeCode: number;
  readonly modelCode: number;
  readonly controlUnit: number;
  /** Cylinders of the volume, alternates included. */
  readonly cylinders: number;
  readonly headCount: number;
  readonly trackLength: number;
}

/** Reads characteristics. @throws RangeError when there are not 64 bytes. */
export function parseDeviceCharacteristics(bytes: Uint8Array): DeviceCharacteristics {
  if (bytes.length !== CHARACTERISTICS_BYTES) {
    throw new RangeError(`device characteristics have 64 bytes, got ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const told = view.getUint16(12);
  const headCount = view.getUint16(14);
  const alternates = headCount === 0 ? 0 : Math.floor(view.getUint16(30) / headCount);
  return {
    typeCode: view.getUint16(3),
    modelCode: view.getUint8(5),
    controlUnit: view.getUint16(0),
    cylinders: (told === CYLINDERS_ELSEWHERE ? view.getUint32(60) : told) + alternates,
    headCount,
    trackLength: view.getUint32(16) & 0xff_ffff,
  };
}

function factsOf(model: DeviceModel): ChannelFacts {
  return FACTS[model.type.controlUnit] ?? OLD;
}
