/**
 * Zones, spares and skews of a DiskSim drive description (`dm_layout_g1`).
 *
 * The meaning of each number follows the DiskSim 4.0 reference manual, section "G1 Layout".
 *
 * @module
 */
import type {
  DriveDefect,
  DriveZone,
  HeadOrder,
  Sparing,
} from '../device/drive/drive-parameters.ts';
import type { DiskSimBlock, DiskSimValue } from './disksim-blocks.ts';
import { DiskSimFields } from './disksim-fields.ts';

/** What a layout says. */
export interface DiskSimLayout {
  readonly headOrder: HeadOrder;
  readonly sparing: Sparing;
  readonly zones: readonly DriveZone[];
}

const HEAD_ORDERS: readonly HeadOrder[] = ['restart', 'serpentine-by-zone', 'serpentine'];

/** The sparing schemes 0 to 10: stretch, which end, whether slipped sectors take spares. */
const SPARING: readonly (readonly [Sparing['stretch'], Sparing['at'], boolean])[] = [
  ['none', 'end', false],
  ['zone', 'end', true],
  ['cylinder', 'end', true],
  ['track', 'end', true],
  ['cylinder', 'end', false],
  ['cylinder', 'front', true],
  ['cylinder', 'front', false],
  ['drive', 'end', false],
  ['cylinders', 'end', true],
  ['zone', 'end', true],
  ['zone', 'end', false],
];

/** Whole tracks are the unit of this scheme alone. */
const TRACK_SCHEME = 1;

/**
 * Reads a layout.
 *
 * @param notes - Gets a line for everything that is there and not used.
 * @throws InputError (CONFIGURATION_INVALID) for other layouts and unknown schemes.
 */
export function readLayout(block: DiskSimBlock, notes: string[]): DiskSimLayout {
  const fields = new DiskSimFields(block);
  if (block.type !== 'dm_layout_g1') {
    fields.fail('Layout Model', block.line, `${block.type} is not known, only dm_layout_g1 is`);
  }
  const mapping = fields.number('LBN-to-PBN mapping scheme');
  const headOrder = HEAD_ORDERS[mapping];
  if (headOrder === undefined) {
    return fields.fail('LBN-to-PBN mapping scheme', block.line, `${mapping} is none of 0 to 2`);
  }
  const scheme = fields.number('Sparing scheme used');
  const known = SPARING[scheme];
  if (known === undefined) {
    return fields.fail('Sparing scheme used', block.line, `${scheme} is none of 0 to 10`);
  }
  const [stretch, at, slipsUseSpares] = known;
  const sparing: Sparing = {
    unit: scheme === TRACK_SCHEME ? 'track' : 'sector',
    stretch,
    stretchCylinders: fields.numberOr('Rangesize for sparing', 1),
    at,
    slipsUseSpares,
  };
  const units = fields.has('Skew units') ? fields.word('Skew units') : 'sectors';
  const zones = fields.list('Zones').map((value) => readZone(value, fields, units, notes));
  for (const key of fields.unused()) notes.push(`layout: '${key}' is not known and not used`);
  return { headOrder, sparing, zones: zones.toSorted((a, b) => a.firstCylinder - b.firstCylinder) };
}

function readZone(
  value: DiskSimValue,
  layout: DiskSimFields,
  layoutUnits: string,
  notes: string[],
): DriveZone {
  if (value.kind !== 'block' || value.type !== 'dm_layout_g1_zone') {
    return layout.fail('Zones', value.line, 'every zone has to be a dm_layout_g1_zone block');
  }
  const fields = new DiskSimFields(value);
  const sectorsPerTrack = fields.number('Blocks per track');
  const units = fields.has('Skew units') ? fields.word('Skew units') : layoutUnits;
  if (units !== 'sectors' && units !== 'revolutions') {
    fields.fail('Skew units', value.line, `${units} is neither sectors nor revolutions`);
  }
  const perUnit = units === 'revolutions' ? sectorsPerTrack : 1;
  const defects = fields.numbers('defects');
  const zone: DriveZone = {
    firstCylinder: fields.number('First cylinder number'),
    lastCylinder: fields.number('Last cylinder number'),
    sectorsPerTrack,
    trackSkew: fields.numberOr('Skew for track switch', 0) * perUnit,
    cylinderSkew: fields.numberOr('Skew for cylinder switch', 0) * perUnit,
    firstSectorOffset: fields.number('Offset of first block') * perUnit,
    reservedSectors: fields.number('Empty space at zone front'),
    spares: fields.number('Number of spares'),
    slips: fields.numbers('slips').toSorted((a, b) => a - b),
    defects: defects.flatMap((original, at): DriveDefect[] =>
      at % 2 === 0 ? [{ original, replacement: defects[at + 1] ?? original }] : [],
    ),
  };
  if (zone.lastCylinder < zone.firstCylinder || sectorsPerTrack < 1) {
    fields.fail('Last cylinder number', value.line, 'a zone has at least one cylinder and sector');
  }
  for (const key of fields.unused()) notes.push(`zone: '${key}' is not known and not used`);
  return zone;
}
