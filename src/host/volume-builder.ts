/**
 * Puts data sets onto a volume and takes them off: sequential, partitioned, VSAM components.
 *
 * Content is written at once, into free tracks that nothing names yet; the metadata follow in one go
 * with {@link VolumeBuilder.finish}: DSCBs, free space, counters, index, VVDS, in the safe order.
 *
 * @module
 */
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { trackIndex } from '../base/units.ts';
import { buildTrack } from '../track/track-image.ts';
import { type Allocation, allocateDataSet, type SpaceWish } from './data-set-allocation.ts';
import { trackOfDataSet } from './data-set-blocks.ts';
import { allocatedRanges, type DataSetEntry } from './data-set-entry.ts';
import {
  CREATED_DEFAULT,
  type DataSetDscb,
  type DayOfYear,
  FLAG1,
  newDataSetDscb,
  ORGANISATION_CODE,
  recordFormatCode,
  SMS_FLAG,
  SPACE_UNIT,
  type TrackRecordPointer,
} from './dscb-data-set.ts';
import { addRange } from './free-space.ts';
import { applyPlan, type MetadataPlan } from './metadata-plan.ts';
import { layoutPartitioned, type NewMember } from './partitioned-layout.ts';
import { blockRecords, type RecordShape } from './record-blocking.ts';
import { TrackLayout } from './track-layout.ts';
import { VolumeMetadata } from './volume-metadata.ts';
import { addressOf, type VolumeTracks } from './volume-tracks.ts';
import type { Vtoc } from './vtoc.ts';
import { buildVvds, intervalsPerTrack, type VvdsEntry } from './vvds.ts';

/** What every new data set has. */
interface NewDataSetBase {
  readonly name: string;
  /** Just what the content needs when left out, at least one track. */
  readonly space?: SpaceWish;
  /** Secondary quantity in tracks or cylinders, as noted in the DSCB. */
  readonly secondary?: { readonly unit: 'tracks' | 'cylinders'; readonly quantity: number };
  readonly expires?: DayOfYear;
  /** SMS-managed: gets an entry in the VVDS. */
  readonly smsManaged?: boolean;
  /** Described by a format 8 and format 9; may use cylinder-managed space. */
  readonly extendedAddressing?: boolean;
  /** Tracks of user labels in front of the data. */
  readonly userLabelTracks?: number;
}

/** A sequential data set. */
export interface NewSequential extends NewDataSetBase, RecordShape {
  /** Content without descriptor words. */
  readonly records: Iterable<Uint8Array>;
}

/** A partitioned data set. */
export interface NewPartitioned extends NewDataSetBase, RecordShape {
  readonly directoryBlocks: number;
  readonly members: readonly NewMember[];
}

/** A VSAM component, its content as control intervals. */
export interface NewVsam extends NewDataSetBase {
  readonly cluster: string;
  readonly catalog: string;
  readonly organisation: 'E' | 'K' | 'L' | 'R';
  readonly controlIntervalBytes: number;
  readonly intervals: Iterable<Uint8Array>;
}

/** What new data sets get as date and maker. */
export interface BuilderOptions {
  readonly created?: DayOfYear;
  readonly systemCode?: string;
}

const NEVER_USED: TrackRecordPointer = { track: 0, record: 0 };

/** Builds data sets on one volume. Made for one update; `finish` ends it. */
export class VolumeBuilder {
  readonly #volume: VolumeTracks;
  readonly #metadata: VolumeMetadata;
  readonly #options: Required<BuilderOptions>;
  readonly #names: Map<string, DataSetEntry | Allocation>;
  #vvdsEntries: VvdsEntry[];
  #isVvdsChanged = false;

  private constructor(volume: VolumeTracks, metadata: VolumeMetadata, options: BuilderOptions) {
    const { vtoc } = metadata;
    this.#volume = volume;
    this.#metadata = metadata;
    this.#options = { created: CREATED_DEFAULT, systemCode: 'VDASD', ...options };
    this.#names = new Map(vtoc.entries.map((entry) => [entry.name, entry]));
    this.#vvdsEntries = (vtoc.vvds?.content?.entries ?? []).filter((entry) => !entry.isSelf);
  }

  /**
   * Opens a volume for building.
   *
   * Refused as reading its VTOC is, and VTOC_INVALID when the VTOC is damaged: then nobody can say
   * which tracks are free.
   */
  static open(volume: VolumeTracks, options: BuilderOptions = {}): Outcome<VolumeBuilder> {
    const metadata = VolumeMetadata.open(volume);
    if (metadata.kind === 'refused') return metadata;
    const { warnings, label } = metadata.value.vtoc;
    const damage = warnings.find(({ code }) => DAMAGE.has(code));
    if (damage !== undefined) {
      return refuse('VTOC_INVALID', {
        what: `building on volume ${label.volser}: ${damage.what}`,
        limit: 'space is allocated only where the VTOC says for certain what is free',
        fix: 'restore a backup of the volume, or initialise it',
      });
    }
    return done(new VolumeBuilder(volume, metadata.value, options));
  }

  /** What the VTOC said when the volume was opened. */
  get vtoc(): Vtoc {
    return this.#metadata.vtoc;
  }

  /** Adds a sequential data set. @throws RangeError when records and shape do not fit. */
  addSequential(wanted: NewSequential): Outcome<Allocation> {
    const layout = new TrackLayout(this.#volume.type);
    let lastUsed = NEVER_USED;
    for (const data of blockRecords(wanted.records, wanted)) lastUsed = layout.add({ data });
    const { bytesLeft } = layout;
    const isEmptySpace = wanted.space !== undefined && isNoSpace(wanted.space);
    if (!isEmptySpace) layout.addEndOfFile();
    const dscb = this.#dscb(wanted, {
      organisationCode: ORGANISATION_CODE.PS,
      recordFormatCode: recordFormatCode(wanted.recordFormat),
      blockLength: wanted.blockLength,
      recordLength: wanted.recordFormat.startsWith('U') ? 0 : wanted.recordLength,
      lastUsed,
      bytesLeft,
    });
    return this.#add(wanted, dscb, layout);
  }

  /** Adds a partitioned data set. @throws RangeError when members, directory and shape do not fit. */
  addPartitioned(wanted: NewPartitioned): Outcome<Allocation> {
    const { type } = this.#volume;
    const built = layoutPartitioned(type, wanted, wanted.directoryBlocks, wanted.members);
    const dscb = this.#dscb(wanted, {
      organisationCode: ORGANISATION_CODE.PO,
      recordFormatCode: recordFormatCode(wanted.recordFormat),
      blockLength: wanted.blockLength,
      recordLength: wanted.recordFormat.startsWith('U') ? 0 : wanted.recordLength,
      lastUsed: built.lastUsed,
      bytesLeft: built.layout.bytesLeft,
      directoryBytes: built.directoryBytes,
    });
    return this.#add(wanted, dscb, built.layout);
  }

  /** Adds a VSAM component and its record in the VVDS. Refused where the volume has no VVDS. */
  addVsam(wanted: NewVsam): Outcome<Allocation> {
    if (this.#metadata.vtoc.vvds?.content === undefined) return this.#noVvds(wanted.name);
    const layout = new TrackLayout(this.#volume.type);
    for (const data of wanted.intervals) layout.add({ data });
    const dscb = this.#dscb(wanted, {
      organisationCode: ORGANISATION_CODE.VSAM,
      recordFormatCode: recordFormatCode('U'),
      optionCode: 0x80,
      blockLength: wanted.controlIntervalBytes,
    });
    const added = this.#add(wanted, dscb, layout);
    if (added.kind === 'refused') return added;
    this.#addVvdsEntry({
      kind: 'Z',
      isSelf: false,
      name: wanted.name,
      catalog: wanted.catalog,
      cluster: wanted.cluster,
      organisation: wanted.organisation,
      controlIntervalBytes: wanted.controlIntervalBytes,
    });
    return added;
  }

  /** Takes a data set off the volume: its DSCBs and its space. Its tracks keep their content. */
  scratch(name: string): Outcome<DataSetEntry> {
    const entry = this.#names.get(name);
    if (entry === undefined || !('dscb' in entry)) {
      return refuse('DATA_SET_UNKNOWN', {
        what: `data set ${name} on volume ${this.#metadata.vtoc.label.volser}`,
        limit: 'only data sets that were there when the volume was opened can be scratched',
        fix: 'list the data sets of the volume',
      });
    }
    for (const address of [entry.address, ...entry.format9s, ...entry.format3s]) {
      this.#metadata.releaseSlot(address);
    }
    const ranges = allocatedRanges(entry);
    if (ranges.length > 0) {
      this.#metadata.setFree(
        ranges.reduce((free, range) => addRange(free, range), [...this.#metadata.free]),
      );
    }
    this.#names.delete(name);
    const kept = this.#vvdsEntries.filter((candidate) => candidate.name !== name);
    if (kept.length < this.#vvdsEntries.length) {
      this.#vvdsEntries = kept;
      this.#isVvdsChanged = true;
    }
    const before = `${entry.trackCount} tracks`;
    this.#metadata.note({ kind: 'dataSetScratched', subject: name, before, after: 'free' });
    return done(entry);
  }

  /**
   * Takes a data set in that another state of the volume had, exactly where it was; its content is
   * there already. Refused DATA_SET_EXISTS, DATA_SET_UNSUPPORTED, SPACE_NOT_ON_VOLUME, VTOC_FULL.
   *
   * @param vvdsEntries - What the VVDS of that state said of it.
   */
  takeBack(entry: DataSetEntry, vvdsEntries: readonly VvdsEntry[]): Outcome<Allocation> {
    const { name, dscb, extents, userLabels, trackCount } = entry;
    const refusal = this.#refuseName({ name, smsManaged: vvdsEntries.length > 0 });
    if (refusal !== undefined) return refusal;
    const allocated = allocateDataSet(this.#metadata, this.#volume.type, {
      dscb,
      space: { ranges: extents },
      contentTracks: 0,
      userLabels: userLabels ?? 0,
    });
    if (allocated.kind === 'refused') return allocated;
    this.#names.set(name, allocated.value);
    for (const one of vvdsEntries) this.#addVvdsEntry(one);
    const after = `${trackCount} tracks`;
    this.#metadata.note({ kind: 'dataSetAdded', subject: name, before: 'none', after });
    return allocated;
  }

  /** Writes the metadata. Refused VTOC_FULL or SPACE_NOT_ON_VOLUME; then none are written. */
  finish(): Outcome<MetadataPlan> {
    const plan = this.plan();
    if (plan.kind === 'done') applyPlan(this.#volume, plan.value);
    return plan;
  }

  /** What {@link VolumeBuilder.finish} would write; for those who write one track at a time. */
  plan(): Outcome<MetadataPlan> {
    if (this.#isVvdsChanged) {
      const written = this.#writeVvds();
      if (written.kind === 'refused') return written;
    }
    return this.#metadata.plan();
  }

  #add(wanted: NewDataSetBase, dscb: DataSetDscb, layout: TrackLayout): Outcome<Allocation> {
    const { volser } = this.#metadata.vtoc.label;
    const refusal = this.#refuseName(wanted);
    if (refusal !== undefined) return refusal;
    const space = wanted.space ?? { tracks: Math.max(1, layout.trackCount) };
    const allocated = allocateDataSet(this.#metadata, this.#volume.type, {
      dscb,
      space,
      contentTracks: layout.trackCount,
      userLabels: wanted.userLabelTracks ?? 0,
    });
    if (allocated.kind === 'refused') return allocated;
    for (const [relative, records] of layout.tracks.entries()) {
      const track = trackOfDataSet(allocated.value.ranges, relative) ?? trackIndex(0);
      this.#volume.writeTrack(track, buildTrack(addressOf(this.#volume.type, track), records));
    }
    this.#names.set(wanted.name, allocated.value);
    if (wanted.smsManaged === true) this.#addVvdsEntry(nonVsamEntry(wanted.name));
    const after = `${allocated.value.ranges.length} extents on ${volser}`;
    this.#metadata.note({ kind: 'dataSetAdded', subject: wanted.name, before: 'none', after });
    return allocated;
  }

  #refuseName(wanted: NewDataSetBase): ReturnType<typeof refuse> | undefined {
    const { volser } = this.#metadata.vtoc.label;
    if (!/^[A-Z@#$][A-Z0-9@#$.-]{0,43}$/.test(wanted.name)) {
      throw new RangeError(`${JSON.stringify(wanted.name)} is no data set name`);
    }
    if (wanted.smsManaged === true && this.#metadata.vtoc.vvds?.content === undefined) {
      return this.#noVvds(wanted.name);
    }
    if (!this.#names.has(wanted.name)) return undefined;
    return refuse('DATA_SET_EXISTS', {
      what: `data set ${wanted.name} on volume ${volser}`,
      limit: 'a volume has one data set of a name',
      fix: 'scratch the data set or choose another name',
    });
  }

  #noVvds(name: string): ReturnType<typeof refuse> {
    return refuse('DATA_SET_UNSUPPORTED', {
      what: `data set ${name} on volume ${this.#metadata.vtoc.label.volser}`,
      limit: 'VSAM and SMS-managed data sets need a VVDS on the volume',
      fix: 'initialise the volume with a VVDS',
    });
  }

  #dscb(wanted: NewDataSetBase, fields: Partial<DataSetDscb>): DataSetDscb {
    const isExtended = wanted.extendedAddressing === true;
    const isCylinders = wanted.secondary?.unit === 'cylinders';
    return newDataSetDscb({
      format: isExtended ? 8 : 1,
      name: wanted.name,
      volser: this.#metadata.vtoc.label.volser,
      created: this.#options.created,
      systemCode: this.#options.systemCode,
      expires: wanted.expires,
      flags: isExtended ? FLAG1.eattrOpt : 0,
      smsFlags: wanted.smsManaged === true ? SMS_FLAG.managed : 0,
      spaceFlags: isCylinders ? SPACE_UNIT.cylinders : SPACE_UNIT.tracks,
      secondaryQuantity: wanted.secondary?.quantity ?? 0,
      bytesLeft: this.#volume.type.trackLength,
      ...fields,
    });
  }

  #addVvdsEntry(entry: VvdsEntry): void {
    this.#vvdsEntries.push(entry);
    this.#isVvdsChanged = true;
  }

  #writeVvds(): Outcome<null> {
    const held = this.#metadata.vtoc.vvds;
    const vvds = held?.content;
    if (held === undefined || vvds === undefined) return done(null);
    const perTrack = intervalsPerTrack(this.#volume.type);
    const intervalCount = vvds.intervalCount;
    const catalogs = new Set([...vvds.catalogs, ...this.#vvdsEntries.map((one) => one.catalog)]);
    catalogs.delete('');
    const intervals = buildVvds({
      volser: vvds.volser,
      intervalCount,
      catalogs: [...catalogs],
      entries: this.#vvdsEntries,
    });
    if (intervals === undefined) {
      return refuse('SPACE_NOT_ON_VOLUME', {
        what: `${this.#vvdsEntries.length} records in ${held.entry.name}`,
        limit: `it has ${intervalCount} control intervals`,
        fix: 'initialise the volume with a larger VVDS',
      });
    }
    // As many intervals as were in use are rewritten, so that none keeps an old record.
    const count = Math.max(intervals.length, vvds.usedIntervalCount);
    for (let first = 0; first < count; first += perTrack) {
      const track = trackOfDataSet(held.entry.extents, first / perTrack);
      if (track === undefined) continue;
      this.#metadata.replaceBlocks(track, intervals.slice(first, first + perTrack), 4096);
    }
    const after = `${this.#vvdsEntries.length} records`;
    const before = `${vvds.entries.length - 1} records`;
    this.#metadata.note({ kind: 'vvdsRecord', subject: held.entry.name, before, after });
    return done(null);
  }
}

/** Takes one data set off a volume and writes the metadata. */
export function scratchDataSet(volume: VolumeTracks, name: string): Outcome<MetadataPlan> {
  const builder = VolumeBuilder.open(volume);
  if (builder.kind === 'refused') return builder;
  const scratched = builder.value.scratch(name);
  return scratched.kind === 'refused' ? scratched : builder.value.finish();
}

/** Warnings with which nobody can say for certain what is free. */
const DAMAGE: ReadonlySet<string> = new Set([
  'TRACK_DAMAGED',
  'DSCB_UNKNOWN',
  'EXTENT_INVALID',
  'EXTENTS_OVERLAP',
  'GEOMETRY_DIFFERS',
]);

function isNoSpace(space: SpaceWish): boolean {
  if ('ranges' in space) return space.ranges.length === 0;
  return ('tracks' in space ? space.tracks : space.cylinders) === 0;
}

/** The VVDS record of an SMS-managed data set that is not VSAM. */
function nonVsamEntry(name: string): VvdsEntry {
  return {
    kind: 'N',
    isSelf: false,
    name,
    catalog: '',
    cluster: '',
    organisation: '',
    controlIntervalBytes: 0,
  };
}
