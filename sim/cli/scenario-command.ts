/**
 * `vdasd scenario schema` and `vdasd scenario check`.
 *
 * @module
 */
import { loadScenario } from '../scenario/loading.ts';
import { formatCount } from '../scenario/quantity.ts';
import { scenarioJsonSchema } from '../scenario/schema.ts';
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
  const scenario = loadScenario(readTextFile(file), file);
  const figures = {
    subsystems: scenario.subsystems.length,
    hosts: scenario.hosts.length,
    entries: scenario.timeline.length,
  };
  if (options.json === true) {
    const { name, seed } = scenario;
    terminal.line(formatJson({ schema: 'vdasd.scenario-check/1', file, name, seed, ...figures }));
    return EXIT.done;
  }
  terminal.line(
    `${file}: nothing wrong: ${formatCount(figures.subsystems, 'subsystem')}, ` +
      `${formatCount(figures.hosts, 'host')}, ${figures.entries} timeline entries`,
  );
  return EXIT.done;
}
