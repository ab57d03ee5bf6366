/**
 * Makes a volume as large as the device on which its copy lies: size fields of the format 4, and the
 * further cylinders as free space, in format 5, format 7 (beyond 65,535 tracks) or the index.
 *
 * Alternates that the volume counts at its end move to the new end: the old ones become free space.
 * A volume whose free space nobody owns only gets its size; its free space is recomputed anyway.
 *
 * @module
 */
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { trackIndex } from '../base/units.ts';
import { usableTracks, writeVolumeSize } from './dscb-volume.ts';
import { addRange } from './free-space.ts';
import { applyPlan, type MetadataPlan } from './metadata-plan.ts';
import type { PlanOptions } from './rename-volume.ts';
import { describeFree, VolumeMetadata } from './volume-metadata.ts';
import type { VolumeTracks } from './volume-tracks.ts';

/**
 * Grows a volume to so many cylinders; nothing to do when it has them already.
 *
 * Refused TARGET_TOO_SMALL for fewer cylinders than the volume has, VTOC_FULL, and as reading the
 * VTOC is.
 */
export function growVolume(
  volume: VolumeTracks,
  cylinders: number,
  options: PlanOptions = {},
): Outcome<MetadataPlan> {
  const opened = VolumeMetadata.open(volume);
  if (opened.kind === 'refused') return opened;
  const edited = growMetadata(opened.value, cylinders);
  if (edited.kind === 'refused') return edited;
  const plan = opened.value.plan();
  if (plan.kind === 'done' && options.dryRun !== true) applyPlan(volume, plan.value);
  return plan;
}

/** Grows within metadata that are open for change. */
export function growMetadata(metadata: VolumeMetadata, cylinders: number): Outcome<null> {
  const { type } = metadata.tracks;
  const { headCount } = type;
  const before = metadata.format4;
  if (cylinders < before.cylinders) {
    return refuse('TARGET_TOO_SMALL', {
      what: `volume ${metadata.vtoc.label.volser} on ${cylinders} cylinders`,
      limit: `its VTOC describes ${before.cylinders}`,
      fix: 'choose a target with at least as many cylinders',
    });
  }
  if (cylinders === before.cylinders) return done(null);
  const alternateCylinders = Math.ceil(before.alternateTracks / headCount);
  const oldUsable = usableTracks({ ...before, headCount });
  metadata.editFormat4((bytes) => writeVolumeSize(bytes, cylinders, alternateCylinders, type));
  const newUsable = usableTracks({ ...metadata.format4, headCount });
  metadata.note({
    kind: 'volumeSize',
    subject: 'format 4',
    before: `${before.cylinders} cylinders`,
    after: `${cylinders} cylinders`,
  });
  const isOwned = metadata.vtoc.freeSpace.authority !== 'invalid';
  if (isOwned) {
    const old = metadata.free;
    const added = { first: trackIndex(oldUsable), count: newUsable - oldUsable };
    metadata.setFree(addRange(old, added));
    const after = describeFree(metadata.free);
    metadata.note({ kind: 'freeSpace', subject: 'volume', before: describeFree(old), after });
  }
  return done(null);
}
