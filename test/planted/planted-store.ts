/**
 * Bugs in how a store makes things durable: most work as long as the power stays, two as long as the
 * medium does.
 *
 * @module
 */
import type { PlantedBug } from './planted-source.ts';

const durable = (name: string, file: string, find: string, replace = ''): PlantedBug => ({
  name,
  search: 'search-crash.ts',
  changes: [{ file: `store/${file}`, find, replace }],
});

/** All of them. */
export const DURABILITY: readonly PlantedBug[] = [
  durable(
    'acknowledged before the journal is flushed',
    'journal-writer.ts',
    "if (place.kind !== 'closed') file.flush();",
  ),
  durable(
    'checkpoint made while drives are not flushed',
    'checkpointing.ts',
    'drives.flush();\n    drives.flushNames();',
    'drives.flushNames();',
  ),
  durable(
    'checkpoint in its place before it is flushed',
    'checkpoint-file.ts',
    'for (const file of files) file.flush();',
  ),
  durable(
    'segments used again before the names of a checkpoint are durable',
    'checkpoint-file.ts',
    'medium.flushFolder(CHECKPOINT_FOLDER);',
  ),
  durable(
    'record without data although the drives are not flushed',
    'stored-subsystem.ts',
    'if (isFlushed) this.#drives.flush();',
  ),
  durable(
    'last record of a process that died taken for durable',
    'stored-subsystem.ts',
    'if (last !== undefined) this.#log.confirm(last);',
  ),
  durable(
    'superblock durable before the folders of the store',
    'store-making.ts',
    "medium.flushFolder('');",
  ),
  {
    name: 'a store that has failed takes more',
    search: 'search-store-faults.ts',
    changes: [
      {
        file: 'store/stored-subsystem.ts',
        find: "    if (!this.isFailed) return;\n    throw new StoreFault('STORE_FAILED'",
        replace:
          "    if (this.isFailed) return;\n    if (this.#waiting.length < 0) throw new StoreFault('STORE_FAILED'",
      },
    ],
  },
  {
    name: 'a change of a record believed without its checksum',
    search: 'search-store-faults.ts',
    changes: [
      {
        file: 'store/record-reading.ts',
        find: "  if (crc32(change) !== header.changeChecksum) return { kind: 'broken', header };\n",
        replace: '',
      },
    ],
  },
];
