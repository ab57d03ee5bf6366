/**
 * Runs a task in a thread of its own.
 *
 * @module
 */
import { Worker } from 'node:worker_threads';
import { beginFile } from '../sweep/unfinished-files.ts';
import type { Progress } from './progress.ts';
import type { Task, TaskResults } from './task.ts';
import type { ThreadData, ThreadMessage } from './thread-message.ts';

/** The thread's file: TypeScript in the tree, JavaScript in the package. */
const THREAD = import.meta.url.endsWith('.ts')
  ? new URL('./task-thread.ts', import.meta.url)
  : new URL('./task-thread.js', import.meta.url);

/** Milliseconds that a task which can end by itself has for it. */
const STOP_WAIT_MS = 30_000;

/** The task that runs now. */
interface RunningTask {
  readonly worker: Worker;
  /** Set to 1 to ask the task to end by itself; absent where it cannot. */
  readonly stop: Int32Array | undefined;
  /** Resolved when the thread has answered or is gone. */
  readonly ended: Promise<void>;
}

let running: RunningTask | undefined;

/**
 * Stops the task that runs: one about a store ends by itself at its next step and is still answered,
 * a check of one and any other is stopped wherever it is.
 */
export async function stopTask(): Promise<void> {
  if (running === undefined) return;
  const { worker, stop, ended } = running;
  if (stop !== undefined) {
    Atomics.store(stop, 0, 1);
    const timer = setTimeout(() => void worker.terminate(), STOP_WAIT_MS);
    await ended;
    clearTimeout(timer);
    // Whoever waits for the answer prints it first.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await worker.terminate();
}

/** What goes step by step may be asked to end; a check changes nothing, wherever it is stopped. */
function endsByItself(task: Task): boolean {
  return task.kind === 'store' && (task.request.kind !== 'check' || task.request.repair);
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
  const stop = endsByItself(task) ? new Int32Array(new SharedArrayBuffer(4)) : undefined;
  const worker = new Worker(THREAD, { workerData: { task, stop } satisfies ThreadData });
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  running = { worker, stop, ended };
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
    await worker.terminate();
    running = undefined;
    end();
  }
}
