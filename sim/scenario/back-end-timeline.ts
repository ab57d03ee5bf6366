/**
 * Entries of a timeline about drives, space that comes back, and points in time. Explained with
 * examples in `docs/scenarios.md`.
 *
 * @module
 */
import { z } from 'zod';
import {
  countField,
  dataSetField,
  deviceField,
  deviceOrVolumeField,
  durationField,
  listField,
  nameField,
  parseDataSetName,
  parseVolser,
  positiveField,
  switchField,
  textField,
  volserField,
} from './field.ts';
import type { Parsed } from './quantity.ts';
import { strictMap } from './strict-map.ts';

const refused = textField(
  'The reason code with which this entry must be refused; anything else fails the run (exit 10)',
).optional();
const subsystem = nameField('The subsystem; needed when there are several').optional();
const group = countField('Redundancy group').default(0);
const tracks = positiveField('Background tracks of each step').optional();

/** A drive, by its place in a group. */
const drive = strictMap({
  subsystem,
  group,
  member: countField('Member of the group: data drives from 0, then P, then Q'),
  refused,
});

/** Damage that nobody is told of. */
const corrupt = strictMap({
  subsystem,
  volume: deviceOrVolumeField('The volume or device of a track to damage').optional(),
  track: countField('The track to damage').optional(),
  group: countField('Redundancy group of a place to damage').optional(),
  member: countField('Member of the group').optional(),
  cylinder: countField('Logical cylinder of the group').optional(),
  sector: countField('First sector in the cylinder').optional(),
  count: positiveField('Sectors to damage; one when left out').default(1),
  kind: z
    .enum(['unreadable', 'torn', 'misdirected', 'flipped'])
    .default('unreadable')
    .meta({ description: 'How: unreadable, half written, from elsewhere, or with a wrong bit' }),
  refused,
});

/** Verifies every cylinder that holds something. */
const scrub = strictMap({ subsystem, tracks, refused });

/** Empties cylinders. */
const collect = strictMap({
  subsystem,
  group: countField('Only this redundancy group').optional(),
  cylinders: positiveField(
    'Cylinders to empty; as many as there is something to gain when left out',
  ).optional(),
  refused,
});

/** Background work without an inquiry. */
const background = strictMap({
  until: z
    .enum(['once', 'idle', 'rebuilt'])
    .default('idle')
    .meta({ description: 'How long: one step, until no duty is left, until drives are rebuilt' }),
  tracks,
  limit: positiveField('Steps after which to give up (exit 9)').optional(),
});

/** Everything in the non-volatile store goes to the drives. */
const destage = strictMap({ subsystem });

/** A host deletes data sets. */
const scratch = strictMap({
  host: nameField('The host'),
  volume: volserField('The volume'),
  dataSet: listField(parseDataSetName, 'The data set, or a list'),
  release: switchField('Whether the subsystem is told that the tracks are free').default(true),
  refused,
});

function parseScope(text: string): Parsed<string> {
  return text === 'all' ? { kind: 'value', value: text } : parseVolser(text);
}

/** Tracks that no data set covers are given back. */
const release = strictMap({
  host: nameField('The host that reads the VTOCs'),
  volume: listField(parseScope, 'Serial of a volume, a list, or all that the host has online'),
  exclude: listField(parseVolser, 'Serials to leave alone').default([]),
  emptyVolumes: switchField('Whether to look at volumes without a data set, too').default(false),
  dryRun: switchField('Only say what would be released').default(false),
  hold: durationField('How long it can be undone; not at all when left out').optional(),
  as: nameField('Name of the release for undoRelease and later entries').optional(),
  refused,
});

/** A release is taken back while its hold lasts. */
const undoRelease = strictMap({
  release: nameField('The release, by the name it was given with as'),
  refused,
});

/** A point in time of a device is kept. */
const retain = strictMap({
  volume: deviceOrVolumeField('The volume or device'),
  as: nameField('Name of the point'),
  refused,
});

/** A point is given up. */
const dropPoint = strictMap({
  point: nameField('The point, by the name it was given with as'),
  refused,
});

/** A device as it was, to be read. */
const openAt = strictMap({
  volume: deviceOrVolumeField('The volume or device that is wanted as it was'),
  ago: durationField('How long ago: the newest point that is as old').optional(),
  point: nameField('A point by its name').optional(),
  sequence: positiveField('Commit sequence: the newest point that is not after it').optional(),
  as: deviceField('Number of the device that shows it'),
  host: nameField('A host that is to know the device').optional(),
  refused,
});

/** A data set that was scratched comes back. */
const restoreDataSet = strictMap({
  host: nameField('The host'),
  volume: volserField('The volume on which it was'),
  dataSet: dataSetField('The data set'),
  from: deviceField('Number of the device that shows the volume as it was'),
  refused,
});

/** Tables about space and drives. */
const report = strictMap({
  subsystem: nameField('Only this subsystem').optional(),
  show: listField(parseReport, 'space, drives, or both'),
});

/** Values that are to be compared later. */
const remember = z.record(z.string(), z.string()).meta({
  description: "Names of one's own, each with the name of a value: before: PROD01.digest",
});

/** Kinds of entry of this file. */
export const BACK_END_ENTRIES = {
  failDrive: drive,
  returnDrive: drive,
  replaceDrive: drive,
  corrupt,
  scrub,
  collect,
  background,
  destage,
  scratch,
  release,
  undoRelease,
  retain,
  dropPoint,
  openAt,
  restoreDataSet,
  report,
  remember,
} as const;

/** What a report is about. */
type ReportSubject = 'space' | 'drives';

function parseReport(text: string): Parsed<ReportSubject> {
  if (text === 'space' || text === 'drives') return { kind: 'value', value: text };
  return {
    kind: 'fault',
    what: `there is no report about '${text}'`,
    fix: 'write space or drives',
  };
}
