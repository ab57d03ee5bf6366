/**
 * What a scenario says about the back end of a subsystem: redundancy groups with their drives, the
 * non-volatile store, collection, thresholds; and how long a device keeps its past.
 *
 * @module
 */
import { z } from 'zod';
import {
  bytesField,
  countField,
  durationField,
  parsedField,
  positiveField,
  switchField,
} from './field.ts';
import type { Parsed } from './quantity.ts';
import { strictMap } from './strict-map.ts';

/** How a group stores tracks: as they are, by zstd, or as signatures of a modelled length. */
export type Compression = 'none' | 'zstd' | { readonly ratio: number };

/** `none`, `zstd`, or `ratio 3.6`: how many bytes of tracks one stored byte stands for. */
function parseCompression(text: string): Parsed<Compression> {
  if (text === 'none' || text === 'zstd') return { kind: 'value', value: text };
  const ratio = Number(/^ratio\s+(\d+(?:\.\d+)?)$/.exec(text)?.[1] ?? Number.NaN);
  if (ratio >= 1) return { kind: 'value', value: { ratio } };
  return {
    kind: 'fault',
    what: `'${text}' is no compression`,
    fix: 'write none, zstd, or a ratio from 1 up, such as ratio 3.6',
  };
}

/** A redundancy group. */
export const GROUP = strictMap({
  dataDrives: positiveField('Drives that hold data').default(13),
  redundancyDrives: countField('Drives that hold redundancy: 0, 1 or 2').default(2),
  capacity: bytesField('Space of this group; an equal share when left out').optional(),
  cylinderSectors: positiveField('Sectors of a drive cylinder, a power of two').optional(),
  reserveCylinders: positiveField('Logical cylinders that hosts can never take').optional(),
  compression: parsedField(
    parseCompression,
    ['string'],
    'none, zstd, or a modelled ratio for signatures: ratio 3.6',
  ).default('none'),
});

/** Keys of a subsystem that are about its back end. */
export const BACK_END_FIELDS = {
  groups: z
    .array(GROUP)
    .min(1)
    .optional()
    .meta({ description: 'Redundancy groups; one of 13+2 when left out' }),
  spares: countField('Spare drives that wait for a failure').default(1),
  nvs: strictMap({
    size: bytesField('Space of the non-volatile store for written tracks').optional(),
    destage: z
      .enum(['atOnce', 'scheduled'])
      .default('atOnce')
      .meta({ description: 'atOnce: when a cylinder is full. scheduled: by background work' }),
  })
    .optional()
    .meta({ description: 'Where tracks gather before they go to drives' }),
  collection: strictMap({
    victim: z
      .enum(['greedy', 'costBenefit', 'invalidationAge', 'fifo'])
      .default('costBenefit')
      .meta({ description: 'Which cylinder is emptied next' }),
  })
    .optional()
    .meta({ description: 'How free space is collected' }),
  thresholds: strictMap({
    warn: positiveField('Percent of net capacity load at which a warning is given').default(75),
    alert: positiveField('Percent at which an alert is given').default(90),
    critical: positiveField('Percent at which new backups are refused').default(95),
  })
    .optional()
    .meta({ description: 'Net capacity load that is told' }),
};

/** Keys of a device that are about space that comes back and points that stay. */
export const DEVICE_SPACE_FIELDS = {
  releaseExcluded: switchField('Whether this device is never released').default(false),
  retention: strictMap({
    everyWrites: positiveField('A point after so many tracks written').optional(),
    every: durationField('A point after so much model time').optional(),
    keep: positiveField('Points kept at most; the oldest goes first').optional(),
    keepFor: durationField('How far back one can go').optional(),
  })
    .optional()
    .meta({ description: 'Points in time that are kept by rule' }),
};
