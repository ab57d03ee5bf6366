/**
 * `vdasd report`: makes the report of a run folder again.
 *
 * @module
 */
import { join } from 'node:path';
import { formatMethods } from '../report/method-table.ts';
import { RUN_FILES } from '../report/run-folder.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { writeReport } from './run-folder-files.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** Makes the report and shows its table. */
export async function reportCommand(
  folder: string,
  options: { readonly json?: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const { summary, files } = await writeReport(folder);
  if (options.json === true) {
    terminal.line(formatJson(summary));
    return EXIT.done;
  }
  terminal.line(terminal.style('bold', summary.scenario.name));
  terminal.line();
  for (const line of formatMethods(summary, terminal.width)) terminal.line(line);
  terminal.line();
  const plots = files.filter(({ name }) => name.endsWith('.svg')).length;
  terminal.line(`${join(folder, RUN_FILES.report)}, ${plots} plots beside it`);
  return EXIT.done;
}
