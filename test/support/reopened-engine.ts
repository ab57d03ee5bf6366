/**
 * Our subsystem behind the small interface of checkers, going down and coming up all the time.
 *
 * @module
 */

import { adaptSubsystem, type EngineNames, noNames } from '../../src/testing/subsystem-engine.ts';
import type { CopyEngine, EngineDrives } from '../../src/testing.ts';
import {
  type KeptCounts,
  type KeptMachine,
  type KeptMachineInput,
  KeptMachines,
} from './kept-machines.ts';

/** Methods that change nothing, and ask for nothing to be kept. */
const QUESTIONS: ReadonlySet<string> = new Set([
  'hasRoom',
  'read',
  'isPending',
  'owedTracks',
  'readPoint',
  'changedTracks',
  'seriesReport',
  'faults',
  'lostTracks',
  'groupOf',
  'work',
]);

type Method = (...given: unknown[]) => unknown;

/** Adapts machines that are made with these settings. */
export function reopenedEngine(made: KeptMachineInput, counts: KeptCounts): CopyEngine {
  return new ReopenedEngine(made, counts).engine;
}

class ReopenedEngine {
  /** Every call of it goes to all machines that are up. */
  readonly engine: CopyEngine;
  readonly #machines: KeptMachines;
  readonly #isFlushed: boolean;
  /** The same for all machines: they give the same names. */
  readonly #names: EngineNames = noNames();
  readonly #engines = new Map<KeptMachine, CopyEngine>();

  constructor(made: KeptMachineInput, counts: KeptCounts) {
    this.#machines = new KeptMachines(made, counts);
    this.#isFlushed = made.durable === 'inSteps';
    const [first] = this.#machines.machines;
    const model = this.#engineOf(first);
    const drives = this.#spread(model.drives as EngineDrives, (engine) => engine.drives as object);
    this.engine = this.#spread(model, (engine) => engine, { drives });
  }

  #spread<Face extends object>(
    model: Face,
    faceOf: (engine: CopyEngine) => object,
    instead: Readonly<Record<string, unknown>> = {},
  ): Face {
    return new Proxy(model, {
      get: (_target, property) => {
        const name = String(property);
        if (name in instead) return instead[name];
        const value: unknown = Reflect.get(model, name);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => this.#call(name, faceOf, given);
      },
    });
  }

  #call(name: string, faceOf: (engine: CopyEngine) => object, given: unknown[]): unknown {
    const answer = this.#machines.ask((machine) => {
      const face = faceOf(this.#engineOf(machine));
      return (Reflect.get(face, name) as Method).apply(face, given);
    });
    if (!QUESTIONS.has(name)) this.#machines.noteOperation();
    return answer;
  }

  #engineOf(machine: KeptMachine): CopyEngine {
    let engine = this.#engines.get(machine);
    if (engine === undefined) {
      const { subsystem, keeper } = machine;
      const journal = {
        flush: () => {
          keeper.settled = subsystem.commits.last();
        },
      };
      engine = adaptSubsystem(subsystem, this.#names, this.#isFlushed ? journal : undefined);
      this.#engines.set(machine, engine);
    }
    return engine;
  }
}
