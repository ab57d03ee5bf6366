/**
 * Whether the tracks that step 210 rewrote still mean the same: the volume as the copy shows it and
 * the volume as it was copied, read side by side and compared data set by data set.
 *
 * Names and serials may differ where the host gives a copy names of its own (label, VTOC index, VVDS);
 * free space may have grown. Everything else has to be equal.
 *
 * @module
 */
import { type DataSetEntry, readVtoc, type VolumeTracks, type Vtoc } from '../../src/index.ts';

/** Data sets whose names follow the serial of their volume. */
const OWN_NAME = /^SYS1\.(VTOCIX|VVDS)\./;

/** The volume with some tracks as they were before. */
export function volumeBefore(
  volume: VolumeTracks,
  before: ReadonlyMap<number, Uint8Array>,
): VolumeTracks {
  return {
    type: volume.type,
    cylinders: volume.cylinders,
    readTrack: (track) => before.get(track) ?? volume.readTrack(track),
    writeTrack: (track, image) => {
      volume.writeTrack(track, image);
    },
  };
}

/** What differs in meaning between the volume that was copied and the copy; nothing when right. */
export function compareStructure(copied: VolumeTracks, copy: VolumeTracks): readonly string[] {
  const was = readVtoc(copied);
  const is = readVtoc(copy);
  if (was.kind === 'refused' || is.kind === 'refused') {
    if (was.kind === is.kind && 'code' in was && 'code' in is && was.code === is.code) return [];
    const describe = (outcome: typeof was): string =>
      outcome.kind === 'refused' ? `${outcome.code}: ${outcome.what}` : 'is readable';
    return [`the source's VTOC ${describe(was)}, the copy's ${describe(is)}`];
  }
  return [...compareVtocs(was.value, is.value)];
}

function* compareVtocs(was: Vtoc, is: Vtoc): Iterable<string> {
  const left = comparable(was);
  const right = comparable(is);
  for (const [key, entry] of left) {
    const other = right.get(key);
    if (other === undefined) yield `${entry.name} is not on the copy`;
    else yield* compareEntries(entry, other);
  }
  for (const [key, entry] of right) {
    if (!left.has(key)) yield `${entry.name} is on the copy only`;
  }
  if (JSON.stringify(was.extent) !== JSON.stringify(is.extent)) yield 'the VTOC lies elsewhere';
  const isGrown = is.usableTracks > was.usableTracks;
  const freeTracks = (vtoc: Vtoc): number =>
    vtoc.freeSpace.extents.reduce((sum, run) => sum + run.count, 0);
  const grown = isGrown ? is.usableTracks - was.usableTracks : 0;
  if (freeTracks(is) !== freeTracks(was) + grown) {
    yield `free space is ${freeTracks(is)} tracks, not ${freeTracks(was) + grown}`;
  }
  const worse = is.warnings.find((one) => !was.warnings.some((before) => before.code === one.code));
  if (worse !== undefined) yield `${worse.code}: ${worse.what}`;
}

/** Data sets by a key that does not follow the serial. */
function comparable(vtoc: Vtoc): ReadonlyMap<string, DataSetEntry> {
  return new Map(
    vtoc.entries.map((entry) => [OWN_NAME.exec(entry.name)?.[0] ?? entry.name, entry]),
  );
}

function* compareEntries(was: DataSetEntry, is: DataSetEntry): Iterable<string> {
  for (const field of [
    'organisation',
    'recordFormat',
    'recordLength',
    'blockLength',
    'keyLength',
    'trackCount',
  ] as const) {
    if (was[field] !== is[field]) {
      yield `${field} of ${is.name} is ${is[field]}, not ${was[field]}`;
    }
  }
  for (const field of ['extents', 'lastUsed'] as const) {
    if (JSON.stringify(was[field]) !== JSON.stringify(is[field])) {
      yield `${field} of ${is.name} differ`;
    }
  }
}
