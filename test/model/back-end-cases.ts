/**
 * Small subsystems for the model of the back end: groups of few drives and short cylinders, hardly
 * larger than what is written, so that cylinders fill, empty, and are collected all the time.
 *
 * Plain data: the search for planted bugs uses the same cases with another copy of the source.
 *
 * @module
 */
import type { DeviceShape, ModelRunInput, SubsystemEngineOptions } from '../../src/testing.ts';

/** One kind of subsystem, with what is written to it. */
export interface BackEndCase {
  readonly name: string;
  readonly input: NonNullable<Parameters<typeof import('../../src/testing.ts').subsystemEngine>[0]>;
  readonly options?: SubsystemEngineOptions;
  /** Needs a port that compresses. */
  readonly compresses?: true;
  readonly contentLengths: readonly number[];
  /** Groups keep their redundancy in no sequence: there is none to keep. */
  readonly hasRedundancy: boolean;
}

const MEBIBYTE = 2 ** 20;
const shape = (trackCount: number, homeGroup?: number): DeviceShape => ({
  name: '2305-1',
  trackCount,
  trackCapacity: 432,
  geometry: '2305-1',
  ...(homeGroup === undefined ? {} : { homeGroup }),
});

/** Lengths of contents: of one sector up to the longest that such a track takes. */
const LENGTHS = [12, 3_000, 7_000, 12_000];

export const BACK_END_CASES: readonly BackEndCase[] = [
  {
    name: 'two groups of different shape, bytes',
    input: {
      capacityBytes: 2 * MEBIBYTE,
      groups: [
        { dataDrives: 2, redundancyDrives: 1, cylinderSectors: 256 },
        { dataDrives: 3, redundancyDrives: 2, cylinderSectors: 256 },
      ],
      spareDrives: 0,
    },
    contentLengths: LENGTHS,
    hasRedundancy: true,
  },
  {
    name: 'compressed bytes, a spare, destage in the background',
    input: {
      capacityBytes: MEBIBYTE,
      groups: [{ dataDrives: 4, redundancyDrives: 2, cylinderSectors: 256, compression: 'zstd' }],
      spareDrives: 1,
      nvs: { destage: 'scheduled' },
      collection: { victim: 'greedy' },
    },
    compresses: true,
    contentLengths: LENGTHS,
    hasRedundancy: true,
  },
  {
    name: 'signatures',
    input: {
      content: 'signature',
      capacityBytes: 3 * MEBIBYTE,
      groups: [
        { dataDrives: 2, redundancyDrives: 1, cylinderSectors: 256 },
        { dataDrives: 3, redundancyDrives: 2, cylinderSectors: 256, compression: { ratio: 2 } },
      ],
      spareDrives: 0,
      collection: { victim: 'invalidationAge' },
    },
    contentLengths: [8, 8, 8, 12, 9_000],
    hasRedundancy: true,
  },
  {
    name: 'a journal that is behind',
    input: {
      capacityBytes: MEBIBYTE,
      groups: [{ dataDrives: 3, redundancyDrives: 2, cylinderSectors: 256 }],
      spareDrives: 0,
      nvs: { destage: 'scheduled' },
      collection: { victim: 'fifo' },
    },
    options: { durable: 'inSteps' },
    contentLengths: LENGTHS,
    hasRedundancy: true,
  },
  {
    name: 'mirrored drives, destage in the background',
    input: {
      capacityBytes: MEBIBYTE,
      groups: [{ dataDrives: 1, redundancyDrives: 1, cylinderSectors: 256, reserveCylinders: 9 }],
      spareDrives: 2,
      nvs: { destage: 'scheduled' },
      outOfSpace: 'failWrite',
    },
    contentLengths: [12, 9_000, 12_000],
    hasRedundancy: true,
  },
  {
    name: 'no redundancy, least reserve',
    input: {
      capacityBytes: MEBIBYTE,
      groups: [{ dataDrives: 3, redundancyDrives: 0, cylinderSectors: 256, reserveCylinders: 8 }],
      spareDrives: 0,
      outOfSpace: 'dropBackground',
    },
    contentLengths: LENGTHS,
    hasRedundancy: false,
  },
];

/** Devices for a case: with home groups of their own, where there are several groups. */
export function backEndShapes({ input }: BackEndCase): Partial<ModelRunInput> {
  if ((input.groups?.length ?? 1) === 1) {
    // A few tracks that are written all the time, and many that are not.
    return { shapes: [shape(16), shape(160), shape(432)] };
  }
  const [small, other] = [shape(96, 0), shape(96, 1)];
  return {
    shapes: [small, other, shape(160), shape(160, 1), shape(432, 0)],
    shapesAtStart: [small, other, small],
  };
}
