/**
 * A job of a host, run to its end in memory and made durable as one.
 *
 * @module
 */
import { AGAIN, type Step, type StepMachine } from '../base/step.ts';
import { TRACKS_PER_STEP, workOnce } from './background-task.ts';
import type { InstallationTask, TaskProgress } from './installation-task.ts';
import type { MachineRoom } from './machine-room.ts';

/** Steps of work in the background without success before waiting has no sense. */
const VAIN_STEPS_MAX = 3;

/** A job on its way. */
export class HostTask<Value> implements InstallationTask<Value> {
  readonly #room: MachineRoom;
  readonly #what: string;
  readonly #job: StepMachine<Value>;
  #steps = 0;
  #vainSteps = 0;
  #ended: Step<Value> | undefined;

  constructor(room: MachineRoom, what: string, job: StepMachine<Value>) {
    this.#room = room;
    this.#what = what;
    this.#job = job;
  }

  get progress(): TaskProgress {
    return { what: this.#what, done: this.#steps };
  }

  step(): Step<Value> {
    if (this.#ended !== undefined) return this.#ended;
    const step = this.#job.step();
    this.#steps += 1;
    if (step.kind === 'again') return step;
    if (step.kind === 'waiting') {
      const { moved } = workOnce(this.#room, TRACKS_PER_STEP);
      this.#vainSteps = moved ? 0 : this.#vainSteps + 1;
      return this.#vainSteps < VAIN_STEPS_MAX ? AGAIN : step;
    }
    this.#ended = step;
    this.#room.commit();
    return step;
  }
}
