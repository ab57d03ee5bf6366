/**
 * What a scenario's text must mean beyond its form: names that are defined once and before they are
 * used, devices that can exist, combinations that can end.
 *
 * Serials of imported volumes are not known from the text; `references.ts` checks volumes.
 *
 * @module
 */
import { deviceNumber, formatDeviceNumber, type InputError } from '../../src/index.ts';
import type { ValuePath } from './document.ts';
import { checkKnown, checkOnce, type Report } from './meaning-report.ts';
import { problemAt, type Scenario } from './scenario.ts';
import { checkSubsystem } from './subsystem-meaning.ts';
import { checkTimeline } from './timeline-meaning.ts';
import { checkTiming } from './timing-meaning.ts';

/** Paths of a host to one control unit, as on the hardware. */
const CHANNEL_PATHS_MAX = 8;

/** Every problem that the complete form shows. */
export function checkMeaning(scenario: Scenario): readonly InputError[] {
  const problems: InputError[] = [];
  const report: Report = (path, text) => {
    problems.push(problemAt(scenario.document, path, text));
  };
  checkSubsystems(scenario, report);
  checkHosts(scenario, report);
  checkTimeline(scenario, report);
  checkTiming(scenario, report);
  return problems;
}

function checkSubsystems(scenario: Scenario, report: Report): void {
  const names = new Set<string>();
  for (const [at, subsystem] of scenario.subsystems.entries()) {
    const path = ['subsystems', at];
    checkOnce(names, subsystem.name, 'subsystem', [...path, 'name'], report);
    checkSubsystem(subsystem, path, report);
  }
}

function checkHosts(scenario: Scenario, report: Report): void {
  const names = new Set<string>();
  const subsystems = scenario.subsystems.map((one) => one.name);
  for (const [at, host] of scenario.hosts.entries()) {
    const path = ['hosts', at];
    checkOnce(names, host.name, 'host', [...path, 'name'], report);
    for (const [subsystemAt, name] of host.subsystems.entries()) {
      checkKnown(name, subsystems, 'subsystem', [...path, 'subsystems', subsystemAt], report);
    }
    if (host.paths > CHANNEL_PATHS_MAX) {
      const limit = `a host has at most ${CHANNEL_PATHS_MAX} paths to a subsystem`;
      report([...path, 'paths'], { what: `${host.paths} paths`, limit, fix: 'name fewer' });
    }
    checkNumbers(scenario, host.subsystems, [...path, 'subsystems'], report);
  }
}

/** A host knows each device number once, over all its subsystems. */
function checkNumbers(
  scenario: Scenario,
  attached: readonly string[],
  path: ValuePath,
  report: Report,
): void {
  const owners = new Map<number, string>();
  for (const { name, devices } of scenario.subsystems) {
    if (!attached.includes(name)) continue;
    for (const { number } of devices) {
      for (let one = number.first; one <= number.last; one += 1) {
        const owner = owners.get(one);
        if (owner !== undefined && owner !== name) {
          const written = formatDeviceNumber(deviceNumber(one));
          report(path, {
            what: `device number ${written} is in ${owner} and in ${name}`,
            limit: 'a host knows each device number once',
            fix: 'give one of the devices another number',
          });
          return;
        }
        owners.set(one, name);
      }
    }
  }
}
