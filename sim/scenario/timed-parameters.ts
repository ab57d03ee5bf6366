/**
 * The parameter sets of a run: the one that the scenario names, the drives that it names, and the
 * scenario's own paths in the place of the set's.
 *
 * @module
 */

import { loadDriveSet } from '../device/drive/drive-loading.ts';
import type { DriveParameters } from '../device/drive/drive-parameters.ts';
import { loadSubsystemParameters } from '../device/parameters-loading.ts';
import type { SubsystemParameters } from '../device/subsystem-parameters.ts';
import type { Assumption } from '../record/unit-record.ts';
import type { ScenarioFiles } from './files.ts';
import type { Scenario } from './scenario.ts';
import type { Timing } from './timing-schema.ts';

/** What a run takes for granted about its parts. */
export interface TimedParameters {
  readonly parameters: SubsystemParameters;
  /** Of the drives, where they have moving parts. */
  readonly drive: DriveParameters | undefined;
  /** Every figure with its source. */
  readonly assumptions: readonly Assumption[];
}

/**
 * Reads the parameter sets of a scenario.
 *
 * @throws InputError for a set that is not there or cannot be read.
 */
export function loadParameters(
  scenario: Scenario,
  timing: Timing,
  files: ScenarioFiles,
): TimedParameters {
  const set = files.readParameters(timing.parameters);
  const named = loadSubsystemParameters(set.text, set.name);
  const paths = Math.max(0, ...scenario.hosts.map((host) => host.paths));
  const parameters: SubsystemParameters = {
    ...named,
    channels: { ...named.channels, paths: paths === 0 ? named.channels.paths : paths },
  };
  const own = named.figures.map((figure): Assumption => {
    const isPaths = figure.name === 'channels.paths' && paths > 0;
    return {
      name: `${named.name}: ${figure.name}`,
      value: isPaths ? paths : assumed(figure.value),
      unit: figure.unit,
      source: isPaths ? 'the scenario' : figure.source,
    };
  });
  const driveName = named.drives;
  if (typeof driveName !== 'string') return { parameters, drive: undefined, assumptions: own };
  const driveFile = files.readParameters(driveName);
  const drive = loadDriveSet(driveFile.text, driveFile.name);
  const drives = drive.figures.map((figure): Assumption => {
    const { unit, source, value } = figure;
    return { name: `${driveName}: ${figure.name}`, value: assumed(value), unit, source };
  });
  return { parameters, drive: drive.parameters, assumptions: [...own, ...drives] };
}

function assumed(value: string | number | boolean): string | number {
  return typeof value === 'boolean' ? String(value) : value;
}
