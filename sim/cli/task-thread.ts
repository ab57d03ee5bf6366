/**
 * The thread in which long work runs, so that the main thread hears Ctrl-C and a closed pipe at once.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '../../src/index.ts';
import { packError } from '../sweep/thread-error.ts';
import { performTask } from './perform-task.ts';
import type { ThreadData, ThreadMessage } from './thread-message.ts';

const port = parentPort;
invariant(port !== null, 'task-thread-has-parent');
const tell = (message: ThreadMessage): void => {
  port.postMessage(message);
};

const { task, stop } = workerData as ThreadData;
try {
  const result = await performTask(task, {
    shouldStop: () => stop !== undefined && Atomics.load(stop, 0) === 1,
    progress: (done, total, what) => {
      tell({ kind: 'progress', done, total, what });
    },
    writes: (path) => {
      tell({ kind: 'writes', path });
    },
  });
  tell({ kind: 'result', result });
} catch (error) {
  tell({ kind: 'thrown', error: packError(error) });
}
