/**
 * The entries about drives: `failDrive`, `returnDrive`, `replaceDrive`, `corrupt`.
 *
 * @module
 */
import { formatDeviceNumber, type Outcome, refuse, trackIndex } from '../../src/index.ts';
import { describeName } from './copy-entry.ts';
import { type EntryMachine, type EntryStep, ended, oneStep } from './entry-machine.ts';
import type { Laboratory } from './laboratory.ts';
import type { LaboratorySubsystem } from './laboratory-subsystem.ts';
import { formatCount } from './quantity.ts';
import type { EntryOf } from './scenario.ts';

type DriveEntry = EntryOf<'failDrive' | 'returnDrive' | 'replaceDrive'>;

/** What is done to a drive, in words. */
const VERBS = Object.freeze({
  failDrive: 'fail',
  returnDrive: 'return',
  replaceDrive: 'replace',
});

/** The machine of an entry that fails, returns or replaces a drive. */
export function driveEntry(laboratory: Laboratory, entry: DriveEntry): EntryMachine {
  const { group, member } = entry.fields;
  return oneStep(`${VERBS[entry.kind]} drive ${member} of group ${group}`, (): EntryStep => {
    const owner = ownerOf(laboratory, entry.fields.subsystem);
    const { drives } = owner.subsystem;
    const answer = ((): Outcome<BroughtOrFailed> => {
      switch (entry.kind) {
        case 'failDrive':
          return drives.fail(group, member);
        case 'returnDrive':
          return drives.return(group, member);
        default:
          return drives.replace(group, member);
      }
    })();
    if (answer.kind === 'refused') return answer;
    const { spare, takesOver } = answer.value;
    const { redundancy } = drives.report().groups[group] ?? { redundancy: 'full' };
    const result = { subsystem: owner.name, group, member, spare, redundancy };
    return ended(takesOver === undefined ? result : { ...result, takesOver }, [
      `${describe(entry.kind, answer.value)}; the group is ${redundancy}`,
    ]);
  });
}

/** What becomes of an order about a drive. Only drives that are brought may let a spare take over. */
type BroughtOrFailed = {
  readonly spare: boolean;
  readonly takesOver?: { readonly group: number; readonly member: number };
};

function describe(kind: DriveEntry['kind'], { spare, takesOver }: BroughtOrFailed): string {
  if (kind === 'failDrive') return spare ? 'a spare takes its place' : 'no spare takes its place';
  const drive = kind === 'returnDrive' ? 'the drive is back' : 'a new drive has come';
  if (takesOver !== undefined) {
    const { group, member } = takesOver;
    return `${drive}, and as a spare it takes the place of drive ${member} of group ${group}`;
  }
  return spare ? `${drive} and waits as a spare` : `${drive} in its place`;
}

/** The subsystem that an entry names, or the only one. */
export function ownerOf(laboratory: Laboratory, name: string | undefined): LaboratorySubsystem {
  return laboratory.subsystem(name ?? laboratory.subsystems[0]?.name ?? '');
}

/** Sectors on a drive. */
interface Sectors {
  readonly group: number;
  readonly member: number;
  readonly cylinder: number;
  readonly sector: number;
  readonly sectors: number;
}

/** The machine of a `corrupt`. */
export function corruptEntry(laboratory: Laboratory, entry: EntryOf<'corrupt'>): EntryMachine {
  const { volume, track, kind } = entry.fields;
  const title =
    volume === undefined
      ? `a place of group ${entry.fields.group ?? 0}`
      : `track ${track ?? 0} of ${describeName(volume)}`;
  return oneStep(`corrupt ${title} (${kind})`, (): EntryStep => {
    const found = findSectors(laboratory, entry);
    if (found.kind === 'refused') return found;
    const { owner, place } = found.value;
    const done = owner.subsystem.drives.corrupt({ ...place, kind });
    if (done.kind === 'refused') return done;
    return ended({ subsystem: owner.name, ...place, kind }, [
      `${formatCount(place.sectors, 'sector')} ${kind}: group ${place.group}, member ` +
        `${place.member}, cylinder ${place.cylinder}, from sector ${place.sector}`,
    ]);
  });
}

function findSectors(
  laboratory: Laboratory,
  entry: EntryOf<'corrupt'>,
): Outcome<{ readonly owner: LaboratorySubsystem; readonly place: Sectors }> {
  const {
    volume,
    track = 0,
    count,
    group = 0,
    member = 0,
    cylinder = 0,
    sector = 0,
  } = entry.fields;
  if (volume === undefined) {
    const owner = ownerOf(laboratory, entry.fields.subsystem);
    const place = { group, member, cylinder, sector, sectors: count };
    return { kind: 'done', value: { owner, place } };
  }
  const placed = laboratory.find(volume);
  if (placed === undefined) return laboratory.refuseUnknown(volume);
  const { owner, device } = placed;
  const where = owner.subsystem.drives.locate(device.index, trackIndex(track));
  if (where === undefined) {
    return refuse('SECTOR_UNKNOWN', {
      what: `track ${track} of device ${formatDeviceNumber(device.number)}`,
      limit: 'no sector of a drive holds it: it was never written, or is in the non-volatile store',
      fix: 'damage a track that was written, after a destage',
    });
  }
  const sectors = Math.min(count, where.sectors);
  return { kind: 'done', value: { owner, place: { ...where, sectors } } };
}
