/**
 * Does what a task says.
 *
 * @module
 */
import { unreachable } from '../../src/index.ts';
import { convertImage, type TaskEars } from './convert-image.ts';
import { inspectImage } from './inspect-image.ts';
import { runFile } from './run-scenario-file.ts';
import type { Task, TaskResults } from './task.ts';

/** Does a task to its end. @throws InputError, ScenarioInvalid */
export async function performTask(task: Task, ears: TaskEars): Promise<TaskResults[Task['kind']]> {
  switch (task.kind) {
    case 'run':
      return await runFile(task.file, task, ears);
    case 'convert':
      return await convertImage(task, ears);
    case 'inspect':
      return await inspectImage(task.file, ears.progress);
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
