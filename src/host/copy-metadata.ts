/**
 * Makes the metadata of a copied volume right (step 210 of a device backup), by identity mode:
 *
 * | identity | label | names of index and VVDS, serials in DSCBs | size and free space |
 * | --- | --- | --- | --- |
 * | `relabel` | target serial | follow the target serial | grow to the target |
 * | `clone` | source serial | stay | stay |
 * | `conditioned` | target serial | stay: the copy is meant to be copied back | stay |
 *
 * A relabelled copy can be used beside its source. A clone replaces it and cannot be online with it.
 * Source: docs/sources.md, S-08 (identity modes), S-01 (step 210).
 *
 * @module
 */
import { invariant, unreachable } from '../base/invariant.ts';
import { done, type Outcome } from '../base/refusal.ts';
import { growMetadata } from './grow-volume.ts';
import { applyPlan, EMPTY_PLAN, type MetadataPlan } from './metadata-plan.ts';
import { type PlanOptions, type Renaming, renameLabel, renameMetadata } from './rename-volume.ts';
import { checkVolser } from './volume-label.ts';
import { VolumeMetadata } from './volume-metadata.ts';
import type { VolumeTracks } from './volume-tracks.ts';

/** What identity a copy gets. */
export type CopyIdentity = 'relabel' | 'clone' | 'conditioned';

/** What shall happen to a copy. */
export interface CopyMetadataRequest extends Renaming {
  readonly identity: CopyIdentity;
  /** Cylinders of the target's device that the volume shall use; those it has when left out. */
  readonly cylinders?: number;
}

/**
 * Works out what to write onto a copy, and writes nothing: the caller applies the plan, whole or
 * write by write in its order.
 *
 * Refused as renaming and growing are. A clone is left alone without being read.
 */
export function planCopyMetadata(
  copy: VolumeTracks,
  request: CopyMetadataRequest,
): Outcome<MetadataPlan> {
  if (request.identity === 'clone') return done(EMPTY_PLAN);
  const opened = VolumeMetadata.open(copy);
  if (opened.kind === 'refused') return opened;
  const metadata = opened.value;
  switch (request.identity) {
    case 'conditioned': {
      const to = checkVolser(request.to);
      if (to.kind === 'refused') return to;
      renameLabel(metadata, request);
      break;
    }
    case 'relabel': {
      const renamed = renameMetadata(metadata, request);
      if (renamed.kind === 'refused') return renamed;
      const cylinders = request.cylinders ?? metadata.format4.cylinders;
      const grown = growMetadata(metadata, Math.max(cylinders, metadata.format4.cylinders));
      if (grown.kind === 'refused') return grown;
      break;
    }
    default:
      return unreachable(request.identity, 'copy-identity');
  }
  const plan = metadata.plan();
  if (plan.kind === 'done') checkPlan(copy, plan.value);
  return plan;
}

/** Plans, and unless it is a dry run carries the plan out. */
export function updateCopyMetadata(
  copy: VolumeTracks,
  request: CopyMetadataRequest,
  options: PlanOptions = {},
): Outcome<MetadataPlan> {
  const plan = planCopyMetadata(copy, request);
  if (plan.kind === 'done' && options.dryRun !== true) applyPlan(copy, plan.value);
  return plan;
}

/** A plan writes only tracks of the volume, and has a description whenever it writes. */
function checkPlan(copy: VolumeTracks, plan: MetadataPlan): void {
  const limit = copy.cylinders * copy.type.headCount;
  invariant(
    plan.writes.every(({ track }) => track < limit),
    'metadata-plan-inside-volume',
  );
  invariant(plan.writes.length === 0 || plan.changes.length > 0, 'metadata-plan-described');
}
