/**
 * The target of a copy before the copy.
 *
 * @module
 */
import type { CopyContext } from './copy-method.ts';

/** Makes the target one whose tracks were never written, as initialising it would. */
export function clearTarget({ environment, target }: CopyContext): void {
  environment.subsystem.clearDevice(target.index);
  environment.timed.purge(target.index);
}
