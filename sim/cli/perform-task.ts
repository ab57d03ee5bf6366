/**
 * Does what a task says.
 *
 * @module
 */
import { unreachable } from '../../src/index.ts';
import { convertImage, type TaskEars } from './convert-image.ts';
import { inspectImage } from './inspect-image.ts';
import type { Task, TaskResults } from './task.ts';

/** Does a task to its end. @throws InputError, ScenarioInvalid */
export async function performTask(task: Task, ears: TaskEars): Promise<TaskResults[Task['kind']]> {
  switch (task.kind) {
    case 'run': {
      // Only a run needs the laboratory; images are looked at sooner without it.
      const { runFile } = await import('./run-scenario-file.ts');
      return await runFile(task.file, task, ears);
    }
    case 'convert':
      return await convertImage(task, ears);
    case 'inspect':
      return await inspectImage(task.file, ears.progress);
    case 'validate': {
      const { validateModel } = await import('./validate-task.ts');
      return validateModel(task.data);
    }
    case 'store': {
      const { performStoreRequest } = await import('./perform-store-request.ts');
      return await performStoreRequest(task, ears);
    }
    case 'traceInspect':
    case 'traceConvert':
    case 'traceStats':
    case 'replay': {
      // Traces bring the timing side along; other tasks start quicker without it.
      const { performTraceTask } = await import('./trace-tasks.ts');
      return await performTraceTask(task, ears);
    }
    default:
      return unreachable(task, 'task-kind');
  }
}
