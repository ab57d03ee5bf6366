/**
 * Long synchronous work in slices, so that the process hears Ctrl-C and a closed pipe in between.
 *
 * @module
 */
import { setImmediate } from 'node:timers/promises';

/** Longest slice. */
const SLICE_MS = 40;

/** Calls `step` until it answers that nothing is left. */
export async function inSlices(step: () => 'again' | 'done'): Promise<void> {
  for (;;) {
    const end = performance.now() + SLICE_MS;
    do {
      if (step() === 'done') return;
    } while (performance.now() < end);
    await setImmediate();
  }
}
