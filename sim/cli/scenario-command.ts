/**
 * `vdasd scenario schema` and `vdasd scenario check`.
 *
 * @module
 */
import { loadScenario } from '../scenario/loading.ts';
import { formatCount } from '../scenario/quantity.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { scenarioJsonSchema } from '../scenario/schema.ts';
import { sweepPoints } from '../scenario/sweep-point.ts';
import { planUnits } from '../scenario/units.ts';
import { checkExpectations } from '../sweep/expectations.ts';
import { readTextFile } from '../sweep/text-file.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** Prints the JSON Schema. */
export function scenarioSchemaCommand(terminal: Terminal): ExitCode {
  terminal.line(formatJson(scenarioJsonSchema()));
  return EXIT.done;
}

/** Checks a scenario file; what is wrong with it is thrown. */
export function scenarioCheckCommand(
  file: string,
  options: { readonly json?: boolean },
  terminal: Terminal,
): ExitCode {
  const text = readTextFile(file);
  const scenario = loadScenario(text, file);
  const figures = {
    subsystems: scenario.subsystems.length,
    hosts: scenario.hosts.length,
    entries: scenario.timeline.length,
  };
  const runs = scenario.timing === undefined ? undefined : checkRuns(scenario, text, file);
  if (options.json === true) {
    const { name, seed } = scenario;
    const timed = runs === undefined ? {} : { runs };
    const checked = { file, name, seed, ...figures, ...timed };
    terminal.line(formatJson({ schema: 'vdasd.scenario-check/1', ...checked }));
    return EXIT.done;
  }
  terminal.line(
    `${file}: nothing wrong: ${formatCount(figures.subsystems, 'subsystem')}, ` +
      `${formatCount(figures.hosts, 'host')}, ${figures.entries} timeline entries` +
      (runs === undefined ? '' : `, ${formatCount(runs, 'run')} in simulated time`),
  );
  return EXIT.done;
}

/** Checks every point of a sweep and every expectation. Answers how many runs there are. */
function checkRuns(scenario: Scenario, text: string, file: string): number {
  for (const point of sweepPoints(scenario.sweep)) loadScenario(text, file, point);
  const units = planUnits(scenario);
  checkExpectations(scenario, units);
  return units.length;
}
