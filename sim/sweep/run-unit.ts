/**
 * Runs one unit into its folder, wherever it runs.
 *
 * @module
 */
import { dirname } from 'node:path';
import { invariant } from '../../src/index.ts';
import { loadScenario } from '../scenario/loading.ts';
import { runUnit } from '../scenario/timed-run.ts';
import { nodeFiles } from './node-files.ts';
import { UnitFolder } from './unit-folder.ts';
import type { UnitOutcome, UnitProgress, UnitTask } from './unit-task.ts';

/** Runs a unit; its folder is there when it has ended well. @throws ScenarioInvalid, InputError */
export async function runUnitIntoFolder(
  task: UnitTask,
  progress: (progress: UnitProgress) => void,
): Promise<UnitOutcome> {
  const { unit, seed } = task;
  const scenario = loadScenario(task.text, task.file, unit.point);
  invariant(scenario.timing !== undefined, 'unit-has-clock');
  const folder = new UnitFolder(task.units, unit.id);
  try {
    const files = nodeFiles({
      inputs: dirname(task.file),
      outputs: folder.path,
      mayReplace: true,
      writes: () => undefined,
    });
    const { record, failure, inputs } = await runUnit(scenario, scenario.timing, files, {
      unit,
      seed,
      openSink: (classes) => folder.openRequests(classes),
      progress: (now, until, events) => {
        progress({ now, until, events });
      },
    });
    if (failure === null) folder.finish(record);
    else folder.discard();
    const { simulatedNanos, eventCount } = record;
    return { failure, inputs, simulatedNanos, eventCount };
  } catch (error) {
    folder.discard();
    throw error;
  }
}
