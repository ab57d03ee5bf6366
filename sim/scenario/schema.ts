/**
 * The form of a scenario: subsystems with devices, hosts with paths, a timeline.
 *
 * One zod schema is the only description; it reads the source text of a file, gives the complete
 * form with every default filled in, and prints itself as JSON Schema for editors.
 *
 * @module
 */
import { z } from 'zod';
import { BACK_END_FIELDS, DEVICE_SPACE_FIELDS } from './back-end-schema.ts';
import {
  bytesField,
  countField,
  deviceSpanField,
  durationField,
  listField,
  nameField,
  parsedField,
  parseName,
  positiveField,
  spanField,
  switchField,
  textField,
  volserField,
} from './field.ts';
import { LOADS } from './load-schema.ts';
import { parseShare } from './method-choice.ts';
import { strictMap } from './strict-map.ts';
import { ENTRY } from './timeline-schema.ts';
import { EXPERIMENT_FIELDS } from './timing-schema.ts';

const outOfSpace = z.enum(['block', 'failWrite', 'dropBackground']);

const volume = strictMap({
  import: textField('Image file to load, relative to the scenario file').optional(),
  sample: z
    .enum(['production'])
    .optional()
    .meta({ description: 'A generated volume with data sets and members' }),
  scale: positiveField('How much a generated volume holds; 1 is about a hundred tracks').optional(),
  volser: volserField(
    'Serial of a volume to initialise, or the one the image must have',
  ).optional(),
  fill: parsedField(
    parseShare,
    ['string'],
    'Share of the free tracks that hold generated data from the beginning: 80 %; needs content: signature',
  ).optional(),
  owner: textField('Owner text of the label, up to 14 characters').optional(),
  vtoc: spanField('Tracks of the VTOC of an initialised volume').optional(),
  index: switchField('Whether an initialised volume has a VTOC index').optional(),
  vvds: switchField('Whether an initialised volume has a VVDS').optional(),
});

const device = strictMap({
  number: deviceSpanField('Device number, or a range of devices that are alike'),
  model: textField('Device model, such as 3390-3'),
  cylinders: positiveField('Cylinders; needed for a 3390-A, the primary ones otherwise').optional(),
  homeGroup: countField('Redundancy group that keeps this device').optional(),
  outOfSpace: outOfSpace.optional().meta({ description: 'Policy of this device alone' }),
  ...DEVICE_SPACE_FIELDS,
  volume: volume.optional().meta({ description: 'What is on it; without, no label yet' }),
});

/** Keys of a subsystem but for its name. */
export const SUBSYSTEM_FIELDS = {
  content: z
    .enum(['bytes', 'signature'])
    .default('bytes')
    .meta({ description: 'Real tracks, or a signature of each for generated load' }),
  capacity: bytesField('Space for track instances'),
  ...BACK_END_FIELDS,
  outOfSpace: outOfSpace
    .default('block')
    .meta({ description: 'What happens when there is no space' }),
  hostSelectable: switchField('Whether hosts may ask for pointer copies').default(true),
  sourceTokenLife: durationField('How long an unused source token lives').optional(),
  deviceCountMax: positiveField('Devices that the subsystem may have').optional(),
  devices: z.array(device).min(1).meta({ description: 'The devices' }),
};

const subsystem = strictMap({
  name: nameField('Name of the subsystem'),
  store: textField(
    'Folder to make the subsystem in, relative to the output folder; in memory when left out',
  ).optional(),
  ...SUBSYSTEM_FIELDS,
});

const host = strictMap({
  name: nameField('Name of the host'),
  paths: positiveField('Channel paths to each subsystem').default(1),
  subsystems: listField(parseName, 'Subsystems that the host is connected to'),
});

/** A whole scenario file. */
export const SCENARIO = strictMap({
  name: textField('What the scenario shows'),
  description: textField('More about it').optional(),
  seed: countField('Seed of everything that is drawn').default(0),
  tracksPerInquiry: positiveField('Background tracks for each status inquiry').default(1_000),
  subsystems: z.array(subsystem).min(1).meta({ description: 'The subsystems' }),
  ...EXPERIMENT_FIELDS,
  hosts: z.array(host).default([]).meta({ description: 'The hosts' }),
  loads: LOADS,
  timeline: z.array(ENTRY).min(1).meta({ description: 'What happens, in order' }),
});

/** What the schema gives once read. */
export type ScenarioForm = z.output<typeof SCENARIO>;

/** What a subsystem's part holds. */
export type SubsystemForm = ScenarioForm['subsystems'][number];

/** What a device's part holds. */
export type DeviceForm = SubsystemForm['devices'][number];

/** The schema as JSON Schema (draft 2020-12) of the written form, for editors. */
export function scenarioJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(SCENARIO, {
    io: 'input',
    override: ({ jsonSchema }) => {
      const written = jsonSchema['written'];
      if (!Array.isArray(written)) return;
      delete jsonSchema['written'];
      const types = written as ('string' | 'integer' | 'number' | 'boolean')[];
      // An editor's YAML types scalars: 7 is an integer there, whatever we make of its text.
      if (types.length === 1 && types[0] !== undefined) jsonSchema.type = types[0];
      else Object.assign(jsonSchema, { type: types });
      if (types[0] === 'boolean') delete jsonSchema.enum;
    },
  });
  return { ...schema, title: 'vdasd scenario' };
}
