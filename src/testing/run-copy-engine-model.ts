/**
 * The runner: many random sequences of commands on fresh engines beside fresh twins, until one fails;
 * then the smallest sequence that still fails, told step by step, and one line that repeats it.
 *
 * @module
 */
import fc from 'fast-check';
import { invariant } from '../base/invariant.ts';
import { exactSequence } from './command-sequence.ts';
import type { CopyCommand } from './copy-command.ts';
import { copyCommands } from './copy-commands.ts';
import type { CopyEngine, DeviceShape } from './copy-engine.ts';
import { ModelSession } from './model-session.ts';
import { type SessionCounts, startCounts } from './session-counts.ts';

/** Settings of a run; every one has a default. */
export interface ModelRunInput {
  /** Sequences; default 100. */
  readonly runs?: number;
  /** Commands of each sequence; default 200. */
  readonly commandsPerRun?: number;
  /** Fixes everything that is drawn; default 0. */
  readonly seed?: number;
  /** Repeats one failing sequence, as a failure printed it; with the same seed and settings. */
  readonly path?: string;
  /** Shapes of devices that commands define. */
  readonly shapes?: readonly DeviceShape[];
  /** Lengths of contents in bytes, each at least 4; default 4, 8, 9 and 40. */
  readonly contentLengths?: readonly number[];
  /** Devices that stand there at the start of every sequence; default three of the first shape. */
  readonly shapesAtStart?: readonly DeviceShape[];
  /** Most devices at once; default 6. */
  readonly deviceCountMax?: number;
  /** Commands between two walks of the engine's own invariants; default 25. */
  readonly checkEvery?: number;
  /** Codes with which an engine may refuse anything, for instance for lack of space; default none. */
  readonly excusedCodes?: readonly string[];
  /** Whether a failing sequence is made smaller; default true. */
  readonly shrink?: boolean;
  /** Commands of a tester's own, beside ours. */
  readonly moreCommands?: readonly {
    readonly weight: number;
    readonly arbitrary: fc.Arbitrary<CopyCommand>;
  }[];
}

/** A small sequence that fails. */
export interface ModelFailure {
  /** The operations as told, the one that failed last. */
  readonly steps: readonly string[];
  /** Commands of the smallest failing sequence. */
  readonly commandCount: number;
  /** What the engine did wrong. */
  readonly reason: string;
  /** The settings that repeat it. */
  readonly replay: { readonly seed: number; readonly path: string };
}

/** What a run has looked at, and what it found. */
export interface ModelReport {
  readonly sequences: number;
  readonly counts: SessionCounts;
  readonly failure?: ModelFailure;
}

/** Two sizes that exchange tracks, and a geometry apart. */
const SHAPES_DEFAULT: readonly DeviceShape[] = [
  { name: 'small', trackCount: 64, trackCapacity: 80, geometry: 'one' },
  { name: 'large', trackCount: 150, trackCapacity: 160, geometry: 'one' },
  { name: 'other', trackCount: 64, trackCapacity: 64, geometry: 'two' },
];

/**
 * Searches for a sequence of commands after which an engine differs from the twin.
 *
 * @param makeEngine - Makes a fresh engine for every sequence.
 * @returns What was looked at, with the smallest failure that was found.
 */
export function searchCopyEngineModel(
  makeEngine: () => CopyEngine,
  input: ModelRunInput = {},
): ModelReport {
  const options = complete(input);
  const counts = startCounts();
  const commands = fc.oneof(...copyCommands(options), ...options.moreCommands);
  const property = fc.property(exactSequence(commands, options.commandsPerRun), (sequence) => {
    runSequence(makeEngine(), sequence, options, counts);
  });
  const { runs, seed, path, shrink } = options;
  const details = fc.check(property, {
    numRuns: runs,
    seed,
    endOnFailure: !shrink,
    ...(path === undefined ? {} : { path }),
  });
  const sequences = details.numRuns;
  const smallest = details.counterexample?.[0];
  if (!details.failed || smallest === undefined) return { sequences, counts };
  const steps: string[] = [];
  const reason = retell(makeEngine(), smallest, options, (line) => steps.push(line));
  const replay = { seed: details.seed, path: details.counterexamplePath ?? '' };
  return { sequences, counts, failure: { steps, commandCount: smallest.length, reason, replay } };
}

/**
 * As {@link searchCopyEngineModel}, for tests: a failure is thrown.
 *
 * @throws Error with the smallest failing sequence and the one line that repeats it.
 */
export function runCopyEngineModel(
  makeEngine: () => CopyEngine,
  input: ModelRunInput = {},
): ModelReport {
  const report = searchCopyEngineModel(makeEngine, input);
  if (report.failure !== undefined) throw new Error(formatFailure(report.failure, input));
  return report;
}

/** A failure for people: the steps, what went wrong, the line to paste. */
export function formatFailure(failure: ModelFailure, input: ModelRunInput = {}): string {
  const { steps, commandCount, reason, replay } = failure;
  const commandsPerRun = input.commandsPerRun ?? COMMANDS_PER_RUN_DEFAULT;
  return [
    `The engine differs from the twin after ${commandCount} commands:`,
    ...steps.map((step, at) => `  ${at + 1}. ${step}`),
    `  ${reason}`,
    `replay: { seed: ${replay.seed}, path: '${replay.path}', commandsPerRun: ${commandsPerRun} }`,
  ].join('\n');
}

const COMMANDS_PER_RUN_DEFAULT = 200;

type CompleteOptions = ReturnType<typeof complete>;

function complete(input: ModelRunInput) {
  return {
    runs: input.runs ?? 100,
    commandsPerRun: input.commandsPerRun ?? COMMANDS_PER_RUN_DEFAULT,
    seed: input.seed ?? 0,
    path: input.path,
    shapes: input.shapes ?? SHAPES_DEFAULT,
    contentLengths: input.contentLengths ?? [4, 8, 9, 40],
    shapesAtStart: input.shapesAtStart ?? startShapes(input.shapes ?? SHAPES_DEFAULT),
    deviceCountMax: input.deviceCountMax ?? 6,
    checkEvery: input.checkEvery ?? 25,
    excusedCodes: input.excusedCodes ?? [],
    shrink: input.shrink ?? true,
    moreCommands: input.moreCommands ?? [],
  };
}

function startShapes([shape]: readonly DeviceShape[]): readonly DeviceShape[] {
  invariant(shape !== undefined, 'model-run-has-a-shape');
  return [shape, shape, shape];
}

function runSequence(
  engine: CopyEngine,
  sequence: readonly CopyCommand[],
  options: CompleteOptions,
  counts: SessionCounts,
  tell?: (line: string) => void,
): void {
  const { checkEvery, excusedCodes, shapesAtStart } = options;
  const told = tell === undefined ? {} : { tell };
  const session = new ModelSession(engine, { checkEvery, excusedCodes, ...told }, counts);
  for (const shape of shapesAtStart) {
    session.perform({ kind: 'define', device: session.nextName(), shape });
  }
  fc.modelRun(() => ({ model: session, real: engine }), sequence);
  session.finish();
}

/** Does a failing sequence once more for its story. */
function retell(
  engine: CopyEngine,
  sequence: readonly CopyCommand[],
  options: CompleteOptions,
  tell: (line: string) => void,
): string {
  try {
    runSequence(engine, sequence, options, startCounts(), tell);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'the failure did not come again: the engine depends on something outside itself';
}
