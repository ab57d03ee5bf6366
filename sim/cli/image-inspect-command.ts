/**
 * `vdasd image inspect`.
 *
 * @module
 */
import { formatInspection } from '../report/image-report.ts';
import type { ImageOptions } from './command-options.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { openProgress } from './progress.ts';
import { runTask } from './run-task.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** Shows what an image is and holds; exit 3 when some of it could not be read. */
export async function imageInspectCommand(
  file: string,
  options: ImageOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const image = await runTask({ kind: 'inspect', file }, openProgress(options.progress ?? 'auto'));
  if (options.json === true) {
    const { isPartial, ...record } = image;
    terminal.line(formatJson({ schema: 'vdasd.image-inspect/1', ...record, partial: isPartial }));
  } else {
    for (const line of formatInspection(image, terminal.width)) terminal.line(line);
    for (const warning of image.warnings) terminal.error(`vdasd: warning: ${warning}`);
  }
  return image.isPartial ? EXIT.partial : EXIT.done;
}
