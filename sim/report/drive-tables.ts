/**
 * Drives as text: a line for each group, one for each drive that is not whole, what was done about
 * it, and what is lost.
 *
 * @module
 */
import type { DrivesRecord, LostTrackRecord } from '../scenario/drives-record.ts';
import { formatCount, formatNumber } from '../scenario/quantity.ts';
import { type Column, formatTable } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'group', align: 'right' },
  { title: 'member', align: 'right' },
  { title: 'holds' },
  { title: 'state' },
  { title: 'missing', align: 'right' },
  { title: 'unreadable', align: 'right' },
];
/** Lost tracks that are named; the record has all. */
const LOST_SHOWN = 12;
/** How well a group stands, in words. */
export const REDUNDANCY_WORDS = Object.freeze({
  full: 'redundancy is full',
  exposed: 'exposed: it can lose another drive',
  degraded: 'degraded: it can lose no other drive',
  beyond: 'more is missing than redundancy makes up for',
});

/** Lines about the drives of a subsystem. */
export function formatDrives(drives: DrivesRecord, width: number): readonly string[] {
  const rows = drives.groups.flatMap((group) =>
    group.members
      .filter(isFaulty)
      .map((member) => [
        String(group.group),
        String(member.member),
        member.role,
        member.state,
        member.missingCylinders === 0 ? '–' : `${formatNumber(member.missingCylinders)} cyl`,
        member.unreadableSectors === 0 ? '–' : `${formatNumber(member.unreadableSectors)} sectors`,
      ]),
  );
  return [
    ...drives.groups.map(
      ({ group, members, redundancy }) =>
        `group ${group}: ${formatCount(members.length, 'drive')}, ${REDUNDANCY_WORDS[redundancy]}`,
    ),
    formatCount(drives.spares, 'spare'),
    ...(rows.length === 0 ? [] : ['', ...formatTable(COLUMNS, rows, width)]),
    ...(drives.lost.length === 0 ? [] : ['', ...lostLines(drives.lost)]),
  ];
}

/** What was done so far, in a sentence; nothing when nothing was. */
export function upkeepLine(drives: DrivesRecord): string | undefined {
  const { scrub } = drives;
  const done = [
    count(drives.healedTracks, 'track', 'healed'),
    count(drives.rebuiltCylinders, 'cylinder', 'rebuilt'),
    count(scrub.verified, 'cylinder', 'scrubbed'),
    count(scrub.faulty, 'cylinder', 'found faulty'),
    count(drives.evacuatedCylinders, 'cylinder', 'emptied for damage'),
    count(drives.collectedCylinders, 'cylinder', 'collected'),
    count(drives.collectedTracks, 'track', 'moved for it'),
  ].filter((text) => text !== undefined);
  return done.length === 0 ? undefined : done.join(', ');
}

/** Lost tracks by name. */
export function lostLines(lost: readonly LostTrackRecord[]): readonly string[] {
  const shown = lost.slice(0, LOST_SHOWN).map(({ group, logicalCylinder, member, owners }) => {
    const names = owners.map(
      ({ device, point, cylinder, head }) =>
        `${device} cylinder ${cylinder} head ${head}${point === undefined ? '' : ` (point ${point || 'by rule'})`}`,
    );
    return `lost: ${names.join(', ')}, on member ${member} of group ${group}, cylinder ${logicalCylinder}`;
  });
  const more = lost.length - shown.length;
  return more === 0 ? shown : [...shown, `lost: ${formatNumber(more)} more, named in the record`];
}

function isFaulty(member: DrivesRecord['groups'][number]['members'][number]): boolean {
  return member.state === 'failed' || member.missingCylinders > 0 || member.unreadableSectors > 0;
}

function count(amount: number, noun: string, done: string): string | undefined {
  return amount === 0 ? undefined : `${formatCount(amount, noun)} ${done}`;
}
