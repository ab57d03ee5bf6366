/**
 * What has to change on a copy, by identity mode (step 210):
 *
 * | mode | label | names and serials inside | target larger than the source |
 * | --- | --- | --- | --- |
 * | relabel | new serial | VTOC index, VVDS, data set serials follow | format 4 and free space grow |
 * | conditioned | the target's serial | stay the source's | grow |
 * | clone | stays the source's | stay the source's | grow |
 *
 * A restore undoes it. Where the copy's tracks are still what step 210 had left, the bytes that it
 * had replaced are written back, so that the restored volume is the volume of the point in time byte
 * for byte; where somebody has used the copy since, its structure is renamed back instead.
 *
 * Source: docs/sources.md, S-01 (claims 5 and 10) and S-08 (the modes); the table is our choice.
 *
 * @module
 */
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import { sameBytes } from '../host/big-endian.ts';
import { growMetadata } from '../host/grow-volume.ts';
import type { CopyLineage, IdentityMode } from '../host/host-records.ts';
import { type MetadataChange, orderWrites } from '../host/metadata-plan.ts';
import { renameLabel, renameMetadata } from '../host/rename-volume.ts';
import { VolumeMetadata } from '../host/volume-metadata.ts';
import { TrackOverlay, type VolumeTracks } from '../host/volume-tracks.ts';
import { readVtoc } from '../host/vtoc.ts';
import { MetadataUpdate } from './metadata-update.ts';

/** What a backup makes of its copy. */
export interface CopyNames {
  readonly identity: IdentityMode;
  readonly sourceVolser: string;
  /** Serial of the copy. */
  readonly volser: string;
  /** Cylinders of the source's image. */
  readonly sourceCylinders: number;
}

/** Lines about single changes that a summary gives before it only counts. */
const SUMMARY_LINES_MAX = 12;

/** Plans step 210 of a backup. `volume` is the copy as the pointers made it. */
export function planCopyMetadata(volume: VolumeTracks, names: CopyNames): Outcome<MetadataUpdate> {
  const isLarger = volume.cylinders > names.sourceCylinders;
  if (names.identity === 'clone' && !isLarger) return done(new MetadataUpdate(volume, [], []));
  return planChanges(volume, (metadata) => {
    const renaming = { from: names.sourceVolser, to: names.volser };
    if (names.identity === 'relabel') {
      const renamed = renameMetadata(metadata, renaming);
      if (renamed.kind === 'refused') return renamed;
    }
    if (names.identity === 'conditioned') renameLabel(metadata, renaming);
    return isLarger ? growMetadata(metadata, volume.cylinders) : done(null);
  });
}

/**
 * Whether a copy can become its original again. `volume` is the copy.
 *
 * @returns BACKUP_TARGET_CHANGED when the copy was used after it had been made larger: its data sets
 * may lie where the original has no tracks.
 */
export function checkRestorable(volume: VolumeTracks, copy: CopyLineage): Refusal | undefined {
  const isLarger = copy.targetCylinders > copy.sourceCylinders;
  return isLarger && changedSince(volume, copy) > 0 ? usedAfterGrowth(copy) : undefined;
}

/** Plans step 210 of a restore. `volume` is the restored volume with the metadata of its copy. */
export function planRestoredMetadata(
  volume: VolumeTracks,
  copy: CopyLineage,
): Outcome<MetadataUpdate> {
  const changed = changedSince(volume, copy);
  if (changed === 0) return writeBack(volume, copy);
  return planChanges(
    volume,
    (metadata) => {
      const renaming = { from: copy.targetVolser, to: copy.sourceVolser };
      if (copy.identity === 'relabel') return renameMetadata(metadata, renaming);
      renameLabel(metadata, renaming);
      return done(null);
    },
    [`the copy was used since: ${changed} metadata tracks differ, its names are changed back`],
  );
}

/** Tracks that step 210 of the backup had rewritten and that somebody has written since. */
function changedSince(volume: VolumeTracks, copy: CopyLineage): number {
  return copy.rewritten.filter(({ track, after }) => !sameBytes(volume.readTrack(track), after))
    .length;
}

/** The bytes that step 210 had replaced, in the safe order. */
function writeBack(volume: VolumeTracks, copy: CopyLineage): Outcome<MetadataUpdate> {
  if (copy.rewritten.length === 0) return done(new MetadataUpdate(volume, [], []));
  const vtoc = readVtoc(volume);
  if (vtoc.kind === 'refused') return vtoc;
  const overlay = new TrackOverlay(volume);
  for (const { track, before } of copy.rewritten) overlay.writeTrack(track, before);
  const writes = orderWrites(volume, overlay, vtoc.value.extent.first);
  const summary = `${copy.rewritten.length} metadata tracks are those of the point in time again`;
  return done(new MetadataUpdate(volume, writes, [summary]));
}

function planChanges(
  volume: VolumeTracks,
  change: (metadata: VolumeMetadata) => Outcome<null>,
  preface: readonly string[] = [],
): Outcome<MetadataUpdate> {
  const opened = VolumeMetadata.open(volume);
  if (opened.kind === 'refused') return opened;
  const changed = change(opened.value);
  if (changed.kind === 'refused') return changed;
  const plan = opened.value.plan();
  if (plan.kind === 'refused') return plan;
  const { writes, changes } = plan.value;
  return done(new MetadataUpdate(volume, writes, [...preface, ...summarise(changes)]));
}

function summarise(changes: readonly MetadataChange[]): readonly string[] {
  const lines = changes
    .slice(0, SUMMARY_LINES_MAX)
    .map(({ kind, subject, before, after }) => `${kind} of ${subject}: ${before} to ${after}`);
  const rest = changes.length - lines.length;
  return rest > 0 ? [...lines, `and ${rest} changes more`] : lines;
}

function usedAfterGrowth(copy: CopyLineage): Refusal {
  return refuse('BACKUP_TARGET_CHANGED', {
    what: `copy of ${copy.sourceVolser} on volume ${copy.targetVolser}`,
    limit: `it was given ${copy.targetCylinders} cylinders and used since; the original has ${copy.sourceCylinders}`,
    fix: 'back the copy up as a volume of its own',
  });
}
