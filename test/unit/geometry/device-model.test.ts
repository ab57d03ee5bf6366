/**
 * Device models as data: the whole table against the figures that Hercules and IBM publish, and which
 * model is chosen for an image.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import {
  cylinderCapacity,
  DEVICE_MODELS,
  type DeviceModel,
  extendedModel,
  findModel,
  findModelForImage,
  knownModel,
  slotBytes,
} from '../../../src/geometry/device-model.ts';

/** Name, primary and alternate cylinders, heads, track length, largest record, HA + R0, sectors, slot. */
const TABLE = [
  ['2305-1', 48, 6, 8, 14_568, 14_136, 432, 90, 14_336],
  ['2305-2', 96, 12, 8, 14_858, 14_660, 198, 90, 14_848],
  ['2311-1', 200, 3, 10, 3_625, 3_625, 0, 0, 4_096],
  ['2314-1', 200, 3, 20, 7_294, 7_294, 0, 0, 7_680],
  ['3330-1', 404, 7, 19, 13_165, 13_030, 135, 128, 13_312],
  ['3330-2', 808, 7, 19, 13_165, 13_030, 135, 128, 13_312],
  ['3330-11', 808, 7, 19, 13_165, 13_030, 135, 128, 13_312],
  ['3340-1', 348, 1, 12, 8_535, 8_368, 167, 64, 8_704],
  ['3340-35', 348, 1, 12, 8_535, 8_368, 167, 64, 8_704],
  ['3340-2', 696, 2, 12, 8_535, 8_368, 167, 64, 8_704],
  ['3340-70', 696, 2, 12, 8_535, 8_368, 167, 64, 8_704],
  ['3350-1', 555, 5, 30, 19_254, 19_069, 185, 128, 19_456],
  ['3375-1', 959, 3, 12, 36_000, 35_616, 832, 196, 35_840],
  ['3380-1', 885, 1, 15, 47_968, 47_476, 1_088, 222, 47_616],
  ['3380-A', 885, 1, 15, 47_968, 47_476, 1_088, 222, 47_616],
  ['3380-B', 885, 1, 15, 47_968, 47_476, 1_088, 222, 47_616],
  ['3380-D', 885, 1, 15, 47_968, 47_476, 1_088, 222, 47_616],
  ['3380-J', 885, 1, 15, 47_968, 47_476, 1_088, 222, 47_616],
  ['3380-2', 1_770, 2, 15, 47_968, 47_476, 1_088, 222, 47_616],
  ['3380-E', 1_770, 2, 15, 47_968, 47_476, 1_088, 222, 47_616],
  ['3380-3', 2_655, 3, 15, 47_968, 47_476, 1_088, 222, 47_616],
  ['3380-K', 2_655, 3, 15, 47_968, 47_476, 1_088, 222, 47_616],
  ['3380-EMC3380K+', 3_339, 3, 15, 47_968, 47_476, 1_088, 222, 47_616],
  ['3380-EMC3380K++', 3_993, 3, 15, 47_968, 47_476, 1_088, 222, 47_616],
  ['3390-1', 1_113, 1, 15, 58_786, 56_664, 1_428, 224, 56_832],
  ['3390-2', 2_226, 1, 15, 58_786, 56_664, 1_428, 224, 56_832],
  ['3390-3', 3_339, 1, 15, 58_786, 56_664, 1_428, 224, 56_832],
  ['3390-9', 10_017, 3, 15, 58_786, 56_664, 1_428, 224, 56_832],
  ['3390-27', 32_760, 3, 15, 58_786, 56_664, 1_428, 224, 56_832],
  ['3390-J', 32_760, 3, 15, 58_786, 56_664, 1_428, 224, 56_832],
  ['3390-54', 65_520, 3, 15, 58_786, 56_664, 1_428, 224, 56_832],
  ['3390-JJ', 65_520, 3, 15, 58_786, 56_664, 1_428, 224, 56_832],
  ['9345-1', 1_440, 0, 15, 48_280, 46_456, 1_184, 213, 46_592],
  ['9345-2', 2_156, 0, 15, 48_280, 46_456, 1_184, 213, 46_592],
] as const;

describe('the device table', () => {
  it('holds the published figures, model by model, and no other model', () => {
    const rows = DEVICE_MODELS.map((model) => [
      model.name,
      model.primaryCylinders,
      model.alternateCylinders,
      model.type.headCount,
      model.type.trackLength,
      model.type.recordBytesMax,
      model.type.homeAndRecordZero,
      model.type.sectorCount,
      slotBytes(model.type),
    ]);
    expect(rows).toEqual(TABLE.map((row) => [...row]));
  });

  it('has the volume sizes that IBM gives, largest record times tracks', () => {
    const volumeBytes = (name: string): number => {
      const model = findModel(name);
      if (model === undefined) throw new Error(name);
      return model.primaryCylinders * model.type.headCount * model.type.recordBytesMax;
    };
    expect(volumeBytes('3380-K')).toBe(1_890_731_700);
    expect(volumeBytes('3390-1')).toBe(946_005_480);
    expect(volumeBytes('3390-3')).toBe(2_838_016_440);
    expect(volumeBytes('3390-9')).toBe(8_514_049_320);
    expect(volumeBytes('3390-54')).toBe(55_689_379_200);
  });

  it('names every type by its code', () => {
    for (const { name, type } of DEVICE_MODELS) {
      expect(type.code.toString(16)).toBe(type.name);
      expect(name.startsWith(`${type.name}-`)).toBe(true);
    }
  });
});

describe('findModel', () => {
  it('finds by the exact name only', () => {
    expect(findModel('3390-3')?.primaryCylinders).toBe(3_339);
    expect(findModel('3390-j')).toBeUndefined();
    expect(findModel('3390')).toBeUndefined();
  });
});

describe('extendedModel', () => {
  it('takes any size of an extended address volume', () => {
    expect(extendedModel(65_521).primaryCylinders).toBe(65_521);
    const largest = extendedModel(1_182_006);
    expect(cylinderCapacity(largest) * largest.type.headCount).toBe(17_730_090);
    expect(largest.name).toBe('3390-A');
  });

  it.each([65_520, 1_182_007, 70_000.5])('refuses %d cylinders', (cylinders) => {
    expect(() => extendedModel(cylinders)).toThrow('a 3390-A has 65521 to 1182006 cylinders');
  });
});

describe('findModelForImage', () => {
  it.each([
    [0x90, 15, 1_113, '3390-1'],
    [0x90, 15, 1_114, '3390-1'],
    [0x3390, 15, 3_339, '3390-3'],
    [0x90, 15, 10_020, '3390-9'],
    [0x90, 15, 65_523, '3390-54'],
    [0x90, 15, 65_524, '3390-A'],
    [0x50, 30, 555, '3350-1'],
    [0x30, 19, 815, '3330-2'],
    [0x14, 20, 203, '2314-1'],
    [0x11, 10, 200, '2311-1'],
    [0x05, 8, 48, '2305-1'],
    [0x05, 8, 96, '2305-2'],
    [0x45, 15, 2_156, '9345-2'],
  ])('type %d with %d heads and %d cylinders is a %s', (code, heads, cylinders, name) => {
    expect(findModelForImage(code, heads, cylinders)?.name).toBe(name);
  });

  it('knows no model for other heads, types or sizes', () => {
    expect(findModelForImage(0x90, 14, 1_113)).toBeUndefined();
    expect(findModelForImage(0x99, 15, 1_113)).toBeUndefined();
    expect(findModelForImage(0x50, 30, 70_000)).toBeUndefined();
    expect(findModelForImage(0x90, 15, 1_182_007)).toBeUndefined();
  });
});

describe('a model that was read from somewhere', () => {
  it.each([...DEVICE_MODELS, extendedModel(1_182_006)])('is the known one: $name', (model) => {
    const read = structuredClone(model);
    const known = knownModel(read);
    expect(known).toEqual(model);
    expect(known.type).toBe(findModel(model.name)?.type ?? findModel('3390-3')?.type);
    if (model.name !== '3390-A') expect(known).toBe(model);
  });

  it('stays what it is when no known model has its figures', () => {
    const other = { ...structuredClone(findModel('3390-3') as DeviceModel), primaryCylinders: 7 };
    expect(knownModel(other)).toBe(other);
    const unknown = { ...other, name: '9999-1' };
    expect(knownModel(unknown)).toBe(unknown);
  });
});
