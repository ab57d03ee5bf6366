/**
 * The published data rates of the Ultrastar XP against reading with the model: of a track, and of many
 * cylinders with skew and spares, for the models of 16, 8 and 4 surfaces.
 *
 * Source: S-33 of `docs/sources.md`, the table of data sector transfer rates.
 *
 * @module
 */
import { DriveMechanics } from '../device/drive/drive-mechanics.ts';
import type { DriveParameters, DriveZone } from '../device/drive/drive-parameters.ts';
import { type ValidationCheck, type ValidationSection, within } from './check.ts';

/** MB/s of a track, notches 1 to 10. */
const TRACK_RATES = [8.3, 8.3, 7.99, 7.74, 7.38, 7.07, 6.88, 6.64, 6.45, 6.15];

/** By surfaces: MB/s over cylinders, and spares in a cylinder, notches 1 to 10. */
const MODELS = [
  {
    surfaces: 16,
    rates: [7.52, 7.52, 7.22, 7.02, 6.66, 6.41, 6.23, 6.03, 5.85, 5.55],
    spares: [40, 40, 38, 37, 36, 34, 33, 32, 31, 30],
  },
  {
    surfaces: 8,
    rates: [7.48, 7.48, 7.18, 6.99, 6.63, 6.38, 6.19, 6.0, 5.83, 5.53],
    spares: [20, 20, 19, 19, 18, 17, 17, 16, 16, 15],
  },
  {
    surfaces: 4,
    rates: [7.4, 7.4, 7.11, 6.92, 6.57, 6.31, 6.13, 5.94, 5.77, 5.48],
    spares: [10, 10, 10, 9, 9, 9, 8, 8, 8, 7],
  },
];

/** Half of the last digit, and as much for the rounding of what the published rates were made from. */
const TOLERANCE = 0.01;
const SECTOR_BYTES = 512;
const NANOS_PER_SECOND = 1e9;
const BYTES_PER_MEGABYTE = 1e6;
/** Cylinders that are read in one go. */
const CYLINDERS = 20;
/** Capacity of the models with 16 surfaces, bytes; published as 4.51 GB. */
const CAPACITY_GIGABYTES = 4.51;

/** Compares; `drive` is the parameter set `ultrastar-xp`. */
export function checkUltrastarRates(drive: DriveParameters): ValidationSection {
  const capacity = ((drive.sectorCount ?? 0) * SECTOR_BYTES) / 1e9;
  const tracks = drive.zones.map((zone, at) =>
    within(
      `notch ${at + 1}, track`,
      'MB/s',
      TRACK_RATES[at] ?? 0,
      rateOf(drive, zone, zone.sectorsPerTrack / 2, 0),
      TOLERANCE,
    ),
  );
  return {
    id: 'ultrastar-rates',
    title: 'Transfer rates of the ten-zone Ultrastar XP',
    source: 'S-33',
    checks: [
      within('capacity', 'GB', CAPACITY_GIGABYTES, capacity, 0.005),
      ...tracks,
      ...MODELS.flatMap((model) => checkModel(drive, model)),
    ],
  };
}

function checkModel(drive: DriveParameters, model: (typeof MODELS)[number]): ValidationCheck[] {
  return drive.zones.map((zone, at) => {
    const spares = model.spares[at] ?? 0;
    // The skew counts from the last sector that holds data, so it moves with the spares.
    const cylinderSkew = zone.cylinderSkew + zone.spares - spares;
    const perCylinder = model.surfaces * zone.sectorsPerTrack - spares;
    const variant = { ...zone, spares, cylinderSkew };
    const surfaces = { ...drive, surfaces: model.surfaces };
    return within(
      `notch ${at + 1}, cylinders of ${model.surfaces} tracks`,
      'MB/s',
      model.rates[at] ?? 0,
      rateOf(surfaces, variant, CYLINDERS * perCylinder, perCylinder),
      TOLERANCE,
    );
  });
}

/**
 * Rate of reading on: `sectors` more after the first `before`, so that neither arm nor latency of the
 * start count.
 */
function rateOf(drive: DriveParameters, zone: DriveZone, sectors: number, before: number): number {
  const { sectorCount: _all, ...rest } = drive;
  const alone = { ...rest, zones: [zone] };
  const first = Math.max(1, before);
  const whole = Math.floor(sectors);
  const short = new DriveMechanics(alone).read(0, 0, first, 0, 1, 0, false);
  const long = new DriveMechanics(alone).read(0, 0, first + whole, 0, 1, 0, false);
  const seconds = (long - short) / NANOS_PER_SECOND;
  return (whole * SECTOR_BYTES) / BYTES_PER_MEGABYTE / seconds;
}
