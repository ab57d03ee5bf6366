/**
 * Bugs in what outlives the process: marks and other things that are forgotten. Each looks harmless as
 * long as nobody goes down.
 *
 * @module
 */
import type { PlantedBug } from './planted-source.ts';

const kept = (name: string, file: string, find: string, replace = ''): PlantedBug => ({
  name,
  search: 'search-reopened.ts',
  changes: [{ file, find, replace }],
});

/** All of them. */
export const KEPT_STATE: readonly PlantedBug[] = [
  kept(
    'new root of a device not marked',
    'mapping/device-table.ts',
    'this.#keptRoots.touch(device);',
  ),
  kept('emptied leaf not marked', 'mapping/release-queue.ts', 'leaves.touchPage(page);'),
  kept(
    'moved instance not marked',
    'mapping/track-instances.ts',
    `    if (this.records.touched !== undefined) this.records.touch(id);
    open.append(id);
    this.#backEnd.moveOut`,
    `    open.append(id);
    this.#backEnd.moveOut`,
  ),
  kept(
    'page under release forgotten',
    'mapping/release-queue.ts',
    'this.#openSlots.push(slot);',
    'this.#openSlots.push(0);',
  ),
  kept(
    'progress of the background copy not marked',
    'copy/relation-table.ts',
    `    this.progress(id).duty.advance(count);
    this.#progress.touch(id);
`,
    `    this.progress(id).duty.advance(count);
`,
  ),
  kept(
    'target tracks that a later copy took come back',
    'copy/relation-table.ts',
    'this.#keptClaims.touch(claim.relation);',
  ),
  kept(
    'conflict of a window not marked',
    'copy/conflict-window.ts',
    'this.#kept.touch(range.window.number);',
  ),
  kept(
    'rule at work begins to count anew',
    'subsystem/retention-rule.ts',
    'retention.#changesSince = figures.changesSince;',
  ),
  kept(
    'tracks written since a release forgotten',
    'subsystem/deleted-space.ts',
    'if (this.#keptTracks.isKept) this.#keptTracks.add(String(id), hold.written);',
  ),
  kept(
    'emptying of a cylinder begins anew',
    'reclaim/cylinder-evacuation.ts',
    'this.#at = at as number;',
    'this.#at = 0;',
  ),
];
