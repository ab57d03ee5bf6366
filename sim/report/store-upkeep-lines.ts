/**
 * Upkeep of a store as text: drives, work in the background, space given back, checks, and what opening
 * it took.
 *
 * @module
 */
import { formatBytes, formatCount, formatNumber } from '../scenario/quantity.ts';
import { lostLines, REDUNDANCY_WORDS, upkeepLine } from './drive-tables.ts';
import { toPrintable } from './printable.ts';
import type {
  CheckRecord,
  DriveChangeRecord,
  OpeningRecord,
  ReleasedRecord,
  StoreDrivesRecord,
  UndoneRecord,
  WorkRecord,
} from './store-record.ts';
import { type Column, formatTable } from './table.ts';

const DRIVE_COLUMNS: readonly Column[] = [
  { title: 'drive' },
  { title: 'holds' },
  { title: 'state' },
  { title: 'missing', align: 'right' },
  { title: 'unreadable', align: 'right' },
];
const RELEASE_COLUMNS: readonly Column[] = [
  { title: 'volume' },
  { title: 'device' },
  { title: 'tracks', align: 'right' },
  { title: 'space', align: 'right' },
];

/** Problems that are shown one by one. */
const PROBLEMS_SHOWN = 40;

/** All drives, what was done about them, and what is lost. */
export function driveLines(drives: StoreDrivesRecord, width: number): readonly string[] {
  const rows = drives.groups.flatMap(({ group, members }) =>
    members.map((member) => [
      `${group}/${member.member}`,
      member.role,
      member.state,
      member.missingCylinders === 0 ? '–' : `${formatNumber(member.missingCylinders)} cyl`,
      member.unreadableSectors === 0 ? '–' : `${formatNumber(member.unreadableSectors)} sectors`,
    ]),
  );
  const upkeep = upkeepLine(drives);
  return [
    ...formatTable(DRIVE_COLUMNS, rows, width),
    '',
    ...drives.groups.map(
      ({ group, redundancy }) => `group ${group}: ${REDUNDANCY_WORDS[redundancy]}`,
    ),
    formatCount(drives.spares, 'spare'),
    ...(upkeep === undefined ? [] : [`so far: ${upkeep}`]),
    ...lostLines(drives.lost),
  ];
}

/** What became of a drive. */
export function driveChangeLines(change: DriveChangeRecord, folder: string): readonly string[] {
  const { drive, spare, takesOver } = change;
  const next = `vdasd work ${folder} writes what is missing`;
  const redundancy = REDUNDANCY_WORDS[change.redundancy as keyof typeof REDUNDANCY_WORDS];
  if (change.kind === 'driveFail') {
    const place = spare ? `a spare has taken its place; ${next}` : 'no spare is there';
    return [`drive ${drive} has failed; ${place}`, redundancy];
  }
  const verb = change.kind === 'driveReturn' ? 'is back' : 'was replaced by an empty one';
  const place = spare ? 'it waits as a spare' : next;
  return [
    `drive ${drive} ${verb}; ${place}`,
    ...(takesOver === null ? [] : [`a spare has taken the place of drive ${takesOver}; ${next}`]),
    redundancy,
  ];
}

/** Work in the background. */
export function workLines(work: WorkRecord, folder: string): readonly string[] {
  const done = Object.entries(work.done)
    .filter(([key, count]) => count > 0 && WORK_WORDS[key] !== undefined)
    .map(([key, count]) =>
      key === 'bytes' ? `${formatBytes(count)} written for them` : workPart(key, count),
    );
  const faults = [
    ...(work.faultyCylinders === 0
      ? []
      : [`${formatCount(work.faultyCylinders, 'cylinder')} with damage`]),
    ...(work.lostTracks === 0
      ? []
      : [`${formatCount(work.lostTracks, 'track')} lost; vdasd drive ls ${folder} names them`]),
  ];
  const owed = `${formatCount(work.tracksRemaining, 'track')} to copy`;
  const end = work.idle
    ? 'nothing is owed any more'
    : work.waitsForSpace
      ? `copies wait for space, ${owed}`
      : `not done yet, ${owed}; vdasd work ${folder} goes on`;
  return [...(done.length === 0 ? [] : [done.join(', ')]), ...faults, end];
}

/** Volumes whose space was looked through. */
export function releaseLines(
  record: ReleasedRecord,
  folder: string,
  width: number,
): readonly string[] {
  if (record.volumes.length === 0) return ['no volume to look through'];
  const looked = record.volumes.filter(({ leftAlone }) => leftAlone === null);
  const rows = looked.map((volume) => [
    toPrintable(volume.volser),
    volume.device ?? '–',
    formatNumber(volume.tracks),
    formatBytes(volume.bytes),
  ]);
  const undo = looked.flatMap(({ volser, undoTokens }) =>
    undoTokens.map(
      (token) => `undo for ${toPrintable(volser)}: vdasd release ${folder} --undo ${token}`,
    ),
  );
  const spared = record.volumes.flatMap(({ volser, leftAlone }) =>
    leftAlone === null ? [] : [`${toPrintable(volser)} is left alone: ${leftAlone.why}`],
  );
  return [
    ...(record.dryRun && rows.length > 0 ? ['would release:'] : []),
    ...(rows.length === 0 ? [] : formatTable(RELEASE_COLUMNS, rows, width)),
    ...undo,
    ...spared,
  ];
}

/** A release that was taken back. */
export function undoneLines({ tracks, changedTracks }: UndoneRecord): readonly string[] {
  const kept =
    changedTracks === 0
      ? ''
      : `; ${formatCount(changedTracks, 'track')} changed since and left as they are`;
  return [`${formatCount(tracks, 'track')} have their content again${kept}`];
}

/** What a check found, or a repair did. */
export function checkLines(check: CheckRecord, folder: string): readonly string[] {
  const { problems, repaired } = check;
  const shown = problems.slice(0, PROBLEMS_SHOWN);
  const lines = shown.map(({ area, where, what }) => `${area}: ${where}: ${toPrintable(what)}`);
  if (problems.length > shown.length) {
    lines.push(`${formatNumber(problems.length - shown.length)} more; --json names all of them`);
  }
  const amount = formatCount(problems.length, 'problem');
  const notes = check.notes.map((text) => `note: ${toPrintable(text)}`);
  if (repaired !== null) {
    const end =
      problems.length > 0
        ? `${amount} left`
        : repaired.length === 0
          ? 'sound: nothing was to be done'
          : 'sound now';
    return [...repaired.map((text) => `repaired: ${toPrintable(text)}`), ...lines, ...notes, end];
  }
  const looked = Object.entries(check.looked)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => {
      const words = LOOKED_WORDS[what] ?? what;
      return `${formatNumber(count)} ${count === 1 ? words.replace(/s\b/, '') : words}`;
    })
    .join(', ');
  if (problems.length === 0) return [...notes, `sound: looked at ${looked}`];
  const canRepair = problems.some(({ remedy }) => remedy === 'repair');
  const fix = canRepair ? `; vdasd check ${folder} --repair does what can be done` : '';
  return [...lines, ...notes, `${amount}; looked at ${looked}${fix}`];
}

/** What a check counts, in words. */
const LOOKED_WORDS: Readonly<Record<string, string>> = Object.freeze({
  memberCylinders: 'cylinders of drives',
  cylinders: 'logical cylinders',
  bytes: 'bytes',
});

/** What opening a store took, for people; nothing when it had been closed and nothing was wrong. */
export function openingLines(opening: OpeningRecord, folder: string): readonly string[] {
  const lines: string[] = opening.warning === null ? [] : [`warning: ${opening.warning}`];
  if (!opening.wasClosed) {
    const torn =
      opening.tornTail === null ? '' : '; the last one was never acknowledged, and is gone';
    const again =
      opening.cylindersWrittenAgain === 0
        ? ''
        : `, ${formatCount(opening.cylindersWrittenAgain, 'cylinder')} written to the drives again`;
    lines.push(
      `recovered: the last process did not close the store; ` +
        `${formatCount(opening.journalRecords, 'record')} of the journal (${formatBytes(opening.journalBytes)}) ` +
        `after checkpoint ${opening.checkpoint}${again}${torn}`,
    );
  }
  for (const { where, what, outcome } of opening.damage) {
    lines.push(`${outcome === 'healed' ? 'healed' : 'LOST'}: ${where}: ${what}`);
  }
  for (const drive of opening.missingDrives) {
    lines.push(
      `drive ${drive} is not there and counts as failed; vdasd drive ls ${folder} shows how its group stands`,
    );
  }
  return lines;
}

/** Figures of background work in words; others are not told. */
const WORK_WORDS: Readonly<Record<string, readonly [noun: string, done: string]>> = Object.freeze({
  copied: ['track', 'copied'],
  bytes: ['byte', 'written for them'],
  destaged: ['cylinder', 'destaged'],
  collected: ['cylinder', 'collected'],
  rebuilt: ['cylinder', 'rebuilt'],
  scrubbed: ['cylinder', 'verified'],
});

function workPart(key: string, count: number): string {
  const [noun, done] = WORK_WORDS[key] ?? [key, ''];
  return `${formatCount(count, noun)} ${done}`;
}
