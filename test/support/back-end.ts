/**
 * A back end alone, for tests of its parts.
 *
 * @module
 */
import { XxHash64 } from '../../src/base/checksum.ts';
import { MEMORY_JOURNAL, SILENT_DRIVE_WORK } from '../../src/base/default-ports.ts';
import { BackEnd, type BackEndPlan } from '../../src/media/back-end.ts';
import {
  type GroupPlan,
  type GroupShape,
  nvsBytesOf,
  shapeGroup,
  usualReserveCylinders,
} from '../../src/media/group-shape.ts';
import { SECTOR_BYTES } from '../../src/media/logical-cylinder.ts';
import { MEMORY_DRIVES } from '../../src/media/memory-drives.ts';
import { PARITY_WASM } from '../../src/media/parity-simd.ts';

/** A group of 6 and 2 drives with short cylinders, unless told otherwise. */
export function groupShape(
  capacitySectors: number,
  plan: Partial<GroupPlan> = {},
  reserveSectors = 0,
): GroupShape {
  const { dataDrives = 6, cylinderSectors = 256 } = plan;
  const usual = usualReserveCylinders(dataDrives, cylinderSectors, capacitySectors, reserveSectors);
  return shapeGroup(
    {
      dataDrives,
      redundancyDrives: 2,
      capacityBytes: capacitySectors * SECTOR_BYTES,
      cylinderSectors,
      reserveCylinders: usual,
      compression: 'none',
      ...plan,
    },
    reserveSectors,
  );
}

/** A back end whose changes are durable at once, unless told otherwise. */
export function backEndOf(shapes: readonly GroupShape[], plan: Partial<BackEndPlan> = {}): BackEnd {
  return new BackEnd({
    shapes,
    hasBytes: true,
    nvsBytes: 9 * shapes.reduce((sum, shape) => sum + nvsBytesOf(shape), 0),
    destage: 'atOnce',
    spareDrives: 0,
    parity: PARITY_WASM,
    checksum: new XxHash64(),
    driveWork: SILENT_DRIVE_WORK,
    drives: MEMORY_DRIVES,
    keeping: MEMORY_JOURNAL,
    changes: { next: () => 0, durable: () => Number.MAX_SAFE_INTEGER },
    memoryBits: 14,
    ...plan,
  });
}
