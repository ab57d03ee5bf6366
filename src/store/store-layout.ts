/**
 * Names of the files of a store.
 *
 * @module
 */

/** What the store is: id, configuration, version; two copies in one file. */
export const SUPERBLOCK_FILE = 'store.vdasd';
/** The superblock before the store is whole. */
export const SUPERBLOCK_DRAFT = 'store.vdasd.new';
/** How far the journal had come when the store was closed last. */
export const JOURNAL_END_FILE = 'journal.end';
/** Drives of all groups. */
export const DRIVE_FOLDER = 'drives';
/** Checkpoints, two copies of each. */
export const CHECKPOINT_FOLDER = 'checkpoints';
/** Segments of the journal. */
export const JOURNAL_FOLDER = 'journal';

/** The two copies of a checkpoint. */
export const CHECKPOINT_COPIES = ['a', 'b'] as const;

/** Everything that is known, or what changed since the checkpoint before. */
type CheckpointKind = 'base' | 'delta';

/** A checkpoint by its name. */
export interface CheckpointName {
  readonly number: number;
  readonly kind: CheckpointKind;
}

/** File of the drive of a member. @param exchange - Not there for the drive's own name. */
export function driveFile(group: number, member: number, exchange?: number): string {
  const name = `${DRIVE_FOLDER}/group${group}-member${String(member).padStart(2, '0')}`;
  return exchange === undefined ? `${name}.drive` : `${name}.exchange-${exchange}`;
}

/** Whether a file of the drive folder is that of a drive on its way to its place. */
export function isExchangeFile(name: string): boolean {
  return /\.exchange-\d+$/.test(name);
}

/** File of a copy of a checkpoint; `.new` while it is being written. */
export function checkpointFile(
  { number, kind }: CheckpointName,
  copy: (typeof CHECKPOINT_COPIES)[number] | 'a.new' | 'b.new',
): string {
  return `${CHECKPOINT_FOLDER}/${String(number).padStart(8, '0')}-${kind}.${copy}`;
}

/** What a file in the checkpoint folder is; `undefined` for anything but a copy of a checkpoint. */
export function parseCheckpointFile(name: string): CheckpointName | undefined {
  const match = /^(\d{8,})-(base|delta)\.[ab]$/.exec(name);
  if (match === null) return undefined;
  return { number: Number(match[1]), kind: match[2] as CheckpointKind };
}

/** File of a journal segment. */
export function segmentFile(number: number): string {
  return `${JOURNAL_FOLDER}/${String(number).padStart(8, '0')}.journal`;
}

/** Number of a journal segment; `undefined` for any other file. */
export function parseSegmentFile(name: string): number | undefined {
  const match = /^(\d{8,})\.journal$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}
