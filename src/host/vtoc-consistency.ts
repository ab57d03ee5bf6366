/**
 * Whether a VTOC can be trusted with what belongs to nobody: nothing may be given away on the word of
 * a VTOC that contradicts itself.
 *
 * @module
 */
import { type Refusal, refuse } from '../base/refusal.ts';
import type { VolumeWarning } from './volume-warning.ts';
import type { Vtoc } from './vtoc.ts';

/** Oddities that say nothing about which tracks belong to whom. */
const HARMLESS: ReadonlySet<VolumeWarning['code']> = new Set([
  'VVDS_INVALID',
  'NAME_DIFFERS_FROM_SERIAL',
]);

/**
 * Why a VTOC is not to be trusted, if so.
 *
 * @param limit - `updateIncomplete`: only an update that was begun and not ended (DIRF) counts.
 * `anyDoubt`: everything counts that may leave a track of a data set out.
 */
export function refuseInconsistent(
  vtoc: Vtoc,
  limit: 'updateIncomplete' | 'anyDoubt',
): Refusal | undefined {
  const doubt = vtoc.warnings.find(({ code }) =>
    limit === 'anyDoubt' ? !HARMLESS.has(code) : code === 'UPDATE_INCOMPLETE',
  );
  if (doubt === undefined) return undefined;
  return refuse('VTOC_INVALID', {
    what: `VTOC of volume ${vtoc.label.volser}: ${doubt.code}`,
    limit: doubt.what,
    fix: 'restore a backup of the volume, or have its VTOC repaired',
  });
}
