/**
 * Makes the files of a store that has nothing in it.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { everything } from './checkpoint-content.ts';
import { writeCheckpoint } from './checkpoint-file.ts';
import { withData } from './checkpointing.ts';
import { writeJournalEnd } from './journal-end.ts';
import type { Medium } from './medium.ts';
import { READERS_FOLDER } from './reader-registry.ts';
import { freshMachine } from './recovery.ts';
import { StoreClock } from './store-clock.ts';
import { CHECKPOINT_FOLDER, DRIVE_FOLDER, JOURNAL_FOLDER } from './store-layout.ts';
import { type StorePorts, subsystemPorts } from './store-ports.ts';
import { type Superblock, writeSuperblock } from './superblock.ts';

/** All of them, also where a subsystem keeps no bytes of tracks and has no drives. */
const FOLDERS = [CHECKPOINT_FOLDER, DRIVE_FOLDER, JOURNAL_FOLDER, READERS_FOLDER];
/** The first checkpoint, which has an empty subsystem, and where its journal begins. */
const FIRST_CHECKPOINT = Object.freeze({ number: 1, kind: 'base' });
const FIRST_POSITION = Object.freeze({ segment: 1, offset: 0, sequence: 1, opening: 0, chain: 0 });

/** Everything but the superblock first: without it there is no store. @throws MediumFault, InputError */
export function makeStoreFiles(medium: Medium, superblock: Superblock, ports: StorePorts): void {
  for (const folder of ['', ...FOLDERS]) {
    medium.makeFolder(folder);
  }
  // What is left of a store that was not finished, or of one whose superblock is gone.
  for (const folder of [CHECKPOINT_FOLDER, JOURNAL_FOLDER]) {
    for (const name of medium.list(folder)) medium.remove(`${folder}/${name}`);
  }
  const clock = ports.clock ?? new StoreClock(superblock.madeAtMillis);
  const machine = freshMachine(medium, superblock, 'write', subsystemPorts(ports, clock));
  if (machine.subsystem.parts.backEnd.hasBytes) machine.drives.makeAll();
  const change = machine.keeper.collect();
  invariant(change.records.length === 0, 'fresh-subsystem-has-no-records');
  writeCheckpoint(
    medium,
    superblock.storeId,
    FIRST_CHECKPOINT,
    {
      opening: 0,
      commit: machine.subsystem.commits.last(),
      time: clock.now(),
      journal: FIRST_POSITION,
    },
    withData(everything(machine.keeper), []),
  );
  machine.drives.close();
  writeJournalEnd(medium, superblock.storeId, 0, 'flush');
  medium.flushFolder(JOURNAL_FOLDER);
  // The folders first: nothing says in which order the names in one folder become durable.
  medium.flushFolder('');
  writeSuperblock(medium, superblock);
}
