/**
 * What a store is made of, as a file says it: a subsystem as in a scenario, with defaults for
 * everything.
 *
 * @module
 */
import { z } from 'zod';
import { InputError } from '../../src/index.ts';
import { GROUP } from './back-end-schema.ts';
import { type DocumentKind, SourceDocument } from './document.ts';
import { bytesField, nameField, positiveField } from './field.ts';
import type { Report } from './meaning-report.ts';
import { ScenarioInvalid } from './problems.ts';
import { problemAt } from './scenario.ts';
import { SUBSYSTEM_FIELDS, type SubsystemForm } from './schema.ts';
import { explainIssue } from './schema-problems.ts';
import { strictMap } from './strict-map.ts';
import { checkSubsystem } from './subsystem-meaning.ts';

/** A store's subsystem in its complete form. */
export type StoreForm = SubsystemForm;

const CONFIGURATION: DocumentKind = Object.freeze({
  noun: 'store configuration',
  fault: 'CONFIGURATION_INVALID',
});

/** A small array with room for two dozen volumes of a few cylinders, or five full 3390-3 (our choice). */
const CAPACITY_BYTES_DEFAULT = 16 * 2 ** 30;
const DATA_DRIVES_DEFAULT = 6;
/** Sixteen devices wait for volumes and copies: they cost nothing while they are empty. */
const DEVICES_DEFAULT = [{ number: '0A80-0A8F', model: '3390-3' }];

const STORE = strictMap({
  name: nameField('Name of the subsystem').default('VDASD'),
  ...SUBSYSTEM_FIELDS,
  capacity: bytesField('Space for track instances').default(CAPACITY_BYTES_DEFAULT),
  groups: z
    .array(
      strictMap({
        ...GROUP.shape,
        dataDrives: positiveField('Drives that hold data').default(DATA_DRIVES_DEFAULT),
      }),
    )
    .min(1)
    .prefault([{}])
    .meta({ description: 'Redundancy groups; one of 6+2 when left out' }),
  devices: SUBSYSTEM_FIELDS.devices.prefault(DEVICES_DEFAULT),
});

/** What `init` makes when nobody says anything else. */
export function defaultStoreForm(): StoreForm {
  return STORE.parse({});
}

/**
 * Reads a store's configuration.
 *
 * @param text - YAML.
 * @param name - The file's name, for messages.
 * @throws ScenarioInvalid with every problem found.
 */
export function loadStoreForm(text: string, name: string): StoreForm {
  const document = SourceDocument.parse(text, name, CONFIGURATION);
  if (!(document instanceof SourceDocument)) throw new ScenarioInvalid(document);
  // An empty file leaves everything to the defaults.
  const content = document.content ?? {};
  const result = STORE.safeParse(content, { reportInput: true });
  if (!result.success) {
    throw new ScenarioInvalid(
      result.error.issues.flatMap((issue) => explainIssue(issue, document)),
    );
  }
  const problems: InputError[] = [];
  const report: Report = (path, text_) => {
    problems.push(problemAt(document, path, text_));
  };
  checkSubsystem(result.data, [], report);
  for (const [at, { volume }] of result.data.devices.entries()) {
    if (volume?.import === undefined) continue;
    report(['devices', at, 'volume', 'import'], {
      what: 'an import in a store configuration',
      limit: 'a store is made first, and then filled',
      fix: 'leave it out, and use vdasd volume import',
    });
  }
  if (problems.length > 0) throw new ScenarioInvalid(problems);
  return result.data;
}
