/**
 * A drive as DiskSim describes it: from its files to the parameters of our own model.
 *
 * `NAME.parv` names the drive and the buses to it, and includes the drive's own block, which includes
 * layout, mechanics and seek curve. What each key means is taken from the DiskSim 4.0 reference
 * manual. Nothing here looks at measured times.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';
import type {
  ByPrevious,
  DriveBuffer,
  DriveBus,
  DriveOverheads,
  DriveParameters,
  ReadAhead,
} from '../device/drive/drive-parameters.ts';
import {
  type DiskSimBlock,
  type DiskSimComponent,
  type DiskSimFile,
  readDiskSimFile,
} from './disksim-blocks.ts';
import { DiskSimFields } from './disksim-fields.ts';
import { readLayout } from './disksim-layout.ts';
import { readMechanics } from './disksim-mechanics.ts';

/** Files by name: a folder, or anything like one. */
export interface DescriptionFiles {
  readonly names: readonly string[];
  /** Text of one of them. @throws InputError FILE_NOT_FOUND */
  readonly text: (name: string) => string;
}

/** A drive read from its description. */
export interface DescribedDrive {
  readonly parameters: DriveParameters;
  /** Files that were read. */
  readonly used: readonly string[];
  /** What the description says and the model does not use. */
  readonly notes: readonly string[];
}

const READ_AHEAD: readonly ReadAhead[] = ['none', 'track', 'cylinder', 'segment', 'next-track'];
const FAST_WRITE: readonly DriveBuffer['fastWrite'][] = ['never', 'appending', 'always'];

/** Keys that matter only with several requests at a time, or to reports; one at a time is served. */
const OF_NO_EFFECT = [
  'Allow sneaky full read hits',
  'Allow sneaky partial read hits',
  'Allow sneaky intermediate read hits',
  'Allow write prebuffering',
  'Avg sectors per cylinder',
  'Calc sector by sector',
  'Disconnect write if seek',
  'Hold bus entire write xfer',
  'Low (write) water mark',
  'Max queue length',
  'Preseeking level',
  'Print stats',
  'Read directly to buffer',
  'Scheduler',
];

/**
 * Reads the drive of one `.parv` file.
 *
 * @param files - The folder.
 * @param name - Name of the `.parv` file.
 * @throws InputError (CONFIGURATION_INVALID, FILE_NOT_FOUND) for what cannot be read or modelled.
 */
export function readDescribedDrive(files: DescriptionFiles, name: string): DescribedDrive {
  const used: string[] = [];
  const notes: string[] = [];
  const readText = (file: string): string => {
    if (!used.includes(file)) used.push(file);
    return files.text(file);
  };
  const opened: DiskSimFile[] = [];
  const open = (file: string): void => {
    if (opened.some((known) => known.name === file)) return;
    const content = readDiskSimFile(readText(file), file);
    opened.push(content);
    for (const source of content.sources) open(source);
  };
  open(name);
  const blocks = opened.flatMap((file) => file.blocks);
  const drive = theDrive(name, opened, blocks);
  const fields = new DiskSimFields(drive);
  const model = new DiskSimFields(included(fields, 'Model', readText));
  const layout = readLayout(included(model, 'Layout Model', readText), notes);
  const mechanics = readMechanics(included(model, 'Mechanical Model', readText), readText, notes);
  const cylinders = model.number('Number of cylinders');
  const last = Math.max(...layout.zones.map((zone) => zone.lastCylinder));
  if (last >= cylinders) {
    notes.push(`zones reach cylinder ${last}, the drive is said to have ${cylinders}`);
  }
  const parameters: DriveParameters = {
    name: drive.name,
    source: `DiskSim description ${used.join(', ')}`,
    surfaces: model.number('Number of data surfaces'),
    sectorCount: model.number('Block count'),
    ...layout,
    ...mechanics,
    overheads: readOverheads(fields),
    bus: readBus(fields, busTimes(opened, blocks, notes)),
    buffer: readBuffer(fields),
  };
  fields.passOver(OF_NO_EFFECT);
  for (const key of fields.unused()) notes.push(`drive: '${key}' is not known and not used`);
  for (const key of model.unused()) notes.push(`model: '${key}' is not known and not used`);
  return { parameters, used, notes };
}

/** The block of the one drive: what is instantiated, or the only one there is. */
function theDrive(
  name: string,
  files: readonly DiskSimFile[],
  blocks: readonly DiskSimBlock[],
): DiskSimBlock {
  const drives = blocks.filter((block) => block.type === 'disksim_disk');
  const wanted = new Set(files.flatMap((file) => [...file.instances.values()]));
  const named = drives.filter((block) => wanted.has(block.name));
  const [drive, other] = named.length > 0 ? named : drives;
  if (drive !== undefined && other === undefined) return drive;
  throw new InputError('CONFIGURATION_INVALID', {
    what: drive === undefined ? 'describes no drive' : 'describes several kinds of drive',
    place: { file: name },
    limit: 'one disksim_disk block has to be in use',
    fix: 'give every drive its own file',
  });
}

/** A block that stands in place, or in the file that is named instead. */
function included(
  fields: DiskSimFields,
  key: string,
  readText: (file: string) => string,
): DiskSimBlock {
  const value = fields.value(key);
  if (value.kind === 'block') return value;
  if (value.kind === 'source') {
    const [block] = readDiskSimFile(readText(value.file), value.file).blocks;
    if (block !== undefined) return block;
  }
  return fields.fail(key, value.line, 'it has to be a block, or the name of a file with one');
}

interface BusTimes {
  readonly read: number;
  readonly write: number;
}

/** The slowest of the buses and controllers between host and drive, milliseconds a sector. */
function busTimes(
  files: readonly DiskSimFile[],
  blocks: readonly DiskSimBlock[],
  notes: string[],
): BusTimes {
  const instances = new Map(files.flatMap((file) => [...file.instances]));
  const path = files.flatMap((file) => pathToDrive(file.topology) ?? []);
  let read = 0;
  let write = 0;
  for (const component of path) {
    const block = blocks.find((one) => one.name === (instances.get(component.name) ?? ''));
    if (block === undefined) continue;
    const fields = new DiskSimFields(block);
    if (block.type === 'disksim_bus') {
      read = Math.max(read, fields.number('Read block transfer time'));
      write = Math.max(write, fields.number('Write block transfer time'));
      if (fields.numberOr('Arbitration time', 0) > 0) {
        notes.push(`${block.name}: 'Arbitration time' is not used, the bus has one drive`);
      }
    } else if (block.type === 'disksim_ctlr') {
      const bulk = fields.numberOr('Bulk sector transfer time', 0);
      read = Math.max(read, bulk);
      write = Math.max(write, bulk);
      if (fields.numberOr('Scale for delays', 0) > 0) {
        notes.push(`${block.name}: 'Scale for delays' is not used, the controller only passes on`);
      }
    }
  }
  return { read, write };
}

/** The components from the top to the drive; undefined when there is none below. */
function pathToDrive(
  components: readonly DiskSimComponent[],
): readonly DiskSimComponent[] | undefined {
  for (const component of components) {
    if (component.type === 'disksim_disk') return [component];
    const below = pathToDrive(component.children);
    if (below !== undefined) return [component, ...below];
  }
  return undefined;
}

function readOverheads(fields: DiskSimFields): DriveOverheads {
  const scale = fields.number('Time scale for overheads');
  const time = (key: string): number => fields.number(key) * scale;
  const byPrevious = (key: string): ByPrevious => ({
    afterRead: time(`${key} after read`),
    afterWrite: time(`${key} after write`),
  });
  const overheads: DriveOverheads = {
    request: time('Per-request overhead time'),
    readHit: byPrevious('Read hit over.'),
    readMiss: byPrevious('Read miss over.'),
    writeHit: byPrevious('Write hit over.'),
    writeMiss: byPrevious('Write miss over.'),
    readCompletion: time('Read completion overhead'),
    writeCompletion: time('Write completion overhead'),
    dataPreparation: time('Data preparation overhead'),
    firstReselection: time('First reselect overhead'),
    otherReselection: time('Other reselect overhead'),
    readDisconnect: {
      afterRead: time('Read disconnect afterread'),
      afterWrite: time('Read disconnect afterwrite'),
    },
    writeDisconnect: time('Write disconnect overhead'),
    minimumSeek: time('Minimum seek delay'),
  };
  const extra = {
    command: time('Extradisc command overhead'),
    first: time('Extradisc disconnect overhead'),
    between: time('Extradisc inter-disconnect delay'),
    second: time('Extradisc 2nd disconnect overhead'),
    seekDelay: time('Extradisc seek delta'),
  };
  return fields.flag('Extra write disconnect')
    ? { ...overheads, extraDisconnect: extra }
    : overheads;
}

function readBus(fields: DiskSimFields, times: BusTimes): DriveBus {
  const own = fields.number('Bulk sector transfer time');
  return {
    readSector: Math.max(own, times.read),
    writeSector: Math.max(own, times.write),
    readWaterMark: fields.number('High (read) water mark'),
    waterMarkOf: fields.flag('Set watermark by reqsize') ? 'request' : 'segment',
    holdRead: fields.flag('Hold bus entire read xfer'),
    sendsPartialHits: fields.flag('Immed transfer partial hit'),
    neverDisconnect: fields.flag('Never disconnect'),
  };
}

function readBuffer(fields: DiskSimFields): DriveBuffer {
  const isCaching = fields.flag('Enable caching in buffer');
  const line = fields.block.line;
  const readAhead = READ_AHEAD[fields.number('Buffer continuous read')];
  const fastWrite = FAST_WRITE[fields.number('Fast write level')];
  if (readAhead === undefined) fields.fail('Buffer continuous read', line, 'it is 0 to 4');
  if (fastWrite === undefined) fields.fail('Fast write level', line, 'it is 0 to 2');
  return {
    isCaching,
    segments: fields.number('Number of buffer segments'),
    segmentSectors: fields.number('Segment size (in blks)'),
    writeSegments: fields.number('Maximum number of write segments'),
    hasOwnWriteSegment: fields.flag('Use separate write segment'),
    readAhead: isCaching ? readAhead : 'none',
    minimumReadAhead: fields.number('Minimum read-ahead (blks)'),
    maximumReadAhead: fields.number('Maximum read-ahead (blks)'),
    replacesRequested: fields.flag('Read-ahead over requested'),
    readsOnAfterHit: fields.flag('Read-ahead on idle hit'),
    keepsPassing: fields.flag('Read any free blocks'),
    zeroLatencyRead: fields.flagOr('Immediate buffer read', false),
    zeroLatencyWrite: fields.flagOr('Immediate buffer write', false),
    almostHits: fields.flag('Allow almost read hits'),
    readsWrittenData: fields.flag('Allow read hits on write data'),
    fastWrite,
    combinesWrites: fields.flag('Combine seq writes'),
    writesStopReadAhead: fields.flag('Write hit stop prefetch'),
    stopsInSector: fields.flag('Stop prefetch in sector'),
  };
}
