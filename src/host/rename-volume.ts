/**
 * Gives a copied volume its own identity: everything that carries the serial of the source gets the
 * serial of the target (step 210 of a device backup, docs/sources.md, S-01 and S-08).
 *
 * | where | what changes |
 * | --- | --- |
 * | VOL1 | the serial |
 * | format 1 and 8 | DS1DSSN where it names the source |
 * | format 1 of VTOC index and VVDS | the data set name; the DSCB stays in its slot |
 * | VTOC index | the two names, in their new place in the order |
 * | VVDS | serial in the VVCR, name and cluster in the record that describes the VVDS |
 *
 * Names of other data sets stay: catalogs know them by the source's volume.
 *
 * @module
 */
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { recordData } from '../track/track-image.ts';
import type { DataSetEntry } from './data-set-entry.ts';
import { DSCB_KEY_BYTES, isDataSetDscb } from './dscb.ts';
import { DATA_SET_OFFSET } from './dscb-data-set.ts';
import { fieldText, textToEbcdic, writeFieldText } from './ebcdic.ts';
import { applyPlan, type MetadataPlan } from './metadata-plan.ts';
import { checkVolser, findLabelRecord, LABEL_TRACK, VOLSER_LENGTH_MAX } from './volume-label.ts';
import { VolumeMetadata } from './volume-metadata.ts';
import { describeTrack, readRecords, tracksOf, type VolumeTracks } from './volume-tracks.ts';
import { INDEX_NAME_PREFIX } from './vtoc-index-layout.ts';
import {
  CONTROL_INTERVAL_BYTES,
  isSelfRecord,
  kindOf,
  readInterval,
  VVDS_CLUSTER_OFFSET,
  VVDS_NAME_OFFSET,
  VVDS_NAME_PREFIX,
} from './vvds.ts';

/** From which serial to which. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
}

/** Whether to write, or only to say what would be written. */
export interface PlanOptions {
  readonly dryRun?: boolean;
}

/**
 * Renames a volume.
 *
 * Refused VOLSER_INVALID, DATA_SET_EXISTS (a data set has the new name of index or VVDS), and as
 * reading the VTOC is. A renaming that was interrupted can be repeated.
 */
export function renameVolume(
  volume: VolumeTracks,
  renaming: Renaming,
  options: PlanOptions = {},
): Outcome<MetadataPlan> {
  const opened = VolumeMetadata.open(volume);
  if (opened.kind === 'refused') return opened;
  const edited = renameMetadata(opened.value, renaming);
  if (edited.kind === 'refused') return edited;
  const plan = opened.value.plan();
  if (plan.kind === 'done' && options.dryRun !== true) applyPlan(volume, plan.value);
  return plan;
}

/** Renames within metadata that are open for change. */
export function renameMetadata(metadata: VolumeMetadata, renaming: Renaming): Outcome<null> {
  const { vtoc } = metadata;
  const to = checkVolser(renaming.to);
  if (to.kind === 'refused') return to;
  const { volser } = vtoc.label;
  if (volser !== renaming.from && volser !== renaming.to) {
    return refuse('VOLSER_INVALID', {
      what: `renaming volume ${volser} from ${renaming.from} to ${renaming.to}`,
      limit: `its label says ${volser}`,
      fix: 'name the serial that the label has',
    });
  }
  const own = [
    { held: vtoc.index, name: INDEX_NAME_PREFIX + renaming.to },
    { held: vtoc.vvds, name: VVDS_NAME_PREFIX + renaming.to },
  ];
  for (const { held, name } of own) {
    if (held === undefined || held.entry.name === name) continue;
    const other = vtoc.entries.find((entry) => entry.name === name);
    if (other !== undefined) return nameTaken(name, volser);
  }
  renameLabel(metadata, renaming);
  renameSerials(metadata, renaming);
  for (const { held, name } of own) {
    if (held !== undefined) renameDataSet(metadata, held.entry, name);
  }
  if (vtoc.vvds !== undefined) renameVvdsRecords(metadata, vtoc.vvds.entry, renaming);
  return done(null);
}

/** Gives the label another serial and changes nothing else. */
export function renameLabel(metadata: VolumeMetadata, renaming: Renaming): void {
  const before = metadata.vtoc.label.volser;
  const read = readRecords(metadata.tracks, LABEL_TRACK);
  if (read.kind === 'damaged' || before === renaming.to) return;
  const record = findLabelRecord(read.image, read.records);
  if (record === undefined) return;
  metadata.editTrack(LABEL_TRACK, (image) =>
    writeFieldText(image, record.dataOffset + 4, VOLSER_LENGTH_MAX, renaming.to),
  );
  metadata.note({ kind: 'volumeSerial', subject: 'VOL1', before, after: renaming.to });
}

function renameSerials(metadata: VolumeMetadata, renaming: Renaming): void {
  for (const { address, bytes } of metadata.slots()) {
    if (!isDataSetDscb(bytes)) continue;
    if (fieldText(bytes, DATA_SET_OFFSET.volser, VOLSER_LENGTH_MAX) !== renaming.from) continue;
    const subject = fieldText(bytes, DATA_SET_OFFSET.name, DSCB_KEY_BYTES);
    metadata.editSlot(address, (slot) =>
      writeFieldText(slot, DATA_SET_OFFSET.volser, VOLSER_LENGTH_MAX, renaming.to),
    );
    metadata.note({
      kind: 'dataSetSerial',
      subject,
      before: renaming.from,
      after: renaming.to,
    });
  }
}

function renameDataSet(metadata: VolumeMetadata, entry: DataSetEntry, name: string): void {
  if (entry.name === name) return;
  metadata.editSlot(entry.address, (slot) => slot.set(textToEbcdic(name, DSCB_KEY_BYTES)));
  metadata.note({ kind: 'dataSetName', subject: entry.name, before: entry.name, after: name });
}

/** Changes serial and names inside the VVDS, interval by interval, in place. */
function renameVvdsRecords(
  metadata: VolumeMetadata,
  entry: DataSetEntry,
  renaming: Renaming,
): void {
  const name = VVDS_NAME_PREFIX + renaming.to;
  // The two records that know the serial stand in intervals 0 and 1: on the first tracks.
  const tracks = entry.extents.flatMap((range) => [...tracksOf(range)]).slice(0, 2);
  for (const track of tracks) {
    const read = readRecords(metadata.tracks, track);
    if (read.kind === 'damaged') continue;
    for (const block of read.records) {
      if (block.keyBytes !== 0 || block.dataBytes !== CONTROL_INTERVAL_BYTES) continue;
      const interval = recordData(read.image, block);
      for (const record of readInterval(interval) ?? []) {
        const at = block.dataOffset + record.offset;
        const where = `${entry.name}, ${describeTrack(metadata.tracks.type, track)}`;
        if (kindOf(interval, record.offset) === 'C') {
          const before = fieldText(interval, record.offset + 8, VOLSER_LENGTH_MAX);
          if (before !== renaming.from) continue;
          metadata.editTrack(track, (image) =>
            writeFieldText(image, at + 8, VOLSER_LENGTH_MAX, renaming.to),
          );
          metadata.note({ kind: 'vvdsRecord', subject: where, before, after: renaming.to });
        } else if (isSelfRecord(interval, record.offset)) {
          const before = fieldText(interval, record.offset + VVDS_NAME_OFFSET, DSCB_KEY_BYTES);
          if (before === name) continue;
          metadata.editTrack(track, (image) => {
            writeFieldText(image, at + VVDS_NAME_OFFSET, DSCB_KEY_BYTES, name);
            writeFieldText(image, at + VVDS_CLUSTER_OFFSET, DSCB_KEY_BYTES, name);
          });
          metadata.note({ kind: 'vvdsRecord', subject: where, before, after: name });
        }
      }
    }
  }
}

function nameTaken(name: string, volser: string): ReturnType<typeof refuse> {
  return refuse('DATA_SET_EXISTS', {
    what: `renaming to ${name} on volume ${volser}`,
    limit: 'another data set of the volume has that name',
    fix: 'choose another serial, or scratch that data set',
  });
}
