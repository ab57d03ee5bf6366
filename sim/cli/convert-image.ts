/**
 * Converting an image file.
 *
 * @module
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError } from '../../src/index.ts';
import { openImageFile, outputFiles, saveImageFile } from '../../src/store.ts';
import type { Conversion, Task } from './task.ts';
import type { TaskProgress } from './task-progress.ts';

/** What a task tells while it runs. */
export interface TaskEars {
  readonly progress: TaskProgress;
  /** A file will be written there. */
  readonly writes: (path: string) => void;
  /** Whether somebody asks the task to end; heeded by tasks about stores. */
  readonly shouldStop: () => boolean;
}

/** Reads one image, writes the other; the new file is there whole or not at all. */
export async function convertImage(
  task: Extract<Task, { kind: 'convert' }>,
  ears: TaskEars,
): Promise<Conversion> {
  if (existsSync(task.to)) {
    throw new InputError('FILE_EXISTS', {
      what: 'the file is there already',
      place: { file: task.to },
      limit: resolve(task.from) === resolve(task.to) ? 'it is the input' : 'it is not overwritten',
      fix: 'choose another name, or remove it first',
    });
  }
  const opened = await openImageFile(task.from);
  try {
    const { image } = opened;
    for (const file of outputFiles(task.to, task.format, image.geometry)) ears.writes(file);
    const saved = await saveImageFile(task.to, task.format, image, {
      progress: (done) => {
        ears.progress(done, image.geometry.trackCount, `writing ${task.to}`);
      },
    });
    return {
      from: opened.files,
      to: saved.files,
      format: task.format,
      device: image.model?.name ?? image.geometry.type.name,
      cylinders: image.geometry.cylinders,
      nullTracks: saved.nullTracks,
      byteTracks: saved.byteTracks,
      bytesWritten: saved.partBytes.reduce((sum, bytes) => sum + bytes, 0),
      warnings: opened.warnings,
    };
  } finally {
    opened.close();
  }
}
