/**
 * The entries of a timeline: what each may say. Explained with examples in `docs/scenarios.md`.
 *
 * An entry is a map with exactly one key, its kind, beside which `at` or `every` may say when it
 * happens. `together` holds the other kinds, not itself.
 *
 * @module
 */
import { z } from 'zod';
import { BACK_END_ENTRIES } from './back-end-timeline.ts';
import {
  countField,
  type DeviceOrVolume,
  deviceOrVolumeField,
  durationField,
  listField,
  nameField,
  parseDeviceOrVolume,
  parseVolser,
  positiveField,
  spanField,
  switchField,
  textField,
  volserField,
} from './field.ts';
import { METHOD_OPTIONS } from './method-choice.ts';
import type { Parsed } from './quantity.ts';
import { strictMap } from './strict-map.ts';
import { nearest } from './suggestion.ts';
import { WHEN_FIELDS } from './timing-schema.ts';

/** Where a backup goes: chosen by the host, or named. */
export type BackupTarget = { readonly kind: 'auto' } | DeviceOrVolume;

function parseTarget(text: string): Parsed<BackupTarget> {
  if (text === 'auto') return { kind: 'value', value: { kind: 'auto' } };
  const named = parseDeviceOrVolume(text);
  return named.kind === 'fault' && nearest(text, ['auto']) !== undefined
    ? { ...named, fix: "did you mean 'auto'?" }
    : named;
}

const refused = textField(
  'The reason code with which this entry must be refused; anything else fails the run (exit 10)',
).optional();
const copy = z.enum(['none', 'background']);
const separation = z.enum(['instance', 'redundancyGroup']);
const BACKUP_NAME = 'The backup, by the name it was given with as';

/** Whole device backup by the host: steps 201 to 211. */
const backup = strictMap({
  host: nameField('The host that runs the backup'),
  source: listField(
    parseVolser,
    'Serial of the volume to back up, or a list: one consistency unit',
  ),
  target: listField(
    parseTarget,
    'auto, or a device number or serial; a list has one for each source',
  ).default([{ kind: 'auto' }]),
  identity: z.enum(['relabel', 'clone', 'conditioned']).default('relabel').meta({
    description: 'relabel: a new serial; clone: the same, offline; conditioned: see docs',
  }),
  volser: listField(
    parseVolser,
    'New serial of the copy; a list has one for each source',
  ).optional(),
  extents: z
    .enum(['volume', 'allocated'])
    .default('volume')
    .meta({ description: 'Copy the whole volume, or only what its VTOC says is in use' }),
  atomic: z
    .enum(['group', 'serial'])
    .default('group')
    .meta({ description: 'One instant for all, or one after the other with a conflict window' }),
  copy: copy
    .default('none')
    .meta({ description: 'Whether a physical copy follows the pointer copy' }),
  method: z
    .enum(['pointer', 'hostCopy'])
    .default('pointer')
    .meta({ description: 'Pointers where possible, or every track through the host' }),
  separation: separation
    .default('instance')
    .meta({ description: 'What the background copy separates' }),
  wait: z
    .enum(['logical', 'physical'])
    .default('logical')
    .meta({ description: 'Completion that the job waits for before it goes on' }),
  serialize: z
    .enum(['wait', 'refuse'])
    .default('wait')
    .meta({ description: 'Wait for volumes that another job holds, or refuse' }),
  reuse: switchField('Whether auto may take the oldest backup of ours').default(false),
  supersede: switchField('Whether a pending older copy on the target is given up').default(false),
  tracksPerInquiry: positiveField('Background tracks for each inquiry of this job').optional(),
  as: nameField('Name of the backup for later entries').optional(),
  refused,
});

/** Host writes through channel programs, or generated load in signature content. */
const write = strictMap({
  host: nameField('The host that writes'),
  volume: volserField('The volume to write to'),
  tracks: positiveField('Tracks to write'),
  pattern: z.enum(['uniform', 'sequential', 'hot']).default('uniform').meta({
    description: 'uniform; sequential from a drawn start; hot: 80 % of writes on 20 % of tracks',
  }),
  area: z
    .enum(['dataSets', 'any'])
    .default('dataSets')
    .meta({ description: 'Only inside data sets, or any track but the label and the VTOC' }),
  dataSet: textField('Only inside this data set').optional(),
  refused,
});

/** Status inquiries; each gives the background one budget. */
const inquire = strictMap({
  backup: nameField(BACKUP_NAME),
  until: z
    .enum(['once', 'logicallyComplete', 'physicallyComplete'])
    .default('once')
    .meta({ description: 'How long to go on asking' }),
  tracksPerInquiry: positiveField('Background tracks for each inquiry').optional(),
  limit: positiveField('Inquiries after which to give up (exit 9)').optional(),
  refused,
});

/** Compares a copy with the witness. */
const verify = strictMap({
  backup: nameField(BACKUP_NAME),
  volume: volserField(
    'Compare this volume instead of the copy, such as the source after a restore',
  ).optional(),
});

/** Writes a volume to an image file. */
const exportVolume = strictMap({
  volume: deviceOrVolumeField('The volume or device to write out'),
  file: textField('Image file to write, relative to --out'),
  format: z
    .enum(['ckd', 'cckd'])
    .default('cckd')
    .meta({ description: 'Plain or compressed CKD image' }),
});

/** Copies a backup back onto its source. */
const restore = strictMap({
  backup: nameField(BACKUP_NAME),
  host: nameField('The host that restores; the one of the backup when left out').optional(),
  volumes: listField(
    parseVolser,
    'Serials as they were when backed up; all of the backup when left out',
  ).optional(),
  to: deviceOrVolumeField('Where to; the place that it came from when left out').optional(),
  wait: z
    .enum(['logical', 'physical'])
    .default('logical')
    .meta({ description: 'Completion that the restore waits for' }),
  copy: copy.default('none').meta({ description: 'Whether a physical copy follows' }),
  refused,
});

/** Walks every invariant. */
const check = strictMap({
  subsystem: nameField('Only this subsystem').optional(),
});

const snapshotPair = {
  source: deviceOrVolumeField('Where to copy from'),
  target: deviceOrVolumeField('Where to copy to'),
  tracks: spanField('Tracks to copy; the whole device when left out').optional(),
  cylinders: spanField('Cylinders to copy, instead of tracks').optional(),
  to: countField('First track of the target; the same place when left out').optional(),
};

/** A pointer copy without the host's steps. */
const snapshot = strictMap({
  subsystem: nameField('The subsystem; needed when there are several').optional(),
  pairs: z
    .array(strictMap(snapshotPair))
    .min(1)
    .meta({ description: 'What to copy, at one instant' }),
  copy: copy.default('none').meta({ description: 'Whether a physical copy follows' }),
  separation: separation.default('instance').meta({ description: 'What the copy separates' }),
  supersede: switchField('Whether a pending older copy on the target is given up').default(false),
  as: nameField('Name of the snapshot for later entries').optional(),
  refused,
});

const named = {
  backup: nameField(BACKUP_NAME).optional(),
  snapshot: nameField('The snapshot, by the name it was given with as').optional(),
  refused,
};

const expectations = z.record(z.string(), z.string()).meta({
  description: 'Values by name, each with a comparison: nightly.messages: 3',
});

/** A copy by a method that can be compared with others; needs a clock. */
const copyByMethod = strictMap({
  source: deviceOrVolumeField('The volume or device to copy'),
  target: deviceOrVolumeField(
    'Takes the copy, or the point in time that a dump reads; of the same size',
  ),
  method: nameField('The copy method; that of compare when left out').optional(),
  options: METHOD_OPTIONS,
  host: nameField('The host that asks for the copy; the first one when left out').optional(),
  mayFail: switchField('Whether the run goes on when the copy cannot be made').default(false),
  as: nameField('Name of the copy for later entries').optional(),
  refused,
});

/** Kinds of entry that may stand inside `together`. */
export const ENTRY_FIELDS = {
  backup,
  copy: copyByMethod,
  write,
  inquire,
  verify,
  export: exportVolume,
  restore,
  check,
  snapshot,
  withdraw: strictMap(named),
  discard: strictMap(named),
  expect: expectations,
  advance: durationField('How far to move the clock'),
  ...BACK_END_ENTRIES,
} as const;

type Optional<Fields> = { [Kind in keyof Fields]: z.ZodOptional<Fields[Kind] & z.ZodType> };

/** Every kind may be left out; a check of its own sees to it that one is there. */
const optional = Object.fromEntries(
  Object.entries(ENTRY_FIELDS).map(([kind, fields]) => [kind, z.optional(fields)]),
) as Optional<typeof ENTRY_FIELDS>;

/** An entry inside `together`: a map with one key. */
const INNER_ENTRY = strictMap(optional).meta({ minProperties: 1, maxProperties: 1 });

/** An entry of the timeline: a map with one key, and when it happens where the scenario has a clock. */
export const ENTRY = strictMap({
  ...optional,
  ...WHEN_FIELDS,
  together: z
    .array(INNER_ENTRY)
    .min(2)
    .optional()
    .meta({ description: 'Entries that run interleaved, step by step, in an order by the seed' }),
}).meta({ minProperties: 1, maxProperties: 1 + Object.keys(WHEN_FIELDS).length });

/** What the fields of each kind of entry hold once read. */
export type EntryFields = {
  readonly [Kind in keyof typeof ENTRY_FIELDS]: z.output<(typeof ENTRY_FIELDS)[Kind]>;
};
