/**
 * `vdasd image convert`.
 *
 * @module
 */
import { formatBytes, formatCount } from '../scenario/quantity.ts';
import type { ImageOptions } from './command-options.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { openProgress } from './progress.ts';
import { runTask } from './run-task.ts';
import { formatJson, type Terminal } from './terminal.ts';

/** Converts an image and says what was written. */
export async function imageConvertCommand(
  files: { readonly from: string; readonly to: string },
  options: ImageOptions & { readonly format: 'ckd' | 'cckd' },
  terminal: Terminal,
): Promise<ExitCode> {
  const { format } = options;
  const done = await runTask(
    { kind: 'convert', ...files, format },
    openProgress(options.progress ?? 'auto'),
  );
  if (options.json === true) {
    terminal.line(formatJson({ schema: 'vdasd.image-convert/1', ...done }));
    return EXIT.done;
  }
  for (const warning of done.warnings) terminal.error(`vdasd: warning: ${warning}`);
  terminal.line(
    `${done.to.join(', ')}: ${done.device}, ${formatCount(done.cylinders, 'cylinder')}, ` +
      `${formatCount(done.byteTracks, 'track')} with data, ${formatBytes(done.bytesWritten)} as ${format}`,
  );
  return EXIT.done;
}
