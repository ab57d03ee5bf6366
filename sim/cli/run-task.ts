/**
 * Runs a task in a thread of its own.
 *
 * @module
 */
import { Worker } from 'node:worker_threads';
import { beginFile } from '../sweep/unfinished-files.ts';
import type { Progress } from './progress.ts';
import type { Task, TaskResults } from './task.ts';
import type { ThreadMessage } from './thread-message.ts';

/** The thread's file: TypeScript in the tree, JavaScript in the package. */
const THREAD = import.meta.url.endsWith('.ts')
  ? new URL('./task-thread.ts', import.meta.url)
  : new URL('./task-thread.js', import.meta.url);

/** The thread that works now. */
let working: Worker | undefined;

/** Stops the task that runs, wherever it is. */
export async function stopTask(): Promise<void> {
  await working?.terminate();
}

/**
 * Runs a task and shows its progress.
 *
 * @throws What the task threw: InputError and ScenarioInvalid as such.
 */
export async function runTask<Kind extends Task['kind']>(
  task: Extract<Task, { kind: Kind }>,
  progress: Progress,
): Promise<TaskResults[Kind]> {
  const worker = new Worker(THREAD, { workerData: task });
  working = worker;
  try {
    return await new Promise((resolve, reject) => {
      let isAnswered = false;
      worker.on('message', (message: ThreadMessage) => {
        switch (message.kind) {
          case 'progress':
            progress.update(message.done, message.total, message.what);
            break;
          case 'writes':
            beginFile(message.path);
            break;
          case 'result':
            resolve(message.result as TaskResults[Kind]);
            break;
          default:
            isAnswered = true;
            void import('../sweep/thread-error.ts').then(({ unpackError }) => {
              reject(unpackError(message.error));
            }, reject);
        }
      });
      worker.on('error', reject);
      worker.on('exit', (code) => {
        // An error is still being unpacked when its thread has already ended.
        if (isAnswered) return;
        reject(new Error(`the task thread ended with ${code} and no result`));
      });
    });
  } finally {
    progress.finish();
    working = undefined;
    await worker.terminate();
  }
}
