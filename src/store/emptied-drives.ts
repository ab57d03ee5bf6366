/**
 * Drives whose files are there, and hold nothing where labels should be: somebody has put empty files in
 * their places.
 *
 * @module
 */
import type { BackEnd } from '../media/back-end.ts';
import type { GroupMember } from '../media/group-member.ts';
import type { DrivePlace } from './recovery-report.ts';

/** Cylinders of a drive that are looked at: damage to one of them is no reason to give the drive up. */
const PROBES = 8;

/**
 * Looks at the labels of some cylinders of every drive that is online.
 *
 * @param unflushed - Cylinders that may not have reached the drives: they say nothing.
 */
export function emptiedDrives(
  { groups }: BackEnd,
  unflushed: readonly { readonly group: number; readonly cylinder: number }[],
): readonly DrivePlace[] {
  return groups.flatMap((group) => {
    const { number, members } = group;
    const passedOver = new Set(
      unflushed.filter((one) => one.group === number).map(({ cylinder }) => cylinder),
    );
    const destaged = [...group.destagedCylinders()].filter((one) => !passedOver.has(one));
    return members
      .filter((member) => member.state === 'online' && isEmptied(member, destaged))
      .map((member) => ({ group: number, member: member.number }));
  });
}

function isEmptied(member: GroupMember, destaged: Iterable<number>): boolean {
  let probes = 0;
  for (const cylinder of destaged) {
    if (member.missing.has(cylinder)) continue;
    const label = member.drive.read(cylinder, 0, 1);
    if (!(label instanceof Uint8Array) || label.some((byte) => byte !== 0)) return false;
    probes += 1;
    if (probes === PROBES) break;
  }
  // One label is not enough: it may be the only one, and it may be what is damaged.
  return probes > 1;
}
