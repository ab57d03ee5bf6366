/**
 * Settings of the model tests: from the environment where given, fixed otherwise, and always printed.
 *
 * `VDASD_MODEL_RUNS` is the number of sequences, `VDASD_SEED` the seed.
 *
 * @module
 */
import { type ModelReport, type ModelRunInput, SUBSYSTEM_SHAPES } from '../../src/testing.ts';

/** The seed of a run that is not told otherwise. */
const SEED_DEFAULT = 19_970_418;

/** Sequences of 200 commands on small real devices. */
export function modelSettings(runs: number): ModelRunInput & { readonly runs: number } {
  return {
    runs: fromEnvironment('VDASD_MODEL_RUNS') ?? runs,
    seed: fromEnvironment('VDASD_SEED') ?? SEED_DEFAULT,
    commandsPerRun: 200,
    shapes: SUBSYSTEM_SHAPES,
  };
}

/** One line on how much a run has looked at. */
export function printReport(name: string, input: ModelRunInput, report: ModelReport): void {
  const { sequences, counts } = report;
  const { operations, tracksCompared, checks } = counts;
  const refusals = [...counts.refused.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(
    `model ${name}: seed ${input.seed}, ${sequences} sequences, ${operations} operations, ` +
      `${refusals} refusals, ${tracksCompared} tracks compared, ${checks} walks of the invariants\n`,
  );
}

function fromEnvironment(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${name} must be a whole number, got ${text}`);
  }
  return value;
}
