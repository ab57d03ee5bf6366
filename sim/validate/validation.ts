/**
 * The whole validation: everything that the model is compared with, and whether it holds.
 *
 * @module
 */
import { loadDriveSet } from '../device/drive/drive-loading.ts';
import { loadSubsystemParameters } from '../device/parameters-loading.ts';
import { checkChannelRates } from './channel-rates.ts';
import type { ValidationSection } from './check.ts';
import type { ClosedFormOptions } from './closed-forms.ts';
import { checkDimensions } from './dimensional.ts';
import type { DescriptionFiles } from './disksim-drive.ts';
import { compareMeasuredDrives, type MeasuredDrive } from './measured-drives.ts';
import { checkClosedForms } from './queueing.ts';
import { checkMeasuredCurves, checkSeekLaws } from './seek-curves.ts';
import { checkUltrastarRates } from './ultrastar-rates.ts';

/** What was compared, in the order in which it is shown. */
export interface Validation {
  readonly sections: readonly ValidationSection[];
  /** Measured drives; none without a folder of them. */
  readonly drives: readonly MeasuredDrive[];
  /** Files of that folder that nothing was read from. */
  readonly unused: readonly string[];
  /** Parameter sets of our own that were used. */
  readonly sets: readonly string[];
  readonly passes: boolean;
}

/** Where texts come from: our own parameter sets, and a folder of measured drives if there is one. */
export interface ValidationInput {
  /** Text of a parameter set by its name, such as `ultrastar-xp`. */
  readonly setText: (name: string) => string;
  readonly data?: DescriptionFiles;
  /** How much of the closed forms is run. */
  readonly queueing?: ClosedFormOptions;
}

const TEN_ZONES = 'ultrastar-xp';
const ONE_ZONE = 'hp-97560';
const ESCON = 'rva';

/** Compares everything. @throws InputError for parameter sets or a folder that cannot be read. */
export function validate({ setText, data, queueing }: ValidationInput): Validation {
  const driveSet = (name: string) => loadDriveSet(setText(name), `${name}.yaml`).parameters;
  const tenZones = driveSet(TEN_ZONES);
  const subsystem = loadSubsystemParameters(setText(ESCON), `${ESCON}.yaml`);
  const measured = data === undefined ? undefined : compareMeasuredDrives(data);
  const drives = measured?.drives ?? [];
  const described = drives.flatMap(({ parameters }) => parameters ?? []);
  const curves = checkMeasuredCurves(described);
  const sections = [
    checkClosedForms(queueing),
    checkSeekLaws(),
    ...(curves.checks.length > 0 ? [curves] : []),
    checkUltrastarRates(tenZones),
    checkChannelRates(subsystem, tenZones),
    checkDimensions(driveSet(ONE_ZONE)),
  ];
  return {
    sections,
    drives,
    unused: measured?.unused ?? [],
    sets: [TEN_ZONES, ONE_ZONE, ESCON],
    passes:
      drives.every((drive) => drive.passes) &&
      sections.every(({ checks }) => checks.every((check) => check.passes)),
  };
}
