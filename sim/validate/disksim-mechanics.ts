/**
 * Arm and spindle of a DiskSim drive description (`dm_mech_g1`), and files with a measured seek curve.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import type { Positioning, SeekParameters } from '../device/drive/drive-parameters.ts';
import type { DiskSimBlock } from './disksim-blocks.ts';
import { DiskSimFields } from './disksim-fields.ts';

/** What a mechanical model says. */
export interface DiskSimMechanics {
  readonly positioning: Positioning;
  readonly seek: SeekParameters;
  readonly headSwitch: number;
  readonly writeSettle: number;
  readonly revolutionsPerMinute: number;
}

/** How many short seeks a description lists by themselves. */
const SHORT_SEEKS = 10;

/** In place of the time of one cylinder: take it from the law. */
const NOT_GIVEN = -1;

/**
 * Reads a mechanical model.
 *
 * @param readFile - Text of a file beside the description, for the seek curve.
 * @param notes - Gets a line for everything that is there and not used.
 */
export function readMechanics(
  block: DiskSimBlock,
  readFile: (name: string) => string,
  notes: string[],
): DiskSimMechanics {
  const fields = new DiskSimFields(block);
  if (block.type !== 'dm_mech_g1') {
    fields.fail('Mechanical Model', block.line, `${block.type} is not known, only dm_mech_g1 is`);
  }
  const mechanics: DiskSimMechanics = {
    positioning: readPositioning(fields),
    seek: readSeek(fields, readFile),
    headSwitch: fields.number('Head switch time'),
    writeSettle: fields.number('Add. write settling delay'),
    revolutionsPerMinute: fields.number('Rotation speed (in rpms)'),
  };
  if (fields.numberOr('Percent error in rpms', 0) !== 0) {
    notes.push("'Percent error in rpms' is not used: the spindle runs at its nominal speed");
  }
  // Each kind of curve has its own keys; the others may stand there as well.
  fields.passOver([
    'Single cylinder seek time',
    'Average seek time',
    'Full strobe seek time',
    'Constant seek time',
    'Constant access time',
    'First ten seek times',
    'HPL seek equation values',
    'Full seek curve',
  ]);
  for (const key of fields.unused()) notes.push(`mechanics: '${key}' is not known and not used`);
  return mechanics;
}

function readPositioning(fields: DiskSimFields): Positioning {
  const type = fields.word('Access time type');
  switch (type) {
    case 'trackSwitchPlusRotation':
      return { kind: 'full' };
    case 'averageRotation':
      return { kind: 'average-rotation' };
    case 'constant':
      return { kind: 'constant', time: fields.number('Constant access time') };
    default:
      return fields.fail('Access time type', fields.block.line, `'${type}' is not known`);
  }
}

function readSeek(fields: DiskSimFields, readFile: (name: string) => string): SeekParameters {
  const type = fields.word('Seek type');
  switch (type) {
    case 'extracted': {
      const name = fields.word('Full seek curve');
      return readSeekFile(readFile(name), name);
    }
    case 'constant':
      return { kind: 'constant', time: fields.number('Constant seek time') };
    case 'linear':
    case 'curve':
      return {
        kind: type === 'linear' ? 'three-point-line' : 'three-point-curve',
        single: fields.number('Single cylinder seek time'),
        average: fields.number('Average seek time'),
        full: fields.number('Full strobe seek time'),
      };
    case 'hpl':
    case 'hplplus10':
      return readTwoPiece(fields, type === 'hplplus10');
    default:
      return fields.fail('Seek type', fields.block.line, `'${type}' is not known`);
  }
}

/** Six values: boundary, two constants each with its factor, and the time of one cylinder. */
function readTwoPiece(fields: DiskSimFields, hasShortest: boolean): SeekParameters {
  const values = fields.numbers('HPL seek equation values');
  const [boundary, nearConstant, nearRoot, farConstant, farSlope, single] = values;
  if (
    boundary === undefined ||
    nearConstant === undefined ||
    nearRoot === undefined ||
    farConstant === undefined ||
    farSlope === undefined
  ) {
    return fields.fail('HPL seek equation values', fields.block.line, 'it needs six numbers');
  }
  const listed = hasShortest ? fields.numbers('First ten seek times') : [];
  if (hasShortest && listed.length < SHORT_SEEKS) {
    fields.fail('First ten seek times', fields.block.line, 'it needs ten numbers');
  }
  const one = single === undefined || single === NOT_GIVEN ? [] : [single];
  return {
    kind: 'two-piece',
    boundary,
    nearConstant,
    nearRoot,
    farConstant,
    farSlope,
    shortest: hasShortest ? listed : one,
  };
}

/**
 * Reads a measured seek curve: a first line with the number of points, then `distance, milliseconds`.
 *
 * @throws InputError (CONFIGURATION_INVALID) with the line.
 */
function readSeekFile(text: string, name: string): SeekParameters {
  const distances: number[] = [];
  const times: number[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || /^\s*(#|Seek distances measured)/i.test(line)) continue;
    const [distance = Number.NaN, time = Number.NaN] = line
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(Number);
    const isNext = distance > (distances.at(-1) ?? 0);
    if (!Number.isFinite(time) || !Number.isInteger(distance) || !isNext || time < 0) {
      throw new InputError('CONFIGURATION_INVALID', {
        what: `'${line.trim()}' is no point of a seek curve`,
        place: { file: name, line: at + 1 },
        limit: 'a line is a distance in cylinders, larger than the one before, and milliseconds',
        fix: 'correct the line',
      });
    }
    distances.push(distance);
    times.push(time);
  }
  if (distances.length < 2) {
    throw new InputError('CONFIGURATION_INVALID', {
      what: 'no seek curve',
      place: { file: name },
      limit: 'a curve needs at least two points',
      fix: 'give the file with the measured seeks',
    });
  }
  return { kind: 'table', distances, times };
}
