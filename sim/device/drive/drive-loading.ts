/**
 * Loading parameter sets of drives: `../parameters/drives/*.yaml`, or a file of the user's own.
 *
 * A file has fewer figures than the model: what data sheets do not tell apart (the steps of the bus
 * protocol, say) is part of the command overheads here, and what they do not tell at all is as in
 * `UNSAID`.
 *
 * @module
 */
import { z } from 'zod';
import { InputError } from '../../../src/index.ts';
import {
  amount,
  choice,
  count,
  decision,
  type Figure,
  listFigures,
  quantity,
  readParameterFile,
} from '../parameter-document.ts';
import type { SourcedFigure } from '../subsystem-parameters.ts';
import type { ByPrevious, DriveParameters, DriveZone, SeekParameters } from './drive-parameters.ts';

/** A parameter set of a drive. */
export interface DriveSet {
  readonly name: string;
  readonly description: string;
  readonly parameters: DriveParameters;
  /** Every figure with its source. */
  readonly figures: readonly SourcedFigure[];
}

const CYLINDERS_MAX = 1e6;
const SECTORS_MAX = 1e12;
const SKEW_MAX = 1e4;
const SECTOR_BYTES = 512;
const NANOS_PER_MILLI = 1e6;

/** Numbers in a row, one for each zone. */
const numbers = z
  .strictObject({ value: z.string(), source: z.string().min(1) })
  .transform(({ value, source }, context): Figure<readonly number[]> => {
    const found = value.trim().split(/\s+/).map(Number);
    if (found.some((number) => !Number.isInteger(number))) {
      context.addIssue({
        code: 'custom',
        path: ['value'],
        message: `'${value}' is not a row of whole numbers`,
        params: { fix: 'write one whole number for each zone' },
      });
      return z.NEVER;
    }
    return { value: found, text: value.trim(), source };
  });

const SEEK = z.union([
  z.strictObject({
    law: choice(['three-point-curve', 'three-point-line']),
    single: quantity('duration'),
    average: quantity('duration'),
    full: quantity('duration'),
  }),
  z.strictObject({
    law: choice(['two-piece']),
    boundary: count(1, CYLINDERS_MAX),
    nearConstant: quantity('duration'),
    nearRoot: quantity('duration'),
    farConstant: quantity('duration'),
    farSlope: quantity('duration'),
  }),
]);

const FORM = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  revolutionsPerMinute: amount(1, 1e5),
  surfaces: count(1, 1000),
  headOrder: choice(['restart', 'serpentine', 'serpentine-by-zone']),
  sectors: count(1, SECTORS_MAX),
  sparesAt: choice(['none', 'cylinder', 'drive']),
  zones: z.strictObject({
    first: numbers,
    last: numbers,
    sectorsPerTrack: numbers,
    trackSkew: numbers,
    cylinderSkew: numbers,
    spares: numbers,
  }),
  seek: SEEK,
  headSwitch: quantity('duration'),
  writeSettle: quantity('duration'),
  overheads: z.strictObject({
    read: quantity('duration'),
    readHit: quantity('duration'),
    write: quantity('duration'),
    writeHit: quantity('duration'),
    completion: quantity('duration'),
  }),
  bus: z.strictObject({ rate: quantity('rate'), readWaterMark: amount(0, 1) }),
  buffer: z.strictObject({
    segments: count(1, 1000),
    segmentSectors: count(1, 1e6),
    readAhead: choice(['none', 'track', 'cylinder', 'segment', 'next-track']),
    fastWrite: choice(['never', 'appending', 'always']),
    readsWrittenData: decision(),
  }),
});

type Form = z.infer<typeof FORM>;

/** What files of drives do not say, and the model wants to know. */
const UNSAID = Object.freeze({
  protocol: Object.freeze({
    request: 0,
    dataPreparation: 0,
    firstReselection: 0,
    otherReselection: 0,
    readDisconnect: Object.freeze({ afterRead: 0, afterWrite: 0 }),
    writeDisconnect: 0,
    minimumSeek: 0,
  }),
  bus: Object.freeze({
    waterMarkOf: 'request',
    holdRead: false,
    sendsPartialHits: true,
    neverDisconnect: false,
  } as const),
  buffer: Object.freeze({
    isCaching: true,
    writeSegments: 1,
    hasOwnWriteSegment: false,
    minimumReadAhead: 0,
    replacesRequested: false,
    readsOnAfterHit: true,
    keepsPassing: false,
    zeroLatencyRead: false,
    zeroLatencyWrite: false,
    almostHits: true,
    combinesWrites: true,
    writesStopReadAhead: true,
    stopsInSector: true,
  }),
});

/**
 * Reads a parameter set.
 *
 * @param text - Text of the YAML file.
 * @param name - Name of the file, for messages.
 * @throws InputError CONFIGURATION_INVALID with line and column of the first mistake.
 */
export function loadDriveSet(text: string, name: string): DriveSet {
  const form = readParameterFile<Form>(text, name, FORM);
  const { overheads, bus, buffer } = form;
  const sectorMillis = (SECTOR_BYTES / bus.rate.value) * 1000;
  const parameters: DriveParameters = Object.freeze<DriveParameters>({
    name: form.name,
    source: `parameter set ${form.name}`,
    revolutionsPerMinute: form.revolutionsPerMinute.value,
    surfaces: form.surfaces.value,
    headOrder: form.headOrder.value,
    sparing: {
      unit: 'sector',
      stretch: form.sparesAt.value,
      stretchCylinders: 1,
      at: 'end',
      slipsUseSpares: true,
    },
    sectorCount: form.sectors.value,
    zones: zonesOf(form, name),
    positioning: { kind: 'full' },
    seek: seekOf(form.seek),
    headSwitch: millis(form.headSwitch),
    writeSettle: millis(form.writeSettle),
    overheads: {
      ...UNSAID.protocol,
      readHit: always(overheads.readHit),
      readMiss: always(overheads.read),
      writeHit: always(overheads.writeHit),
      writeMiss: always(overheads.write),
      readCompletion: millis(overheads.completion),
      writeCompletion: millis(overheads.completion),
    },
    bus: {
      ...UNSAID.bus,
      readSector: sectorMillis,
      writeSector: sectorMillis,
      readWaterMark: bus.readWaterMark.value,
    },
    buffer: {
      ...UNSAID.buffer,
      segments: buffer.segments.value,
      segmentSectors: buffer.segmentSectors.value,
      maximumReadAhead: buffer.segmentSectors.value,
      readAhead: buffer.readAhead.value,
      fastWrite: buffer.fastWrite.value,
      readsWrittenData: buffer.readsWrittenData.value,
    },
  });
  return Object.freeze({
    name: form.name,
    description: form.description,
    parameters,
    figures: Object.freeze(listFigures(form)),
  });
}

function zonesOf(form: Form, file: string): readonly DriveZone[] {
  const { first, last, sectorsPerTrack, trackSkew, cylinderSkew, spares } = form.zones;
  const columns = [first, last, sectorsPerTrack, trackSkew, cylinderSkew, spares];
  if (columns.some((column) => column.value.length !== first.value.length)) {
    throw invalid(
      file,
      'the columns of zones are not equally long',
      'a zone has one number in each',
    );
  }
  let next = 0;
  return first.value.map((firstCylinder, at): DriveZone => {
    const zone: DriveZone = {
      firstCylinder,
      lastCylinder: last.value[at] ?? 0,
      sectorsPerTrack: sectorsPerTrack.value[at] ?? 0,
      trackSkew: trackSkew.value[at] ?? 0,
      cylinderSkew: cylinderSkew.value[at] ?? 0,
      firstSectorOffset: 0,
      reservedSectors: 0,
      spares: spares.value[at] ?? 0,
      slips: [],
      defects: [],
    };
    const isPossible =
      firstCylinder >= next &&
      zone.lastCylinder >= firstCylinder &&
      zone.lastCylinder < CYLINDERS_MAX &&
      zone.sectorsPerTrack > 0 &&
      zone.spares >= 0 &&
      Math.abs(zone.trackSkew) + Math.abs(zone.cylinderSkew) < SKEW_MAX;
    if (!isPossible) {
      throw invalid(file, `zone ${at + 1} cannot be`, 'zones ascend, and each has sectors');
    }
    next = zone.lastCylinder + 1;
    return zone;
  });
}

function seekOf(seek: Form['seek']): SeekParameters {
  if ('boundary' in seek) {
    return {
      kind: 'two-piece',
      boundary: seek.boundary.value,
      nearConstant: millis(seek.nearConstant),
      nearRoot: millis(seek.nearRoot),
      farConstant: millis(seek.farConstant),
      farSlope: millis(seek.farSlope),
      shortest: [],
    };
  }
  return {
    kind: seek.law.value,
    single: millis(seek.single),
    average: millis(seek.average),
    full: millis(seek.full),
  };
}

function always(figure: Figure<number>): ByPrevious {
  return { afterRead: millis(figure), afterWrite: millis(figure) };
}

function millis(figure: Figure<number>): number {
  return figure.value / NANOS_PER_MILLI;
}

function invalid(file: string, what: string, limit: string): InputError {
  return new InputError('CONFIGURATION_INVALID', {
    what,
    place: { file },
    limit,
    fix: 'correct the table of zones',
  });
}
